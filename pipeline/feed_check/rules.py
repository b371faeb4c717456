"""The rules of the feed validator: each takes a <channel> and yields the elements that break it, and how."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pipeline.feed_check.categories import CATEGORIES
from pipeline.formats.xml import Node

if TYPE_CHECKING:
    from pipeline.adapters.images import Picture

Hit = tuple[Node, str]

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
ATOM = "{http://www.w3.org/2005/Atom}"

_TRANSCRIPTS = {"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip", "application/srt"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[!-~]+")
_HTML_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_ALLOWED_TAGS = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"}
_PREFIXES = {ITUNES: "itunes:", PODCAST: "podcast:", CONTENT: "content:", ATOM: "atom:"}
_LONG_TEXTS = {"description", ITUNES + "summary", CONTENT + "encoded", PODCAST + "txt"}


def _shown(name: str) -> str:
    """A name as it stands in most feeds: `itunes:image`."""
    for namespace, prefix in _PREFIXES.items():
        name = name.replace(namespace, prefix)
    return f"<{name}>"


def _items(channel: Node) -> Iterator[Node]:
    return channel.all("item")


def _missing(parent: Node, names: tuple[str, ...], where: str) -> Iterator[Hit]:
    for name in names:
        node = parent.first(name)
        if node is None:
            yield parent, f"{where} has no {_shown(name)}"
        elif not (node.text.strip() or node.attributes or node.children):
            yield node, f"{where} has an empty {_shown(name)}"


def _title(item: Node) -> str:
    title = item.first("title")
    return f"episode {title.text.strip()[:60]!r}" if title else "an episode without title"


def missing_required(channel: Node) -> Iterator[Hit]:
    """A show has all that PSP-1 requires."""
    names = ("title", "description", "link", "language", ITUNES + "category", ITUNES + "explicit", ITUNES + "image")
    return _missing(channel, names, "the show")


def missing_recommended(channel: Node) -> Iterator[Hit]:
    """A show has what PSP-1 recommends."""
    return _missing(channel, (ITUNES + "author", PODCAST + "guid", PODCAST + "locked"), "the show")


def self_link(channel: Node) -> Iterator[Hit]:
    """A show says where its feed is."""
    if not any(link.attributes.get("rel") == "self" for link in channel.all(ATOM + "link")):
        yield channel, 'the show has no <atom:link rel="self">'


def items_missing_required(channel: Node) -> Iterator[Hit]:
    """An episode has all that PSP-1 requires."""
    for item in _items(channel):
        yield from _missing(item, ("title", "enclosure", "guid"), _title(item))


def items_missing_recommended(channel: Node) -> Iterator[Hit]:
    """An episode has what PSP-1 recommends."""
    names = ("link", "pubDate", "description", ITUNES + "duration", ITUNES + "explicit", ITUNES + "image")
    for item in _items(channel):
        yield from _missing(item, (*names, PODCAST + "transcript"), _title(item))


def no_items(channel: Node) -> Iterator[Hit]:
    """A show has episodes."""
    if channel.first("item") is None:
        yield channel, "the show has no episodes"


def language(channel: Node) -> Iterator[Hit]:
    """The language is a code."""
    for node in channel.all("language"):
        if node.text.strip() and not _LANGUAGE.fullmatch(node.text.strip()):
            yield node, f"<language> is {node.text.strip()!r}"


def categories(channel: Node) -> Iterator[Hit]:
    """Categories and their subcategories are Apple's."""
    for group in channel.all(ITUNES + "category"):
        name = group.attributes.get("text", "")
        if name not in CATEGORIES:
            yield group, f"category {name!r} is not in Apple's list"
        for sub in group.all(ITUNES + "category"):
            if sub.attributes.get("text") not in CATEGORIES.get(name, ()):
                yield sub, f"subcategory {sub.attributes.get('text')!r} is not one of {name!r} in Apple's list"


def explicit(channel: Node) -> Iterator[Hit]:
    """Explicit is true or false, in the show and in episodes; yes, no and clean are of the past."""
    return _words(channel, ITUNES + "explicit", {"true", "false"})


def episode_types(channel: Node) -> Iterator[Hit]:
    """An episode is full, a trailer or a bonus."""
    return _words(channel, ITUNES + "episodeType", {"full", "trailer", "bonus"})


def locked(channel: Node) -> Iterator[Hit]:
    """Locked is yes or no."""
    return _words(channel, PODCAST + "locked", {"yes", "no"})


def _words(channel: Node, name: str, allowed: set[str]) -> Iterator[Hit]:
    for node in channel.walk():
        if node.name == name and node.text.strip() not in allowed:
            yield node, f"{_shown(name)} is {node.text.strip()!r}"


def images(channel: Node) -> Iterator[Hit]:
    """Artwork ends as a JPEG or PNG file does."""
    for node in channel.walk():
        path = node.attributes.get("href", "").partition("?")[0].lower()
        if node.name == ITUNES + "image" and not path.endswith((".jpg", ".jpeg", ".png")):
            yield node, f"<itunes:image> links to {node.attributes.get('href', 'nothing')!r}"


def enclosures(channel: Node) -> Iterator[Hit]:
    """An enclosure has an address, a length in bytes and a media type."""
    for item in _items(channel):
        for node in item.all("enclosure"):
            given = node.attributes
            if not given.get("url"):
                yield node, f"{_title(item)}: the enclosure has no url"
            if not re.fullmatch(r"[1-9][0-9]*", given.get("length", "")):
                yield node, f"{_title(item)}: the enclosure's length is {given.get('length')!r}"
            if not given.get("type", "").startswith(("audio/", "video/")):
                yield node, f"{_title(item)}: the enclosure's type is {given.get('type')!r}"


