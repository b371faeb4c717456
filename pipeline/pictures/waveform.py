"""The waveform of an episode: whose each bar is, chapters as blocks, other sound marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.formats.clock import format_clock, format_minutes
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Element, Seconds, Segment
from pipeline.pictures.palette import speaker_colour
from pipeline.pictures.scene import Bars, Box, Scene, Shape, Text
from pipeline.pictures.svg import estimate_width, shorten_to
from pipeline.pictures.timeline import Bar, Voice, cut_bars, group_by_colour, measure_voices

WIDTH = 1200
_EDGE = 48
_ROOM = WIDTH - 2 * _EDGE
_BARS = _ROOM // 4
_NARROWEST = 10.0  # pixels: chapters that begin nearer to the one before have no block of their own
_LABELLED = 64.0  # pixels: a narrower block has no title under it
_LONGEST_TIP = 48
_KINDS = {"intro": "Intro", "outro": "Outro", "bumper": "Bumper", "ad": "Ad", "music": "Music"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a waveform shows; all times are the listener's. `levels` are those of a Waveform."""

    title: str
    about: str
    duration: Seconds
    levels: bytes
    segments: tuple[Segment, ...]
    chapters: tuple[Chapter, ...]
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds of the timeline with a name: a chapter, or other sound."""

    start: Seconds
    end: Seconds
    name: str


def list_chapters(chapters: Sequence[Chapter], duration: Seconds) -> tuple[Stretch, ...]:
    """The chapters of the table of contents that begin in the sound, each up to the next one."""
    shown = [one for one in chapters if one.toc and one.start < duration]
    ends = [*(one.start for one in shown[1:]), duration][: len(shown)]
    return tuple(
        Stretch(one.start, end, clean_line(one.title)) for one, end in zip(shown, ends, strict=True) if end > one.start
    )


def list_elements(elements: Sequence[Element], duration: Seconds) -> tuple[Stretch, ...]:
    """Other sound in the order in which it is heard: intro, ads and the like by their names."""
    named = (
        Stretch(
            one.start,
            min(duration, one.start + one.end - one.begin),
            ": ".join(filter(None, (_KINDS[one.kind], clean_line(one.title or "")))),
        )
        for one in elements
    )
    return tuple(sorted((one for one in named if one.end > one.start), key=lambda one: (one.start, one.end)))


def draw_waveform(heard: Heard, height: int) -> Scene:
    """The picture, 1200 pixels wide; with a `height` of 630 it is what link previews want."""
    voices = measure_voices(heard.segments)
    chapters, elements = (
        list_chapters(heard.chapters, heard.duration),
        list_elements(heard.elements, heard.duration),
    )
    bars = cut_bars(heard.levels, heard.segments, heard.duration, _BARS)
    top, bottom = 132.0, height - 112.0
    return Scene(
        width=WIDTH,
        height=height,
        title=clean_line(heard.title),
        about=_tell(heard, voices, chapters, elements),
        shapes=(
            Text(_EDGE, 62, 38, clean_line(heard.title), room=_ROOM, bold=True),
            Text(_EDGE, 100, 22, clean_line(heard.about), "quiet", room=_ROOM),
            *_draw_blocks(chapters, heard.duration, top, bottom),
            *_draw_bars(bars, (top + bottom) / 2, (bottom - top) / 2 - 8),
            *_draw_elements(elements, heard.duration, bottom + 5),
            *_draw_labels(chapters, heard.duration, bottom + 34),
            *_draw_legend(voices, height - 34.0),
        ),
    )


def _place(time: Seconds, duration: Seconds) -> float:
    return _EDGE + _ROOM * time / duration if duration else float(_EDGE)


def _draw_blocks(chapters: Sequence[Stretch], duration: Seconds, top: float, bottom: float) -> list[Shape]:
    """A block for each chapter with a gap after it, or one for all where there are none."""
    starts: list[Stretch] = []
    for one in chapters:
        if not starts or _place(one.start, duration) - _place(starts[-1].start, duration) >= _NARROWEST:
            starts.append(one)
    if not starts or starts[0].start > 0:
        starts.insert(0, Stretch(0.0, 0.0, ""))
    edges = [*(_place(one.start, duration) for one in starts), float(WIDTH - _EDGE)]
    return [
        Box(left, top, max(1.0, right - left - (3 if right < WIDTH - _EDGE else 0)), bottom - top, "card", _tip(one))
        for one, left, right in zip(starts, edges, edges[1:], strict=False)
    ]


def _tip(one: Stretch) -> str:
    return f"{format_clock(one.start)} {one.name}"[:_LONGEST_TIP] if one.name else ""


def _draw_bars(bars: Sequence[Bar], middle: float, reach: float) -> list[Shape]:
    """The highest samples faintly, and how loud it is before them, each speaker's in one path."""
    drawn: list[Shape] = []
    for faint in (True, False):
        for colour, numbers in group_by_colour(bars).items():
            heights = ((_EDGE + 4 * number + 2.0, _height(bars[number], faint, reach)) for number in numbers)
            drawn.append(Bars(middle, 2.4, speaker_colour(colour), tuple(heights), faint=faint))
    return drawn


def _height(bar: Bar, faint: bool, reach: float) -> float:
    # Where it is loud the mean reaches two thirds of the peak's room: both layers stay to be seen.
    return max(0.6, reach * (bar.peak if faint else min(bar.peak, bar.mean * 0.67)))


def _draw_elements(elements: Sequence[Stretch], duration: Seconds, top: float) -> list[Shape]:
    drawn: list[Shape] = []
    for one in elements:
        left, right = _place(one.start, duration), _place(one.end, duration)
        drawn.append(Box(left, top, max(2.0, right - left), 5, "quiet", _tip(one)))
    return drawn


def _draw_labels(chapters: Sequence[Stretch], duration: Seconds, base: float) -> list[Shape]:
    drawn: list[Shape] = []
    for one in chapters:
        left, right = _place(one.start, duration), _place(one.end, duration)
        if right - left >= _LABELLED and (text := shorten_to(one.name, 16, right - left - 10)):
            drawn.append(Text(left, base, 16, text, "quiet", room=right - left - 6))
    return drawn


def _draw_legend(voices: Sequence[Voice], base: float) -> list[Shape]:
    """Who has which colour, as many as there is room for; the colours begin again after the last."""
    drawn: list[Shape] = []
    left = float(_EDGE)
    for at, voice in enumerate(voices):
        others = len(voices) - at
        text = shorten_to(f"{voice.name} {voice.share} %", 20, 360)
        width = 22 + estimate_width(text, 20) + 34
        if left + width > WIDTH - _EDGE - (150 if others > 1 else 0):
            drawn.append(Text(left, base, 20, f"and {others} more", "quiet", room=WIDTH - _EDGE - left))
            break
        drawn += [
            Box(left, base - 14, 14, 14, speaker_colour(voice.colour)),
            Text(left + 22, base, 20, text, room=width),
        ]
        left += width
    return drawn


def _tell(heard: Heard, voices: Sequence[Voice], chapters: Sequence[Stretch], elements: Sequence[Stretch]) -> str:
    """The picture in words, for who does not see it."""
    parts = [f"Waveform of {format_minutes(heard.duration)}"]
    if voices:
        parts.append("Speakers: " + ", ".join(f"{one.name} {one.share} %" for one in voices))
    for name, stretches in (("Chapters", chapters), ("Also heard", elements)):
        if stretches:
            more = f"; and {len(stretches) - 20} more" if len(stretches) > 20 else ""
            parts.append(f"{name}: " + "; ".join(map(_tip, stretches[:20])) + more)
    return ". ".join(parts) + "."
