"""Rules about what comes with the audio: transcripts, chapters, soundbites, other encodings."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from pipeline.adapters import registries
from pipeline.feed_check.feed import Feed, duration_of, episode_of, quoted
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import PODCAST, PSC
from pipeline.feed_check.taxonomy import TRANSCRIPTS
from pipeline.formats.clock import parse_stamp
from pipeline.formats.xml import Node
from pipeline.models import Seconds

_TIMED = ("text/vtt", "application/x-subrip", "application/srt")
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,9})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:.")
_SRI = {"sha256": 32, "sha384": 48, "sha512": 64}
_SLACK: Seconds = 1.0  # durations are told in whole seconds


def transcripts(feed: Feed) -> Iterator[Hit]:
    """A transcript has an address and a type that apps know."""
    for node in feed.every(PODCAST + "transcript"):
        if not node.attributes.get("url"):
            yield node, "a transcript has no url"
        if node.attributes.get("type") not in TRANSCRIPTS:
            yield node, f"a transcript has type {quoted(node.attributes.get('type'))}"


def transcript_languages(feed: Feed) -> Iterator[Hit]:
    """Languages of transcripts and of other encodings are registered codes."""
    for name, key in (("transcript", "language"), ("alternateEnclosure", "lang")):
        for node in feed.every(PODCAST + name):
            if key in node.attributes and not registries.is_language(node.attributes[key]):
                yield node, f"<podcast:{name}> has {key} {quoted(node.attributes[key])}"


def captions(feed: Feed) -> Iterator[Hit]:
    """rel="captions" is for what has times."""
    for node in feed.every(PODCAST + "transcript"):
        kind, rel = node.attributes.get("type", ""), node.attributes.get("rel")
        if rel not in (None, "captions"):
            yield node, f"a transcript has rel {quoted(rel)}"
        elif rel == "captions" and kind not in (*_TIMED, "application/json"):
            yield node, f"a transcript of type {quoted(kind)} has no times, and is called captions"
        elif kind == "application/srt":
            yield node, "a transcript has type 'application/srt', now application/x-subrip"


def chapters(feed: Feed) -> Iterator[Hit]:
    """Chapters have an address and their one type."""
    for node in feed.every(PODCAST + "chapters"):
        if not node.attributes.get("url"):
            yield node, "the chapters have no url"
        if node.attributes.get("type") != "application/json+chapters":
            yield node, f"the chapters have type {quoted(node.attributes.get('type'))}"


def soundbites(feed: Feed) -> Iterator[Hit]:
    """A soundbite has a start and a length, and lies in the episode."""
    for node in feed.every(PODCAST + "soundbite"):
        times = [node.attributes.get(key, "") for key in ("startTime", "duration")]
        for key, time in zip(("startTime", "duration"), times, strict=True):
            if not _SECONDS.fullmatch(time):
                yield node, f"<podcast:soundbite> has {key} {quoted(time)}"
        whole = _duration(node)
        if whole and all(map(_SECONDS.fullmatch, times)) and sum(map(float, times)) > whole + _SLACK:
            yield node, f"<podcast:soundbite> ends at {sum(map(float, times)):g} s, and the episode at {whole:g} s"


def soundbite_lengths(feed: Feed) -> Iterator[Hit]:
    """A soundbite is long enough to say something, and short enough to share."""
    for node in feed.every(PODCAST + "soundbite"):
        time = node.attributes.get("duration", "")
        if _SECONDS.fullmatch(time) and not 15 <= float(time) <= 120:
            yield node, f"<podcast:soundbite> lasts {float(time):g} s"


def _duration(node: Node) -> Seconds | None:
    item = episode_of(node)
    return duration_of(item) if item else None


def other_encodings(feed: Feed) -> Iterator[Hit]:
    """Another encoding has a type and somewhere to get it from."""
    for node in feed.every(PODCAST + "alternateEnclosure"):
        given = node.attributes
        if "/" not in given.get("type", ""):
            yield node, f"<podcast:alternateEnclosure> has type {quoted(given.get('type'))}"
        for key in ("length", "bitrate", "height"):
            if key in given and not _NUMBER.fullmatch(given[key]):
                yield node, f"<podcast:alternateEnclosure> has {key} {quoted(given[key])}"
        if given.get("default", "true") not in ("true", "false"):
            yield node, f"<podcast:alternateEnclosure> has default {quoted(given['default'])}"
        sources = list(node.all(PODCAST + "source"))
        if not sources or not all(_URI.match(one.attributes.get("uri", "")) for one in sources):
            yield node, "<podcast:alternateEnclosure> has no <podcast:source> with a uri"


def one_default(feed: Feed) -> Iterator[Hit]:
    """One encoding at most is the one to take."""
    for item in feed.items:
        chosen = [
            node
            for node in item.all(PODCAST + "alternateEnclosure")
            if node.attributes.get("default") == "true"
        ]  # fmt: skip
        for node in chosen[1:]:
            yield node, f"the default is on line {chosen[0].line} already"


def integrities(feed: Feed) -> Iterator[Hit]:
    """A checksum is one."""
    for node in feed.every(PODCAST + "integrity"):
        kind, value = node.attributes.get("type", ""), node.attributes.get("value", "")
        if kind not in ("sri", "pgp-signature"):
            yield node, f"<podcast:integrity> has type {quoted(kind)}"
        elif not value or (kind == "sri" and not all(map(_is_sri, value.split()))):
            yield node, f"<podcast:integrity> has value {quoted(value)}"


def _is_sri(text: str) -> bool:
    name, _, digest = text.partition("-")
    try:
        return len(base64.b64decode(digest.partition("?")[0], validate=True)) == _SRI.get(name)
    except (binascii.Error, ValueError):
        return False


def simple_chapters(feed: Feed) -> Iterator[Hit]:
    """Podlove's chapters have starts in order and titles, and lie in the episode."""
    for node in feed.every(PSC + "chapters"):
        before, whole = -1.0, _duration(node)
        for chapter in node.all(PSC + "chapter"):
            given = chapter.attributes
            start = _npt(given.get("start", ""))
            if start is None or not given.get("title", "").strip():
                yield (
                    chapter,
                    f"<psc:chapter> has start {quoted(given.get('start'))} and title {quoted(given.get('title'))}",
                )
                continue
            if start <= before:
                yield chapter, f"<psc:chapter> starts at {given['start']}, not after the one before it"
            if whole and start > whole + _SLACK:
                yield chapter, f"<psc:chapter> starts at {given['start']}, and the episode ends at {whole:g} s"
            before = start


def _npt(text: str) -> Seconds | None:
    """The seconds of a normal play time: `12`, `1:02`, `00:01:02.345`."""
    return float(text) if _SECONDS.fullmatch(text) else parse_stamp(text)
