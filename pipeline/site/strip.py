"""The waveform in the player: bars of the speakers' colours, chapters apart, other sound marked, as paths of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.formats.clock import format_clock
from pipeline.models import Chapter, Element, Seconds, Segment
from pipeline.pictures.timeline import cut_bars, group_by_colour
from pipeline.pictures.waveform import Stretch, list_chapters, list_elements

WIDTH, HEIGHT = 10_000, 100
_BARS = 125
_FULL = bytes([255, 255])  # of a sound whose levels nobody knows: bars of one height


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the strip, and what pointing at it tells."""

    x: int
    width: int
    tip: str


@dataclass(frozen=True, slots=True)
class Strip:
    """`bars` are colour number and path; `ticks` where chapters begin, after the first."""

    bars: tuple[tuple[int, str], ...]
    ticks: tuple[int, ...]
    chapters: tuple[Mark, ...]
    elements: tuple[Mark, ...]
    bar_width: int = WIDTH // _BARS * 6 // 10


def lay_strip(
    levels: bytes,
    segments: Sequence[Segment],
    chapters: Sequence[Chapter],
    elements: Sequence[Element],
    duration: Seconds,
) -> Strip:
    """The strip of a sound of `duration` seconds; all times are the listener's."""
    bars = cut_bars(levels or _FULL, segments, duration, _BARS)
    step, drawn = WIDTH // _BARS, []
    for colour, numbers in group_by_colour(bars).items():
        reaches = ((number, max(2, round(44 * min(bars[number].mean, 1.0)))) for number in numbers)
        drawn.append((colour, "".join(f"M{n * step + step // 2} {50 - reach}v{2 * reach}" for n, reach in reaches)))
    marks = _mark(list_chapters(chapters, duration), duration)
    return Strip(
        bars=tuple(drawn),
        ticks=tuple(mark.x for mark in marks[1:]),
        chapters=marks,
        elements=_mark(list_elements(elements, duration), duration),
    )


def _mark(stretches: Sequence[Stretch], duration: Seconds) -> tuple[Mark, ...]:
    scale = WIDTH / duration if duration else 0.0
    return tuple(
        Mark(round(one.start * scale), max(1, round((one.end - one.start) * scale)), _tip(one)) for one in stretches
    )


def _tip(one: Stretch) -> str:
    return f"{format_clock(one.start)} {one.name}"
