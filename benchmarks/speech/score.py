"""How far words and speakers are from the truth. Every result is a count, so that files can be added up.

Word error rate is jiwer's after Whisper's English normaliser; diarization error rate is pyannote.metrics', overlap
scored; concatenated minimum-permutation word error rate is meeteval's. What a word's speaker is worth is our own
measure, described at `attribute`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise
from typing import Any, Self

from pipeline.models import Seconds, Turn, Word

#: So close to a change of speaker a word is near it.
NEAR: Seconds = 1.0


class _Counts:
    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class WordErrors(_Counts):
    """Against `words` of the truth: how many were said otherwise, left out, or put in."""

    substituted: int = 0
    deleted: int = 0
    inserted: int = 0
    words: int = 0

    @property
    def rate(self) -> float | None:
        """The word error rate; None without words."""
        return _share(self.substituted + self.deleted + self.inserted, self.words)


@dataclass(frozen=True, slots=True)
class TurnErrors(_Counts):
    """Seconds of speech that were missed, invented, or given to another, of `speech` seconds (overlap counts twice)."""

    missed: float = 0.0
    invented: float = 0.0
    confused: float = 0.0
    speech: float = 0.0

    @property
    def rate(self) -> float | None:
        """The diarization error rate; None without speech."""
        return _share(self.missed + self.invented + self.confused, self.speech)


@dataclass(frozen=True, slots=True)
class Attributed(_Counts):
    """Of `words` that were heard, how many have the right speaker, and none; the same near changes of speaker."""

    right: int = 0
    orphans: int = 0
    words: int = 0
    near_right: int = 0
    near_words: int = 0

    @property
    def share(self) -> float | None:
        """The share of heard words with the right speaker."""
        return _share(self.right, self.words)

    @property
    def near_share(self) -> float | None:
        """The same within NEAR seconds of a change."""
        return _share(self.near_right, self.near_words)


def count_word_errors(truth: Iterable[Word], heard: str) -> WordErrors:
    """The text against the words of the truth in the order of their starts."""
    said, written = normalise(" ".join(word.text for word in _in_order(truth))), normalise(heard)
    if not said:  # jiwer refuses an empty reference
        return WordErrors(inserted=len(written.split()))
    import jiwer

    found = jiwer.process_words(said, written)
    return WordErrors(found.substitutions, found.deletions, found.insertions, len(said.split()))


def count_turn_errors(truth: Sequence[Turn], found: Sequence[Turn], end: Seconds, collar: Seconds) -> TurnErrors:
    """Over [0, end). The collar is on each side of a boundary, as NIST means it: pyannote's own is twice that."""
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=2 * collar, skip_overlap=False)
    parts = metric.compute_components(_annotation(truth), _annotation(found), uem=Timeline([Segment(0.0, end)]))
    return TurnErrors(parts["missed detection"], parts["false alarm"], parts["confusion"], parts["total"])


def count_speaker_word_errors(truth: Iterable[Word], heard: Iterable[Word]) -> WordErrors:
    """cpWER: each speaker's words joined, and speakers paired as suits best; a word without a speaker is its own."""
    from meeteval.wer import cp_word_error_rate

    found = cp_word_error_rate(_streams(truth), _streams(heard), reference_sort=False, hypothesis_sort=False)
    return WordErrors(found.substitutions, found.deletions, found.insertions, found.length)


def attribute(truth: Iterable[Word], heard: Iterable[Word]) -> Attributed:
    """The speakers of the words that were heard.

    Words are paired by spelling, with the fewest edits; a word that was misheard is paired too, one left out or
    put in is not counted. Labels are paired with speakers so that most words are right. A change of speaker is midway
    between two words of different speakers.
    """
    said, spoken = _in_order(truth), list(heard)
    pairs = [(said[at], spoken[by], at) for at, by in pair_words(said, spoken)]
    names = _pair_speakers([(one.speaker, other.speaker) for one, other, _ in pairs])
    near = near_changes(said)
    right = [other.speaker is not None and names.get(other.speaker) == one.speaker for one, other, _ in pairs]
    return Attributed(
        right=sum(right),
        orphans=sum(other.speaker is None for _, other, _ in pairs),
        words=len(pairs),
        near_right=sum(ok for ok, (_, _, at) in zip(right, pairs, strict=True) if near[at]),
        near_words=sum(near[at] for _, _, at in pairs),
    )


