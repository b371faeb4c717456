"""Whether a show can be published to a bucket and reach its listeners, tried out with a small probe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

from pipeline.adapters import s3, web
from pipeline.adapters.s3_public import public_url, refuse_unserved
from pipeline.config import S3Config
from pipeline.errors import ConfigError, PipelineError
from pipeline.store import digest_bytes
from pipeline.targets import PROBE, Item, LostRaceError

_DATA = b"Showrunner was here; delete me."
_ORIGIN = "https://player.example"
_FROM_A_PAGE, _A_PART = {"Origin": _ORIGIN}, {"Range": "bytes=2-4"}


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried; `fix` where it does not work."""

    name: str
    detail: str
    fix: str | None = None


def examine(settings: S3Config) -> Iterator[Probe]:
    """Write, write again under conditions, read, read as a listener does, and delete: a Probe for each, as it is known.

    What the later ones need failing ends it: bad credentials say nothing of CORS.
    """
    item = _item(f"{PROBE}{uuid4().hex}", _DATA)
    place = f"s3://{settings.bucket}/{settings.prefix}"
    try:
        bucket = s3.open_bucket(settings)
        bucket.put(item, replaces=None)
    except (PipelineError, LostRaceError) as error:
        yield _failed("write", error)
        return
    try:
        found = bucket.head(item.key)
        if not found or not found.holds(item):
            yield Probe("write", f"{place}: a probe came back as {found}", "check that the endpoint is an S3 server")
            return
        yield Probe("write", f"{place} can be written; the bytes are checked by {settings.checksum.upper()}")
        yield _conditions(bucket, item)
        yield from _listeners(settings, item)
    except PipelineError as error:
        yield _failed("read", error)
    finally:
        with suppress(PipelineError):
            bucket.delete(item.key)
    if bucket.head(item.key):
        yield Probe("delete", f"{item.key} could not be deleted", "give the credentials s3:DeleteObject on the prefix")


def check(settings: S3Config) -> str:
    """`examine` in one sentence. Raises ConfigError with the first thing that does not work and its fix."""
    for probe in examine(settings):
        if probe.fix:
            raise ConfigError(probe.detail, fix=probe.fix)
    return f"s3://{settings.bucket}/{settings.prefix} can be written, and is public at {settings.public_base_url}"


def _item(key: str, data: bytes) -> Item:
    return Item(key, data, digest_bytes(data), len(data), "text/plain", "no-store")


def _failed(name: str, error: Exception) -> Probe:
    if isinstance(error, PipelineError):
        return Probe(name, error.what, error.fix)
    return Probe(name, "another process wrote the same probe", "run it again")


def _conditions(bucket: s3.Bucket, item: Item) -> Probe:
    """A write for which nothing may be there, and one for which another ETag must be: both have to be refused."""
    if not bucket.settings.conditional_writes:
        return Probe("conditions", "not used (s3.conditional_writes: false): publish from one machine at a time")
    for replaces in (None, '"00000000000000000000000000000000"'):
        try:
            bucket.put(_item(item.key, _DATA[::-1]), replaces=replaces)
        except LostRaceError:
            continue
        what = "If-None-Match" if replaces is None else "If-Match"
        return Probe(
            "conditions",
            f"this server ignores {what}: of two machines that publish at once one would lose its episode",
            "set s3.conditional_writes: false in configs/publish.yaml, and publish from one machine at a time",
        )
    return Probe("conditions", "of two writes at once one is refused, so several machines may publish")


def _listeners(settings: S3Config, item: Item) -> Iterator[Probe]:
    try:
        refuse_unserved(settings, item)
    except PipelineError as error:
        yield _failed("public", error)
        return
    yield Probe("public", f"everybody can read it at {settings.public_base_url}")
    url = public_url(settings, item.key)
    try:
        whole, part = (web.fetch(url, headers=asked, limit=1 << 16) for asked in (_FROM_A_PAGE, _A_PART))
    except web.WebError as error:
        yield Probe("listeners", f"{url} {error}", "run it again")
        return
    yield _cors(whole)
    if (part.status, part.body) == (206, _DATA[2:5]):
        yield Probe("ranges", "apps can jump to any place in an episode")
    else:
        fix = "apps cannot seek without byte ranges: let the CDN or web server in front pass Range on"
        yield Probe("ranges", f"a request for 3 bytes was answered with status {part.status}", fix)


def _cors(answer: web.Answer) -> Probe:
    allowed = answer.headers.get("access-control-allow-origin")
    if allowed in ("*", _ORIGIN):
        return Probe("cors", "web players may read transcripts and chapters")
    fix = "set CORS rules (`showrunner bucket setup`), and let a CDN in front pass Origin on"
    return Probe("cors", "web players may not read transcripts and chapters: there is no CORS header", fix)
