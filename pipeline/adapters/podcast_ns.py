"""Our feedgen extension: the itunes: and podcast: elements of a show and of an episode, each in one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.adapters import html
from pipeline.config import Show
from pipeline.models import Episode, Person

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
CAPTIONS = ("text/vtt", "application/x-subrip")
MAX_BYTES = 4000  # of a description, by PSP-1
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of its show; `hosts` are restated in every episode."""

    show: Show
    guid: str
    cover_url: str


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in one element; attributes that are None are left out."""

    text: str | None = None
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: tuple[tuple[str, Value], ...] = ()
    cdata: bool = False


#: None makes no element, a sequence one for each entry; false and true are written so.
Value = str | int | bool | Content | Sequence[Content] | None


def xml_text(text: str) -> str:
    """Text without the characters that XML forbids, and without white space around it (PSP-1)."""
    return _FORBIDDEN.sub("", text).strip()


def _person(person: Person) -> Content:
    return Content(person.name, {"role": person.role, "href": person.href, "img": person.img})


def _category(category: str) -> Content:
    group, _, sub = (part.strip() for part in category.partition(">"))
    return Content(attributes={"text": group}, children=(("itunes:category", _category(sub)),) if sub else ())


def _people(channel: Channel, episode: Episode) -> tuple[Content, ...]:
    """Hosts and guests: an episode's people replace the show's in apps, so the hosts are said again."""
    named = {person.name for person in episode.people}
    hosts = (host for host in channel.show.hosts if host.name not in named)
    return tuple(_person(person) for person in (*hosts, *episode.people))


def _transcripts(episode: Episode) -> tuple[Content, ...]:
    return tuple(
        Content(
            attributes={
                "url": asset.url,
                "type": asset.type,
                "language": asset.language,
                "rel": "captions" if asset.type in CAPTIONS else None,
            }
        )
        for asset in episode.transcripts
    )


def _made_by_software(episode: Episode) -> str:
    made = ("transcript" if episode.transcripts else "", "chapters" if episode.chapters else "", "notes")
    return ", ".join(part for part in made if part)


CHANNEL: tuple[tuple[str, Callable[[Channel], Value]], ...] = (
    ("itunes:author", lambda it: it.show.author),
    (
        "itunes:owner",
        lambda it: Content(children=(("itunes:name", it.show.owner.name), ("itunes:email", it.show.owner.email))),
    ),
    ("itunes:image", lambda it: Content(attributes={"href": it.cover_url})),
    ("itunes:category", lambda it: tuple(_category(category) for category in it.show.categories)),
    ("itunes:explicit", lambda it: it.show.explicit),
    ("itunes:type", lambda it: it.show.type),
    ("podcast:guid", lambda it: it.guid),
    ("podcast:locked", lambda it: Content("yes" if it.show.locked else "no", {"owner": it.show.owner.email})),
    ("podcast:medium", lambda it: it.show.medium),
    ("podcast:license", lambda it: it.show.license),
    (
        "podcast:funding",
        lambda it: Content(f"Support {it.show.title}"[:128], {"url": it.show.funding}) if it.show.funding else None,
    ),
    ("podcast:person", lambda it: tuple(_person(host) for host in it.show.hosts)),
)

ITEM: tuple[tuple[str, Callable[[Channel, Episode], Value]], ...] = (
    ("content:encoded", lambda it, episode: Content(episode.notes_html, cdata=True)),
    ("itunes:title", lambda it, episode: episode.title),
    ("itunes:author", lambda it, episode: it.show.author),
    ("itunes:summary", lambda it, episode: _cut(episode.notes_text)),
    ("itunes:duration", lambda it, episode: max(1, round(episode.duration))),
    ("itunes:explicit", lambda it, episode: episode.explicit),
    ("itunes:image", lambda it, episode: Content(attributes={"href": episode.image_url or it.cover_url})),
    ("itunes:season", lambda it, episode: episode.season),
    ("itunes:episode", lambda it, episode: episode.number),
    ("itunes:episodeType", lambda it, episode: episode.type),
    ("podcast:season", lambda it, episode: episode.season),
    ("podcast:episode", lambda it, episode: episode.number),
    ("podcast:person", _people),
    ("podcast:transcript", lambda it, episode: _transcripts(episode)),
    (
        "podcast:chapters",
        lambda it, episode: (
            Content(attributes={"url": episode.chapters.url, "type": episode.chapters.type})
            if episode.chapters
            else None
        ),
    ),
    ("podcast:license", lambda it, episode: it.show.license),
    ("podcast:txt", lambda it, episode: Content(_made_by_software(episode), {"purpose": "ai-content"})),
)


def _cut(text: str) -> str:
    """Plain text within MAX_BYTES, cut at the end of a line where it is too long."""
    if len(text.encode()) <= MAX_BYTES:
        return text
    head = text.encode()[: MAX_BYTES - 4].decode(errors="ignore")
    return (head.rpartition("\n")[0] or head) + "\n…"


class ShowElements:
    """feedgen's extension of a feed; `channel` must be set before the feed is written."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that the root element declares."""
        return NAMESPACES

    def extend_rss(self, rss: Any) -> Any:
        """Add the table's elements to the channel."""
        for name, value in CHANNEL:
            _append(rss[0], name, value(self.channel))
        return rss


class EpisodeElements:
    """feedgen's extension of an entry; `channel` and `episode` must be set before the feed is written."""

    channel: Channel
    episode: Episode

    def extend_rss(self, item: Any) -> Any:
        """Add the table's elements to the item."""
        for name, value in ITEM:
            _append(item, name, value(self.channel, self.episode))
        return item


def _append(parent: Any, name: str, value: Value) -> None:
    from lxml import etree

    prefix, _, local = name.partition(":")
    for content in _contents(value):
        element = etree.SubElement(parent, f"{{{NAMESPACES[prefix]}}}{local}")
        if content.text is not None:
            text = xml_text(content.text)
            element.text = etree.CDATA(text) if content.cdata else text
        for key, attribute in content.attributes.items():
            if attribute is not None:
                element.set(key, xml_text(attribute))
        for child, inner in content.children:
            _append(element, child, inner)


def _contents(value: Value) -> Iterator[Content]:
    if value is None:
        return
    if isinstance(value, Content):
        yield value
    elif isinstance(value, bool):
        yield Content("true" if value else "false")
    elif isinstance(value, str | int):
        yield Content(str(value))
    else:
        yield from value


def description(episode: Episode) -> str:
    """The notes as they fit into an item's description."""
    return html.shorten(episode.notes_html, MAX_BYTES)
