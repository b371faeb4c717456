"""What is asked of the servers that a feed names, and what is kept of their answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.adapters import images, sound_heads, web
from pipeline.adapters.images import Picture
from pipeline.adapters.web import Answer
from pipeline.errors import InputError
from pipeline.feed_check.feed import Feed
from pipeline.feed_check.namespaces import ATOM, ITUNES, PODCAST
from pipeline.formats import decode_text, read_transcript
from pipeline.formats.xml import Node
from pipeline.models import Seconds

AT_ONCE = 8
LARGEST_TEXT = 16 << 20
_HEAD_OF_PICTURE = 2 << 20
_ENDINGS = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "application/json": ".json",
}

Progress = Callable[[int, int], None]


class Kind(Enum):
    """What an address leads to, by which it is asked for."""

    SOUND = "sound"
    PICTURE = "picture"
    CHAPTERS = "chapters"
    TRANSCRIPT = "transcript"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of one address. `fault` says why there is nothing, `unreadable` what is wrong with what is there.

    `head` is the answer to HEAD, `answer` that to GET (its body is not kept). `end`: seconds of a transcript or sound.
    """

    fault: str | None = None
    head: Answer | None = None
    answer: Answer | None = None
    unreadable: str | None = None
    picture: Picture | None = None
    starts: tuple[Seconds, ...] = ()
    end: Seconds | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Whatever was answered."""
        return tuple(one for one in (self.head, self.answer) if one)


@dataclass(frozen=True)
class Online:
    """A feed with what servers said; `items` are the episodes whose files were asked for.

    Where the feed itself was fetched: from which `url`, the `answer`, and `again` the answer to a second request that
    offered the first one's ETag and date.
    """

    feed: Feed
    items: tuple[Node, ...]
    places: dict[tuple[Kind, str], Node]
    replies: dict[tuple[Kind, str], Reply]
    url: str | None = None
    answer: Answer | None = None
    again: Answer | None = None

    def of(self, *kinds: Kind) -> Iterable[tuple[Node, str, Reply]]:
        """The first place that names each such file, its address, and what is known of it."""
        for (kind, url), node in self.places.items():
            if kind in kinds:
                yield node, url, self.replies[kind, url]


def ask_all(
    feed: Feed, answer: Answer | None, url: str | None, newest: int | None, client: web.Client, progress: Progress
) -> Online:
    """Ask for what the show and its `newest` episodes (None: all) name, eight at a time, each address once."""
    from concurrent.futures import ThreadPoolExecutor

    items = tuple(feed.items if newest is None else islice(feed.items, newest))
    found: dict[tuple[Kind, str], Node] = {}
    for kind, node, address in _places(feed, items):
        found.setdefault((kind, address), node)
    places = {one: node for one, node in found.items() if one[0] is not Kind.LINK or (Kind.SOUND, one[1]) not in found}
    replies: dict[tuple[Kind, str], Reply] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        again = pool.submit(_ask_again, client, url, answer)
        asked = pool.map(lambda one: _ASK[one[0][0]](client, one[0][1], one[1]), places.items())
        for done, (one, reply) in enumerate(zip(places, asked, strict=True), 1):
            replies[one] = reply
            progress(done, len(places))
    return Online(feed, items, places, replies, url, answer, again.result())


def _places(feed: Feed, items: tuple[Node, ...]) -> Iterable[tuple[Kind, Node, str]]:
    """Every address that is asked for, by what it leads to."""
    kinds: dict[str, tuple[Kind, str]] = {
        "enclosure": (Kind.SOUND, "url"),
        ITUNES + "image": (Kind.PICTURE, "href"),
        PODCAST + "chapters": (Kind.CHAPTERS, "url"),
        PODCAST + "transcript": (Kind.TRANSCRIPT, "url"),
        PODCAST + "trailer": (Kind.LINK, "url"),
        PODCAST + "source": (Kind.LINK, "uri"),
        ATOM + "link": (Kind.LINK, "href"),
    }
    for top in (*(node for node in feed.channel.children if node.name != "item"), *items):
        for node in top.walk():
            kind, key = kinds.get(node.name, (None, ""))
            if kind and web.is_web_address(url := node.attributes.get(key, "")) and not _is_ours_to_skip(node):
                yield kind, node, url


def _is_ours_to_skip(node: Node) -> bool:
    """The feed itself was asked for already; a hub takes no questions."""
    return node.name == ATOM + "link" and node.attributes.get("rel") in ("self", "hub")


def _ask_again(client: web.Client, url: str | None, answer: Answer | None) -> Answer | None:
    """The feed once more, for those who have it already."""
    names = {"etag": "if-none-match", "last-modified": "if-modified-since"}
    given = {names[key]: answer.headers[key] for key in names if answer and key in answer.headers}
    if url is None or not given:
        return None
    try:
        return _bare(client.ask(url, headers={**given, **web.FROM_A_PAGE}, limit=0))
    except web.WebError:
        return None


def _ask_link(client: web.Client, url: str, node: Node) -> Reply:
    try:
        return Reply(head=client.ask(url, method="HEAD", headers=web.FROM_A_PAGE))
    except web.WebError as error:
        return Reply(fault=str(error))


def _ask_picture(client: web.Client, url: str, node: Node) -> Reply:
    reply = _ask_link(client, url, node)
    got = _get(client, url, _HEAD_OF_PICTURE, reply)
    if isinstance(got, Reply):
        return got
    picture = images.look_at(got.body)
    said = None if picture else "is no picture"
    return replace(reply, fault=None, answer=_bare(got), picture=picture, unreadable=said)


def _ask_sound(client: web.Client, url: str, node: Node) -> Reply:
    """HEAD as directories do, then parts as players do: the head of the file, and the first frames after its tag."""
    reply = _ask_link(client, url, node)
    got = _get(client, url, sound_heads.ENOUGH, reply, first=0)
    if isinstance(got, Reply):
        return got
    frames, begin = got.body, sound_heads.begin_of_sound(got.body)
    if begin and got.status == 206:
        rest = _get(client, url, sound_heads.ENOUGH, reply, first=begin)
        frames = b"" if isinstance(rest, Reply) else rest.body
    length = sound_heads.mp3_length(frames, got.size - begin) if got.size and frames else None
    return replace(reply, fault=None, answer=_bare(got), end=length)


def _ask_chapters(client: web.Client, url: str, node: Node) -> Reply:
    got = _get_text(client, url)
    if isinstance(got, Reply):
        return got
    reply = Reply(answer=_bare(got))
    try:
        starts = _read_chapters(got.body)
    except InputError as error:
        return replace(reply, unreadable=str(error))
    return replace(reply, starts=starts)


def _read_chapters(data: bytes) -> tuple[Seconds, ...]:
    """Where the chapters of the namespace's JSON start. Raises InputError."""
    fix = "write JSON chapters 1.2"
    try:
        said = json.loads(decode_text(data, "chapters"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({str(error)[:80]})", fix=fix) from error
    rows = said.get("chapters") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not isinstance(said.get("version"), str):
        raise InputError('has no "version" and list "chapters"', fix=fix)
    starts = [row.get("startTime") if isinstance(row, dict) else None for row in rows]
    for number, start in enumerate(starts):
        if isinstance(start, bool) or not isinstance(start, int | float) or not 0 <= start < 1e9:
            raise InputError(f"chapters[{number}].startTime is {str(start)[:40]}, not seconds", fix=fix)
    return tuple(float(start) for start in starts if isinstance(start, int | float))


def _ask_transcript(client: web.Client, url: str, node: Node) -> Reply:
    got = _get_text(client, url)
    if isinstance(got, Reply):
        return got
    type_ = node.attributes.get("type", "")
    reply, name = Reply(answer=_bare(got)), PurePosixPath(urlsplit(url).path).stem + _ENDINGS.get(type_, ".txt")
    try:
        said = decode_text(got.body, name)
        if type_ not in _ENDINGS:
            return reply if said.strip() else replace(reply, unreadable="is empty")
        read = read_transcript(said, name)
    except InputError as error:
        return replace(reply, unreadable=str(error))
    return replace(reply, end=read.duration) if read.segments else replace(reply, unreadable="has nothing said in it")


def _get_text(client: web.Client, url: str) -> Answer | Reply:
    """A file that is small enough to be read, or the reply that says why not."""
    got = _get(client, url, LARGEST_TEXT, Reply())
    if isinstance(got, Answer) and not got.whole:
        return Reply(answer=_bare(got), unreadable=f"is longer than {LARGEST_TEXT >> 20} MiB")
    return got


def _get(client: web.Client, url: str, limit: int, before: Reply, *, first: int | None = None) -> Answer | Reply:
    """A file, or from `first` on the part of `limit` bytes; where there is none, the reply that says so."""
    part = {} if first is None else {"range": f"bytes={first}-{first + limit - 1}"}
    try:
        got = client.ask(url, headers={**web.FROM_A_PAGE, **part}, limit=limit)
    except web.WebError as error:
        return replace(before, fault=str(error))
    return got if got.ok else replace(before, fault=f"answers {got.status}", answer=_bare(got))


def _bare(answer: Answer) -> Answer:
    return replace(answer, body=b"")


_ASK: dict[Kind, Callable[[web.Client, str, Node], Reply]] = {
    Kind.SOUND: _ask_sound,
    Kind.PICTURE: _ask_picture,
    Kind.CHAPTERS: _ask_chapters,
    Kind.TRANSCRIPT: _ask_transcript,
    Kind.LINK: _ask_link,
}
