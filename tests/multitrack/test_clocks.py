"""Times of a track and of the episode are the same moment, whatever the recorders' clocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.multitrack.clocks import Clock, begin_at_zero

seconds = st.floats(min_value=-600, max_value=4 * 3600)
clocks = st.builds(Clock, st.floats(min_value=-600, max_value=600), st.floats(min_value=-250, max_value=250))


@given(clocks, seconds)
def test_there_and_back_is_the_same_moment(clock: Clock, time: float) -> None:
    assert clock.to_episode(clock.to_track(time)) == pytest.approx(time, abs=1e-6)


@given(clocks, seconds, seconds)
def test_time_never_runs_backwards(clock: Clock, one: float, other: float) -> None:
    earlier, later = sorted((one, other))
    assert clock.to_track(earlier) <= clock.to_track(later)


@given(clocks, clocks, seconds)
def test_a_clock_seen_from_another_tells_the_times_that_the_two_tell_one_after_the_other(
    first: Clock, second: Clock, time: float
) -> None:
    assert second.seen_from(first).to_episode(time) == pytest.approx(
        first.to_episode(second.to_episode(time)), abs=1e-4
    )


@given(st.lists(clocks, min_size=1, max_size=8))
def test_the_first_recorder_begins_at_zero_and_the_rest_keep_their_distance(given_clocks: list[Clock]) -> None:
    moved = begin_at_zero(given_clocks)
    assert min(clock.start for clock in moved) == 0
    for before, after in zip(given_clocks, moved, strict=True):
        assert after.drift == before.drift
        assert after.start - moved[0].start == pytest.approx(before.start - given_clocks[0].start, abs=1e-9)


def test_a_fast_clock_counts_more_seconds_than_pass() -> None:
    late_and_fast = Clock(start=2.0, drift=100.0)
    assert late_and_fast.to_track(2.0) == 0
    assert late_and_fast.to_track(10_002.0) == pytest.approx(10_001.0)
