"""The mixdown holds every track where and as fast as it really was, and cannot clip."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from audio_samples import ffmpeg
from track_samples import RATE, Sound, mumble, record, write_wav

from pipeline.adapters.mixdown import Placed, mix_down
from pipeline.errors import StageError
from pipeline.multitrack.clocks import Clock


def mixed(tmp_path: Path, *tracks: Placed, rate: int = RATE, stereo: bool = False) -> Sound:
    target = tmp_path / "mixdown.flac"
    mix_down(tracks, rate, stereo, target, lambda seconds: None)
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", target, "-f", "f32le", "-"], check=True, capture_output=True)
    return np.frombuffer(done.stdout, "<f4").reshape(-1, 2 if stereo else 1)


def mono(path: Path, clock: Clock = Clock()) -> Placed:  # noqa: B008
    return Placed(path, 1, "both", False, clock)


@pytest.mark.parametrize(("start", "drift"), [(0.0, 0.0), (1.25, 0.0), (0.5, 80.0), (0.5, -80.0)])
def test_a_track_is_heard_when_it_was_recorded(tmp_path: Path, start: float, drift: float) -> None:
    heard = mumble(60, 1)
    silence = write_wav(tmp_path / "a.wav", np.zeros_like(heard))
    track = write_wav(tmp_path / "b.wav", record(heard, start, drift))
    made = mixed(tmp_path, mono(silence), mono(track, Clock(start, drift)))[:, 0]
    assert len(made) == pytest.approx(len(heard), abs=2)
    for second in (2, 57):
        part = slice(second * RATE, (second + 1) * RATE)
        assert np.corrcoef(made[part], heard[part])[0, 1] > 0.99
    assert made[2 * RATE :].std() == pytest.approx(heard[2 * RATE :].std() / 2, rel=0.02)


def test_full_scale_on_every_track_does_not_clip(tmp_path: Path) -> None:
    loud = write_wav(tmp_path / "a.wav", np.full(RATE, 1.0, np.float32))
    made = mixed(tmp_path, *[mono(loud)] * 8)
    assert np.abs(made).max() == pytest.approx(1.0, abs=1e-3)


def test_rates_and_channels_meet(tmp_path: Path) -> None:
    sound = mumble(3, 1)
    wide = ffmpeg("-i", str(write_wav(tmp_path / "a.wav", sound, sound * 0)), "-ar", "48000", target=tmp_path / "b.wav")
    centre = write_wav(tmp_path / "c.wav", mumble(3, 2) * np.float32(0))
    made = mixed(tmp_path, Placed(wide, 2, "both", True, Clock()), mono(centre), rate=44_100, stereo=True)
    assert len(made) == pytest.approx(3 * 44_100, abs=4)
    assert made[:, 0].std() == pytest.approx(sound.std() / 2, rel=0.05)
    assert made[:, 1].std() < 1e-3


def test_a_track_that_went_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"here\.wav, gone\.wav: could not be mixed"):
        mixed(tmp_path, mono(write_wav(tmp_path / "here.wav", mumble(1, 1))), mono(tmp_path / "gone.wav"))
