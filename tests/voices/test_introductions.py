"""Names that people say of themselves and each other are suggested to the right speaker, and never in doubt."""

from __future__ import annotations

import pytest

from pipeline.models import Identities, Identity, Segment
from pipeline.voices.introductions import suggest
from pipeline.voices.overview import describe, likely_name, list_speakers
from pipeline.voices.spoken_names import Spelling, read_names

A, B, C = "SPEAKER_00", "SPEAKER_01", "SPEAKER_02"


def talk(*lines: tuple[str, str]) -> list[Segment]:
    """A sentence every five seconds."""
    return [
        Segment(id=at, start=at * 5.0, end=at * 5.0 + 4, text=text, speaker=speaker)
        for at, (speaker, text) in enumerate(lines)
    ]


SAID = [
    ("I'm Niamh Quillane.", {A: "Niamh Quillane"}),
    ("My name is Dr. Grace van Houten, and I build ships.", {A: "Grace van Houten"}),
    ("With me today is Pieter Abbeel.", {B: "Pieter Abbeel"}),
    ("My guest today is Pieter Abbeel, who teaches robots.", {B: "Pieter Abbeel"}),
    ("I'm here with my co-host Chris Benson.", {B: "Chris Benson"}),
    ("Today we're joined by Costas Boulis from Athens.", {B: "Costas Boulis"}),
    ("Pieter Abbeel, welcome to the show.", {B: "Pieter Abbeel"}),
    ("So, Pieter, how did it begin?", {B: "Pieter"}),
    ("Welcome back to the show, Pieter.", {B: "Pieter"}),
    ("Thank you so much, Pieter.", {B: "Pieter"}),
    ("Hello, Pieter.", {B: "Pieter"}),
    ("I’m Niamh, and my guest is Wojciech.", {A: "Niamh", B: "Wojciech"}),
    ("I'm German and I live in Rome.", {}),
    ("I'm Sorry about that.", {}),
    ("My guest today is the keeper of instruments.", {}),
    ("Thank you, everyone.", {}),
    ("Uh, Um, did you build it?", {}),
    ("I thank God for it.", {}),
    ("I met Pieter Abbeel with my brother.", {}),
    ("We talked about Pieter Abbeel.", {}),
    ("", {}),
]


@pytest.mark.parametrize(("sentence", "names"), SAID, ids=[case[0] for case in SAID])
def test_what_a_sentence_between_two_people_tells(sentence: str, names: dict[str, str]) -> None:
    found = suggest(talk((B, "Hm."), (A, sentence), (B, "It is good to be here.")))
    assert {one.speaker: one.name for one in found} == names


def test_a_suggestion_says_where_and_why() -> None:
    (one,) = suggest(talk((A, "Good evening."), (A, "With me today is Pieter Abbeel."), (B, "Hello.")))
    assert (one.speaker, one.name, one.start, one.sentence, one.why) == (
        B,
        "Pieter Abbeel",
        5.0,
        "With me today is Pieter Abbeel.",
        "is introduced",
    )


def test_a_first_name_is_the_full_name_that_was_said() -> None:
    said = talk((A, "My guest is Pieter Abbeel."), (B, "Hi."), (A, "Thank you, Pieter."), (B, "Bye."))
    assert [one.name for one in suggest(said)] == ["Pieter Abbeel"]


SPELLINGS = [
    ("I'm Wojciech.", ["Wojciech Marczwiel"], "Wojciech Marczwiel"),
    ("I'm Sergey Dalgado.", ["Sergi Delgado"], "Sergi Delgado"),
    ("I'm Neil Young.", ["Ada Example"], "Neil Young"),
    ("I'm Chris.", ["Chris Benson", "Chris Hiller"], "Chris"),
]


@pytest.mark.parametrize(("sentence", "people", "name"), SPELLINGS)
def test_guests_and_hosts_give_the_spelling(sentence: str, people: list[str], name: str) -> None:
    assert [one.name for one in suggest(talk((A, sentence), (B, "Hm.")), people)] == [name]


