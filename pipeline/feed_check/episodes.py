"""Rules about episodes: audio, guids, dates, durations and numbers, and how episodes fit together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.feed_check.feed import Feed, date_of, quoted, value_of
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import ITUNES, PODCAST, shown
from pipeline.formats.xml import Node

_URL = re.compile(r"https?://[!-~]+")
_WHOLE = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_DURATION = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_WEEKDAY = re.compile(r"([A-Za-z]{3}),")
_OLD_ZONE = re.compile(r"\s(?:[ECMP][SD]T|[A-IK-Y])$")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_A_DAY = dt.timedelta(days=1)
#: What a file's ending says about its type.
TYPES: dict[str, tuple[str, ...]] = {
    ".mp3": ("audio/mpeg",),
    ".m4a": ("audio/mp4", "audio/x-m4a", "audio/aac"),
    ".aac": ("audio/aac",),
    ".ogg": ("audio/ogg",),
    ".opus": ("audio/ogg", "audio/opus"),
    ".wav": ("audio/wav", "audio/x-wav"),
    ".flac": ("audio/flac", "audio/x-flac"),
    ".mp4": ("video/mp4", "audio/mp4"),
    ".m4v": ("video/x-m4v", "video/mp4"),
    ".mov": ("video/quicktime",),
}


def enclosures(feed: Feed) -> Iterator[Hit]:
    """An enclosure has an address, a length in bytes and a media type."""
    for node in feed.every("enclosure"):
        given = node.attributes
        if not given.get("url"):
            yield node, "the enclosure has no url"
        if not _WHOLE.fullmatch(given.get("length", "")):
            yield node, f"the enclosure's length is {quoted(given.get('length'))}"
        if not given.get("type", "").startswith(("audio/", "video/")):
            yield node, f"the enclosure's type is {quoted(given.get('type'))}"


def enclosure_types(feed: Feed) -> Iterator[Hit]:
    """Type and file ending agree: apps go by one or the other."""
    for node in feed.every("enclosure"):
        url, kind = node.attributes.get("url", ""), node.attributes.get("type", "")
        ending = _ending(url)
        if ending in TYPES and kind and kind not in TYPES[ending]:
            yield node, f"a {ending} file has type {quoted(kind)}, not {TYPES[ending][0]!r}"


def enclosure_endings(feed: Feed) -> Iterator[Hit]:
    """The address ends as a sound or video file does."""
    for node in feed.every("enclosure"):
        url = node.attributes.get("url", "")
        if url and _ending(url) not in TYPES:
            yield node, f"the enclosure's address ends in {quoted(PurePosixPath(url.partition('?')[0]).name)}"


def _ending(url: str) -> str:
    try:
        return PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""


def repeated_enclosures(feed: Feed) -> Iterator[Hit]:
    """No two episodes have the same audio file."""
    return _repeated(((node, node.attributes.get("url", "")) for node in feed.every("enclosure")), "audio file")


def repeated_guids(feed: Feed) -> Iterator[Hit]:
    """No two episodes have the same guid."""
    return _repeated(((node, node.text.strip()) for item in feed.items for node in item.all("guid")), "guid")


def repeated_titles(feed: Feed) -> Iterator[Hit]:
    """No two episodes have the same title."""
    return _repeated(((node, node.text.strip()) for item in feed.items for node in item.all("title")), "title")


def repeated_dates(feed: Feed) -> Iterator[Hit]:
    """No two episodes have the same date: their order would be anybody's guess."""
    return _repeated(((node, node.text.strip()) for item in feed.items for node in item.all("pubDate")), "date")


def _repeated(pairs: Iterable[tuple[Node, str]], kind: str) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for node, value in pairs:
        if value and value in seen:
            yield node, f"{kind} {quoted(value)} stands on line {seen[value]} already"
        seen.setdefault(value, node.line)


def guid_links(feed: Feed) -> Iterator[Hit]:
    """A guid that is no address does not claim to be one."""
    for node in feed.every("guid"):
        if node.attributes.get("isPermaLink", "true") != "false" and not _URL.fullmatch(node.text.strip()):
            yield node, f"the guid counts as a link, which {quoted(node.text)} is not"


def guids_of_audio(feed: Feed) -> Iterator[Hit]:
    """A guid that is the audio's address changes with it."""
    for item in feed.items:
        guid, audio = item.first("guid"), item.first("enclosure")
        if guid and audio and guid.text.strip() == audio.attributes.get("url"):
            yield guid, "the guid is the address of the audio"


