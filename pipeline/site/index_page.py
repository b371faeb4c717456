"""The show's own page: every episode on one page, the newest in full and the others a line each, by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.adapters import templates
from pipeline.config import Show
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Catalog, Episode
from pipeline.site import wording
from pipeline.site.languages import direction, locale
from pipeline.site.linked_data import describe_series
from pipeline.site.pictures import SMALL_SIDE, small_cover_key
from pipeline.site.static import static_file
from pipeline.site.subscribing import app_links

#: So many episodes have their summary on the page; two thousand with theirs would make it a megabyte.
IN_FULL = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode in the list; `date` as people write it."""

    episode: Episode
    href: str
    date: str
    label: str
    summary: str
    guests: tuple[str, ...]


def render_index(show: Show, catalog: Catalog, cover_key: str, base_url: str) -> str:
    """The show's page, to be published as index.html beside feed.xml, the covers and the files of `static_files()`."""
    small = small_cover_key(cover_key)
    return templates.render(
        "index.html",
        show=show,
        newest=[_view(one, show, full=True) for one in catalog.episodes[:IN_FULL]],
        years=_by_year([_view(one, show, full=False) for one in catalog.episodes[IN_FULL:]]),
        begin=_find_beginning(show, catalog),
        count=len(catalog.episodes),
        home="",
        language=show.language,
        direction=direction(show.language),
        locale=locale(show.language),
        apps=app_links(f"{base_url}/feed.xml"),
        hidden=show.block,
        cover=small,
        image_url=f"{base_url}/{small}",
        image_side=SMALL_SIDE,
        feed_url=f"{base_url}/feed.xml",
        page_url=f"{base_url}/index.html",
        description=wording.shorten(clean_line(show.description)),
        linked_data=describe_series(show, base_url, f"{base_url}/{cover_key}"),
        style=static_file("site.css").key,
        script=static_file("site.js").key,
    )


def _view(one: Episode, show: Show, *, full: bool) -> Entry:
    hosts = {host.name.casefold() for host in show.hosts}
    return Entry(
        episode=one,
        href=f"episodes/{one.slug}/index.html",
        date=wording.format_date(dt.datetime.fromisoformat(one.published)),
        label=wording.label(one.season, one.number, one.type, one.display, show.seasons),
        summary=wording.shorten(clean_line(one.summary)) if full else "",
        guests=tuple(clean_line(person.name) for person in one.people if person.name.casefold() not in hosts),
    )


def _find_beginning(show: Show, catalog: Catalog) -> Entry | None:
    """Where a new listener may begin: the trailer, or the first episode of a serial show; None for any other."""
    trailers = [one for one in catalog.episodes if one.type == "trailer"]
    first = [one for one in catalog.episodes if one.type == "full"][-1:] if show.type == "serial" else []
    return next((_view(one, show, full=False) for one in (*trailers, *first)), None)


def _by_year(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries under their year, in their order."""
    return [(year, list(group)) for year, group in groupby(entries, key=lambda entry: entry.episode.published[:4])]
