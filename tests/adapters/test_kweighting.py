"""Loudness over chosen moments is what an independent BS.1770 meter finds there."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from track_samples import RATE, decibels, mumble

from pipeline.adapters import kweighting


def test_it_agrees_with_another_meter_at_any_level() -> None:
    sound = mumble(20, 1)
    for gain in (0, -20, -40):
        piece = sound * decibels(gain)
        expected = pyloudnorm.Meter(RATE).integrated_loudness(piece)
        assert kweighting.loudness(kweighting.measure_power(piece)) == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize(("frequency", "expected"), [(1000, -23.0), (100, -24.75), (4000, -19.7)])
def test_a_tone_weighs_what_the_standard_says(frequency: int, expected: float) -> None:
    tone = np.sqrt(2) * decibels(-23.0) * np.sin(2 * np.pi * frequency * np.arange(5 * RATE) / RATE)
    assert kweighting.loudness(kweighting.measure_power(tone.astype(np.float32))) == pytest.approx(expected, abs=0.3)


def test_only_blocks_that_lie_in_the_chosen_frames_altogether_count() -> None:
    sound = np.concatenate([mumble(10, 1), mumble(10, 2) * decibels(-20)])
    power = kweighting.measure_power(sound)
    chosen = np.zeros(len(power), bool)
    chosen[kweighting.frames(10, 20)] = True
    expected = pyloudnorm.Meter(RATE).integrated_loudness(sound[10 * RATE :])
    assert kweighting.loudness(power, chosen) == pytest.approx(expected, abs=0.2)


def test_silence_and_too_little_sound_have_no_loudness() -> None:
    assert kweighting.loudness(kweighting.measure_power(np.zeros(RATE, np.float32))) is None
    assert kweighting.loudness(kweighting.measure_power(mumble(0.3, 1))) is None


def test_power_is_the_same_however_the_sound_is_cut_up(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.concatenate([np.zeros(RATE, np.float32), mumble(5, 1), np.zeros(3 * RATE, np.float32), mumble(3, 2)])
    whole = kweighting.measure_power(sound)
    monkeypatch.setattr(kweighting, "_CHUNK", 10 * 320)
    assert np.allclose(kweighting.measure_power(sound), whole, atol=1e-9)
