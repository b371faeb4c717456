"""The documents of a show's feed: what apps subscribe to has the newest episodes, archives have those before.

Archives are of one size and full, counted from the oldest episode on: once there, one changes only with what it holds
and when it gets its newer neighbour. feed.xml has the rest, from one to two times that size, so that a new episode
touches nothing else. Source: RFC 5005, sections 3 (paged feeds) and 4 (archived feeds).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import catalog as records
from pipeline.adapters import feed, feed_values
from pipeline.config import PublishConfig, Show
from pipeline.models import Catalog, Episode


@dataclass(frozen=True, slots=True)
class Page:
    """One document: its key, its episodes (newest first), and where its neighbours are, by relation."""

    key: str
    episodes: tuple[Episode, ...]
    links: tuple[tuple[str, str], ...] = ()

    @property
    def is_archive(self) -> bool:
        """Whether it is not what apps subscribe to."""
        return self.key != records.FEED


def archive_key(number: int) -> str:
    """Where the archive with that number is, counted from 1, the oldest."""
    return f"feed-{number}.xml"


def split(catalog: Catalog, now: dt.datetime, size: int) -> tuple[Page, ...]:
    """The documents in the order in which they are written: archives from the oldest on, feed.xml last.

    An episode that was taken off keeps its place in the count, so that no other moves from archive to archive.
    """
    oldest_first = [one for one in reversed(catalog.episodes) if records.is_due(one, now)]
    archives = max(0, len(oldest_first) // size - 1)
    pages = [
        Page(archive_key(n), _listed(oldest_first[(n - 1) * size : n * size]), _links(n, archives))
        for n in range(1, archives + 1)
    ]
    return (*pages, Page(records.FEED, _listed(oldest_first[archives * size :]), _links(archives + 1, archives)))


def render(
    show: Show, catalog: Catalog, settings: PublishConfig, *, cover_url: str, now: dt.datetime
) -> dict[str, bytes]:
    """Every document by its key, in the order in which they are written."""
    seen = records.due(catalog, now)
    return {
        page.key: feed.render_feed(_channel(show, catalog, page, settings, cover_url, seen), page.episodes)
        for page in split(catalog, now, settings.feed_page)
    }


def count_archives(xml: bytes, base: str) -> int:
    """How many archives a feed that is published under `base` has, by the links of its channel."""
    channel, _, _ = xml.partition(b"<item>")
    found = re.findall(re.escape(f"{base}/feed-").encode() + rb"(\d{1,4})\.xml", channel)
    return max(map(int, found), default=0)


def _listed(oldest_first: Sequence[Episode]) -> tuple[Episode, ...]:
    return tuple(one for one in reversed(oldest_first) if not one.withdrawn)


def _links(number: int, archives: int) -> tuple[tuple[str, str], ...]:
    """Where the other documents are; feed.xml counts as the one after the last archive."""
    if not archives:
        return ()
    older = archive_key(number - 1) if number > 1 else None
    newer = archive_key(number + 1) if number < archives else None
    found = {
        "first": records.FEED,
        "previous": None if number > archives else newer or records.FEED,
        "next": older,
        "last": archive_key(1),
        "current": None if number > archives else records.FEED,
        "prev-archive": older,
        "next-archive": newer,
    }
    return tuple((relation, key) for relation, key in found.items() if key)


def _channel(
    show: Show, catalog: Catalog, page: Page, settings: PublishConfig, cover_url: str, seen: Catalog
) -> feed_values.Channel:
    return feed_values.Channel(
        show=show,
        guid=catalog.show_guid,
        feed_url=settings.address(page.key),
        cover_url=cover_url,
        updated=_changed(page.episodes) if page.is_archive else _changed(seen.episodes, catalog),
        trailers=() if page.is_archive else feed_values.trailers(seen),
        links=tuple((relation, settings.address(key)) for relation, key in page.links),
        hub=settings.websub_hub,
        analytics_prefix=settings.analytics_prefix,
        archive=page.is_archive,
    )


def _changed(listed: Sequence[Episode], catalog: Catalog | None = None) -> str | None:
    """When a document became what it is, as far as the catalog knows: the last change, or the newest episode's date."""
    moments = [one.published for one in listed[:1]]
    if catalog:
        moments += [catalog.updated] if catalog.updated else []
        moments += [one.withdrawn for one in catalog.episodes if one.withdrawn]
    return max(moments, key=dt.datetime.fromisoformat, default=None)
