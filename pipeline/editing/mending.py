"""What is left of a sentence out of which words were cut, written as a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CLOSED = re.compile(r"(?P<mark>[.!?…。！？]+)[\"'”’»)\]]*$")
_OPEN_END = re.compile(r"[\s,;:—–-]+$")


def mend(texts: Sequence[str], heard: Sequence[bool], *, goes_on: bool = False, follows: bool = False) -> list[str]:
    """The words that are heard, with capitals and punctuation as the sentence without the others has them.

    `goes_on` where what is said next is the rest of the sentence, `follows` where it is itself the rest of one.

    >>> mend(["So,", "um,", "the", "tide", "turns,", "you", "know."], [True, False, True, True, True, False, False])
    ['So', 'the', 'tide', 'turns.']
    """
    made = []
    for at, text in enumerate(texts):
        if heard[at]:
            rest = _run_after(heard, at)
            ends = rest.stop == len(texts)
            left = _close(text, texts[rest[-1]], ends and goes_on) if rest else text
            made.append(_open(left, texts, heard, at, follows))
    return made


def _run_after(heard: Sequence[bool], at: int) -> range:
    """The words right after one that are cut."""
    end = at + 1
    while end < len(heard) and not heard[end]:
        end += 1
    return range(at + 1, end)


def _close(text: str, last: str, goes_on: bool) -> str:
    """A word with the punctuation that the words cut after it had: a full stop, or the second of two commas."""
    if goes_on or _CLOSED.search(text):
        return text
    closed = _CLOSED.search(last)
    if closed:
        return _OPEN_END.sub("", text) + closed["mark"]
    return text.removesuffix(",") if last.endswith(",") else text


def _open(text: str, texts: Sequence[str], heard: Sequence[bool], at: int, follows: bool) -> str:
    """A word with a capital where the one cut before it began the sentence."""
    first = at
    while first > 0 and not heard[first - 1]:
        first -= 1
    begins = _CLOSED.search(texts[first - 1]) is not None if first else not follows
    if first == at or not begins or not texts[first].lstrip("\"'“‘([¿¡")[:1].isupper():
        return text
    letter = next((place for place, sign in enumerate(text) if sign.isalnum()), 0)
    return text[:letter] + text[letter : letter + 1].upper() + text[letter + 1 :]
