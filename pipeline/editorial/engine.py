"""What writes titles and notes: one interface, which the extractive engine and a language model both implement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.config import NotesConfig, Term
from pipeline.models import Person, Seconds, Segment, ShowNotes, Transcript

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EngineError(Exception):
    """An engine could not do its work: why, in one sentence. The stage tells it and takes the extractive engine."""


@dataclass(frozen=True, slots=True)
class Brief:
    """All that an engine may know of an episode: what was said in it, and the show's own words about it.

    `vectors` has a unit-length sentence embedding for each segment, [segments, dimensions]. `begins` are the numbers
    (places in `transcript.segments`, not ids) of the segments that chapters begin with, ascending from 0; where nobody
    speaks in a chapter it has the number of the next. `starts` are their seconds, `titles` their titles once they
    have any. `title` is the episode's as a person gave it, `show` the show's, `about` what the show says of itself.
    """

    transcript: Transcript
    vectors: NDArray[np.floating]
    begins: tuple[int, ...]
    starts: tuple[Seconds, ...]
    titles: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    hosts: tuple[Person, ...] = ()
    guests: tuple[Person, ...] = ()
    title: str = ""
    show: str = ""
    about: str = ""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What was said, in order."""
        return self.transcript.segments

    def chapter(self, number: int) -> Sequence[Segment]:
        """The segments of a chapter, numbered from 0; none where nobody speaks in it."""
        return self.segments[self.rows(number).start : self.rows(number).stop]

    def rows(self, number: int) -> range:
        """The numbers of the segments of a chapter."""
        end = self.begins[number + 1] if number + 1 < len(self.begins) else len(self.segments)
        return range(self.begins[number], end)


class Engine(Protocol):
    """Writes titles and notes. What it makes is not trusted: the stage keeps only what `grounding` finds was said."""

    def title_chapters(self, brief: Brief, longest: int) -> tuple[str, ...]:
        """A title for each chapter of the brief, in order, of at most `longest` characters; "" where it has none.

        A title that is empty, too long, used twice or not grounded is replaced by the extractive engine's.
        Raises EngineError.
        """
        ...

    def write_notes(self, brief: Brief, settings: NotesConfig) -> ShowNotes:
        """Notes for the whole episode; each line with the ids of the segments that it was taken from.

        `start` is the first of these segments' start. Quotes and the soundbite's title are word for word. `people` and
        `mentions` stay empty: the stage fills them for every engine, as it fills what is missing or was refused with
        what the extractive engine wrote. Raises EngineError.
        """
        ...
