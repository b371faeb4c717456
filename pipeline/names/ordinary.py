"""How likely a speaker is to have said just what was heard: ordinary words are, unheard-of ones are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.adapters import wordlist
from pipeline.names.tokens import Token

#: From this Zipf frequency on a word is an everyday one: one in a million.
EVERYDAY = 3.0
_COMMON = 4.5
_FEW, _ENOUGH = 4, 40  # so many common words in capitals, or in small letters, show how a text is written

#: log10 of a word's share of all words: an unlisted one of few letters is less surprising than a long one.
_UNLISTED, _UNLISTED_LETTER, _LEAST = -3.8, -0.7, -11.0
_UNKNOWN_LANGUAGE, _UNKNOWN_LETTER = -1.5, -0.55
#: Neighbouring words go together more often than chance has it.
_TOGETHER = (0.0, 0.0, 2.0, 3.5, 5.0)
_SPELLED_OUT = -3.5
#: A word made from a common one by these is as ordinary as that, though rarer.
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "est",
    "ness",
    "less",
    "like",
    "able",
    "ish",
    "y",
    "ism",
    "ist",
)
_BEGINNINGS = ("un", "re", "non", "super", "pre", "over", "out", "under", "anti", "multi", "sub", "inter", "mis")
_DERIVED = 1.8


@dataclass(frozen=True, slots=True)
class Ordinariness:
    """The Zipf frequencies of words in one language; `known` tells whether there is a list for it.

    `cased` tells whether capitals say anything in the text, by its common words; `shouted` that all is capitals;
    `shares` remembers estimates.
    """

    zipf: dict[str, float]
    known: bool
    cased: bool = True
    shouted: bool = False
    shares: dict[str, float] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, said: Iterable[Token], others: Iterable[Token], language: str) -> Ordinariness:
        """Look up the words of a text, and others, with what they may be derived from."""
        if not wordlist.has(language):
            return cls({}, False)
        said = list(said)
        wanted = {token.word for token in said} | {token.word for token in others}
        wanted.update([stem for word in wanted for stem in _stems(word)])
        zipf = wordlist.look_up(wanted, language)
        common = [token.text for token in said if len(token.text) > 1 and zipf.get(token.word, 0.0) >= _COMMON]
        shouted = len(common) >= _FEW and 2 * sum(map(str.isupper, common)) > len(common)
        small = len(common) > _ENOUGH and all(text == text.lower() for text in common)
        return cls(zipf, True, cased=not (shouted or small), shouted=shouted)

    def frequency(self, word: str) -> float:
        """The Zipf frequency of a word; 0 for one that is not listed."""
        return self.zipf.get(word, 0.0)

    def share(self, word: str) -> float:
        """log10 of the share of all words that this one has, estimated where it is not listed."""
        share = self.shares.get(word)
        if share is None:
            share = self.shares[word] = self._estimate(word)
        return share

    def _estimate(self, word: str) -> float:
        if not self.known:
            return _UNKNOWN_LANGUAGE + _UNKNOWN_LETTER * len(word)
        listed = self.zipf.get(word)
        if listed is not None:
            return listed - 9.0
        unlisted = max(_LEAST, _UNLISTED + _UNLISTED_LETTER * len(word))
        derived = max((self.zipf.get(stem, 0.0) for stem in _stems(word)), default=0.0) - 9.0 - _DERIVED
        return max(unlisted, derived)

    def joint_share(self, words: Sequence[str]) -> float:
        """log10 of the share of all places at which these words follow one another."""
        shares = [self.share(word) for word in words]
        if len(words) == 1:
            return shares[0]
        together = min(max(shares) - 0.5, sum(shares) + _TOGETHER[min(len(words), 4)])
        spelled = sum(len(word) == 1 and _beside_letter(words, at) for at, word in enumerate(words))
        if not spelled:
            return together
        rest = [share for word, share in zip(words, shares, strict=True) if len(word) > 1]
        return min(sum(rest) + _SPELLED_OUT * spelled + _TOGETHER[min(len(words), 4)], together)


def _beside_letter(words: Sequence[str], at: int) -> bool:
    return any(0 <= near < len(words) and len(words[near]) == 1 for near in (at - 1, at + 1))


def _stems(word: str) -> list[str]:
    """What the word may be derived from: `supercontinents` -> `supercontinent`, `continents`."""
    stems = [word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= 4]
    stems += [word[len(lead) :] for lead in _BEGINNINGS if word.startswith(lead) and len(word) - len(lead) >= 4]
    return stems + [stem + "e" for stem in stems if word.endswith(("ing", "ed", "er", "able"))]
