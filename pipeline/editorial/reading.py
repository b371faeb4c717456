"""An episode as the extractive engine reads it: its sentences and phrases, and how much each speaks for the whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.editorial import centrality, statements
from pipeline.editorial.engine import Brief
from pipeline.editorial.keyphrases import Lexicon, Phrase, find_phrases
from pipeline.editorial.statements import Statement
from pipeline.models import Seconds, Segment

#: A word is surely not an advertisement's unless something like this is said near it.
_SELLING = re.compile(
    r"\b(?:brought to you by|sponsor(?:s|ed|ing)?\b(?! of)|promo code|coupon code|discount code|use (?:the )?code|"
    r"percent off|% off|free trial|our friends at|sign up (?:at|today)|terms (?:and conditions )?apply|"
    r"(?:paid|our) subscribers?|patreon|leave (?:us )?a (?:review|rating)|slash (?:\w+ )?podcast)\b",
    re.IGNORECASE,
)
_PITCH: Seconds = 30.0
#: What is heard less surely than this (the mean of a sentence's word probabilities) is not quoted.
_SURE = 0.6
#: A second host asks at least so many questions, and so often beside the first.
_ASKS, _AS_OFTEN = 4, 0.6


@dataclass(frozen=True)
class Reading:
    """A brief, read once; `said` are its sentences, of which the other sequences have a value each."""

    brief: Brief
    said: tuple[Statement, ...]

    @classmethod
    def of(cls, brief: Brief) -> Reading:
        """Read an episode."""
        return cls(brief, tuple(statements.collect(brief.segments)))

    @cached_property
    def lexicon(self) -> Lexicon:
        """How rare its words are."""
        return Lexicon((segment.text for segment in self.brief.segments), self.brief.transcript.language)

    @cached_property
    def phrases(self) -> list[Phrase]:
        """What it names."""
        return find_phrases([segment.text for segment in self.brief.segments], self.lexicon)

    @cached_property
    def chapters(self) -> tuple[int, ...]:
        """The number of the chapter in which each sentence is said."""
        return tuple(bisect_right(self.brief.begins, one.rows[0]) - 1 for one in self.said)

    @cached_property
    def vectors(self) -> centrality.Floats:
        """The embedding of each sentence."""
        return centrality.statement_vectors(self.said, self.brief.vectors)

    @cached_property
    def central(self) -> centrality.Floats:
        """How central each sentence is, to the episode and to its chapter."""
        return centrality.centrality(self.vectors, [one.length for one in self.said], self.chapters)

    @cached_property
    def keys(self) -> centrality.Floats:
        """How many telling phrases each sentence has."""
        return centrality.keyness(self.said, self.phrases, len(self.brief.segments))

    @cached_property
    def alone(self) -> tuple[float, ...]:
        """How well each sentence stands alone; 0 in advertisements."""
        return tuple(
            0.0 if any(row in self.selling for row in one.rows) else statements.self_contained(one) for one in self.said
        )

    @cached_property
    def selling(self) -> frozenset[int]:
        """The numbers of segments that advertise, or ask for support: what a speaker says around such words."""
        return frozenset(row for at, one in enumerate(self.brief.segments) if _SELLING.search(one.text)
                         for row in _around(self.brief.segments, at))  # fmt: skip

    @cached_property
    def quotable(self) -> tuple[bool, ...]:
        """Whether the words of each sentence are surely those, and surely its speaker's."""
        return tuple(all(map(_is_sure, (self.brief.segments[row] for row in one.rows))) for one in self.said)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The speakers who lead the talk: those of the show's file, else who asks most of the questions."""
        named = {person.name.casefold() for person in self.brief.hosts}
        firsts = {name.split()[0] for name in named if name.split()}
        speakers = {segment.speaker for segment in self.brief.segments if segment.speaker}
        known = frozenset(one for one in speakers if one.casefold() in named | firsts)
        return known if known and known != speakers else _askers(self.brief.segments)

    def rows(self, statement: Statement) -> tuple[int, ...]:
        """The ids of a sentence's segments."""
        return tuple(self.brief.segments[row].id for row in statement.rows)


def _askers(segments: Sequence[Segment]) -> frozenset[str]:
    """Those who ask most of the questions, where several speak: hardly less often than the one who asks most."""
    said = Counter(one.speaker for one in segments if one.speaker)
    asked = Counter(one.speaker for one in segments if one.speaker and one.text.rstrip().endswith("?"))
    if len(said) < 2 or not asked:
        return frozenset()
    first = max(sorted(asked), key=lambda one: asked[one])
    rate = asked[first] / said[first]
    others = [one for one in asked if asked[one] >= _ASKS and asked[one] / said[one] >= _AS_OFTEN * rate]
    return frozenset({first, *others}) if len({first, *others}) < len(said) else frozenset({first})


def _around(segments: Sequence[Segment], at: int) -> Iterator[int]:
    """The rows near one in which the same speaker goes on."""
    yield at
    for step in (-1, 1):
        row = at + step
        while 0 <= row < len(segments) and segments[row].speaker == segments[at].speaker:
            if abs(segments[row].start - segments[at].start) > _PITCH / 2 * (1 + (step > 0)):
                break
            yield row
            row += step


def _is_sure(segment: Segment) -> bool:
    words = segment.words
    if any(word.overlap for word in words):
        return False
    return not words or sum(word.probability for word in words) / len(words) >= _SURE
