"""Other ways to find where topics turn, to stand beside ours: from a case to seconds at which chapters begin."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.boundary_cases import Case
from pipeline.editorial.words import STOP_WORDS, content_stems

_EVERY = 300.0
_SMOOTH = 7
_APART = 30.0
#: nltk's own: so many words in its pseudo-sentences.
_PSEUDO_SENTENCE = 20


def no_boundaries(_: Case) -> list[float]:
    """One chapter: it does well on Pk and is of no use."""
    return []


def even_spacing(case: Case) -> list[float]:
    """A boundary every five minutes."""
    return [float(one) for one in np.arange(_EVERY, case.transcript.duration - _APART, _EVERY)]


def nltk_as_it_comes(case: Case) -> list[float]:
    """TextTiling by nltk with its defaults, which choose the number too."""
    return [start for start, _, chosen in _nltk_gaps(case) if chosen and start > 0]


def nltk_deepest(case: Case) -> list[float]:
    """TextTiling by nltk: as many of its deepest gaps as five minutes go into the episode."""
    gaps = _nltk_gaps(case)
    return _deepest(case, [start for start, _, _ in gaps], [depth for _, depth, _ in gaps])


@cache
def _nltk_gaps(case: Case) -> tuple[tuple[float, float, bool], ...]:
    """The sentence start next to each gap, how deep the gap is, and whether nltk would cut there."""
    from nltk.tokenize.texttiling import TextTilingTokenizer

    texts = [segment.text for segment in case.transcript.segments]
    tiling = TextTilingTokenizer(w=_PSEUDO_SENTENCE, stopwords=STOP_WORDS, demo_mode=True)
    _, _, depths, chosen = tiling.tokenize("\n\n".join(texts))
    begins = [0]
    for text in texts:  # nltk counts words of letters, hyphens and apostrophes
        begins.append(begins[-1] + len(re.findall(r"\w+", re.sub(r"[^a-z\-' ]", "", text.lower()))))
    starts = [segment.start for segment in case.transcript.segments]
    found = []
    for gap, (depth, cut) in enumerate(zip(depths, chosen, strict=True), start=1):
        at = min(bisect_left(begins, gap * _PSEUDO_SENTENCE), len(starts) - 1)
        found.append((starts[at], float(depth), bool(cut)))
    return tuple(found)


def text_tiling(case: Case) -> list[float]:
    """TextTiling over tf-idf of sentences; as many of the deepest dips as five minutes go into the episode."""
    stems = [content_stems(segment.text) for segment in case.transcript.segments]
    found = Counter(one for sentence in stems for one in set(sentence))
    column = {term: at for at, term in enumerate(found)}
    rows = np.zeros((len(stems), len(column)))
    for row, sentence in zip(rows, stems, strict=True):
        for one in sentence:
            row[column[one]] += math.log(len(stems) / found[one])
    return _deepest_dips(case, rows)


def cosine_dips(case: Case) -> list[float]:
    """The same with nothing but sentence embeddings."""
    return _deepest_dips(case, np.asarray(case.vectors, float))


def _deepest_dips(case: Case, rows: NDArray[np.float64], width: int = 20) -> list[float]:
    count = len(rows)
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    alike = np.ones(count)
    for at in range(1, count):
        before, after = sums[at] - sums[max(0, at - width)], sums[min(count, at + width)] - sums[at]
        alike[at] = before @ after / (np.linalg.norm(before) * np.linalg.norm(after) + 1e-9)
    alike = np.convolve(np.pad(alike, _SMOOTH // 2, mode="edge"), np.ones(_SMOOTH) / _SMOOTH, "valid")
    depth = np.zeros(count)
    for at in range(1, count):
        left = right = at
        while left > 1 and alike[left - 1] >= alike[left]:
            left -= 1
        while right < count - 1 and alike[right + 1] >= alike[right]:
            right += 1
        depth[at] = alike[left] + alike[right] - 2 * alike[at]
    return _deepest(case, [segment.start for segment in case.transcript.segments], depth.tolist())


def _deepest(case: Case, starts: Sequence[float], depths: Sequence[float]) -> list[float]:
    chosen: list[float] = []
    for at in np.argsort(-np.asarray(depths), kind="stable"):
        apart = all(abs(starts[at] - other) >= _APART for other in chosen)
        if len(chosen) < int(case.transcript.duration / _EVERY) and apart and starts[at] >= _APART:
            chosen.append(starts[at])
    return sorted(chosen)
