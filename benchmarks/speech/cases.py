"""The recordings that everything is measured on, each as a 16 kHz mono WAV so that all systems hear the same.

Made dialogues are kept in benchmarks/out/speech under the digest of their recipe and of the code that makes them.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from benchmarks.measure import ROOT
from benchmarks.speech import dialogues, flite
from benchmarks.speech.dialogues import Dialogue, Recipe
from pipeline import sentences, store
from pipeline.formats import rttm
from pipeline.models import Seconds, Turn, Word

SHARED = ROOT.parent / "shared" / "data" / "speech"
OUT = ROOT / "benchmarks" / "out" / "speech"
_LIVELY = {"backchannels": 0.4, "interruptions": 0.15, "interjections": 0.2}
_CODE = ("dialogues.py", "flite.py", "phrases.py")


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound and what is known of it; None is not known. `timed` words have exact times, others are spread evenly."""

    name: str
    audio: Path
    seconds: Seconds
    words: tuple[Word, ...] | None
    turns: tuple[Turn, ...] | None
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Recordings that are scored together."""

    name: str
    about: str
    load: Callable[[], tuple[Recording, ...]]
    long: bool = False


def cases() -> tuple[Case, ...]:
    """Every case, short ones first."""
    two, three, four = (flite.VOICES[:count] for count in (2, 3, 4))
    apart = flite.VOICES[1:3]
    made = (
        ("two voices, one at a time", Recipe("clean2", 180, two, 11)),
        ("two voices, back-channels, interruptions", Recipe("lively2", 180, two, 12, **_LIVELY)),
        ("three voices, the same, and music", Recipe("lively3", 180, three, 13, **_LIVELY, music=90)),
        ("four voices, the same", Recipe("lively4", 180, four, 14, **_LIVELY, music=90)),
        ("two voices, much music and silence", Recipe("music", 180, apart, 15, pauses=0.6, music=18)),
        ("music and a quiet room, and nobody", Recipe("nobody", 120, (), 20, music=25)),
        ("twelve voices", Recipe("twelve", 600, flite.VOICES, 16, **_LIVELY)),
        ("three voices", Recipe("ten-minutes", 600, three, 17, **_LIVELY, music=300)),
        ("three voices", Recipe("hour", 3600, three, 18, **_LIVELY, music=600)),
        ("four voices", Recipe("three-hours", 10800, four, 19, **_LIVELY, music=900)),
    )
    return (
        Case("jfk", "eleven seconds of a speech", _jfk),
        Case("phone", "half a minute of a phone call", lambda: _clips("sample.rttm")),
        Case("meetings", "eleven half-minutes of meetings", lambda: _clips("meeting.rttm")),
        Case("demo", "the demo recording", _demo),
        *(Case(recipe.name, about, partial(_load_made, recipe), recipe.seconds > 180) for about, recipe in made),
    )


def keep(dialogue: Dialogue, audio: Path) -> None:
    """Write a dialogue as a WAV file and its truth as JSON beside it."""
    truth = {
        "seconds": len(dialogue.samples) / dialogues.RATE,
        "words": [word.model_dump(exclude={"probability"}) for word in dialogue.words],
        "turns": [turn.model_dump() for turn in dialogue.turns],
        "music": dialogue.music,
    }
    audio.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 2, dialogues.RATE, 0, "NONE", ""))
        for piece in np.array_split(dialogue.samples, max(1, len(dialogue.samples) // (60 * dialogues.RATE))):
            file.writeframes((np.clip(piece, -1, 1) * 32767).astype("<i2").tobytes())
    store.write_text_atomic(audio.with_suffix(".json"), json.dumps(truth))


def _load_made(recipe: Recipe) -> tuple[Recording, ...]:
    audio = OUT / f"{recipe.name}-{_code_digest(recipe)}.wav"
    if not audio.with_suffix(".json").is_file():
        keep(dialogues.make(recipe), audio)
    truth = json.loads(audio.with_suffix(".json").read_text())
    words = tuple(Word.model_validate(one) for one in truth["words"])
    turns = tuple(Turn.model_validate(one) for one in truth["turns"])
    return (Recording(recipe.name, audio, truth["seconds"], words, turns, timed=True),)


@cache
def _code_digest(recipe: Recipe) -> str:
    code = b"".join((Path(__file__).parent / name).read_bytes() for name in _CODE)
    return hashlib.sha256(code + repr(recipe).encode()).hexdigest()[:12]


def _clips(truth: str) -> tuple[Recording, ...]:
    if not (SHARED / truth).is_file():
        return ()
    lines = [line for line in (SHARED / truth).read_text().splitlines() if line.startswith("SPEAKER")]
    made = []
    for name in dict.fromkeys(line.split()[1] for line in lines):
        turns = rttm.read_rttm("\n".join(line for line in lines if line.split()[1] == name), truth).root
        audio, seconds = _as_wav(SHARED / f"{name}.wav")
        made.append(Recording(name, audio, seconds, None, turns))
    return tuple(made)


def _jfk() -> tuple[Recording, ...]:
    """The words stand in the README of the shared data."""
    source = SHARED / "jfk.flac"
    if not source.is_file():
        return ()
    audio, seconds = _as_wav(source)
    said = re.search(r'jfk\.flac \("([^"]+)"\)', (SHARED.parent / "README.md").read_text())
    assert said, "the README does not say what is said in jfk.flac"
    return (Recording("jfk", audio, seconds, sentences.spread(said[1], 0.0, seconds, "A"), None),)


def _demo() -> tuple[Recording, ...]:
    folder = ROOT / "episodes" / "demo"
    lines = json.loads((folder / "truth.json").read_text())["lines"]
    audio, seconds = _as_wav(folder / "recording.mp3")
    words = [w for one in lines for w in sentences.spread(one["text"], one["start"], one["end"], one["speaker"])]
    turns = tuple(Turn(start=one["start"], end=one["end"], speaker=one["speaker"]) for one in lines)
    return (Recording("demo", audio, seconds, tuple(words), turns),)


def _as_wav(source: Path) -> tuple[Path, Seconds]:
    audio = OUT / f"{source.stem}-{store.digest_file(source)[:12]}.wav"
    if not audio.is_file():
        audio.parent.mkdir(parents=True, exist_ok=True)
        part = audio.with_suffix(".part.wav")
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), "-ac", "1", "-ar", str(dialogues.RATE)]
        subprocess.run([*command, "-bitexact", str(part)], check=True)
        part.replace(audio)
    with wave.open(str(audio), "rb") as file:
        return audio, file.getnframes() / file.getframerate()
