"""What listeners are told: catalog, index page and feed change together, the feed last, each compare-and-swap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pipeline import catalog, feed_check, feed_pages, private, site, store, subscribers, uploads
from pipeline.adapters import websub
from pipeline.config import PublishConfig, Show
from pipeline.errors import ConfigError, StageError
from pipeline.models import Catalog, SourceFile
from pipeline.targets import Found, Head, Item, LostRaceError, Target

_TRIES = 24
#: The Cache-Control of what never changes, because its name tells its content.
FOR_EVER = "public, max-age=31536000, immutable"

#: What is to become of the catalog; asked again with a newer one after a lost race.
Change = Callable[[Catalog], Catalog]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the show's files are public."""

    base: str
    cover_key: str

    @property
    def cover(self) -> str:
        """The cover's URL."""
        return catalog.public_url(self.base, self.cover_key)


@dataclass(frozen=True, slots=True)
class Document:
    """Something that changes in place: what it is to become, and what it was when it was read or asked after."""

    item: Item
    old: Found | Head | None

    @property
    def differs(self) -> bool:
        """Whether it has to be written."""
        if isinstance(self.old, Head):
            return not self.old.holds(self.item)
        return self.old is None or self.old.data != self.item.body


@dataclass(frozen=True, slots=True)
class Draft:
    """A listing to be written: the catalog before (None for none) and after, and the documents in their order.

    `feeds` are the feed's documents by key (feed.xml and archives), `stale` archives that it will no longer have.
    `personal` are the feeds of a private show's subscribers, which are made of them.
    """

    before: Catalog | None
    catalog: Catalog
    feeds: dict[str, bytes]
    documents: tuple[Document, ...]
    stale: tuple[str, ...] = ()
    personal: subscribers.Feeds = subscribers.NOBODY

    @property
    def xml(self) -> bytes:
        """The document that apps subscribe to."""
        return self.feeds[catalog.FEED]

    @property
    def old_xml(self) -> bytes:
        """What apps read before; nothing where there was no feed."""
        old = next(one.old for one in self.documents if one.item.key == catalog.FEED)
        return old.data if isinstance(old, Found) else b""

    @property
    def changed(self) -> tuple[str, ...]:
        """The keys of the documents that differ from what is there; that of a subscriber's feed is a secret."""
        own = tuple(one.item.key for one in self.documents if one.differs)
        return (*own, "feeds of subscribers") if self.personal.differ else own


def draft(
    target: Target, change: Change, show: Show, settings: PublishConfig, address: Address, now: dt.datetime
) -> Draft:
    """The listing as it would be after `change`; nothing is written. It names only what is due at `now`.

    A private show has no index page, and a feed for each subscriber. Raises ConfigError for one without its folders.
    """
    private.refuse_unsealed(show, settings)
    old_feed = target.get(catalog.FEED)
    linked = feed_pages.count_archives(old_feed.data, settings.feed_url.removesuffix("/feed.xml")) if old_feed else 0
    archives = _find_archives(target, linked)
    old_catalog = target.get(catalog.CATALOG)
    before = catalog.read_catalog(old_catalog.data if old_catalog else None, show, settings.shown_url)
    changed = catalog.stamp(before, change(before), now)
    feeds = feed_pages.render(show, changed, settings, cover_url=address.cover, now=now)
    old: dict[str, Found | Head | None] = {**archives, catalog.FEED: old_feed}
    items = [_text_item(key, xml, "application/rss+xml", settings) for key, xml in feeds.items()]
    documents = (
        Document(_text_item(catalog.CATALOG, store.to_json(changed), "application/json", settings), old_catalog),
        *_index(target, show, catalog.due(changed, now), settings, address),
        *(Document(item, old.get(item.key)) for item in items),
    )
    stale = tuple(key for key, head in archives.items() if key not in feeds and head)
    personal = subscribers.draft(target, feeds, stale, settings)
    return Draft(before if old_catalog else None, changed, feeds, documents, stale, personal)


def _index(
    target: Target, show: Show, seen: Catalog, settings: PublishConfig, address: Address
) -> tuple[Document, ...]:
    if show.private:
        return ()
    page = site.render_index(show, seen, address.cover_key, address.base)
    item = _text_item(catalog.INDEX, page.encode(), "text/html; charset=utf-8", settings)
    return (Document(item, target.get(catalog.INDEX)),)


def update(
    target: Target,
    change: Change,
    show: Show,
    settings: PublishConfig,
    address: Address,
    now: dt.datetime,
    *,
    made: Draft | None = None,
) -> tuple[Draft, tuple[str, ...]]:
    """Write the listing after `change`; what was written, and the keys that differ from before.

    `made` is a draft of the same change that was found good already; it is written if nobody was faster.

    The feed's ETag is read before the catalog: whoever renders from an older catalog loses the race for the feed,
    and reads again. So of two machines at once both changes land. Raises StageError for a feed that apps would
    refuse, before anything is written, and for a race that is lost again and again.
    """
    written: dict[str, None] = {}
    for _ in range(_TRIES):
        if made is None:
            made = draft(target, change, show, settings, address, now)
            refuse_bad_feed(made)
        with suppress(LostRaceError):
            for one in made.documents:
                if one.differs:
                    target.put(one.item, replaces=one.old.etag if one.old else None)
                    written[one.item.key] = None
            subscribers.write(target, made.personal, written)
            for key in made.stale:
                target.delete(key)
            return made, tuple(written)
        made = None
    raise StageError(
        f"{settings.shown_url}: others changed it {_TRIES} times in a row", fix="run again when they have finished"
    )


def take_cover(path: Path) -> SourceFile:
    """The show's cover as it lies there. Raises ConfigError when it does not."""
    if not path.is_file():
        raise ConfigError(f"configs/show.yaml cover: there is no file {path}", fix="put the cover back")
    return SourceFile(path=str(path), sha256=store.digest_file(path), size=path.stat().st_size)


def brief(settings: PublishConfig) -> str:
    """The Cache-Control of what changes in place."""
    return f"public, max-age={settings.feed_max_age}"


def announce(settings: PublishConfig, written: Container[str]) -> str | None:
    """Tell the hub, where there is one and the feed was among what was written; why it could not be told."""
    if settings.websub_hub is None or catalog.FEED not in written:
        return None
    why = websub.ping(settings.websub_hub, settings.feed_url)
    return why and f"the hub {settings.websub_hub} {why}: apps see the new feed when they next ask for it themselves"


def refuse_bad_feed(made: Draft) -> None:
    """Raise StageError for a feed with errors in any of its documents."""
    for xml in made.feeds.values():
        refuse(feed_check.check(xml), "the feed would be refused")


def refuse(findings: tuple[feed_check.Finding, ...], verdict: str) -> None:
    """Raise StageError when there is an error among the findings."""
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        what = "\n".join(f"{error.what} [{error.rule}]" for error in errors)
        raise StageError(f"{verdict}: {what}", fix="; ".join(dict.fromkeys(error.fix for error in errors)))


def _find_archives(target: Target, linked: int) -> dict[str, Head | None]:
    """What is there of the archives that the feed links to, and of those that a publishing cut off left beside them."""
    found = uploads.find_heads(target, [feed_pages.archive_key(number) for number in range(1, linked + 1)])
    for number in count(linked + 1):
        head = target.head(feed_pages.archive_key(number))
        if head is None:
            return found
        found[feed_pages.archive_key(number)] = head
    return found


def _text_item(key: str, data: bytes, media_type: str, settings: PublishConfig) -> Item:
    return Item(key, data, store.digest_bytes(data), len(data), media_type, brief(settings))
