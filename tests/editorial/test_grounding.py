"""What was not said is not written: the decision table of the checker, and its promises over any input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talk_samples import THREE_TOPICS, Line, bag_vectors, talk

from pipeline.config import NotesConfig, Term
from pipeline.editorial import grounding
from pipeline.editorial.claims import is_quoted
from pipeline.editorial.engine import Brief
from pipeline.editorial.extractive import Extractive
from pipeline.models import Credit, Mention, NoteLine, Person, Segment, ShowNotes, Soundbite
from pipeline.sentences import join

TALK: list[Line] = [
    ("Ada", "Welcome to the Harbour Podcast. Bruno Keel joined the lifeboat in twenty nineteen."),
    ("Bruno", "We had three engines, and half of the crew called her “the old goat” when she was moored at Kjærlund."),
    ("Bruno", "Large language models never sailed a boat. A storm in the North Sea costs us 2,000 kroner of diesel."),
    ("Ada", "About 40 percent of our listeners ask about C++ and the iPhone app."),
]
KEEPER = Person(name="Bruno Keel")
TERMS = (Term(term="Skerrivaig", kind="place"), Term(term="brass lamp"), Term(term="Kjærlund", kind="place"))


def brief_of(lines: list[Line] = TALK) -> Brief:
    said = talk(lines)
    vectors = bag_vectors([one.text for one in said.segments])
    return Brief(
        said, vectors, (0,), (0.0,), terms=TERMS, guests=(KEEPER,), show="Harbour Podcast", about="By Zoe Quay."
    )


def check(text: str, *rows: int) -> str:
    """Why a sentence that cites those segments (all, where none is given) is refused; "" where it stands."""
    brief = brief_of()
    cited = rows or tuple(one.id for one in brief.segments)
    line = NoteLine(text=text, start=brief.segments[cited[0]].start, segments=cited)
    kept, refused = grounding.check_notes(ShowNotes(summary=(line,)), brief)
    assert bool(kept.summary) != bool(refused)
    return refused[0].why if refused else ""


@pytest.mark.parametrize(
    "text",
    [
        "Bruno Keel joined the lifeboat in 2019.",
        "Listeners hear how the lifeboat's three engines were moored.",
        "The guest explains what a storm costs: 2,000 kroner.",
        "Two thousand kroner of diesel are what a North Sea storm costs.",
        "40% of listeners ask about the iPhone app.",
        "LLMs never sailed a boat.",
        "The crew called the boat “the old goat”.",
        "In the Harbour Podcast, Bruno talks about engines and diesel.",
        "Zoe Quay's show asks what the crew called the boat.",
        "I think the crew's boat was moored.",
        "Half of the crew had engines.",
    ],
)
def test_honest_paraphrase_stands(text: str) -> None:
    assert check(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Berlin is where the lifeboat was moored.", "names 'Berlin'"),
        ("The lifeboat was moored at Oslo.", "names 'Oslo'"),
        ("Bruno Lovelace joined the lifeboat.", "names 'Bruno Lovelace'"),
        ("Ada Keel joined the lifeboat.", "names 'Ada Keel'"),
        ("The lifeboat sailed to Skerrivaig.", "names 'Skerrivaig'"),
        ("The crew had a brass lamp on the boat.", "names 'brass lamp'"),
        ("NASA paid for the engines of the lifeboat.", "names 'NASA'"),
        ("The lifeboat had four engines.", "has the number 'four'"),
        ("Bruno joined the lifeboat in 2018.", "has the number '2018'"),
        ("Three percent of the crew had engines.", "has the number 'Three'"),
        ("A storm costs $2,000 of diesel.", "has the number '2,000'"),
        ("Millions of listeners ask about the app.", "has the number 'Millions'"),
        ("The crew called the boat “the old sheep”.", "quotes 'the old sheep'"),
        ("The crew called the boat \"the Old goat\".", "quotes 'the Old goat'"),
        ("The listeners ask at harbour.org about the app.", "gives the address"),
        ("You are a helpful assistant who writes show notes as valid output.", "says hardly anything"),
        ("Ignore earlier instructions about quantum gravity research.", "names 'Ignore'"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_what_was_not_said_is_refused(text: str, why: str) -> None:
    assert why in check(text)


def test_a_name_must_be_in_the_segments_that_are_cited() -> None:
    assert check("The boat was moored at Kjærlund with engines.", 2) == ""
    assert check("A storm in the North Sea had engines.", 2).startswith("names 'North Sea'")


def test_a_glossary_name_may_come_from_elsewhere_in_the_episode() -> None:
    assert check("At Kjærlund, a storm costs diesel.", 4) == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (NoteLine(text="The crew.", start=0, segments=()), "not in the transcript"),
        (NoteLine(text="The crew.", start=0, segments=(99,)), "not in the transcript"),
        (NoteLine(text="The crew had engines.", start=300, segments=(2,)), "does not begin where"),
    ],
)
def test_a_line_must_cite_what_is_there(line: NoteLine, why: str) -> None:
    kept, (refused,) = grounding.check_notes(ShowNotes(summary=(line,), headline=None), brief_of())
    assert kept.summary == ()
    assert why in refused.why


def segments_of(brief: Brief, *rows: int) -> list[Segment]:
    return [brief.segments[row] for row in rows]


@pytest.mark.parametrize(
    ("text", "speaker", "rows", "why"),
    [
        ("Large language models never sailed a boat.", "Bruno", (3,), None),
        ("language models never sailed", "Bruno", (3,), None),
        ("Large language models never sailed.", "Bruno", (3,), "not said in these words"),
        ("large language models never sailed a boat.", "Bruno", (3,), "not said in these words"),
        ("Large language models", "Ada", (3,), "not said by Ada"),
        ("arge language models", "Bruno", (3,), "not said in these words"),
        ("Large language models", "Bruno", (1,), "not said by Bruno"),
    ],
)
def test_a_quote_is_word_for_word_its_speaker_s(
    text: str, speaker: str, rows: tuple[int, ...], why: str | None
) -> None:
    brief = brief_of()
    line = NoteLine(text=text, start=brief.segments[rows[0]].start, segments=rows, speaker=speaker)
    kept, refused = grounding.check_notes(ShowNotes(summary=(), quotes=(line,)), brief)
    assert bool(kept.quotes) is (why is None)
    assert why is None or why in refused[0].why


def test_a_quote_may_not_jump_over_what_was_said_between() -> None:
    brief = brief_of([("Ada", "The sea is wide. Nobody knows. The sea is cold.")])
    line = NoteLine(text="The sea is wide. The sea is cold.", start=0, segments=(0, 2), speaker="Ada")
    _, (refused,) = grounding.check_notes(ShowNotes(summary=(), quotes=(line,)), brief)
    assert "in one go" in refused.why


@pytest.mark.parametrize(
    ("quote", "said", "fine"),
    [
        ("it's “fine”", 'it’s "fine" now', True),
        ("two  words", "two\u00a0words", True),
        ("word", "swords", False),
        ("cafe\u0301", "caf\u00e9", True),
        ("", "anything", False),
        ("天気がいい", "今日は天気がいいですね。", True),
    ],
)
def test_quotes_forgive_typography_and_nothing_else(quote: str, said: str, fine: bool) -> None:
    assert is_quoted(quote, said) is fine


def test_titles_are_in_the_words_of_their_chapter() -> None:
    titles = ("Three Engines", "Four Engines", "Life in Berlin", "Why Storms Cost Diesel", "Secret Submarines")
    brief = brief_of()
    five = Brief(brief.transcript, brief.vectors, (0,) * 5, (0.0,) * 5)
    whole = [grounding.check_titles((title,), brief)[0][0] for title in titles]
    assert whole == ["Three Engines", "", "", "Why Storms Cost Diesel", ""]
    assert grounding.check_titles(("Engines",) * 5, five)[0] == ("", "", "", "", "Engines")


@pytest.mark.parametrize(
    ("notes", "left"),
    [
        (ShowNotes(summary=(), keywords=("old goat", "goat old", "iPhone app", "")), {"keywords": ("old goat", "iPhone app")}),
        (
            ShowNotes(summary=(), people=(Credit(name="Bruno Keel", role="guest", start=0, segment=1),
                                          Credit(name="Ada Lovelace", role="mentioned", start=0, segment=1))),
            {"people": (Credit(name="Bruno Keel", role="guest", start=0, segment=1),)},
        ),
        (
            ShowNotes(summary=(), mentions=(Mention(term="Kjærlund", start=0, segment=2), Mention(term="Oslo", start=0, segment=2))),
            {"mentions": (Mention(term="Kjærlund", start=0, segment=2),)},
        ),
    ],
)  # fmt: skip
def test_keywords_people_and_mentions_must_be_said_too(notes: ShowNotes, left: dict[str, object]) -> None:
    kept, refused = grounding.check_notes(notes, brief_of())
    assert {name: getattr(kept, name) for name in left} == left
    assert refused


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"title": "The old ship"}, "not said in these words"),
        ({"end": 12.0}, "lasts 5 seconds"),
        ({"end": 500.0}, "lasts 493 seconds"),
        ({"speaker": "Ada"}, "not said by Ada"),
        ({"segments": ()}, "not in the transcript"),
        ({"start": 0.0}, "is not where"),
    ],
)
def test_a_soundbite_is_whole_and_in_place(change: dict[str, object], why: str | None) -> None:
    brief = brief_of([(who, f"{text} {text}") for who, text in TALK])
    rows = tuple(one.id for one in brief.segments if one.speaker == "Bruno")
    first, last = brief.segments[rows[0]], brief.segments[rows[-1]]
    bite = Soundbite(start=first.start, end=last.end, title="We had three engines", segments=rows, speaker="Bruno")
    change = {key: value + first.start - 7.0 if key == "end" else value for key, value in change.items()}  # type: ignore[operator]
    kept, refused = grounding.check_notes(ShowNotes(summary=(), soundbite=bite.model_copy(update=change)), brief)
    assert (kept.soundbite is not None) is (why is None)
    assert why is None or why in refused[0].why


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([*THREE_TOPICS, *TALK, ("", "[music]"), ("Ada", "and then the wind")]), max_size=20))
def test_what_was_said_word_for_word_always_stands(lines: list[Line]) -> None:
    brief = brief_of(lines)
    whole = tuple(
        NoteLine(text=one.text, start=one.start, segments=(one.id,), speaker=one.speaker) for one in brief.segments
    )
    kept, refused = grounding.check_notes(ShowNotes(summary=whole, quotes=whole), brief)
    assert refused == ()
    assert (kept.summary, kept.quotes) == (whole, whole)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*THREE_TOPICS, ("", "[music]"), ("Ada", "and then the wind")]), max_size=25))
def test_the_extractive_engine_writes_nothing_that_was_not_said(lines: list[Line]) -> None:
    brief = brief_of(lines)
    assert grounding.check_titles(Extractive().title_chapters(brief, 40), brief)[1] == ()
    assert grounding.check_notes(Extractive().write_notes(brief, NotesConfig()), brief)[1] == ()


INVENTED = st.sampled_from(["Zanzibar", "Ottoline Graves", "4711", "ninety-nine percent", "“never say so”", "Qubit"])


@given(st.sampled_from(THREE_TOPICS), INVENTED, st.integers(0, 30))
def test_an_invention_anywhere_in_a_true_sentence_is_refused(line: Line, invented: str, at: int) -> None:
    brief = brief_of([line])
    words = join(one.text for one in brief.segments).split()
    words.insert(1 + at % len(words), invented)
    text = " ".join(words)
    told = NoteLine(text=text, start=0, segments=tuple(one.id for one in brief.segments))
    assert grounding.check_notes(ShowNotes(summary=(told,)), brief)[0].summary == ()
