"""A validator of podcast feeds: what PSP-1, Apple and the podcast namespace ask for, rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import InputError, StageError
from pipeline.feed_check import rules
from pipeline.formats.xml import Node, XmlError, parse_xml
from pipeline.models import Model

Level = Literal["error", "warning", "hint"]
_MAX_FEED = 64 << 20
_PSP1 = "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification"
_APPLE = "https://podcasters.apple.com/support/823-podcast-requirements"
_APPLE_CATEGORIES = "https://podcasters.apple.com/support/1691-apple-podcasts-categories"
_APPLE_ARTWORK = "https://podcasters.apple.com/support/896-artwork-requirements"
_RSS = "https://www.rssboard.org/rss-specification"
_NAMESPACE = "https://github.com/Podcastindex-org/podcast-namespace"


class Finding(Model):
    """Something wrong with a feed: the rule, its weight, the line (from 1), what it is, the fix, and who says so."""

    rule: str
    level: Level
    line: int
    what: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a feed must do; `find` yields each place (an element) where it does not, and how."""

    name: str
    level: Level
    find: Callable[[Node], Iterator[rules.Hit]]
    fix: str
    source: str


RULES: tuple[Rule, ...] = (
    Rule("channel-required", "error", rules.missing_required, "add the element to <channel>", _PSP1),
    Rule("channel-recommended", "hint", rules.missing_recommended, "add the element to <channel>", _PSP1),
    Rule("self-link", "error", rules.self_link, 'add <atom:link rel="self" href="the feed\'s URL"/>', _PSP1),
    Rule("item-required", "error", rules.items_missing_required, "add the element to the <item>", _PSP1),
    Rule("item-recommended", "hint", rules.items_missing_recommended, "add the element to the <item>", _PSP1),
    Rule("no-items", "warning", rules.no_items, "publish an episode: directories refuse empty feeds", _APPLE),
    Rule("language", "error", rules.language, "write an ISO 639 code such as en or pt-BR", _PSP1),
    Rule("category", "error", rules.categories, "spell it as Apple's list does", _APPLE_CATEGORIES),
    Rule("explicit", "error", rules.explicit, "write true or false", _PSP1),
    Rule("image", "error", rules.images, "link to a .jpg or .png file", _APPLE_ARTWORK),
    Rule("enclosure", "error", rules.enclosures, "give url, length in bytes and type", _RSS),
    Rule("enclosure-twice", "warning", rules.repeated_enclosures, "list each audio file once", _PSP1),
    Rule("guid-unique", "error", rules.repeated_guids, "give every episode a guid of its own", _PSP1),
    Rule("guid-permalink", "warning", rules.guid_links, 'write isPermaLink="false"', _RSS),
    Rule("date", "error", rules.dates, "write it as in Mon, 02 Jan 2006 15:04:05 +0000 (RFC 2822)", _PSP1),
    Rule("duration", "warning", rules.durations, "write whole seconds", _PSP1),
    Rule("number", "error", rules.numbers, "write a whole number from 1, or leave the element out", _APPLE),
    Rule("episode-type", "error", rules.episode_types, "write full, trailer or bonus", _APPLE),
    Rule("value-length", "warning", rules.long_values, "shorten it to 255 characters", _PSP1),
    Rule("description-length", "error", rules.long_descriptions, "shorten it to 4000 bytes of UTF-8", _PSP1),
    Rule("description-html", "warning", rules.foreign_html, "use only p ol ul li a b i strong em", _PSP1),
    Rule("url", "error", rules.urls, "write an absolute http(s) URL in ASCII, percent-encoded", _PSP1),
    Rule("podcast-guid", "error", rules.podcast_guid, "write a UUID (version 5 of the feed's URL)", _NAMESPACE),
    Rule("locked", "error", rules.locked, "write yes or no", _NAMESPACE),
    Rule("transcript", "error", rules.transcripts, "give url and a known type such as text/vtt", _NAMESPACE),
    Rule("chapters", "error", rules.chapters, 'give url and type="application/json+chapters"', _NAMESPACE),
    Rule("person", "warning", rules.persons, "write the name between the tags", _NAMESPACE),
)
_LEVELS = ("error", "warning", "hint")


def read(name: str) -> bytes:
    """A feed's bytes from a path or an http(s) URL.

    Raises InputError when there is no such file, StageError when the URL does not answer with at most 64 MiB.
    """
    if not name.startswith(("http://", "https://")):
        try:
            return Path(name).read_bytes()
        except OSError as error:
            raise InputError(f"{name}: {error.strerror}", fix="name a feed's file or URL") from error
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(name, headers={"User-Agent": "Showrunner"}), timeout=30) as answer:  # noqa: S310 - http(s)
            data: bytes = answer.read(_MAX_FEED + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise StageError(f"{name}: cannot be fetched ({error})", fix="check the address in a browser") from error
    if len(data) > _MAX_FEED:
        raise StageError(f"{name}: is longer than {_MAX_FEED >> 20} MiB", fix="name a feed, not an audio file")
    return data


def check(xml: bytes) -> tuple[Finding, ...]:
    """All that is wrong with a feed: errors first, then by line."""
    try:
        root = parse_xml(xml)
    except XmlError as error:
        return (_unreadable("xml", error.line, f"the feed {error}"),)
    channel = root.first("channel") if root.name == "rss" else None
    if channel is None:
        return (_unreadable("rss", root.line, f"the feed is <{root.name}> without a <channel>, not RSS 2.0"),)
    found = [
        Finding(rule=rule.name, level=rule.level, line=node.line, what=what, fix=rule.fix, source=rule.source)
        for rule in RULES
        for node, what in rule.find(channel)
    ]
    return tuple(sorted(found, key=lambda one: (_LEVELS.index(one.level), one.line)))


def _unreadable(rule: str, line: int, what: str) -> Finding:
    return Finding(rule=rule, level="error", line=line, what=what, fix="make it well-formed RSS 2.0", source=_RSS)


def check_artwork(path: Path) -> tuple[Finding, ...]:
    """What directories would refuse of a show's or episode's picture."""
    from pipeline.adapters import images

    fix = "export a square RGB picture of 1400 to 3000 pixels as .jpg or .png"
    return tuple(
        Finding(rule="artwork", level="error", line=1, what=f"{path.name}: {what}", fix=fix, source=_APPLE_ARTWORK)
        for what in rules.artwork(images.measure(path), path.suffix.lower())
    )
