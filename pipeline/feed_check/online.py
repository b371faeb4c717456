"""Rules about what a feed's servers answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.adapters.web import Answer
from pipeline.feed_check import artwork
from pipeline.feed_check.asking import Kind, Online
from pipeline.feed_check.feed import duration_of, episode_of, quoted
from pipeline.feed_check.findings import Hit
from pipeline.formats.xml import Node
from pipeline.models import Seconds

MOST_REDIRECTS = 4
LARGEST_PICTURE = 512 << 10
_FEED_TYPES = ("application/rss+xml", "application/xml", "text/xml")
_FILES = (Kind.SOUND, Kind.PICTURE, Kind.CHAPTERS, Kind.TRANSCRIPT)
_SERVED_AS = {
    "application/json+chapters": ("application/json+chapters", "application/json"),
    "application/x-subrip": ("application/x-subrip", "application/srt", "text/srt"),
    "application/srt": ("application/x-subrip", "application/srt", "text/srt"),
    "audio/x-m4a": ("audio/x-m4a", "audio/mp4"),
    "audio/mp4": ("audio/x-m4a", "audio/mp4"),
}
_LONGEST_ADDRESS = 200
_ROUNDING: Seconds = 2.0  # durations are told in whole seconds, and encoders add a little silence


def _whole(url: str) -> str:
    """An address to be copied from what is printed."""
    return quoted(url, _LONGEST_ADDRESS)


def feed_types(online: Online) -> Iterator[Hit]:
    """The feed is served as XML in UTF-8."""
    if online.answer and online.answer.media_type not in _FEED_TYPES:
        yield 1, f"the feed is served as {quoted(online.answer.media_type)}"
    charset = online.answer.headers.get("content-type", "").lower().partition("charset=")[2] if online.answer else ""
    if charset and charset.strip("\"' ;") not in ("utf-8", "utf8"):
        yield 1, f"the feed is served with charset {quoted(charset)}"


def feed_cors(online: Online) -> Iterator[Hit]:
    """Players in web pages may read the feed."""
    if online.answer and not _may_be_read(online.answer):
        yield 1, "the feed is served without Access-Control-Allow-Origin"


def feed_caching(online: Online) -> Iterator[Hit]:
    """The feed says which version of it that is."""
    if online.answer and not {"etag", "last-modified"} & online.answer.headers.keys():
        yield 1, "the feed is served with neither ETag nor Last-Modified"


def feed_not_modified(online: Online) -> Iterator[Hit]:
    """Who has the feed already is told so."""
    if online.again and online.again.status != 304:
        yield 1, f"asked for what changed since a moment ago, the server answers {online.again.status}"


def feed_address(online: Online) -> Iterator[Hit]:
    """The feed is where its self link says."""
    if online.answer and online.url:
        known = {online.url, online.answer.url, *online.answer.redirects}
        own = next(online.feed.atom_links("self"), None)
        if own is not None and own.attributes.get("href") not in known:
            yield (
                own,
                f"the self link says {quoted(own.attributes.get('href'))}, and this is {quoted(online.answer.url)}",
            )


def redirects(online: Online) -> Iterator[Hit]:
    """An address leads to the thing without many stops."""
    for place, answer in _all_answers(online):
        if len(answer.redirects) > MOST_REDIRECTS:
            yield place, f"{_whole(answer.redirects[0])} is {len(answer.redirects)} redirects away"


def downgrades(online: Online) -> Iterator[Hit]:
    """Nothing leads from https to http."""
    for place, answer in _all_answers(online):
        stops = (*answer.redirects, answer.url)
        for before, after in pairwise(stops):
            if before.startswith("https:") and after.startswith("http:"):
                yield place, f"{_whole(before)} sends on to {_whole(after)}"


def _all_answers(online: Online) -> Iterator[tuple[Node | int, Answer]]:
    if online.answer:
        yield 1, online.answer
    for node, _, reply in online.of(*Kind):
        if reply.answers:
            yield node, max(reply.answers, key=lambda one: len(one.redirects))


def missing_files(online: Online) -> Iterator[Hit]:
    """Audio, artwork, chapters and transcripts are there."""
    for node, url, reply in online.of(*_FILES):
        if reply.fault:
            yield node, f"{_whole(url)} {reply.fault}"


def broken_links(online: Online) -> Iterator[Hit]:
    """Trailers, other encodings and further pages are there."""
    for node, url, reply in online.of(Kind.LINK):
        if reply.fault:
            yield node, f"{_whole(url)} {reply.fault}"
        elif reply.head and reply.head.status in (404, 410):
            yield node, f"{_whole(url)} answers {reply.head.status}"


def head_requests(online: Online) -> Iterator[Hit]:
    """Servers answer HEAD, by which directories look at audio and artwork."""
    for node, url, reply in online.of(Kind.SOUND, Kind.PICTURE):
        if reply.answer and reply.answer.ok and not (reply.head and reply.head.ok):
            yield node, f"{_whole(url)} answers HEAD with {reply.head.status if reply.head else 'nothing'}"


def byte_ranges(online: Online) -> Iterator[Hit]:
    """Players can ask for a part of the audio."""
    for node, url, reply in online.of(Kind.SOUND):
        if reply.answer and reply.answer.ok and reply.answer.status != 206:
            yield node, f"{_whole(url)} sends all of it (status {reply.answer.status}) when asked for a part"


def lengths(online: Online) -> Iterator[Hit]:
    """The enclosure's length is that of the file."""
    for node, _, reply in online.of(Kind.SOUND):
        size = next((one.size for one in reply.answers if one.ok and one.size is not None), None)
        if size is not None and node.attributes.get("length", "") != str(size):
            yield (
                node,
                f"the enclosure's length is {quoted(node.attributes.get('length'))}, and the file has {size} bytes",
            )


