"""Anything that ffmpeg reads becomes 16 kHz mono float32; anything broken is refused at the second where it breaks."""

from __future__ import annotations

import re
import shlex
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from audio_samples import cut, ffmpeg, make, scramble, source, stereo

from pipeline.adapters import audio
from pipeline.errors import InputError
from pipeline.models import PreparedAudio
from pipeline.stages import prepare
from pipeline.store import Workspace


def samples(work: Workspace, made: PreparedAudio) -> npt.NDArray[np.float32]:
    return np.frombuffer(work.path(made.pcm).read_bytes(), dtype="<f4")


def loudest_tone(sound: npt.NDArray[np.float32]) -> int:
    spectrum = np.abs(np.fft.rfft(sound[16_000 : 2 * 16_000]))
    return int(np.argmax(spectrum))


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "flac", "ogg", "opus", "mp4", "webm", "aiff", "aac"])
def test_every_format_gives_the_same_sound(work: Workspace, tmp_path: Path, ending: str) -> None:
    made = prepare.run(work, source(stereo(tmp_path / f"a.{ending}", 3)))
    sound = samples(work, made)
    assert made.duration == pytest.approx(3, abs=0.05)
    assert made.duration == len(sound) / 16_000
    assert made.sample_rate == 16_000
    assert (made.channels, made.mix, made.stereo) == (2, "both", True)
    spectrum = np.abs(np.fft.rfft(sound[16_000 : 2 * 16_000]))
    assert set(np.argsort(spectrum)[-2:]) == {440, 660}
    assert np.sqrt(np.mean(sound[8_000:40_000] ** 2)) == pytest.approx(0.03, rel=0.1)


def test_the_sound_of_a_video_is_taken(work: Workspace, tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4", "testsrc=s=64x64:r=5:d=2[out0];sine=f=440:d=2[out1]")
    assert loudest_tone(samples(work, prepare.run(work, source(video)))) == 440


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    given = source(stereo(tmp_path / "a.mp3", 3))
    first, second = (prepare.run(Workspace(tmp_path / name), given) for name in ("one", "two"))
    assert first == second


@pytest.mark.parametrize(
    ("left", "right", "mix", "tone"),
    [
        ("c0", "0*c0", "left", 440),
        ("0*c0", "c0", "right", 440),
        ("c0", "-1*c0", "left", 440),
        ("c0", "c0", "both", 440),
    ],
    ids=["right is dead", "left is dead", "opposite phases", "the same twice"],
)
def test_a_dead_or_cancelling_channel_never_makes_silence(
    tmp_path: Path, left: str, right: str, mix: str, tone: int
) -> None:
    told: list[str] = []
    work = Workspace(tmp_path / "build", notice=told.append)
    made = prepare.run(work, source(make(tmp_path / "a.wav", f"sine=f={tone}:d=2,pan=stereo|c0={left}|c1={right}")))
    sound = samples(work, made)
    assert (made.mix, made.stereo) == (mix, False)
    assert told == (
        [] if mix == "both" else [f"a.wav: only its {mix} channel is taken: the other is silent or cancels it"]
    )
    assert loudest_tone(sound) == tone
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(0.088, rel=0.05)


def test_surround_sound_keeps_the_voice_in_its_centre(work: Workspace, tmp_path: Path) -> None:
    film = make(tmp_path / "a.flac", "sine=f=440:d=2,pan=5.1|FC=c0")
    made = prepare.run(work, source(film))
    assert made.channels == 6
    assert loudest_tone(samples(work, made)) == 440


def test_a_gap_in_the_clock_of_a_recording_becomes_silence(work: Workspace, tmp_path: Path) -> None:
    gapped = make(tmp_path / "a.mkv", "sine=f=440:d=4,aselect='not(between(t,1,3))'", "-c:a", "flac")
    sound = samples(work, prepare.run(work, source(gapped)))
    assert len(sound) / 16_000 == pytest.approx(4, abs=0.1)
    assert np.abs(sound[20_000:44_000]).max() == 0


#: An Ogg page is lost as a whole, and tones this simple fill one slowly.
TOLERANCE = {"ogg": 1.5}


def second_in(error: InputError) -> float:
    found = re.search(r"at second (\d+\.\d)", error.what)
    assert found, error.what
    return float(found[1])


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("wav", ()), ("aiff", ()), ("flac", ()), ("mp3", ()), ("mp3", ("-q:a", "4")), ("ogg", ()), ("opus", ()),
        ("webm", ()), ("mkv", ()), ("m4a", ("-movflags", "+faststart")), ("aac", ()),
    ],
)  # fmt: skip
def test_a_truncated_file_is_refused_at_the_second_where_it_ends(
    work: Workspace, tmp_path: Path, ending: str, options: tuple[str, ...]
) -> None:
    whole = stereo(tmp_path / f"whole.{ending}", 10, *options)
    broken = cut(whole, tmp_path / f"broken.{ending}")
    with pytest.raises(InputError, match=r"truncated|damaged") as error:
        prepare.run(work, source(broken))
    assert second_in(error.value) == pytest.approx(5.5, abs=TOLERANCE.get(ending, 0.6))
    assert str(broken) in error.value.what
    assert f"ffmpeg -i file:{broken}" in error.value.fix
    assert not list(work.folder.iterdir())


