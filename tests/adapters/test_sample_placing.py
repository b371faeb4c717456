"""Whatever is cut, a programme has its exact length and every kept sample lies where the time map says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adapters.placing import lay_out, place
from pipeline.models import Span, TimeMap

Frames = npt.NDArray[np.float32]

RATE = 8000
HALF = 40  # frames: half a join of 10 ms
EDGE = HALF + 3  # and what rounding adds to it, on either timeline


def put(sound: Frames, times: TimeMap, total: int) -> Frames:
    """The programme that a time map makes of a recording."""

    def read(begin: int, end: int) -> Frames:
        part = sound[max(begin, 0) : end]
        return np.concatenate([part, np.zeros((end - begin - len(part), sound.shape[1]), np.float32)])

    pieces = lay_out(times, len(sound), RATE)
    blocks = list(place(pieces, total, sound.shape[1], read))
    return np.concatenate([np.zeros((0, sound.shape[1]), np.float32), *blocks])


def ramp(seconds: float) -> Frames:
    """A recording of which every frame is told from every other: its own number, from 1 on."""
    return np.arange(1, round(seconds * RATE) + 1, dtype=np.float32)[:, None]


@st.composite
def time_maps(draw: st.DrawFn) -> tuple[float, float, TimeMap]:
    """Seconds of a recording and of a programme, and spans that ascend on both sides."""
    lengths = st.floats(0, 1.5, allow_nan=False)
    gaps = st.one_of(st.just(0.0), st.floats(0.001, 1.5))
    source = heard = 0.0
    spans = []
    for _ in range(draw(st.integers(0, 6))):
        source += draw(gaps)
        heard += draw(gaps)
        length = draw(lengths)
        spans.append(Span(start=source, end=source + length, heard_at=heard))
        source, heard = source + length, heard + length
    return source + draw(gaps), heard + draw(gaps), TimeMap(spans=tuple(spans))


@given(time_maps())
def test_any_spans_make_exactly_the_frames_of_the_programme(made: tuple[float, float, TimeMap]) -> None:
    duration, heard, times = made
    assert len(put(ramp(duration), times, round(heard * RATE))) == round(heard * RATE)


@given(time_maps())
def test_every_kept_frame_lies_where_the_time_map_says(made: tuple[float, float, TimeMap]) -> None:
    duration, heard, times = made
    sound = ramp(duration)
    programme = put(sound, times, round(heard * RATE))
    for span in times.spans:
        begin, end, at = (round(second * RATE) for second in (span.start, span.end, span.heard_at))
        inner = np.arange(begin + EDGE, min(end, len(sound)) - EDGE)
        there = at + inner - begin
        inside = there < len(programme)
        assert np.array_equal(programme[there[inside], 0], sound[inner[inside], 0])


@given(time_maps())
def test_a_constant_never_rises_above_itself(made: tuple[float, float, TimeMap]) -> None:
    duration, heard, times = made
    constant = np.full((round(duration * RATE), 1), 0.2, np.float32)
    assert put(constant, times, round(heard * RATE)).max(initial=0) <= 0.2 + 1e-6


def test_a_join_keeps_a_constant_and_fades_one_side_into_the_other() -> None:
    times = TimeMap(spans=(Span(start=0, end=1, heard_at=0), Span(start=2, end=3, heard_at=1)))
    constant = put(np.full((3 * RATE, 1), 0.5, np.float32), times, 2 * RATE)
    assert np.allclose(constant, 0.5, atol=1e-6)
    steps = np.repeat(np.float32([0.0, 0.0, 1.0]), RATE)[:, None]
    joined = put(steps, times, 2 * RATE)[:, 0]
    assert np.array_equal(joined[: RATE - HALF], np.zeros(RATE - HALF))
    assert np.all(np.diff(joined[RATE - HALF : RATE + HALF]) >= 0)
    assert joined[RATE] == pytest.approx(0.5, abs=0.03)
    assert np.array_equal(joined[RATE + HALF :], np.ones(RATE - HALF))


def test_spans_that_follow_each_other_in_the_recording_leave_it_as_it_is() -> None:
    times = TimeMap(spans=(Span(start=0, end=1, heard_at=0), Span(start=1, end=2, heard_at=1)))
    assert np.array_equal(put(ramp(2), times, 2 * RATE), ramp(2))


def test_a_span_beside_silence_fades_and_the_ends_of_the_recording_do_not() -> None:
    ones = np.ones((2 * RATE, 1), np.float32)
    times = TimeMap(spans=(Span(start=0, end=0.5, heard_at=1), Span(start=1.5, end=2, heard_at=3)))
    programme = put(ones, times, 4 * RATE)[:, 0]
    assert programme[RATE - 1] == 0
    assert programme[RATE] == programme[3 * RATE + RATE // 2 - 1] == 1
    assert 0 < programme[RATE + RATE // 2 - 1] < 0.01
    assert 0 < programme[3 * RATE] < 0.01
