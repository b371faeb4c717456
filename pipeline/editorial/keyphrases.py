"""Phrases that a text is about, in its own words: names first, then runs of content words that keep coming back.

Close to RAKE and YAKE (Campos et al. 2020): a phrase counts by how often it is said, how rare its words are in the
language, and whether it is written as a name; it never crosses punctuation and never ends in a function word.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.adapters import wordlist
from pipeline.editorial.words import STOP_WORDS, part_sentences, stem, tokens

_WORD = re.compile(r"#?[^\W_](?:[\w'’.+#&·/-]*[\w+#])?")
#: Between two words of a phrase there is a space or a hyphen, never other punctuation.
_GLUE = re.compile(r"\s+")
_SENTENCE_START = re.compile(r"[.!?:\"“]\s*$")
#: What is heard and not said: [music], (laughter).
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_LINKS = frozenset({"of", "for", "in", "to", "and", "the", "on", "with", "de", "von", "van"})
_LONGEST = 4
#: A longer phrase says more, as long as it can be taken in at a glance.
LENGTH_WORTH = {1: 1.0, 2: 1.5, 3: 1.6, 4: 1.5}
#: A word that is not in the language's list is as rare as this on the Zipf scale.
_UNLISTED = 1.5
_COMMON = 6.2
_CONTRACTED = ("'ve", "'re", "'ll", "'d", "'m", "n't")
#: English words after which a noun phrase begins.
_LEADERS = frozenset(
    {
        "the", "a", "an", "this", "that", "these", "those", "my", "our", "your", "his", "her", "their", "its",
        "some", "any", "no", "each", "every", "many", "more", "other", "another", "different", "new", "first",
        "two", "of", "in", "with", "for", "about", "on", "from", "into", "by", "through", "using", "like", "called",
        "and", "or", "is", "are",
    }
)  # fmt: skip
#: Words more common than this cannot begin or end a phrase, in whatever language.
_WEAK = 0.1


@dataclass(slots=True)
class Phrase:
    """A phrase and where it was said: `key` is its stems, `text` as first said, `places` text numbers in order.

    `led` counts how often a word such as `the` or `of` stood before it, `closed` how often nothing followed that
    might belong to it: together they tell a noun phrase from an adjective or a verb, and a whole phrase from a part.
    `headless` counts how often a word of a name stood before it, so that it is only a name's end.
    """

    key: tuple[str, ...]
    text: str
    name: bool
    rarity: float
    places: list[int] = field(default_factory=list)
    led: int = 0
    closed: int = 0
    headless: int = 0

    @property
    def count(self) -> int:
        """How often it was said."""
        return len(self.places)

    @property
    def soundness(self) -> float:
        """From 0.2 to 1: how sure it is that this is a whole noun phrase."""
        led = 1.0 if self.name else min(1.0, 1.6 * self.led / self.count)
        return 0.2 + 0.8 * (0.25 + 0.75 * led) * (self.closed / self.count)


class Lexicon:
    """How rare words are, looked up once for all texts of an episode.

    `rarity` of a word is from 0 (said all the time) to about 1 (unknown to the language's word list).
    """

    def __init__(self, texts: Iterable[str], language: str) -> None:
        words = {word.lower().replace("’", "'").removesuffix("'s") for text in texts for word in _WORD.findall(text)}
        self._zipf = wordlist.look_up(words, language) if wordlist.has(language) else {}
        self._listed = bool(self._zipf)

    def rarity(self, word: str) -> float:
        """From 0 to 1; 0.5 for every word of a language without a list."""
        if not self._listed:
            return 0.5
        zipf = self._zipf.get(word.lower().replace("’", "'").removesuffix("'s"), _UNLISTED)
        return min(1.0, max(0.0, (_COMMON - zipf) / (_COMMON - _UNLISTED)))


def find_phrases(texts: Sequence[str], lexicon: Lexicon) -> list[Phrase]:
    """Every candidate phrase of the texts with the numbers of the texts that say it, in the order of first saying."""
    found: dict[tuple[str, ...], Phrase] = {}
    spellings = _usual_spellings(texts)
    for number, text in enumerate(texts):
        for run in _runs(text):
            weak = [_is_weak(word, lexicon) for word in run]
            for begin, end in _candidates(run, weak):
                key = tuple(stem(word) for word in run[begin:end])
                phrase = found.get(key)
                if phrase is None:
                    phrase = found[key] = _phrase(key, run[begin:end], spellings, lexicon)
                phrase.places.append(number)
                phrase.led += begin > 0 and run[begin - 1].lower() in _LEADERS
                phrase.headless += begin > 0 and not weak[begin - 1] and _is_name(run[begin - 1])
                phrase.closed += end == len(run) or weak[end]
    return _without_parts(list(found.values()))


def _phrase(key: tuple[str, ...], words: Sequence[str], spellings: Mapping[str, str], lexicon: Lexicon) -> Phrase:
    shown = [spellings.get(word.lower(), word) for word in words]
    content = [word for word in shown if word.lower() not in _LINKS] or shown
    return Phrase(key, " ".join(shown), all(map(_is_name, content)), sum(map(lexicon.rarity, content)) / len(content))


def _runs(text: str) -> list[list[str]]:
    """The words between punctuation marks."""
    runs: list[list[str]] = []
    last = -1
    text = part_sentences(_SOUND.sub(";", text))
    for match in _WORD.finditer(text):
        if last < 0 or not _GLUE.fullmatch(text, last, match.start()):
            runs.append([])
        runs[-1].append(match.group().removesuffix("'s").removesuffix("’s"))
        last = match.end() if match.group()[-2:] not in ("'s", "’s") else -1
    return runs


def _candidates(run: Sequence[str], weak: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where phrases of a run begin and end: content words, at most linked by `of` and the like."""
    for begin in range(len(run)):
        if weak[begin]:
            continue
        for end in range(begin + 1, min(len(run), begin + _LONGEST) + 1):
            if weak[end - 1]:
                if run[end - 1].lower() not in _LINKS:
                    break
            elif _well_formed(run[begin:end]):
                yield begin, end


def _well_formed(words: Sequence[str]) -> bool:
    if words[-1].lower().endswith("ly") or sum(map(len, words)) < 3:
        return False
    if _is_number(words[0]) or (_is_number(words[-1]) and words[-2].lower() in _LINKS):
        return False
    loose = any(word.lower() in ("and", "to", "the") for word in words[1:-1])
    return not loose or all(_is_name(word) for word in words if word.lower() not in _LINKS)


def _is_weak(word: str, lexicon: Lexicon) -> bool:
    lower = word.lower().replace("’", "'")
    if lower in STOP_WORDS or lower.endswith(_CONTRACTED) or (len(word) == 1 and not word.isdigit()):
        return True
    return lexicon.rarity(word) < _WEAK


def _is_name(word: str) -> bool:
    """Whether a word is written as a name or belongs to one, as `29.2` does to `Bitcoin Core 29.2`."""
    return any(letter.isupper() for letter in word) or word[0] in "#0123456789"


def _is_number(word: str) -> bool:
    return not any(letter.isalpha() for letter in word) and word[0] != "#"


def _usual_spellings(texts: Sequence[str]) -> dict[str, str]:
    """How a word is written inside sentences, where a capital letter means something."""
    inside: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    everywhere: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for text in texts:
        for number, match in enumerate(_WORD.finditer(text)):
            word = match.group().removesuffix("'s").removesuffix("’s")
            everywhere[word.lower()][word] += 1
            if number and not _SENTENCE_START.search(text, max(0, match.start() - 3), match.start()):
                inside[word.lower()][word] += 1
    best: Mapping[str, dict[str, int]] = {**everywhere, **inside}
    return {lower: max(sorted(counts), key=lambda one: counts[one]) for lower, counts in best.items()}


def _without_parts(phrases: list[Phrase]) -> list[Phrase]:
    """Without those that are nearly always said as part of one longer phrase."""
    longer: dict[tuple[str, ...], int] = {}
    for phrase in phrases:
        for begin in range(len(phrase.key)):
            for end in range(begin + 1, len(phrase.key) + 1):
                part = phrase.key[begin:end]
                if part != phrase.key:
                    longer[part] = max(longer.get(part, 0), phrase.count)
    return [
        phrase for phrase in phrases
        if longer.get(phrase.key, 0) < 0.75 * phrase.count or longer.get(phrase.key, 0) < 2
    ]  # fmt: skip


def rank_keywords(phrases: Sequence[Phrase], known: Iterable[str], count: int) -> tuple[str, ...]:
    """The best phrases of an episode, most telling first, none sharing most of its words with a better one.

    A phrase must be said twice, unless it is a name or too little was said for that. What is made of the words of
    `known` alone (the speakers, the show) is left out; a surname stands as the whole name that was said before it.
    """
    own = {stem(word) for name in known for word in tokens(name)}
    ranked = sorted(phrases, key=lambda one: (-telling(one), one.places[0], one.text))
    repeated = [one for one in ranked if one.count > 1 or one.name] or ranked
    kept: list[Phrase] = []
    for phrase in (full_name(one, phrases) for one in repeated):
        words = set(phrase.key)
        apart = all(len(words & set(one.key)) * 2 <= len(words) and not words.issuperset(one.key) for one in kept)
        if len(kept) < count and not words <= own and apart:
            kept.append(phrase)
    return tuple(one.text for one in kept)


def full_name(phrase: Phrase, phrases: Iterable[Phrase]) -> Phrase:
    """The one longer name that ends with a name and was said before it: `Hedvig Example` for `Example`."""
    if not phrase.name:
        return phrase
    longer = [
        one for one in phrases
        if one.name and len(one.key) > len(phrase.key) and one.key[-len(phrase.key) :] == phrase.key
    ]  # fmt: skip
    return longer[0] if len(longer) == 1 and longer[0].places[0] <= phrase.places[0] else phrase


def telling(phrase: Phrase) -> float:
    """How much of an episode a phrase tells: often said, in many places, rare elsewhere, whole, and clear."""
    spread = len({place // 40 for place in phrase.places})
    length = LENGTH_WORTH[len(phrase.key)] * (1.2 if phrase.name else 1.0)
    return math.log1p(phrase.count) * math.log1p(spread) * (0.1 + phrase.rarity) * phrase.soundness * length
