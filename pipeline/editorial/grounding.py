"""Nothing in the notes that was not said: titles and notes of any engine, checked against what they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.editorial.claims import Ground, Passage, find_fault, is_quoted, stems
from pipeline.editorial.engine import Brief
from pipeline.editorial.mentions import find_mentions
from pipeline.models import Credit, Mention, NoteLine, Segment, ShowNotes, Soundbite

#: A sentence that cites more segments than this cites nothing in particular.
MOST_CITED = 40
#: What the podcast namespace asks of a soundbite, in seconds and characters.
SOUNDBITE_SECONDS = (15.0, 120.0)
SOUNDBITE_TITLE = 128
#: Times may be rounded by so much.
_ROUNDED = 0.05


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was left out of the notes: `where` it stood (`summary`, `chapter 3`), its text, and why."""

    where: str
    text: str
    why: str

    def __str__(self) -> str:
        """One sentence for the user."""
        return f"left out of the notes, {self.where}: {self.text!r} {self.why}"


def check_titles(titles: Sequence[str], brief: Brief) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """The titles, at most one a chapter, with "" for those with words, names or numbers that their chapter lacks."""
    checker = _Checker(brief)
    kept: list[str] = []
    for number, title in enumerate(titles[: len(brief.begins)]):
        passage = Passage(brief.chapter(number))
        fault = find_fault(title, passage, checker.ground, titled=True) if title else None
        kept.append("" if checker.refuse(f"chapter {number + 1}", title, fault) else title)
    return tuple(kept), tuple(checker.refusals)


def check_notes(notes: ShowNotes, brief: Brief) -> tuple[ShowNotes, tuple[Refusal, ...]]:
    """The notes without what was not said, and what was left out.

    Every line must cite segments that exist, at most MOST_CITED of them, and begin where the first does. What it names,
    counts or quotes must be in them (names may be those of the people on the show, or of the glossary if they were
    said anywhere). Quotes and the soundbite's title must be theirs word for word, of one speaker.
    """
    checker = _Checker(brief)
    checked = {
        "headline": checker.line("headline", notes.headline),
        "summary": checker.lines("summary", notes.summary),
        "title": checker.line("title", notes.title, titled=True),
        "covered": checker.lines("covered", notes.covered),
        "quotes": checker.quotes(notes.quotes),
        "people": tuple(one for one in notes.people if checker.person(one)),
        "mentions": tuple(one for one in notes.mentions if checker.mention(one)),
        "keywords": tuple(one for one in notes.keywords if checker.keyword(one)),
        "soundbite": checker.soundbite(notes.soundbite),
    }
    return notes.model_copy(update=checked), tuple(checker.refusals)


