"""The transcript as the episode page lays it out: sections by chapter, paragraphs by speaker, a colour a speaker."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.formats.clock import format_clock
from pipeline.formats.paragraphs import Paragraph, clean_line, split_paragraphs
from pipeline.models import Chapter, Seconds, Segment

COLOURS = 6
STRIP_WIDTH = 10_000
_BREATH: Seconds = 1.0  # two stretches of one speaker this close are drawn as one


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


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker's colour number, share of the talking in percent, and SVG path on the timeline strip."""

    name: str
    colour: int
    share: int
    path: str


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


def measure_voices(segments: Sequence[Segment], duration: Seconds) -> tuple[Voice, ...]:
    """Who speaks, in order of first speaking, how much, and where."""
    spans: dict[str, list[tuple[Seconds, Seconds]]] = {}
    for segment in segments:
        if segment.speaker:
            runs = spans.setdefault(clean_line(segment.speaker), [])
            if runs and segment.start - runs[-1][1] <= _BREATH:
                runs[-1] = (runs[-1][0], max(segment.end, runs[-1][1]))
            else:
                runs.append((segment.start, segment.end))
    total = sum(end - start for runs in spans.values() for start, end in runs)
    return tuple(
        Voice(name, number % COLOURS + 1, _percent(runs, total), _draw(runs, duration))
        for number, (name, runs) in enumerate(spans.items())
    )


def _percent(runs: Iterable[tuple[Seconds, Seconds]], total: Seconds) -> int:
    return round(100 * sum(end - start for start, end in runs) / total) if total else 0


def _draw(runs: Iterable[tuple[Seconds, Seconds]], duration: Seconds) -> str:
    scale = STRIP_WIDTH / duration if duration else 0.0
    boxes = ((round(start * scale), max(1, round((end - start) * scale))) for start, end in runs)
    return "".join(f"M{left} 0h{width}v10h-{width}z" for left, width in boxes)


def _colour_speakers(segments: Iterable[Segment]) -> dict[str | None, int]:
    """A number from 1 for each speaker in order of first speaking; 0 for nobody."""
    names = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    return {None: 0, **{name: number % COLOURS + 1 for number, name in enumerate(names)}}


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
