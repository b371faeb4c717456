"""What notes say, in which order, and what they lose when there is too much of it."""

from __future__ import annotations

import re
from pathlib import Path

import packaged_samples as sample
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import site
from pipeline.adapters.note_templates import load_templates
from pipeline.config import NoteTemplate, NoteTemplates
from pipeline.errors import ConfigError
from pipeline.models import Chapter, Chapters, Credit, Mention, NoteLine, ShowNotes
from pipeline.site.notes import LIMIT, match_covered

SHIPPED = load_templates([], Path.cwd())
CHAPTERS = Chapters(
    chapters=(
        Chapter(start=0, title="Start"),
        Chapter(start=6.2, title="Brass", url="https://x.example/b"),
        Chapter(start=3700.9, title="The tide"),
    )
)


def line(text: str, start: float = 1.0, speaker: str | None = None) -> NoteLine:
    return NoteLine(text=text, start=start, segments=(0,), speaker=speaker)


NOTES = ShowNotes(
    headline=line("Tides drawn by brass."),
    summary=(line("One about the sea."), line("And two.")),
    covered=(line("What brass does.", 6.2), line("More of it.", 9.0)),
    quotes=(line("I heard the *horn*.", 754.0, "Grace"), line("Nobody knows.", 3.0)),
    people=(
        Credit(name="Niamh Quillane", role="host", link="https://x.example/n", start=0, segment=0),
        Credit(name="Bob", role="speaker", start=0, segment=0),
        Credit(name="Hedvig Kjærlund", role="mentioned", start=3, segment=0),
        Credit(name="Kjærlund", role="mentioned", start=2, segment=0),
    ),
    mentions=(
        Mention(term="BRYNE", kind="organisation", start=1, segment=0),
        Mention(term="Lyngholt", kind="organisation", link="https://x.example/l", start=1, segment=0),
        Mention(term="brine", kind="term", start=1, segment=0),
        Mention(term="Bob", kind="person", link="https://x.example/bob", start=1, segment=0),
        Mention(term="Niamh", kind="person", start=1, segment=0),
        Mention(term="Salt and Brass", kind="product", start=1, segment=0),
        Mention(term="A paper", link="https://x.example/p", start=1, segment=0),
    ),
    keywords=("tide machine", "brass"),
)


def render(
    notes: ShowNotes = NOTES,
    chapters: Chapters = CHAPTERS,
    summary: str | None = None,
    templates: NoteTemplates = SHIPPED,
) -> dict[str, str]:
    parts = site.gather_parts(notes, chapters, summary, sample.SHOW.title)
    return site.render_notes(parts, templates, show=sample.SHOW, episode=sample.EPISODE)


def test_plain_text_says_it_all_and_has_no_times_but_the_chapters() -> None:
    assert render()["notes.txt"].split("\n") == [
        "Tides drawn by brass.",
        "",
        "One about the sea. And two.",
        "",
        "0:00 Start",
        "0:06 Brass",
        "1:01:40 The tide",
        "",
        "With",
        "Niamh Quillane (host): https://x.example/n",
        "Bob",
        "",
        "Mentioned",
        "Hedvig Kjærlund",
        "BRYNE",
        "Lyngholt: https://x.example/l",
        "A paper: https://x.example/p",
        "",
        "“I heard the *horn*.” — Grace, 12 min 34 s",
        "",
        "“Nobody knows.” — 3 s",
        "",
    ]


def test_html_has_a_block_for_each_chapter_and_groups_what_was_mentioned() -> None:
    made = render()["notes.html"].splitlines()
    assert '<p>0:06 <a href="https://x.example/b">Brass</a></p>' in made
    assert "<p>1:01:40 The tide</p>" in made
    assert '<li><a href="https://x.example/n">Niamh Quillane</a> (host)</li>' in made
    assert '<li>Organisations: BRYNE, <a href="https://x.example/l">Lyngholt</a></li>' in made
    assert "<p><em>“I heard the *horn*.”</em> — Grace, 12 min 34 s</p>" in made


def test_markdown_keeps_what_was_said_from_becoming_formatting_and_has_keywords() -> None:
    made = render()["notes.md"].splitlines()
    assert "> I heard the \\*horn\\*. — Grace, 12:34" in made
    assert made[4:7] == ["0:00 Start  ", "0:06 [Brass](<https://x.example/b>)  ", "1:01:40 The tide"]
    assert "- Organisations: BRYNE, [Lyngholt](<https://x.example/l>)" in made
    assert made[-1] == "Keywords: tide machine, brass"


def test_a_persons_summary_stands_instead_of_headline_and_summary() -> None:
    assert render(summary="My own words. <b>Really.")["notes.txt"].startswith(
        "My own words. <b>Really.\n\n0:00 Start\n"
    )


