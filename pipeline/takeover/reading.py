"""What a feed tells of its show and its episodes, as our settings and records, nothing changed and nothing added."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.adapters import html
from pipeline.catalog import show_guid
from pipeline.errors import InputError
from pipeline.feed_check.feed import date_of, duration_of, open_feed, read_document, value_of
from pipeline.feed_check.namespaces import CONTENT, ITUNES, PODCAST
from pipeline.formats.xml import Node
from pipeline.models import Asset, Enclosure, Episode, Person
from pipeline.models.feed import Clip, Funding, License, Location, Txt

T = TypeVar("T")
#: Which documents of a feed hold what is older than it does (RFC 5005).
_OLDER = ("prev-archive", "next")
_TYPES = ("full", "trailer", "bonus")


@dataclass(frozen=True, slots=True)
class Existing:
    """A document of a published feed.

    `show` has the keys of show.yaml that it tells, `guid` is its podcast:guid (or what that would be), `cover` its
    picture's address. `episodes` are in its order; an enclosure of unknown length has length 1 and its guid is in
    `unmeasured`. `older` is the address of the document with what came before. `notices` say what was left out.
    """

    show: dict[str, Any]
    guid: str | None
    cover: str | None
    episodes: tuple[Episode, ...]
    unmeasured: tuple[str, ...]
    older: str | None
    notices: tuple[str, ...]


def read_feed(xml: bytes, name: str, url: str | None, slugs: Callable[[str], str]) -> Existing:
    """One document of a feed; `url` is where it is public, where that is known, `slugs` makes a free slug of a title.

    Raises InputError naming file and line for what is no feed, and for an episode that cannot be taken over whole.
    """
    document = read_document(xml)
    feed = open_feed(document)
    if feed is None:
        what = f"{name}: {document.fault or 'is no RSS feed'}"
        raise InputError(
            f"{what} (line {document.fault.line})" if document.fault else what,
            fix="name a podcast's RSS feed: its address, or a file saved from it",
        )
    notices: list[str] = []
    own = url or feed.self_url
    episodes, unmeasured = list[Episode](), list[str]()
    for item in feed.items:
        if item.first("enclosure") is None:
            notices.append(f"line {item.line}: {value_of(item, 'title')!r} has no enclosure, so it is no episode")
            continue
        episode, measured = _read_episode(item, name, feed.channel, slugs, notices)
        episodes.append(episode)
        if not measured:
            unmeasured.append(episode.guid)
    older = next((link.attributes.get("href") for rel in _OLDER for link in feed.atom_links(rel)), None)
    guid = value_of(feed.channel, PODCAST + "guid").lower() or (show_guid(own) if own else None)
    return Existing(
        _read_show(feed.channel, guid, notices), guid, _image(feed.channel),
        tuple(episodes), tuple(unmeasured), older, tuple(notices),
    )  # fmt: skip


def _read_show(channel: Node, guid: str | None, notices: list[str]) -> dict[str, Any]:
    owner = channel.first(ITUNES + "owner")
    title, author = value_of(channel, "title"), value_of(channel, ITUNES + "author")
    licence, locked = channel.first(PODCAST + "license"), channel.first(PODCAST + "locked")
    email = value_of(owner, ITUNES + "email") if owner else ""
    told = {
        "title": title,
        "description": html.to_text(value_of(channel, "description") or value_of(channel, ITUNES + "summary")),
        "author": author or title,
        "owner": {
            "name": (value_of(owner, ITUNES + "name") if owner else "") or author or title,
            "email": email or (locked.attributes.get("owner", "") if locked else ""),
        },
        "language": value_of(channel, "language").replace("_", "-") or "en",
        "link": value_of(channel, "link"),
        "categories": list(_categories(channel)),
        "explicit": _is_explicit(channel),
        "type": value_of(channel, ITUNES + "type").lower() or "episodic",
        "guid": guid,
        "copyright": value_of(channel, "copyright"),
        "license": _license(licence),
        "locked": value_of(channel, PODCAST + "locked").lower() == "yes",
        "medium": value_of(channel, PODCAST + "medium"),
        "hosts": [_plain(one) for one in _each(channel, "person", _person, Person, notices)],
        "funding": [_plain(one) for one in _each(channel, "funding", _funding, Funding, notices)],
        "location": [_plain(one) for one in _each(channel, "location", _location, Location, notices)],
        "txt": [_plain(one) for one in _each(channel, "txt", _txt, Txt, notices)],
        "complete": value_of(channel, ITUNES + "complete").lower() == "yes",
        "block": value_of(channel, ITUNES + "block").lower() == "yes",
    }
    return {key: value for key, value in told.items() if value or key in ("explicit", "locked")}


def _read_episode(
    item: Node, name: str, channel: Node, slugs: Callable[[str], str], notices: list[str]
) -> tuple[Episode, bool]:
    """The record of an item, and whether its enclosure's length is known."""
    title = value_of(item, "title") or value_of(item, ITUNES + "title")
    published = date_of(value_of(item, "pubDate"))
    if published is None:
        raise InputError(
            f"{name}: line {item.line}: episode {title!r} has no date that can be read ({value_of(item, 'pubDate')!r})",
            fix="mend its <pubDate> (Mon, 02 Mar 2026 06:00:00 +0000), and import the mended file",
        )
    enclosure = next(item.all("enclosure")).attributes
    length = enclosure.get("length", "").strip()
    measured = length.isascii() and length.isdigit() and int(length) > 0
    notes = _notes(item)
    chapters = item.first(PODCAST + "chapters")
    return (
        Episode(
            guid=value_of(item, "guid") or enclosure.get("url", ""),  # without one, apps go by the enclosure's address
            slug=slugs(title),
            title=title or slugs(""),
            published=published.isoformat(),
            summary=html.to_text(value_of(item, ITUNES + "summary") or notes)[:4000] or title,
            notes_html=notes,
            notes_text=html.to_text(notes),
            duration=duration_of(item) or 0.0,
            enclosure=Enclosure(
                url=enclosure.get("url", ""),
                length=int(length) if measured else 1,
                type=enclosure.get("type") or "audio/mpeg",
            ),
            page_url=value_of(item, "link") or value_of(channel, "link"),
            season=_number(item, "season"),
            number=_number(item, "episode"),
            type=next((one for one in _TYPES if one == value_of(item, ITUNES + "episodeType").lower()), "full"),
            explicit=_is_explicit(item if item.first(ITUNES + "explicit") else channel),
            image_url=_image(item),
            people=tuple(_each(item, "person", _person, Person, notices)),
            transcripts=tuple(_each(item, "transcript", _asset, Asset, notices)),
            chapters=_valid({"type": "application/json+chapters", **_asset(chapters)}, Asset) if chapters else None,
            block=value_of(item, ITUNES + "block").lower() == "yes",
            soundbites=tuple(_each(item, "soundbite", _clip, Clip, notices)),
            license=_valid(_license(item.first(PODCAST + "license")), License),
            location=tuple(_each(item, "location", _location, Location, notices)),
            txt=tuple(_each(item, "txt", _txt, Txt, notices)),
        ),
        measured,
    )


