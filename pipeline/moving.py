"""`showrunner feed move`: a show goes to another address, and whoever subscribed to the old one comes along."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from pipeline import catalog as records
from pipeline import listing, store
from pipeline.config import PublishConfig, Show
from pipeline.errors import ConfigError, InputError
from pipeline.models import Catalog
from pipeline.relisting import Relisted, claim, relist, unchanged
from pipeline.server import media_type
from pipeline.store import Progress
from pipeline.targets import Item, Target
from pipeline.uploads import find_missing, upload

M = TypeVar("M", bound=BaseModel)


def announce(
    target: Target,
    show: Show,
    settings: PublishConfig,
    cover: Path,
    new_feed: str,
    *,
    now: dt.datetime,
    notice: Callable[[str], None],
) -> Relisted:
    """Let the feed at its present address tell apps that it moved to `new_feed` (itunes:new-feed-url).

    Source: Apple, "Change the RSS feed URL". The show keeps its podcast:guid, whatever its address.
    """
    told = show.model_copy(update={"new_feed_url": new_feed})
    return relist(target, unchanged, told, settings, cover, now=now, notice=notice)


def copy(
    old: Target,
    new: Target,
    show: Show,
    before: PublishConfig,
    after: PublishConfig,
    cover: Path,
    *,
    now: dt.datetime,
    progress: Progress,
    notice: Callable[[str], None],
) -> Relisted:
    """Bring all that is published from the old place to the new one, and list it there, with guids and dates as before.

    Files that are there already are not sent again, so that a copy that broke off goes on. Raises InputError where
    nothing is published, ConfigError where both places are the same.
    """
    if before.base_url == after.base_url:
        raise ConfigError(f"{after.base_url}: is where the show is already", fix="name the new place")
    found = old.get(records.CATALOG)
    if found is None:
        raise InputError(f"{before.base_url}: there is no show", fix="publish an episode first")
    catalog = records.read_catalog(found.data, show, f"{before.base_url}/{records.FEED}")
    new_feed = f"{after.base_url}/{records.FEED}"
    told = show.model_copy(update={"guid": uuid.UUID(catalog.show_guid), "new_feed_url": new_feed})
    claim(new, told, after)
    keys = [key for one in catalog.episodes for key in old.keys(f"episodes/{one.slug}/")]
    for number, key in enumerate(keys):
        progress(number, len(keys))
        copy_file(old, new, key, before, after)
    moved = readdress(catalog, before.base_url, after.base_url)
    return relist(
        new,
        lambda there: _merge(there, moved),
        told,
        after,
        cover,
        now=now,
        notice=notice,
    )


def readdress(model: M, old: str, new: str) -> M:
    """The same with every address under `old` as it is under `new`; nothing else changes."""

    def move(value: object) -> object:
        if isinstance(value, str):
            return new + value[len(old) :] if value == old or value.startswith(old + "/") else value
        if isinstance(value, dict):
            return {key: move(one) for key, one in value.items()}
        return [move(one) for one in value] if isinstance(value, list) else value

    return type(model).model_validate(move(model.model_dump(mode="json")))


def _merge(there: Catalog, moved: Catalog) -> Catalog:
    """What was there keeps its records only for episodes that did not move."""
    guids = {one.guid for one in moved.episodes}
    new = [one for one in there.episodes if one.guid not in guids]
    return moved.model_copy(update={"episodes": records.newest_first([*moved.episodes, *new])})


def copy_file(old: Target, new: Target, key: str, before: PublishConfig, after: PublishConfig) -> None:
    """Bring what is published under a key to another place, unless it is there; a page with its new addresses."""
    there, head = new.head(key), old.head(key)
    if head is None or (there and there.size == head.size and there.sha256 in (None, head.sha256)):
        return
    found = old.get(key)
    if found is None:
        return
    page = key.endswith("/" + records.INDEX)
    kind = head.media_type or _published_type(key)
    kept = listing.brief(after) if page else listing.FOR_EVER
    data = found.data.replace(before.base_url.encode(), after.base_url.encode()) if page else found.data
    item = Item(key, data, store.digest_bytes(data), len(data), kind, kept)
    upload(new, find_missing(new, [item]), store.silent)


def _published_type(key: str) -> str:
    """The Content-Type with which publishing writes a file, by its name."""
    served = media_type(Path(key))
    return served if key.endswith((".html", ".txt", ".md")) else served.partition(";")[0]
