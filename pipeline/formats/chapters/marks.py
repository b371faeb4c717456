"""A chapter as a file or a person gives it, before it is known to be right, and what must hold for a list of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.formats.clock import format_clock, format_moment, milliseconds
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Seconds

#: What Spotify shows of a title, in characters.
SHOWN = 40
_LINK = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a chapter begins and what it is called; `place` is where that is written, such as `labels.txt:3`.

    The picture of one that is `ours` may be a file: the show's own settings name it, no file that was imported.
    """

    start: Seconds
    title: str
    place: str
    url: str | None = None
    img: str | None = None
    toc: bool = True
    ours: bool = field(default=False, compare=False)

    @property
    def line(self) -> str:
        """`1:02 The foghorn`."""
        return f"{format_moment(self.start)} {self.title}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with something that should be a chapter, and where it is written."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def mark(start: Seconds | None, title: str, place: str, shown: str) -> Mark | Flaw:
    """A mark to the millisecond with its title on one line; `shown` is how the place reads, for a flaw."""
    if start is None or not clean_line(title):
        return Flaw(place, f"{clean_line(shown)!r} is not a time and a title")
    return Mark(round(start, 3), clean_line(title), place)


def check(found: Iterable[Mark | Flaw], duration: Seconds | None) -> tuple[list[Mark], list[Flaw]]:
    """The marks that can be chapters of a recording of `duration` seconds (None: not known), and all that cannot.

    Chapters ascend, the first begins at 0, each begins before the recording ends, has a title unless it is left out of
    the table of contents, and links to where apps can go.
    """
    marks: list[Mark] = []
    flaws: list[Flaw] = []
    for one in found:
        problem = one.problem if isinstance(one, Flaw) else _find_problem(one, marks, duration)
        if problem:
            flaws.append(Flaw(one.place, problem))
        if isinstance(one, Mark):
            marks.append(one)
    return ([], flaws) if flaws else (marks, [])


def _find_problem(one: Mark, before: list[Mark], duration: Seconds | None) -> str | None:
    if one.toc and not one.title:
        return f"the chapter at {format_clock(one.start)} has no title"
    link = next((link for link in (one.url, None if one.ours else one.img) if link and not _LINK.fullmatch(link)), None)
    if link:
        return f"{one.line!r} has {link!r}, which is no absolute http(s) URL in ASCII"
    if not before and one.start > 0:
        return f"{one.line!r} must begin at 0:00, since it is the first"
    if before and one.start <= before[-1].start:
        return f"{one.line!r} does not come after the chapter before it ({before[-1].line})"
    if before and duration is not None and milliseconds(one.start) >= milliseconds(duration):
        return f"{one.line!r} begins after the end of the recording ({format_clock(duration)})"
    return None


def as_chapters(marks: Iterable[Mark], duration: Seconds) -> tuple[Chapter, ...]:
    """Chapters, each to the beginning of the next, the last to the end."""
    ordered = list(marks)
    ends = [*(one.start for one in ordered[1:]), max(duration, ordered[-1].start)] if ordered else []
    return tuple(
        Chapter(start=one.start, title=one.title, end=end, url=one.url, img=one.img, toc=one.toc)
        for one, end in zip(ordered, ends, strict=True)
    )
