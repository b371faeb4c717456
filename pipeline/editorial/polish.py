"""Spoken sentences made fit to read by leaving words out; no word is changed or added, only a first letter raised."""

from __future__ import annotations

import re

_SOUND = re.compile(r"\s*(?:\[[^\]]*\]|\((?:laugh|music|applause|chuckl|sigh|cough)[^)]*\))\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:so|well|yeah|yes|yep|yup|okay|ok|all right|alright|right|now|oh|ah|um+|uh+|er+|hmm+|mm+|anyway|anyways|"
    r"cool|great|awesome|nice|sure|exactly|i mean|you know|like|look|listen|basically|actually|honestly|obviously)"
    r"(?:,|\.|!| -| –| —)\s+|(?:and|but|so)(?: yeah| then| so)?,\s+|(?:um+|uh+)\s+|"
    r"(?:and so|but so|and then|so) (?=\w))+",
    re.IGNORECASE,
)
_INNER = re.compile(
    r",? (?:um+|uh+|er+|erm)\b,?|(?:, (?:you know|i mean|like|sort of|kind of|i guess|right|let's say))+,(?= )",
    re.IGNORECASE,
)
_TAIL = re.compile(r",? (?:you know|right|or whatever|or something|i guess|yeah)(?=[.!]$)", re.IGNORECASE)
_STAMMER = re.compile(r"\b(\w+(?: \w+)?)(?:,|\.\.\.|…| -| –| —)? \1\b(?=[ ,.])", re.IGNORECASE)
#: Said twice on purpose, or rightly.
_DOUBLED = frozenset(
    {"that", "had", "very", "really", "so", "no", "yes", "many", "much", "bye", "blah", "far", "again"}
)


def polish(text: str, language: str) -> str:
    """An English sentence without false starts, fillers and repeated words; in other languages without sounds only.

    >>> polish("So, um, today we, we talk about, you know, bread.", "en")
    'Today we talk about bread.'
    """
    text = _SOUND.sub(" ", text).strip()
    if language != "en":
        return text
    text = _INNER.sub("", text)
    text = _LEAD.sub("", text)
    text = _STAMMER.sub(_once, text)
    text = _TAIL.sub("", text)
    text = re.sub(r"\s+([,.!?;])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;-–—")
    return text[:1].upper() + text[1:]


def shorten(text: str, longest: int) -> str | None:
    """The text, cut after a clause where it is too long; None where no such cut leaves a sentence.

    >>> shorten("We bake bread every day, because people are hungry, and they pay.", 50)
    'We bake bread every day.'
    """
    if len(text) <= longest:
        return text
    cuts = [match.start() for match in re.finditer(r"[,;:] (?=\w)|,? [-–—]+ ", text[:longest])]
    for cut in reversed(cuts):
        kept = text[:cut].rstrip(" ,;:-–—")
        if len(kept.split()) >= 5 and not _is_open(kept):
            return f"{kept}."
    return None


def _is_open(text: str) -> bool:
    """Whether a beginning promises more: a bracket or quotation mark that is not closed, or a subordinate clause."""
    pairs = (("(", ")"), ("“", "”"), ("[", "]"))
    first = text.split()[0].lower()
    return (
        any(text.count(one) != text.count(other) for one, other in pairs)
        or text.count('"') % 2 == 1
        or first in ("if", "when", "while", "because", "although", "since", "as", "after", "before", "once", "unless")
    )


def _once(match: re.Match[str]) -> str:
    return match.group() if match.group(1).lower() in _DOUBLED else match.group(1)