def served_types(online: Online) -> Iterator[Hit]:
    """Files are served as what the feed says that they are."""
    for node, url, reply in online.of(Kind.SOUND, Kind.CHAPTERS, Kind.TRANSCRIPT):
        told, answer = node.attributes.get("type", ""), next((one for one in reply.answers if one.ok), None)
        if answer and told and answer.media_type not in _SERVED_AS.get(told, (told,)):
            yield node, f"{_whole(url)} is served as {quoted(answer.media_type)}, not {quoted(told)}"


def file_cors(online: Online) -> Iterator[Hit]:
    """Players in web pages may read transcripts and chapters."""
    for node, url, reply in online.of(Kind.CHAPTERS, Kind.TRANSCRIPT):
        if reply.answer and reply.answer.ok and not _may_be_read(reply.answer):
            yield node, f"{_whole(url)} is served without Access-Control-Allow-Origin"


def audio_cors(online: Online) -> Iterator[Hit]:
    """Players in web pages may look into the audio."""
    for node, url, reply in online.of(Kind.SOUND):
        if reply.answer and reply.answer.ok and not _may_be_read(reply.answer):
            yield node, f"{_whole(url)} is served without Access-Control-Allow-Origin"


def _may_be_read(answer: Answer) -> bool:
    return bool(answer.headers.get("access-control-allow-origin"))


def real_durations(online: Online) -> Iterator[Hit]:
    """The duration is that of the sound."""
    for node, _, reply in online.of(Kind.SOUND):
        item = episode_of(node)
        told = duration_of(item) if item else None
        if told is not None and reply.end is not None and abs(told - reply.end) > max(_ROUNDING, reply.end / 100):
            yield node, f"<itunes:duration> says {told:g} s, and the sound lasts {reply.end:.0f} s"


def show_artwork(online: Online) -> Iterator[Hit]:
    """The show's picture is one that directories take."""
    return _artwork(online, of_show=True)


def episode_artwork(online: Online) -> Iterator[Hit]:
    """An episode's picture is one that directories take."""
    return _artwork(online, of_show=False)


def _artwork(online: Online, *, of_show: bool) -> Iterator[Hit]:
    for node, url, reply in online.of(Kind.PICTURE):
        if (episode_of(node) is None) is not of_show:
            continue
        if reply.unreadable:
            yield node, f"{_whole(url)} {reply.unreadable}"
        if reply.picture:
            ending = PurePosixPath(urlsplit(url).path).suffix.lower()
            for fault in artwork.faults(reply.picture, ending):
                yield node, f"{_whole(url)} {fault}"


def heavy_artwork(online: Online) -> Iterator[Hit]:
    """Pictures load quickly."""
    for node, url, reply in online.of(Kind.PICTURE):
        size = next((one.size for one in reply.answers if one.ok and one.size is not None), None)
        if size is not None and size > LARGEST_PICTURE:
            yield node, f"{_whole(url)} has {size} bytes"


def unreadable_chapters(online: Online) -> Iterator[Hit]:
    """Chapters are JSON that apps read."""
    for node, url, reply in online.of(Kind.CHAPTERS):
        if reply.unreadable:
            yield node, f"{_whole(url)} {reply.unreadable}"


def chapter_times(online: Online) -> Iterator[Hit]:
    """Chapters begin at 0, each after the one before, and within the episode."""
    for node, url, reply in online.of(Kind.CHAPTERS):
        starts, item = reply.starts, episode_of(node)
        whole = duration_of(item) if item else None
        if reply.answer and not starts and not reply.unreadable and not reply.fault:
            yield node, f"{_whole(url)} has no chapters"
        if starts and starts[0] != 0:
            yield node, f"{_whole(url)}: the first chapter starts at {starts[0]:g} s, not at 0"
        for number, (before, after) in enumerate(pairwise(starts), 2):
            if after <= before:
                yield node, f"{_whole(url)}: chapter {number} starts at {after:g} s, not after the one before it"
        if whole is not None and starts and starts[-1] > whole + _ROUNDING:
            yield node, f"{_whole(url)}: a chapter starts at {starts[-1]:g} s, and the episode ends at {whole:g} s"


def unreadable_transcripts(online: Online) -> Iterator[Hit]:
    """Transcripts are what their type says."""
    for node, url, reply in online.of(Kind.TRANSCRIPT):
        if reply.unreadable:
            yield node, f"{_whole(url)}: {reply.unreadable}"


def transcript_times(online: Online) -> Iterator[Hit]:
    """Transcripts end with the episode, or before."""
    for node, url, reply in online.of(Kind.TRANSCRIPT):
        item = episode_of(node)
        whole = duration_of(item) if item else None
        if whole is not None and reply.end is not None and reply.end > whole + max(_ROUNDING, whole / 100):
            yield node, f"{_whole(url)} goes on until {reply.end:g} s, and the episode ends at {whole:g} s"
