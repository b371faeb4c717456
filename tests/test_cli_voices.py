"""`showrunner voices` as a person uses it: learning, listing, forgetting, and naming the speakers of an episode."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from audio_samples import stereo
from click.testing import CliRunner, Result
from voice_samples import at

from pipeline import store
from pipeline.adapters import pyannote, voiceprints
from pipeline.cli import cli
from pipeline.errors import InputError
from pipeline.models import Blob, Identities, Identity, PreparedAudio, Segment, Transcript, Turn, Turns
from pipeline.project import Project

A, B = "SPEAKER_00", "SPEAKER_01"
SAID = (
    (A, "I'm Niamh Quillane."),
    (A, "With me is Pieter Abbeel."),
    (B, "It is good to be here."),
    ("Ann Example", "And so say I."),
)


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode `e` in which A and B have no names yet, with fakes for the models."""
    shutil.copytree(root / "configs", tmp_path / "configs", ignore=shutil.ignore_patterns("voices"))
    build = tmp_path / "episodes/e/build"
    build.mkdir(parents=True)
    (build.parent / "episode.yaml").write_text("title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n")
    segments = tuple(
        Segment(id=number, start=number * 8.0, end=number * 8.0 + 7, text=text, speaker=speaker)
        for number, (speaker, text) in enumerate(SAID)
    )
    turns = Turns(
        tuple(
            Turn(start=one.start, end=one.end, speaker="SPEAKER_02" if one.id == 3 else str(one.speaker))
            for one in segments
        )
    )
    ann = Identity(speaker="SPEAKER_02", name="Ann Example", nearest="Ann Example", score=0.9, why="0.90 like")
    pcm = Blob(name="audio.f32", sha256=store.digest_bytes(b""), size=0)
    audio = PreparedAudio(pcm=pcm, sample_rate=16_000, duration=32, channels=1, source_rate=16_000, codec="pcm")
    artifacts = {
        "transcript": Transcript(language="en", duration=32, model="fake", segments=segments),
        "turns": turns,
        "identities": Identities((ann,)),
        "audio": audio,
    }
    for name, made in artifacts.items():
        store.write_atomic(build / f"{name}.json", store.to_json(made))
    (build / "audio.f32").touch()
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path))

    def diarize(samples: Any, settings: Any, **options: Any) -> tuple[Turn, ...]:
        return (Turn(start=0, end=len(samples) / 16_000, speaker=A),)

    def take(samples: Any, speech: Any) -> list[Any]:
        return [at(0, round(sum(end - start for start, end in stretches), 1)) for stretches in speech]

    monkeypatch.setattr(pyannote, "diarize", diarize)
    monkeypatch.setattr(voiceprints, "take", take)
    return tmp_path


@pytest.fixture
def recording(project: Path) -> str:
    return str(stereo(project / "talk.wav", 40))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["voices", *arguments])


def test_a_voice_is_learnt_listed_and_forgotten(project: Path, recording: str) -> None:
    done = call("add", "Grace  Example", recording, "--from", "0:10", "--to", "30")
    assert done.output.splitlines() == [
        "learnt the voice of Grace Example from 20 s of speech in talk.wav",
        "episodes know it from their next run on",
    ]
    assert "2 samples, 40 s of speech in all" in call("add", "Grace Example", recording, "--to", "0:20").output
    assert call("list").output == "Grace Example: 40 s of speech from talk.wav\n"
    (listed,) = json.loads(call("list", "--json").output)
    assert [(one.get("start"), one["end"]) for one in listed["samples"]] == [(10.0, 30.0), (None, 20.0)]
    assert "vector" not in json.dumps(listed)
    assert "Grace Example.json" in call("remove", "Grace Example").output
    assert call("list").output == "no voices yet: showrunner voices add NAME AUDIO --from 0:30 --to 1:00\n"


def test_a_voice_much_like_another_is_pointed_out(recording: str) -> None:
    call("add", "Ada", recording)
    assert "note: it is much like the voice of Ada (1.00)" in call("add", "Ida", recording).output


MISTAKES = [
    (("add", "Ada", "nowhere.wav"), "nowhere.wav: there is no such file"),
    (("add", "Ada", "REC", "--from", "soon"), "'soon' is no time in a recording; write 90, 1:30 or 1:02:03"),
    (("add", "Ada", "REC", "--from", "-5"), "'-5' is no time in a recording"),
    (("add", "Ada", "REC", "--from", "0:50"), "has no 0:50, it is 0:40 long"),
    (("add", " ", "REC"), "' ' is no name of a person"),
    (("add", "SPEAKER_01", "REC"), "'SPEAKER_01' is no name of a person"),
    (("remove", "Ada"), "Ada: no voice of that name is enrolled"),
    (("name", "e", "SPEAKER_07", "Ada"), "episodes/e: nobody is called SPEAKER_07 there"),
    (("name", "e", "SPEAKER_01", "SPEAKER_00"), "'SPEAKER_00' is no name of a person"),
    (("name", "nothing", A, "Ada"), "episodes/nothing: there is no such episode"),
    (("who", "nothing"), "episodes/nothing: there is no such episode"),
]


