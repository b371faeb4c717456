"""Where glossary terms were first said."""

import pytest
from talk_samples import talk

from pipeline.config import Term
from pipeline.editorial.mentions import find_mentions


def found(text: str, term: str) -> bool:
    return bool(find_mentions(talk([("Ada", text)]).segments, [Term(term=term)]))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("We met Hedvig Kjærlund there.", "Hedvig Kjærlund"),
        ("Hedvig Kjærlund's machine.", "Hedvig Kjærlund"),
        ("Two Foghorns sounded.", "foghorn"),
        ("We use DALL·E.", "DALL·E"),
        ("Written in Go, of course.", "Go"),
        ("We ask Open AI.", "Open AI"),
    ],
)
def test_a_term_that_was_said(text: str, term: str) -> None:
    assert found(text, term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Let's go home.", "Go"),
        ("The foghornist played.", "foghorn"),
        ("Hedvig met Kjærlund.", "Hedvig Kjærlund"),
        ("", "foghorn"),
        ("Anything.", "…"),
    ],
)
def test_a_term_that_was_not_said(text: str, term: str) -> None:
    assert not found(text, term)


def test_the_first_saying_counts_with_the_second_of_its_word() -> None:
    said = talk([("Ada", "Good morning. We saw the foghorn. The foghorn was loud."), ("Bo", "And Lyngholt?")], pace=0.5)
    terms = [
        Term(term="Lyngholt", kind="place", link="https://example.org/l"),
        Term(term="foghorn"),
        Term(term="Skerrivaig"),
    ]
    horn, museum = find_mentions(said.segments, terms)
    assert (horn.term, horn.segment) == ("foghorn", 1)
    assert horn.start == pytest.approx(said.segments[1].words[3].start)
    assert (museum.kind, museum.link, museum.start) == (
        "place",
        "https://example.org/l",
        said.segments[3].words[1].start,
    )


def test_a_segment_without_word_times_gives_its_own_start() -> None:
    plain = [one.model_copy(update={"words": ()}) for one in talk([("Ada", "We saw the foghorn.")]).segments]
    assert find_mentions(plain, [Term(term="foghorn")])[0].start == plain[0].start


@pytest.mark.parametrize(
    ("term", "text", "said"), [("C++", "We write C++ here.", True), ("C++", "Vitamin C helps.", False)]
)
def test_signs_belong_to_a_term(term: str, text: str, said: bool) -> None:
    assert bool(find_mentions(talk([("Ada", text)]).segments, [Term(term=term)])) is said