@pytest.mark.parametrize("ending", ["flac", "mp3", "m4a", "aac", "ogg", "opus", "mkv"])
def test_damage_in_the_middle_is_refused_at_its_second(work: Workspace, tmp_path: Path, ending: str) -> None:
    whole = stereo(tmp_path / f"whole.{ending}", 10)
    with pytest.raises(InputError, match="damaged") as error:
        prepare.run(work, source(scramble(whole, tmp_path / f"broken.{ending}")))
    assert second_in(error.value) == pytest.approx(5.5, abs=TOLERANCE.get(ending, 0.6))


def test_flac_frames_that_ffmpeg_leaves_out_without_a_word_are_missed(work: Workspace, tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.flac", "anoisesrc=d=10:r=16000:a=0.2:seed=1")
    data = bytearray(whole.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 10_000] = b"x" * 10_000
    broken = tmp_path / "broken.flac"
    broken.write_bytes(data)
    with pytest.raises(InputError, match="frames are missing there") as error:
        prepare.run(work, source(broken))
    assert second_in(error.value) == pytest.approx(4.8, abs=0.5)


def test_the_command_that_the_error_gives_mends_the_file(work: Workspace, tmp_path: Path) -> None:
    broken = cut(stereo(tmp_path / "whole.mp3", 6), tmp_path / "my take.mp3")
    with pytest.raises(InputError) as error:
        prepare.run(work, source(broken))
    command = re.findall(r"`(ffmpeg .+?)`", error.value.fix)[0]
    subprocess.run(shlex.split(command), check=True, cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert prepare.run(work, source(tmp_path / "mended.flac")).duration == pytest.approx(3.3, abs=0.3)


def trailing_junk(path: Path) -> Path:
    whole = stereo(path / "whole.mp3", 3)
    whole.write_bytes(whole.read_bytes() + bytes(range(256)) * 6)
    return whole


def streamed_wav(path: Path) -> Path:
    whole = stereo(path / "whole.wav", 3)
    data = bytearray(whole.read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, 0xFFFFFFFF)
    whole.write_bytes(data)
    return whole


def cut_out_of_a_stream(path: Path) -> Path:
    whole = stereo(path / "whole.mp3", 4, "-write_xing", "0", "-id3v2_version", "0")
    whole.write_bytes(whole.read_bytes()[16_001:])
    return whole


@pytest.mark.parametrize("build", [trailing_junk, streamed_wav, cut_out_of_a_stream])
def test_an_odd_but_whole_file_is_taken(work: Workspace, tmp_path: Path, build: Callable[[Path], Path]) -> None:
    assert prepare.run(work, source(build(tmp_path))).duration == pytest.approx(3, abs=0.1)


def write(data: bytes) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        (folder / "given.wav").write_bytes(data)
        return folder / "given.wav"

    return build


def picture(folder: Path) -> Path:
    made = make(folder / "a.jpg", "testsrc=s=64x64", "-frames:v", "1")
    return made.rename(folder / "given.wav")


def unfinished_m4a(folder: Path) -> Path:
    return cut(stereo(folder / "whole.m4a", 4), folder / "given.m4a")


def noise(folder: Path) -> Path:
    return write(bytes((index * index * 31 + index // 7) % 256 for index in range(100_000)))(folder)


@pytest.mark.parametrize(
    ("build", "what"),
    [
        (lambda folder: folder, "is a folder"),
        (write(b""), "is empty"),
        (write(b"Dear diary,\n" * 300), "is not an audio or video file"),
        (write(b"RIFF\x24\0\0\0WAVEfmt "), "only the start of one"),
        (noise, "is not an audio or video file|no sound could be decoded"),
        (picture, "a picture"),
        (lambda folder: make(folder / "a.mp4", "testsrc=s=64x64:r=5:d=1"), "is a video without sound"),
        (unfinished_m4a, "is truncated at second 0.0: the index"),
        (lambda folder: stereo(folder / "a.wav", 0), "no sound could be decoded|only the start of one"),
    ],
    ids=[
        "folder", "empty", "text", "header only", "noise", "picture", "silent video", "unfinished m4a", "no samples",
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused(
    work: Workspace, tmp_path: Path, build: Callable[[Path], Path], what: str
) -> None:
    path = build(tmp_path)
    given = source(path) if path.is_file() else source(Path(__file__)).model_copy(update={"path": str(path)})
    with pytest.raises(InputError, match=what) as error:
        prepare.run(work, given)
    assert str(path) in error.value.what
    assert error.value.fix


def test_a_missing_file_is_refused(work: Workspace, tmp_path: Path) -> None:
    given = source(Path(__file__)).model_copy(update={"path": str(tmp_path / "nowhere.wav")})
    with pytest.raises(InputError, match=r"nowhere\.wav: there is no such file"):
        prepare.run(work, given)


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg"])
def test_a_file_that_grows_while_it_is_read_is_refused(
    work: Workspace, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = stereo(tmp_path / f"a.{ending}", 2)
    decode = audio.decode

    def grow_meanwhile(path: Path, *args: object) -> audio.Decoded:
        decoded = decode(path, *args)  # type: ignore[arg-type]
        with path.open("ab") as file:
            file.write(bytes(4096))
        return decoded

    monkeypatch.setattr(audio, "decode", grow_meanwhile)
    with pytest.raises(InputError, match="still being written"):
        prepare.run(work, source(growing))


def test_a_file_that_grew_after_its_digest_was_taken_is_refused(work: Workspace, tmp_path: Path) -> None:
    earlier = source(cut(stereo(tmp_path / "a.mp3", 4), tmp_path / "b.mp3"))
    cut(tmp_path / "a.mp3", tmp_path / "b.mp3", 0.8)
    with pytest.raises(InputError, match="still being written"):
        prepare.run(work, earlier)


def test_progress_ends_at_the_length_of_the_recording(tmp_path: Path) -> None:
    told: list[tuple[float, float]] = []
    work = Workspace(tmp_path / "build", lambda done, total: told.append((done, total)))
    prepare.run(work, source(ffmpeg("-f", "lavfi", "-i", "sine=d=30", target=tmp_path / "a.wav")))
    assert told[-1] == (pytest.approx(30, abs=0.1), pytest.approx(30))


MEASURE = """
import re, resource, sys
from pathlib import Path
from pipeline.models import SourceFile
from pipeline.stages import prepare
from pipeline.store import Workspace
path = Path(sys.argv[1])
given = SourceFile(path=str(path), sha256="", size=path.stat().st_size)
print(prepare.run(Workspace(path.parent / "build"), given).duration)
# Not ru_maxrss for ourselves: across fork and exec it keeps what the test's own process had.
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(own // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.real
def test_an_hour_needs_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    used: list[tuple[int, int]] = []
    for minutes in (1, 60):
        path = tmp_path / f"{minutes}.wav"
        length = minutes * 60 * 8000
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
        with path.open("wb") as file:
            file.write(b"RIFF" + struct.pack("<I", length + 36) + b"WAVE" + form + b"data" + struct.pack("<I", length))
            file.truncate(44 + length)
        done = subprocess.run([sys.executable, "-c", MEASURE, path], check=True, capture_output=True, text=True)
        duration, memory = done.stdout.splitlines()
        assert float(duration) == minutes * 60
        ours, ffmpegs = memory.split()
        used.append((int(ours), int(ffmpegs)))
    (ours_short, ffmpeg_short), (ours_long, ffmpeg_long) = used
    assert ours_long < ours_short + 20
    assert ffmpeg_long < ffmpeg_short + 20
    assert ours_long + ffmpeg_long < 300
