"""configs/voices/: what lies there is read, added to and forgotten by name, and mistakes in it are told by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from audio_samples import stereo
from voice_samples import at

from pipeline.adapters import pyannote, voiceprints
from pipeline.config import DiarizeConfig, EnrolledVoice, VoiceSample
from pipeline.errors import ConfigError, InputError, PipelineError
from pipeline.models import Turn
from pipeline.voices import enrolment, folder

A, B = "SPEAKER_00", "SPEAKER_01"


def sample(source: str = "talk.wav", start: float | None = None, degrees: float = 0, **more: Any) -> VoiceSample:
    return VoiceSample(source=source, sha256="0" * 64, start=start, voiceprint=at(degrees), **more)


def add(where: Path, name: str, one: VoiceSample, weights: str = "w") -> EnrolledVoice:
    return folder.add(where, name, one, model="m", weights=weights)


def test_a_voice_is_a_small_text_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = add(tmp_path, "Grace Example", sample())
    path = tmp_path / "Grace Example.json"
    assert json.loads(path.read_text())["name"] == "Grace Example"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.load(tmp_path) == (made,)


def test_samples_accumulate_and_the_same_stretch_counts_once(tmp_path: Path) -> None:
    add(tmp_path, "Ada", sample(start=1))
    add(tmp_path, "Ada", sample(start=30))
    made = add(tmp_path, "Ada", sample(start=1, degrees=10))
    assert [one.start for one in made.samples] == [30, 1]
    assert made.seconds == 40


def test_names_that_no_file_can_have_are_kept_inside_of_it(tmp_path: Path) -> None:
    for name in ("AC/DC", "../etc", "日本", "."):
        add(tmp_path, name, sample())
    assert {voice.name for voice in folder.load(tmp_path)} == {"AC/DC", "../etc", "日本", "."}
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*.json"))
    with pytest.raises(InputError, match=r"AC:DC: configs/voices/AC-DC.json is the voice of AC/DC already"):
        add(tmp_path, "AC:DC", sample())


def test_a_voice_of_another_model_is_not_averaged(tmp_path: Path) -> None:
    add(tmp_path, "Ada", sample(), weights="old")
    with pytest.raises(InputError, match="was learnt with another model") as caught:
        add(tmp_path, "Ada", sample("b.wav"))
    assert "showrunner voices remove 'Ada'" in caught.value.fix


def test_forgetting_takes_the_file_and_the_clips(tmp_path: Path) -> None:
    add(tmp_path, "Ada", sample(clip="Ada.wav"))
    for name in ("Ada.wav", "Ada 2.flac", "Ben.wav"):
        (tmp_path / name).touch()
    assert folder.remove(tmp_path, "Ada") == ["Ada.json", "Ada 2.flac", "Ada.wav"]
    assert [path.name for path in tmp_path.iterdir()] == ["Ben.wav"]
    with pytest.raises(InputError, match="Ada: no voice of that name is enrolled"):
        folder.remove(tmp_path, "Ada")


BROKEN = [("{", "is not an enrolled voice"), ('{"name": "Ada"}', "is not an enrolled voice")]


@pytest.mark.parametrize(("text", "what"), BROKEN)
def test_a_broken_file_is_told_by_name(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "ada.json").write_text(text)
    with pytest.raises(ConfigError, match=f"configs/voices/ada.json: {what}"):
        folder.load(tmp_path)


def test_a_name_in_two_files_is_told(tmp_path: Path) -> None:
    add(tmp_path, "Ada", sample())
    (tmp_path / "copy.json").write_bytes((tmp_path / "Ada.json").read_bytes())
    with pytest.raises(ConfigError, match=r"configs/voices/copy.json: Ada is enrolled in Ada.json too"):
        folder.load(tmp_path)


CLIPS = ["Grace Example.wav", "Grace_Example.MP3", "Grace Example 2.flac", "Grace Example (3).ogg"]


def test_clips_are_named_after_the_person(tmp_path: Path) -> None:
    for name in (*CLIPS, "notes.txt", "Grace Example.json"):
        (tmp_path / name).touch()
    assert set(folder.list_clips(tmp_path).values()) == {"Grace Example"}
    assert len(folder.list_clips(tmp_path)) == len(CLIPS)


# -- learning, with fakes for the models ---------------------------------------------------------------


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """40 s of a tone."""
    return stereo(tmp_path / "Ada.wav", 40)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the fake diarizer finds, and what it and the fake embedding were given."""
    seen: dict[str, Any] = {"turns": ((0.0, 20.0, A),)}

    def diarize(samples: Any, settings: DiarizeConfig, **options: Any) -> tuple[Turn, ...]:
        seen["seconds"] = len(samples) / 16_000
        return tuple(Turn(start=start, end=end, speaker=speaker) for start, end, speaker in seen["turns"])

    def take(samples: Any, speech: Any) -> list[Any]:
        seen["taken"] = seen.get("taken", 0) + 1
        return [at(0, sum(end - start for start, end in stretches)) for stretches in speech]

    monkeypatch.setattr(pyannote, "diarize", diarize)
    monkeypatch.setattr(voiceprints, "take", take)
    return seen


