"""Phrases by which speakers announce, open and close a topic."""

import pytest

from pipeline.editorial import cues


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
    assert cues.count_announcements(text) > 0


@pytest.mark.parametrize(
    "text", ["The tide rose four metres.", "My boat was built in Norway.", "It was a very loud horn.", ""]
)
def test_plain_statements_announce_nothing(text: str) -> None:
    assert cues.count_announcements(text) == 0


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
    assert cues.opens_topic(text) is opens


@pytest.mark.parametrize(("text", "closes"), [("Awesome.", True), ("That's right.", True), ("Rightly so.", False)])
def test_closings(text: str, closes: bool) -> None:
    assert cues.closes_exchange(text) is closes
