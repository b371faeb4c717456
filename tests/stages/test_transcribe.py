"""What was said, word by word, from real recordings; nothing is invented over music, and silence is told."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech_samples import demo, lines, prepared

from pipeline import weights
from pipeline.adapters import whisper
from pipeline.adapters.whisper import Heard, Stretch
from pipeline.config import TranscribeConfig
from pipeline.errors import InputError, StageError
from pipeline.models import PreparedAudio, Word
from pipeline.stages import transcribe
from pipeline.store import Workspace, to_json
from pipeline.weights import Found

WORD = Word(start=1, end=2, text="Hello.")


@pytest.fixture
def silence(work: Workspace) -> PreparedAudio:
    return prepared(work, np.zeros(3 * 16_000, np.float32))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A recogniser that finds `result`, and what it was asked."""
    asked: dict[str, Any] = {"result": Heard("en", (WORD,), (Stretch(0, 3),))}

    def recognise(samples: Any, model: Found, **options: Any) -> Heard:
        asked.update(options, model=model.name)
        return asked["result"]  # type: ignore[no-any-return]

    monkeypatch.setattr(whisper, "transcribe", recognise)
    monkeypatch.setattr(weights, "whisper", lambda name, **_: Found("base", Path("base"), "package", f"not {name}"))
    return asked


@pytest.mark.parametrize(("episode", "setting", "asked"), [("nl", "de", "nl"), (None, "de", "de"), (None, None, None)])
def test_the_episodes_language_goes_before_the_setting(
    work: Workspace, silence: PreparedAudio, heard: dict[str, Any], episode: str, setting: str, asked: str
) -> None:
    transcribe.run(work, silence, TranscribeConfig(language=setting, device="cpu"), episode)
    assert heard["language"] == asked


def test_a_fallback_model_is_told_to_the_user(work: Workspace, silence: PreparedAudio, heard: dict[str, Any]) -> None:
    told: list[str] = []
    loud = Workspace(work.folder, notice=told.append)
    made = transcribe.run(loud, silence, TranscribeConfig(model="small", device="cpu"), None)
    assert told == ["not small"]
    assert made.model == "faster-whisper base int8"


@pytest.mark.parametrize(
    ("speech", "error", "what"),
    [
        ((), InputError, "no speech was found in 3 s"),
        ((Stretch(1, 1.4),), InputError, "no speech was found"),
        ((Stretch(0, 2.6),), StageError, "there are 3 s of speech, and base on cpu wrote no words"),
    ],
    ids=["silence", "a cough", "speech"],
)
def test_an_empty_transcript_is_an_error_that_says_why(
    work: Workspace, silence: PreparedAudio, heard: dict[str, Any], speech: Any, error: type[Exception], what: str
) -> None:
    heard["result"] = Heard("en", (), speech)
    with pytest.raises(error, match=what):
        transcribe.run(work, silence, TranscribeConfig(device="cpu"), None)


def bare(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


@pytest.mark.real
def test_a_real_dialogue_with_music_is_written_down(work: Workspace) -> None:
    """Seconds 0 to 42 of the demo: 6.5 s of music, then two voices."""
    audio = prepared(work, demo(0, 42))
    done: list[float] = []
    watched = Workspace(work.folder, progress=lambda now, total: done.append(now / total))
    made = transcribe.run(watched, audio, TranscribeConfig(device="cpu"), None)
    words = list(made.words())
    assert (made.language, made.model) == ("en", "faster-whisper base int8")
    assert words[0].start > 6.3, "nobody speaks in the music"
    assert all(one.end <= two.start for one, two in pairwise(words))
    said = [word for line in lines() if line["end"] < 41 for word in bare(line["text"])]
    got = bare(" ".join(segment.text for segment in made.segments))
    assert len(set(said) & set(got)) / len(set(said)) > 0.8, "all but the names are right"
    thanks = next(word for word in words if word.text.startswith("Thank"))
    assert thanks.start == pytest.approx(25.42, abs=0.3)
    assert done == sorted(done)
    assert done[-1] > 0.9
    assert to_json(transcribe.run(work, audio, TranscribeConfig(device="cpu"), "en")) == to_json(made)


@pytest.mark.real
@pytest.mark.parametrize("sound", ["silence", "noise", "music"])
def test_a_recording_without_speech_is_told_from_an_empty_transcript(work: Workspace, sound: str) -> None:
    samples = {
        "silence": np.zeros(80_000, np.float32),
        "noise": np.random.default_rng(1).normal(0, 0.1, 80_000).astype(np.float32),
        "music": demo(0, 6),
    }[sound]
    with pytest.raises(InputError, match="no speech was found"):
        transcribe.run(work, prepared(work, samples), TranscribeConfig(device="cpu"), None)


@pytest.mark.real
def test_a_language_that_whisper_does_not_know_is_refused(work: Workspace) -> None:
    with pytest.raises(StageError, match="does not know the language 'xx'"):
        transcribe.run(work, prepared(work, demo(7, 10)), TranscribeConfig(device="cpu"), "xx")