def dates(feed: Feed) -> Iterator[Hit]:
    """Dates are as RFC 2822 has them, with an offset."""
    for node in feed.every("pubDate", "lastBuildDate"):
        if date_of(node.text) is None:
            yield node, f"<{node.name}> is {quoted(node.text)}"


def weekdays(feed: Feed) -> Iterator[Hit]:
    """The weekday is that of the date."""
    for node in feed.every("pubDate", "lastBuildDate"):
        named, date = _WEEKDAY.match(node.text.strip()), date_of(node.text)
        if named and date and named.group(1).title() != _DAYS[date.weekday()]:
            yield node, f"{quoted(node.text)} was a {_DAYS[date.weekday()]}"


def zone_names(feed: Feed) -> Iterator[Hit]:
    """A zone is an offset: names are read differently, or as UTC."""
    for node in feed.every("pubDate", "lastBuildDate"):
        if date_of(node.text) and _OLD_ZONE.search(node.text.strip()):
            yield node, f"<{node.name}> names its zone: {quoted(node.text)}"


def future_dates(feed: Feed) -> Iterator[Hit]:
    """Episodes of tomorrow are hidden by some apps and shown by others."""
    for node in feed.every("pubDate"):
        date = date_of(node.text)
        if date and feed.now and date > feed.now + _A_DAY:
            yield node, f"<pubDate> is {quoted(node.text)}, which is to come"


def date_order(feed: Feed) -> Iterator[Hit]:
    """The newest episode is first."""
    before: dt.datetime | None = None
    for item in feed.items:
        node = item.first("pubDate")
        date = date_of(node.text) if node else None
        if node and date and before and date > before:
            yield node, "it is newer than the episode above it"
        before = date or before


def durations(feed: Feed) -> Iterator[Hit]:
    """Durations are whole seconds."""
    for node in feed.every(ITUNES + "duration"):
        if not _DURATION.fullmatch(node.text.strip()):
            yield node, f"<itunes:duration> is {quoted(node.text)}"


def numbers(feed: Feed) -> Iterator[Hit]:
    """Seasons and episodes count from 1; the podcast namespace has room between two episodes."""
    for node in feed.every(ITUNES + "season", ITUNES + "episode", PODCAST + "season"):
        if not _WHOLE.fullmatch(node.text.strip()):
            yield node, f"{shown(node.name)} is {quoted(node.text)}"
    for node in feed.every(PODCAST + "episode"):
        if not _DECIMAL.fullmatch(node.text.strip()):
            yield node, f"<podcast:episode> is {quoted(node.text)}"


def numbers_that_disagree(feed: Feed) -> Iterator[Hit]:
    """Both namespaces tell the same season and episode."""
    for item in feed.items:
        for local in ("season", "episode"):
            one, other = value_of(item, ITUNES + local), item.first(PODCAST + local)
            if one and other and _DECIMAL.fullmatch(other.text.strip()) and int(float(other.text)) != int(_number(one)):
                yield other, f"<podcast:{local}> is {quoted(other.text)} and <itunes:{local}> {one!r}"


def _number(text: str) -> float:
    return float(text) if _DECIMAL.fullmatch(text) else -1.0


def serial_numbers(feed: Feed) -> Iterator[Hit]:
    """A serial show is heard in the order of its numbers."""
    if value_of(feed.channel, ITUNES + "type") != "serial":
        return
    for item in feed.items:
        if value_of(item, ITUNES + "episodeType") in ("", "full") and not value_of(item, ITUNES + "episode"):
            yield item, "it has no <itunes:episode>, and the show is serial"


def repeated_numbers(feed: Feed) -> Iterator[Hit]:
    """No two full episodes of a season have the same number."""
    pairs = (
        (node, f"{value_of(item, ITUNES + 'season') or 'none'}/{node.text.strip()}")
        for item in feed.items
        if value_of(item, ITUNES + "episodeType") in ("", "full")
        for node in item.all(ITUNES + "episode")
    )
    return _repeated(pairs, "season/episode")


def names_of_numbers(feed: Feed) -> Iterator[Hit]:
    """What stands for a number is short enough to be shown."""
    for name, key, most in ((PODCAST + "season", "name", 128), (PODCAST + "episode", "display", 32)):
        for node in feed.every(name):
            if len(node.attributes.get(key, "")) > most:
                yield node, f"{shown(name)} has a {key} of {len(node.attributes[key])} characters, more than {most}"
