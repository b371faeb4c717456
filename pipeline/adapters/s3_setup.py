"""Making a bucket public for listeners: the policy for its prefix, CORS rules, and what else is worth setting."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.adapters import s3
from pipeline.adapters.s3_errors import code_of, explained
from pipeline.config import S3Config
from pipeline.store import digest_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")
_RULE = "ShowrunnerPublicRead"
_UNKNOWN = ("NotImplemented", "MethodNotAllowed", "XNotImplemented", "501", "405", "UnsupportedOperation")
_KEEP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Setup:
    """What a bucket would get: whether it is to be made, its policy, its CORS rules (None: the server has none).

    `writes` names what differs from how it is, `advice` is for a person, who may know better.
    """

    makes: bool
    policy: dict[str, Any] | None
    cors: list[dict[str, Any]] | None
    writes: tuple[str, ...]
    advice: tuple[str, ...]


def plan(settings: S3Config) -> Setup:
    """What `write` would do; nothing is changed. Raises PipelineError when the server may not be asked."""
    client, name = s3.open_bucket(settings).client, settings.bucket
    with explained(settings):
        if not _exists(client, name):
            policy, cors = public_policy(settings), cors_rules()
            return Setup(True, policy, cors, ("bucket", "policy", "cors"), _advice(settings, None, None))
        known, found = _ask(client, lambda: client.get_bucket_policy(Bucket=name)["Policy"], "NoSuchBucketPolicy")
        present = json.loads(found) if found else None
        policies = public_policy(settings, present) if known else None
        known, rules = _ask(client, lambda: client.get_bucket_cors(Bucket=name)["CORSRules"], "NoSuchCORSConfiguration")
        own = [dict(rule) for rule in rules or []]
        rules_after = cors_rules(own) if known else None
        _, blocked = _ask(
            client,
            lambda: client.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
            "NoSuchPublicAccessBlockConfiguration", "AccessDenied",
        )  # fmt: skip
        _, versions = _ask(client, lambda: client.get_bucket_versioning(Bucket=name).get("Status"), "AccessDenied")
    writes = [("policy", policies is not None and policies != present), ("cors", rules_after not in (None, own))]
    return Setup(
        False, policies, rules_after, tuple(what for what, differs in writes if differs),
        _advice(settings, blocked, versions, policies is None, rules_after is None),
    )  # fmt: skip


def write(settings: S3Config, setup: Setup) -> None:
    """Do what was planned. Raises PipelineError when the server refuses; what was done until then stays."""
    client, name = s3.open_bucket(settings).client, settings.bucket
    with explained(settings):
        if "bucket" in setup.writes:
            with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
                client.create_bucket(Bucket=name, **_location(settings))
        if "policy" in setup.writes:
            client.put_bucket_policy(Bucket=name, Policy=json.dumps(setup.policy))
        if "cors" in setup.writes:
            rules: Any = setup.cors
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})


def prepare_bucket(settings: S3Config) -> None:
    """`plan` and `write` in one: the bucket exists then, everybody may read the prefix, from any web page."""
    write(settings, plan(settings))


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
    statements = (present or {}).get("Statement", [])
    same = [one for one in statements if one.get("Sid") == name and _means(one) == _means(statement)]
    if present and same:
        return present
    return {"Version": "2012-10-17", **(present or {}), "Statement": [*_without(statements, "Sid", name), statement]}


def cors_rules(present: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The rules under which web players may read feed, transcripts, chapters and audio, added to those there."""
    rule = {
        "ID": _RULE,
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedOrigins": ["*"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["Content-Length", "Content-Range", "ETag"],
        "MaxAgeSeconds": 86400,
    }
    return list(present or []) if rule in (present or []) else [*_without(present or [], "ID", _RULE), rule]


def _means(statement: dict[str, Any]) -> tuple[Any, ...]:
    """What a statement says; servers give back a list for a single value, or `{"AWS": "*"}` for everybody."""

    def single(value: Any) -> Any:
        if isinstance(value, dict):
            value = value.get("AWS", value)
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    return tuple(single(statement.get(key)) for key in ("Effect", "Principal", "Action", "Resource", "Condition"))


def _without(rules: list[dict[str, Any]], key: str, name: str) -> list[dict[str, Any]]:
    return [one for one in rules if one.get(key) != name]


def _advice(
    settings: S3Config,
    blocked: Any,
    versions: str | None,
    no_policy: bool = False,
    no_cors: bool = False,
) -> tuple[str, ...]:
    found = []
    if not settings.prefix.strip("/"):
        found.append("without s3.prefix all of the bucket becomes public: set one if anything else is kept there")
    if blocked and (blocked.get("BlockPublicPolicy") or blocked.get("RestrictPublicBuckets")):
        found.append(
            'AWS blocks public access to this bucket, so that the policy is refused: in its Permissions, edit "Block '
            'public access" and clear the two boxes about bucket policies; or leave it and put CloudFront in front'
        )
    if no_policy:
        found.append(
            "this server knows no bucket policies: make the bucket public where it is administered (docs/publishing.md)"
        )
    if no_cors:
        found.append(
            "this server takes no CORS rules from here: set them where it is administered (docs/publishing.md)"
        )
    if versions != "Enabled":
        server = f" --endpoint-url {settings.endpoint}" if settings.endpoint else ""
        found.append(
            "versioning is off: with it a deleted or damaged file can be brought back "
            f"(aws s3api put-bucket-versioning --bucket {settings.bucket} "
            f"--versioning-configuration Status=Enabled{server})"
        )
    found.append(
        f"a lifecycle rule that removes noncurrent versions after {_KEEP_DAYS} days and unfinished uploads after 7 "
        "keeps the bill small; never one that expires current objects: the feed names files for years"
    )
    return tuple(found)


def _exists(client: S3Client, name: str) -> bool:
    try:
        client.head_bucket(Bucket=name)
    except client.exceptions.ClientError as error:
        if code_of(error) in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def _ask(client: S3Client, ask: Callable[[], T], *absent: str) -> tuple[bool, T | None]:
    """Whether the server knows such a thing, and what it is; None where there is none."""
    try:
        return True, ask()
    except client.exceptions.ClientError as error:
        if code_of(error) in _UNKNOWN:
            return False, None
        if code_of(error) in absent:
            return True, None
        raise


def _location(settings: S3Config) -> Any:
    if settings.endpoint or settings.region in (None, "us-east-1"):
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
