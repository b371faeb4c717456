"""Where a recording is silent, and where it may be cut without being heard."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.adapters import quiet
from pipeline.adapters.pcm import StoredSamples

RATE = 16_000


def noise(seconds: float, level: float, seed: int = 1) -> np.ndarray:
    """White noise of so many dBFS."""
    return np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * 10 ** (level / 20)


def tone(seconds: float, level: float, pitch: float = 440.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.sin(2 * np.pi * pitch * time) * 10 ** (level / 20) * np.sqrt(2)


def voice(seconds: float = 2.0) -> np.ndarray:
    return noise(seconds, -20, seed=5)


def store(path: Path, *parts: np.ndarray) -> StoredSamples:
    (path / "a.f32").write_bytes(np.concatenate(parts).astype("<f4").tobytes())
    return StoredSamples(path / "a.f32")


def rumble(seconds: float, level: float) -> np.ndarray:
    """What a room's ventilation sounds like: loud, and far below voices."""
    return tone(seconds, level, 41.0) + tone(seconds, level - 3, 67.0)


QUIET = noise(4, -70, seed=2)
PAUSES = {
    "room noise": (noise(4, -70, seed=3), True),
    "digital silence": (np.zeros(4 * RATE), True),
    "laughter": (noise(4, -70, 3) + np.r_[np.zeros(RATE), noise(2, -35, 4), np.zeros(RATE)], False),
    "a whisper": (noise(4, -70, 3) + noise(4, -60, 4), False),
    "music": (noise(4, -70, 3) + tone(4, -45), False),
    "music no louder than the noise": (noise(4, -70, 3) + tone(4, -70), False),
    "a knock in the middle": (noise(4, -70, 3) + np.r_[np.zeros(2 * RATE), noise(0.02, -40, 4), np.zeros(2 * RATE - 320)], False),
    "a louder room": (noise(4, -58, 3), False),
}  # fmt: skip


@pytest.mark.parametrize("what", PAUSES)
def test_only_the_recordings_own_noise_is_silence(tmp_path, what):
    pause, silent = PAUSES[what]
    samples = store(tmp_path, voice(), QUIET, voice(), pause, voice())
    first, second = quiet.find_silence(samples, [(2, 6), (8, 12)], [(0, 2), (6, 8), (12, 14)])
    assert first
    assert first[0] == pytest.approx((2, 6), abs=0.1)
    assert (second == [pytest.approx((8, 12), abs=0.1)]) is silent
    assert all(end - start < 2.1 for start, end in second) or silent


def test_a_melody_under_the_rumble_of_the_room_is_a_sound(tmp_path):
    samples = store(
        tmp_path, voice(), noise(4, -75) + rumble(4, -45), voice(), noise(4, -75) + rumble(4, -45) + tone(4, -60)
    )
    first, second = quiet.find_silence(samples, [(2, 6), (8, 12)], [(0, 2), (6, 8)])
    assert first[0] == pytest.approx((2, 6), abs=0.1)
    assert second == []


def test_under_music_nothing_is_silence(tmp_path):
    bed = tone(14, -32) + noise(14, -70)
    samples = store(tmp_path, np.r_[voice(), np.zeros(4 * RATE), voice(), np.zeros(4 * RATE), voice()] + bed)
    assert quiet.find_silence(samples, [(2, 6), (8, 12)], [(0, 2), (6, 8), (12, 14)]) == [[], []]


def test_where_a_gate_is_shut_most_of_the_time_only_that_is_silence(tmp_path):
    breath = np.r_[np.zeros(RATE), noise(1, -62), np.zeros(2 * RATE)]
    samples = store(tmp_path, voice(), breath, voice(), np.zeros(4 * RATE))
    first, second = quiet.find_silence(samples, [(2, 6), (8, 12)], [(0, 2), (6, 8)])
    assert [pytest.approx(one, abs=0.15) for one in first] == [(2, 3), (4, 6)]
    assert second == [pytest.approx((8, 12), abs=0.05)]


@pytest.mark.parametrize("gaps", [[], [(0.5, 0.6)], [(0.0, 0.0)]])
def test_without_enough_between_words_nothing_is_silence(tmp_path, gaps):
    assert quiet.find_silence(store(tmp_path, voice()), gaps, [(0, 1)]) == [[] for _ in gaps]


def test_a_join_lies_in_the_dip_where_the_wave_crosses_zero(tmp_path):
    dipped = tone(2, -20, 110)
    dipped[15_600:16_000] *= 0.001
    samples = store(tmp_path, dipped)
    at = quiet.find_join(samples, 1.0, 0.9, 1.1)
    assert 15_600 / RATE <= at <= 1.0
    place = round(at * RATE)
    assert dipped[place - 1] * dipped[place] <= 0
    assert quiet.find_join(store(tmp_path, noise(2, -60)), 1.0, 0.95, 1.05) == pytest.approx(1.0, abs=0.012)
    assert quiet.find_join(samples, 2.5, 2.4, 2.6) == 2.5  # after the end there is nothing to look at
