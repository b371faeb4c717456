"""Any S3 through boto3: a Target for publishing, the doctor's check, and the bucket that the demo needs.

Credentials come from the AWS chain alone (environment, profile, role) and never appear in a message.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from pipeline.adapters.s3_errors import explained
from pipeline.config import S3Config
from pipeline.errors import ConfigError
from pipeline.store import digest_bytes
from pipeline.targets import Found, Head, Item, Sent, ignore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PART = 16 << 20  # larger files go in parts of this many bytes, some at once
_RULE = "ShowrunnerPublicRead"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Bucket:
    """The prefix of a bucket that a show is published under; a pipeline.targets.Target."""

    client: S3Client
    settings: S3Config

    def head(self, key: str) -> Head | None:
        """What is there. The SHA-256 is known for what we uploaded."""
        with explained(self.settings, key):
            try:
                found = self.client.head_object(Bucket=self.settings.bucket, Key=self._full(key))
            except self.client.exceptions.ClientError as error:
                if _code(error) in ("404", "NoSuchKey"):
                    return None
                raise
        return Head(found["ETag"], found["ContentLength"], found["ContentType"], found["Metadata"].get("sha256"))

    def get(self, key: str) -> Found | None:
        """The bytes that are there."""
        with explained(self.settings, key):
            try:
                found = self.client.get_object(Bucket=self.settings.bucket, Key=self._full(key))
                return Found(found["Body"].read(), found["ETag"])
            except self.client.exceptions.NoSuchKey:
                return None

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        """Write with a SHA-256 that the server checks; a file over 16 MiB goes in parts, without the condition.

        Only files whose key carries their digest may be that large: to write one twice writes the same.
        """
        headers: dict[str, Any] = {
            "ContentType": item.media_type,
            "CacheControl": item.cache_control,
            "Metadata": {"sha256": item.sha256},
        }
        with explained(self.settings, item.key):
            if isinstance(item.body, Path) and item.size > _PART:
                self._put_in_parts(item, item.body, headers, sent)
                return
            condition: dict[str, Any] = {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}
            self.client.put_object(
                Bucket=self.settings.bucket,
                Key=self._full(item.key),
                Body=item.body.read_bytes() if isinstance(item.body, Path) else item.body,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(item.sha256)).decode(),
                **headers,
                **condition,
            )
        sent(item.size)

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins so, sorted."""
        with explained(self.settings, prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.settings.bucket, Prefix=self._full(prefix)
            )
            found = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return sorted(key[len(self._full("")) :] for key in found)

    def delete(self, key: str) -> None:
        """Remove what is there, if anything."""
        with explained(self.settings, key):
            self.client.delete_object(Bucket=self.settings.bucket, Key=self._full(key))

    def _put_in_parts(self, item: Item, path: Path, headers: dict[str, Any], sent: Sent) -> None:
        from boto3.s3.transfer import TransferConfig

        with path.open("rb") as file:
            self.client.upload_fileobj(
                file,
                self.settings.bucket,
                self._full(item.key),
                ExtraArgs={**headers, "ChecksumAlgorithm": "SHA256"},
                Callback=sent,
                Config=TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=4),
            )

    def _full(self, key: str) -> str:
        prefix = self.settings.prefix.strip("/")
        return f"{prefix}/{key}" if prefix else key


def open_bucket(settings: S3Config) -> Bucket:
    """The bucket that configs/publish.yaml names; nothing is asked of the server yet.

    Raises ConfigError for a profile or region that cannot be.
    """
    import boto3
    from botocore.config import Config

    path_style = settings.endpoint is not None if settings.path_style is None else settings.path_style
    local = settings.endpoint is not None and urlsplit(settings.endpoint).hostname in _LOOPBACK
    with explained(settings):
        client = boto3.Session().client(  # boto3's own session would keep the first credentials it saw
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region or ("us-east-1" if settings.endpoint else None),
            config=Config(
                connect_timeout=10,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": 5},
                s3={"addressing_style": "path" if path_style else "auto"},
                # Every write carries a SHA-256 of ours; the newer default, a CRC in a trailer, is unknown to many S3s.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                proxies={} if local else None,
            ),
        )
    return Bucket(client, settings)


