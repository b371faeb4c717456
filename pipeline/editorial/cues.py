"""How speakers announce a new topic, close one and go to a break, in the languages of cue_phrases.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.editorial.cue_phrases import LANGUAGES, Phrases

_ITEM_WORDS = 16
_MOVE_WORDS = 20


class Cues:
    """The cues of one language; where none are known, nothing is one."""

    def __init__(self, phrases: Phrases) -> None:
        lead = rf"(?:(?:{phrases.reply}|{phrases.filler})[,. !—-]+)*"
        self._announcements = _any(phrases.announcements)
        self._moves = _any(phrases.moves)
        self._opening = re.compile(lead + phrases.opening, re.IGNORECASE)
        self._closing = re.compile(rf"{phrases.reply}\b", re.IGNORECASE)
        self._item = re.compile(lead + f"(?:{'|'.join(phrases.item)})", re.IGNORECASE)
        self._item_inside = _any(phrases.item_inside)
        self._to_break = _any(phrases.to_break)
        self._advert = _any(phrases.advert)
        self._back = re.compile(lead + f"(?:{'|'.join(phrases.back)})", re.IGNORECASE)

    def count_announcements(self, text: str) -> int:
        """How many phrases in it announce a topic ("let's turn to", "next question", "welcome back"), at most 3."""
        return min(3, sum(1 for _ in self._announcements.finditer(text)))

    def moves_on(self, text: str) -> bool:
        """Whether its first words say outright that something else comes: "Let's move on", "Next up"."""
        return self._moves.search(_head(text, _MOVE_WORDS)) is not None

    def opens_topic(self, text: str) -> bool:
        """Whether it begins as a new topic does: "So", "Okay, now", "Cool. Before we"."""
        return self._opening.match(text) is not None

    def closes_exchange(self, text: str) -> bool:
        """Whether it begins as the last word on a topic does: "Awesome.", "That's right.", "Thank you"."""
        return self._closing.match(text) is not None

    def names_item(self, text: str) -> bool:
        """Whether it begins the next of a list: "So, the second one is", "Our last question"."""
        return bool(self._item.match(text) or self._item_inside.search(_head(text, _ITEM_WORDS)))

    def goes_to_break(self, text: str) -> bool:
        """Whether something else follows it: "We'll be right back", "You're listening to"."""
        return self._to_break.search(text) is not None

    def begins_advert(self, text: str) -> bool:
        """Whether a sponsor is thanked or named: "This episode is brought to you by"."""
        return self._advert.search(text) is not None

    def comes_back(self, text: str) -> bool:
        """Whether the show goes on with it: "And we're back", "Welcome back"."""
        return self._back.match(text) is not None


@cache
def in_language(language: str) -> Cues | None:
    """The cues of a language (`en`, `en-GB`), None where its phrases are not known."""
    phrases = LANGUAGES.get(language.split("-")[0].lower())
    return Cues(phrases) if phrases else None


def closes_exchange(text: str, language: str = "en") -> bool:
    """Whether a text begins as the last word on a topic does; False in a language whose phrases are not known."""
    known = in_language(language)
    return known is not None and known.closes_exchange(text)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _head(text: str, words: int) -> str:
    return " ".join(text.split()[:words])
