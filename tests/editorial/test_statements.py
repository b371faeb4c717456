"""Whole sentences, and which of them can stand alone in show notes."""

import pytest

from pipeline.editorial import statements
from pipeline.editorial.statements import Statement
from pipeline.models import Segment


def cut(*rows: tuple[str, str]) -> list[Statement]:
    return statements.collect(
        [Segment(id=10 + at, start=at, end=at + 1, text=text, speaker=who) for at, (who, text) in enumerate(rows)]
    )


def test_a_sentence_over_several_segments_is_one_statement() -> None:
    made = cut(
        ("A", "The machine in the hall,"), ("A", "made of brass,"), ("A", "predicts the tide."), ("A", "It works.")
    )
    assert [(one.text, one.rows, one.whole) for one in made] == [
        ("The machine in the hall, made of brass, predicts the tide.", (0, 1, 2), True),
        ("It works.", (3,), True),
    ]


def test_a_sentence_that_another_speaker_cuts_off_is_not_whole() -> None:
    made = cut(("A", "The machine in the"), ("B", "Tell me."), ("A", "hall is made of brass."))
    assert [one.whole for one in made] == [False, True, False]


def test_without_punctuation_each_segment_stands_for_itself() -> None:
    assert [one.whole for one in cut(("A", "The machine works"), ("A", "Nobody knows why"))] == [True, True]


def worth(text: str) -> float:
    return statements.self_contained(cut(("A", text))[0])


@pytest.mark.parametrize(
    "text",
    [
        "How does the machine in the hall predict the tide?",
        "It works.",
        "Thank you so much for coming to the show today, Bruno.",
        "Use promo code BRASS for ten percent off your order.",
        "the machine in the front hall predicts the tide every day.",
    ],
)
def test_what_cannot_stand_in_notes_at_all(text: str) -> None:
    assert worth(text) == 0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("The machine predicts the tide for a whole year.", "It predicts the tide for a whole year."),
        ("The machine predicts the tide for a whole year.", "And the machine predicts the tide for a whole year."),
        (
            "The machine predicts the tide.  Each year it does.",
            "The machine, um, predicts the, you know, tide each year.",
        ),
        ("The machine predicts the tide of the whole year.", "Much more popular than the machine of the whole year."),
        ("The strips, each in its own box, show the tide.", "90 strips, each in its own box, show the tide."),
        ("The machine predicts the tide of the whole year.", "Yeah, the machine predicts the tide of the whole year."),
    ],
)
def test_what_stands_alone_better(better: str, worse: str) -> None:
    assert worth(better) > worth(worse) > 0


def test_a_sentence_about_the_episode_is_known() -> None:
    assert statements.states_purpose(cut(("A", "Today we're talking about the tide."))[0])
    assert not statements.states_purpose(cut(("A", "The tide rises twice a day."))[0])


def test_a_claim_is_stronger_than_a_description() -> None:
    claim, plain = cut(("A", "Nobody must ever trust the sea."), ("A", "The boat has a white mast."))
    assert statements.strength(claim) > statements.strength(plain)


@pytest.mark.parametrize(
    "text",
    [
        "This is a podcast about the tide and those who measure it.",
        "Before we move on, the tide is what we measure every day.",
        "I'm Ada, and I have measured the tide for thirty years.",
        "I'm really excited to be on the show about the tide machine.",
    ],
)
def test_housekeeping_and_greetings_do_not_stand_in_notes(text: str) -> None:
    assert worth(text) == 0


def test_who_somebody_is_is_known() -> None:
    assert statements.introduces(cut(("A", "Bruno is the long-time keeper of the lighthouse."))[0])
    assert not statements.introduces(cut(("A", "The keeper of the lighthouse is asleep."))[0])


@pytest.mark.parametrize(
    ("text", "slips"), [("It is like a drum.", False), ("It, uh, drums.", True), ("Well...", True)]
)
def test_what_would_have_to_be_quoted_with_an_um_is_known(text: str, slips: bool) -> None:
    assert statements.hesitates(cut(("A", text))[0]) is slips
