"""From what engines write to titles and notes that stand: checked, and completed by the next engine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from pipeline.config import NotesConfig
from pipeline.editorial import grounding
from pipeline.editorial.engine import Brief, Engine, EngineError
from pipeline.models import NoteLine, ShowNotes

Tell = Callable[[str], None]


def draft_titles(
    brief: Brief, engines: Sequence[Engine], longest: int, tell: Tell, stopgap: Tell | None = None
) -> tuple[str, ...]:
    """A title for each chapter, all different: the first engine's that stands, else `Start` or `Part 2`.

    `tell` hears what an engine invented, `stopgap` (else `tell`) why one could not work.
    """
    titles = [""] * len(brief.begins)
    for engine in engines:
        if all(titles):
            break
        try:
            offered = engine.title_chapters(brief, longest)
        except EngineError as error:
            (stopgap or tell)(f"chapter titles: {error}; they are extractive")
            continue
        checked, refused = grounding.check_titles(offered, brief)
        for one in refused:
            tell(str(one))
        for number, title in enumerate(checked[: len(titles)]):
            if not titles[number] and len(title) <= longest and _is_new(title, titles):
                titles[number] = title
    for number in range(len(titles)):
        titles[number] = titles[number] or _numbered(number, titles)
    return tuple(titles)


def draft_notes(
    brief: Brief, engines: Sequence[Engine], settings: NotesConfig, tell: Tell, stopgap: Tell | None = None
) -> ShowNotes:
    """Notes of which each part is the first engine's that has one that stands. `tell` and `stopgap` as for titles."""
    made: ShowNotes | None = None
    for engine in engines:
        if made is not None and _is_complete(made, brief, settings):
            break
        try:
            offered = engine.write_notes(brief, settings)
        except EngineError as error:
            (stopgap or tell)(f"show notes: {error}; they are extractive")
            continue
        checked, refused = grounding.check_notes(offered, brief)
        for one in refused:
            tell(str(one))
        made = checked if made is None or _is_empty(made) else _complete(made, checked, brief)
    return made or ShowNotes(summary=())


def _is_new(title: str, titles: Sequence[str]) -> bool:
    return title.casefold() not in {one.casefold() for one in titles}


def _numbered(number: int, titles: Sequence[str]) -> str:
    title = "Start" if number == 0 else f"Part {number + 1}"
    while not _is_new(title, titles):
        title += "+"
    return title


def _is_empty(notes: ShowNotes) -> bool:
    return notes.model_copy(update={"engine": "extractive"}) == ShowNotes(summary=())


def _is_complete(notes: ShowNotes, brief: Brief, settings: NotesConfig) -> bool:
    parts = (notes.headline, notes.summary, notes.title, notes.soundbite)
    wanted = (notes.quotes or not settings.quotes, notes.keywords or not settings.keywords)
    return all(parts) and all(wanted) and len(notes.covered) >= len(brief.starts)


def _complete(notes: ShowNotes, others: ShowNotes, brief: Brief) -> ShowNotes:
    """The notes with what they lack taken from others."""
    lacking = {
        name: getattr(others, name)
        for name in ("headline", "summary", "title", "quotes", "keywords", "soundbite")
        if not getattr(notes, name)
    }
    return notes.model_copy(update={**lacking, "covered": _merge(notes.covered, others.covered, brief)})


def _merge(lines: Sequence[NoteLine], others: Sequence[NoteLine], brief: Brief) -> tuple[NoteLine, ...]:
    """A line a chapter, in order: the others' only where there is none."""
    own = {bisect_right(brief.starts, line.start): line for line in reversed(lines)}
    more = {bisect_right(brief.starts, line.start): line for line in reversed(others)}
    both = {**more, **own}
    return tuple(both[chapter] for chapter in sorted(both))
