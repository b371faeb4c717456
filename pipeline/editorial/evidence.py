"""How likely a topic turns before each sentence: what is meant, which words are used, who speaks, and how it is said.

A logistic regression over measures of the places before each sentence. The measures follow TextTiling (Hearst 1997,
windows on both sides of a place, depth of the dip) with sentence embeddings beside words, and the cue phrases,
speaker changes and pauses of Galley, McKeown, Fosler-Lussier and Jing (ACL 2003). `benchmarks/fit_boundaries.py`
fits the weights on ../shared/data/chapters and prints them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.editorial import cues
from pipeline.editorial.weights import BIAS, WEIGHTS
from pipeline.editorial.words import content_stems
from pipeline.models import Segment

Floats = NDArray[np.float64]

#: Seconds of silence before a sentence count from here on; the chapters at hand have no real pauses to learn from.
_BREATH = 0.8
_PAUSE_WEIGHT = 0.6
#: A vocabulary beyond this many words of an episode adds memory and no evidence.
_MOST_TERMS = 3000
#: The end of an episode: so many seconds, or this share of a short one.
_END, _END_SHARE = 120.0, 0.04


def topic_turns(segments: Sequence[Segment], vectors: NDArray[np.floating]) -> tuple[float, ...]:
    """For each sentence the probability in [0, 1] that a topic begins with it; 0 for the first.

    `vectors` are the unit-length embeddings of the sentences, shape [sentences, dimensions].
    """
    if len(segments) < 3:
        return (0.0,) * len(segments)
    measures = measure(segments, vectors)
    score = BIAS + sum(WEIGHTS[name] * measures[name] for name in WEIGHTS) + _PAUSE_WEIGHT * pauses(segments)
    turns = 1 / (1 + np.exp(-score))
    turns[0] = 0
    return tuple(round(float(turn), 4) for turn in turns)


def pauses(segments: Sequence[Segment]) -> Floats:
    """The silence before each sentence beyond a breath, as log2(1 + seconds), at most 3."""
    gaps = [0.0, *(after.start - before.end for before, after in pairwise(segments))]
    return np.asarray(np.minimum(3, np.log2(1 + np.maximum(0, np.array(gaps) - _BREATH))), float)


def measure(segments: Sequence[Segment], vectors: NDArray[np.floating]) -> dict[str, Floats]:
    """Every measure by name, each with a value for the place before each sentence."""
    texts = [segment.text for segment in segments]
    stems = [content_stems(text) for text in texts]
    lengths = np.array([max(1, len(text.split())) for text in texts], float)
    speakers = _Speakers(segments, lengths)
    measures = {
        **_meaning(np.asarray(vectors, float), np.array([len(one) for one in stems], float), lengths),
        **_vocabulary(stems, lengths),
        **speakers.measures(),
        **_speech(texts, lengths, speakers),
    }
    variety = measures["variety"]
    measures["variety_x_cues"] = variety * (measures["cues"] + measures["opening"])
    measures["variety_x_words"] = variety * measures["words_250"]
    starts = np.array([segment.start for segment in segments])
    last = segments[-1].end
    measures["ending"] = (starts > last - min(_END, _END_SHARE * last)).astype(float)
    return measures


def _meaning(vectors: Floats, content: Floats, lengths: Floats) -> dict[str, Floats]:
    """How far apart the embeddings before and after each place are, in windows of so many content words.

    `meaning` is relative to the episode (centred on its mean, z-scores), `contrast` absolute, `dip` the depth of the
    dip in similarity, `variety` how much the episode's parts differ from each other.
    """
    weights = np.minimum(20, content) + 0.01
    centred = vectors - weights @ vectors / weights.sum()
    measures: dict[str, Floats] = {}
    for width in (100, 350):
        measures[f"meaning_{width}"] = _standardise(_distance(*_windows(centred, weights, width)))
    measures["dip"] = _standardise(np.sqrt(_depth(_distance(*_windows(centred, weights, 200)))))
    measures["contrast"] = 5 * _distance(*_windows(vectors, weights, 100))
    measures["variety"] = np.full(len(vectors), 3 * _variety(vectors, lengths))
    return measures


def _variety(vectors: Floats, lengths: Floats) -> float:
    """The mean cosine distance between parts of about 300 words that do not lie near each other."""
    part = np.floor(np.cumsum(lengths) / 300).astype(int)
    sums = np.stack([lengths[part == one] @ vectors[part == one] for one in np.unique(part)])
    unit = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
    apart = np.abs(np.subtract.outer(np.arange(len(unit)), np.arange(len(unit)))) > 3
    return float(1 - (unit @ unit.T)[apart].mean()) if apart.any() else 0.5


def _vocabulary(stems: Sequence[Sequence[str]], lengths: Floats) -> dict[str, Floats]:
    """How different the words before and after each place are, and how many terms arrive just there, to stay."""
    counts = Counter(one for sentence in stems for one in sentence)
    terms = {term: at for at, (term, count) in enumerate(counts.most_common(_MOST_TERMS)) if count > 1}
    said = np.zeros((len(stems), max(1, len(terms))))
    for row, sentence in zip(said, stems, strict=True):
        for one in sentence:
            if one in terms:
                row[terms[one]] += 1
    block = np.floor(np.cumsum(lengths) / 120).astype(int)
    blocks = np.stack([said[block == one].any(axis=0) for one in np.unique(block)])
    rarity = np.log((len(blocks) + 0.5) / np.maximum(1, blocks.sum(axis=0)))
    measures, one_each = {}, np.ones(len(stems))
    for width in (100, 250):
        before, after = _windows(said * rarity, one_each, width, lengths)
        # Differences of running sums miss zero by a rounding error, on either side.
        before, after = np.sqrt(np.maximum(0, before)), np.sqrt(np.maximum(0, after))
        measures[f"words_{width}"] = _standardise(_distance(before, after))
    present = (said > 0).astype(float)
    before, after = _windows(present, one_each, 14)
    at_once = _windows(present, one_each, 3)[1]
    arriving = ((at_once > 0) * (before == 0) * np.clip(after - 1, 0, 3)) @ rarity
    return {**measures, "arriving": _standardise(np.sqrt(arriving))}


class _Speakers:
    """Who speaks each sentence, in which turn, and who of them asks the questions."""

    def __init__(self, segments: Sequence[Segment], lengths: Floats) -> None:
        names = [segment.speaker or "" for segment in segments]
        known = sorted(set(names))
        self.lengths = lengths
        self.speaks = np.array([[float(name == one) for one in known] for name in names])
        self.changes = np.array([0.0, *(float(one != other) for one, other in pairwise(names))])
        self.turn = np.cumsum(self.changes).astype(int)
        self.asks = np.array([float(segment.text.rstrip(" \"'”’)").endswith(("?", "？"))) for segment in segments])
        rate = (self.asks @ self.speaks + 0.5) / (lengths @ self.speaks + 50)
        self.hosting = self.speaks @ (rate / rate.max()) if len(known) > 1 else np.zeros(len(names))

    def measures(self) -> dict[str, Floats]:
        """Changes of speaker, the length of the turn that begins, and changes of the whole cast."""
        said = np.bincount(self.turn, weights=self.lengths)[self.turn]
        measures = {
            "speaker": self.changes,
            "turn_length": np.minimum(1, said / 60) * self.changes,
            "host": self.hosting * self.changes,
        }
        for width in (400, 1000):
            before, after = _windows(self.speaks, np.ones(len(self.speaks)), width, self.lengths)
            before /= before.sum(axis=1, keepdims=True) + 1e-9
            after /= after.sum(axis=1, keepdims=True) + 1e-9
            gone = (before * (after < 0.02)).sum(axis=1) + (after * (before < 0.02)).sum(axis=1)
            gone[0] = 0
            measures[f"cast_{width}"] = np.maximum(0, gone - 0.8) * self.changes
        measures["cast_peak"] = measures["cast_1000"] * (gone >= _highest_near(gone, 12) - 1e-9)
        return measures


def _speech(texts: Sequence[str], lengths: Floats, speakers: _Speakers) -> dict[str, Floats]:
    """Announcements, openings, replies that close, and questions."""
    count = len(texts)
    ahead = [_words_ahead(texts, speakers.turn, at, 30) for at in range(count)]
    closing = np.array([float(cues.closes_exchange(text)) for text in texts])
    asking = np.array([float(_asks_soon(speakers, lengths, at)) for at in range(count)])
    return {
        "cues": np.array([float(cues.count_announcements(text)) for text in ahead]),
        "cue_first": np.array([float(cues.count_announcements(" ".join(text.split()[:14])) > 0) for text in texts]),
        "opening": np.array([float(cues.opens_topic(text)) for text in texts]),
        "reply": closing * (lengths < 5),
        "asking": asking * speakers.changes,
    }


def _words_ahead(texts: Sequence[str], turn: NDArray[np.int_], at: int, most: int) -> str:
    """The next words of the same turn."""
    words: list[str] = []
    while at < len(texts) and len(words) < most and (not words or turn[at] == turn[at - 1]):
        words += texts[at].split()
        at += 1
    return " ".join(words[:most])


def _asks_soon(speakers: _Speakers, lengths: Floats, at: int) -> bool:
    """Whether a question comes in the next 60 words of the same turn."""
    turn, said = speakers.turn[at], 0.0
    while at < len(lengths) and said < 60 and speakers.turn[at] == turn:
        if speakers.asks[at]:
            return True
        said += lengths[at]
        at += 1
    return False


def _windows(rows: Floats, weights: Floats, width: float, sizes: Floats | None = None) -> tuple[Floats, Floats]:
    """Weighted sums of the rows before and after each place, as far as `width` in `sizes` (or in the weights)."""
    count = len(rows)
    ends = np.concatenate([[0.0], np.cumsum(weights if sizes is None else sizes)])
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows * weights[:, None], axis=0)])
    here = np.arange(count)
    first = np.minimum(np.searchsorted(ends, ends[:-1] - width), np.maximum(here - 1, 0))
    last = np.maximum(np.searchsorted(ends, ends[:-1] + width, side="right") - 1, here + 1)
    return sums[here] - sums[first], sums[np.minimum(last, count)] - sums[here]


def _distance(one: Floats, other: Floats) -> Floats:
    """Cosine distances of rows; the first place, which has nothing before it, gets their mean."""
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    far = np.asarray(1 - (one * other).sum(axis=1) / (norms + 1e-9), float)
    far[0] = far[1:].mean()
    return far


def _depth(far: Floats) -> Floats:
    """How high each place stands above the valleys on both sides (Hearst's depth score), on a smoothed line."""
    smooth = np.convolve(np.pad(far, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    left, right = smooth.copy(), smooth.copy()
    for at in range(1, len(smooth)):
        if smooth[at - 1] <= smooth[at]:
            left[at] = left[at - 1]
    for at in range(len(smooth) - 2, -1, -1):
        if smooth[at + 1] <= smooth[at]:
            right[at] = right[at + 1]
    return np.asarray(np.maximum(0, 2 * smooth - left - right), float)


def _standardise(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), float)


def _highest_near(values: Floats, reach: int) -> Floats:
    """The highest value among `reach` places on both sides of each."""
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1), float)
