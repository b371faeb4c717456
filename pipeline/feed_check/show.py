"""Rules about what a feed says of its show and of each episode, element by element."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from pipeline.adapters import registries
from pipeline.feed_check.categories import CATEGORIES
from pipeline.feed_check.feed import Feed, quoted, value_of
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import ATOM, HISTORY, ITUNES, PODCAST, shown
from pipeline.formats.xml import Node

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+|[^@\s<>,;]+@localhost")
_COPYRIGHT = re.compile(r"copyright|©|\(c\)|\b(?:19|20)\d\d\b", re.IGNORECASE)
_CHANNEL = ("title", "description", "link", "language", ITUNES + "category", ITUNES + "explicit", ITUNES + "image")
_CHANNEL_BETTER = (ITUNES + "author", PODCAST + "guid", PODCAST + "locked")
_ITEM = ("title", "enclosure", "guid")
_ITEM_BETTER = ("link", "pubDate", "description", ITUNES + "duration", ITUNES + "explicit", ITUNES + "image")


def _missing(parent: Node, names: tuple[str, ...], where: str) -> Iterator[Hit]:
    for name in names:
        node = parent.first(name)
        if node is None:
            yield parent, f"{where} has no {shown(name)}"
        elif not (node.text.strip() or node.attributes or node.children):
            yield node, f"{where} has an empty {shown(name)}"


def missing_required(feed: Feed) -> Iterator[Hit]:
    """A show has all that PSP-1 requires."""
    return _missing(feed.channel, _CHANNEL, "the show")


def missing_recommended(feed: Feed) -> Iterator[Hit]:
    """A show has what PSP-1 recommends."""
    return _missing(feed.channel, _CHANNEL_BETTER, "the show")


def items_missing_required(feed: Feed) -> Iterator[Hit]:
    """An episode has all that PSP-1 requires."""
    for item in feed.items:
        yield from _missing(item, _ITEM, "it")


def items_missing_recommended(feed: Feed) -> Iterator[Hit]:
    """An episode has what PSP-1 recommends."""
    for item in feed.items:
        yield from _missing(item, (*_ITEM_BETTER, PODCAST + "transcript"), "it")


def self_link(feed: Feed) -> Iterator[Hit]:
    """A show says where its feed is."""
    if not feed.self_url:
        yield feed.channel, 'the show has no <atom:link rel="self">'


def no_items(feed: Feed) -> Iterator[Hit]:
    """A show has episodes."""
    medium = value_of(feed.channel, PODCAST + "medium")
    if not feed.items and not (medium.endswith("L") or medium in ("mixed", "publisher")):
        yield feed.channel, "the show has no episodes"


def languages(feed: Feed) -> Iterator[Hit]:
    """Languages are registered codes."""
    for node in feed.channel.all("language"):
        if node.text.strip() and not registries.is_language(node.text.strip()):
            yield node, f"<language> is {quoted(node.text)}"


def categories(feed: Feed) -> Iterator[Hit]:
    """Categories and their subcategories are Apple's."""
    for group in feed.channel.all(ITUNES + "category"):
        name = group.attributes.get("text", "")
        if name not in CATEGORIES:
            yield group, f"category {quoted(name)} is not in Apple's list{_nearest(name, CATEGORIES)}"
        for sub in group.all(ITUNES + "category"):
            inner, known = sub.attributes.get("text", ""), CATEGORIES.get(name, frozenset())
            if name in CATEGORIES and inner not in known:
                yield sub, f"subcategory {quoted(inner)} is not one of {name!r} in Apple's list{_nearest(inner, known)}"


def _nearest(name: str, known: dict[str, frozenset[str]] | frozenset[str]) -> str:
    """`; did you mean 'Education'?`: the likeliest, whatever its capitals."""
    by_small = {one.lower(): one for one in sorted(known)}
    near = difflib.get_close_matches(name[:80].lower(), list(by_small), 1, 0.5)
    return f"; did you mean {by_small[near[0]]!r}?" if near else ""


def _words(feed: Feed, name: str, *allowed: str) -> Iterator[Hit]:
    for node in feed.every(name):
        if node.text.strip() not in allowed:
            yield node, f"{shown(name)} is {quoted(node.text)}"


def explicit(feed: Feed) -> Iterator[Hit]:
    """Explicit is true or false, in the show and in episodes; yes, no and clean are of the past."""
    return _words(feed, ITUNES + "explicit", "true", "false")


def show_types(feed: Feed) -> Iterator[Hit]:
    """A show is episodic or serial."""
    return _words(feed, ITUNES + "type", "episodic", "serial")


