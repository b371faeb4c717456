"""Chapters of other sound on the listener's timeline."""

from __future__ import annotations

from typing import Any

import pytest
from assembly_samples import make_chapters

from pipeline.listener import retime_chapters
from pipeline.models import Element, Span, TimeMap

CHAPTERS = make_chapters(0.0, 31.0, 71.0)


def element(kind: Any, start: float, length: float, title: str | None = None, toc: bool = False) -> Element:
    url = "https://e.example/" if title else None
    return Element(kind=kind, file=0, start=start, begin=0, end=length, title=title, toc=toc, url=url)


def heard(*spans: tuple[float, float, float]) -> TimeMap:
    return TimeMap(spans=tuple(Span(start=start, end=end, heard_at=at) for start, end, at in spans))


MID = heard((0, 50, 0), (50, 100, 61))  # an ad from 50.5 to 60.5 interrupts Two
EDGE = heard((0, 30.8, 0), (30.8, 100, 41.8))  # one before Two
OPEN = heard((0, 100, 9))  # an intro of 12 seconds, of which two are under the talk
CLOSE = heard((0, 100, 0))  # an outro that begins four seconds before the talk ends


@pytest.mark.parametrize(
    ("times", "elements", "duration", "marks"),
    [
        (MID, [element("ad", 50.5, 10)], 111, ["0 One", "31 Two", "82 Three"]),
        (MID, [element("ad", 50.5, 10, "Ad")], 111, ["0 One", "31 Two", "50.5 (Ad)", "61 (Two)", "82 Three"]),
        (MID, [element("ad", 50.5, 10, "Ad", toc=True)], 111, ["0 One", "31 Two", "50.5 Ad", "61 Two", "82 Three"]),
        (MID, [element("ad", 50.5, 4, "Ad"), element("ad", 55, 5.5, "Ba", toc=True)], 111,
         ["0 One", "31 Two", "50.5 (Ad)", "55 Ba", "61 Two", "82 Three"]),
        (EDGE, [element("ad", 31.3, 10)], 111, ["0 One", "41.8 Two", "82 Three"]),  # Two begins where the talk goes on
        (EDGE, [element("ad", 31.3, 10, "Ad")], 111, ["0 One", "31.3 (Ad)", "41.8 Two", "82 Three"]),
        (OPEN, [element("intro", 0, 12)], 109, ["0 One", "40 Two", "80 Three"]),
        (OPEN, [element("intro", 0, 12, "Music")], 109, ["0 (Music)", "9 One", "40 Two", "80 Three"]),
        (CLOSE, [element("outro", 96, 14, "Music")], 110, ["0 One", "31 Two", "71 Three", "100 (Music)"]),
        (CLOSE, [element("outro", 96, 14)], 110, ["0 One", "31 Two", "71 Three"]),
    ],
)  # fmt: skip
def test_titled_sound_is_a_chapter_and_what_it_interrupts_goes_on_after_it(
    times: TimeMap, elements: list[Element], duration: float, marks: list[str]
) -> None:
    found = retime_chapters(CHAPTERS, times, duration, tuple(elements)).chapters
    assert [f"{one.start:g} {one.title if one.toc else f'({one.title})'}" for one in found] == marks
    assert [one.end for one in found] == [*(one.start for one in found[1:]), duration]
    assert {one.url for one in found} == {None, *(one.url for one in elements if one.title)}
