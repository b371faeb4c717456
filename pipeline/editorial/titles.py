"""Chapter titles in the words of the episode: a short question that was asked, or what the chapter is most about."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.editorial.engine import Brief
from pipeline.editorial.keyphrases import Lexicon, Phrase
from pipeline.editorial.polish import polish
from pipeline.editorial.title_weights import WEIGHTS
from pipeline.editorial.words import STOP_WORDS, content_stems, stem, tokens
from pipeline.models import Segment

_MINOR = frozenset(
    {"a", "an", "the", "and", "or", "nor", "but", "of", "for", "in", "on", "at", "to", "by", "with", "from", "as"}
)
_QUESTION = re.compile(
    r"^(?:(?:so|and|but|well|now|okay|ok|all right|right|um|uh|yeah|cool|great)[,.]? )*"
    r"((?:what|why|how|who|when|where|which|is|are|can|does|do|did|should|will)\b[^.!?]*\?)$",
    re.IGNORECASE,
)
#: A question that leans on what came before says nothing in a list of chapters.
_LEANING = frozenset(
    {
        "it", "its", "that", "this", "these", "those", "they", "them", "their", "he", "him", "his", "she", "her",
        "there", "one", "ones", "you", "your", "i", "me", "my", "we", "us", "our", "again", "also", "else", "here",
    }
)  # fmt: skip
#: After these words speakers name what comes next.
_ANNOUNCES = re.compile(
    r"\b(?:(?:talk|ask|hear|chat|discuss|curious|questions?|know|tell (?:us|me)|speak|explain)[^.?!]{0,25}?\b"
    r"(?:about|on|what|how|why)|(?:move|moving|jump|dive|get|going|turn|switch|shift)(?: \w+){0,2} (?:to|into|onto)|"
    r"what(?:'s| is| are)|how (?:does|do|did|is|are)|why (?:is|are|do|does)|titled|called|named|next (?:\w+ ){0,3}is|"
    r"speaking of|let's (?:do|discuss|cover)|walk (?:us|me) through|overview of|discuss(?:ing)?)\b",
    re.IGNORECASE,
)
_ANNOUNCED_WORDS = 9
#: How many words into a chapter a topic is still being opened.
_OPENING_WORDS = 150
_ANNOUNCING_WORDS = 200
_AT_ONCE_WORDS = 30
#: A title of fewer letters may take a second phrase that is worth nearly as much.
_SLIGHT = 10
_NEARLY = 0.5
#: How many phrases are looked at for a title.
_BEST = 15
#: What a phrase loses by sharing a word with an earlier chapter's title, and by naming a speaker.
_USED, _SPEAKER = 1.5, 4.0
#: What a single small word loses that is common or said once.
_SLIGHT_WORD, _TELLING = 2.0, 0.3
#: A single word that is said once must be this surely a noun.
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase, and what it is worth as the title of a chapter (the higher the better; only differences count).

    `places` are the numbers of the segments of the chapter that say it.
    """

    phrase: Phrase
    places: tuple[int, ...]
    worth: float


def make_titles(brief: Brief, phrases: Sequence[Phrase], lexicon: Lexicon, longest: int) -> list[str]:
    """A title for each chapter of at most `longest` characters, all different, in words said there; "" without any."""
    people = {segment.speaker or "" for segment in brief.segments} | {one.name for one in (*brief.hosts, *brief.guests)}
    speakers = {stem(word) for name in people for word in tokens(name)}
    taken: set[str] = set()
    used: set[str] = set()
    titles: list[str] = []
    language = brief.transcript.language
    for number, ranked in enumerate(rank_chapters(brief, phrases, lexicon)):
        chapter = brief.chapter(number)
        best = _without_repeats(ranked, used, speakers)
        asked = _questions(chapter, best, speakers, language)
        options = (*asked, *_names(best, language), *_first_words(chapter, longest))
        title = next((one for one in options if len(one) <= longest and one.casefold() not in taken), "")
        taken.add(title.casefold())
        used.update(content_stems(title))
        titles.append(title)
    return titles


