"""Choosing chapter boundaries from probabilities: how many, how far apart, and where."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editorial.boundaries import Bounds, choose, shift_to_pauses

HOUR = 3600.0


def bounds(duration: float, *, min_length: float = 30, low: float = 3, high: float = 12) -> Bounds:
    return Bounds.of(duration, min_length=min_length, per_hour_min=low, per_hour_max=high)


@pytest.mark.parametrize(
    ("duration", "least", "most"),
    [
        (0, 1, 1),
        (40, 1, 1),
        (150, 1, 4),  # a short episode may have more chapters than its share of an hour
        (1200, 1, 5),
        (HOUR, 3, 12),
        (3 * HOUR, 9, 36),
        (HOUR - 60, 2, 11),  # never more an hour than was asked for
    ],
)
def test_bounds_follow_the_duration(duration: float, least: int, most: int) -> None:
    assert (bounds(duration).least, bounds(duration).most) == (least, most)


def test_chapters_an_hour_and_their_length_are_settable() -> None:
    assert bounds(HOUR, low=1, high=2).most == 2
    assert bounds(HOUR, min_length=1800).most == 2


def spaced(values: dict[int, float], count: int = 360) -> tuple[list[float], list[float]]:
    """Ten-second sentences with these probabilities, all others near none."""
    return [values.get(at, 0.001) for at in range(count)], [10.0 * at for at in range(count)]


def test_clear_turns_are_all_taken_and_nothing_else() -> None:
    turns, starts = spaced({60: 0.9, 130: 0.8, 200: 0.95, 300: 0.7})
    assert choose(turns, starts, HOUR, bounds(HOUR)) == (60, 130, 200, 300)


def test_of_two_turns_too_close_the_likelier_is_taken() -> None:
    turns, starts = spaced({60: 0.9, 62: 0.6, 130: 0.8, 200: 0.95})
    assert choose(turns, starts, HOUR, bounds(HOUR)) == (60, 130, 200)


def test_a_turn_spread_over_neighbouring_sentences_is_found_at_its_likeliest() -> None:
    turns, starts = spaced({59: 0.18, 60: 0.36, 61: 0.18, 130: 0.8, 200: 0.95})
    assert choose(turns, starts, HOUR, bounds(HOUR)) == (60, 130, 200)


def test_where_nothing_turns_there_are_only_as_many_chapters_as_asked_for() -> None:
    turns, starts = spaced({})
    assert len(choose(turns, starts, HOUR, bounds(HOUR))) == 2
    assert choose(turns[:60], starts[:60], 600, bounds(600)) == ()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_little_was_said_to_cut(count: int) -> None:
    assert choose([0.9] * count, [10.0 * at for at in range(count)], 20, bounds(20)) == ()


@pytest.mark.parametrize(
    ("turns", "gap_before", "expected"),
    [
        ([0, 0.1, 0.5, 0.4, 0.1], 3, 3),  # nearly as likely, and after the pause
        ([0, 0.1, 0.5, 0.4, 0.1], None, 2),  # no pause anywhere
        ([0, 0.1, 0.5, 0.1, 0.1], 3, 2),  # the pause, but no topic
        ([0, 0.4, 0.5, 0.4, 0.1], 1, 1),  # backwards too
    ],
)
def test_of_near_equal_sentences_the_one_after_the_pause_begins(
    turns: list[float], gap_before: int | None, expected: int
) -> None:
    spans = [(100.0 + 4 * at, 104.0 + 4 * at - (0.6 if at + 1 == gap_before else 0)) for at in range(5)]
    assert shift_to_pauses((2,), turns, [(0, 99), *spans[1:], (300, 400)], 30) == (expected,)


def test_a_pause_does_not_bring_boundaries_too_close() -> None:
    spans = [(0.0, 40.0), (40.0, 60.0), (60.0, 69.0), (70.0, 75.0), (75.0, 200.0)]
    assert shift_to_pauses((1, 3), [0, 0.5, 0.5, 0.5, 0.1], spans, 30) == (1, 3)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 40)), max_size=80),
    st.floats(5, 120),
    st.floats(0.5, 10),
    st.floats(0, 40),
)
def test_boundaries_keep_their_distance_and_number(
    rows: list[tuple[float, float]], min_length: float, low: float, more: float
) -> None:
    starts, time = [], 0.0
    for _, length in rows:
        starts.append(time)
        time += length
    limits = bounds(time, min_length=min_length, low=low, high=low + more)
    begins = choose([turn for turn, _ in rows], starts, time, limits)
    edges = [0.0, *(starts[at] for at in begins), time]
    assert all(later - earlier >= min_length - 1e-6 for earlier, later in pairwise(edges)) or not begins
    assert len(begins) + 1 <= limits.most
    assert list(begins) == sorted(set(begins))
