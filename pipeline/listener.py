"""Artifacts moved from the recording's timeline to the one that a listener hears."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from pipeline import sentences
from pipeline.assembly.marks import mark_elements
from pipeline.editing.mending import mend
from pipeline.editing.quotes import Said, letters
from pipeline.models import (
    Chapter,
    Chapters,
    Clip,
    Credit,
    Element,
    Mention,
    NoteLine,
    Seconds,
    Segment,
    ShowNotes,
    Soundbite,
    TimeMap,
    Transcript,
    Word,
)
from pipeline.models.feed import MAX_LABEL

_LEAST_CHAPTER = 1.0  # seconds of a chapter that must be left
_LEAST_SHARE, _LEAST_WORDS = 0.8, 4  # of a line's words that must be left, or what is left is another line
_SHORTEST, _LONGEST = 15.0, 120.0  # seconds of a soundbite
_PLAYED = 0.05  # seconds of something else in a soundbite that nobody hears
_Line = TypeVar("_Line", NoteLine, Mention, Credit)


def retime_transcript(transcript: Transcript, times: TimeMap, duration: Seconds) -> Transcript:
    """The transcript as heard in audio of `duration` seconds: without the words that were cut from it.

    What is left of a sentence is written as one. Segments keep their ids; one of which nothing is left is gone.
    """
    parts = [(one, _words_of(one)) for one in transcript.segments]
    flags = [[times.is_heard(word.start, word.end) for word in words] for _, words in parts]
    left = [
        (segment, words, heard)
        for (segment, words), heard in zip(parts, flags, strict=True)
        if any(heard) or (not words and times.is_heard(segment.start, segment.end))
    ]
    kept = []
    for at, (segment, words, heard) in enumerate(left):
        goes_on = at + 1 < len(left) and _is_one_sentence(left[at], left[at + 1])
        follows = at > 0 and _is_one_sentence(left[at - 1], left[at])
        kept.append(_retime_segment(segment, words, heard, times, goes_on=goes_on, follows=follows))
    return transcript.model_copy(update={"segments": tuple(kept), "duration": duration})


_Part = tuple[Segment, Sequence[Word], Sequence[bool]]


def _words_of(segment: Segment) -> Sequence[Word]:
    return segment.words or sentences.spread(segment.text, segment.start, segment.end)


def _is_one_sentence(one: _Part, other: _Part) -> bool:
    """Whether a cut took the end of one segment and the beginning of the next: what is left is said in one go."""
    return bool(one[2] and other[2] and not one[2][-1] and not other[2][0] and one[0].speaker == other[0].speaker)


def _retime_segment(
    segment: Segment, words: Sequence[Word], heard: Sequence[bool], times: TimeMap, *, goes_on: bool, follows: bool
) -> Segment:
    if all(heard):
        moved = tuple(_move_word(word, times) for word in segment.words)
        return segment.model_copy(update={**_moved(segment.start, segment.end, times), "words": moved})
    texts = mend([word.text for word in words], heard, goes_on=goes_on, follows=follows)
    left = [word for word, kept in zip(words, heard, strict=True) if kept]
    moved = tuple(
        _move_word(word, times).model_copy(update={"text": text}) for word, text in zip(left, texts, strict=True)
    )
    return segment.model_copy(
        update={
            "start": moved[0].start,
            "end": max(word.end for word in moved),
            "text": sentences.join(texts),
            "words": moved if segment.words else (),
        }
    )


def _move_word(word: Word, times: TimeMap) -> Word:
    return word.model_copy(update=_moved(word.start, word.end, times))


def _moved(start: Seconds, end: Seconds, times: TimeMap) -> dict[str, Seconds]:
    begin = round(times.to_listener(start), 3)
    return {"start": begin, "end": max(begin, round(times.ends_at(end), 3))}


def retime_chapters(
    chapters: Chapters, times: TimeMap, duration: Seconds, elements: tuple[Element, ...] = ()
) -> Chapters:
    """Chapters as heard, with those of `elements` that have a title, each ending where the next one starts.

    The first begins at 0 whatever plays before the talk, unless that has a title. One of which nothing is left is
    gone; one that began in what was cut begins at the join.
    """
    chapters = _without_silent(chapters, times)
    starts = [round(times.to_listener(chapter.start), 3) for chapter in chapters.chapters]
    starts[:1] = [0.0] * bool(starts)
    shown = [(start, one) for start, one in zip(starts, chapters.chapters, strict=True) if start < duration]
    distinct = [pair for at, pair in enumerate(shown) if at == 0 or pair[0] > shown[at - 1][0]]
    ends = [*(start for start, _ in distinct[1:]), round(duration, 3)][: len(distinct)]
    of_the_talk = Chapters(
        chapters=tuple(
            Chapter(start=start, end=end, title=one.title, url=one.url, img=one.img, toc=one.toc)
            for (start, one), end in zip(distinct, ends, strict=True)
        )
    )
    return mark_elements(of_the_talk, elements, times, duration)


def _without_silent(chapters: Chapters, times: TimeMap) -> Chapters:
    """The chapters of which something is heard; all of them where that is none."""
    all_ = chapters.chapters
    ends = [*(one.start for one in all_[1:]), float("inf")][: len(all_)]
    kept = tuple(one for one, end in zip(all_, ends, strict=True) if times.heard_in(one.start, end) >= _LEAST_CHAPTER)
    return Chapters(chapters=kept or all_)


def retime_notes(notes: ShowNotes, transcript: Transcript, times: TimeMap) -> ShowNotes:
    """The notes with the listener's seconds, and nothing in them that only was said in what was cut.

    A line out of which words were cut has the others, where most are left; else it is gone, as are names that nobody
    hears. A soundbite stays where 15 to 120 seconds of it are left, its title among them.
    """
    left = _Left(transcript, times)
    bite = notes.soundbite
    return notes.model_copy(
        update={
            "headline": notes.headline and left.line(notes.headline),
            "summary": left.lines(notes.summary),
            "title": notes.title and left.line(notes.title),
            "covered": left.lines(notes.covered),
            "quotes": left.lines(notes.quotes),
            "people": tuple(filter(None, map(left.person, notes.people))),
            "mentions": tuple(filter(None, map(left.mention, notes.mentions))),
            "keywords": tuple(filter(left.is_said, notes.keywords)),
            "soundbite": bite and left.soundbite(bite),
        }
    )


class _Left:
    """What of a transcript is heard."""

    def __init__(self, transcript: Transcript, times: TimeMap) -> None:
        self._transcript, self._times = transcript, times
        self._segments = {segment.id: segment for segment in transcript.segments}

    @cached_property
    def _heard(self) -> Transcript:
        return retime_transcript(self._transcript, self._times, self._transcript.duration)

    @cached_property
    def _now(self) -> Said:
        return Said(self._heard)

    @cached_property
    def _before(self) -> str:
        return letters(" ".join(segment.text for segment in self._transcript.segments))

    @cached_property
    def _after(self) -> str:
        return letters(" ".join(segment.text for segment in self._heard.segments))

    def _flags(self, words: Sequence[Word]) -> list[bool]:
        return [self._times.is_heard(word.start, word.end) for word in words]

    def _cited(self, segments: Sequence[int]) -> tuple[tuple[Segment, ...], list[bool]]:
        cited = tuple(self._segments[one] for one in segments if one in self._segments)
        return cited, self._flags([word for segment in cited for word in _words_of(segment)])

    def lines(self, lines: Sequence[NoteLine]) -> tuple[NoteLine, ...]:
        return tuple(filter(None, map(self.line, lines)))

    def line(self, line: NoteLine) -> NoteLine | None:
        """The line with what is left of it, at the listener's second."""
        cited, heard = self._cited(line.segments)
        if all(heard):
            return self._move(line)
        words = [word for segment in cited for word in _words_of(segment)]
        places = Said(self._transcript.model_copy(update={"segments": cited})).find(line.text)
        text = line.text
        if places and all(segment.words for segment in cited):
            said = slice(places[0].first, places[0].last + 1)
            words, heard = words[said], heard[said]
            if not all(heard):
                text = sentences.join(mend([word.text for word in words], heard))
        if heard.count(True) < max(_LEAST_WORDS * (text != line.text), _LEAST_SHARE * len(heard)):
            return None
        ids = tuple(one.id for one in cited if any(self._flags(_words_of(one))))
        return self._move(line).model_copy(update={"text": text, "segments": ids})

    def _move(self, line: _Line) -> _Line:
        return line.model_copy(update={"start": round(self._times.to_listener(line.start), 3)})

    def _is_heard_at(self, start: Seconds) -> bool:
        return self._times.is_heard(start, start + _PLAYED)

    def mention(self, mention: Mention) -> Mention | None:
        """The term where it is heard first."""
        return self._move(mention) if self._is_heard_at(mention.start) else self._find(mention, mention.term)

    def _find(self, line: _Line, name: str) -> _Line | None:
        places = self._now.find(name)
        if not places:
            return None
        start = self._now.words[places[0].first].start
        segment = next(one.id for one in self._heard.segments if one.start <= start <= one.end)
        return line.model_copy(update={"start": start, "segment": segment})

    def person(self, person: Credit) -> Credit | None:
        """The person where they are heard, or heard of, first; whoever is on the show is named anyway."""
        if self._is_heard_at(person.start):
            return self._move(person)
        if person.role == "mentioned":
            return self._find(person, person.name)
        own = next((one for one in self._heard.segments if one.speaker == person.name), None)
        return person.model_copy(update={"start": own.start, "segment": own.id}) if own else self._move(person)

    def is_said(self, keyword: str) -> bool:
        """Whether a keyword is still said, if it ever was in these words."""
        sought = letters(keyword)
        return sought not in self._before or sought in self._after

    def soundbite(self, bite: Soundbite) -> Soundbite | None:
        """The soundbite, if what is left of it is one and nothing else is played in it."""
        moved = _moved(bite.start, bite.end, self._times)
        seconds, left = moved["end"] - moved["start"], self._times.heard_in(bite.start, bite.end)
        if abs(seconds - left) > _PLAYED:
            return None
        if abs(left - (bite.end - bite.start)) <= _PLAYED:
            return bite.model_copy(update=moved)
        cited, heard = self._cited(bite.segments)
        places = Said(self._transcript.model_copy(update={"segments": cited})).find(bite.title)
        titled = all(heard) or any(all(heard[one.first : one.last + 1]) for one in places)
        return bite.model_copy(update=moved) if titled and _SHORTEST <= seconds <= _LONGEST else None


def clip_soundbite(notes: ShowNotes, duration: Seconds) -> tuple[Clip, ...]:
    """The soundbite of notes as heard; none where so little of it is left that apps would not show it.

    Source: the podcast namespace, soundbite, which recommends 15 to 120 seconds.
    """
    bite = notes.soundbite
    length = round(min(bite.end, duration) - bite.start, 3) if bite else 0.0
    if bite is None or length < _SHORTEST:
        return ()
    return (Clip(start=bite.start, duration=length, title=bite.title[:MAX_LABEL] or None),)