@pytest.mark.parametrize("headline", ["And  two.", "About the Sea.", "One about the sea"])
def test_a_headline_that_the_summary_says_too_is_not_said_twice(headline: str) -> None:
    notes = NOTES.model_copy(update={"headline": line(headline)})
    assert render(notes)["notes.txt"].startswith("One about the sea. And two.\n")


@pytest.mark.parametrize(
    ("chapters", "lines"),
    [
        ([(0, "A", True), (5, "B", True)], []),
        ([(0, "A", True), (5, "B", True), (5.9, "C", True), (7, "D", True)], ["0:00 A", "0:05 B", "0:07 D"]),
        ([(0, "A", True), (5, "B", False), (6, "C", True), (7, "D", True)], ["0:00 A", "0:06 C", "0:07 D"]),
        ([(0, "A", False), (5, "B", True), (6, "C", True)], ["0:00 A", "0:05 B", "0:06 C"]),
        ([(0, "", False), (5, "B", True), (6, "C", True), (7, "D", True)], []),
        ([], []),
    ],
)
def test_chapters_are_listed_as_apps_read_them_or_not_at_all(
    chapters: list[tuple[float, str, bool]], lines: list[str]
) -> None:
    given_ = Chapters(chapters=tuple(Chapter(start=start, title=title, toc=toc) for start, title, toc in chapters))
    made = render(ShowNotes(summary=()), given_)
    assert made["notes.txt"].splitlines() == lines
    assert made["notes.html"].splitlines() == [f"<p>{one}</p>" for one in lines]


def test_what_is_covered_belongs_to_the_chapter_in_which_it_is_said() -> None:
    assert match_covered([0.0, 6.2, 9.5], NOTES.covered) == ["", "What brass does. More of it.", ""]
    made = SHIPPED.model_copy(
        update={"txt": NoteTemplate(text="{{ notes.chapters[1].covered }} {{ show.title }}", file="x")}
    )
    assert render(templates=made)["notes.txt"] == "What brass does. More of it. Salt and Brass\n"


def test_the_least_important_goes_first_when_there_is_too_much() -> None:
    marks = ("0:06", "Bob", "Niamh", "Lyngholt", "A paper", "Hedvig", "BRYNE", "I heard", "Nobody", "Keywords", "Tides")
    empty = NoteTemplate(text="", file="x")
    only = SHIPPED.model_copy(update={"html": empty, "txt": empty})
    gone: list[str] = []
    for size in range(3420, 3960, 3):
        notes = NOTES.model_copy(update={"summary": (line("w" * size),)})
        made = render(notes, templates=only)["notes.md"]
        gone += [mark for mark in marks if mark not in made and mark not in gone]
    assert gone == ["Keywords", "Nobody", "I heard", "BRYNE", "Hedvig", "A paper", "Lyngholt", "Bob", "Niamh", "0:06"]


def test_a_long_summary_ends_with_a_sentence() -> None:
    notes = NOTES.model_copy(update={"summary": tuple(line(f"Sentence {at} of many.") for at in range(200))})
    made = render(notes)["notes.txt"].split("\n\n")
    assert made[1].endswith("of many.")
    assert made[2].startswith("0:00 Start\n")


def test_a_template_with_too_much_text_of_its_own_is_told() -> None:
    made = SHIPPED.model_copy(update={"txt": NoteTemplate(text="x" * 4001, file="configs/templates/notes.txt.j2")})
    with pytest.raises(ConfigError, match=r"notes.txt.j2: makes 4002 bytes even with nothing of the episode"):
        render(templates=made)


def test_a_template_brings_nothing_into_the_feed_that_apps_may_not_show() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)><p onclick='a'>{{ episode.title }}</p><a href='javascript:x'>y</a>"
    made = SHIPPED.model_copy(update={"html": NoteTemplate(text=evil, file="x")})
    assert render(templates=made)["notes.html"] == "<p>The Tide Machine</p><a>y</a>\n"


WORDS = st.text(max_size=400)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=70), st.none() | WORDS)
def test_any_notes_fit_in_any_form(sentences: list[str], titles: list[str], summary: str | None) -> None:
    notes = NOTES.model_copy(
        update={
            "summary": tuple(line(one) for one in sentences),
            "quotes": tuple(line(one, speaker=one) for one in sentences[:3]),
            "mentions": tuple(Mention(term=one, link="https://x.example", start=0, segment=0) for one in titles),
        }
    )
    chapters = Chapters(chapters=tuple(Chapter(start=at * 30, title=one) for at, one in enumerate(titles)))
    made = render(notes, chapters, summary)
    for text in made.values():
        assert len(text.encode()) <= LIMIT
        assert not re.search(r"\n\n\n", text)
    assert set(re.findall(r"</?(\w+)", made["notes.html"])) <= {"p", "ul", "li", "a", "strong", "em"}
