"""Where to listen again for names, for which of them, and what to believe of what is heard then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sentences
from pipeline.config import Glossary, Term, Vocabulary
from pipeline.models import SecondHearing, Transcript, Word
from pipeline.names.hotwords import Doubt, Listener

NAMES = (
    "Noam Shazeer",
    "Hedvig Kjærlund",
    "Asghar Farhadi",
    "Jonathon Brandt",
    "Novartis",
    "CERN",
    "HelmAI",
    "Rhys Ifans",
)


def listener(*names: str, present: tuple[str, ...] = ()) -> Listener:
    glossary = Glossary(terms=tuple(Term(term=name) for name in names or NAMES))
    return Listener(Vocabulary(glossary=glossary, present=present))


def words(said: str, sure: float = 0.5) -> list[Word]:
    return [Word(start=at, end=at + 0.8, text=text, probability=sure) for at, text in enumerate(said.split())]


def transcript(said: str, sure: float = 0.5) -> Transcript:
    return Transcript(language="en", duration=60, model="m", segments=sentences.to_segments(words(said, sure)))


def compare(first: str, second: str) -> tuple[str, tuple[SecondHearing, ...]]:
    ear = listener()
    made, places = ear.compare(words(first), words(second), ear.find_doubts(transcript(first)), NAMES)
    return " ".join(word.text for word in made), places


def test_a_doubt_says_when_and_what_was_heard_and_which_name_it_may_be() -> None:
    (doubt,) = listener().find_doubts(transcript("That is what Shazir showed us."))
    assert (doubt.start, doubt.end, doubt.heard, doubt.term, doubt.audible) == (3, 4, "Shazir", "Noam Shazeer", True)


@pytest.mark.parametrize(
    ("said", "open_"),
    [
        ("I asked Shazir whether we should wait.", True),
        ("I asked Noam Shazeer whether we should wait.", False),
        ("I asked Noam Shazeir whether we should wait.", False),
        ("And Jonathan said that it would never work.", False),
        ("We should wait for the others.", False),
    ],
    ids=[
        "near a name",
        "heard right",
        "the corrector is sure",
        "another name of the same sound",
        "nothing like a name",
    ],
)
def test_what_is_worth_a_second_hearing(said: str, open_: bool) -> None:
    assert any(doubt.open for doubt in listener().find_doubts(transcript(said))) == open_


@pytest.mark.parametrize(
    ("said", "sure", "strange"),
    [
        ("It runs with keke udo now.", 0.4, ["keke", "udo"]),
        ("It runs with keke udo now.", 0.9, []),
        ("It runs with other words now.", 0.4, []),
    ],
    ids=["hard to hear and uncommon", "clear", "common"],
)
def test_words_behind_which_an_unlike_name_may_be(said: str, sure: float, strange: list[str]) -> None:
    assert [word.text for word in listener().find_strange(transcript(said, sure))] == strange


@pytest.mark.parametrize(
    ("budget", "chosen", "left_out"),
    [(3, ("HelmAI", "Rhys Ifans", "CERN"), 1), (4, ("HelmAI", "Rhys Ifans", "CERN", "Novartis"), 0), (0, (), 4)],
)
def test_hotwords_are_the_likeliest_then_who_is_present_then_any(
    budget: int, chosen: tuple[str, ...], left_out: int
) -> None:
    ear = listener("CERN", "Novartis", "HelmAI", "Rhys Ifans", present=("Rhys Ifans comes by",))
    doubts = [Doubt(0, 1, "helm I", "HelmAI", "HelmAI", 0.4)]
    assert ear.choose_hotwords(doubts, len, budget) == (chosen, left_out)


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ("That is what Shazir showed.", "That is what Shazeer showed.", "That is what Shazeer showed."),
        ("It was Shazir's idea.", "It was Shazeer's idea.", "It was Shazeer's idea."),
        ("Thank you, S. Barfarhadi, for coming.", "Thank you, Asghar Farhadi, for coming.", "Thank you, Asghar Farhadi, for coming."),
        ("It runs faster with novities than before.", "It runs faster with Novartis than before.", "It runs faster with Novartis than before."),
        ("Look at surn, please.", "Look at CERN, please.", "Look at CERN, please."),
        ("That is what Shazir showed us.", "This is what Shazeer showed us.", "That is what Shazeer showed us."),
        ("That is what they showed.", "That is what Novartis showed.", "That is what they showed."),
        ("So we waited.", "So we waited. CERN.", "So we waited."),
        ("Thank you, Hedwig Cherland, for coming.", "Thank you, Hedvig, Kjærlund, for coming.", "Thank you, Hedvig Kjærlund, for coming."),
        ("Thank you, Hedwig Cherland.", "Thank you, Hedy Kjærlund.", "Thank you, Hedwig Cherland."),
        ("That is what Shazir showed.", "That is what Shazer showed.", "That is what Shazir showed."),
        ("And Jonathan said no.", "And Jonathon said no.", "And Jonathan said no."),
        ("That is what Shazir showed.", "Noam Shazeer. Noam Shazeer. Noam Shazeer. Noam Shazeer.", "That is what Shazir showed."),
        ("That is what Shazir showed.", "", "That is what Shazir showed."),
    ],
    ids=[
        "a name", "with its ending", "far from it in letters", "a product", "in capitals", "only the name is taken",
        "nothing like it was heard first", "nothing was heard first", "commas inside a name", "one name of two", "not heard", "the same sound", "lost itself", "nothing",
    ],
)  # fmt: skip
def test_what_is_believed_of_a_second_hearing(first: str, second: str, merged: str) -> None:
    assert compare(first, second)[0] == merged


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("That is what Shazir showed.", "That is what Shazeer showed.", "the name was heard"),
        ("That is what Shazir showed.", "That is what Shazir showed.", "the same was heard again"),
        ("That is what Shazir showed.", "That is what Shazer showed.", "the name was not heard"),
        ("And Jonathan said no.", "And Jonathon said no.", "the two sound the same: the text must tell"),
        ("We saw Shazir go.", "We saw Shazeer up and away from here go.", "more than the name was heard otherwise"),
    ],
)
def test_each_doubt_is_told_with_what_came_of_it(first: str, second: str, why: str) -> None:
    (place,) = compare(first, second)[1]
    assert (place.why, place.taken) == (why, why == "the name was heard")


VOCABULARY = ("that", "is", "what", "Shazir", "Shazeer", "Novartis", "novities", "surn", "CERN", "said", "to", "us")
sayings = st.lists(st.sampled_from(VOCABULARY), max_size=12)


@given(sayings, sayings)
def test_a_comparison_changes_nothing_without_a_name_and_keeps_times_in_order(
    first: Sequence[str], second: Sequence[str]
) -> None:
    ear, before = listener(), words(" ".join(first))
    made, _ = ear.compare(before, words(" ".join(second)), ear.find_doubts(transcript(" ".join(first))), NAMES)
    assert all(one.start <= one.end <= two.start for one, two in pairwise(made))
    assert {word.text for word in made} <= {*first, *second}
    if [word.text for word in made] != list(first):
        assert {"Shazeer", "Novartis", "CERN"} & {word.text for word in made}
    assert not made or (made[0].start, made[-1].end) == (before[0].start, before[-1].end)
