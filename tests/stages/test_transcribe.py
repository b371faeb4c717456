"""What was said, word by word, from real recordings; nothing is invented over music, and silence is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech_samples import demo, lines, prepared

from pipeline import weights
from pipeline.adapters import whisper
from pipeline.adapters.speech import Stretch
from pipeline.adapters.whisper import Heard
from pipeline.config import Glossary, Term, TranscribeConfig, Vocabulary
from pipeline.errors import InputError, StageError
from pipeline.models import PreparedAudio, Relistened, Transcript, Word
from pipeline.stages import transcribe
from pipeline.store import Workspace, to_json
from pipeline.weights import Found

WORD = Word(start=1, end=2, text="Hello.")


@pytest.fixture
def silence(work: Workspace) -> PreparedAudio:
    return prepared(work, np.zeros(3 * 16_000, np.float32))


@dataclass
class Fake:
    """A recogniser that finds `heard`, then `again` in every piece, and remembers what it was asked."""

    heard: Heard = field(default_factory=lambda: Heard("en", (WORD,), (Stretch(0, 3),), (Stretch(0, 3),)))
    again: tuple[Word, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)
    listened: list[tuple[Stretch, tuple[str, ...]]] = field(default_factory=list)

    def __enter__(self) -> Fake:
        return self

    def __exit__(self, *error: object) -> None:
        self.asked["released"] = True

    def transcribe(self, samples: Any, **options: Any) -> Heard:
        self.asked.update(options)
        return self.heard

    def listen_again(self, samples: Any, piece: Stretch, hotwords: tuple[str, ...], **options: Any) -> tuple[Word, ...]:
        self.listened.append((piece, hotwords))
        return self.again

    def count_tokens(self, hotwords: list[str]) -> int:
        return 50 * len(hotwords)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(whisper, "Recogniser", lambda model, **options: made)
    monkeypatch.setattr(weights, "whisper", lambda name, **_: Found("base", Path("base"), "package", f"not {name}"))
    return made


def transcribed(
    work: Workspace, audio: PreparedAudio, settings: TranscribeConfig, language: str | None = None, *names: str
) -> tuple[Transcript, Relistened]:
    glossary = Glossary(terms=tuple(Term(term=name) for name in names))
    return transcribe.run(work, audio, Vocabulary(glossary=glossary), settings, language)


@pytest.mark.parametrize(("episode", "setting", "asked"), [("nl", "de", "nl"), (None, "de", "de"), (None, None, None)])
def test_the_episodes_language_goes_before_the_setting(
    work: Workspace, silence: PreparedAudio, fake: Fake, episode: str, setting: str, asked: str
) -> None:
    transcribed(work, silence, TranscribeConfig(language=setting, device="cpu"), episode)
    assert fake.asked["language"] == asked


def test_a_fallback_model_is_told_to_the_user(work: Workspace, silence: PreparedAudio, fake: Fake) -> None:
    told: list[str] = []
    loud = Workspace(work.folder, notice=told.append)
    made, _ = transcribed(loud, silence, TranscribeConfig(model="small", device="cpu"))
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
    work: Workspace, silence: PreparedAudio, fake: Fake, speech: Any, error: type[Exception], what: str
) -> None:
    fake.heard = Heard("en", (), speech)
    with pytest.raises(error, match=what):
        transcribed(work, silence, TranscribeConfig(device="cpu"))


@pytest.mark.parametrize(
    ("language", "spoken", "told"),
    [
        ("en", ("en",), []),
        ("de", ("en",), ["the language is set to de, and the recording sounds like en"]),
        ("en", ("en", "de"), ["de seems to be spoken too; `language: mixed` writes each part in its own language"]),
        (None, ("en", "fr"), ["en and fr are spoken: each part is written in its own language"]),
        ("mixed", ("en", "fr"), []),
        ("de", (), []),
    ],
    ids=["right", "wrong", "another one too", "several found", "known to be several", "nothing is sure"],
)
def test_a_language_that_may_be_wrong_is_told(
    work: Workspace, silence: PreparedAudio, fake: Fake, language: str, spoken: tuple[str, ...], told: list[str]
) -> None:
    used = language if language in ("de", "en") else "en"
    french = (WORD.model_copy(update={"language": "fr"}),) if "fr" in spoken else ()
    fake.heard = Heard(used, (WORD, *french), (Stretch(0, 3),), (Stretch(0, 3),), spoken=spoken)
    notices: list[str] = []
    transcribed(Workspace(work.folder, notice=notices.append), silence, TranscribeConfig(device="cpu"), language)
    assert notices[1:] == told
    assert fake.asked["released"]


def test_speech_that_was_not_understood_is_told_with_its_places(
    work: Workspace, silence: PreparedAudio, fake: Fake
) -> None:
    unclear = tuple(Stretch(at, at + 2.5) for at in (5.0, 65.0, 3700.0, 4000.0))
    fake.heard = Heard("en", (WORD,), (Stretch(0, 3),), (Stretch(0, 3),), unclear)
    notices: list[str] = []
    transcribed(Workspace(work.folder, notice=notices.append), silence, TranscribeConfig(device="cpu"))
    assert notices[-1] == "10 s of sound could not be understood and have no words: 0:05, 1:05, 1:01:40 and 1 more"


SAID = ("That", "is", "what", "Shazir", "showed", "us.")
AGAIN = ("This", "is", "what", "Shazeer", "showed", "us.")


def spoken(*texts: str, sure: float = 0.4) -> tuple[Word, ...]:
    return tuple(Word(start=at / 4, end=at / 4 + 0.2, text=text, probability=sure) for at, text in enumerate(texts))


def test_where_a_name_may_be_missed_the_piece_is_heard_again_and_the_name_taken(
    work: Workspace, silence: PreparedAudio, fake: Fake
) -> None:
    pieces = (Stretch(0, 2), Stretch(2, 3))
    rest = Word(start=2.5, end=2.8, text="Yes.")
    fake.heard, fake.again = Heard("en", (*spoken(*SAID), rest), (Stretch(0, 3),), pieces), spoken(*AGAIN)
    told: list[str] = []
    loud = Workspace(work.folder, notice=told.append)
    made, log = transcribed(loud, silence, TranscribeConfig(device="cpu"), "en", "Noam Shazeer", "Wim Hof")
    assert fake.listened == [(Stretch(0, 2), ("Noam Shazeer", "Wim Hof"))]
    assert [segment.text for segment in made.segments] == ["That is what Shazeer showed us.", "Yes."]
    assert [(place.heard, place.again, place.taken) for place in log.pieces[0].places] == [("Shazir", "Shazeer", True)]
    assert told[-1] == "listened again at 1 place for names of the glossary: 1 is better"


@pytest.mark.parametrize(
    ("said", "setting", "names"),
    [
        (SAID, "off", ["Noam Shazeer"]),
        (SAID, "auto", []),
        (("That", "is", "what", "they", "showed", "us."), "auto", ["Noam Shazeer"]),
    ],
    ids=["switched off", "no glossary", "nothing like a name"],
)
def test_without_a_doubt_about_a_name_nothing_is_heard_again(
    work: Workspace, silence: PreparedAudio, fake: Fake, said: tuple[str, ...], setting: str, names: list[str]
) -> None:
    fake.heard = Heard("en", spoken(*said), (Stretch(0, 3),), (Stretch(0, 3),))
    settings = TranscribeConfig.model_validate({"hotwords": setting, "device": "cpu"})
    made, log = transcribed(work, silence, settings, "en", *names)
    assert made.segments[0].text == " ".join(said)
    assert (fake.listened, log.pieces) == ([], ())


def bare(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


@pytest.mark.real
def test_a_real_dialogue_with_music_is_written_down(work: Workspace) -> None:
    """Seconds 0 to 42 of the demo: 6.5 s of music, then two voices."""
    audio = prepared(work, demo(0, 42))
    done: list[float] = []
    watched = Workspace(work.folder, progress=lambda now, total: done.append(now / total))
    made, _ = transcribed(watched, audio, TranscribeConfig(device="cpu"))
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
    assert to_json(transcribed(work, audio, TranscribeConfig(device="cpu"), "en")[0]) == to_json(made)


@pytest.mark.real
@pytest.mark.parametrize("sound", ["silence", "noise", "music"])
def test_a_recording_without_speech_is_told_from_an_empty_transcript(work: Workspace, sound: str) -> None:
    samples = {
        "silence": np.zeros(80_000, np.float32),
        "noise": np.random.default_rng(1).normal(0, 0.1, 80_000).astype(np.float32),
        "music": demo(0, 6),
    }[sound]
    with pytest.raises(InputError, match="no speech was found"):
        transcribed(work, prepared(work, samples), TranscribeConfig(device="cpu"))


@pytest.mark.real
def test_a_language_that_whisper_does_not_know_is_refused(work: Workspace) -> None:
    with pytest.raises(StageError, match="does not know the language 'xx'"):
        transcribed(work, prepared(work, demo(7, 10)), TranscribeConfig(device="cpu"), "xx")
