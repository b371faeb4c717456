"""The transcript as the episode page lays it out: sections by chapter, paragraphs by speaker, a colour a speaker."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.formats.clock import format_clock
from pipeline.formats.paragraphs import Paragraph, clean_line, split_paragraphs
from pipeline.models import Chapter, Seconds, Segment
from pipeline.pictures.palette import SPEAKERS


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One segment; `anchor` (`t=1:02`) where it is the first to begin in its second."""

    text: str
    start: Seconds
    end: Seconds
    anchor: str | None


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """What one speaker says at a stretch; `named` where the speaker has changed."""

    speaker: str | None
    colour: int
    start: Seconds
    named: bool
    sentences: tuple[SentenceView, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs under one chapter's title, or under none."""

    chapter: Chapter | None
    paragraphs: tuple[ParagraphView, ...]


def lay_out(segments: Sequence[Segment], chapters: Sequence[Chapter]) -> tuple[Section, ...]:
    """The transcript in sections; a chapter's begins with the first segment that starts in it."""
    starts = [chapter.start for chapter in chapters]
    spoken = [segment for segment in segments if clean_line(segment.text)]
    groups: dict[int, list[Segment]] = {}
    for segment in spoken:
        groups.setdefault(bisect_right(starts, segment.start + 0.0005) - 1, []).append(segment)
    colours, anchors = _colour_speakers(spoken), _Anchors()
    return tuple(
        Section(chapters[number] if number >= 0 else None, tuple(_view_paragraphs(groups[number], colours, anchors)))
        for number in sorted(groups)
    )


def _colour_speakers(segments: Iterable[Segment]) -> dict[str | None, int]:
    """A number from 1 for each speaker in order of first speaking; 0 for nobody."""
    names = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    return {None: 0, **{name: number % SPEAKERS + 1 for number, name in enumerate(names)}}


class _Anchors:
    """Hands out each second's anchor once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, time: Seconds) -> str | None:
        anchor = f"t={format_clock(time)}"
        if anchor in self._given:
            return None
        self._given.add(anchor)
        return anchor


def _view_paragraphs(
    segments: Sequence[Segment], colours: dict[str | None, int], anchors: _Anchors
) -> Iterable[ParagraphView]:
    previous: Paragraph | None = None
    for paragraph in split_paragraphs(segments):
        yield ParagraphView(
            speaker=clean_line(paragraph.speaker) if paragraph.speaker else None,
            colour=colours[paragraph.speaker or None],
            start=paragraph.start,
            named=previous is None or previous.speaker != paragraph.speaker,
            sentences=tuple(
                SentenceView(clean_line(one.text), one.start, one.end, anchors.take(one.start))
                for one in paragraph.segments
            ),
        )
        previous = paragraph