@pytest.mark.parametrize(
    ("turns", "start", "end", "what"),
    [
        (((0.0, 20.0, A),), None, None, None),
        (((0.0, 20.0, A), (20.0, 20.9, B)), None, None, None),
        (((0.0, 20.0, A),), 10.0, 30.0, None),
        (((0.0, 20.0, A),), 0.0, 40.2, None),
        ((), None, None, r"Ada.wav: nobody speaks there"),
        (((0.0, 4.9, A),), None, None, r"Ada.wav: 4.7 s of speech without another voice are too short"),
        (((0.0, 20.0, A), (8.0, 12.0, B)), 5.0, 30.0, r"Ada.wav, 0:05 to 0:30: 2 voices speak, the second from 0:13"),
        (((0.0, 20.0, A),), 50.0, None, r"Ada.wav: has no 0:50, it is 0:40 long"),
        (((0.0, 20.0, A),), 5.0, 60.0, r"Ada.wav: has no 1:00, it is 0:40 long"),
        (((0.0, 20.0, A),), 30.0, 20.0, r"Ada.wav: --to 0:20 is not after --from 0:30"),
    ],
    ids=["all of it", "a word by another", "a stretch", "to the end", "silence", "too short", "two voices",
         "begins after the end", "ends after the end", "backwards"],
)  # fmt: skip
def test_what_a_voice_can_be_learnt_from(
    clip: Path, heard: dict[str, Any], turns: Any, start: float | None, end: float | None, what: str | None
) -> None:
    heard["turns"] = turns
    if what is None:
        made = enrolment.learn(clip, DiarizeConfig(), start, end)
        assert (made.source, made.start, made.end) == ("Ada.wav", start, end)
        assert heard["seconds"] == pytest.approx((end or 40) - (start or 0), abs=0.25)
    else:
        with pytest.raises(PipelineError, match=what) as caught:
            enrolment.learn(clip, DiarizeConfig(), start, end)
        assert caught.value.fix


def test_a_clip_is_learnt_once_again_when_it_changes_and_forgotten_when_it_goes(
    clip: Path, heard: dict[str, Any]
) -> None:
    told: list[str] = []
    for _ in range(2):
        enrolment.refresh_clips(clip.parent, DiarizeConfig(), told.append)
    assert told == ["configs/voices/Ada.wav: learning the voice of Ada"]
    assert [voice.name for voice in folder.load(clip.parent)] == ["Ada"]
    stereo(clip, 30)
    enrolment.refresh_clips(clip.parent, DiarizeConfig(), told.append)
    (voice,) = folder.load(clip.parent)
    assert (len(voice.samples), heard["taken"]) == (1, 2)
    folder.add(clip.parent, "Ada", sample(), model=voice.model, weights=voice.weights)
    clip.unlink()
    enrolment.refresh_clips(clip.parent, DiarizeConfig(), told.append)
    assert [one.source for one in folder.load(clip.parent)[0].samples] == ["talk.wav"]
    assert told[-1] == (
        "configs/voices: a clip of Ada is gone, so what was learnt from it is forgotten; 1 other samples stay"
    )


def test_a_clip_with_two_voices_stops_the_run_and_keeps_what_was_known(clip: Path, heard: dict[str, Any]) -> None:
    heard["turns"] = ((0.0, 20.0, A), (20.0, 40.0, B))
    before = folder.add(clip.parent, "Ada", sample(), model=voiceprints.MODEL, weights=voiceprints.WEIGHTS)
    with pytest.raises(InputError, match=r"Ada.wav: 2 voices speak"):
        enrolment.refresh_clips(clip.parent, DiarizeConfig(), lambda text: None)
    assert folder.load(clip.parent) == (before,)


def test_a_clip_is_learnt_anew_when_the_model_is_another(clip: Path, heard: dict[str, Any]) -> None:
    add(clip.parent, "Ada", sample(clip="Ada.wav"), weights="old")
    enrolment.refresh_clips(clip.parent, DiarizeConfig(), lambda text: None)
    (voice,) = folder.load(clip.parent)
    assert (voice.weights, [one.clip for one in voice.samples]) == (voiceprints.WEIGHTS, ["Ada.wav"])
