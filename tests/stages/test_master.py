"""The mastered MP3 is as loud as it should be, never over the ceiling, and made the same way every time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest
from audio_samples import ffmpeg, make, master_whole, source, stereo
from mutagen.mp3 import MP3
from pydantic import ValidationError
from scipy.signal import resample_poly

from pipeline.adapters import mastering
from pipeline.adapters.mastering import Level, Sound
from pipeline.config import MasterConfig
from pipeline.errors import StageError
from pipeline.models import Loudness, MasteredAudio
from pipeline.stages import prepare
from pipeline.store import Workspace

ROOT = Path(__file__).resolve().parents[2]
DEMO = ("-i", str(ROOT / "episodes/demo/recording.mp3"), "-t", "12")
SETTINGS = MasterConfig()

Recording = Callable[[Path], Path]


def finish(work: Workspace, recording: Path, settings: MasterConfig = SETTINGS) -> MasteredAudio:
    given = source(recording)
    return master_whole(work, given, prepare.run(work, given), settings)


def decode(path: Path, rate: int, channels: int) -> npt.NDArray[np.float32]:
    """The samples of an audio file, shaped [frames, channels]."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(path), "-f", "f32le", "-ar", str(rate), "-"]
    sound = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(sound, dtype="<f4").reshape(-1, channels)


def speech(chain: str, *options: str) -> Recording:
    """Twelve seconds of the demo recording through a chain of filters."""
    return lambda folder: ffmpeg(*DEMO, "-af", chain, *options, target=folder / "a.wav")


def generated(graph: str, *options: str) -> Recording:
    return lambda folder: make(folder / "a.wav", graph, *options)


FLOAT = ("-c:a", "pcm_f32le")
MATERIAL = {
    "as recorded": (speech("anull"), 2),
    "very quiet": (speech("volume=-30dB", *FLOAT), 2),
    "loud": (speech("volume=12dB", *FLOAT), 2),
    "clipped": (speech("volume=30dB"), 2),
    "mono": (speech("pan=mono|c0=c0"), 1),
    "mono in stereo": (speech("pan=stereo|c0=c0|c1=c0"), 1),
    "one dead channel": (speech("pan=stereo|c0=c0|c1=0*c0"), 1),
    "telephone, 8 kHz": (speech("pan=mono|c0=c0", "-ar", "8000"), 1),
    "studio, 96 kHz and 24 bits": (speech("anull", "-ar", "96000", "-c:a", "pcm_s24le"), 2),
    "surround": (speech("pan=5.1|FC=c0|FL=0.3*c1|FR=0.3*c0|BL=0.1*c1"), 2),
    "off centre by a constant": (speech("dcshift=0.2", *FLOAT), 2),
    "whispering, then shouting": (speech("volume='if(lt(t,6),0.05,1)':eval=frame", *FLOAT), 2),
    "noise": (generated("anoisesrc=d=10:seed=1:a=0.2:r=44100"), 1),
    "0.6 seconds": (speech("atrim=2:2.6,asetpts=N/SR/TB"), 2),
    "over full scale, 48 kHz and float": (speech("volume=25dB", "-ar", "48000", *FLOAT), 2),
    "mono of 11 kHz": (speech("pan=mono|c0=c0", "-ar", "11025"), 1),
    "long silence within": (speech("volume='1-between(t,3,9)':eval=frame"), 2),
    "music": (generated("aevalsrc='0.2*sin(220*2*PI*t)*exp(-3*mod(t,0.5))|0.2*sin(330*2*PI*t)':s=44100:d=8"), 2),
    "quiet, 24 bits": (speech("volume=-40dB", "-c:a", "pcm_s24le"), 2),
    "opus": (lambda folder: ffmpeg(*DEMO, "-b:a", "48k", target=folder / "a.opus"), 2),
    "m4a": (lambda folder: ffmpeg(*DEMO, "-b:a", "64k", target=folder / "a.m4a"), 2),
    "a square wave at the ceiling": (generated("aevalsrc=sgn(sin(997*2*PI*t)):s=44100:d=10"), 1),
}


