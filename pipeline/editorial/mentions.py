"""Where the terms of a glossary were first said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.config import Term
from pipeline.models import Mention, Seconds, Segment

_TOKEN = re.compile(r"\w+(?:\+\+|#)?")
#: Shorter terms are only met as they are written: "Go" is not "go".
_EXACT_BELOW = 4


def find_mentions(segments: Sequence[Segment], terms: Sequence[Term]) -> tuple[Mention, ...]:
    """Each term that was said, in the order of first saying, with the second of its first word.

    A term is met word for word whatever its capitals, with a plural or possessive ending allowed; a term of three
    letters or fewer only as it is written.
    """
    waiting: dict[str, list[tuple[list[str], Term]]] = defaultdict(list)
    for term in terms:
        words = _TOKEN.findall(term.term)
        if words:
            waiting[words[0].lower()].append((words, term))
    found: dict[str, Mention] = {}
    for segment in segments:
        said = list(_TOKEN.finditer(segment.text))
        for at, match in enumerate(said):
            for words, term in _starting_with(match.group(), waiting):
                window = [one.group() for one in said[at : at + len(words)]]
                if term.term not in found and _same(words, window):
                    start = _word_start(segment, len(segment.text[: match.start()].split()))
                    found[term.term] = Mention(
                        term=term.term, kind=term.kind, link=term.link, start=start, segment=segment.id
                    )
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.term)))


def _starting_with(word: str, waiting: dict[str, list[tuple[list[str], Term]]]) -> Iterator[tuple[list[str], Term]]:
    lower = word.lower()
    for form in {lower, lower.removesuffix("s"), lower.removesuffix("es")}:
        yield from waiting.get(form, ())


def _same(words: Sequence[str], said: Sequence[str]) -> bool:
    if len(said) < len(words) or not _alike(words[:-1], said[:-1]):
        return False
    exact = sum(map(len, words)) < _EXACT_BELOW
    one, other = (words[-1], said[-1]) if exact else (words[-1].lower(), said[-1].lower())
    return other in (one, f"{one}s", f"{one}es")


def _alike(words: Sequence[str], said: Sequence[str]) -> bool:
    return [word.lower() for word in words] == [word.lower() for word in said]


def _word_start(segment: Segment, number: int) -> Seconds:
    """When the numbered word of a segment begins; the segment's start where words have no times."""
    return segment.words[min(number, len(segment.words) - 1)].start if segment.words else segment.start