def rank_chapters(brief: Brief, phrases: Iterable[Phrase], lexicon: Lexicon) -> Iterator[list[Candidate]]:
    """For each chapter the phrases that are said in it, the best title first."""
    for measured in measure_chapters(brief, phrases, lexicon):
        ranked = [Candidate(phrase, places, _worth(measures)) for phrase, places, measures in measured]
        yield sorted(ranked, key=lambda one: (-one.worth, one.places[0], one.phrase.text))


def measure_chapters(
    brief: Brief, phrases: Iterable[Phrase], lexicon: Lexicon
) -> Iterator[list[tuple[Phrase, tuple[int, ...], dict[str, float]]]]:
    """For each chapter the phrases that are said in it, where, and what may make a title of each."""
    bounds = [brief.rows(number) for number in range(len(brief.begins))]
    chapter_of = [number for number, rows in enumerate(bounds) for _ in rows]
    said: list[list[tuple[Phrase, tuple[int, ...]]]] = [[] for _ in bounds]
    for phrase in phrases:
        places: dict[int, list[int]] = defaultdict(list)
        for place in phrase.places:
            places[chapter_of[place]].append(place)
        for number, here in places.items():
            said[number].append((phrase, tuple(here)))
    for rows, here_said in zip(bounds, said, strict=True):
        chapter = _Chapter.of(brief.segments, rows, here_said)
        yield [(phrase, places, _measure(phrase, places, chapter, lexicon)) for phrase, places in here_said]


@dataclass(frozen=True, slots=True)
class _Chapter:
    """What phrases are measured against: words `before` each segment, stems `announced` in it, counts of `singles`."""

    before: Mapping[int, int]
    announced: Mapping[int, str]
    singles: Mapping[str, int]

    @classmethod
    def of(cls, segments: Sequence[Segment], rows: range, said: Sequence[tuple[Phrase, tuple[int, ...]]]) -> _Chapter:
        before: dict[int, int] = {}
        announced: dict[int, str] = {}
        words = 0
        for row in rows:
            before[row] = words
            match = _ANNOUNCES.search(segments[row].text) if words < _ANNOUNCING_WORDS else None
            if match:
                after = tokens(segments[row].text[match.end() :])[:_ANNOUNCED_WORDS]
                announced[row] = f" {' '.join(map(stem, after))} "
            words += len(segments[row].text.split())
        singles = {phrase.key[0]: len(places) for phrase, places in said if len(phrase.key) == 1}
        return cls(before, announced, singles)


def _measure(phrase: Phrase, places: Sequence[int], chapter: _Chapter, lexicon: Lexicon) -> dict[str, float]:
    """What may make a phrase a title: said here and not elsewhere, at once, announced, rare, and whole."""
    here, key = len(places), phrase.key
    first = chapter.before[places[0]]
    words = phrase.text.split()
    named = f" {' '.join(key)} "
    return {
        "rare": phrase.rarity,
        "rarest_part": min(map(lexicon.rarity, words)),
        "late": math.log1p(first),
        "at_once": float(first < _AT_ONCE_WORDS),
        "announced": float(any(named in chapter.announced.get(place, "") for place in places)),
        "once": float(here == 1),
        "words_said": math.log(max(chapter.singles.get(word, 1) for word in key)),
        "only_here": here / phrase.count,
        "seldom": 1 / phrase.count,
        "one_word": float(len(key) == 1),
        "two_words": float(len(key) == 2),
        "numbered": float(first < _OPENING_WORDS and "#" in phrase.text),
        "version": float(first < _OPENING_WORDS and re.search(r"\d\.\d", phrase.text) is not None),
        "deed_last": float(key[-1].endswith("ed")),
        "headless": phrase.headless / phrase.count,
    }


