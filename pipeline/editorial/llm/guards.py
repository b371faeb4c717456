"""What protects the notes from what is spoken, and from a model that repeats what it was told.

A speaker's words are data, and the system prompt says so, but no model keeps to that for certain. So sentences that
speak to a language model are not shown to it; and whatever it makes of the others can only name what was said
(`editorial.grounding`), in fields of a fixed shape (`answers`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from pipeline.editorial.engine import Brief
from pipeline.models import Segment

_MACHINE = (
    r"(?:an? )?(?:A\.?I\.?|artificial intelligence|(?:large )?language model|L\.?L\.?M\.?|chat ?bot|chat ?gpt|"
    r"virtual assistant|A\.?I\.? (?:assistant|model|editor))"
)
_WHICH = (
    r"(?:(?:all|any|each|every|of|the|your|my|our|these|those|this|that|previous|prior|earlier|above|former|other|"
    r"given|original|system) ){0,6}"
)
_ORDERS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass) {_WHICH}(?:instruction|prompt|guideline|direction)s?\b",
            r"\b(?:ignorier\w*|vergiss|vergesst) (?:\w+ ){0,3}(?:anweisung|anleitung|vorgabe)\w*\b",
            r"\b(?:ignore[zr]?|ignora[dnr]?|oubli\w+|olvid\w+) (?:\w+ ){0,3}(?:instruc\w+|instruções|consignes)\b",
            r"\b(?:system|developer) (?:prompt|message)\b",
            rf"\b(?:you are|you're|act as|pretend to be) (?:now )?{_MACHINE}\b",
            rf"\b(?:dear|hey|attention|note to|message to|instructions? (?:to|for)) (?:the |any |all )?{_MACHINE}\b",
            rf"\bif you(?: are|'re) {_MACHINE}\b",
        )
    ),
    re.IGNORECASE,
)
#: So many sentences of the same speaker after an order to a model belong to it.
_TAIL = 2
#: So many words in a row that stand in the prompt are no chance.
_REPEATED = 6
_WORD = re.compile(r"\w+")
_SOUNDS = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪♫]+")


def without_orders(brief: Brief) -> Brief:
    """The brief without the sentences that speak to a language model, and what the speaker says next."""
    orders = _find_orders(brief.segments)
    if not orders:
        return brief
    kept = [row for row in range(len(brief.segments)) if row not in orders]
    segments = tuple(brief.segments[row] for row in kept)
    return replace(
        brief,
        transcript=brief.transcript.model_copy(update={"segments": segments}),
        vectors=brief.vectors[kept],
        begins=tuple(bisect_left(kept, begin) for begin in brief.begins),
    )


def says_something(text: str) -> bool:
    """Whether there are words in a text besides `[music]` and the like."""
    return any(map(str.isalpha, _SOUNDS.sub("", text)))


def _find_orders(segments: Sequence[Segment]) -> set[int]:
    found: set[int] = set()
    for at, segment in enumerate(segments):
        if _ORDERS.search(segment.text):
            found.add(at)
            for after in range(at + 1, min(at + 1 + _TAIL, len(segments))):
                if segments[after].speaker != segment.speaker:
                    break
                found.add(after)
    return found


def repeats(text: str, instructions: str) -> bool:
    """Whether a text has six words in a row that stand in the instructions of the prompt."""
    told = _runs(instructions)
    return any(run in told for run in _runs(text))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {tuple(words[at : at + _REPEATED]) for at in range(len(words) - _REPEATED + 1)}
