"""A track is read where it lies on the episode's timeline, to the sample, whatever its clock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from track_samples import RATE, Sound, mumble, record

from pipeline.adapters import timeline
from pipeline.adapters.timeline import CHUNK, HOP, Aligned
from pipeline.multitrack.clocks import Clock

SOUND = mumble(3, 1)


def samples(pieces: object) -> Sound:
    return np.frombuffer(b"".join(pieces), "<f4")  # type: ignore[arg-type]


@given(st.integers(-20_000, 60_000), st.integers(1, 5_000), st.floats(0, 1), st.sampled_from([0.0, 40.0, -100.0]))
@settings(max_examples=50, deadline=None)
def test_reading_in_pieces_is_reading_at_once(begin: int, count: int, start: float, drift: float) -> None:
    track = Aligned(SOUND, Clock(start, drift))
    whole = track.read(begin, count)
    cut = count // 2
    parts = [track.read(begin, cut), track.read(begin + cut, count - cut)] if cut else [whole]
    assert len(whole) == count
    assert np.abs(np.concatenate(parts) - whole).max() < 1e-4


@pytest.mark.parametrize("drift", [0.0, 40.0, -100.0])
def test_a_drifting_recording_comes_back_as_it_was_heard(drift: float) -> None:
    heard = mumble(70, 2)
    track = Aligned(record(heard, 1.5, drift), Clock(1.5, drift))
    straight = Aligned(samples(timeline.straighten(track)), Clock(1.5))
    for at in (2 * RATE, 68 * RATE):
        expected = heard[at : at + RATE]
        for one in (track, straight):
            error = one.read(at, RATE) - expected
            assert np.mean(error**2) < 0.005 * np.mean(expected**2)  # splines dull what is near 8 kHz, once each way


def test_before_and_after_a_track_is_silence() -> None:
    track = Aligned(SOUND, Clock(1.0))
    assert not track.read(0, RATE).any()
    assert not track.read(5 * RATE, RATE).any()
    assert track.end == pytest.approx(4.0)


def test_outside_its_voice_a_track_is_silent_and_fades_without_a_click() -> None:
    length = CHUNK + 5 * HOP + 100
    track = Aligned(np.ones(length, np.float32), Clock())
    voice = np.zeros(-(-length // HOP), bool)
    voice[10:20] = True
    voice[CHUNK // HOP - 1 : CHUNK // HOP + 2] = True  # across the edge of what is handled at once
    own = samples(timeline.own_sound(track, voice, length))
    assert len(own) == length
    assert own[12 * HOP : 18 * HOP].min() == 1
    assert not own[21 * HOP : 100 * HOP].any()
    assert own[CHUNK - HOP // 2 : CHUNK + HOP].min() == 1
    assert np.abs(np.diff(own)).max() < 0.01


def test_the_sum_of_tracks_cannot_clip_and_holds_each() -> None:
    loud = [Aligned(np.ones(RATE, np.float32), Clock(0.25 * at)) for at in range(3)]
    mixed = samples(timeline.mix(loud, 2 * RATE))
    assert mixed.max() == 1
    assert mixed[100] == pytest.approx(1 / 3)
    assert mixed[-RATE // 4] == 0


def test_the_loudness_of_words_is_by_each_tracks_own_measure() -> None:
    host, guest = np.full(RATE * 4, 0.5, np.float32), np.full(RATE * 4, 0.25, np.float32)
    host[RATE * 2 :] *= 0.1
    spans = [(0.0, 0.5), (0.5, 1.0), (2.5, 3.0)]
    loudness = timeline.word_loudness([host, guest], [spans, spans])
    assert loudness[0] == pytest.approx([0, 0, -20], abs=0.1)
    assert loudness[1] == pytest.approx([0, 0, 0], abs=0.1)


def test_a_track_that_only_overhears_is_not_measured_by_itself() -> None:
    spans = [[(0.0, 0.5)], [(0.0, 0.5)], []]
    sounds = [np.full(RATE, level, np.float32) for level in (0.5, 0.005, 0.0)]
    assert timeline.word_loudness(sounds, spans) == [[0.0], [pytest.approx(-28, abs=0.1)], []]
