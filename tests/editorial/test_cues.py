"""Phrases by which speakers announce, open and close a topic, and go to a break."""

import pytest

from pipeline.editorial import cues
from pipeline.editorial.cues import Cues


def english() -> Cues:
    known = cues.in_language("en-GB")
    assert known
    return known


@pytest.mark.parametrize(
    "text",
    [
        "Let's turn to the foghorn.",
        "let's just jump right into it",
        "The next question comes from Leeds.",
        "Next up, the weather.",
        "Okay, moving on.",
        "Welcome back to the show.",
        "This episode is brought to you by Brassworks.",
        "I wanted to ask you about the tide.",
        "Can you tell us how it began?",
        "Before we go, where can people find you?",
        "You mentioned the harbour earlier.",
        "Let me turn to something else.",
        "Switching gears a little.",
    ],
)
def test_an_announcement_is_heard(text: str) -> None:
    assert english().count_announcements(text) > 0


@pytest.mark.parametrize(
    "text", ["The tide rose four metres.", "My boat was built in Norway.", "It was a very loud horn.", ""]
)
def test_plain_statements_announce_nothing(text: str) -> None:
    assert english().count_announcements(text) == 0


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("So, how does it work?", True),
        ("Yeah, that's great. So tell me about it.", True),
        ("Okay. Now the foghorn.", True),
        ("Anyway, the tide.", True),
        ("Some say so.", False),
        ("Nowhere else.", False),
    ],
)
def test_openings(text: str, opens: bool) -> None:
    assert english().opens_topic(text) is opens


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("Okay, moving on.", True),
        ("Next up, the weather.", True),
        ("Let's talk about eels.", True),
        ("So it goes.", False),
    ],
)
def test_moves_leave_no_doubt(text: str, moves: bool) -> None:
    assert english().moves_on(text) is moves


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("So, the next one is a lighthouse.", True),
        ("And the second harbour lies in Wales.", True),
        ("We move forward to the third release.", True),
        ("Okay, last point I think.", True),
        ("Another downside is the noise.", True),
        ("He came in second that year.", False),
        ("The harbour has a wall.", False),
    ],
)
def test_items_of_a_list(text: str, item: bool) -> None:
    assert english().names_item(text) is item


@pytest.mark.parametrize(("text", "closes"), [("Awesome.", True), ("That's right.", True), ("Rightly so.", False)])
def test_closings(text: str, closes: bool) -> None:
    assert cues.closes_exchange(text) is closes


@pytest.mark.parametrize(
    ("language", "to_break", "advert", "back"),
    [
        ("en", "We'll be right back.", "This episode is brought to you by Brassworks.", "And we're back."),
        ("en", "You're listening to Harbour Lights.", "Thanks to our sponsor, Brassworks.", "Welcome back, everybody."),
        ("de", "Gleich geht's weiter.", "Diese Folge wird unterstützt von Brassworks.", "Da sind wir wieder."),
        ("fr", "On se retrouve juste après.", "Cet épisode est sponsorisé par Brassworks.", "Et nous revoilà."),
        ("es", "Ya volvemos.", "Este episodio está patrocinado por Brassworks.", "Ya estamos de vuelta."),
    ],
)
def test_breaks(language: str, to_break: str, advert: str, back: str) -> None:
    known = cues.in_language(language)
    assert known
    assert [known.goes_to_break(one) for one in (to_break, advert, back)] == [True, False, False]
    assert [known.begins_advert(one) for one in (to_break, advert, back)] == [False, True, False]
    assert [known.comes_back(one) for one in (to_break, advert, back)] == [False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "If you're listening to this, write to us.",
        "It was sponsored by Slack at the time.",
        "They sponsor many projects.",
        "He came back to the harbour.",
        "Welcome back, Ada, did you want to go on?",
    ],
)
def test_talk_about_listeners_and_sponsors_is_no_break(text: str) -> None:
    known = english()
    assert [known.goes_to_break(text), known.begins_advert(text), known.comes_back(text)] == [False] * 3


def test_a_language_without_phrases_has_no_cues() -> None:
    assert cues.in_language("nn") is None
    assert not cues.closes_exchange("Awesome.", "nn")
