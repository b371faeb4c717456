"""The engine that needs no other machine: everything it writes was said, and the same episode gives the same notes."""

from __future__ import annotations

from pipeline.config import NotesConfig
from pipeline.editorial import titles
from pipeline.editorial.engine import Brief
from pipeline.models import ShowNotes


class Extractive:
    """Titles from phrases and questions, notes from whole sentences; both offline and in any language."""

    def title_chapters(self, brief: Brief, longest: int) -> tuple[str, ...]:
        """A title for each chapter: what is named in it more than in the others, or a question that was asked."""
        from pipeline.editorial.reading import Reading

        reading = Reading.of(brief)
        return tuple(titles.make_titles(brief, reading.phrases, reading.lexicon, longest))

    def write_notes(self, brief: Brief, settings: NotesConfig) -> ShowNotes:
        """Notes of sentences and phrases that were said; an episode without any that stand alone has shorter ones."""
        from pipeline.editorial import overview, soundbites, summary
        from pipeline.editorial.reading import Reading

        reading = Reading.of(brief)
        return ShowNotes(
            headline=summary.pick_headline(reading),
            summary=tuple(summary.summarise(reading, settings.sentences)),
            title=overview.suggest_title(reading),
            covered=tuple(overview.cover(reading)),
            quotes=tuple(summary.quote(reading, settings.quotes)),
            keywords=overview.find_keywords(reading, settings.keywords),
            soundbite=soundbites.find_soundbite(reading),
        )