def test_among_three_a_lone_thanks_is_not_enough_and_a_new_voice_is_who_was_introduced() -> None:
    crowd = [(A, "We begin."), (B, "Yes."), (C, "Good.")]
    assert suggest(talk(*crowd, (A, "Thank you, Pieter."), (B, "Hm."))) == ()
    assert suggest(talk(*crowd, (A, "My guest is Pieter."), (B, "Hm."))) == ()
    (one,) = suggest(talk(*crowd[:2], (A, "My guest is Pieter."), (C, "Hm.")))
    assert (one.speaker, one.name) == (C, "Pieter")


def test_two_guests_speak_in_the_order_in_which_they_are_introduced() -> None:
    said = talk((A, "Joining me today are Raph Landa and Jake Shirley."), (B, "Hi."), (C, "Hey."))
    assert {one.speaker: one.name for one in suggest(said)} == {B: "Raph Landa", C: "Jake Shirley"}


def test_who_is_named_already_is_not_suggested_to_another() -> None:
    said = talk(("Niamh Quillane", "Welcome."), (B, "Thank you, Niamh."), ("Niamh Quillane", "So."))
    assert suggest(said) == ()
    assert suggest(talk(("Ann", "My guest is Bob."), ("Bob", "Hi."))) == ()


def test_equal_claims_cancel_each_other() -> None:
    said = talk((A, "I'm Ada."), (B, "I'm Ada."))
    assert suggest(said) == ()


NAMES = [
    ("Ada Example and Dr. Grace van Houten, who build ships.", ["Ada Example", "Grace van Houten"]),
    ("Jean-Luc O'Neill's boat", ["Jean-Luc O'Neill"]),
    ("J. R. Hartley wrote it", ["J. R. Hartley"]),
    ("Ada, Ben and Cem.", ["Ada", "Ben", "Cem"]),
    ("Łukasz Żółć!", ["Łukasz Żółć"]),
    ("the keeper", []),
    ("O K C L H", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names_are_read_from_the_beginning_of_a_text(text: str, names: list[str]) -> None:
    assert read_names(text, alone=False) == names


SAME = [("Sergi", "Sergey", True), ("Erik", "Eric", True), ("Pieter", "Pieter Abbeel", True), ("Ada", "Ida", False),
        ("Mark Erhardt", "Mike Schmidt", False), ("Jon Calhoun", "John Calhoun", True)]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_names_that_sound_alike_are_one(one: str, other: str, same: bool) -> None:
    assert Spelling.of((), ()).same(one, other) is same


def test_the_overview_tells_names_voices_and_suggestions() -> None:
    said = talk(("Ann Example", "Hello."), (B, "I'm Bob."), (C, "So."))
    identities = Identities(
        (
            Identity(speaker=A, name="Ann Example", nearest="Ann Example", score=0.91, why="0.91 like"),
            Identity(speaker=C, nearest="Cem", score=0.64, why="0.64 is under the threshold of 0.7"),
        )
    )
    ann, bob, cem = list_speakers(said, identities)
    assert (ann.is_named, ann.voice and ann.voice.score, describe(ann)) == (True, 0.91, [])
    assert (bob.is_named, likely_name(bob)) == (False, "Bob")
    assert describe(bob) == ["perhaps Bob, who says so: “I'm Bob.”"]
    assert describe(cem) == ["sounds most like Cem, not surely: 0.64 is under the threshold of 0.7"]
    assert likely_name(cem) == "Cem"


def test_the_last_one_left_of_hosts_and_guests_is_suggested() -> None:
    said = talk(("Ann Example", "Hello."), (B, "So it is."))
    left = list_speakers(said, Identities(()), ["Ann Example", "Bob Example"])[1]
    assert describe(left) == ["perhaps Bob Example, who is the only one left of the hosts and guests"]
    assert likely_name(list_speakers(said, Identities(()), ["Ann Example"])[1]) is None
    crowd = talk(("Ann Example", "Hello."), (B, "So it is."), (C, "Hm."))
    assert [likely_name(one) for one in list_speakers(crowd, Identities(()), ["Ann Example", "Bob"])] == [None] * 3