@pytest.mark.parametrize(("arguments", "what"), MISTAKES, ids=[" ".join(case[0]) for case in MISTAKES])
def test_mistakes_are_told(arguments: tuple[str, ...], what: str, recording: str) -> None:
    done = call(*[recording if one == "REC" else one for one in arguments])
    assert done.exit_code
    told = str(done.exception) if isinstance(done.exception, InputError) else done.output
    assert what in told


def test_who_speaks_is_told_with_the_command_that_names_them(project: Path) -> None:
    assert call("who", "e").output.splitlines() == [
        "SPEAKER_00: 14 s of speech",
        "  perhaps Niamh Quillane, who says so: “I'm Niamh Quillane.”",
        "  showrunner voices name e SPEAKER_00 'Niamh Quillane' --enrol",
        "SPEAKER_01: 7.0 s of speech",
        "  perhaps Pieter Abbeel, who is introduced: “With me is Pieter Abbeel.”",
        "  showrunner voices name e SPEAKER_01 'Pieter Abbeel' --enrol",
        "Ann Example: 7.0 s of speech, known by voice (0.90)",
    ]
    told = json.loads(call("who", "e", "--json").output)
    assert [one["suggestion"] and one["suggestion"]["name"] for one in told] == [
        "Niamh Quillane",
        "Pieter Abbeel",
        None,
    ]


def test_status_tells_which_speakers_have_no_name(project: Path) -> None:
    (project / "a.wav").touch()
    said = CliRunner().invoke(cli, ["status", "e"]).output
    assert "SPEAKER_01 has no name (7.0 s of speech)" in said
    assert "perhaps Pieter Abbeel, who is introduced: “With me is Pieter Abbeel.” (0:08)" in said
    assert "name it: showrunner voices name e SPEAKER_01 'Pieter Abbeel' --enrol" in said
    assert "Ann Example" not in said


def test_a_name_goes_into_overrides_whose_remarks_stay(project: Path) -> None:
    path = project / "episodes/e/overrides.yaml"
    path.write_text("# mine\nspeakers:\n  SPEAKER_00: Niamh   # the host\n")
    done = call("name", "e", B, "Pieter Abbeel")
    assert done.output.splitlines() == [
        "SPEAKER_01 is Pieter Abbeel: written to episodes/e/overrides.yaml",
        "to make it count: showrunner run e",
    ]
    assert path.read_text() == "# mine\nspeakers:\n  SPEAKER_00: Niamh   # the host\n  SPEAKER_01: Pieter Abbeel\n"
    call("name", "e", B, "Peter Abel")
    assert Project(project).job("e").settings.overrides.speakers == {A: "Niamh", B: "Peter Abel"}
    assert not (project / "configs/voices").exists()


def test_enrolling_learns_the_voice_from_the_episode(project: Path) -> None:
    assert (
        "learnt the voice of Niamh Quillane: 14 s of speech in all"
        in call("name", "e", A, "Niamh Quillane", "--enrol").output
    )
    (voice,) = Project(project).job("e").settings.enrolled
    assert (voice.name, voice.samples[0].source) == ("Niamh Quillane", "SPEAKER_00 of episode e")


def test_a_name_that_a_voice_gave_can_be_put_right_and_enrolled(project: Path) -> None:
    assert call("name", "e", "Ann Example", "Anne Exemplar", "--enrol").exit_code == 0
    settings = Project(project).job("e").settings
    assert settings.overrides.speakers == {"Ann Example": "Anne Exemplar"}
    assert settings.enrolled[0].samples[0].source == "SPEAKER_02 of episode e"


def test_too_little_speech_enrols_nobody_and_writes_nothing(project: Path) -> None:
    turns = Turns((Turn(start=0, end=4, speaker=A), Turn(start=3, end=8, speaker=B)))
    store.write_atomic(project / "episodes/e/build/turns.json", store.to_json(turns))
    error = call("name", "e", A, "Niamh", "--enrol").exception
    assert isinstance(error, InputError)
    assert "SPEAKER_00 of episode e: 2.8 s of speech without another voice are too short" in str(error)
    assert not (project / "episodes/e/overrides.yaml").exists()
    assert not (project / "configs/voices").exists()


def test_before_the_first_run_it_says_how_to_run(project: Path) -> None:
    shutil.rmtree(project / "episodes/e/build")
    for arguments in (("who", "e"), ("name", "e", A, "Ada")):
        error = call(*arguments).exception
        assert isinstance(error, InputError)
        assert error.fix == "showrunner run e"


def test_voices_stay_out_of_git(root: Path) -> None:
    assert "/configs/voices/" in (root / ".gitignore").read_text().splitlines()
