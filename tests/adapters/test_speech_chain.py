"""What happens to speech before it is mixed: nothing moves in time, gains are exact, microphones are summed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from audio_samples import ffmpeg, source
from scipy import signal
from track_samples import RATE, Sound, converse, decibels, microphones, mumble, record, sources, write_wav

from pipeline.adapters import cleanup, speech_chain
from pipeline.config import LevelConfig, MasterConfig
from pipeline.models import Blob, Levels, Point, PreparedAudio, PreparedTrack, SourceFile, Turns
from pipeline.stages import level, prepare
from pipeline.store import Workspace

OFF = MasterConfig(preset="off")
#: Loudness and noise at which every filter of every preset is at work.
NOISY = Levels(loudness=-20.0, noise=-45.0)


def described(
    seconds: float, channels: int = 1, *, stereo: bool = False, tracks: tuple[PreparedTrack, ...] = ()
) -> PreparedAudio:
    return PreparedAudio(
        pcm=_NONE, sample_rate=RATE, duration=seconds, channels=channels, source_rate=RATE, codec="pcm_s16le",
        stereo=stereo, tracks=tracks,
    )  # fmt: skip


_NONE = Blob(name="audio.f32", sha256="0" * 64, size=0)


def heard(
    folder: Path, given: SourceFile, audio: PreparedAudio, levels: Levels, settings: MasterConfig,
    rate: int = RATE, channels: int = 1,
) -> Sound:  # fmt: skip
    """What the graph makes, shaped [frames, channels]."""
    graph = speech_chain.build(given, audio, levels, settings, rate, channels, folder)
    command = ["ffmpeg", "-v", "error", "-y", *graph.inputs, "-filter_complex", graph.filters, "-map", graph.output]
    done = subprocess.run([*command, "-f", "f32le", "-"], check=True, capture_output=True)
    return np.frombuffer(done.stdout, "<f4").reshape(-1, channels)


def delay(one: Sound, other: Sound) -> int:
    """How many samples later the same sound is in `other`."""
    length = min(len(one), len(other))
    found = signal.correlate(other[:length], one[:length], "full", method="fft")
    return int(np.abs(found).argmax()) - (length - 1)


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000])
@pytest.mark.parametrize("preset", ["off", "clean", "radio"])
def test_no_preset_moves_the_sound_or_changes_its_length(tmp_path: Path, preset: cleanup.Preset, rate: int) -> None:
    rng = np.random.default_rng(1)
    sound = np.concatenate([mumble(2, 1), mumble(2, 2) * decibels(-12)])[: 4 * RATE]
    fine = signal.resample_poly(sound, rate, RATE).astype(np.float32)
    fine += rng.standard_normal(len(fine)).astype(np.float32) * decibels(-45)
    path = write_wav(tmp_path / "a.wav", fine, rate=rate)
    envelope = (Point(at=1.0, gain=0.0), Point(at=1.2, gain=6.0))
    levels = NOISY.model_copy(update={"envelope": envelope})
    made = heard(tmp_path, source(path), described(4), levels, MasterConfig(preset=preset), rate)[:, 0]
    assert len(made) == len(fine)
    assert delay(fine, made) == 0


def test_a_good_recording_only_loses_its_rumble_to_clean(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", mumble(4, 1))
    plain = heard(tmp_path, source(path), described(4), Levels(), OFF)
    quiet = Levels(loudness=cleanup.REFERENCE, noise=-80.0)
    made = heard(tmp_path, source(path), described(4), quiet, MasterConfig(preset="clean"))
    high_pass = signal.sosfilt(signal.butter(2, 60, "highpass", fs=RATE, output="sos"), plain[:, 0])
    assert np.abs(made[:, 0] - high_pass).max() < 1e-3


@pytest.mark.parametrize(("noise", "removed"), [(-40.0, 9.0), (-55.0, 9.0), (-80.0, 0.0)])
def test_noise_goes_down_where_it_would_be_heard(tmp_path: Path, noise: float, removed: float) -> None:
    hiss = np.random.default_rng(2).standard_normal(4 * 44_100).astype(np.float32) * decibels(noise)
    path = ffmpeg("-f", "f32le", "-ar", "44100", "-i", str(raw(tmp_path, hiss)), "-c:a", "pcm_f32le",
                  target=tmp_path / "a.wav")  # fmt: skip
    settings = MasterConfig(preset="clean")
    levels = Levels(loudness=cleanup.REFERENCE, noise=noise)
    made = heard(tmp_path, source(path), described(4), levels, settings, 44_100)[44_100:, 0]
    assert power(hiss) - power(made) == pytest.approx(removed, abs=1.5)


def raw(folder: Path, sound: Sound) -> Path:
    path = folder / "raw.f32"
    path.write_bytes(sound.astype("<f4").tobytes())
    return path


def power(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (48_000, 2)])
def test_an_envelope_is_followed_to_a_sample_and_a_twentieth_of_a_decibel(
    tmp_path: Path, rate: int, channels: int
) -> None:
    tone = (0.2 * np.ones(4 * rate)).astype(np.float32)
    path = write_wav(tmp_path / "a.wav", *[tone] * channels, rate=rate)
    envelope = (Point(at=1.0, gain=-6.0), Point(at=1.1, gain=12.0), Point(at=3.0, gain=12.0), Point(at=3.3, gain=0.0))
    audio = described(4, channels, stereo=channels == 2)
    made = heard(tmp_path, source(path), audio, Levels(envelope=envelope), OFF, rate, channels)
    expected = np.interp(np.arange(len(tone)) / rate, [1, 1.1, 3, 3.3], [-6, 12, 12, 0])
    assert made.shape == (4 * rate, channels)
    assert np.abs(20 * np.log10(made / 0.2) - expected[:, None]).max() < 0.1


def test_mono_speech_is_in_the_middle_of_a_stereo_programme(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", mumble(1, 1))
    made = heard(tmp_path, source(path), described(1), Levels(), OFF, channels=2)
    assert np.array_equal(made[:, 0], made[:, 1])
    assert power(made[:, 0]) == pytest.approx(power(mumble(1, 1)), abs=0.1)


# -- several microphones -------------------------------------------------------------------------------


def track(start: float = 0.0, drift: float = 0.0, channels: int = 1, *, stereo: bool = False) -> PreparedTrack:
    return PreparedTrack(label="TRACK_01", pcm=_NONE, channels=channels, start=start, drift=drift, stereo=stereo)


@pytest.mark.parametrize(("start", "drift"), [(0.0, 0.0), (1.25, 0.0), (0.5, 80.0), (0.5, -80.0)])
def test_a_track_is_heard_when_it_was_recorded(tmp_path: Path, start: float, drift: float) -> None:
    said = mumble(60, 1)
    silence = write_wav(tmp_path / "a.wav", np.zeros_like(said))
    path = write_wav(tmp_path / "b.wav", record(said, start, drift))
    made = heard(tmp_path, sources(silence, path), described(60, tracks=(track(), track(start, drift))), Levels(), OFF)
    made = made[:, 0]
    assert len(made) == pytest.approx(len(said), abs=2)
    for second in (2, 57):
        part = slice(second * RATE, (second + 1) * RATE)
        assert np.corrcoef(made[part], said[part])[0, 1] > 0.99
    assert made[2 * RATE :].std() == pytest.approx(said[2 * RATE :].std() / 2, rel=0.02)


def test_rates_and_channels_meet(tmp_path: Path) -> None:
    sound = mumble(3, 1)
    wide = ffmpeg("-i", str(write_wav(tmp_path / "a.wav", sound, sound * 0)), "-ar", "48000", target=tmp_path / "b.wav")
    centre = write_wav(tmp_path / "c.wav", mumble(3, 2) * np.float32(0))
    audio = described(3, 2, stereo=True, tracks=(track(channels=2, stereo=True), track()))
    made = heard(tmp_path, sources(wide, centre), audio, Levels(), OFF, 44_100, 2)
    assert len(made) == pytest.approx(3 * 44_100, abs=4)
    assert made[:, 0].std() == pytest.approx(sound.std() / 2, rel=0.05)
    assert made[:, 1].std() < 1e-3


def test_a_person_on_each_side_of_one_file_is_two_tracks(tmp_path: Path) -> None:
    left, right = mumble(2, 1), mumble(2, 2)
    path = write_wav(tmp_path / "a.wav", left, right)
    sides = tuple(track(channels=2).model_copy(update={"mix": mix}) for mix in ("left", "right"))
    levels = Levels(tracks=((Point(at=0.0, gain=0.0),), (Point(at=0.0, gain=-40.0),)))
    made = heard(tmp_path, source(path), described(2, 2, tracks=sides), levels, OFF)[:, 0]
    assert np.corrcoef(made, left)[0, 1] > 0.99


def test_overheard_voices_hardly_colour_the_mix(tmp_path: Path) -> None:
    """Bleed 8 dB down and 3 ms late cuts notches into every voice; with gates it does not."""
    spoken = converse(40, seed=2)
    paths = [
        write_wav(tmp_path / f"{at}.wav", one) for at, one in enumerate(microphones(spoken, bleed=-8.0, noise=-80.0))
    ]
    work = Workspace(tmp_path / "build")
    audio = prepare.run(work, sources(*paths))
    levels = level.run(work, audio, Turns(()), LevelConfig())
    plain = heard(tmp_path, sources(*paths), audio, Levels(), OFF)[:, 0]
    gated = heard(tmp_path, sources(*paths), audio, levels, OFF)[:, 0]
    assert comb(plain, spoken) > 5
    assert comb(gated, spoken) < 2.5


def comb(made: Sound, spoken: object) -> float:
    """How much the response to one voice goes up and down over frequency where only that voice is heard, in dB."""
    voices, turns = spoken.voices, spoken.turns  # type: ignore[attr-defined]
    worst = 0.0
    for person in (0, 1):
        alone = [
            slice(round((start + 0.9) * RATE), round((end - 0.9) * RATE))
            for start, end, who in turns
            if who == person and end - start > 2.3
        ]
        said = np.concatenate([voices[person][part] for part in alone])
        got = np.concatenate([made[part] for part in alone])
        _, cross = signal.csd(said, got, RATE, nperseg=1024)
        frequencies, own = signal.welch(said, RATE, nperseg=1024)
        band = (frequencies > 300) & (frequencies < 3000)
        response = 20 * np.log10(np.abs(cross[band]) / own[band])
        worst = max(worst, float(np.percentile(response, 95) - np.percentile(response, 5)))
    return worst
