"""What was said, and who spoke when."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ConfigDict, Field, RootModel

from pipeline.models.base import Model, Seconds


class Word(Model):
    """One word as heard, punctuation attached, without surrounding spaces; `overlap`: somebody else speaks, too.

    `language` is there where it is not the transcript's.
    """

    start: Seconds
    end: Seconds
    text: str
    probability: float = 1.0
    speaker: str | None = None
    overlap: bool = Field(default=False, exclude_if=lambda overlap: not overlap)
    language: str | None = Field(default=None, exclude_if=lambda language: language is None)


class Segment(Model):
    """A run of words from one speaker, a sentence or so; `text` is its words joined as they are read.

    `language` is there where it is not the transcript's.
    """

    id: int
    start: Seconds
    end: Seconds
    text: str
    speaker: str | None = None
    words: tuple[Word, ...] = ()
    language: str | None = Field(default=None, exclude_if=lambda language: language is None)


class Transcript(Model):
    """Everything that was said, in order; `language` is an ISO 639-1 code, `model` the recogniser's name."""

    language: str
    duration: Seconds
    model: str
    segments: tuple[Segment, ...]

    def words(self) -> Iterator[Word]:
        """Every word in order."""
        for segment in self.segments:
            yield from segment.words


class Turn(Model):
    """One speaker talking from `start` to `end`; turns of different speakers may overlap."""

    start: Seconds
    end: Seconds
    speaker: str


class Turns(RootModel[tuple[Turn, ...]]):
    """Who spoke when, ordered by start (turns.json; RTTM through formats)."""

    model_config = ConfigDict(frozen=True)


class SecondHearing(Model):
    """A place where `heard` might have been the glossary's `term`: what was heard the second time, and what came of it.

    `again` is empty where the same was heard; `why` says in words why the second hearing was `taken` or not.
    """

    start: Seconds
    end: Seconds
    heard: str
    again: str
    term: str
    taken: bool
    why: str


class RelistenedPiece(Model):
    """A piece of sound that was decoded again with `hotwords`; `left_out` are terms for which there was no room."""

    start: Seconds
    end: Seconds
    hotwords: tuple[str, ...]
    left_out: int = 0
    places: tuple[SecondHearing, ...] = ()


class Relistened(Model):
    """What was listened to a second time for names, of the `terms` that the vocabulary had (relistened.json)."""

    terms: int
    pieces: tuple[RelistenedPiece, ...] = ()
