"""Rules about a feed and the one that was published before it: what apps know episodes by must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pipeline.feed_check.feed import Feed, date_of, quoted, value_of
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import ITUNES, PODCAST
from pipeline.formats.xml import Node


@dataclass(frozen=True)
class Change:
    """A feed as it was published and as it is to be, with the episodes of both by guid."""

    old: Feed
    new: Feed

    @cached_property
    def before(self) -> dict[str, Node]:
        """The published episodes."""
        return _by_guid(self.old)

    @cached_property
    def after(self) -> dict[str, Node]:
        """The episodes to be."""
        return _by_guid(self.new)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Guids that episodes have now, to those that the same episodes had."""
        gone = {guid: item for guid, item in self.before.items() if guid not in self.after}
        by_audio = {_audio(item): guid for guid, item in gone.items() if _audio(item)}
        by_title = {_title_and_date(item): guid for guid, item in gone.items()}
        found = {}
        for guid, item in self.after.items():
            if guid not in self.before:
                was = by_audio.get(_audio(item)) or by_title.get(_title_and_date(item))
                if was is not None:
                    found[guid] = was
        return found

    def kept(self) -> Iterator[tuple[Node, Node]]:
        """Each episode of both, as it was and as it is to be."""
        return ((self.before[guid], item) for guid, item in self.after.items() if guid in self.before)


def _by_guid(feed: Feed) -> dict[str, Node]:
    return {guid: item for item in feed.items if (guid := value_of(item, "guid"))}


def _audio(item: Node) -> str:
    node = item.first("enclosure")
    return node.attributes.get("url", "").partition("?")[0] if node else ""


def _title_and_date(item: Node) -> tuple[str, str]:
    return value_of(item, "title"), value_of(item, "pubDate")


def changed_guids(change: Change) -> Iterator[Hit]:
    """An episode keeps its guid."""
    for guid, was in change.renamed.items():
        yield change.after[guid], f"its guid is {quoted(guid)}, and was published as {quoted(was)}"


def vanished_episodes(change: Change) -> Iterator[Hit]:
    """What was published stays in the feed."""
    dates = [date for item in change.new.items if (date := date_of(value_of(item, "pubDate")))]
    oldest = min(dates) if dates and any(change.new.atom_links("next", "prev-archive")) else None
    for guid, item in change.before.items():
        date = date_of(value_of(item, "pubDate"))
        if guid in change.after or guid in change.renamed.values() or (oldest and date and date < oldest):
            continue
        yield change.new.channel, f"episode {quoted(value_of(item, 'title'))} (guid {quoted(guid)}) is gone"


def changed_dates(change: Change) -> Iterator[Hit]:
    """An episode keeps its date."""
    for old, new in change.kept():
        was, now = value_of(old, "pubDate"), value_of(new, "pubDate")
        if date_of(was) != date_of(now):
            yield new, f"its date is {quoted(now)}, and was {quoted(was)}"


def changed_show_guid(change: Change) -> Iterator[Hit]:
    """The show keeps its guid."""
    was, now = (value_of(feed.channel, PODCAST + "guid") for feed in (change.old, change.new))
    if was and was.lower() != now.lower():
        yield change.new.channel, f"<podcast:guid> is {quoted(now)}, and was {quoted(was)}"


def changed_address(change: Change) -> Iterator[Hit]:
    """A feed that moves says so where it was."""
    was, now = change.old.self_url, change.new.self_url
    if was and now and was != now and value_of(change.new.channel, ITUNES + "new-feed-url") != now:
        yield change.new.channel, f"the feed was at {quoted(was)}, and says that it is at {quoted(now)}"


def changed_audio(change: Change) -> Iterator[Hit]:
    """Other audio is at another address: apps and caches keep what they have."""
    for old, new in change.kept():
        one, other = old.first("enclosure"), new.first("enclosure")
        if (
            one
            and other
            and _audio(old) == _audio(new)
            and one.attributes.get("length") != other.attributes.get("length")
        ):
            sizes = f"{quoted(one.attributes.get('length'))} to {quoted(other.attributes.get('length'))}"
            yield other, f"the audio went from {sizes} bytes, and its address stayed"
