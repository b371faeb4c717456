"""What an episode covers: a line a chapter, keywords, and an idea for its title, all of them phrases that were said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.editorial import titles
from pipeline.editorial.keyphrases import LENGTH_WORTH, Phrase, full_name, rank_keywords, telling
from pipeline.editorial.numerals import find_numbers
from pipeline.editorial.reading import Reading
from pipeline.editorial.titles import Candidate
from pipeline.editorial.words import content_stems, stem, tokens
from pipeline.models import NoteLine

_SUBJECTS = 4
_IN_TITLE = 3
_LONGEST_TITLE = 70
#: What is said less often is no subject of the episode.
_OFTEN = 3
#: How much the worth as a title counts beside how telling a phrase is: chosen on fifteen episodes' own titles.
_AS_TITLE = 0.1
#: Rarer words than this on the scale of the lexicon say something; commoner ones could be said of anything.
_TELLING = 0.3
#: Words that begin alike are forms of one in most languages.
_SAME_LETTERS = 7


def cover(reading: Reading) -> list[NoteLine]:
    """For each of several chapters up to four subjects that it has more of than the others, besides its title's."""
    brief = reading.brief
    lines: list[NoteLine] = []
    if len(brief.begins) < 2:
        return lines
    for number, said in enumerate(titles.rank_chapters(brief, reading.phrases, reading.lexicon)):
        used = set(content_stems(brief.titles[number])) if brief.titles else set()
        share = len(brief.rows(number)) / max(1, len(brief.segments))
        chosen = _different(sorted(said, key=lambda one: _order(one, share)), used | _speakers(reading), _SUBJECTS)
        if len(chosen) > 1:
            lines.append(_line(reading, chosen))
    return lines


def list_subjects(reading: Reading) -> NoteLine | None:
    """What the episode talks about most, in one line."""
    chosen = _different(_subjects(reading), _speakers(reading), _SUBJECTS)
    return _line(reading, chosen) if len(chosen) > 1 else None


def find_keywords(reading: Reading, count: int) -> tuple[str, ...]:
    """The phrases that tell most of the episode."""
    return rank_keywords(reading.phrases, [*sorted(_names(reading)), reading.brief.show], count)


def suggest_title(reading: Reading) -> NoteLine | None:
    """An idea for the episode's title: the subjects that speak best for it, and in English with which guest."""
    language = reading.brief.transcript.language
    chosen = _different(_subjects(reading), _speakers(reading), _IN_TITLE)
    if not chosen:
        return None
    shown = [titles.cased(one.phrase.text, language) for one in chosen]
    guests = [one.name for one in reading.brief.guests if one.name in _names(reading)]
    with_guest = [f" with {guests[0]}"] if len(guests) == 1 and language == "en" else []
    options = [
        _enumerate(shown[:count], language) + end for end in (*with_guest, "") for count in range(len(shown), 0, -1)
    ]
    text = next((one for one in options if len(one) <= _LONGEST_TITLE), None)
    return _cite(reading, chosen, text) if text else None


def _subjects(reading: Reading) -> list[Candidate]:
    """What is said at least three times, the most telling first; what is named at once and rarely elsewhere gains."""
    whole = replace(reading.brief, begins=(0,), starts=(0.0,), titles=())
    (ranked,) = titles.rank_chapters(whole, reading.phrases, reading.lexicon)
    show = {stem(word) for word in tokens(reading.brief.show)}
    often = [one for one in ranked if one.phrase.count >= _OFTEN and not show.issuperset(one.phrase.key)]
    best = sorted(often, key=lambda one: -math.log(telling(one.phrase) + 1e-9) - _AS_TITLE * one.worth)
    return [_whole(one, reading) for one in best]


def _whole(one: Candidate, reading: Reading) -> Candidate:
    """A name as it was first said in full."""
    named = full_name(one.phrase, reading.phrases)
    return one if named is one.phrase else replace(one, phrase=named, places=tuple(named.places))


def _names(reading: Reading) -> set[str]:
    return {segment.speaker for segment in reading.brief.segments if segment.speaker}


def _order(one: Candidate, share: float) -> tuple[float, int, str]:
    """The signed root of Dunning's log-likelihood, with half a mention as the prior, for rare and whole phrases."""
    here, phrase = len(one.places), one.phrase
    expected = share * (phrase.count + 0.5)
    score = math.sqrt(here * max(0.05, math.log((here + 0.5) / (expected + 0.25))))
    score *= (0.2 + phrase.rarity) * phrase.soundness * LENGTH_WORTH[len(phrase.key)] * (1.3 if phrase.name else 1.0)
    return -score, one.places[0], phrase.text


def _different(ranked: Iterable[Candidate], used: set[str], count: int) -> list[Candidate]:
    """The best that are sure to be subjects, no two sharing a word."""
    taken = {word[:_SAME_LETTERS] for word in used}
    chosen: list[Candidate] = []
    for one in ranked:
        beginnings = {word[:_SAME_LETTERS] for word in one.phrase.key}
        if len(chosen) < count and not taken & beginnings and _tells(one.phrase):
            chosen.append(one)
            taken |= beginnings
    return chosen


def _tells(phrase: Phrase) -> bool:
    sound = titles.is_whole(phrase) and phrase.headless * 2 <= phrase.count and not find_numbers(phrase.key[0])
    return sound and (phrase.name or phrase.rarity > _TELLING)


def _speakers(reading: Reading) -> set[str]:
    return {stem(word) for segment in reading.brief.segments for word in tokens(segment.speaker or "")}


def _line(reading: Reading, chosen: Sequence[Candidate]) -> NoteLine:
    text = _enumerate([one.phrase.text for one in chosen], reading.brief.transcript.language)
    return _cite(reading, chosen, text[:1].upper() + text[1:])


def _enumerate(parts: Sequence[str], language: str) -> str:
    if language != "en" or len(parts) < 2:
        return ", ".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _cite(reading: Reading, chosen: Sequence[Candidate], text: str) -> NoteLine:
    """A line that cites where each of its phrases is said first."""
    segments = reading.brief.segments
    rows = sorted({one.places[0] for one in chosen})
    return NoteLine(text=text, start=segments[rows[0]].start, segments=tuple(segments[row].id for row in rows))