class _Checker:
    """The checks of one episode, and what they refused so far."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._rows = {segment.id: row for row, segment in enumerate(brief.segments)}
        self.refusals: list[Refusal] = []

    @cached_property
    def ground(self) -> Ground:
        """What may be named anywhere in the notes."""
        brief = self._brief
        said = {mention.term for mention in find_mentions(brief.segments, brief.terms)}
        speakers = (segment.speaker or "" for segment in brief.segments)
        people = (person.name for person in (*brief.hosts, *brief.guests))
        known = (*speakers, *people, brief.title, brief.show, brief.about, *said)
        unsaid = [term.term for term in brief.terms if term.term not in said]
        return Ground.of(brief.transcript.language, filter(None, known), brief.segments, unsaid)

    @cached_property
    def _whole(self) -> Passage:
        return Passage(self._brief.segments)

    def refuse(self, where: str, text: str, fault: str | None) -> bool:
        """Note a fault, if there is one; whether there is."""
        if fault:
            self.refusals.append(Refusal(where, text, fault))
        return fault is not None

    def line(self, where: str, line: NoteLine | None, *, titled: bool = False) -> NoteLine | None:
        """The line, or None where it says what its segments do not."""
        if line is None:
            return None
        cited = self._cited(line.segments)
        fault = _misplaced(line, cited) or find_fault(line.text, Passage(cited), self.ground, titled=titled)
        return None if self.refuse(where, line.text, fault) else line

    def lines(self, where: str, lines: Iterable[NoteLine]) -> tuple[NoteLine, ...]:
        """The lines that stand."""
        return tuple(one for one in lines if self.line(where, one) is not None)

    def quotes(self, quotes: Iterable[NoteLine]) -> tuple[NoteLine, ...]:
        """The quotes that were said word for word by the one that they name."""
        kept = []
        for quote in quotes:
            cited = self._cited(quote.segments)
            fault = _misplaced(quote, cited) or self._misquoted(quote.text, quote.speaker, cited)
            if not self.refuse("quotes", quote.text, fault):
                kept.append(quote)
        return tuple(kept)

    def person(self, person: Credit) -> bool:
        """Whether somebody is on the show, or is named where it says."""
        cited = self._cited([person.segment])
        fine = self.ground.knows(stems(person.name)) or bool(cited and _says(cited[0], person.name))
        return not self.refuse("people", person.name, None if fine else "is not named there")

    def mention(self, mention: Mention) -> bool:
        """Whether a term was said where it says."""
        cited = self._cited([mention.segment])
        fine = bool(cited) and _says(cited[0], mention.term)
        return not self.refuse("mentions", mention.term, None if fine else "was not said there")

    def keyword(self, keyword: str) -> bool:
        """Whether the words of a keyword were said one after another."""
        said = f" {' '.join(stems(keyword))} " in self._whole.words or is_quoted(keyword, self._whole.text)
        return not self.refuse("keywords", keyword, None if said and keyword.strip() else "was not said")

    def soundbite(self, bite: Soundbite | None) -> Soundbite | None:
        """The soundbite, or None where it is too long or short, or not what it says."""
        if bite is None:
            return None
        cited = self._cited(bite.segments)
        least, most = SOUNDBITE_SECONDS
        fault = _uncited(bite.segments, cited) or self._misquoted(bite.title, bite.speaker, cited)
        if not fault and not least - _ROUNDED <= bite.end - bite.start <= most + _ROUNDED:
            fault = f"lasts {bite.end - bite.start:.0f} seconds, and may last {least:.0f} to {most:.0f}"
        if not fault and (bite.start < cited[0].start - _ROUNDED or bite.end > cited[-1].end + _ROUNDED):
            fault = "is not where its segments are"
        if not fault and len(bite.title) > SOUNDBITE_TITLE:
            fault = f"is longer than {SOUNDBITE_TITLE} characters"
        return None if self.refuse("soundbite", bite.title, fault) else bite

    def _cited(self, ids: Iterable[int]) -> list[Segment]:
        return [self._brief.segments[self._rows[one]] for one in ids if one in self._rows]

    def _misquoted(self, text: str, speaker: str | None, cited: Sequence[Segment]) -> str | None:
        rows = [self._rows[segment.id] for segment in cited]
        if rows != list(range(rows[0], rows[0] + len(rows))):
            return "is put together from what was not said in one go"
        if {segment.speaker for segment in cited} != {speaker}:
            return f"was not said by {speaker or 'nobody known'}"
        return None if is_quoted(text, Passage(cited).text) else "was not said in these words"


def _uncited(ids: Sequence[int], cited: Sequence[Segment]) -> str | None:
    if not cited or len(cited) < len(ids):
        return "cites what is not in the transcript"
    return f"cites {len(cited)} segments, more than {MOST_CITED}" if len(cited) > MOST_CITED else None


def _misplaced(line: NoteLine, cited: Sequence[Segment]) -> str | None:
    fault = _uncited(line.segments, cited)
    if not fault and not line.text.strip():
        return "is empty"
    if not fault and not cited[0].start - _ROUNDED <= line.start <= cited[0].end + _ROUNDED:
        return "does not begin where its segments do"
    return fault


def _says(segment: Segment, term: str) -> bool:
    return f" {' '.join(stems(term))} " in Passage([segment]).words
