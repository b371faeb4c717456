"""Chapters as rows: Audacity's label tracks, and the markers that REAPER, Hindenburg and others export as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.formats.captions import split_lines
from pipeline.formats.chapters.marks import Flaw, Mark, mark
from pipeline.formats.clock import format_moment, milliseconds, parse_moment
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter

_LABEL = re.compile(r"-?[\d.,]+\t-?[\d.,]+(\t|$)", re.ASCII)
_STARTS = ("start", "start time", "starttime", "time", "timecode", "position", "in", "begin", "from")
_TITLES = ("name", "title", "chapter", "label", "marker", "marker name", "text", "description", "comment")
_BEATS = re.compile(r"\s*\d+\.\d+\.\d+\s*")
_NUMBER = re.compile(r"[MRmr]?\d+")


def is_labels(text: str) -> bool:
    """Whether the first line is one of an Audacity label track."""
    return bool(_LABEL.match(next((line for line in split_lines(text) if line.strip()), "")))


def read_labels(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The labels of an Audacity label track, points or regions; lines that begin with a backslash hold frequencies."""
    for number, line in enumerate(split_lines(text), 1):
        if not line.strip() or line.startswith("\\"):
            continue
        start, *rest = line.split("\t", 2)
        place = f"{name}:{number}"
        if rest and start.strip().startswith("-"):
            yield Flaw(place, f"the label {clean_line(rest[-1])!r} begins before the recording ({start.strip()} s)")
        else:
            yield mark(parse_moment(start), rest[1] if len(rest) > 1 else "", place, line)


def write_labels(chapters: Iterable[Chapter]) -> str:
    """An Audacity label track of points."""
    return "".join(f"{one.start:.6f}\t{one.start:.6f}\t{clean_line(one.title)}\n" for one in chapters)


def read_csv(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The markers and regions of a table with columns for name and start, in order of time.

    REAPER's is `#,Name,Start,End,Length`, listed by number. Without a head the first cell that is a time counts, and
    the first that is neither a time nor a number. Commas, semicolons or tabs stand between cells.
    """
    first = next((line for line in split_lines(text) if line.strip()), "")
    between = max(",;\t", key=first.count)
    rows: list[tuple[str, list[str]]] = []
    try:
        table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=between)
        begun = 1
        for row in table:
            if any(cell.strip() for cell in row):
                rows.append((f"{name}:{begun}", row))
            begun = table.line_num + 1
    except csv.Error as error:
        yield Flaw(f"{name}:{begun}", f"is no row of a table ({error})")
    columns = _find_columns([cell.strip().casefold() for cell in rows[0][1]]) if rows else None
    found = [_read_row(row, columns, place) for place, row in (rows[1:] if columns else rows)]
    yield from (one for one in found if isinstance(one, Flaw))
    yield from sorted((one for one in found if isinstance(one, Mark)), key=lambda one: one.start)


def write_csv(chapters: Iterable[Chapter]) -> str:
    """Markers as REAPER lists them, to the millisecond."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(("#", "Name", "Start", "End", "Length"))
    for number, one in enumerate(chapters, 1):
        table.writerow((f"M{number}", clean_line(one.title), _timecode(one.start), "", ""))
    return made.getvalue()


def _timecode(start: float) -> str:
    clock, _, _ = format_moment(start).partition(".")
    return f"{clock}.{milliseconds(start) % 1000:03}"


def _find_columns(head: Sequence[str]) -> tuple[int, int] | None:
    """The columns of start and title, by their names; None where these are missing."""
    start = next((head.index(one) for one in _STARTS if one in head), None)
    title = next((head.index(one) for one in _TITLES if one in head), None)
    return None if start is None or title is None else (start, title)


def _read_row(row: Sequence[str], columns: tuple[int, int] | None, place: str) -> Mark | Flaw:
    shown = " ".join(row)
    if columns is None:
        times = [cell for cell in row if parse_moment(cell) is not None]
        start = next((cell for cell in times if not cell.strip().isdigit()), times[0] if times else "")
        words = (cell for cell in row if parse_moment(cell) is None and not _NUMBER.fullmatch(cell.strip()))
        return mark(parse_moment(start), next(words, ""), place, shown)
    start, title = (row[at] if at < len(row) else "" for at in columns)
    if parse_moment(start) is None:
        hint = " (let REAPER's ruler show minutes and seconds before you export)" if _BEATS.fullmatch(start) else ""
        return Flaw(place, f"the start of {clean_line(title)!r} is {start.strip()!r}, not h:m:s or seconds{hint}")
    return mark(parse_moment(start), title, place, shown)
