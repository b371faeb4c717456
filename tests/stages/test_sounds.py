"""What is in the sound files of elements."""

from __future__ import annotations

from pathlib import Path

import pytest
from assembly_samples import make_inserts
from audio_samples import STEREO, make, source
from speech_samples import demo
from track_samples import write_wav

from pipeline.errors import PipelineError
from pipeline.models import SoundFiles, SourceFiles
from pipeline.stages import sounds
from pipeline.store import Workspace

INSERTS = make_inserts({"intro": "x"})


def hear(work: Workspace, path: Path) -> SoundFiles:
    return sounds.run(work, SourceFiles(files=(source(path),)), INSERTS)


def test_no_elements_are_no_work(work: Workspace) -> None:
    assert sounds.run(work, SourceFiles(), ()) == SoundFiles()


def test_silence_around_a_sound_is_not_part_of_it_and_tones_are_no_speech(work: Workspace, tmp_path: Path) -> None:
    tones = make(tmp_path / "a.wav", STEREO.format(s=2) + ",adelay=1000:all=1,apad=whole_dur=5")
    (found,) = hear(work, tones).files
    assert (found.duration, found.stereo, found.speech) == (5.0, True, None)
    assert found.begin == pytest.approx(0.99, abs=0.02)
    assert found.end == pytest.approx(3.01, abs=0.02)


@pytest.mark.real
def test_words_in_a_sound_are_found(work: Workspace, tmp_path: Path) -> None:
    (found,) = hear(work, write_wav(tmp_path / "spoken.wav", demo(0.0, 12.0), rate=16_000)).files
    assert found.speech is not None
    assert found.begin <= found.speech[0] < found.speech[1] <= found.duration


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("text", "show.yaml elements.intro: {path}: is not an audio or video file that ffmpeg knows"),
        ("empty", "show.yaml elements.intro: {path}: is empty (0 bytes)"),
        ("silence", "show.yaml elements.intro: {path}: there is nothing to hear in it"),
        ("cut short", "show.yaml elements.intro: {path}: is truncated"),
    ],
)
def test_what_is_no_sound_is_told_with_the_key_that_names_it(
    work: Workspace, tmp_path: Path, made: str, told: str
) -> None:
    path = tmp_path / "x.wav"
    if made == "silence":
        make(path, "anullsrc=r=44100:cl=mono:d=2")
    elif made == "cut short":
        whole = make(tmp_path / "whole.wav", "sine=d=4").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_text("no sound at all" * (made == "text"))
    with pytest.raises(PipelineError) as caught:
        hear(work, path)
    assert caught.value.what.startswith(told.format(path=path))
    assert caught.value.exit_code == 2
