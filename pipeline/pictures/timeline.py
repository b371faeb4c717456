"""The timeline of an episode cut into bars: how high each is, and whose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.formats.paragraphs import clean_line
from pipeline.models import Seconds, Segment
from pipeline.pictures.palette import SPEAKERS


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker, the number of their colour from 1 on, and their share of the talking in percent."""

    name: str
    colour: int
    share: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the timeline: highest sample and root mean square in [0, 1], and the colour of who speaks most."""

    peak: float
    mean: float
    colour: int


def measure_voices(segments: Iterable[Segment]) -> tuple[Voice, ...]:
    """Who speaks, in order of first speaking, and how much."""
    spoken: dict[str, Seconds] = {}
    for segment in segments:
        if segment.speaker:
            name = clean_line(segment.speaker)
            spoken[name] = spoken.get(name, 0.0) + segment.end - segment.start
    total = sum(spoken.values())
    return tuple(
        Voice(name, number % SPEAKERS + 1, round(100 * seconds / total) if total else 0)
        for number, (name, seconds) in enumerate(spoken.items())
    )


def cut_bars(levels: bytes, segments: Iterable[Segment], duration: Seconds, count: int) -> tuple[Bar, ...]:
    """`count` bars of a waveform's `levels`; the mean is a share of the loudest bar's, so that quiet sound shows."""
    heights = _fold(levels, count)
    loudest = max((mean for _, mean in heights), default=0.0) or 1.0
    colours = _colour_bars(segments, duration, count)
    return tuple(
        Bar(peak / 255, min(1.0, mean / loudest), colour) for (peak, mean), colour in zip(heights, colours, strict=True)
    )


def group_by_colour(bars: Sequence[Bar]) -> dict[int, list[int]]:
    """The numbers of the bars of each colour, colours ascending."""
    groups: dict[int, list[int]] = {}
    for number, bar in enumerate(bars):
        groups.setdefault(bar.colour, []).append(number)
    return dict(sorted(groups.items()))


def _fold(levels: bytes, count: int) -> list[tuple[float, float]]:
    """Peak and root mean square of `count` equal parts of the columns, which may be fewer than the parts."""
    peaks, means = levels[0::2], levels[1::2]
    columns = len(peaks)
    folded = []
    for number in range(count if columns else 0):
        begin = number * columns // count
        end = max(begin + 1, (number + 1) * columns // count)
        power = sum(mean * mean for mean in means[begin:end]) / (end - begin)
        folded.append((float(max(peaks[begin:end])), math.sqrt(power)))
    return folded or [(0.0, 0.0)] * count


def _colour_bars(segments: Iterable[Segment], duration: Seconds, count: int) -> list[int]:
    """For each bar the colour of who speaks most in it; 0 where nobody does."""
    colours: dict[str, int] = {}
    shares: list[dict[int, Seconds]] = [{} for _ in range(count)]
    for segment in segments:
        if not segment.speaker:
            continue
        colour = colours.setdefault(clean_line(segment.speaker), len(colours) % SPEAKERS + 1)
        if duration <= 0 or segment.end <= segment.start:
            continue
        scale = count / duration
        first, last = int(segment.start * scale), min(count - 1, int(segment.end * scale))
        for number in range(max(0, first), last + 1):
            heard = min(segment.end * scale, number + 1) - max(segment.start * scale, number)
            if heard > 0:
                shares[number][colour] = shares[number].get(colour, 0.0) + heard
    return [max(share, key=lambda colour: (share[colour], -colour)) if share else 0 for share in shares]
