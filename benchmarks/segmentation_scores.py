"""How well found chapter boundaries agree with known ones: Pk, WindowDiff and F1 within a tolerance."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Scores:
    """Lower is better for the first two, higher for the others; `found` and `known` count boundaries."""

    pk: float
    window_diff: float
    f1_15: float
    f1_30: float
    found: float
    known: float


def score(known: Sequence[float], found: Sequence[float], duration: float) -> Scores:
    """All figures for one episode; boundaries in seconds, without the start."""
    pk, window_diff = pk_and_window_diff(known, found, duration)
    return Scores(pk, window_diff, f1(known, found, 15), f1(known, found, 30), len(found), len(known))


def mean(scores: Sequence[Scores]) -> Scores:
    """The mean of each figure over episodes."""
    return Scores(*(sum(column) / len(scores) for column in zip(*map(astuple, scores), strict=True)))


def f1(known: Sequence[float], found: Sequence[float], tolerance: float) -> float:
    """F1 of boundaries, each matched to at most one of the other side, nearest pairs first."""
    pairs = sorted(
        (abs(one - other), number, at)
        for number, one in enumerate(known)
        for at, other in enumerate(found)
        if abs(one - other) <= tolerance
    )
    used: tuple[set[int], set[int]] = (set(), set())
    for _, number, at in pairs:
        if number not in used[0] and at not in used[1]:
            used[0].add(number)
            used[1].add(at)
    return 2 * len(used[0]) / (len(known) + len(found)) if known or found else 1.0


def pk_and_window_diff(known: Sequence[float], found: Sequence[float], duration: float) -> tuple[float, float]:
    """Pk (Beeferman, Berger and Lafferty 1999) and WindowDiff (Pevzner and Hearst 2002), in steps of a second.

    The window is half the mean length of the known segments.
    """
    window = max(1.0, duration / (len(known) + 1) / 2)
    edges = [[float(one) for one in sorted(side)] for side in (known, found)]
    places = [float(second) for second in range(int(duration - window))] or [0.0]
    wrong = different = 0
    for place in places:
        inside = [bisect_right(side, place + window) - bisect_right(side, place) for side in edges]
        wrong += (inside[0] > 0) != (inside[1] > 0)
        different += inside[0] != inside[1]
    return wrong / len(places), different / len(places)