def check(settings: S3Config) -> str:
    """Whether a show can be published there, in words: writes, reads, fetches and deletes a small probe.

    Raises PipelineError with the reason and the fix: credentials, rights, bucket, endpoint, clock, or a
    public_base_url that does not serve the bucket.
    """
    bucket = open_bucket(settings)
    key, data = f".showrunner-probe-{uuid4().hex}", b"Showrunner was here; delete me."
    item = Item(key, data, digest_bytes(data), len(data), "text/plain", "no-store")
    bucket.put(item, replaces=None)
    try:
        found = bucket.head(key)
        if not found or not found.holds(item):
            what = f"s3://{settings.bucket}: a probe came back as {found}"
            raise ConfigError(what, fix="check that the endpoint is an S3 server")
        _check_public(settings, key, data)
    finally:
        bucket.delete(key)
    return f"s3://{settings.bucket}/{settings.prefix} can be written, and is public at {settings.public_base_url}"


def _check_public(settings: S3Config, key: str, data: bytes) -> None:
    from http.client import HTTPException
    from urllib.request import urlopen

    url = f"{settings.public_base_url.rstrip('/')}/{quote(key)}"
    try:
        with urlopen(url, timeout=30) as answer:  # noqa: S310 - the configuration admits http(s) only
            right, why = answer.read(len(data) + 1) == data, "something else is there"
    except (OSError, HTTPException) as error:
        right, why = False, str(error)
    if not right:
        raise ConfigError(
            f"configs/publish.yaml s3.public_base_url: {settings.public_base_url} does not serve the bucket ({why})",
            fix="let everybody read the prefix (bucket policy), and name the URL under which it is public",
        )


def prepare_bucket(settings: S3Config) -> None:
    """Make the bucket where there is none; let everybody read the prefix, from any web page.

    Other statements and rules that the bucket has are kept. Raises PipelineError when the server refuses.
    """
    client, name = open_bucket(settings).client, settings.bucket
    with explained(settings):
        with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
            client.create_bucket(Bucket=name, **_location(settings))
        client.put_bucket_policy(Bucket=name, Policy=json.dumps(public_policy(settings, _policy(client, name))))
        client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": cors_rules(_cors(client, name))})


def public_policy(settings: S3Config, present: dict[str, Any] | None = None) -> dict[str, Any]:
    """The bucket policy under which everybody may read the prefix, added to the one that is there."""
    prefix = settings.prefix.strip("/")
    name = f"{_RULE}{digest_bytes(prefix.encode())[:8]}"  # one for each show in the bucket
    statement = {
        "Sid": name,
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{settings.bucket}/{prefix}/*" if prefix else f"arn:aws:s3:::{settings.bucket}/*",
    }
    others = [one for one in (present or {}).get("Statement", []) if one.get("Sid") != name]
    return {"Version": "2012-10-17", "Statement": [*others, statement]}


def cors_rules(present: list[dict[str, Any]] | None = None) -> Any:
    """The rules under which web players may read feed, transcripts, chapters and audio, added to those there."""
    rule = {
        "ID": _RULE,
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedOrigins": ["*"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["Content-Length", "Content-Range", "ETag"],
        "MaxAgeSeconds": 86400,
    }
    return [*(one for one in present or [] if one.get("ID") != _RULE), rule]


def _location(settings: S3Config) -> Any:
    if settings.endpoint or settings.region in (None, "us-east-1"):
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}


def _policy(client: S3Client, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(client.get_bucket_policy(Bucket=name)["Policy"])
    except client.exceptions.ClientError as error:
        if _code(error) == "NoSuchBucketPolicy":
            return None
        raise
    return found


def _cors(client: S3Client, name: str) -> list[dict[str, Any]] | None:
    try:
        return [dict(rule) for rule in client.get_bucket_cors(Bucket=name)["CORSRules"]]
    except client.exceptions.ClientError as error:
        if _code(error) == "NoSuchCORSConfiguration":
            return None
        raise


def _code(error: Any) -> str:
    return str(error.response["Error"]["Code"])
