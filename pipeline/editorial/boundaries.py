"""Which sentences begin a chapter, given how likely a topic turns before each: as many as the evidence bears."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Seconds

#: Turns this close in seconds are the same turn, placed at different sentences.
_SAME_TURN: Seconds = 15.0
#: How much of a sentence's worth is its own likelihood; the rest is that of all sentences near it.
_OWN = 0.4
#: Weaker than this, a boundary is only taken when there would be too few chapters.
_FAINT = 0.12
#: Of sentences this close in seconds that are so nearly as likely, the one after the longest pause is taken.
_EITHER: Seconds = 6.0
_NEARLY = 0.6
#: A pause is longer than another when it is so by this many seconds.
_LONGER: Seconds = 0.2
#: An episode shorter than this may have so many chapters, whatever the number an hour.
_SHORT: Seconds = 1500.0
_SHORT_MOST = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many chapters there may be, and how far apart they begin, in seconds."""

    least: int
    most: int
    apart: Seconds

    @classmethod
    def of(cls, duration: Seconds, *, min_length: Seconds, per_hour_min: float, per_hour_max: float) -> Bounds:
        """The bounds for an episode; one shorter than twice `min_length` is a single chapter."""
        hours = duration / 3600
        fitting = int(duration / min_length)
        short = min(_SHORT_MOST, round(fitting * 0.8)) if duration < _SHORT else 0
        most = min(fitting, max(math.floor(per_hour_max * hours), short))
        return cls(least=max(1, min(math.floor(per_hour_min * hours), most)), most=max(1, most), apart=min_length)


def choose(turns: Sequence[float], starts: Sequence[Seconds], duration: Seconds, bounds: Bounds) -> tuple[int, ...]:
    """The indices of the sentences that begin the second and later chapters.

    `turns` are probabilities, `starts` ascending seconds. Dynamic programming finds, for each number of chapters,
    the boundaries that are worth most together and keep their distance; the number taken is the one with the
    highest expected F1, 2 x hits / (chosen + expected), as Ye, Chai, Lee and Chieu do for labels (ICML 2012).
    """
    worth = _worth(turns, starts)
    places = [
        at for at in range(1, len(starts))
        if starts[at] >= bounds.apart and starts[at] <= duration - bounds.apart
    ]  # fmt: skip
    best = _best_sets(places, worth, starts, bounds.apart, bounds.most - 1)
    expected = sum(turns[1:])
    clear = [found for found in best if all(worth[at] >= _FAINT for at in found)]
    chosen = max(clear, key=lambda found: 2 * sum(worth[at] for at in found) / (len(found) + expected + 1e-9))
    if len(chosen) + 1 < bounds.least:
        chosen = best[min(bounds.least, len(best)) - 1]
    return chosen


def shift_to_pauses(
    chosen: Sequence[int], turns: Sequence[float], spans: Sequence[tuple[Seconds, Seconds]], apart: Seconds
) -> tuple[int, ...]:
    """The chosen sentences, each moved to a neighbour after a longer pause where a topic begins nearly as likely.

    `spans` are the start and end of each sentence; boundaries stay `apart` from each other and from both ends.
    """
    moved: list[int] = []
    for number, at in enumerate(chosen):
        earliest = spans[moved[-1]][0] + apart if moved else apart
        latest = (spans[chosen[number + 1]][0] if number + 1 < len(chosen) else spans[-1][1]) - apart
        best = at
        for other in _neighbours(at, spans):
            fits = earliest <= spans[other][0] <= latest and turns[other] >= _NEARLY * turns[at]
            if fits and _pause(other, spans) > _pause(best, spans) + _LONGER:
                best = other
        moved.append(best)
    return tuple(moved)


def _neighbours(at: int, spans: Sequence[tuple[Seconds, Seconds]]) -> list[int]:
    """The sentences that begin within `_EITHER` of one, nearest first."""
    starts = [start for start, _ in spans]
    near = range(bisect_left(starts, starts[at] - _EITHER), bisect_right(starts, starts[at] + _EITHER))
    return sorted((other for other in near if other > 0), key=lambda other: (abs(starts[other] - starts[at]), other))


def _pause(at: int, spans: Sequence[tuple[Seconds, Seconds]]) -> Seconds:
    return spans[at][0] - spans[at - 1][1]


def _worth(turns: Sequence[float], starts: Sequence[Seconds]) -> list[float]:
    """How likely a chapter begins at or near each sentence."""
    worth = [0.0] * len(turns)
    for at, start in enumerate(starts):
        near = range(
            max(1, bisect_left(starts, start - _SAME_TURN)), bisect_right(starts, start + _SAME_TURN)
        )  # the first sentence is no turn
        around = sum(turns[other] * (1 - abs(starts[other] - start) / _SAME_TURN) for other in near)
        worth[at] = _OWN * turns[at] + (1 - _OWN) * min(1.0, around)
    return worth


def _best_sets(
    places: Sequence[int], worth: Sequence[float], starts: Sequence[Seconds], apart: Seconds, most: int
) -> list[tuple[int, ...]]:
    """For 0, 1, 2 … boundaries the worthiest set of places at least `apart` seconds from each other."""
    times = [starts[at] for at in places]
    before = [bisect_right(times, time - apart) for time in times]
    sums = [[0.0] * (len(places) + 1)]
    taken: list[list[bool]] = []
    for count in range(1, most + 1):
        row, took = [-math.inf] * (len(places) + 1), [False] * (len(places) + 1)
        for number, at in enumerate(places, start=1):
            with_it = sums[count - 1][before[number - 1]] + worth[at]
            row[number] = max(row[number - 1], with_it)
            took[number] = with_it > row[number - 1]
        if row[-1] == -math.inf:
            break
        sums.append(row)
        taken.append(took)
    return [_trace(count, places, before, taken) for count in range(len(sums))]


def _trace(
    count: int, places: Sequence[int], before: Sequence[int], taken: Sequence[Sequence[bool]]
) -> tuple[int, ...]:
    found: list[int] = []
    number = len(places)
    while count:
        if taken[count - 1][number]:
            found.append(places[number - 1])
            number = before[number - 1]
            count -= 1
        else:
            number -= 1
    return tuple(reversed(found))
