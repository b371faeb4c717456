"""How loud music is at each moment: down while somebody speaks, up in long pauses, faded where the talk goes on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.assembly.cues import Cue
from pipeline.assembly.talk import LONG_PAUSE, Stretch
from pipeline.config import AssembleConfig, Music
from pipeline.models import Point, Seconds

_NOTHING = -60.0  # dB at which a fade begins and ends
#: The length of a fade where a file is cut off in the middle and nobody said how long it takes.
_FADE: Seconds = 1.0

Curve = list[tuple[Seconds, float]]


def draw(cue: Cue, speech: Sequence[Stretch], settings: AssembleConfig) -> tuple[Point, ...]:
    """The gain of a cue at each second since its start, in dB, linear between points; 0 is as loud as the talk.

    `speech` is when somebody speaks over it. None at all where it is 0 dB throughout.
    """
    sound, volume = cue.insert.sound, cue.insert.sound.volume
    curves: list[Curve] = [[(0.0, volume)]]
    fade = min(sound.fade if isinstance(sound, Music) else _FADE, cue.length / 2)
    if cue.lead_in and speech and speech[0][0] < 2 * LONG_PAUSE:  # else it would come up only to go down again
        speech = [(0.0, speech[0][1]), *speech[1:]]
    if isinstance(sound, Music) and speech:
        curves.append(_duck(speech, volume, min(volume, -sound.duck), settings))
    if cue.lead_in and fade:
        curves.append([(0.0, _NOTHING), (fade, volume)])
    if (cue.lead_out or cue.cut_short) and fade:
        curves.append([(cue.length - fade, volume), (cue.length, _NOTHING)])
    points = [(round(at, 3), round(gain, 2)) for at, gain in _lowest(curves)]
    if all(gain == 0 for _, gain in points):
        return ()
    return tuple(Point(at=at, gain=gain) for at, gain in _without_repeats(points))


def _duck(speech: Sequence[Stretch], up: float, down: float, settings: AssembleConfig) -> Curve:
    """Down when the first word begins, up after the last."""
    curve: Curve = []
    for start, end in speech:
        curve += [(start - settings.attack, up), (start, down), (end, down), (end + settings.release, up)]
    return curve


def _lowest(curves: Sequence[Curve]) -> Curve:
    """The lowest of several curves at each second, with the points at which they cross."""
    corners = sorted({max(0.0, at) for curve in curves for at, _ in curve})
    found: Curve = []
    for start, end in pairwise(corners):
        found.append((start, min(_gain(curve, start) for curve in curves)))
        crossings = sorted(
            start + share * (end - start)
            for number, one in enumerate(curves)
            for other in curves[number + 1 :]
            if (share := _crossing(one, other, start, end)) is not None
        )
        found += [(at, min(_gain(curve, at) for curve in curves)) for at in crossings]
    return [*found, (corners[-1], min(_gain(curve, corners[-1]) for curve in curves))]


def _crossing(one: Curve, other: Curve, start: Seconds, end: Seconds) -> float | None:
    before = _gain(one, start) - _gain(other, start)
    after = _gain(one, end) - _gain(other, end)
    return before / (before - after) if before * after < 0 else None


def _gain(curve: Curve, at: Seconds) -> float:
    """The curve at a second: linear between its points and constant outside."""
    if at <= curve[0][0]:
        return curve[0][1]
    for (start, low), (end, high) in pairwise(curve):
        if at < end:
            return low + (high - low) * (at - start) / (end - start)
    return curve[-1][1]


def _without_repeats(points: Curve) -> Curve:
    """Without points that say nothing: between two of the same gain."""
    kept: Curve = []
    for number, point in enumerate(points):
        around = points[max(0, number - 1) : number + 2]
        same = {gain for _, gain in around} == {point[1]}
        if not kept or (point[0] > kept[-1][0] and not same):
            kept.append(point)
    return kept
