"""Which microphones of several are open at any time, so that a voice is heard through one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.adapters.kweighting import FRAME
from pipeline.models import Point, Seconds

if TYPE_CHECKING:
    from pipeline.adapters.kweighting import Chosen

_AHEAD = round(0.06 / FRAME)  # frames that a microphone is open before its person is heard
_HOLD = round(0.4 / FRAME)  # and that it stays open afterwards
_SHORTEST = round(1.0 / FRAME)  # frames that it is closed for, or not at all
_OPENS: Seconds = 0.06
_CLOSES: Seconds = 0.3


def open_tracks(heard: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """For each track the frames in which it is open, by those in which its own person is heard.

    A track closes when somebody else begins. In a pause whoever spoke last stays open, so that the room does not come
    and go.
    """
    import numpy as np

    held = [_spread(one) for one in heard]
    anybody = np.any(held, axis=0)
    # In each frame of a pause, the last one in which somebody was heard; before the first, that one.
    places = np.where(anybody, np.arange(len(anybody)), -1)
    last = np.maximum.accumulate(places)
    last[last < 0] = int(anybody.argmax())
    return tuple(_fill(one[last]) for one in held)


def draw_gate(opened: Chosen, gain: float, depth: float) -> tuple[Point, ...]:
    """A track's gain over time: `gain` dB while it is open, `depth` dB less while it is closed.

    It is wholly open before its person is heard, and closes slowly.
    """
    import numpy as np

    edges = np.flatnonzero(np.diff(opened.astype(np.int8))) + 1
    now = bool(opened[0]) if len(opened) else True
    loud, soft = round(gain, 2), round(gain - depth, 2)
    if not len(edges) or not depth:
        return (Point(at=0.0, gain=loud if now or not depth else soft),)
    points: list[Point] = []
    for edge in edges:
        at, opens = float(edge) * FRAME, not now
        begin, end = (at - _OPENS, at) if opens else (at, at + _CLOSES)
        points += [
            Point(at=round(max(begin, 0.0), 3), gain=soft if opens else loud),
            Point(at=round(end, 3), gain=loud if opens else soft),
        ]
        now = opens
    return tuple(points)


def _spread(heard: Chosen) -> Chosen:
    """Each frame with a few before and more after."""
    import numpy as np

    count = np.concatenate([[0], np.cumsum(heard)])
    at = np.arange(len(heard))
    low, high = np.maximum(at - _HOLD, 0), np.minimum(at + _AHEAD + 1, len(heard))
    spread: Chosen = count[high] > count[low]
    return spread


def _fill(opened: Chosen) -> Chosen:
    """The same without closing for a moment only."""
    from scipy import ndimage

    labels, count = ndimage.label(~opened)
    if not count:
        return opened
    lengths = ndimage.sum_labels(~opened, labels, range(1, count + 1))
    filled = opened.copy()
    for at, length in enumerate(lengths, 1):
        if length < _SHORTEST:
            filled |= labels == at
    return filled