def _notes(item: Node) -> str:
    """The notes as HTML: what apps show first, made of plain lines where it is no HTML."""
    told = value_of(item, CONTENT + "encoded") or value_of(item, "description") or value_of(item, ITUNES + "summary")
    return html.clean(told if re.search(r"<[a-zA-Z/]", told) else html.from_text(told))


def _categories(channel: Node) -> Iterator[str]:
    for group in channel.all(ITUNES + "category"):
        subs = [one.attributes.get("text", "").strip() for one in group.all(ITUNES + "category")]
        name = group.attributes.get("text", "").strip()
        yield from (f"{name} > {sub}" for sub in subs if sub)
        if name and not any(subs):
            yield name


def _image(node: Node) -> str | None:
    image = node.first(ITUNES + "image")
    url = image.attributes.get("href", "").strip() if image else ""
    return url or value_of(node.first("image") or node, "url") or None


def _is_explicit(node: Node) -> bool:
    return value_of(node, ITUNES + "explicit").lower() in ("true", "yes", "explicit")


def _number(item: Node, what: str) -> int | None:
    for name in (ITUNES + what, PODCAST + what):
        text = value_of(item, name)
        if text.isascii() and text.isdigit() and int(text) > 0:
            return int(text)
    return None


def _person(node: Node) -> dict[str, Any]:
    return {"name": node.text.strip(), **_named(node, "role", "group", "href", "img")}


def _funding(node: Node) -> dict[str, Any]:
    return {"url": node.attributes.get("url"), "text": node.text.strip() or None}


def _location(node: Node) -> dict[str, Any]:
    return {"name": node.text.strip(), **_named(node, "geo", "osm", "rel", "country")}


def _txt(node: Node) -> dict[str, Any]:
    return {"text": node.text.strip(), **_named(node, "purpose")}


def _asset(node: Node) -> dict[str, Any]:
    return _named(node, "url", "type", "language")


def _clip(node: Node) -> dict[str, Any]:
    return {
        "start": node.attributes.get("startTime"),
        "duration": node.attributes.get("duration"),
        "title": node.text.strip() or None,
    }


def _license(node: Node | None) -> dict[str, Any] | None:
    return {"slug": node.text.strip(), **_named(node, "url")} if node else None


def _named(node: Node, *keys: str) -> dict[str, str]:
    """The attributes of these names that say something."""
    return {key: node.attributes[key].strip() for key in keys if node.attributes.get(key, "").strip()}


def _each(
    parent: Node, local: str, tell: Callable[[Node], dict[str, Any]], kind: type[T], notices: list[str]
) -> Iterator[T]:
    """What the podcast: elements of that name say; one that says what it must not is left out, with a notice."""
    for node in parent.all(PODCAST + local):
        found = _valid(tell(node), kind)
        if found is None:
            notices.append(f"line {node.line}: <podcast:{local}> cannot be understood, and was left out")
        else:
            yield found


def _valid(told: Any, kind: type[T]) -> T | None:
    try:
        return None if told is None else TypeAdapter(kind).validate_python(told)
    except ValidationError:
        return None


def _plain(model: Any) -> dict[str, Any]:
    return {key: value for key, value in model.model_dump(mode="json").items() if value is not None}
