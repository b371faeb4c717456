"""Taking an episode off the feed: first no listener is told of it, and days later its files go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline import catalog, listing, relisting
from pipeline.config import PublishConfig, Show
from pipeline.models import Catalog
from pipeline.targets import Target


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of it: `since` and `until` in RFC 3339, the keys `removed`, how many files are `kept`, the feed."""

    since: str
    until: str
    removed: tuple[str, ...]
    kept: int
    feed: bytes


def withdraw(
    target: Target,
    slug: str,
    show: Show,
    settings: PublishConfig,
    cover: Path,
    *,
    now: dt.datetime,
    notice: Callable[[str], None],
    at_once: bool = False,
) -> Withdrawn:
    """Take an episode off the feed, and remove its files if `settings.grace_days` have passed since, or `at_once`.

    Apps and CDNs read the old feed for a while, so the files stay as long. The catalog remembers the episode, so that
    no run lists it again by accident. Raises InputError when it was never published; doing it twice is no error.
    """

    def take_off(before: Catalog) -> Catalog:
        return catalog.withdraw(before, slug, now)

    made = relisting.relist(target, take_off, show, settings, cover, now=now, notice=notice)
    since = catalog.find(made.catalog, slug).withdrawn or now.isoformat(timespec="seconds")
    until = dt.datetime.fromisoformat(since) + dt.timedelta(days=settings.grace_days)
    files = target.keys(f"episodes/{slug}/")
    removed = tuple(files) if at_once or now >= until else ()
    for key in removed:
        target.delete(key)
    return Withdrawn(since, until.isoformat(timespec="seconds"), removed, len(files) - len(removed), made.feed)


def readmit(target: Target, slug: str, show: Show, settings: PublishConfig, cover: Path, *, now: dt.datetime) -> None:
    """Let an episode that was taken off the feed be published again; nothing happens to any other."""
    if any(one.slug == slug and one.withdrawn for one in _read(target, show, settings).episodes):
        address = _address(settings, cover)
        listing.update(target, lambda before: catalog.readmit(before, slug), show, settings, address, now)


def _read(target: Target, show: Show, settings: PublishConfig) -> Catalog:
    found = target.get(catalog.CATALOG)
    return catalog.read_catalog(found.data if found else None, show, settings.shown_url)


def _address(settings: PublishConfig, cover: Path) -> listing.Address:
    return listing.Address(settings.base_url, catalog.cover_key(listing.take_cover(cover)))
