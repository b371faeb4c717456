"""What S3 and boto3 complain of, in words a podcaster can act on. No message carries a credential."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from pipeline.config import S3Bucket
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.targets import LostRaceError


@dataclass(frozen=True, slots=True)
class _Meaning:
    kind: type[PipelineError]
    what: str
    fix: str


_KEYS = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that AWS_PROFILE names"
_NO_ACCESS_KEY = _Meaning(ConfigError, "the server does not know this access key", _KEYS)
_WRONG_SECRET = _Meaning(ConfigError, "the secret key does not belong to the access key", _KEYS)
_EXPIRED = _Meaning(ConfigError, "the credentials have expired", "sign in again, or set fresh credentials")
_DENIED = _Meaning(
    ConfigError,
    "these credentials may not do that",
    "give their user s3:GetObject, s3:PutObject and s3:DeleteObject on the prefix and s3:ListBucket on the bucket "
    "(without that, S3 says so of files that are not there)",
)
_NO_BUCKET = _Meaning(
    ConfigError,
    "there is no such bucket",
    "make it (`showrunner bucket setup`), or mend s3.bucket in configs/publish.yaml",
)
_BAD_BUCKET = _Meaning(ConfigError, "the bucket's name is not allowed", "mend s3.bucket in configs/publish.yaml")
_REGION = _Meaning(
    ConfigError, "the bucket is in another region", "set s3.region in configs/publish.yaml to its region"
)
_CLOCK = _Meaning(
    StageError, "this machine's clock is wrong", "set the clock (timedatectl set-ntp true), then run again"
)
_BUSY = _Meaning(StageError, "the server is overloaded or broken", "run again later: what arrived is kept")
_NO_CHECKSUM = _Meaning(
    ConfigError, "the server does not know SHA-256 checksums", "set s3.checksum: md5 in configs/publish.yaml"
)
_NO_CONDITIONS = _Meaning(
    ConfigError,
    "the server does not know conditional writes",
    "set s3.conditional_writes: false in configs/publish.yaml, and publish from one machine at a time",
)
_DAMAGED = _Meaning(StageError, "the bytes were damaged on the way", "run again: what arrived is kept")

_CODES = {
    "InvalidAccessKeyId": _NO_ACCESS_KEY,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "403": _DENIED,
    "NoSuchBucket": _NO_BUCKET,
    "InvalidBucketName": _BAD_BUCKET,
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "301": _REGION,
    "RequestTimeTooSkewed": _CLOCK,
    "RequestExpired": _CLOCK,
    "SlowDown": _BUSY,
    "ServiceUnavailable": _BUSY,
    "InternalError": _BUSY,
    "500": _BUSY,
    "503": _BUSY,
    "BadDigest": _DAMAGED,
    "XAmzContentChecksumMismatch": _DAMAGED,
}
# NoSuchKey: what was to be replaced is gone. NoSuchUpload: another machine finished it, or it was given up.
_LOST_RACES = (
    "PreconditionFailed", "412", "ConditionalRequestConflict", "OperationAborted", "409", "NoSuchKey", "NoSuchUpload",
)  # fmt: skip
_SKEW = dt.timedelta(minutes=10)  # S3 refuses at 15
_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_LIKE_A_SECRET = re.compile(r"(?<![\w/+=-])(?=[\w/+=-]*\d)(?!x-amz-)[\w/+=-]{20,}")


def code_of(error: Any) -> str:
    """What the server calls the error; for an answer without a body the HTTP status."""
    return str(error.response["Error"]["Code"])


@contextmanager
def explained(settings: S3Bucket, key: str = "") -> Iterator[None]:
    """Turn what boto3 raises inside into PipelineError or LostRaceError."""
    from botocore import exceptions as boto

    where = f"s3://{settings.bucket}/{settings.prefix.strip('/')}{'/' if settings.prefix else ''}{key}"
    host = settings.endpoint or "AWS"
    try:
        yield
    except boto.ClientError as error:
        code = code_of(error)
        if code in _LOST_RACES:
            raise LostRaceError(key) from error
        raise _explain(code, error, where, host) from error
    except (boto.NoCredentialsError, boto.PartialCredentialsError) as error:
        fix = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (configs/ must not hold them)"
        raise ConfigError(f"{where}: there are no credentials for {host}", fix=fix) from error
    except boto.ProfileNotFound as error:
        raise ConfigError(f"{where}: {_scrub(str(error))}", fix="mend AWS_PROFILE, or unset it") from error
    except (boto.NoRegionError, boto.InvalidRegionError) as error:
        raise ConfigError(f"{where}: no valid region is set", fix="set s3.region in configs/publish.yaml") from error
    except (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError) as error:
        fix = "check s3.endpoint in configs/publish.yaml and the network, then run again: what arrived is kept"
        raise StageError(f"{where}: {host} does not answer ({type(error).__name__})", fix=fix) from error
    except boto.BotoCoreError as error:
        raise StageError(
            f"{where}: {host}: {_scrub(str(error))}", fix="check s3: in configs/publish.yaml, then run again"
        ) from error


def _explain(code: str, error: Any, where: str, host: str) -> PipelineError:
    meaning = _unknown_to_server(error) or (_CLOCK if _clock_is_wrong(error) else _CODES.get(code))
    if meaning is None:
        fix = "run again; if it stays, ask who runs the server"
        return StageError(f"{where}: {host} refused: {_scrub(str(error))}", fix=fix)
    return meaning.kind(f"{where} at {host}: {meaning.what} ({code})", fix=meaning.fix)


def _unknown_to_server(error: Any) -> _Meaning | None:
    """What a write asks for that some S3s never learnt: they answer 501, or name the header."""
    if error.operation_name not in ("PutObject", "UploadPart", "CreateMultipartUpload"):
        return None
    if "checksum" in str(error) and code_of(error) in ("InvalidArgument", "InvalidRequest", "NotImplemented"):
        return _NO_CHECKSUM
    return _NO_CONDITIONS if code_of(error) in ("NotImplemented", "501") else None


def _clock_is_wrong(error: Any) -> bool:
    """Whether an answer without a reason is dated far from now: S3 takes no request that seems so old."""
    answer = error.response.get("ResponseMetadata", {})
    with suppress(KeyError, ValueError, TypeError):
        there = parsedate_to_datetime(answer["HTTPHeaders"]["date"])
        return answer["HTTPStatusCode"] == 403 and abs(dt.datetime.now(dt.UTC) - there) > _SKEW
    return False


def _scrub(text: str) -> str:
    """A server's or library's own words without anything that is, or looks like, a credential."""
    for name in _SECRETS:
        if value := os.environ.get(name):
            text = text.replace(value, "…")
    return _LIKE_A_SECRET.sub("…", text)