def repeated_enclosures(channel: Node) -> Iterator[Hit]:
    """No two episodes have the same audio file."""
    pairs = ((node, node.attributes.get("url", "")) for item in _items(channel) for node in item.all("enclosure"))
    return _repeated(pairs, "audio file")


def repeated_guids(channel: Node) -> Iterator[Hit]:
    """No two episodes have the same guid."""
    return _repeated(((node, node.text.strip()) for item in _items(channel) for node in item.all("guid")), "guid")


def _repeated(pairs: Iterator[tuple[Node, str]], kind: str) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for node, value in pairs:
        if value and value in seen:
            yield node, f"{kind} {value!r} stands on line {seen[value]} already"
        seen.setdefault(value, node.line)


def guid_links(channel: Node) -> Iterator[Hit]:
    """A guid that is no address does not claim to be one."""
    for item in _items(channel):
        for node in item.all("guid"):
            if node.attributes.get("isPermaLink", "true") != "false" and not _URL.fullmatch(node.text.strip()):
                yield node, f"{_title(item)}: the guid counts as a link, which {node.text.strip()!r} is not"


def dates(channel: Node) -> Iterator[Hit]:
    """Dates are as RFC 2822 has them, with an offset."""
    for node in channel.walk():
        if node.name in ("pubDate", "lastBuildDate") and _date(node.text.strip()) is None:
            yield node, f"<{node.name}> is {node.text.strip()!r}"


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if re.search(r"(?:[+-]\d{4}|[A-Z]{1,4})$", text) else None


def durations(channel: Node) -> Iterator[Hit]:
    """Durations are whole seconds."""
    for item in _items(channel):
        for node in item.all(ITUNES + "duration"):
            if not re.fullmatch(r"[1-9][0-9]*", node.text.strip()):
                yield node, f"{_title(item)}: <itunes:duration> is {node.text.strip()!r}"


def numbers(channel: Node) -> Iterator[Hit]:
    """Seasons and episodes count from 1."""
    for item in _items(channel):
        for name in (ITUNES + "season", ITUNES + "episode", PODCAST + "season"):
            for node in item.all(name):
                if not re.fullmatch(r"[1-9][0-9]*", node.text.strip()):
                    yield node, f"{_title(item)}: {_shown(name)} is {node.text.strip()!r}"


def long_values(channel: Node) -> Iterator[Hit]:
    """Values have at most 255 characters."""
    for node in channel.walk():
        size = len(node.text.strip())
        if size > 255 and node.name not in _LONG_TEXTS:
            yield node, f"{_shown(node.name)} has {size} characters"


def long_descriptions(channel: Node) -> Iterator[Hit]:
    """Descriptions have at most 4000 bytes."""
    for node in channel.walk():
        size = len(node.text.strip().encode())
        if size > 4000 and node.name in ("description", ITUNES + "summary"):
            yield node, f"{_shown(node.name)} has {size} bytes"


def foreign_html(channel: Node) -> Iterator[Hit]:
    """Descriptions have only the HTML that Apple shows."""
    for item in _items(channel):
        for node in item.all("description"):
            foreign = {tag.lower() for tag in _HTML_TAG.findall(node.text)} - _ALLOWED_TAGS
            if foreign:
                yield node, f"{_title(item)}: the description has {', '.join(f'<{tag}>' for tag in sorted(foreign))}"


def urls(channel: Node) -> Iterator[Hit]:
    """Addresses are absolute and in ASCII."""
    for node in channel.walk():
        found = [node.attributes[key] for key in ("url", "href") if key in node.attributes]
        if node.name == "link":
            found.append(node.text.strip())
        for url in found:
            if not _URL.fullmatch(url):
                yield node, f"{_shown(node.name)} points to {url!r}"


def podcast_guid(channel: Node) -> Iterator[Hit]:
    """The show's guid is a UUID."""
    for node in channel.all(PODCAST + "guid"):
        try:
            uuid.UUID(node.text.strip())
        except ValueError:
            yield node, f"<podcast:guid> is {node.text.strip()!r}"


def transcripts(channel: Node) -> Iterator[Hit]:
    """A transcript has an address and a type that apps know."""
    for item in _items(channel):
        for node in item.all(PODCAST + "transcript"):
            if not node.attributes.get("url") or node.attributes.get("type") not in _TRANSCRIPTS:
                yield node, f"{_title(item)}: a transcript has type {node.attributes.get('type')!r}"


def chapters(channel: Node) -> Iterator[Hit]:
    """Chapters have an address and their one type."""
    for item in _items(channel):
        for node in item.all(PODCAST + "chapters"):
            if not node.attributes.get("url") or node.attributes.get("type") != "application/json+chapters":
                yield node, f"{_title(item)}: the chapters have type {node.attributes.get('type')!r}"


def persons(channel: Node) -> Iterator[Hit]:
    """A person has a name."""
    for node in channel.walk():
        if node.name == PODCAST + "person" and not node.text.strip():
            yield node, "<podcast:person> has no name"


def artwork(picture: Picture, suffix: str) -> Iterator[str]:
    """What is wrong with a picture of a file with that ending."""
    formats = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
    if formats.get(suffix) != picture.format:
        yield f"is {picture.format} in a file that ends in {suffix or 'nothing'}"
    if picture.width != picture.height:
        yield f"is {picture.width} x {picture.height} pixels, not square"
    elif not 1400 <= picture.width <= 3000:
        yield f"is {picture.width} pixels wide"
    if picture.mode not in ("RGB", "P"):
        yield f"has the colours of {picture.mode}, not RGB"
