"""Artifacts moved from the recording's timeline to the one that a listener hears."""

from __future__ import annotations

from typing import TypeVar

from pipeline.models import (
    Chapter,
    Chapters,
    Clip,
    Credit,
    Mention,
    NoteLine,
    Seconds,
    Segment,
    ShowNotes,
    Soundbite,
    TimeMap,
    Transcript,
)
from pipeline.models.feed import MAX_LABEL

#: More than this missing, in seconds, is a cut.
_CUT = 0.25
_Line = TypeVar("_Line", NoteLine, Mention, Credit)


def retime_transcript(transcript: Transcript, times: TimeMap, duration: Seconds) -> Transcript:
    """The transcript as heard in audio of `duration` seconds, without the segments that were cut from it."""
    heard = (_retime_segment(segment, times) for segment in transcript.segments)
    kept = tuple(
        after
        for before, after in zip(transcript.segments, heard, strict=True)
        if after.end > after.start or before.end == before.start
    )
    return transcript.model_copy(update={"segments": kept, "duration": duration})


def _retime_segment(segment: Segment, times: TimeMap) -> Segment:
    words = tuple(word.model_copy(update=_moved(word.start, word.end, times)) for word in segment.words)
    return segment.model_copy(update={**_moved(segment.start, segment.end, times), "words": words})


def _moved(start: Seconds, end: Seconds, times: TimeMap) -> dict[str, Seconds]:
    return {"start": round(times.to_listener(start), 3), "end": round(times.to_listener(end), 3)}


def retime_chapters(chapters: Chapters, times: TimeMap, duration: Seconds) -> Chapters:
    """Chapters as heard: the first at 0 whatever plays before the talk, each ending where the next one starts."""
    starts = [round(times.to_listener(chapter.start), 3) for chapter in chapters.chapters]
    starts[:1] = [0.0] * bool(starts)
    shown = [(start, one) for start, one in zip(starts, chapters.chapters, strict=True) if start < duration]
    distinct = [pair for at, pair in enumerate(shown) if at == 0 or pair[0] > shown[at - 1][0]]
    ends = [*(start for start, _ in distinct[1:]), round(duration, 3)][: len(distinct)]
    return Chapters(
        chapters=tuple(
            Chapter(start=start, end=end, title=one.title, url=one.url, img=one.img, toc=one.toc)
            for (start, one), end in zip(distinct, ends, strict=True)
        )
    )


def retime_notes(notes: ShowNotes, times: TimeMap) -> ShowNotes:
    """Notes whose seconds are the listener's; a soundbite out of which something was cut is gone, its words may be."""

    def move(line: _Line) -> _Line:
        moved = round(times.to_listener(line.start), 3)
        return line.model_copy(update={"start": moved})

    bite = notes.soundbite
    return notes.model_copy(
        update={
            "headline": notes.headline and move(notes.headline),
            "summary": tuple(map(move, notes.summary)),
            "title": notes.title and move(notes.title),
            "covered": tuple(map(move, notes.covered)),
            "quotes": tuple(map(move, notes.quotes)),
            "people": tuple(map(move, notes.people)),
            "mentions": tuple(map(move, notes.mentions)),
            "soundbite": bite and _retime_soundbite(bite, times),
        }
    )


def _retime_soundbite(bite: Soundbite, times: TimeMap) -> Soundbite | None:
    moved = _moved(bite.start, bite.end, times)
    whole = abs((moved["end"] - moved["start"]) - (bite.end - bite.start)) < _CUT
    return bite.model_copy(update=moved) if whole else None


def clip_soundbite(notes: ShowNotes, duration: Seconds) -> tuple[Clip, ...]:
    """The soundbite of notes as heard; none where so little of it is left that apps would not show it.

    Source: the podcast namespace, soundbite, which recommends 15 to 120 seconds.
    """
    bite = notes.soundbite
    length = round(min(bite.end, duration) - bite.start, 3) if bite else 0.0
    if bite is None or length < 15:
        return ()
    return (Clip(start=bite.start, duration=length, title=bite.title[:MAX_LABEL] or None),)