def _worth(measures: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in measures.items())


def _without_repeats(ranked: Sequence[Candidate], used: set[str], speakers: set[str]) -> list[Candidate]:
    """The best candidates, those lower that say little, name a speaker, or share a word with an earlier title."""
    weighed = [
        replace(one, worth=one.worth - _loss(one, used, speakers))
        for one in [one for one in ranked if is_whole(one.phrase)][: 4 * _BEST]
    ]
    return sorted(weighed, key=lambda one: (-one.worth, one.places[0], one.phrase.text))[:_BEST]


def _loss(one: Candidate, used: set[str], speakers: set[str]) -> float:
    phrase = one.phrase
    slight = len(phrase.key) == 1 and not phrase.name and (len(one.places) == 1 or phrase.rarity < _TELLING)
    lost = _SLIGHT_WORD * slight + _USED * bool(used.intersection(phrase.key))
    return lost + _SPEAKER * bool(speakers.intersection(phrase.key))


def is_whole(phrase: Phrase) -> bool:
    """Whether a phrase is likely a noun phrase: no single word that nothing leads to, no verb before a noun."""
    if phrase.name:
        return phrase.text[0] != "#"
    if len(phrase.key) == 1:
        return phrase.led > 0 and (phrase.count > 1 or phrase.soundness >= _SURE)
    return not (phrase.led == 0 and phrase.key[0].endswith(("ed", "ing")))


def _questions(
    chapter: Sequence[Segment], ranked: Sequence[Candidate], speakers: set[str], language: str
) -> Iterable[str]:
    """Short questions near the chapter's beginning that name what it is about and are put to nobody by name."""
    best = {word for one in ranked[:6] for word in one.phrase.key}
    for segment in chapter[:6]:
        match = _QUESTION.match(polish(segment.text.strip(), language))
        if match:
            asked = match.group(1)
            words = [word.lower() for word in tokens(asked)]
            told = set(content_stems(asked))
            if 3 <= len(words) <= 8 and not _LEANING.intersection(words) and told & best and not told & speakers:
                yield asked[0].upper() + asked[1:]


def _names(ranked: Sequence[Candidate], language: str) -> Iterable[str]:
    """The best phrases as titles; a slight one first with a companion, then alone."""
    for one in ranked:
        title = cased(one.phrase.text, language)
        if len(title) < _SLIGHT and language == "en":
            for other in ranked:
                apart = not set(other.phrase.key) & set(one.phrase.key)
                if apart and len(other.places) > 1 and one.worth >= other.worth >= one.worth - _NEARLY:
                    yield f"{title} and {cased(other.phrase.text, language)}"
                    break
        yield title


def _first_words(chapter: Sequence[Segment], longest: int) -> Iterable[str]:
    """The beginning of the chapter's longest sentences, cut between words where it is too long."""
    for segment in sorted(chapter, key=lambda one: -len(one.text))[:5]:
        text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", segment.text).strip(' .,;:!?-–—…"“”。！？、')
        words = text.split()
        while words and len(" ".join(words)) > longest:
            words.pop()
        while len(words) > 1 and (not tokens(words[-1]) or tokens(words[-1])[-1].lower() in STOP_WORDS):
            words.pop()
        kept = " ".join(words).strip(" ,.;:-–—") or text[:longest]
        if any(letter.isalpha() for letter in kept):
            yield kept[0].upper() + kept[1:]


def cased(text: str, language: str) -> str:
    """English as titles are written, other languages with a capital first letter; names keep their letters.

    >>> cased("keeper of instruments at MoMA", "en")
    'Keeper of Instruments at MoMA'
    """
    words = text.split(" ")
    for at, word in enumerate(words):
        plain = (
            word.islower()
            and not any(map(str.isdigit, word))
            and (at == 0 or (language == "en" and word not in _MINOR))
        )
        words[at] = word[0].upper() + word[1:] if plain else word
    return " ".join(words)
