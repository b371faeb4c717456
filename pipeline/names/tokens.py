"""Text as tokens with their places, so that a change can be written back without touching anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.names.phonetics import fold

#: Everything but spaces and punctuation is part of a word, so that accents, vowel signs and emoji stay whole; an
#: apostrophe may stand inside. Scripts written without spaces give a token a character.
_PUNCTUATION = (
    r"\s!-&(-/:-@\[-`{-~\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20'"
)
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^{_PUNCTUATION}{_UNSPACED}]+(?:['’][^{_PUNCTUATION}{_UNSPACED}]+)*['’]?")
_ENDING = re.compile(r"['’][sS]?$")
#: What may stand between the tokens of one name: a space, or one joining sign with or without spaces.
_JOIN = re.compile(r"[ \t\u00a0]?(?:[-‐‑·&/.]|['’])?[ \t\u00a0]?")
_SENTENCE_END = re.compile(r"[.?!…。？！:]['\"”’)\]]*\s|[\"“(\[]$|[-–—]{2}|>>")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a line: `text[start:end]`, possessive ending included.

    `word` is it as dictionaries list it, in small letters without the possessive, `stem` that without accents and
    apostrophes, `ending` the possessive as written. `joined` tells that
    nothing but a space or a joining sign stands between it and the token before, `opens` that it begins a
    sentence, so that its capital says nothing.
    """

    text: str
    start: int
    end: int
    word: str
    stem: str
    ending: str
    joined: bool
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital or a digit first."""
        return self.text[:1].isupper() or self.text[:1].isdigit()


def tokenise(text: str) -> list[Token]:
    """The tokens of a line in order."""
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(text):
        word, start = found.group(), found.start()
        gap = text[end:start]
        bare, ending = split_possessive(word)
        joined = bool(tokens) and (not gap or _JOIN.fullmatch(gap) is not None) and _holds(gap, tokens[-1], word)
        opens = not tokens or (not joined and _SENTENCE_END.search(gap) is not None)
        tokens.append(Token(word, start, found.end(), to_word(bare), fold(bare), ending, joined, opens))
        end = found.end()
    return tokens


def to_word(text: str) -> str:
    """A word, without possessive, as dictionaries list it."""
    return text.lower().replace("’", "'")


def split_possessive(word: str) -> tuple[str, str]:
    """`Brokman's` -> (`Brokman`, `'s`), `James'` -> (`James`, `'`)."""
    found = _ENDING.search(word)
    if not found or not found.start():
        return word, ""
    return word[: found.start()], found.group()


def _holds(gap: str, before: Token, word: str) -> bool:
    """A full stop joins only inside a word (`node.js`) or between single letters (`A. I.`)."""
    if "." not in gap:
        return not before.ending or (before.ending in ("'", "’") and gap == "")
    return (gap == "." and not before.opens) or len(before.text) == len(word) == 1
