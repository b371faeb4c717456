"""A large file to S3 in parts: several at once, each checked, and taken up again where an upload was cut off."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StageError
from pipeline.targets import Item, Sent

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART = 8 << 20  # larger files go in parts of this many bytes; S3 takes 5 MiB to 5 GiB
_MOST_PARTS = 10_000
_AT_ONCE = 4
_STALE = dt.timedelta(days=1)  # no upload of a podcast takes so long; what is older nobody goes on with
_HOPELESS = ("InvalidPart", "InvalidPartOrder", "InvalidRequest", "EntityTooSmall")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file goes: a client, the bucket, the full key; `checksum` is what the server checks a part by."""

    client: S3Client
    bucket: str
    key: str
    checksum: str

    @property
    def where(self) -> Any:
        """The arguments that all requests about the key share."""
        return {"Bucket": self.bucket, "Key": self.key}

    def check(self, data: bytes) -> dict[str, str]:
        """The header by which the server sees that the bytes arrived as they are."""
        if self.checksum == "md5":
            return {"ContentMD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}
        return {"ChecksumSHA256": base64.b64encode(hashlib.sha256(data).digest()).decode()}


@dataclass(frozen=True, slots=True)
class _Piece:
    number: int
    data: bytes


def upload(place: Place, item: Item, path: Path, headers: dict[str, Any], sent: Sent) -> None:
    """Put a file there under a key that carries its digest; parts that an earlier upload left are kept.

    Two machines that upload the same file work on the same upload. Raises what boto3 raises, and StageError when the
    file changed meanwhile.
    """
    started = _started(place)
    number = next((one["UploadId"] for one in started if one["Key"] == place.key), None)
    present = _present(place, number) if number else {}
    if number is None:
        algorithm: dict[str, Any] = {} if place.checksum == "md5" else {"ChecksumAlgorithm": "SHA256"}
        number = place.client.create_multipart_upload(**place.where, **headers, **algorithm)["UploadId"]
    try:
        parts = _send(place, number, item, path, present, sent)
        place.client.complete_multipart_upload(**place.where, UploadId=number, MultipartUpload={"Parts": parts})
    except StageError:
        _abort(place, place.key, number)
        raise
    except place.client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _HOPELESS:
            _abort(place, place.key, number)
        raise
    for one in started:
        if one["UploadId"] != number and dt.datetime.now(dt.UTC) - one["Initiated"] > _STALE:
            _abort(place, one["Key"], one["UploadId"])


def part_size(size: int) -> int:
    """The bytes of each part but the last; always the same for a file, so that its parts are found again.

    >>> part_size(60 << 20) == PART, part_size(200 << 30) // (1 << 20)
    (True, 21)
    """
    return max(PART, -(-size // (_MOST_PARTS << 20)) << 20)


def _started(place: Place) -> list[Any]:
    """The uploads that were begun beside the key, the oldest first; none where the server does not say."""
    folder = place.key.rpartition("/")[0]
    with suppress(place.client.exceptions.ClientError):  # without the right to list them one begins afresh
        found = place.client.list_multipart_uploads(Bucket=place.bucket, Prefix=folder and f"{folder}/")
        return sorted(found.get("Uploads", []), key=lambda one: (one["Initiated"], one["UploadId"]))
    return []


def _present(place: Place, number: str) -> dict[int, Any]:
    """The parts that are there, by their number."""
    with suppress(place.client.exceptions.ClientError):
        pages = place.client.get_paginator("list_parts").paginate(**place.where, UploadId=number)
        return {one["PartNumber"]: one for page in pages for one in page.get("Parts", [])}
    return {}


def _send(place: Place, number: str, item: Item, path: Path, present: dict[int, Any], sent: Sent) -> list[Any]:
    """Send what is not there, and return all parts as the server wants them named in the end."""
    whole = hashlib.sha256()
    parts: list[Any | Future[Any]] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for piece in _pieces(path, part_size(item.size)):
                whole.update(piece.data)
                kept = _kept(place, piece, present)
                if kept:
                    sent(len(piece.data))
                else:
                    _wait(parts, _AT_ONCE)
                parts.append(kept or pool.submit(_send_part, place, number, piece, sent))
            parts = [one.result() if isinstance(one, Future) else one for one in parts]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if whole.hexdigest() != item.sha256:
        raise StageError(f"{path}: changed while it was uploaded", fix="run again when nothing else writes it")
    return parts


def _pieces(path: Path, size: int) -> Iterator[_Piece]:
    with path.open("rb") as file:
        number = 0
        while data := file.read(size):
            number += 1
            yield _Piece(number, data)


def _wait(parts: list[Any | Future[Any]], most: int) -> None:
    """Wait until fewer than `most` parts are under way, so that no more of the file lies in memory."""
    under_way = [one for one in parts if isinstance(one, Future) and not one.done()]
    if len(under_way) >= most:
        under_way[0].result()


def _kept(place: Place, piece: _Piece, present: dict[int, Any]) -> Any | None:
    """The part if the very bytes are there: by SHA-256, else by the ETag, which is the MD5 of a part."""
    there = present.get(piece.number)
    if there is None or there["Size"] != len(piece.data):
        return None
    check = place.check(piece.data)
    told = there.get("ChecksumSHA256")
    if told and "ChecksumSHA256" in check:
        same = told == check["ChecksumSHA256"]
    else:
        same = there["ETag"].strip('"') == hashlib.md5(piece.data, usedforsecurity=False).hexdigest()
    if not same:
        return None
    return _named(piece.number, there["ETag"], check)


def _send_part(place: Place, number: str, piece: _Piece, sent: Sent) -> Any:
    check = place.check(piece.data)
    headers: Any = check
    done = place.client.upload_part(**place.where, UploadId=number, PartNumber=piece.number, Body=piece.data, **headers)
    sent(len(piece.data))
    return _named(piece.number, done["ETag"], check)


def _named(number: int, etag: str, check: dict[str, str]) -> dict[str, Any]:
    """A part as the request that ends an upload names it."""
    checksum = {"ChecksumSHA256": check["ChecksumSHA256"]} if "ChecksumSHA256" in check else {}
    return {"PartNumber": number, "ETag": etag, **checksum}


def _abort(place: Place, key: str, number: str) -> None:
    with suppress(place.client.exceptions.ClientError):  # it is a courtesy: the bucket's lifecycle removes them too
        place.client.abort_multipart_upload(Bucket=place.bucket, Key=key, UploadId=number)
