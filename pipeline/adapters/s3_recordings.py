"""Recordings that lie in an S3 bucket: which there are, and each fetched to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.adapters import download, s3
from pipeline.adapters.s3_errors import code_of, explained
from pipeline.adapters.web import WebError
from pipeline.config import S3Bucket
from pipeline.errors import InputError, StageError
from pipeline.targets import LostRaceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PIECE = 1 << 18
_GONE = ("404", "NoSuchKey")


def parse(address: str, known: S3Bucket | None = None) -> tuple[S3Bucket, str]:
    """The bucket and the key of `s3://bucket/key`; endpoint and region are those of `known` where it is that bucket.

    Else they come from the AWS chain (AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_PROFILE). Raises InputError.
    """
    name, _, key = address.removeprefix("s3://").partition("/")
    if known and known.bucket == name:
        told = {field: getattr(known, field) for field in S3Bucket.model_fields if field != "prefix"}
        return S3Bucket.model_validate(told), key
    try:
        return S3Bucket(bucket=name), key
    except ValidationError as error:
        raise InputError(f"{address}: {name!r} cannot be a bucket's name", fix="write s3://bucket/folder") from error


def list_keys(address: str, known: S3Bucket | None = None) -> Iterator[str]:
    """The addresses of all objects in an S3 folder, in the order of their names. Raises PipelineError."""
    settings, folder = parse(address, known)
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    with explained(settings, prefix):
        client = s3.connect(settings)
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=settings.bucket, Prefix=prefix):
            yield from (f"s3://{settings.bucket}/{one['Key']}" for one in page.get("Contents", []))


def fetch(address: str, path: Path, received: Callable[[int], None], known: S3Bucket | None = None) -> int:
    """Bring an object to `path`, whole or not at all; its bytes. An earlier try goes on where it stopped.

    Raises InputError where there is no such object, StageError and ConfigError for what else S3 complains of.
    """
    settings, key = parse(address, known)
    try:
        with explained(settings, key):
            return _fetch(settings, key, path, received)
    except WebError as error:
        raise StageError(f"{address} {error}", fix="run again: what arrived is kept") from error
    except LostRaceError as error:
        what = f"{address}: is replaced while it is fetched"
        raise StageError(what, fix="run again when nobody writes it") from error


def _fetch(settings: S3Bucket, key: str, path: Path, received: Callable[[int], None]) -> int:
    client = s3.connect(settings)
    try:
        there = client.head_object(Bucket=settings.bucket, Key=key)
    except client.exceptions.ClientError as error:
        if code_of(error) in _GONE:
            what = f"s3://{settings.bucket}/{key}: there is no such object"
            raise InputError(what, fix="check its name: aws s3 ls shows what is there") from error
        raise
    part, have = download.find_part(path, there["ETag"], there["ContentLength"])
    received(have)
    pieces = _pieces(client, settings.bucket, key, there["ETag"], have)
    return download.finish(path, part, have, pieces, there["ContentLength"], received)


def _pieces(client: S3Client, bucket: str, key: str, tag: str, start: int) -> Iterator[bytes]:
    rest: Any = {"Range": f"bytes={start}-"} if start else {}
    yield from client.get_object(Bucket=bucket, Key=key, IfMatch=tag, **rest)["Body"].iter_chunks(_PIECE)
