"""What listeners are told: catalog, index page and feed change together, the feed last, each compare-and-swap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pipeline import catalog, feed_check, site, store
from pipeline.adapters import feed
from pipeline.config import PublishConfig, Show
from pipeline.errors import StageError
from pipeline.models import Catalog
from pipeline.targets import Found, Item, LostRaceError, Target

_TRIES = 24

#: What is to become of the catalog; asked again with a newer one after a lost race.
Change = Callable[[Catalog], Catalog]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the show is public."""

    base: str
    cover_key: str

    @property
    def feed(self) -> str:
        """The feed's URL."""
        return catalog.public_url(self.base, catalog.FEED)

    @property
    def cover(self) -> str:
        """The cover's URL."""
        return catalog.public_url(self.base, self.cover_key)


@dataclass(frozen=True, slots=True)
class Draft:
    """What feed, index page and catalog were when they were read, and what they are to become."""

    old_feed: Found | None
    old_index: Found | None
    old_catalog: Found | None
    catalog: Catalog
    page: str
    xml: bytes


def draft(target: Target, change: Change, show: Show, address: Address, now: dt.datetime) -> Draft:
    """The listing as it would be after `change`; nothing is written. It names only what is due at `now`."""
    old_feed, old_index = target.get(catalog.FEED), target.get(catalog.INDEX)
    old_catalog = target.get(catalog.CATALOG)
    changed = change(catalog.read_catalog(old_catalog.data if old_catalog else None, show, address.feed))
    listed = catalog.due(changed, now)
    page = site.render_index(show, listed, address.cover_key, address.base)
    xml = feed.render_feed(show, listed, feed_url=address.feed, cover_url=address.cover)
    return Draft(old_feed, old_index, old_catalog, changed, page, xml)


def update(
    target: Target, change: Change, show: Show, settings: PublishConfig, address: Address, now: dt.datetime
) -> tuple[Draft, bool]:
    """Write the listing after `change`; what was written, and whether anything differs from before.

    The feed's ETag is read before the catalog: whoever renders from an older catalog loses the race for the feed,
    and reads again. So of two machines at once both changes land. Raises StageError for a feed that apps would
    refuse, before anything is written, and for a race that is lost again and again.
    """
    differs = False
    for _ in range(_TRIES):
        made = draft(target, change, show, address, now)
        refuse_bad_feed(made.xml)
        catalog_item = _text_item(catalog.CATALOG, store.to_json(made.catalog), "application/json", settings)
        index_item = _text_item(catalog.INDEX, made.page.encode(), "text/html; charset=utf-8", settings)
        feed_item = _text_item(catalog.FEED, made.xml, "application/rss+xml", settings)
        with suppress(LostRaceError):
            differs = _replace(target, catalog_item, made.old_catalog) or differs
            differs = _replace(target, index_item, made.old_index) or differs
            differs = _replace(target, feed_item, made.old_feed) or differs
            return made, differs
    raise StageError(
        f"{address.feed}: others changed it {_TRIES} times in a row", fix="run again when they have finished"
    )


def brief(settings: PublishConfig) -> str:
    """The Cache-Control of what changes in place."""
    return f"public, max-age={settings.feed_max_age}"


def refuse_bad_feed(xml: bytes) -> None:
    """Raise StageError for a feed with errors."""
    refuse(feed_check.check(xml), "the feed would be refused")


def refuse(findings: tuple[feed_check.Finding, ...], verdict: str) -> None:
    """Raise StageError when there is an error among the findings."""
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        what = "\n".join(f"{error.what} [{error.rule}]" for error in errors)
        raise StageError(f"{verdict}: {what}", fix="; ".join(dict.fromkeys(error.fix for error in errors)))


def _text_item(key: str, data: bytes, media_type: str, settings: PublishConfig) -> Item:
    return Item(key, data, store.digest_bytes(data), len(data), media_type, brief(settings))


def _replace(target: Target, item: Item, old: Found | None) -> bool:
    if old and old.data == item.body:
        return False
    target.put(item, replaces=old.etag if old else None)
    return True
