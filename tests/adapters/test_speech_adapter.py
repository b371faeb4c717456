"""Where speech is found, and how it is cut into pieces that a recogniser can take."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_samples import demo, some_speech

from pipeline.adapters import pcm, speech
from pipeline.adapters.speech import RATE, Stretch


def middle(start: float, end: float) -> float:
    return (start + end) / 2


@given(some_speech(), st.floats(0, 5))
def test_pieces_fit_the_window_ascend_and_hold_all_speech(spoken: list[Stretch], rest: float) -> None:
    duration = (spoken[-1].end if spoken else 0.0) + rest
    pieces = speech.stretches(spoken, duration, middle)
    assert all(piece.length <= 30.001 for piece in pieces)
    assert all(one.end <= two.start + 1e-6 for one, two in pairwise(pieces))
    assert all(0 <= piece.start < piece.end <= duration for piece in pieces)
    for one in spoken:
        covered = sum(max(0.0, min(one.end, piece.end) - max(one.start, piece.start)) for piece in pieces)
        assert covered == pytest.approx(one.length, abs=1e-3)


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ([], []),
        ([(1.0, 3.0), (4.0, 6.0)], [(0.7, 6.3)]),
        ([(1.0, 3.0), (9.0, 12.0)], [(0.7, 3.3), (8.7, 12.3)]),
        ([(0.0, 14.0), (14.4, 20.0), (21.0, 33.0)], [(0.0, 20.3), (20.7, 33.3)]),
        ([(0.0, 45.0)], [(0.0, 22.05), (22.05, 45.3)]),
    ],
    ids=[
        "silence",
        "a short pause joins",
        "a long pause parts",
        "too long: at the longest pause",
        "no pause: at the quietest spot",
    ],
)
def test_how_speech_is_cut_into_pieces(spoken: list[tuple[float, float]], expected: list[tuple[float, float]]) -> None:
    pieces = speech.stretches([Stretch(*one) for one in spoken], 100.0, middle)
    assert [(round(piece.start, 3), round(piece.end, 3)) for piece in pieces] == expected


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    samples = np.random.default_rng(1).normal(0, 0.2, 45 * RATE).astype(np.float32)
    samples[int(25.0 * RATE) : int(25.12 * RATE)] *= 0.01
    cut = speech.find_quietest(samples, 14.7, 29.4)
    assert cut == pytest.approx(25.06, abs=0.03)


def test_where_there_is_nothing_to_measure_the_middle_is_quietest() -> None:
    assert speech.find_quietest(np.zeros(RATE, np.float32), 0.5, 0.55) == pytest.approx(0.525)


def test_speech_is_found_where_the_vad_of_faster_whisper_finds_it() -> None:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    samples = demo(0, 75)
    options = VadOptions(min_silence_duration_ms=200, min_speech_duration_ms=100, speech_pad_ms=50)
    theirs = [(one["start"] / RATE, one["end"] / RATE) for one in get_speech_timestamps(samples, options)]
    assert [(one.start, one.end) for one in speech.find_speech(samples)] == theirs
    assert len(theirs) > 5


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, RATE])
def test_however_short_a_silence_is_it_has_no_speech(length: int) -> None:
    assert speech.find_speech(np.zeros(length, np.float32)) == ()


def test_hours_of_silence_are_known_within_seconds(tmp_path: Path) -> None:
    with (tmp_path / "silence.f32").open("wb") as file:
        file.truncate(2 * 3600 * RATE * 4)  # a sparse file
    assert speech.find_speech(pcm.open_samples(tmp_path / "silence.f32")) == ()


def test_a_long_recording_takes_no_memory_of_its_own(tmp_path: Path) -> None:
    hiss = np.random.default_rng(1).normal(0, 1e-4, 60 * RATE).astype("<f4").tobytes()
    with (tmp_path / "hiss.f32").open("wb") as file:
        file.writelines([hiss] * 8)
    samples = pcm.open_samples(tmp_path / "hiss.f32")
    tracemalloc.start()
    found = speech.find_speech(samples)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ()
    assert peak < 20e6, f"{peak / 1e6:.0f} MB for 31 MB of samples"
