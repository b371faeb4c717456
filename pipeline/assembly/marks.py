"""Chapters for other sound: its own where it has a title, and the one that it interrupted goes on after it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.models import Chapter, Chapters, Element, Seconds, TimeMap

#: A chapter that begins so close to an interruption begins after it.
_CLOSE: Seconds = 1.0
_JOIN: Seconds = 0.001  # less between two parts of the talk is no break
_Stretch = tuple[Seconds, Seconds]


def mark_elements(chapters: Chapters, elements: Sequence[Element], times: TimeMap, duration: Seconds) -> Chapters:
    """Listener's chapters with those of elements that have a title, each ending where the next one begins.

    What an element interrupts goes on under its own name after it, in the table of contents only where the element is
    in it: apps that show the current chapter are right, and a list names nothing twice without need. A chapter that
    begins beside an interruption begins after it.
    Sources: JSON chapters 1.2 of the podcast namespace (`toc`); ID3v2 chapter frame addendum (CTOC).
    """
    if not elements or not chapters.chapters:
        return chapters
    own = [_as_chapter(one, times) for one in elements if one.title]
    breaks = _find_breaks(times, duration)
    marks = _put_behind(chapters.chapters, [one for one in breaks if one[1] < duration])
    if own and own[0].start == 0:
        opening = next(one for one in elements if one.title)
        begun = next((end for begin, end in breaks if begin == 0), round(opening.end - opening.begin, 3))
        marks[0] = marks[0].model_copy(update={"start": begun})
    for begin, end in breaks:
        inside = [one for one in own if begin <= one.start < end]
        if inside and end < duration and all(one.start != end for one in marks):
            current = [one for one in marks if one.start < end][-1]
            listed = current.toc and any(one.toc for one in inside)
            marks.append(current.model_copy(update={"start": end, "toc": listed}))
            marks.sort(key=lambda one: one.start)
    return Chapters(chapters=_fill_ends(sorted([*own, *marks], key=lambda one: one.start), duration))


def _as_chapter(element: Element, times: TimeMap) -> Chapter:
    start = round(_begins(element, times), 3)
    return Chapter(start=start, title=element.title or "", url=element.url, img=element.img, toc=element.toc)


def _begins(element: Element, times: TimeMap) -> Seconds:
    """When an element is heard by itself: the words that it begins under belong to the chapter before."""
    length = element.end - element.begin
    ends = [end for start, end in _heard(times) if start <= element.start < end < element.start + length]
    return max([element.start, *ends])


def _heard(times: TimeMap) -> list[_Stretch]:
    return [(span.heard_at, span.heard_at + span.end - span.start) for span in times.spans]


def _find_breaks(times: TimeMap, duration: Seconds) -> list[_Stretch]:
    """When the talk is not heard: before it, within it, after it."""
    heard = [(0.0, 0.0), *_heard(times), (duration, duration)]
    between = ((round(one[1], 3), round(other[0], 3)) for one, other in pairwise(heard))
    return [(begin, end) for begin, end in between if end - begin > _JOIN]


def _put_behind(chapters: Sequence[Chapter], breaks: Sequence[_Stretch]) -> list[Chapter]:
    """The chapters, of which those that begin beside a break begin where it ends; of two that then meet the later."""
    first, *later = chapters
    moved = {first.start: first}
    for one in later:
        beside = (end for begin, end in breaks if begin - _CLOSE <= one.start <= end + _CLOSE)
        start = next(beside, one.start)
        moved[start] = one.model_copy(update={"start": start})
    return list(moved.values())


def _fill_ends(marks: Sequence[Chapter], duration: Seconds) -> tuple[Chapter, ...]:
    ends = [*(one.start for one in marks[1:]), round(duration, 3)]
    return tuple(one.model_copy(update={"end": end}) for one, end in zip(marks, ends, strict=True) if end > one.start)
