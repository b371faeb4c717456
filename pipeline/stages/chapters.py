"""chapters: where topics turn, as many as the evidence bears within the bounds, titled in the words of the episode."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.adapters import embeddings
from pipeline.config import ChapterChoice, ChaptersConfig, EditorialConfig, Prompts
from pipeline.editorial import boundaries, chosen_chapters, drafting, engines
from pipeline.editorial.engine import Brief
from pipeline.errors import StageError
from pipeline.formats.chapters import as_chapters
from pipeline.models import Chapter, Chapters, Person, Seconds, Topics, Transcript
from pipeline.store import Workspace


def run(
    work: Workspace,
    transcript: Transcript,
    topics: Topics,
    settings: ChaptersConfig,
    chosen: Sequence[str | ChapterChoice] | None,
    editorial: EditorialConfig | None = None,
    hosts: tuple[Person, ...] = (),
    guests: tuple[Person, ...] = (),
    title: str = "",
    show: str = "",
    about: str = "",
    prompts: Prompts | None = None,
) -> Chapters:
    """Chapters that begin at sentence starts, the first at 0, each ending where the next begins.

    Titles are those of the engine that `editorial` names, made of words that their chapter says; hosts, guests,
    and the titles and description of the episode and the show tell it which names it may use besides.
    `chosen` (overrides.yaml: `0:00 Title` lines, or more about a chapter) is a person's decision and is taken as it
    is. An episode shorter than two chapters of `min_length`, or one without words, is a single chapter.
    Raises ConfigError naming what of `chosen` cannot be used.
    """
    if chosen:
        marks = chosen_chapters.read_choices(chosen, transcript.duration)
        return Chapters(chapters=as_chapters(marks, transcript.duration))
    check_fit(transcript, topics)
    begins = find_begins(transcript, topics, settings)
    starts = (0.0, *(transcript.segments[at].start for at in begins[1:]))
    vectors = embeddings.read_npy(work.path(topics.vectors))
    brief = Brief(transcript, vectors, begins, starts, hosts=hosts, guests=guests, title=title, show=show, about=about)
    chosen_engines = engines.pick_engines(editorial or EditorialConfig(), work, prompts)
    named = drafting.draft_titles(brief, chosen_engines, settings.max_title, work.notice, work.stopgap)
    return _fill_ends(list(zip(starts, named, strict=True)), transcript.duration)


def find_begins(transcript: Transcript, topics: Topics, settings: ChaptersConfig) -> tuple[int, ...]:
    """The numbers of the segments that chapters begin with, from 0."""
    bounds = boundaries.Bounds.of(
        transcript.duration, min_length=settings.min_length,
        per_hour_min=settings.per_hour_min, per_hour_max=settings.per_hour_max,
    )  # fmt: skip
    spans = [(segment.start, segment.end) for segment in transcript.segments]
    chosen = boundaries.choose(topics.turns, [start for start, _ in spans], transcript.duration, bounds)
    return (0, *boundaries.shift_to_pauses(chosen, topics.turns, spans, settings.min_length))


def check_fit(transcript: Transcript, topics: Topics) -> None:
    """Raises StageError when the topics were found in another transcript."""
    if topics.segments != tuple(segment.id for segment in transcript.segments):
        raise StageError("the topics belong to another transcript", fix="run again with --from topics")


def _fill_ends(starts: Sequence[tuple[Seconds, str]], duration: Seconds) -> Chapters:
    ends = [*(start for start, _ in starts[1:]), max(duration, starts[-1][0])]
    return Chapters(
        chapters=tuple(
            Chapter(start=start, title=title, end=end) for (start, title), end in zip(starts, ends, strict=True)
        )
    )
