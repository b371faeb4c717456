"""A feed as the rules look at it: read once, with everything found by its name."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property

from pipeline.feed_check.namespaces import ATOM, CONTENT, ITUNES, PODCAST, PODCAST_ON_GITHUB
from pipeline.formats.xml import Node, XmlError, parse_xml
from pipeline.models import Seconds

_LONGEST_HTML = 100_000  # characters of a text that are looked at for HTML
_TAG = re.compile(r"""</?([A-Za-z][A-Za-z0-9:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*+)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z][A-Za-z-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})|(\d+)", re.ASCII)

Tag = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Document:
    """The bytes of a feed, and the root element or why there is none."""

    data: bytes
    root: Node | None
    fault: XmlError | None


def read_document(data: bytes) -> Document:
    """The document, whether it can be read or not."""
    try:
        return Document(data, parse_xml(data), None)
    except XmlError as error:
        return Document(data, None, error)


@dataclass(frozen=True)
class Feed:
    """An RSS feed: its <channel> and <item>s. `now` is what dates are compared with, if anything."""

    root: Node
    channel: Node
    now: dt.datetime | None = None
    _by_name: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    _tags: dict[int, list[Tag]] = field(default_factory=dict)

    def every(self, *names: str) -> Iterator[Node]:
        """All elements with one of these names, wherever they stand."""
        return (node for name in names for node in self._by_name.get(name, ()))

    @cached_property
    def items(self) -> list[Node]:
        """The episodes, in order."""
        return list(self.channel.all("item"))

    @cached_property
    def nodes(self) -> list[Node]:
        """The channel and all that is in it, in order."""
        return list(self.channel.walk())

    @cached_property
    def links(self) -> list[tuple[Node, str]]:
        """Every address that apps are to follow, with the element that has it."""
        found = list[tuple[Node, str]]()
        for node in self.nodes:
            found.extend((node, node.attributes[key]) for key in ("url", "href") if key in node.attributes)
            if node.name in ("link", "comments", "docs", "url", ITUNES + "new-feed-url"):
                found.append((node, node.text.strip()))
        return found

    @property
    def self_url(self) -> str | None:
        """Where the feed says that it is."""
        return next((link.attributes.get("href") for link in self.atom_links("self")), None)

    def atom_links(self, *kinds: str) -> Iterator[Node]:
        """The channel's atom:link elements with one of these `rel`."""
        return (
            node for node in self.channel.children if node.name == ATOM + "link" and node.attributes.get("rel") in kinds
        )

    def html(self) -> Iterator[tuple[Node, list[Tag]]]:
        """The texts that apps show as HTML, with the different tags in them: name and attributes, in small letters."""
        for node in self.every("description", ITUNES + "summary", CONTENT + "encoded"):
            if "<" in node.text:
                if id(node) not in self._tags:
                    self._tags[id(node)] = list(_find_tags(node.text[:_LONGEST_HTML]))
                yield node, self._tags[id(node)]


def open_feed(document: Document, now: dt.datetime | None = None) -> Feed | None:
    """The feed in a document; None where that is no RSS. The podcast namespace's second name is read as its first."""
    root = document.root
    channel = root.first("channel") if root and root.name == "rss" else None
    if root is None or channel is None:
        return None
    feed = Feed(root, channel, now)
    for node in feed.nodes:
        if node.name.startswith(PODCAST_ON_GITHUB):
            node.name = PODCAST + node.name.removeprefix(PODCAST_ON_GITHUB)
        feed._by_name[node.name].append(node)
    return feed


def episode_of(node: Node) -> Node | None:
    """The <item> that an element is, or is in."""
    here: Node | None = node
    while here is not None and here.name != "item":
        here = here.parent
    return here


def episode_name(node: Node) -> str | None:
    """`episode 'Tides'` for what is in an episode, None for what is the show's."""
    item = episode_of(node)
    if item is None:
        return None
    title = item.first("title")
    return f"episode {quoted(title.text)}" if title and title.text.strip() else "an episode without title"


def quoted(text: str | None, most: int = 60) -> str:
    """A value as findings show it: without the white space around it, and not too long."""
    said = (text or "").strip()
    return repr(said if len(said) <= most else said[: most - 1] + "…")


def value_of(parent: Node, name: str) -> str:
    """The text of the first child of that name, or nothing."""
    node = parent.first(name)
    return node.text.strip() if node else ""


def date_of(text: str) -> dt.datetime | None:
    """A date as RFC 2822 writes it, with its zone; None for anything else."""
    try:
        found = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not re.search(r"(?:[+-]\d{4}|[A-Z]{1,4})$", text.strip()):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def duration_of(item: Node) -> Seconds | None:
    """How long an episode says it is: `183` or `3:03` or `1:02:03`."""
    found = _CLOCK.fullmatch(value_of(item, ITUNES + "duration"))
    if not found or len(found.group()) > 12:
        return None
    hours, minutes, seconds, whole = found.groups()
    return float(whole) if whole else float(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))


def _find_tags(text: str) -> Iterator[Tag]:
    for name, rest in dict.fromkeys(_TAG.findall(text)):
        found = _ATTRIBUTE.findall(rest) if "=" in rest else ()
        yield name.lower(), {key.lower(): html.unescape(value.strip("\"'")).strip() for key, value in found}
