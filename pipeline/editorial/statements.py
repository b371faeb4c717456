"""Whole sentences of a transcript, and how well each would stand alone in show notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.editorial import cues, wording
from pipeline.editorial.words import is_content, tokens
from pipeline.models import Seconds, Segment
from pipeline.sentences import ends_sentence, join


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: `rows` number the segments that it is made of; `whole` says that none of it is missing."""

    text: str
    start: Seconds
    rows: tuple[int, ...]
    speaker: str | None
    whole: bool

    @property
    def length(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.rstrip(" \"'”’)").endswith(("?", "？"))


def collect(segments: Sequence[Segment]) -> list[Statement]:
    """The sentences in order: segments of one speaker are joined until one ends a sentence.

    A transcript without any punctuation gives a statement a segment, all of them whole.
    """
    if not any(ends_sentence(segment.text.strip()) for segment in segments):
        return [_statement(segments, (row,), True) for row, segment in enumerate(segments) if segment.text.strip()]
    made: list[Statement] = []
    rows: list[int] = []
    began = True
    for row, segment in enumerate(segments):
        if rows and segments[rows[-1]].speaker != segment.speaker:
            made.append(_statement(segments, tuple(rows), False))
            rows, began = [], True
        rows.append(row)
        if ends_sentence(segment.text.strip()):
            made.append(_statement(segments, tuple(rows), began))
            rows, began = [], True
    if rows:
        made.append(_statement(segments, tuple(rows), False))
    return [one for one in made if one.text]


def _statement(segments: Sequence[Segment], rows: tuple[int, ...], whole: bool) -> Statement:
    first = segments[rows[0]]
    text = join(segments[row].text.strip() for row in rows)
    return Statement(text, first.start, rows, first.speaker, whole and not text[:1].islower())


def self_contained(statement: Statement) -> float:
    """From 0 to 1: how well the sentence reads on its own; 0 for what cannot stand in notes at all."""
    longest = 60 if states_purpose(statement) else 45
    shortest = 5 if states_purpose(statement) else 7
    if not statement.whole or statement.asks or not shortest <= statement.length <= longest:
        return 0.0
    if wording.GREETING.search(statement.text) or wording.HOUSEKEEPING.search(statement.text):
        return 0.0
    words = [word.lower().replace("’", "'") for word in tokens(statement.text)]
    content = sum(map(is_content, words)) / max(1, len(words))
    worth = min(1.0, 0.35 + 1.3 * content)
    if words[0] in wording.LEANING:
        worth *= 0.4
    elif words[0] in wording.FRAGMENT or wording.COUNTED.match(statement.text):
        worth *= 0.5
    elif words[0] in ("i", "i'm", "i've", "i'd", "you", "we", "we're", "you're"):
        worth *= 0.85
    if not wording.VERB.search(statement.text):
        worth *= 0.4
    if cues.closes_exchange(statement.text):
        worth *= 0.4
    slips = sum(len(slip.findall(statement.text)) for slip in (wording.FILLER, wording.STAMMER, wording.LIKE))
    return worth * 0.6**slips


def states_purpose(statement: Statement) -> bool:
    """Whether it says what the episode is about ("today we talk about", "our guest")."""
    return wording.PURPOSE.search(statement.text) is not None


def hesitates(statement: Statement) -> bool:
    """Whether it has an "um" that would have to be quoted."""
    return wording.HESITATION.search(statement.text) is not None


def introduces(statement: Statement) -> bool:
    """Whether it says who somebody is ("Ada is the keeper of the lighthouse")."""
    return wording.INTRODUCES.search(statement.text) is not None


def strength(statement: Statement) -> float:
    """From 1 up: how much it claims, which makes a quote worth reading."""
    return 1 + 0.15 * min(3, len(wording.STRONG.findall(statement.text)))
