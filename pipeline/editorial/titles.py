"""Chapter titles in the words of the episode: a short question that was asked, or what the chapter keeps naming."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.editorial import cues
from pipeline.editorial.keyphrases import LENGTH_WORTH, Lexicon, Phrase, find_phrases
from pipeline.editorial.words import STOP_WORDS, content_stems, stem, tokens
from pipeline.models import Segment

_MINOR = frozenset(
    {"a", "an", "the", "and", "or", "nor", "but", "of", "for", "in", "on", "at", "to", "by", "with", "from", "as"}
)
_QUESTION = re.compile(
    r"^(?:(?:so|and|but|well|now|okay|ok|all right|right|um|uh|yeah|cool|great)[,.]? )*"
    r"((?:what|why|how|who|when|where|which|is|are|can|does|do|should|will)\b[^.!?]*\?)$",
    re.IGNORECASE,
)
#: A question that leans on what came before says nothing in a list of chapters.
_LEANING = frozenset(
    {
        "it", "its", "that", "this", "these", "those", "they", "them", "their", "he", "him", "his", "she", "her",
        "there", "one", "ones", "you", "your", "i", "me", "my",
    }
)  # fmt: skip
_OPENING_WORDS = 70
#: A title of fewer letters than this may take a second phrase.
_SLIGHT = 14
_SECOND = 0.5


@dataclass(frozen=True, slots=True)
class _Scored:
    phrase: Phrase
    score: float


def make_titles(segments: Sequence[Segment], begins: Sequence[int], language: str, longest: int) -> list[str]:
    """A title for each chapter; `begins` are the numbers of their first segments, ascending from 0.

    Titles have at most `longest` characters, are all different, and are made of words said in their chapter. Where
    nothing worth naming was said, a title is the beginning of the first sentence, or `Start` and `Part 2`.
    """
    lexicon = Lexicon((segment.text for segment in segments), language)
    phrases = find_phrases([segment.text for segment in segments], lexicon)
    speakers = {stem(word) for segment in segments for word in tokens(segment.speaker or "")}
    taken: set[str] = set()
    used: set[str] = set()
    titles: list[str] = []
    for number, begin in enumerate(begins):
        end = begins[number + 1] if number + 1 < len(begins) else len(segments)
        chapter = segments[begin:end]
        ranked = _rank(phrases, segments, range(begin, end), speakers, used)
        options = (*_questions(chapter, ranked), *_names(ranked, language), *_first_words(chapter, longest))
        title = _first_free(options, taken, longest) or _numbered(number, taken)
        taken.add(title.casefold())
        used.update(content_stems(title))
        titles.append(title)
    return titles


def _rank(
    phrases: Iterable[Phrase], segments: Sequence[Segment], chapter: range, speakers: set[str], used: set[str]
) -> list[_Scored]:
    """The phrases of a chapter, best first: said here and not elsewhere, early, rare, and long enough to be clear."""
    opening = _opening_end(segments, chapter)
    announced = {at for at in range(chapter.start, opening) if cues.count_announcements(segments[at].text)}
    share = len(chapter) / max(1, len(segments))
    ranked: list[_Scored] = []
    for phrase in phrases:
        first = bisect_left(phrase.places, chapter.start)
        here = bisect_left(phrase.places, chapter.stop) - first
        if not here:
            continue
        # The signed root of Dunning's log-likelihood, with half a mention as the prior.
        expected = share * (phrase.count + 0.5)
        score = math.sqrt(here * max(0.05, math.log((here + 0.5) / (expected + 0.25))))
        score *= (0.2 + phrase.rarity) * phrase.soundness * LENGTH_WORTH[len(phrase.key)]
        score *= 1.3 if phrase.name else 1.0
        score *= 1.8 if phrase.places[first] < opening else 1.0
        score *= 1.5 if phrase.places[first] in announced else 1.0
        score *= 0.2 if set(phrase.key) <= speakers else 1.0
        score *= 0.5 if used.intersection(phrase.key) else 1.0
        ranked.append(_Scored(phrase, score))
    return sorted(ranked, key=lambda one: (-one.score, one.phrase.places[0], one.phrase.text))


def _opening_end(segments: Sequence[Segment], chapter: range) -> int:
    said = 0
    for at in chapter:
        said += len(segments[at].text.split())
        if said > _OPENING_WORDS:
            return at + 1
    return chapter.stop


def _questions(chapter: Sequence[Segment], ranked: Sequence[_Scored]) -> Iterable[str]:
    """Short questions near the chapter's beginning that name what it is about."""
    best = {word for one in ranked[:6] for word in one.phrase.key}
    for segment in chapter[:6]:
        match = _QUESTION.match(segment.text.strip())
        if match:
            asked = match.group(1)
            words = [word.lower() for word in tokens(asked)]
            if 3 <= len(words) <= 8 and not _LEANING.intersection(words) and best.intersection(content_stems(asked)):
                yield asked[0].upper() + asked[1:]


def _names(ranked: Sequence[_Scored], language: str) -> Iterable[str]:
    """The best phrases as titles; a slight one first with a companion, then alone."""
    for one in ranked[:12]:
        title = _cased(one.phrase.text, language)
        if len(title) < _SLIGHT and language == "en":
            for other in ranked[:12]:
                apart = not set(other.phrase.key) & set(one.phrase.key)
                clear = other.phrase.name or other.phrase.count > 1
                if apart and clear and one.score >= other.score >= _SECOND * one.score:
                    yield f"{title} and {_cased(other.phrase.text, language)}"
                    break
        yield title


def _first_words(chapter: Sequence[Segment], longest: int) -> Iterable[str]:
    """The beginning of the chapter's longest sentences, cut between words where it is too long."""
    for segment in sorted(chapter, key=lambda one: -len(one.text))[:5]:
        text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", segment.text).strip(' .,;:!?-–—…"“”')
        words = text.split()
        while words and len(" ".join(words)) > longest:
            words.pop()
        while len(words) > 1 and (not tokens(words[-1]) or tokens(words[-1])[-1].lower() in STOP_WORDS):
            words.pop()
        kept = " ".join(words).strip(" ,.;:-–—") or text[:longest]
        if any(letter.isalpha() for letter in kept):
            yield kept[0].upper() + kept[1:]


def _first_free(options: Iterable[str], taken: set[str], longest: int) -> str | None:
    return next((one for one in options if len(one) <= longest and one.casefold() not in taken), None)


def _numbered(number: int, taken: set[str]) -> str:
    title = "Start" if number == 0 else f"Part {number + 1}"
    while title.casefold() in taken:
        title += "+"
    return title


def _cased(text: str, language: str) -> str:
    """English as titles are written, other languages with a capital first letter; names keep their letters.

    >>> _cased("keeper of instruments at MoMA", "en")
    'Keeper of Instruments at MoMA'
    """
    words = text.split(" ")
    for at, word in enumerate(words):
        plain = word.islower() and (at == 0 or (language == "en" and word not in _MINOR))
        words[at] = word[0].upper() + word[1:] if plain else word
    return " ".join(words)
