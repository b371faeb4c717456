"""Names in sentences, spoken by synthetic voices and heard by Whisper base: what a recogniser makes of them.

Voices are flite's (`apt-get install flite`) and Piper's where its command `piper` and a voice are there (PIPER_VOICE
names the .onnx file). What was heard is kept in benchmarks/out/names/heard.jsonl, because hearing it takes an hour.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.names import HERE

LIST = HERE / "names_spoken.txt"
CACHE = HERE / "out" / "names" / "heard.jsonl"
FLITE_VOICES = ("slt", "rms", "awb")
WITH_FULL_NAME = (
    "Today here with me is {}.",
    "I remember that {} told me about this a year ago.",
    "The book was written by {} and it sold well.",
    "When I first met {}, we talked for hours.",
    "So {} started the company in a small garage.",
    "Thank you, {}, for coming on the show.",
    "That was {}'s idea from the start.",
)
WITH_GIVEN_NAME = (
    "Thanks, {}, it is great to be here.",
    "And {} said that it would never work.",
    "I asked {} to wait.",
)
WITH_FAMILY_NAME = ("I think {} was right about that.", "That is what {} showed in the paper.", "It was {}'s result.")
WITH_THING = (
    "We used {} in the first version of the project.",
    "Then we switched everything over to {}.",
    "A lot of people ask me about {} these days.",
    "The team behind {} did great work.",
    "There was a talk about {} at the conference.",
    "If you look at {}, you can see the same pattern.",
)
_TOGETHER = 6  # sentences a clip: Whisper hears half a minute at once
_PAUSE = 0.3
_RATE = 16_000


@dataclass(frozen=True)
class Said:
    """A sentence to be spoken; `said` is the part of `term` in it."""

    held: bool
    term: str
    said: str
    sentence: str


@dataclass(frozen=True)
class Utterance:
    """What became of a sentence: `heard` stands for the name between `before` and `after`."""

    held: bool
    term: str
    said: str
    before: str
    heard: str
    after: str
    probabilities: tuple[float, ...]

    @property
    def text(self) -> str:
        """All that was heard."""
        return " ".join(part for part in (self.before, self.heard, self.after) if part)

    @property
    def wanted(self) -> str:
        """The text with the name right, its ending and punctuation kept."""
        core = re.sub(r"^\W+|\W+$", "", self.heard)
        ending = re.search(r"['’]s$", core)
        tail = (ending.group() if ending else "") + self.heard[self.heard.rfind(core) + len(core) :]
        return " ".join(part for part in (self.before, self.said + tail, self.after) if part)


def read_utterances() -> list[Utterance]:
    """All that was heard, from the cache or, the first time, spoken and heard now."""
    if not CACHE.exists():
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        part = CACHE.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(clip) + "\n" for clip in _hear_all())
        part.rename(CACHE)
    clips = (json.loads(line) for line in CACHE.read_text(encoding="utf-8").splitlines())
    return [utterance for clip in clips for utterance in _align(clip)]


def make_sentences() -> list[Said]:
    """Two or more sentences for each name in the list, in a shuffled order that is always the same."""
    chance, sentences, group = random.Random(7), [], ""  # noqa: S311
    for name in LIST.read_text(encoding="utf-8").splitlines():
        if name.startswith("["):
            group = name.strip("[]")
        elif name and not name.startswith("#"):
            frames = [(name, frame) for frame in chance.sample(WITH_THING, 2)]
            if group.endswith("people"):
                given, family = name.split(" ", 1)
                frames = [(name, frame) for frame in chance.sample(WITH_FULL_NAME, 2)]
                frames += [(given, chance.choice(WITH_GIVEN_NAME)), (family, chance.choice(WITH_FAMILY_NAME))]
            held = group.startswith("held")
            sentences += [Said(held, name, said, frame.format(said)) for said, frame in frames]
    chance.shuffle(sentences)
    return sentences


def _hear_all() -> Iterator[dict[str, Any]]:
    import numpy as np

    from pipeline import weights
    from pipeline.adapters import whisper

    recogniser = whisper.Recogniser(weights.whisper("base", cuda=False, fallback=False), compute_type="int8")
    sentences, voices = make_sentences(), _voices()
    pause = np.zeros(int(_PAUSE * _RATE), np.float32)
    for number, first in enumerate(range(0, len(sentences), _TOGETHER)):
        clip = sentences[first : first + _TOGETHER]
        sound = [part for one in clip for part in (_speak(one.sentence, voices[number % len(voices)]), pause)]
        heard = recogniser.transcribe(np.concatenate(sound), language="en", beam_size=2, vad=False)
        words = [(word.text, round(word.probability, 3)) for word in heard.words]
        yield {"rows": [asdict(one) for one in clip], "words": words}


def _voices() -> list[str]:
    piper = os.environ.get("PIPER_VOICE")
    return [*FLITE_VOICES, *([piper] * len(FLITE_VOICES) if piper and shutil.which("piper") else [])]


def _speak(sentence: str, voice: str) -> Any:
    """The sentence as 16 kHz float samples."""
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/said.wav"
        if voice in FLITE_VOICES:
            subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", path], check=True)
        else:
            subprocess.run(["piper", "-m", voice, "-f", path], input=sentence.encode(), check=True, capture_output=True)
        command = ["ffmpeg", "-v", "error", "-i", path, "-ar", str(_RATE), "-ac", "1", "-f", "f32le", "-"]
        return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)


def _align(clip: dict[str, Any]) -> Iterator[Utterance]:
    """Share the words heard out among the sentences of a clip; those that ran into each other are left out."""
    words = [(text.strip(), sure) for text, sure in clip["words"]]
    marks: list[tuple[int, bool]] = []  # of each word that was said, its sentence and whether it is of the name
    said: list[str] = []
    for number, row in enumerate(clip["rows"]):
        start = row["sentence"].index(row["said"])
        for found in re.finditer(r"\S+", row["sentence"]):
            said.append(_plain(found.group()))
            marks.append((number, found.start() < start + len(row["said"]) and found.end() > start))
    heard: list[tuple[int, bool] | None] = [None] * len(words)
    matcher = difflib.SequenceMatcher(None, said, [_plain(text) for text, _ in words], autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            heard[start:end] = marks[first:last]
        elif kind == "replace" and len({number for number, _ in marks[first:last]}) == 1:
            heard[start:end] = [(marks[first][0], any(name for _, name in marks[first:last]))] * (end - start)
        elif kind == "insert" and start:
            heard[start:end] = [heard[start - 1]] * (end - start)
    for number, row in enumerate(clip["rows"]):
        here = [at for at, mark in enumerate(heard) if mark and mark[0] == number]
        name = [at for at in here if heard[at] == (number, True)]
        if name and here == list(range(here[0], here[-1] + 1)) and name == list(range(name[0], name[-1] + 1)):
            parts = words[here[0] : name[0]], words[name[0] : name[-1] + 1], words[name[-1] + 1 : here[-1] + 1]
            before, middle, after = (" ".join(text for text, _ in part) for part in parts)
            sure = tuple(probability for part in parts for _, probability in part)
            yield Utterance(bool(row["held"]), row["term"], row["said"], before, middle, after, sure)


def _plain(word: str) -> str:
    return re.sub(r"[^\w']", "", word.lower())
