"""Drafts of any engine: what stands is kept, the rest comes from the next, and the user is told."""

from dataclasses import dataclass, field

import pytest
from talk_samples import THREE_TOPICS, TOPICS, bag_vectors, talk

from pipeline.config import NotesConfig
from pipeline.editorial.drafting import draft_notes, draft_titles
from pipeline.editorial.engine import Brief, EngineError
from pipeline.editorial.extractive import Extractive
from pipeline.models import NoteLine, ShowNotes


@dataclass
class Scripted:
    """An engine that answers as it is told."""

    titles: tuple[str, ...] = ()
    notes: ShowNotes = field(default_factory=lambda: ShowNotes(summary=(), engine="llm"))
    fails: str = ""

    def title_chapters(self, brief: Brief, longest: int) -> tuple[str, ...]:
        if self.fails:
            raise EngineError(self.fails)
        return self.titles

    def write_notes(self, brief: Brief, settings: NotesConfig) -> ShowNotes:
        if self.fails:
            raise EngineError(self.fails)
        return self.notes


@pytest.fixture
def brief() -> Brief:
    said = talk(THREE_TOPICS)
    begins = (0, len(talk(TOPICS[0]).segments), len(talk((*TOPICS[0], *TOPICS[1])).segments))
    starts = tuple(said.segments[at].start for at in begins)
    return Brief(said, bag_vectors([one.text for one in said.segments]), begins, starts)


def line(brief: Brief, text: str, row: int) -> NoteLine:
    return NoteLine(text=text, start=brief.segments[row].start, segments=(row,))


def test_titles_that_stand_are_kept_and_the_others_replaced(brief: Brief) -> None:
    told: list[str] = []
    made = draft_titles(brief, [Scripted(("Sourdough Bread", "Submarines", "")), Extractive()], 40, told.append)
    own = draft_titles(brief, [Extractive()], 40, told.append)
    assert made == ("Sourdough Bread", *own[1:])
    assert len(told) == 1
    assert "Submarines" in told[0]


@pytest.mark.parametrize(
    "offered",
    [("Bread",), ("Bread", "Sails", "Stars", "More"), ("Bread", "bread", "BREAD"), ("Rye flour " * 9, "", "")],
)
def test_too_few_too_many_the_same_or_too_long_titles_do_no_harm(brief: Brief, offered: tuple[str, ...]) -> None:
    made = draft_titles(brief, [Scripted(offered), Extractive()], 40, lambda text: None)
    assert len({title.casefold() for title in made}) == len(made) == 3
    assert all(0 < len(title) <= 40 for title in made)


def test_an_engine_that_fails_is_told_and_the_next_one_works(brief: Brief) -> None:
    told: list[str] = []
    engines = [Scripted(fails="the endpoint is down"), Extractive()]
    assert draft_titles(brief, engines, 40, told.append) == draft_titles(brief, [Extractive()], 40, told.append)
    assert draft_notes(brief, engines, NotesConfig(), told.append) == draft_notes(
        brief, [Extractive()], NotesConfig(), told.append
    )
    assert told == [f"{one}: the endpoint is down; they are extractive" for one in ("chapter titles", "show notes")]


def test_without_any_title_chapters_are_numbered(brief: Brief) -> None:
    assert draft_titles(brief, [Scripted(("", "", ""))], 40, lambda text: None) == ("Start", "Part 2", "Part 3")


def test_notes_are_completed_and_inventions_left_out(brief: Brief) -> None:
    told: list[str] = []
    written = ShowNotes(
        summary=(line(brief, "The baker lets bread dough rest.", 1), line(brief, "He was born in Vienna.", 1)),
        covered=(line(brief, "Sails, a mast and a boat in the harbour", brief.begins[1] + 3),),
        engine="llm",
    )
    made = draft_notes(brief, [Scripted(notes=written), Extractive()], NotesConfig(), told.append)
    own = draft_notes(brief, [Extractive()], NotesConfig(), told.append)
    assert [one.text for one in made.summary] == [] or made.summary == written.summary[:1]
    assert made.engine == "llm"
    assert (made.headline, made.quotes, made.keywords) == (own.headline, own.quotes, own.keywords)
    assert any("Vienna" in text for text in told)
    starts = [one.start for one in made.covered]
    assert starts == sorted(starts)


def test_an_engine_whose_notes_all_fall_leaves_the_other_s(brief: Brief) -> None:
    written = ShowNotes(summary=(line(brief, "Submarines in Vienna.", 1),), engine="llm")
    made = draft_notes(brief, [Scripted(notes=written), Extractive()], NotesConfig(), lambda text: None)
    assert made.engine == "extractive"
    assert made.summary