def time_errors(truth: Iterable[Word], heard: Sequence[Word]) -> list[Seconds]:
    """How far each start and each end is off, for words that were heard as they were said."""
    said = _in_order(truth)
    off: list[Seconds] = []
    for at, by in pair_words(said, heard):
        if _plain(said[at].text) == _plain(heard[by].text):
            off += [abs(said[at].start - heard[by].start), abs(said[at].end - heard[by].end)]
    return off


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` of them do not exceed; None without values."""
    if not values:
        return None
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def near_changes(words: Sequence[Word]) -> list[bool]:
    """For each word whether it lies within NEAR seconds of a change of speaker; words are by start."""
    changes = sorted((one.end + other.start) / 2 for one, other in pairwise(words) if one.speaker != other.speaker)
    close = ((word, bisect_right(changes, word.start - NEAR)) for word in words)
    return [at < len(changes) and changes[at] < word.end + NEAR for word, at in close]


def pair_words(said: Sequence[Word], heard: Sequence[Word]) -> list[tuple[int, int]]:
    """Which word of the truth was heard as which, by place, both ascending: the alignment with the fewest edits."""
    import jiwer

    left = [(plain, at) for at, word in enumerate(said) for plain in _plain(word.text).split()]
    right = [(plain, at) for at, word in enumerate(heard) for plain in _plain(word.text).split()]
    if not left or not right:
        return []
    found = jiwer.process_words(" ".join(plain for plain, _ in left), " ".join(plain for plain, _ in right))
    pairs: dict[int, int] = {}
    for chunk in found.alignments[0]:
        if chunk.type in ("equal", "substitute"):
            for step in range(chunk.ref_end_idx - chunk.ref_start_idx):
                pairs.setdefault(left[chunk.ref_start_idx + step][1], right[chunk.hyp_start_idx + step][1])
    return list(pairs.items())


def normalise(text: str) -> str:
    """As OpenAI's evaluation of Whisper does for English: numbers, contractions, spelling, fillers."""
    return str(_normaliser()(text))


@cache
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


def _plain(text: str) -> str:
    return re.sub(r"[^\w' ]+", " ", text.casefold().replace("’", "'")).strip()


def _in_order(words: Iterable[Word]) -> list[Word]:
    return sorted(words, key=lambda word: word.start)


def _streams(words: Iterable[Word]) -> dict[str, str]:
    spoken: dict[str, list[str]] = {}
    for word in words:
        spoken.setdefault(word.speaker or "nobody", []).append(word.text)
    return {speaker: normalise(" ".join(texts)) for speaker, texts in spoken.items()} or {"nobody": ""}


def _pair_speakers(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str]:
    """Label -> speaker, one to one, with the most pairs in agreement."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    speakers = sorted({one for one, _ in pairs if one})
    labels = sorted({other for _, other in pairs if other})
    table = np.zeros((len(labels), len(speakers)))
    for speaker, label in pairs:
        if speaker and label:
            table[labels.index(label), speakers.index(speaker)] += 1
    rows, columns = linear_sum_assignment(table, maximize=True)
    return {labels[row]: speakers[column] for row, column in zip(rows, columns, strict=True)}


def _annotation(turns: Sequence[Turn]) -> Any:
    from pyannote.core import Annotation, Segment

    made = Annotation(uri="recording")
    for at, turn in enumerate(turns):
        made[Segment(turn.start, turn.end), at] = turn.speaker
    return made


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