def episode_types(feed: Feed) -> Iterator[Hit]:
    """An episode is full, a trailer or a bonus."""
    return _words(feed, ITUNES + "episodeType", "full", "trailer", "bonus")


def locked(feed: Feed) -> Iterator[Hit]:
    """Locked is yes or no."""
    return _words(feed, PODCAST + "locked", "yes", "no")


def locked_owners(feed: Feed) -> Iterator[Hit]:
    """Who may unlock a show is named by an address."""
    for node in feed.every(PODCAST + "locked"):
        if not _EMAIL.fullmatch(node.attributes.get("owner", "").strip()):
            yield node, f"<podcast:locked> has owner {quoted(node.attributes.get('owner'))}"


def yes_only(feed: Feed) -> Iterator[Hit]:
    """Some elements only say yes; every other value is overlooked."""
    for name in (ITUNES + "block", ITUNES + "complete"):
        for node in feed.every(name):
            if node.text.strip().lower() != "yes":
                yield node, f"{shown(name)} is {quoted(node.text)}, which means nothing"


def owner_emails(feed: Feed) -> Iterator[Hit]:
    """Directories write to the owner."""
    for node in feed.channel.all(ITUNES + "owner"):
        email = value_of(node, ITUNES + "email")
        if not _EMAIL.fullmatch(email):
            yield node, f"<itunes:email> is {quoted(email)}"


def copyrights(feed: Feed) -> Iterator[Hit]:
    """Apps put © and the year there themselves."""
    for node in feed.channel.all("copyright"):
        if found := _COPYRIGHT.search(node.text):
            yield node, f"<copyright> says {found.group()!r}"


def rss_images(feed: Feed) -> Iterator[Hit]:
    """RSS's own image has three elements."""
    for node in feed.channel.all("image"):
        lacks = [name for name in ("url", "title", "link") if not value_of(node, name)]
        if lacks:
            yield node, f"<image> has no {' and no '.join(f'<{name}>' for name in lacks)}"


def images(feed: Feed) -> Iterator[Hit]:
    """Artwork ends as a JPEG or PNG file does."""
    for node in feed.every(ITUNES + "image"):
        path = node.attributes.get("href", "").partition("?")[0].lower()
        if not path.endswith((".jpg", ".jpeg", ".png")):
            yield node, f"<itunes:image> links to {quoted(node.attributes.get('href') or 'nothing')}"


def deprecated(feed: Feed) -> Iterator[Hit]:
    """What nobody reads any more."""
    instead = {
        ITUNES + "keywords": "nothing: no directory searches in it",
        ITUNES + "subtitle": "the description",
        PODCAST + "images": "<podcast:image>",
    }
    for name, better in instead.items():
        for node in feed.every(name):
            yield node, f"{shown(name)} is of the past; use {better}"


def hubs(feed: Feed) -> Iterator[Hit]:
    """A hub announces the feed by the address of its self link."""
    hub = next(feed.atom_links("hub"), None)
    if hub is not None and not feed.self_url:
        yield hub, "there is a hub, and no self link for it to announce"


def pages(feed: Feed) -> Iterator[Hit]:
    """Pages of a long feed lead on, and do not claim to be all of it."""
    paging = ("first", "previous", "prev", "next", "last", "prev-archive", "next-archive", "current")
    for kind in ("first", "prev", "previous", "next", "last", "prev-archive", "next-archive"):
        found = list(feed.atom_links(kind))
        if len(found) > 1:
            yield found[1], f"there are {len(found)} links to the {kind} page"
    for link in feed.atom_links("next", "prev", "previous", "prev-archive", "next-archive"):
        if link.attributes.get("href") == feed.self_url:
            yield link, f"the {link.attributes['rel']} page is this one"
    whole = feed.channel.first(HISTORY + "complete")
    if whole is not None and any(feed.atom_links(*paging)):
        yield whole, "<fh:complete> says that this is the whole feed, and there are links to other pages of it"


def feed_moves(feed: Feed) -> Iterator[Hit]:
    """The address to which a feed moves is one."""
    for node in feed.every(ITUNES + "new-feed-url"):
        if not re.fullmatch(r"https?://[!-~]+", node.text.strip()):
            yield node, f"<itunes:new-feed-url> is {quoted(node.text)}"


def empty_links(feed: Feed) -> Iterator[Hit]:
    """A link leads somewhere."""
    for node in feed.every(ATOM + "link"):
        if not node.attributes.get("href"):
            yield node, f"<atom:link rel={quoted(node.attributes.get('rel'))}> has no href"
