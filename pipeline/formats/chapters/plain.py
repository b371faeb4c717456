"""Chapters as lines: the `0:00 Title` lists that people write, and mp4chaps's `00:00:00.000 Title`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.formats.captions import split_lines
from pipeline.formats.chapters.marks import Flaw, Mark, mark
from pipeline.formats.clock import format_clock, format_stamp, parse_moment, parse_stamp
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter

_EXACT = re.compile(r"\d{2,}:\d\d:\d\d\.\d{3}\s", re.ASCII)
#: What stands before the time in descriptions, the time, perhaps until when, and what stands before the title.
_DESCRIBED = re.compile(
    r"[\s*•·▶►–—-]*[(\[]?(\d+(?::\d+)+(?:[.,]\d+)?)(?:\s*[–—-]\s*\d+(?::\d+)+(?:[.,]\d+)?)?[)\]]?(?:\s*[–—|:-])?\s+(.*)"
)
_LIKE_A_TIME = re.compile(r"[\s*•·▶►–—-]*[(\[]?\d+:")


def read_line(line: str, place: str) -> Mark | Flaw:
    """The chapter of a line `0:00 Title`."""
    stamp, _, title = line.strip().partition(" ")
    return mark(parse_stamp(stamp), title, place, line)


def read_mp4chaps(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The chapters of mp4chaps's `.chapters.txt`."""
    for number, line in enumerate(split_lines(text), 1):
        stamp, _, title = line.strip().partition(" ")
        if line.strip():
            yield mark(parse_moment(stamp), title, f"{name}:{number}", line)


def read_description(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The chapters of a list, or of a video's description, where lines that begin with no time say something else."""
    for number, line in enumerate(split_lines(text), 1):
        described = _DESCRIBED.fullmatch(line.rstrip())
        if described:
            yield mark(parse_stamp(described[1]), described[2], f"{name}:{number}", line)
        elif _LIKE_A_TIME.match(line):
            yield mark(None, line, f"{name}:{number}", line)


def is_mp4chaps(text: str) -> bool:
    """Whether every line begins with a time of mp4chaps's exact shape."""
    lines = [line for line in split_lines(text) if line.strip()]
    return bool(lines) and all(_EXACT.match(line) for line in lines)


def write_mp4chaps(chapters: Iterable[Chapter]) -> str:
    """As mp4chaps reads it beside an MP4, to the millisecond."""
    return "".join(f"{format_stamp(one.start)} {clean_line(one.title)}\n" for one in chapters)


def write_description(chapters: Iterable[Chapter]) -> str:
    """As Spotify, Apple and YouTube read it in a description: the second that has begun."""
    return "".join(f"{format_clock(one.start)} {clean_line(one.title)}\n" for one in chapters)