@pytest.mark.parametrize(("build", "channels"), MATERIAL.values(), ids=MATERIAL.keys())
def test_any_material_ends_at_its_target_under_the_ceiling(
    work: Workspace, tmp_path: Path, build: Recording, channels: int
) -> None:
    made = finish(work, build(tmp_path))
    target = {1: -19, 2: -16}[channels]
    assert made.channels == channels
    assert made.after.integrated == pytest.approx(target, abs=0.5)
    assert made.after.true_peak is not None
    assert made.after.true_peak <= -1

    sound = decode(work.path(made.audio), 44100, channels)
    assert pyloudnorm.Meter(44100).integrated_loudness(sound) == pytest.approx(target, abs=0.5)
    true_peak = 20 * np.log10(np.abs(resample_poly(sound, 4, 1, axis=0)).max())
    assert true_peak <= -1


def test_peaks_too_sparse_for_the_target_stay_quieter_rather_than_go_over(tmp_path: Path) -> None:
    told: list[str] = []
    work = Workspace(tmp_path / "build", notice=told.append)
    clicks = make(tmp_path / "a.wav", "aevalsrc='0.5*lt(mod(t,1),0.001)':s=44100:d=8")
    after = finish(work, clicks).after
    assert [text for text in told if "LUFS, not -19" in text]
    assert after.integrated is not None
    assert after.true_peak is not None
    assert after.integrated < -19.5
    assert after.true_peak <= -1


