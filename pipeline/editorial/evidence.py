"""How likely a topic turns before each sentence: what is meant, which words are used, who speaks, and how it is said.

Logistic regressions over measures of the places before each sentence. The measures follow TextTiling (Hearst 1997,
windows on both sides of a place, depth of the dip) with sentence embeddings beside words, and the cue phrases,
speaker changes and pauses of Galley, McKeown, Fosler-Lussier and Jing (ACL 2003). In a conversation people mark a new
topic by what they say; in a compilation of several conversations a new cast and new words mark it and nobody says
so. Each has its own weights, mixed by how much the cast turns over. `benchmarks/fit_boundaries.py` fits them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.editorial import breaks, cues, windows
from pipeline.editorial.casts import Cast
from pipeline.editorial.cues import Cues
from pipeline.editorial.weights import COMPILATION, CONVERSATION, UNCUED, UNNAMED
from pipeline.editorial.windows import Floats
from pipeline.editorial.words import count_words, is_content, tokens, topic_stems
from pipeline.models import Segment

#: A turnover of the cast up to here is one conversation, from there on a compilation; mixed in between.
_SAME_CAST, _OTHER_CAST = 0.65, 0.85
#: Seconds of silence before a sentence count from here on; the chapters at hand have no real pauses to learn from.
_BREATH = 0.8
_PAUSE_WEIGHT = 0.6
#: A vocabulary beyond this many words of an episode adds memory and no evidence.
_MOST_TERMS = 3000
#: New names count when they come within so many words.
_NAMES_AHEAD = 40.0
#: The end of an episode: so many seconds, or this share of a short one.
_END, _END_SHARE = 120.0, 0.04


def topic_turns(
    segments: Sequence[Segment], vectors: NDArray[np.floating], language: str | None = "en"
) -> tuple[float, ...]:
    """For each sentence the probability in [0, 1] that a topic begins with it; 0 for the first.

    `vectors` are the unit-length embeddings of the sentences, shape [sentences, dimensions]; `language` is the one
    of segments that name none. Where its cue phrases are not known, or no speaker is, the rest has weights of its own.
    """
    if len(segments) < 3:
        return (0.0,) * len(segments)
    measures = measure(segments, vectors, language)
    if not cues.in_language(language or ""):
        turns = mix(measures, UNCUED, COMPILATION)
    elif not any(segment.speaker for segment in segments):
        turns = mix(measures, UNNAMED, UNNAMED)
    else:
        turns = mix(measures, CONVERSATION, COMPILATION)
    return tuple(round(float(turn), 4) for turn in turns)


def mix(measures: Mapping[str, Floats], conversation: Mapping[str, float], compilation: Mapping[str, float]) -> Floats:
    """The probabilities that two tables of weights give, each as far as the episode is of its kind."""
    compiled = measures["compiled"]
    turns = (1 - compiled) * _weigh(measures, conversation) + compiled * _weigh(measures, compilation)
    turns[0] = 0
    return np.asarray(turns, float)


def _weigh(measures: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    score = weights["bias"] + sum(weight * measures[name] for name, weight in weights.items() if name != "bias")
    return np.asarray(1 / (1 + np.exp(-(score + measures["marked"]))), float)


def pauses(segments: Sequence[Segment]) -> Floats:
    """The silence before each sentence beyond a breath, as log2(1 + seconds), at most 3."""
    gaps = [0.0, *(after.start - before.end for before, after in pairwise(segments))]
    return np.asarray(np.minimum(3, np.log2(1 + np.maximum(0, np.array(gaps) - _BREATH))), float)


def measure(
    segments: Sequence[Segment], vectors: NDArray[np.floating], language: str | None = "en"
) -> dict[str, Floats]:
    """Every measure by name, each with a value for the place before each sentence.

    `compiled`, the same everywhere, says how far the episode is a compilation: 0 not at all, 1 fully. `marked` are
    log-odds for pauses and breaks that come on top of what the weights give.
    """
    texts = [segment.text for segment in segments]
    stems = [topic_stems(text) for text in texts]
    lengths = np.array([max(1, count_words(text)) for text in texts], float)
    cast = Cast(segments, lengths)
    compiled = min(1.0, max(0.0, (cast.turnover() - _SAME_CAST) / (_OTHER_CAST - _SAME_CAST)))
    starts = np.array([segment.start for segment in segments])
    last = segments[-1].end
    meaning = _meaning(np.asarray(vectors, float), np.array([len(one) for one in stems], float))
    return {
        **meaning,
        **_vocabulary(stems, lengths),
        "names": _new_names(texts, lengths),
        **cast.measures(),
        **_speech(segments, lengths, cast, language),
        "ending": (starts > last - min(_END, _END_SHARE * last)).astype(float),
        "compiled": np.full(len(segments), compiled),
        "marked": _PAUSE_WEIGHT * pauses(segments) + breaks.odds(segments, meaning["meaning_100"], language),
    }


def _meaning(vectors: Floats, content: Floats) -> dict[str, Floats]:
    """How far apart the embeddings before and after each place are, in windows of so many content words.

    `meaning` is relative to the episode (centred on its mean, z-scores), `contrast` absolute, `dip` the depth of the
    dip in similarity.
    """
    weights = np.minimum(20, content) + 0.01
    centred = vectors - weights @ vectors / weights.sum()
    measures: dict[str, Floats] = {}
    for width in (100, 350):
        measures[f"meaning_{width}"] = windows.standardise(windows.distance(*windows.around(centred, weights, width)))
    far = windows.distance(*windows.around(centred, weights, 200))
    measures["dip"] = windows.standardise(np.sqrt(windows.depth(far)))
    measures["contrast"] = 5 * windows.distance(*windows.around(vectors, weights, 100))
    return measures


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
        before, after = windows.around(said * rarity, one_each, width, lengths)
        # Differences of running sums miss zero by a rounding error, on either side.
        before, after = np.sqrt(np.maximum(0, before)), np.sqrt(np.maximum(0, after))
        measures[f"words_{width}"] = windows.standardise(windows.distance(before, after))
    present = (said > 0).astype(float)
    before, after = windows.around(present, one_each, 14)
    at_once = windows.around(present, one_each, 3)[1]
    arriving = ((at_once > 0) * (before == 0) * np.clip(after - 1, 0, 3)) @ rarity
    return {**measures, "arriving": windows.standardise(np.sqrt(arriving))}


def _new_names(texts: Sequence[str], lengths: Floats) -> Floats:
    """How many names and numbers that were not said before come in the next words."""
    heard: set[str] = set()
    fresh = np.zeros(len(texts))
    for at, text in enumerate(texts):
        found = {word.lower() for number, word in enumerate(tokens(text)) if _is_name(word, begins=number == 0)}
        fresh[at] = len(found - heard)
        heard |= found
    ends, sums = (np.concatenate([[0.0], np.cumsum(one)]) for one in (lengths, fresh))
    reach = np.minimum(np.searchsorted(ends, ends[:-1] + _NAMES_AHEAD), len(texts))
    return windows.standardise(np.sqrt(sums[reach] - sums[:-1]))


def _is_name(word: str, *, begins: bool) -> bool:
    if len(word) < 2:
        return False
    inside = any(sign.isdigit() for sign in word) or any(sign.isupper() for sign in word[1:])
    return inside or (word[0].isupper() and not begins and is_content(word))


def _speech(segments: Sequence[Segment], lengths: Floats, cast: Cast, language: str | None) -> dict[str, Floats]:
    """Announcements, openings, items of a list, and replies that close."""
    texts = [segment.text for segment in segments]
    known = [cues.in_language(segment.language or language or "") for segment in segments]

    def mark(says: Callable[[Cues, str], float], given: Sequence[str] = texts) -> Floats:
        return np.array([float(says(one, text)) if one else 0.0 for one, text in zip(known, given, strict=True)])

    item, closing = mark(Cues.names_item), mark(Cues.closes_exchange)
    return {
        "cues": mark(Cues.count_announcements, [cast.words_ahead(texts, at, 30) for at in range(len(texts))]),
        "cue_first": np.minimum(1, mark(Cues.count_announcements, [" ".join(text.split()[:14]) for text in texts])),
        "opening": mark(Cues.opens_topic),
        "moving": cast.soon(mark(Cues.moves_on), 2),
        "item": item,
        "item_soon": cast.soon(item, 2),
        "reply": closing * (lengths < 5),
        "closed": _just_before(closing * (lengths < 6), 2),
    }


def _just_before(marks: Floats, sentences: int) -> Floats:
    """Whether one of the marks is on the last sentences before each."""
    found = np.zeros(len(marks))
    for back in range(1, min(sentences, len(marks) - 1) + 1):
        found[back:] = np.maximum(found[back:], marks[:-back])
    return found
