"""notes: what the episode is about, who is on it, what was mentioned and well said; nothing that was not said."""

from __future__ import annotations

from bisect import bisect_left

from pipeline.adapters import embeddings
from pipeline.config import EditorialConfig, Glossary, NotesConfig, Prompts
from pipeline.editorial import drafting, engines, people
from pipeline.editorial.engine import Brief
from pipeline.models import Chapters, Person, ShowNotes, Topics, Transcript
from pipeline.stages.chapters import check_fit
from pipeline.store import Workspace


def run(
    work: Workspace,
    transcript: Transcript,
    topics: Topics,
    chapters: Chapters,
    glossary: Glossary,
    settings: NotesConfig,
    editorial: EditorialConfig | None = None,
    hosts: tuple[Person, ...] = (),
    guests: tuple[Person, ...] = (),
    title: str = "",
    show: str = "",
    about: str = "",
    prompts: Prompts | None = None,
) -> ShowNotes:
    """Notes for an episode by the engine that `editorial` names; what it writes that was not said is left out and told.

    Every line carries the segments that it comes from. `quotes` and the soundbite are word for word; `people` are
    speakers with names, and those of the glossary, hosts and guests who were named; `mentions` the glossary's other
    terms that were said. An episode in which little is said has short notes, or empty ones.
    """
    check_fit(transcript, topics)
    brief = Brief(
        transcript,
        embeddings.read_npy(work.path(topics.vectors)),
        begins=_find_begins(transcript, chapters),
        starts=tuple(chapter.start for chapter in chapters.chapters),
        titles=tuple(chapter.title for chapter in chapters.chapters),
        terms=glossary.terms,
        hosts=hosts,
        guests=guests,
        title=title,
        show=show,
        about=about,
    )
    chosen = engines.pick_engines(editorial or EditorialConfig(), work, prompts)
    written = drafting.draft_notes(brief, chosen, settings, work.notice, work.stopgap)
    return written.model_copy(
        update={
            "people": people.find_people(transcript.segments, hosts, guests, glossary.terms),
            "mentions": people.find_things(transcript.segments, glossary.terms),
        }
    )


def _find_begins(transcript: Transcript, chapters: Chapters) -> tuple[int, ...]:
    """The numbers of the segments that chapters begin with; what is said before the first belongs to it."""
    starts = [segment.start for segment in transcript.segments]
    return (0, *(bisect_left(starts, chapter.start) for chapter in chapters.chapters[1:]))
