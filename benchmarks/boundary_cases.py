"""Episodes with known chapter boundaries, cut into sentences and embedded as the pipeline does it."""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline import sentences, store, weights
from pipeline.adapters import embeddings
from pipeline.models import Segment, Transcript, Word

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
#: Embeddings are kept here between runs.
CACHE = Path(tempfile.gettempdir()) / "showrunner-boundaries"
#: Where the chapters of a file come from, by the beginning of its name.
_SOURCES = {"bt_bitcoin-explained": "explained", "bt_bitcoin-review": "review", "bt_chaincode": "chaincode"}


@dataclass(frozen=True, eq=False)
class Case:
    """An episode: its transcript, its sentence embeddings, and the seconds at which chapters begin."""

    name: str
    source: str
    transcript: Transcript
    vectors: NDArray[np.floating]
    known: tuple[float, ...]

    @property
    def joined(self) -> bool:
        """Whether the boundaries are joins rather than chapters that a person made."""
        return self.source.startswith("joined")


def load_cases() -> list[Case]:
    """Every case of shared/data/chapters."""
    files = [*sorted((SHARED / "chapters/real").glob("*.json")), *sorted((SHARED / "chapters/joined").glob("*.json"))]
    return [_case(file) for file in files]


def load_episodes() -> list[Case]:
    """The whole episodes of shared/data/shownotes, without known boundaries."""
    return [_case(file) for file in sorted((SHARED / "shownotes").glob("*.json"))]


def join_excerpts(count: int) -> list[Case]:
    """Made cases: seven excerpts of five to eleven minutes, of different episodes of shared/data/shownotes, joined."""
    episodes = load_episodes()
    return [_join(episodes, seed) for seed in range(count)]


def _case(file: Path) -> Case:
    data = json.loads(file.read_text(encoding="utf-8"))
    transcript = _transcript(data["segments"])
    known = tuple(float(one["start"]) for one in data.get("chapters", []) if one["start"] > 1)
    return Case(file.stem, _source(file), transcript, _vectors(transcript, CACHE / f"{file.stem}.npy"), known)


def _source(file: Path) -> str:
    if file.parent.name == "joined":
        return "joined " + file.stem.split("_")[1]
    short = re.split(r"\d|_", file.stem)[0]
    return next((name for head, name in _SOURCES.items() if file.stem.startswith(head)), short)


def _transcript(rows: Sequence[dict[str, Any]]) -> Transcript:
    words: list[Word] = []
    for row in rows:
        words += sentences.spread(row["text"], row["start"], row["end"], row.get("speaker"))
    return Transcript(language="en", duration=rows[-1]["end"], model="human", segments=sentences.to_segments(words))


def _vectors(transcript: Transcript, kept: Path) -> NDArray[np.floating]:
    if kept.is_file() and len(made := embeddings.read_npy(kept)) == len(transcript.segments):
        return made
    made = embeddings.encode([segment.text for segment in transcript.segments], weights.sentence_embedding())
    store.write_atomic(kept, embeddings.to_npy(made))
    return made


def _join(episodes: Sequence[Case], seed: int) -> Case:
    chance = random.Random(seed)  # noqa: S311  a repeatable draw, no secret
    segments: list[Segment] = []
    vectors: list[NDArray[np.floating]] = []
    known: list[float] = []
    for episode in chance.sample(list(episodes), 7):
        rows = list(_excerpt(episode.transcript.segments, chance))
        begin = segments[-1].end if segments else 0.0
        if segments:
            known.append(begin)
        for row in rows:
            old = episode.transcript.segments[row]
            shift = begin - episode.transcript.segments[rows[0]].start
            moved = {"id": len(segments), "start": old.start + shift, "end": old.end + shift, "words": ()}
            segments.append(old.model_copy(update=moved))
        vectors.append(episode.vectors[rows])
    transcript = Transcript(language="en", duration=segments[-1].end, model="human", segments=tuple(segments))
    return Case(f"made {seed}", "joined made", transcript, np.concatenate(vectors), tuple(known))


def _excerpt(segments: Sequence[Segment], chance: random.Random) -> Iterator[int]:
    """The rows of an excerpt that begins and ends where the speaker changes."""
    length = chance.uniform(300, 660)
    start = chance.uniform(60, max(61.0, segments[-1].end - length - 60))
    turns = [0, *(at for at, (one, other) in enumerate(pairwise(segments), 1) if one.speaker != other.speaker)]
    first = next((at for at in turns if segments[at].start >= start), turns[-1])
    last = max((at for at in turns if segments[at].start <= segments[first].start + length), default=len(segments))
    yield from range(first, last if last > first else len(segments))
