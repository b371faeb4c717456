"""Words found again in a transcript by quoting them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.adapters import spelling
from pipeline.models import Corrections, Transcript, Word

_LIKE = 0.5  # how much of a corrected name's letters a quote of it shares at least
_NEAREST = 3  # places that are told where nothing is found


def letters(text: str) -> str:
    """What of a text must be the same when it is quoted: letters and digits, whatever their case and accents.

    >>> letters("Don't — “Kjærlund’s” CAFÉ!")
    'dontkjærlundscafe'
    """
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words number `first` to `last` of all that is said."""

    first: int
    last: int


class Said:
    """All words of a transcript in order, to be searched for quotes."""

    def __init__(self, transcript: Transcript, corrections: Corrections | None = None) -> None:
        self.words: Sequence[Word] = tuple(transcript.words())
        self._letters = [letters(word.text) for word in self.words]
        self._text = "".join(self._letters)
        offsets = [0, *accumulate(map(len, self._letters))]
        self._begins = {offsets[at]: at for at, one in enumerate(self._letters) if one}
        self._ends = {offsets[at + 1]: at for at, one in enumerate(self._letters) if one}
        self._corrected = _find_corrected(transcript, corrections, self._letters) if corrections else {}

    def text(self, stretch: Stretch) -> str:
        """The words as they are read."""
        return " ".join(word.text for word in self.words[stretch.first : stretch.last + 1])

    def find(self, quote: str) -> list[Stretch]:
        """Every place where whole words have the quote's letters.

        Where there is none, a name that the glossary put there may be quoted as it was heard, or nearly so.
        """
        return list(self._find_exactly(letters(quote))) or self._find_with_names(quote)

    def _find_exactly(self, sought: str) -> Iterator[Stretch]:
        at = self._text.find(sought) if sought else -1
        while at >= 0:
            if at in self._begins and at + len(sought) in self._ends:
                yield Stretch(self._begins[at], self._ends[at + len(sought)])
            at = self._text.find(sought, at + 1)

    def _find_with_names(self, quote: str) -> list[Stretch]:
        parts = [part for part in map(letters, quote.split()) if part]
        near = {max(0, at - back) for at in self._corrected for back in range(len(parts) + 3)} if parts else set()
        found = ((first, self._match("".join(parts), 0, first, parts)) for first in sorted(near))
        # Where several end together the longest is meant: in the others the name stood for words besides.
        longest: dict[int, int] = {}
        for first, last in found:
            if last is not None:
                longest.setdefault(last, first)
        return [Stretch(first, last) for last, first in longest.items()]

    def _match(self, sought: str, done: int, at: int, parts: Sequence[str]) -> int | None:
        """The last word of the match that has `done` letters of the quote before word `at`; None without one."""
        if done == len(sought):
            return at - 1
        if at == len(self.words):
            return None
        own = self._letters[at]
        if own and sought.startswith(own, done):
            last = self._match(sought, done + len(own), at + 1, parts)
            if last is not None:
                return last
        for length, written in self._corrected.get(at, ()):
            for end in accumulate(map(len, parts)):
                if end > done and any(_alike(sought[done:end], one) for one in written):
                    last = self._match(sought, end, at + length, parts)
                    if last is not None:
                        return last
        return None

    def nearest(self, quote: str) -> list[Stretch]:
        """The places that are most like a quote that is nowhere, best first; none where nothing is."""
        sought = letters(quote)
        size = max(1, len(quote.split()))
        windows = ["".join(self._letters[at : at + size]) for at in range(max(1, len(self.words) - size + 1))]
        ranked = spelling.nearest(sought, windows, _NEAREST) if self.words and sought else []
        return [
            Stretch(at, min(len(self.words), at + size) - 1) for at in ranked if _share(sought, windows[at]) >= _LIKE
        ]


def _find_corrected(
    transcript: Transcript, corrections: Corrections, spelt: Sequence[str]
) -> dict[int, list[tuple[int, tuple[str, str]]]]:
    """Number of the first word of each name that was put there -> how many words it has, and its two spellings."""
    begins, at = {}, 0
    for segment in transcript.segments:
        begins[segment.id] = range(at, at + len(segment.words))
        at += len(segment.words)
    found: dict[int, list[tuple[int, tuple[str, str]]]] = defaultdict(list)
    for one in corrections.root:
        meant = letters(one.meant)
        for first in begins.get(one.segment, ()) if one.applied and one.segment is not None else ():
            length = _covers(spelt, first, meant)
            if length:
                found[first].append((length, (meant, letters(one.heard))))
    return found


def _covers(spelt: Sequence[str], first: int, meant: str) -> int:
    """How many words from `first` on have these letters, a possessive ending besides; 0 when they have others."""
    joined = ""
    for length, one in enumerate(spelt[first : first + 8], 1):
        joined += one
        if meant and joined in (meant, f"{meant}s"):
            return length
    return 0


def _share(one: str, other: str) -> float:
    longest = max(len(one), len(other), 1)
    return 1 - spelling.edit_distance()(one, other) / longest


def _alike(one: str, other: str) -> bool:
    return _share(one, other) >= _LIKE
