"""What a recording holds, and which of its channels carry the sound."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from audio_samples import ffmpeg, make, stereo

from pipeline.adapters import audio
from pipeline.adapters.audio import Levels
from pipeline.errors import InputError


def test_probe_tells_all_that_an_episode_starts_from(tmp_path: Path) -> None:
    tags = ("-metadata", "TITLE=Tides", "-metadata", "Date=2026-05-01", "-ar", "48000")
    info = audio.probe(stereo(tmp_path / "a.flac", 2, *tags))
    assert (info.channels, info.sample_rate, info.codec) == (2, 48000, "flac")
    assert (info.has_audio, info.has_video) == (True, False)
    assert info.duration == pytest.approx(2)
    assert info.tags["title"] == "Tides"
    assert info.tags["date"] == "2026-05-01"


@pytest.mark.parametrize("ending", ["mp3", "m4a", "ogg", "opus", "mp4"])
def test_titles_are_found_wherever_a_format_keeps_them(tmp_path: Path, ending: str) -> None:
    assert audio.probe(stereo(tmp_path / f"a.{ending}", 1, "-metadata", "title=Tides")).tags["title"] == "Tides"


def test_a_cover_inside_the_file_does_not_make_it_a_video(tmp_path: Path) -> None:
    picture = make(tmp_path / "cover.jpg", "testsrc=s=64x64", "-frames:v", "1")
    plain = stereo(tmp_path / "plain.mp3", 1)
    parts = ("-i", str(plain), "-i", str(picture), "-map", "0", "-map", "1", "-c", "copy")
    info = audio.probe(ffmpeg(*parts, "-disposition:v", "attached_pic", target=tmp_path / "a.mp3"))
    assert (info.has_audio, info.has_video) == (True, False)


def test_a_length_that_is_only_guessed_from_the_bit_rate_is_not_told(tmp_path: Path) -> None:
    assert audio.probe(stereo(tmp_path / "a.mp3", 3)).duration == pytest.approx(3, abs=0.1)
    assert audio.probe(stereo(tmp_path / "b.mp3", 3, "-write_xing", "0")).duration is None


def test_a_file_without_rights_is_told_with_the_command_that_gives_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)") as error:
        audio.check_file(tmp_path / "my take.wav")
    assert "chmod u+r '" in error.value.fix


NOTHING = -math.inf


@pytest.mark.parametrize(
    ("levels", "mix", "differ"),
    [
        (Levels(-20, -20, -23, -23), "both", True),
        (Levels(-20, -20, -20, NOTHING), "both", False),
        (Levels(-20, -20, -20, -75), "both", False),
        (Levels(-20, -30, -24, -24.8), "both", True),
        (Levels(-20, NOTHING, -26, -26), "left", False),
        (Levels(-70, -20, -26, -26), "right", False),
        (Levels(-20, -20, NOTHING, -20), "left", False),
        (Levels(-20.5, -20, -50, -20.2), "right", False),
        (Levels(-20, -20, -30, -20.5), "both", True),
        (Levels(NOTHING, NOTHING, NOTHING, NOTHING), "both", False),
    ],
    ids=[
        "two voices", "the same twice", "the same but for coding noise", "one voice quieter", "right is dead",
        "left only hums", "opposite", "nearly opposite", "wide stereo", "silence",
    ],
)  # fmt: skip
def test_mono_is_made_of_the_channels_that_carry_sound(levels: Levels, mix: str, differ: bool) -> None:
    assert (levels.mix, levels.differ) == (mix, differ)
