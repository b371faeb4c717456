"""Voice prints are made only where somebody is enrolled; they give names across episodes, and nobody is told apart again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from speech_samples import prepared
from voice_samples import LINES, at, speak, talk

from pipeline import runner
from pipeline.adapters import voiceprints
from pipeline.cli import cli
from pipeline.cli.speakers import learn_clips
from pipeline.models import PreparedAudio, Segment, Transcript, Turn, Turns, Voices, Word
from pipeline.project import Project
from pipeline.runner import Event, Started
from pipeline.stages import STAGES, voices
from pipeline.store import Workspace

A, B, C = "SPEAKER_00", "SPEAKER_01", "SPEAKER_02"
WHO = Turns((Turn(start=0, end=9, speaker=A), Turn(start=8, end=20, speaker=B), Turn(start=3, end=4, speaker=C)))


def test_each_speaker_is_heard_where_nobody_else_talks(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def take(samples: Any, speech: Sequence[Any]) -> list[Any]:
        asked.extend(speech)
        return [at(number) for number in range(len(speech))]

    monkeypatch.setattr(voiceprints, "take", take)
    made = voices.run(work, prepared(work, np.zeros(320_000, np.float32)), WHO, wanted=True)
    assert made == Voices(weights=voiceprints.WEIGHTS, prints={A: at(0), B: at(1)})
    assert [[(round(start, 1), round(end, 1)) for start, end in stretches] for stretches in asked] == [
        [(0.1, 2.9), (4.1, 7.9)],
        [(9.1, 19.9)],
    ]


@pytest.mark.parametrize(("who", "wanted"), [(WHO, False), (Turns(()), True)], ids=["nobody enrolled", "nobody speaks"])
def test_no_model_starts_for_nothing(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, who: Turns, wanted: bool
) -> None:
    monkeypatch.delattr(voiceprints, "take")
    audio = prepared(work, np.zeros(0, np.float32))
    assert voices.run(work, audio, who, wanted) == Voices(weights=voiceprints.WEIGHTS)


def transcribe(work: Workspace, audio: PreparedAudio, **settings: Any) -> Transcript:
    """A word each half second in place of the recogniser: only who says it matters here."""
    words = [Word(start=at / 2, end=at / 2 + 0.4, text="word.") for at in range(int(audio.duration * 2))]
    segments = tuple(
        Segment(id=at, start=word.start, end=word.end, text=word.text, words=(word,)) for at, word in enumerate(words)
    )
    return Transcript(language="en", duration=audio.duration, model="fake", segments=segments)


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, need: Callable[[str, str], str]) -> Project:
    """Two episodes: in `first` talk two of flite's voices, in `second` one of them with a third."""
    shutil.copytree(root / "configs", tmp_path / "configs", ignore=shutil.ignore_patterns("voices"))
    flite = need("flite", "apt-get install flite")
    for slug, who in (("first", ("awb", "slt")), ("second", ("slt", "rms"))):
        folder = tmp_path / "episodes" / slug
        folder.mkdir(parents=True)
        lines = LINES[:4] if slug == "first" else LINES[2:]
        talk(flite, who, lines, tmp_path / f"{slug}.wav")
        yaml = f"title: {slug}\ndate: 2026-01-01\nguid: {slug}\nsources: [{slug}.wav]\nspeakers: 2\n"
        (folder / "episode.yaml").write_text(yaml)
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path))
    return Project(tmp_path)


def run(project: Project, slug: str) -> list[str]:
    """The stages that ran, up to the names of speakers; the recogniser is a fake, all else is real."""
    ran: list[str] = []

    def report(event: Event) -> None:
        if isinstance(event, Started):
            ran.append(event.stage)

    learn_clips(project, quiet=True)
    stages = [replace(one, run=transcribe, outputs=("heard",)) if one.name == "transcribe" else one for one in STAGES]
    runner.run(project.job(slug), stages=stages, until="attribute", report=report)
    return ran


def speakers(project: Project, slug: str) -> list[str]:
    made = json.loads((project.folder(slug) / "build/attributed.json").read_text())
    return list(dict.fromkeys(segment["speaker"] for segment in made["segments"]))


@pytest.mark.real
def test_a_voice_named_in_one_episode_has_its_name_in_the_next(
    project: Project, need: Callable[[str, str], str]
) -> None:
    run(project, "first")
    assert speakers(project, "first") == [A, B]
    made = json.loads((project.folder("first") / "build/voices.json").read_text())
    assert made["prints"] == {}, "nobody is enrolled, so nobody's voice print is made"

    named = CliRunner().invoke(cli, ["voices", "name", "first", B, "Sylvie Tern", "--enrol"])
    assert named.exit_code == 0, named.output
    assert (project.root / "configs/voices/Sylvie Tern.json").is_file()
    assert (project.folder("first") / "overrides.yaml").read_text() == "speakers: {SPEAKER_01: Sylvie Tern}\n"

    run(project, "second")
    assert speakers(project, "second") == ["Sylvie Tern", B], "known by voice, and nobody else is"
    assert run(project, "first")[:3] == ["voices", "identify", "attribute"], "nobody is told apart again"
    assert speakers(project, "first") == [A, "Sylvie Tern"]

    speak(need("flite", "apt-get install flite"), "rms", " ".join(LINES[:3]), project.voices / "Rémy Oslo.wav")
    assert run(project, "second") == ["identify", "attribute"], "voice prints are made once"
    assert speakers(project, "second") == ["Sylvie Tern", "Rémy Oslo"]

    (project.voices / "Rémy Oslo.wav").unlink()
    (project.folder("second") / "overrides.yaml").write_text("speakers: {Sylvie Tern: Sylvie Turn}\n")
    run(project, "second")
    assert speakers(project, "second") == ["Sylvie Turn", B], "a person has the last word, and a clip can be taken back"
