"""What an audiogram shows and when: which seconds, and their words in captions that are short enough to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.formats.paragraphs import clean_line
from pipeline.listener import clip_soundbite
from pipeline.models import Caption, CaptionWord, Clip, Seconds, Segment, ShowNotes, Storyboard, Transcript, Word
from pipeline.pictures.svg import estimate_width
from pipeline.pictures.timeline import measure_voices
from pipeline.site.languages import between_sentences

_WIDEST = 26.0  # letter sizes of text that stand on the screen together, in three lines or so
_PAUSE: Seconds = 0.7  # silence after which a caption ends
_STAYS: Seconds = 1.5  # how long a caption stays when nobody goes on


def choose_clip(named: Sequence[Clip], notes: ShowNotes, duration: Seconds) -> Clip | None:
    """The first soundbite that a person named, else the one that was found, in listener seconds; None without any."""
    return next((one for one in (*named, *clip_soundbite(notes, duration)) if one.start < duration), None)


def plan_clip(clip: Clip, said: Transcript, *, show: str, about: str, shape: str) -> Storyboard:
    """The storyboard of a clip of a transcript at the listener's times."""
    length = min(clip.duration, said.duration - clip.start)
    return Storyboard(
        start=clip.start,
        length=round(length, 3),
        title=clean_line(clip.title or ""),
        show=clean_line(show),
        about=clean_line(about),
        shape=shape,
        language=said.language,
        glue=between_sentences(said.language),
        captions=tuple(_caption(said, clip.start, clip.start + length)),
    )


def _caption(said: Transcript, begin: Seconds, end: Seconds) -> Iterator[Caption]:
    colours = {voice.name: voice.colour for voice in measure_voices(said.segments)}
    cards = list(_group(said.segments, begin, end))
    nexts: list[Seconds] = [*(words[0].start for _, words in cards[1:]), end]
    for (segment, words), following in zip(cards, nexts, strict=True):
        speaker = clean_line(segment.speaker) if segment.speaker else None
        yield Caption(
            start=_within(words[0].start - begin),
            end=_within(min(following, words[-1].end + _STAYS, end) - begin),
            words=tuple(
                CaptionWord(
                    start=_within(word.start - begin),
                    end=_within(min(word.end, end) - begin),
                    text=clean_line(word.text),
                )
                for word in words
            ),
            speaker=speaker,
            colour=colours.get(speaker or "", 0),
        )


def _group(segments: Iterable[Segment], begin: Seconds, end: Seconds) -> Iterator[tuple[Segment, list[Word]]]:
    """The words that begin in the clip, a speaker's and a screenful at a time."""
    for segment in segments:
        held: list[Word] = []
        for word in _words_of(segment):
            if not (begin - 0.05 <= word.start < end) or not clean_line(word.text):
                continue
            wide = sum(estimate_width(one.text, 1.0) + 0.3 for one in (*held, word))
            if held and (wide > _WIDEST or word.start - held[-1].end > _PAUSE):
                yield segment, held
                held = []
            held.append(word)
        if held:
            yield segment, held


def _words_of(segment: Segment) -> tuple[Word, ...]:
    """Its words; of a segment without any the whole text as one, so that nothing said is missing."""
    return segment.words or (Word(start=segment.start, end=segment.end, text=segment.text),)


def _within(time: Seconds) -> Seconds:
    return round(max(0.0, time), 3)
