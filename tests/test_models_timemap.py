"""TimeMap: where a second of the source is heard, after cuts and insertions."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Span, TimeMap

#: Times that floats hold exactly, finer than a sample of what words are timed by: sums of them are exact as well.
_FINE = 1024


def seconds(least: float, most: float, *, below: bool = False) -> st.SearchStrategy[float]:
    """Times from `least` to `most`, or below that."""
    return st.integers(round(least * _FINE), round(most * _FINE) - below).map(lambda count: count / _FINE)


LENGTHS = seconds(1 / 64, 600)
GAPS = seconds(0, 600)


@st.composite
def time_maps(draw: st.DrawFn) -> TimeMap:
    """Any order-keeping map: between spans the source is cut, something is inserted, or both."""
    spans, source, heard = [], 0.0, 0.0
    for length, skipped, inserted in draw(st.lists(st.tuples(LENGTHS, GAPS, GAPS), min_size=1, max_size=8)):
        start, heard_at = source + skipped, heard + inserted
        spans.append(Span(start=start, end=start + length, heard_at=heard_at))
        source, heard = start + length, heard_at + length
    return TimeMap(spans=tuple(spans))


@pytest.mark.parametrize(
    ("time", "heard"),
    [
        (0.0, 5.0),
        (9.0, 14.0),
        (10.0, 15.0),
        (15.0, 15.0),
        (19.9, 15.0),
        (20.0, 15.0),
        (25.0, 20.0),
        (31.0, 28.0),
        (40.0, 28.0),
        (99.0, 38.0),
    ],
)
def test_an_intro_a_cut_and_an_inserted_ad_move_times_as_a_listener_hears_them(time: float, heard: float) -> None:
    intro_then_cut_then_ad = (
        Span(start=0, end=10, heard_at=5),
        Span(start=20, end=30, heard_at=15),
        Span(start=40, end=50, heard_at=28),
    )
    assert TimeMap(spans=intro_then_cut_then_ad).to_listener(time) == pytest.approx(heard)


def test_an_untouched_recording_keeps_its_times() -> None:
    times = TimeMap(spans=(Span(start=0, end=60, heard_at=0),))
    assert [times.to_listener(time) for time in (0, 12.5, 60)] == [0, 12.5, 60]


@given(time_maps(), st.lists(seconds(0, 20_000), min_size=2, max_size=20))
def test_what_was_said_later_is_never_heard_earlier(times: TimeMap, moments: list[float]) -> None:
    heard = [times.to_listener(moment) for moment in sorted(moments)]
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(heard))


@given(time_maps(), st.data())
def test_within_a_span_the_distance_of_two_moments_stays(times: TimeMap, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(times.spans))
    inside = seconds(span.start, span.end, below=True)
    first, second = data.draw(inside), data.draw(inside)
    assert times.to_listener(second) - times.to_listener(first) == pytest.approx(second - first, abs=1e-6)


@given(time_maps(), seconds(0, 20_000))
def test_every_time_lands_inside_the_finished_audio(times: TimeMap, moment: float) -> None:
    last = times.spans[-1]
    assert 0 <= times.to_listener(moment) <= last.heard_at + (last.end - last.start) + 1e-6


@given(time_maps())
def test_a_map_survives_json(times: TimeMap) -> None:
    assert TimeMap.model_validate_json(times.model_dump_json()) == times


def test_what_ends_at_a_join_ends_before_what_is_played_there() -> None:
    ad_at_10 = TimeMap(spans=(Span(start=0, end=10, heard_at=5), Span(start=10, end=20, heard_at=45)))
    assert [ad_at_10.ends_at(time) for time in (0, 9, 10, 11, 20, 30)] == [5, 14, 15, 46, 55, 55]
    assert [ad_at_10.to_source(heard) for heard in (0, 5, 15, 30, 45, 50, 99)] == [0, 0, 10, 10, 10, 15, 20]


@given(time_maps(), st.data())
def test_what_is_heard_comes_from_where_it_is_heard(times: TimeMap, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(times.spans))
    moment = data.draw(seconds(span.start, span.end, below=True))
    assert times.to_source(times.to_listener(moment)) == pytest.approx(moment, abs=1e-6)
    heard = data.draw(seconds(0, 20_000))
    assert times.to_source(heard) <= times.spans[-1].end


@given(time_maps(), seconds(0, 10_000), seconds(0, 600))
def test_a_stretch_lasts_as_long_as_what_is_heard_of_it(times: TimeMap, start: float, length: float) -> None:
    plain, shift = [], 0.0
    for span in times.spans:  # the same cuts, nothing played between
        plain.append(Span(start=span.start, end=span.end, heard_at=shift))
        shift += span.end - span.start
    joined = TimeMap(spans=tuple(plain))
    heard = times.heard_in(start, start + length)
    assert joined.ends_at(start + length) - joined.to_listener(start) == pytest.approx(heard, abs=1e-6)
    assert times.is_heard(start, start + length) == (heard >= length / 2) or length == 0


def test_thousands_of_spans_cost_a_look_at_few() -> None:
    looked = []

    class Watched(Span):
        def __getattribute__(self, name: str) -> object:
            if name in ("start", "heard_at"):
                looked.append(name)
            return super().__getattribute__(name)

    times = TimeMap.model_construct(
        spans=tuple(Watched(start=2 * at, end=2 * at + 1, heard_at=at) for at in range(10_000))
    )
    looked.clear()
    assert times.to_listener(15_000.5) == 7500.5
    assert len(looked) < 40
