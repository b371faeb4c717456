"""Any S3 through boto3, as a place to publish: the prefix of a bucket, written under conditions and checked.

Credentials come from the AWS chain alone (environment, profile, role) and never appear in a message.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.adapters import s3_multipart
from pipeline.adapters.s3_errors import code_of, explained
from pipeline.adapters.s3_public import refuse_unserved
from pipeline.config import S3Bucket, S3Config
from pipeline.errors import ConfigError, StageError
from pipeline.store import digest_bytes
from pipeline.targets import PROBE, Found, Head, Item, LostRaceError, Sent, ignore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GONE = ("404", "NoSuchKey")
_CONFLICTS = ("ConditionalRequestConflict", "OperationAborted", "409")  # another write of the key was under way
_UNMET = ("PreconditionFailed", "412")
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Bucket:
    """The prefix of a bucket that a show is published under; a pipeline.targets.Target."""

    client: S3Client
    settings: S3Config

    def head(self, key: str) -> Head | None:
        """What is there. The SHA-256 is known for what we uploaded."""
        with explained(self.settings, key):
            try:
                found = self.client.head_object(**self._where(key))
            except self.client.exceptions.ClientError as error:
                if code_of(error) in _GONE:
                    return None
                raise
        return Head(found["ETag"], found["ContentLength"], found["ContentType"], found["Metadata"].get("sha256"))

    def get(self, key: str) -> Found | None:
        """The bytes that are there."""
        from botocore.exceptions import HTTPClientError, IncompleteReadError

        with explained(self.settings, key):
            for left in reversed(range(_TRIES)):
                try:
                    found = self.client.get_object(**self._where(key))
                    return Found(found["Body"].read(), found["ETag"])
                except self.client.exceptions.NoSuchKey:
                    return None
                except (HTTPClientError, IncompleteReadError):  # boto3 does not ask again for half an answer
                    if not left:
                        raise
        return None

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        """Write with a checksum that the server compares; a file over 8 MiB goes in parts, without the condition.

        Only files whose key carries their digest may be that large: to write one twice writes the same.
        """
        with explained(self.settings, item.key):
            if isinstance(item.body, Path) and item.size > s3_multipart.PART:
                s3_multipart.upload(self._place(item.key), item, item.body, _headers(item), sent)
                return
            self._put_whole(item, replaces)
        sent(item.size)

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins so, sorted."""
        with explained(self.settings, prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.settings.bucket, Prefix=self._full(prefix)
            )
            found = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return sorted(key[len(self._full("")) :] for key in found)

    def any_key(self) -> str | None:
        """A key that is there."""
        with explained(self.settings):
            found = self.client.list_objects_v2(Bucket=self.settings.bucket, Prefix=self._full(""), MaxKeys=10)
        keys = (one["Key"][len(self._full("")) :] for one in found.get("Contents", []))
        return next((key for key in keys if key and not key.startswith(PROBE)), None)

    def prove(self, item: Item) -> None:
        """Two requests: a write on the condition that nothing is there, which must fail, and a public read.

        A server that refuses the write for want of rights says so first; one that carries it out ignores conditions.
        """
        try:
            self._prove_writing(item)
        except LostRaceError as error:
            what = f"s3://{self.settings.bucket}: {item.key} changes while it is read"
            raise ConfigError(what, fix="see who else publishes there") from error
        refuse_unserved(self.settings, item)

    def delete(self, key: str) -> None:
        """Remove what is there, if anything."""
        with explained(self.settings, key):
            self.client.delete_object(**self._where(key))

    def _prove_writing(self, item: Item) -> None:
        with explained(self.settings, item.key):
            try:
                self._write(item, None)
            except self.client.exceptions.ClientError as error:
                if code_of(error) in (*_UNMET, *_CONFLICTS):
                    return
                raise
        if self.settings.conditional_writes:
            raise ConfigError(
                f"s3://{self.settings.bucket}: this server ignores the conditions of writes, so that of two machines "
                "that publish at once one would lose its episode",
                fix="to publish from one machine at a time, set s3.conditional_writes: false in configs/publish.yaml",
            )

    def _put_whole(self, item: Item, replaces: str | None) -> None:
        """One write, again while another write of the key is under way."""
        if not self.settings.conditional_writes and self._is_there(item, replaces):
            return
        for left in reversed(range(_TRIES)):
            try:
                self._write(item, replaces)
            except self.client.exceptions.ClientError as error:
                if code_of(error) in _CONFLICTS and left:
                    continue
                # The answer to a first try may have been lost on the way, and boto3 have asked again.
                if code_of(error) in _UNMET and self._is_there(item, None):
                    return
                raise
            return

    def _write(self, item: Item, replaces: str | None) -> None:
        body = item.body.read_bytes() if isinstance(item.body, Path) else item.body
        condition: dict[str, Any] = {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}
        self.client.put_object(
            **self._where(item.key),
            Body=body,
            **_headers(item),
            **self._check(item, body),
            **(condition if self.settings.conditional_writes else {}),
        )

    def _is_there(self, item: Item, replaces: str | None) -> bool:
        """Whether the very bytes are there. Raises LostRaceError when something else than `replaces` is."""
        there = self.head(item.key)
        if there and there.sha256 == item.sha256:
            return True
        if (there.etag if there else None) != replaces:
            raise LostRaceError(item.key)
        return False

    def _check(self, item: Item, body: bytes) -> Any:
        if self.settings.checksum == "md5":
            if digest_bytes(body) != item.sha256:
                raise StageError(f"{item.key}: changed while it was uploaded", fix="run again when nothing writes it")
            return self._place(item.key).check(body)
        return {"ChecksumSHA256": base64.b64encode(bytes.fromhex(item.sha256)).decode()}

    def _place(self, key: str) -> s3_multipart.Place:
        return s3_multipart.Place(self.client, self.settings.bucket, self._full(key), self.settings.checksum)

    def _where(self, key: str) -> Any:
        return {"Bucket": self.settings.bucket, "Key": self._full(key)}

    def _full(self, key: str) -> str:
        prefix = self.settings.prefix.strip("/")
        return f"{prefix}/{key}" if prefix else key


def _headers(item: Item) -> Any:
    return {
        "ContentType": item.media_type,
        "CacheControl": item.cache_control,
        "Metadata": {"sha256": item.sha256},
    }


def open_bucket(settings: S3Config) -> Bucket:
    """The bucket that configs/publish.yaml names; nothing is asked of the server yet.

    Raises ConfigError for a profile or region that cannot be.
    """
    return Bucket(connect(settings), settings)


def connect(settings: S3Bucket, *, timeouts: tuple[float, float] = (10, 60), tries: int = 5) -> S3Client:
    """A client for the bucket's server; `timeouts` are for connecting and for each read, in seconds.

    Raises ConfigError for a profile or region that cannot be.
    """
    import boto3
    from botocore.config import Config

    path_style = settings.endpoint is not None if settings.path_style is None else settings.path_style
    local = settings.endpoint is not None and urlsplit(settings.endpoint).hostname in _LOOPBACK
    with explained(settings):
        return boto3.Session().client(  # boto3's own session would keep the first credentials it saw
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region or ("us-east-1" if settings.endpoint else None),
            config=Config(
                connect_timeout=timeouts[0],
                read_timeout=timeouts[1],
                retries={"mode": "standard", "total_max_attempts": tries},
                max_pool_connections=20,
                s3={"addressing_style": "path" if path_style else "auto"},
                # Every write carries a checksum of ours; the newer default, a CRC in a trailer, many S3s do not know.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                proxies={} if local else None,
            ),
        )
