"""How pages word things: dates, labels of episodes, short descriptions, links that may stand on a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DESCRIPTION = 200  # characters: what search engines and link previews show


def format_date(moment: dt.datetime) -> str:
    """`2 March 2026`, on the calendar of the moment's own offset."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def label(season: int | None, number: int | None, kind: str, display: str | None, seasons: Mapping[int, str]) -> str:
    """`Season 2: The North · Episode 7 · Bonus`; `display` stands instead of the number."""
    name = seasons.get(season or 0)
    parts = [
        (f"Season {season}: {name}" if name else f"Season {season}") if season else "",
        display or (f"Episode {number}" if number else ""),
        kind.capitalize() if kind != "full" else "",
    ]
    return " · ".join(part for part in parts if part)


def shorten(text: str, limit: int = _DESCRIPTION) -> str:
    """At most so many characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    return (cut.rpartition(" ")[0] or cut[:-1]).rstrip(" ,;:.") + "…"


def megabytes(size: int) -> str:
    """`3.0 MB` for a size in bytes."""
    return f"{size / 1_000_000:.1f} MB"


def web_link(href: str | None) -> str | None:
    """A link that a page may carry: never javascript: or data:."""
    return href if href and href.lower().startswith(("https://", "http://")) else None
