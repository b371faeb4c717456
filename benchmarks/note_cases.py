"""Episodes with chapter titles and show notes that people wrote, as briefs; and how alike two texts are."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import boundary_cases
from pipeline import weights
from pipeline.adapters import embeddings
from pipeline.editorial.engine import Brief
from pipeline.editorial.words import stem

#: A chapter's human time may fall a little after the sentence that it means.
_EARLY = 0.5
_WORD = re.compile(r"[\w#]+(?:[.'’][\w#]+)*")


@dataclass(frozen=True, eq=False)
class Case:
    """An episode with human boundaries as a brief; `titles` has a human title for each chapter, "" where there is none.

    `summary` is what people wrote of the episode in running text, `heading` the title that they gave it.
    """

    name: str
    source: str
    brief: Brief
    titles: tuple[str, ...]
    summary: str
    heading: str


def load_cases() -> list[Case]:
    """Every episode of shared/data/chapters/real."""
    known = {case.name: case for case in boundary_cases.load_cases() if not case.joined}
    files = sorted((boundary_cases.SHARED / "chapters/real").glob("*.json"))
    return [_case(file, known[file.stem]) for file in files]


def _case(file: Path, known: boundary_cases.Case) -> Case:
    data = json.loads(file.read_text(encoding="utf-8"))
    starts = [segment.start for segment in known.transcript.segments]
    titles: dict[int, str] = {0: ""}
    for chapter in data["chapters"]:
        at = bisect_left(starts, chapter["start"] - _EARLY)
        if at < len(starts):
            titles[at] = chapter["title"]
    begins = tuple(sorted(titles))
    brief = Brief(known.transcript, known.vectors, begins, tuple(starts[at] if at else 0.0 for at in begins))
    heading = re.sub("''", "’", data["title"])
    return Case(file.stem, known.source, brief, tuple(titles[at] for at in begins), _prose(data), heading)


def _prose(data: dict[str, str | None]) -> str:
    """The running text of human notes: neither lists of links nor calls to subscribe."""
    text = data.get("summary_human") or data.get("show_notes_text") or ""
    paragraphs = re.split(r"\n\s*\n", text)
    first = paragraphs[0] if paragraphs else ""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", first)
    return "" if "http" in plain else " ".join(plain.split())


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of texts, [texts, dimensions], by the packaged sentence embedding."""
    return embeddings.encode(list(texts), weights.sentence_embedding())


def rouge_l(one: str, other: str) -> float:
    """ROUGE-L (Lin 2004): F1 of the longest common subsequence of the words' stems."""
    words = [[stem(word) for word in _WORD.findall(text)] for text in (one, other)]
    if not all(words):
        return 0.0
    row = [0] * (len(words[1]) + 1)
    for word in words[0]:
        before = row
        row = [0]
        for at, against in enumerate(words[1]):
            row.append(before[at] + 1 if word == against else max(row[-1], before[at + 1]))
    return 2 * row[-1] / (len(words[0]) + len(words[1]))
