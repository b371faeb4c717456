"""The sentences that speak for an episode: a headline, a summary, and quotes."""

from __future__ import annotations

import re

import numpy as np

from pipeline.editorial import centrality, overview, statements
from pipeline.editorial.polish import polish, shorten
from pipeline.editorial.reading import Reading
from pipeline.editorial.statements import Statement
from pipeline.models import NoteLine, Seconds

#: What a sentence about the episode itself, or about its guest, is worth beside others, and until when it may come.
_PURPOSE, _INTRODUCTION = 4.0, 2.5
_BEGINNING: Seconds = 300.0
#: A sentence that stands alone less well than this is left out, even where there is no better one.
_LEAST = 0.3
#: A shorter one says little of it.
_TELLING_WORDS = 10
#: A host's sentence makes a quote, too, but a guest's makes a better one.
_HOST_QUOTE = 0.5
_QUOTE_WORDS = range(8, 36)
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|hers|their|theirs|him|them)\b", re.IGNORECASE)
_NAME = re.compile(r"\s[A-Z]\w+")
#: A headline has at most so many characters.
HEADLINE = 190


def summarise(reading: Reading, count: int) -> list[NoteLine]:
    """Up to `count` sentences in the order in which they were said, the first where possible of what it is about."""
    return [line_of(reading, at) for at in _pick(reading, count)]


def pick_headline(reading: Reading) -> NoteLine | None:
    """One line for the whole episode: what it says of itself, else what it talks about most."""
    scores = _as_summary(reading)
    announced = [at for at, one in enumerate(reading.said) if _opens(one) and statements.states_purpose(one)]
    for at in sorted(announced, key=lambda at: -scores[at]):
        line = line_of(reading, at)
        short = shorten(line.text, HEADLINE)
        if scores[at] > 0 and short is not None and not _points_back(short):
            return line.model_copy(update={"text": short})
    return overview.list_subjects(reading)


def quote(reading: Reading, count: int) -> list[NoteLine]:
    """Up to `count` strong sentences word for word, in order; none is in the summary or much like a sentence of it."""
    fit = np.array([_as_quote(one, reading) for one in reading.said])
    worth = np.array(reading.alone) * np.array(reading.quotable, float) * fit
    scores = (0.5 + reading.central + 0.5 * reading.keys) * worth
    chosen = centrality.pick(scores, reading.vectors, reading.chapters, count, taken=_pick(reading, 3))
    return [line_of(reading, at, word_for_word=True) for at in chosen]


def line_of(reading: Reading, at: int, *, word_for_word: bool = False) -> NoteLine:
    """A sentence as a line of the notes, without its fillers unless it is quoted."""
    one = reading.said[at]
    text = one.text if word_for_word else polish(one.text, reading.brief.transcript.language)
    return NoteLine(text=text, start=one.start, segments=reading.rows(one), speaker=one.speaker)


def _points_back(text: str) -> bool:
    """Whether it speaks of somebody whom it has not named."""
    found = _PRONOUN.search(text)
    return found is not None and _NAME.search(text, 0, found.start()) is None


def _pick(reading: Reading, count: int) -> list[int]:
    return centrality.pick(_as_summary(reading), reading.vectors, reading.chapters, count)


def _as_summary(reading: Reading) -> centrality.Floats:
    worth = [
        (alone > _LEAST) * alone * _beginning_worth(one) for alone, one in zip(reading.alone, reading.said, strict=True)
    ]
    return np.asarray((0.2 + reading.central + reading.keys) * np.array(worth))


def _beginning_worth(one: Statement) -> float:
    if not _opens(one):
        return 1.0
    worth = _PURPOSE if statements.states_purpose(one) else _INTRODUCTION if statements.introduces(one) else 1.0
    return worth * min(1.0, one.length / _TELLING_WORDS)


def _opens(one: Statement) -> bool:
    return one.start < _BEGINNING


def _as_quote(one: Statement, reading: Reading) -> float:
    if one.length not in _QUOTE_WORDS or statements.hesitates(one):
        return 0.0
    return statements.strength(one) * (_HOST_QUOTE if one.speaker in reading.hosts else 1.0)
