"""`showrunner sound` tells what a listener hears, measured in the finished file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from audio_samples import source
from click.testing import CliRunner, Result
from level_samples import Talk, prepared, talk
from track_samples import RATE, write_wav

from pipeline import store
from pipeline.adapters import heard_levels
from pipeline.cli import cli
from pipeline.config import LevelConfig, MasterConfig
from pipeline.models import (
    Cut,
    Edits,
    Levels,
    MasteredAudio,
    Programme,
    Segment,
    SourceFiles,
    Span,
    TimeMap,
    Transcript,
    Turns,
)
from pipeline.stages import level, master
from pipeline.store import Workspace

CUT = Cut(start=1.0, end=4.0, reason="chosen", text="and now that again")


@pytest.fixture(scope="module")
def spoken() -> Talk:
    return talk([("SPEAKER_00", 6.0, -14.0), ("SPEAKER_01", 7.0, -32.0)] * 3)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, spoken: Talk) -> Path:
    """A checkout with an episode whose loud host and quiet guest were levelled, and whose first seconds were cut."""
    root = tmp_path_factory.mktemp("sound")
    for name, text in CHECKOUT.items():
        store.write_text_atomic(root / name, text)
    recording = write_wav(root / "talk.wav", spoken.sound)
    work = Workspace(root / "episodes/talk/build")
    audio = prepared(work, spoken.sound)
    levels = level.run(work, audio, spoken.turns, LevelConfig())
    times = TimeMap(
        spans=(Span(start=0, end=CUT.start, heard_at=0), Span(start=CUT.end, end=audio.duration, heard_at=CUT.start))
    )
    programme = Programme(duration=audio.duration - 3, times=times)
    mastered = master.run(
        work, source(recording), audio, SourceFiles(), levels, programme, MasterConfig(preset="clean")
    )
    said = tuple(
        Segment(id=at, start=one.start, end=one.end, text="So.", speaker=("Ada", "Ben")[at % 2])
        for at, one in enumerate(spoken.turns.root)
    )
    for name, made in {
        "levels": levels,
        "mastered": mastered,
        "programme": programme,
        "edits": Edits(duration=audio.duration, cuts=(CUT,)),
        "turns": spoken.turns,
        "transcript": Transcript(language="en", duration=audio.duration, model="base", segments=said),
    }.items():
        store.write_atomic(work.folder / f"{name}.json", store.to_json(made))
    return root


CHECKOUT = {
    "configs/show.yaml": """
title: Salt and Brass
description: Machines that read the sea.
author: Niamh
owner: {name: Niamh, email: niamh@saltandbrass.example}
link: https://saltandbrass.example
categories: [Science]
""",
    "episodes/talk/episode.yaml": "title: Talk\ndate: 2026-03-02\nguid: talk\nsources: [talk.wav]\n",
    "episodes/new/episode.yaml": "title: New\ndate: 2026-03-02\nguid: new\nsources: [talk.wav]\n",
}


def call(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["sound", *arguments], env={"SHOWRUNNER_ROOT": str(project)})


def test_loud_and_quiet_speakers_of_the_mastered_file_are_within_two_units_by_another_meter(
    project: Path, spoken: Talk
) -> None:
    build = project / "episodes/talk/build"
    command = ["ffmpeg", "-v", "error", "-i", str(build / "mastered.mp3"), "-f", "f32le", "-ar", str(RATE), "-"]
    sound = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")
    mastered = MasteredAudio.model_validate_json((build / "mastered.json").read_bytes())
    heard = Talk(sound, Turns(heard_levels.retime(spoken.turns.root, mastered.times)))
    loudness = [heard.of(speaker) for speaker in ("SPEAKER_00", "SPEAKER_01")]
    assert spoken.of("SPEAKER_00") - spoken.of("SPEAKER_01") == pytest.approx(18, abs=1)
    assert abs(loudness[0] - loudness[1]) < 2

    reported = json.loads(call(project, "talk", "--json").output)["speakers"]
    assert [one["after"] for one in reported] == pytest.approx(loudness, abs=0.5)
    assert [one["before"] for one in reported] == pytest.approx([-14, -32], abs=0.5)


def test_a_person_reads_it_as_tables(project: Path) -> None:
    lines = call(project, "talk", "--cuts").output.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["recording", "episode"]
    assert [line.split()[0] for line in lines[4:6]] == ["Ada", "Ben"]
    assert "+18" in lines[5]
    assert lines[7] == "cut 3.0 s of 44 s: chosen in episode.yaml 3.0 s"
    assert lines[8] == "  0:01 to 0:04, chosen in episode.yaml: and now that again"
    assert lines[-1].startswith("audio/mpeg: 80 kbit/s, 0.")


def test_json_has_the_same_and_the_sizes_in_bytes(project: Path) -> None:
    told = json.loads(call(project, "talk", "--json").output)
    size = (project / "episodes/talk/build/mastered.mp3").stat().st_size
    assert told["formats"] == [{"media_type": "audio/mpeg", "bitrate": 80, "size": size}]
    assert told["removed"] == {"chosen": 3.0}
    assert told["loudness"]["after"]["integrated"] == pytest.approx(-19, abs=0.5)
    assert told["recorded"] - told["duration"] == pytest.approx(3)
    assert told["spread"] < 2


def test_an_episode_without_levels_tells_no_speakers(project: Path) -> None:
    levels = project / "episodes/talk/build/levels.json"
    kept = levels.read_bytes()
    store.write_atomic(levels, store.to_json(Levels()))
    told = json.loads(call(project, "talk", "--json").output)
    store.write_atomic(levels, kept)
    assert (told["speakers"], told["spread"]) == ([], None)


@pytest.mark.parametrize(
    ("slug", "what", "fix"),
    [
        ("new", "episodes/new: its sound is not made yet", "showrunner run new --until master"),
        ("tolk", "episodes/tolk: there is no such episode", "did you mean 'talk'?"),
    ],
)
def test_what_cannot_be_told_is_said_with_what_to_do(project: Path, slug: str, what: str, fix: str) -> None:
    error = call(project, slug).exception
    assert (str(error), getattr(error, "fix", "")) == (what, fix)
