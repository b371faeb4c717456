"""ffmpeg is started safely, and its absence and a full disk are told clearly."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from audio_samples import STEREO, stereo

from pipeline.adapters import audio, ffmpeg
from pipeline.errors import InputError, StageError


def test_a_missing_ffmpeg_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StageError, match="ffmpeg is not installed") as error:
        audio.check_ffmpeg()
    assert "apt-get install ffmpeg" in error.value.fix
    assert "brew install ffmpeg" in error.value.fix


@pytest.mark.parametrize(
    ("version", "enough"),
    [("5.1.9-0+deb12u1", True), ("n7.0", True), ("N-118-gabc", True), ("4.4.2-0ubuntu0.22.04.1", False)],
)
def test_an_ffmpeg_older_than_5_1_is_refused(version: str, enough: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "version", lambda: version)
    if enough:
        audio.check_ffmpeg()
    else:
        with pytest.raises(StageError, match="too old"):
            audio.check_ffmpeg()


def test_the_version_is_a_single_word() -> None:
    assert audio.version()
    assert " " not in audio.version()


@pytest.mark.parametrize(
    "name", ["-i.wav", "a:b.wav", "take%03d.wav", "it's loud.wav", "concat:a|b.wav", "Zoë 播客.wav"]
)
def test_a_file_is_opened_whatever_its_name_is(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stereo(tmp_path / "plain.wav", 1).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert audio.probe(Path(name)).duration == pytest.approx(1)


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile secret.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nsecret.wav\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9999 RTP/AVP 0\n",
    ],
    ids=["concat", "hls", "sdp"],
)
def test_a_playlist_never_makes_ffmpeg_open_another_file(tmp_path: Path, text: str) -> None:
    stereo(tmp_path / "secret.wav", 1)
    (tmp_path / "episode.wav").write_text(text)
    with pytest.raises(InputError, match="is not taken as a recording"):
        audio.probe(tmp_path / "episode.wav")


def test_a_full_disk_stops_decoding(tmp_path: Path) -> None:
    source = stereo(tmp_path / "a.wav", 4)
    full = Path("/dev/full")
    with pytest.raises(StageError, match="No space left on device"):
        audio.decode(source, audio.probe(source), full, "both", lambda seconds: None)


def test_ffmpeg_ends_with_whoever_stops_listening_to_it() -> None:
    log = ffmpeg.follow(["-f", "lavfi", "-i", "anoisesrc", "-f", "null", "-"])
    next(log)
    mine = psutil.Process(os.getpid())
    assert [child for child in mine.children() if child.name() == "ffmpeg"]
    log.close()
    assert not [child for child in mine.children() if child.name() == "ffmpeg"]


def test_progress_counts_seconds_of_output_up_to_the_end() -> None:
    told: list[float] = []
    report = ffmpeg.run(["-f", "lavfi", "-i", STEREO.format(s=90), "-f", "null", "-"], told.append)
    assert told == sorted(told)
    assert report.seconds == told[-1] == pytest.approx(90, abs=0.1)
