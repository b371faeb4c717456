"""Loudness over time, before and after mastering, with the target and the figures of both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pipeline.formats.clock import format_clock, format_minutes
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Loudness, Seconds, TimeMap
from pipeline.pictures.scene import Box, Line, Scene, Shape, Text

_WIDTH, _HEIGHT = 1200, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 92.0, 1152.0, 136.0, 420.0
_LOUDEST, _QUIETEST = -5.0, -50.0  # LUFS: what is quieter is drawn at the bottom
_COLUMNS = 530
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds between marks of time


def draw_loudness(
    title: str, duration: Seconds, before: Loudness, after: Loudness, times: TimeMap, target: float
) -> Scene:
    """Short-term loudness (EBU Tech 3341: three seconds) of the recording and of what was made of it.

    `before` is measured in seconds of the recording, of which `times` says when they are heard; `target` is in LUFS.
    """
    earlier = [(times.to_listener(float(second)), level) for second, level in enumerate(before.short_term)]
    later = [(float(second), level) for second, level in enumerate(after.short_term)]
    return Scene(
        width=_WIDTH,
        height=_HEIGHT,
        title=f"Loudness of {clean_line(title)}",
        about=f"Short-term loudness over {format_minutes(duration)}. Target {_lufs(target)}. "
        f"Before: {_figures(before)}. After: {_figures(after)}.",
        shapes=(
            Text(48, 52, 30, f"Loudness of {clean_line(title)}", room=1104, bold=True),
            *_describe(before, after, target),
            *_draw_grid(duration),
            Line(((_LEFT, _height(target)), (_RIGHT, _height(target))), "ink", 1.5, dashed=True),
            *_draw_curve(earlier, duration, "v2", 1.5),
            *_draw_curve(later, duration, "v1", 2.5),
        ),
    )


def _describe(before: Loudness, after: Loudness, target: float) -> Iterable[Shape]:
    yield from _key(48, "v2", f"Before: {_figures(before)}", 480)
    yield from _key(540, "v1", f"After: {_figures(after)}", 480)
    yield Text(1152, 122, 18, f"Target {_lufs(target)}", "quiet", room=180, anchor="end")


def _key(left: float, colour: str, text: str, room: float) -> Iterable[Shape]:
    yield Box(left, 80, 14, 14, colour)
    yield Text(left + 22, 94, 18, text, room=room)


def _figures(one: Loudness) -> str:
    if one.integrated is None:
        return "silence"
    parts = [_lufs(one.integrated)]
    if one.range is not None:
        parts.append(f"range {one.range:.1f} LU")
    if one.true_peak is not None:
        parts.append(f"peak {_minus(one.true_peak)} dBTP")
    return ", ".join(parts)


def _lufs(level: float) -> str:
    return f"{_minus(level)} LUFS"


def _minus(number: float) -> str:
    return f"{number:.1f}".replace("-", "−")


def _height(level: float) -> float:
    share = (_LOUDEST - max(_QUIETEST, min(_LOUDEST, level))) / (_LOUDEST - _QUIETEST)
    return _TOP + share * (_BOTTOM - _TOP)


def _draw_grid(duration: Seconds) -> Iterable[Shape]:
    for level in range(-10, -51, -10):
        yield Line(((_LEFT, _height(level)), (_RIGHT, _height(level))), "line")
        yield Text(_LEFT - 12, _height(level) + 6, 16, _minus(float(level)).removesuffix(".0"), "quiet", anchor="end")
    step = next((step for step in _STEPS if duration / step <= 10), _STEPS[-1] * math.ceil(duration / 72_000))
    for mark in range(0, math.floor(duration) + 1, step):
        x = _LEFT + (_RIGHT - _LEFT) * mark / duration if duration else _LEFT
        yield Line(((x, _BOTTOM), (x, _BOTTOM + 6)), "quiet")
        yield Text(x, _BOTTOM + 28, 16, format_clock(mark), "quiet", anchor="middle")


def _draw_curve(levels: Sequence[tuple[Seconds, float]], duration: Seconds, colour: str, width: float) -> list[Shape]:
    """A line through the mean power of each column that holds any measurement."""
    columns: dict[int, list[float]] = {}
    for at, level in levels:
        if math.isfinite(level) and duration:
            columns.setdefault(min(_COLUMNS - 1, int(at / duration * _COLUMNS)), []).append(10 ** (level / 10))
    scale = (_RIGHT - _LEFT) / _COLUMNS
    points = tuple(
        (_LEFT + (number + 0.5) * scale, _height(10 * math.log10(sum(powers) / len(powers))))
        for number, powers in sorted(columns.items())
        if sum(powers) > 0
    )
    return [Line(points, colour, width)] if len(points) > 1 else []
