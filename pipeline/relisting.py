"""Listing a show anew without publishing an episode: what has become due, what moved, what was taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline import listing, ownership, store
from pipeline.adapters import cloudfront
from pipeline.catalog import CATALOG, FEED, cover_key, read_catalog
from pipeline.config import PublishConfig, Show
from pipeline.config.private import FOLDERS
from pipeline.feed_changes import FeedChanges, compare
from pipeline.listing import Address, Change
from pipeline.models import Catalog
from pipeline.stages import publish
from pipeline.targets import Target
from pipeline.uploads import find_missing, upload


@dataclass(frozen=True, slots=True)
class Relisted:
    """What became of it: the catalog and the feed now, the keys that differ from before, what changed for listeners.

    The keys of subscribers' feeds are secrets, and are not among those `written`.
    """

    catalog: Catalog
    feed: bytes
    written: tuple[str, ...]
    tells: FeedChanges


def unchanged(catalog: Catalog) -> Catalog:
    """The change that only lets time pass: what has become due is listed."""
    return catalog


def claim(target: Target, show: Show, settings: PublishConfig) -> None:
    """Make sure that the place is this show's and can be written, before files go there that no feed names yet.

    Raises ConfigError or StageError as publishing does.
    """
    found = target.get(CATALOG)
    present = read_catalog(found.data if found else None, show, settings.shown_url)
    marker = ownership.refuse_another(target, show, present if found else None)
    target.prove(ownership.claim(target, show, present.show_guid, marker, settings.seal))


def relist(
    target: Target,
    change: Change,
    show: Show,
    settings: PublishConfig,
    cover: Path,
    *,
    now: dt.datetime,
    notice: Callable[[str], None],
) -> Relisted:
    """List the show as it is at `now` after `change`. Raises what publishing raises, before anything is written."""
    picture = listing.take_cover(cover)
    address = Address(settings.base_url, cover_key(picture))
    made = listing.draft(target, change, show, settings, address, now)
    marker = ownership.refuse_another(target, show, made.before)
    listing.refuse_bad_feed(made)
    written: tuple[str, ...] = ()
    tells = compare(made.old_xml, made.xml)
    if made.changed:
        target.prove(ownership.claim(target, show, made.catalog.show_guid, marker, settings.seal))
        upload(target, find_missing(target, publish.list_show_items(picture)), store.silent)
        made, written = listing.update(target, change, show, settings, address, now, made=made)
        cloudfront.refresh(settings, list(written), notice)
        if untold := listing.announce(settings, written):
            notice(untold)
    shown = tuple(key for key in written if not key.startswith(FOLDERS))
    return Relisted(made.catalog, made.feeds[FEED], shown, tells)
