"""Chapters as ffmpeg's metadata file (`;FFMETADATA1`, `[CHAPTER]` sections)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.formats.captions import split_lines
from pipeline.formats.chapters.marks import Flaw, Mark, mark
from pipeline.formats.clock import milliseconds
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Seconds

HEAD = ";FFMETADATA1"
_SPECIAL = re.compile(r"([=;#\\])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PAIR = re.compile(r"((?:[^=\\]|\\.)*)=(.*)", re.DOTALL)
_FRACTION = re.compile(r"(\d{1,12})/(\d{1,12})", re.ASCII)


def read_ffmetadata(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The chapters of a file that `ffmpeg -i IN -f ffmetadata OUT` writes."""
    section, begun, values = "", 1, dict[str, str]()
    for number, line in [*_logical_lines(split_lines(text)), (0, "[]")]:
        if line.startswith("["):
            if section == "[chapter]":
                yield _read_chapter(values, f"{name}:{begun}")
            section, begun, values = line.strip().casefold(), number, {}
        elif found := _PAIR.fullmatch(line):
            values[_ESCAPED.sub(r"\1", found[1]).strip().casefold()] = _ESCAPED.sub(r"\1", found[2])


def _logical_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends in a backslash goes on in the next. Remarks are left out."""
    held, begun = "", 0
    for number, line in enumerate(lines, 1):
        if not held and line.startswith((";", "#")):
            continue
        held, begun = held + line, begun or number
        if (len(line) - len(line.rstrip("\\"))) % 2:
            held += "\n"
            continue
        yield begun, held
        held, begun = "", 0
    if held:
        yield begun, held


def _read_chapter(values: dict[str, str], place: str) -> Mark | Flaw:
    title, start = values.get("title", ""), values.get("start", "")
    return mark(_scale(start, values.get("timebase", "1/1000000000")), title, place, f"[CHAPTER] START={start} {title}")


def _scale(start: str, base: str) -> Seconds | None:
    found = _FRACTION.fullmatch(base.strip())
    if not found or not int(found[2]) or not re.fullmatch(r"\d{1,18}", start.strip(), re.ASCII):
        return None
    return int(start) * int(found[1]) / int(found[2])


def write_ffmetadata(chapters: Iterable[Chapter]) -> str:
    """For `ffmpeg -i IN -i FILE -map_chapters 1 -codec copy OUT`, to the millisecond."""
    parts = [HEAD + "\n"]
    for one in chapters:
        title = _SPECIAL.sub(r"\\\1", clean_line(one.title))
        start, end = milliseconds(one.start), milliseconds(one.start if one.end is None else one.end)
        parts.append(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    return "".join(parts)