def test_what_is_set_is_what_comes_out(work: Workspace, tmp_path: Path) -> None:
    settings = MasterConfig(
        loudness_stereo=-20, true_peak=-3, sample_rate=48000, bitrate_stereo=192, loudness_mono=-25, bitrate_mono=64
    )
    made = finish(work, speech("anull")(tmp_path), settings)
    info = MP3(work.path(made.audio)).info
    assert (info.sample_rate, info.bitrate, info.channels) == (48000, 192_000, 2)
    assert (made.sample_rate, made.bitrate, made.channels) == (48000, 192, 2)
    assert made.after.integrated == pytest.approx(-20, abs=0.5)
    assert made.after.true_peak is not None
    assert made.after.true_peak <= -3


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The limit of each encoding that was made."""
    limits: list[float] = []
    encode = mastering.encode

    def note(sound: Sound, level: Level, *rest: Any) -> Loudness:
        limits.append(level.limit)
        return encode(sound, level, *rest)

    monkeypatch.setattr(mastering, "encode", note)
    return limits


def test_peaks_that_mp3_itself_adds_are_taken_down_by_encoding_again(
    work: Workspace, tmp_path: Path, encodings: list[float]
) -> None:
    pulses = make(tmp_path / "a.wav", "aevalsrc='0.9*lt(mod(t,0.01),0.0005)':s=44100:d=8")
    made = finish(work, pulses, MasterConfig(loudness_mono=-15))
    assert made.after.true_peak is not None
    assert made.after.true_peak <= -1
    assert len(encodings) > 1
    assert encodings == sorted(encodings, reverse=True)


@pytest.mark.parametrize("bitrate", [64, 128, 192, 224, 320])
def test_the_level_that_lame_takes_off_is_made_up_for_in_the_first_encoding(
    work: Workspace, tmp_path: Path, bitrate: int, encodings: list[float]
) -> None:
    made = finish(work, stereo(tmp_path / "a.wav", 4), MasterConfig(bitrate_stereo=bitrate))
    assert made.after.integrated == pytest.approx(-16, abs=0.15)
    assert len(encodings) == 1


def test_a_bit_rate_that_mp3_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="bitrate_mono"):
        MasterConfig.model_validate({"bitrate_mono": 81})


@pytest.mark.parametrize(("kind", "rate"), [("m4a", 44100), ("opus", 48000)])
def test_another_encoding_is_as_loud_as_long_and_under_the_ceiling_too(
    work: Workspace, tmp_path: Path, kind: Literal["m4a", "opus"], rate: int
) -> None:
    made = finish(work, speech("volume=12dB", *FLOAT)(tmp_path), MasterConfig(alternates=(kind,)))
    (other,) = made.alternates
    path = work.path(other.audio)
    assert path.name == f"mastered.{kind}"
    sound = decode(path, rate, 2)
    assert len(sound) / rate == pytest.approx(made.duration, abs=1024 / rate)
    assert pyloudnorm.Meter(rate).integrated_loudness(sound) == pytest.approx(-16, abs=0.5)
    assert 20 * np.log10(np.abs(resample_poly(sound, 4, 1, axis=0)).max()) <= -1


def test_a_varying_bit_rate_tells_its_mean_and_its_exact_length(work: Workspace, tmp_path: Path) -> None:
    made = finish(work, speech("anull")(tmp_path), MasterConfig(vbr=6))
    info = MP3(work.path(made.audio)).info
    assert len(decode(work.path(made.audio), 44100, 2)) == 12 * 44100
    assert made.bitrate == pytest.approx(info.bitrate / 1000, abs=2)
    assert made.after.integrated == pytest.approx(-16, abs=0.5)


def test_silence_stays_silent_and_has_no_loudness(work: Workspace, tmp_path: Path) -> None:
    made = finish(work, make(tmp_path / "a.wav", "anullsrc=r=44100:cl=stereo:d=3"))
    silence = Loudness(integrated=None, range=None, true_peak=None, short_term=(-70.0,) * 3)
    assert made.before == made.after == silence
    assert np.abs(decode(work.path(made.audio), 44100, 1)).max() == 0


def test_the_loudness_before_is_the_recordings(work: Workspace, tmp_path: Path) -> None:
    recording = speech("volume=-12dB", *FLOAT)(tmp_path)
    before = finish(work, recording).before
    expected = pyloudnorm.Meter(44100).integrated_loudness(decode(recording, 44100, 2))
    assert before.integrated == pytest.approx(expected, abs=0.2)


def test_the_mp3_has_no_tags_and_tells_its_exact_length(work: Workspace, tmp_path: Path) -> None:
    recording = stereo(tmp_path / "a.flac", 7.3, "-metadata", "title=Private working title")
    made = finish(work, recording)
    path = work.path(made.audio)
    data = path.read_bytes()
    assert not data.startswith(b"ID3")
    assert data[-128:-125] != b"TAG"
    assert b"Private" not in data
    assert b"Info" in data[:200]
    assert made.duration == pytest.approx(7.3, abs=0.001)
    assert len(decode(path, 44100, 2)) == round(7.3 * 44100)


def test_no_time_moves(work: Workspace, tmp_path: Path) -> None:
    beep = make(tmp_path / "a.wav", "aevalsrc='0.3*sin(880*2*PI*t)*between(t,3,3.2)':s=44100:d=5")
    made = finish(work, beep)
    sound = np.abs(decode(work.path(made.audio), 44100, 1)[:, 0])
    assert np.argmax(sound > 0.1) / 44100 == pytest.approx(3.0, abs=0.002)
    assert made.times.to_listener(3.0) == 3.0
    assert made.times.to_listener(9.0) == made.duration


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    recording = stereo(tmp_path / "a.m4a", 3)
    first, second = (finish(Workspace(tmp_path / name), recording) for name in ("one", "two"))
    assert first == second


def test_a_recording_that_changed_since_it_was_prepared_is_refused(work: Workspace, tmp_path: Path) -> None:
    audio = prepare.run(work, source(stereo(tmp_path / "a.wav", 4)))
    with pytest.raises(StageError, match=r"is 2\.0 s long now and was 4\.0 s"):
        master_whole(work, source(stereo(tmp_path / "a.wav", 2)), audio)
    assert not (work.folder / "mastered.mp3").exists()


def test_an_encoding_that_cannot_be_brought_under_the_ceiling_is_not_published(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = mastering.encode

    def encode_high(*args: Any) -> Loudness:
        return encode(*args).model_copy(update={"true_peak": 0.5})

    monkeypatch.setattr(mastering, "encode", encode_high)
    with pytest.raises(StageError, match="above the ceiling of -1 dBTP"):
        finish(work, stereo(tmp_path / "a.wav", 1))
    assert not (work.folder / "mastered.mp3").exists()


def test_progress_only_grows_and_ends_at_its_total(tmp_path: Path) -> None:
    told: list[tuple[float, float]] = []
    recording = stereo(tmp_path / "a.wav", 20)
    audio = prepare.run(Workspace(tmp_path / "build"), source(recording))
    work = Workspace(tmp_path / "build", lambda done, total: told.append((done, total)))
    master_whole(work, source(recording), audio)
    assert told == sorted(told)
    assert told[-1] == (pytest.approx(60, abs=0.2), pytest.approx(60))  # rendered, measured, encoded


def test_ffprobe_agrees_on_format_and_rate(work: Workspace, tmp_path: Path) -> None:
    made = finish(work, stereo(tmp_path / "a.opus", 3))
    command = ["ffprobe", "-loglevel", "error", "-show_streams", "-of", "json", str(work.path(made.audio))]
    stream = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"][0]
    assert (stream["codec_name"], stream["bit_rate"], stream["sample_rate"]) == ("mp3", "128000", "44100")
