"""Segments gathered for reading: a paragraph a speaker, long speeches broken where somebody takes a breath."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pipeline.models import Seconds, Segment

_LONG, _TOO_LONG = 480, 960  # characters after which a pause ends a paragraph, and after which anything does
_BREATH: Seconds = 0.5
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def clean_line(text: str) -> str:
    """Text on one line: any run of white space is a space, control characters are gone."""
    return " ".join(_CONTROL.sub("", text).split())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive segments of one speaker."""

    speaker: str | None
    segments: tuple[Segment, ...]

    @property
    def start(self) -> Seconds:
        """When its first word is said."""
        return self.segments[0].start

    @property
    def text(self) -> str:
        """All that is said in it, on one line."""
        return clean_line(" ".join(segment.text for segment in self.segments))


def split_paragraphs(segments: Iterable[Segment], breaks: Collection[int] = ()) -> Iterator[Paragraph]:
    """Paragraphs in order; none holds two speakers, and each segment whose id is in `breaks` begins one."""
    held: list[Segment] = []
    length = 0
    for segment in segments:
        if held and (segment.id in breaks or _ends_before(segment, held[-1], length)):
            yield Paragraph(held[0].speaker, tuple(held))
            held, length = [], 0
        held.append(segment)
        length += len(segment.text)
    if held:
        yield Paragraph(held[0].speaker, tuple(held))


def _ends_before(segment: Segment, previous: Segment, length: int) -> bool:
    pause = segment.start - previous.end
    return segment.speaker != previous.speaker or length > _TOO_LONG or (length > _LONG and pause >= _BREATH)
