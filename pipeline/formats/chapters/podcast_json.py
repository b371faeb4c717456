"""Chapters as the podcast namespace's JSON chapters 1.2, and as Podlove's players list them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline import store
from pipeline.errors import InputError
from pipeline.formats.chapters.marks import Flaw, Mark
from pipeline.formats.clock import parse_moment
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Chapters, Seconds

_FIX = 'give {"version": "1.2.0", "chapters": [{"startTime": 0, "title": "…"}]}'
_FOR_EVER = 1e9  # seconds; a larger number is not a time in a recording


def read_json(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The chapters of a document, or of a list `[{"start", "title", "href", "image"}]`. Raises InputError."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: this is not JSON ({error.msg})", fix=_FIX) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise InputError(f"{name}: this JSON cannot be chapters ({error})", fix=_FIX) from error
    rows = data.get("chapters") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InputError(f'{name}: there is no list "chapters" in it', fix=_FIX)
    for number, row in enumerate(rows):
        yield _read_row(row, f"{name} chapters[{number}]")


def _read_row(row: Any, place: str) -> Mark | Flaw:
    if not isinstance(row, dict):
        return Flaw(place, "is no object with startTime and title")
    given = row.get("startTime", row.get("start"))
    start = _seconds(given)
    if start is None:
        return Flaw(place, f"startTime is {given!r}, not a number of seconds")
    return Mark(
        start,
        clean_line(_text(row, "title") or ""),
        place,
        url=_text(row, "url", "href"),
        img=_text(row, "img", "image"),
        toc=row.get("toc") is not False,
    )


def _seconds(given: Any) -> Seconds | None:
    if isinstance(given, str):
        return parse_moment(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    return round(float(given), 3) if 0 <= given < _FOR_EVER else None


def _text(row: dict[str, Any], *keys: str) -> str | None:
    return next((row[key] for key in keys if isinstance(row.get(key), str) and row[key]), None)


def write_json(chapters: Iterable[Chapter]) -> str:
    """JSON chapters 1.2, with links, pictures, and what is left out of the table of contents."""
    return store.to_json(Chapters(chapters=tuple(chapters))).decode()
