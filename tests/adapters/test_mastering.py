"""Elements lie where they should and as loud as the speech; encodings stop cleanly; nothing outlives a killed program."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pyloudnorm
import pytest
from audio_samples import make, source, stereo

from pipeline.adapters import elements, ffmpeg, mastering
from pipeline.adapters.encoders import Encoder
from pipeline.adapters.loudness import Meter, measuring
from pipeline.adapters.mastering import Level, Sound
from pipeline.errors import StageError
from pipeline.models import Element, Point, SourceFiles

RATE = 44_100


def programme(path: Path, seconds: float, level: float = 0.0) -> Sound:
    """A mono programme on disk that is a constant tone of `level`."""
    time = np.arange(round(seconds * RATE)) / RATE
    (level * np.sin(2 * np.pi * 997 * time)).astype("<f4").tofile(path)
    return Sound(path, RATE, 1, seconds)


def frames(sound: Sound) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.fromfile(sound.path, "<f4")


def test_an_element_lies_at_its_second_as_loud_as_the_speech_under_its_envelope(tmp_path: Path) -> None:
    jingle = make(tmp_path / "jingle.wav", "aevalsrc='0.5*sin(2*PI*997*t)':s=48000:d=4")
    sound = programme(tmp_path / "programme.f32", 6)
    fade = (Point(at=0, gain=0), Point(at=1, gain=0), Point(at=2, gain=-20))
    element = Element(kind="intro", file=0, start=1.5, begin=1, end=3.5, envelope=fade)
    elements.mix_in(sound, [element], SourceFiles(files=(source(jingle),)), speech=-20.0)
    made = frames(sound)
    assert len(made) == 6 * RATE
    heard = np.flatnonzero(np.abs(made) > 1e-4)
    assert heard[0] / RATE == pytest.approx(1.5, abs=0.001)
    assert heard[-1] / RATE == pytest.approx(4.0, abs=0.001)
    # A sine of 997 Hz has a loudness of its peak - 3.01 dB in one channel (BS.1770).
    assert np.abs(made[2 * RATE : round(2.4 * RATE)]).max() == pytest.approx(10 ** (-16.99 / 20), rel=0.02)
    assert np.abs(made[round(3.6 * RATE) : round(3.9 * RATE)]).max() == pytest.approx(10 ** (-36.99 / 20), rel=0.02)


def test_an_element_that_goes_on_after_the_end_is_left_out_there(tmp_path: Path) -> None:
    sound = programme(tmp_path / "programme.f32", 2)
    outro = source(stereo(tmp_path / "outro.wav", 3))
    for start in (1.0, 2.0, 5.0):
        element = Element(kind="outro", file=0, start=start, begin=0, end=3)
        elements.mix_in(sound, [element], SourceFiles(files=(outro,)), speech=None)
    assert len(frames(sound)) == 2 * RATE
    assert not frames(sound)[:RATE].any()


def test_an_element_that_does_not_decode_is_named(tmp_path: Path) -> None:
    sound = programme(tmp_path / "programme.f32", 1)
    broken = tmp_path / "jingle.wav"
    broken.write_bytes(b"no sound")
    element = Element(kind="intro", file=0, start=0, begin=0, end=1)
    with pytest.raises(StageError, match=r"jingle\.wav: its loudness could not be measured"):
        elements.mix_in(sound, [element], SourceFiles(files=(source(broken),)), speech=-20.0)


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow over 16 kB, as on a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "opus"])
def test_a_disk_that_fills_up_while_encoding_is_told(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    sound = programme(tmp_path / "programme.f32", 20, 0.1)
    request.getfixturevalue("small_files")
    with pytest.raises(StageError, match="could not write its output") as error:
        encoder = Encoder(kind, 96)  # type: ignore[arg-type]
        mastering.encode(sound, Level(0, -1, None), encoder, tmp_path / f"a.{kind}", lambda seconds: None)
    assert "free disk space" in error.value.fix


@pytest.mark.parametrize("folder", ["it's", "a|b", "[f=wav]", "back\\slash", "co:lon", "Zoë 播客"])
def test_an_encoding_is_written_whatever_its_folder_is_called(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    sound = programme(tmp_path / folder / "programme.f32", 1, 0.1)
    target = tmp_path / folder / "a.mp3"
    heard = mastering.encode(sound, Level(0, -1, None), Encoder("mp3", 80), target, lambda seconds: None)
    assert heard.integrated == pytest.approx(-23, abs=0.2)
    assert target.stat().st_size > 9_000


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv (util-linux)")
def test_ffmpeg_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    endless = "from pipeline.adapters import ffmpeg\n"
    endless += (
        "ffmpeg.run(['-re', '-f', 'lavfi', '-i', 'anoisesrc', '-f', 'null', '-'], lambda s: print(s, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", endless], stdout=subprocess.PIPE) as program:
        assert program.stdout
        program.stdout.readline()
        (child,) = psutil.Process(program.pid).children()
        assert child.name() == "ffmpeg"
        os.kill(program.pid, signal.SIGKILL)
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_log_longer_than_a_pipe_holds_blocks_neither_the_sound_that_goes_in_nor_what_comes_out() -> None:
    told: list[str] = []
    talkative = ["-af", "asetnsamples=64,ashowinfo"]
    made = ["-f", "lavfi", "-i", "anullsrc=r=8000:d=60", *talkative, "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    taken = [*ffmpeg.raw_sound(8000, 1), *talkative, "-f", "null", "-"]
    with (
        ffmpeg.piped(made, writes=True) as first,
        ffmpeg.piped(taken, reads=True, hear=told.append) as second,
    ):
        while data := first.output.read(1 << 16):
            second.send(data)
        assert first.finish().status == second.finish().status == 0
    assert sum(map(len, told)) > 1 << 19


@pytest.mark.parametrize(
    "levels",
    [(0.3, 0.3, 0.3), (0.5, 0.01, 0.02), (0.001, 0.4, 0.0), (0.0, 0.0, 0.2), (0.0, 0.0, 0.0)],
    ids=["even", "quiet second half", "quiet at both ends", "only the end", "silence"],
)
def test_a_long_sound_that_is_measured_in_halves_is_as_loud_as_it_is_whole(
    tmp_path: Path, levels: tuple[float, ...]
) -> None:
    """Gated together: what is quiet against the other half is left out, as ebur128 and pyloudnorm leave it out."""
    rate, each = 8000, 110
    noise = np.random.default_rng(3).uniform(-1, 1, rate * each)
    samples = np.concatenate([noise * level for level in levels]).astype("<f4")
    samples.tofile(tmp_path / "sound.f32")
    sound = Sound(tmp_path / "sound.f32", rate, 1, each * len(levels))
    whole = Meter()
    ffmpeg.run([*sound.options, "-af", measuring("sample"), "-f", "null", "-"], hear=whole.hear)
    in_halves = mastering.measure(sound, None)
    expected = whole.loudness()
    if expected.integrated is None:
        assert (in_halves.integrated, in_halves.true_peak) == (None, None)
        return
    assert in_halves.integrated == pytest.approx(expected.integrated, abs=0.11)
    assert in_halves.integrated == pytest.approx(pyloudnorm.Meter(rate).integrated_loudness(samples), abs=0.3)
    assert in_halves.true_peak == pytest.approx(expected.true_peak, abs=0.1)


def test_what_ends_the_work_ends_both_halves(tmp_path: Path) -> None:
    sound = programme(tmp_path / "sound.f32", 400, 0.1)

    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mastering.measure(sound, None, stop)
    assert [one for one in psutil.Process().children(recursive=True) if one.name() == "ffmpeg"] == []
