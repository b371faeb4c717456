"""Which sentences speak for an episode: close to what it and their chapter are about, and each saying something new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.editorial.keyphrases import Phrase, telling
from pipeline.editorial.statements import Statement

Floats = NDArray[np.float64]
#: A sentence as similar as this (cosine) to one that was taken says nothing new.
_SAME = 0.75
#: So many phrases stand for what an episode is about.
_KEYS = 25
#: How much each further sentence of a chapter that has one already is worth.
_AGAIN = 0.6


def statement_vectors(statements: Sequence[Statement], vectors: NDArray[np.floating]) -> Floats:
    """A unit vector for each statement, the mean of its segments'."""
    if not statements:
        return np.zeros((0, vectors.shape[1] if vectors.ndim == 2 else 0))
    rows = np.stack([np.asarray(vectors[list(one.rows)], float).mean(axis=0) for one in statements])
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


def centrality(vectors: Floats, weights: Sequence[float], chapters: Sequence[int]) -> Floats:
    """How central each statement is, from 0 to 1: half to the episode, half to its chapter.

    The mean cosine similarity to all others, which is LexRank's degree centrality (Erkan and Radev 2004) without a
    threshold; `weights` say how much each counts as company (words), `chapters` where each stands.
    """
    if not len(vectors):
        return np.zeros(0)
    mass = np.asarray(weights, float)
    place = np.asarray(chapters)
    near = _scaled(vectors @ (mass @ vectors))
    local = np.zeros(len(vectors))
    for chapter in np.unique(place):
        here = place == chapter
        local[here] = _scaled(vectors[here] @ (mass[here] @ vectors[here]))
    return (near + local) / 2


def keyness(statements: Sequence[Statement], phrases: Sequence[Phrase], segments: int) -> Floats:
    """How many of the episode's most telling phrases each statement says, from 0 to 1; three good ones are enough."""
    best = sorted(phrases, key=lambda one: (-telling(one), one.places[0], one.text))[:_KEYS]
    said = np.zeros(segments)
    for phrase in best:
        said[sorted(set(phrase.places))] += telling(phrase) / telling(best[0])
    return np.array([min(1.0, float(said[list(one.rows)].sum()) / 2) for one in statements])


def pick(scores: Floats, vectors: Floats, chapters: Sequence[int], count: int, taken: Sequence[int] = ()) -> list[int]:
    """The best `count` statements in order of place, spread over chapters, none much like another or like `taken`.

    Statements with a score of 0 are never picked.
    """
    chosen: list[int] = []
    held = list(taken)
    worth = scores.astype(float).copy()
    while len(chosen) < count and len(worth):
        spread = np.array([_AGAIN ** sum(chapters[one] == chapter for one in chosen) for chapter in chapters])
        if held:
            spread = spread * ((vectors @ vectors[held].T).max(axis=1) < _SAME)
        best = int(np.argmax(worth * spread))
        if worth[best] * spread[best] <= 0:
            break
        chosen.append(best)
        held.append(best)
    return sorted(chosen)


def _scaled(values: Floats) -> Floats:
    low, high = values.min(), values.max()
    return np.asarray((values - low) / (high - low)) if high > low else np.full(len(values), 0.5)
