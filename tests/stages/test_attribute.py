"""The transcript with speakers: segments of one speaker each, what speakers are called, and where others talk too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turn_samples import draw_turns, draw_words

from pipeline.config import AttributeConfig
from pipeline.models import Identities, Identity, Transcript, Turn, Turns, Word
from pipeline.sentences import to_segments
from pipeline.stages import attribute
from pipeline.store import Workspace, to_json

A, B = "SPEAKER_00", "SPEAKER_01"
NOBODY = Identities(())  # nobody is known by voice


def said(text: str, start: float = 0.0) -> list[Word]:
    """A word a second, without gaps."""
    return [Word(start=start + at, end=start + at + 1, text=word) for at, word in enumerate(text.split())]


def transcript(words: list[Word]) -> Transcript:
    return Transcript(language="en", duration=100, model="fake", segments=to_segments(words))


def turns(*spans: tuple[float, float, str]) -> Turns:
    return Turns(tuple(Turn(start=start, end=end, speaker=speaker) for start, end, speaker in spans))


def speakers_of(
    work: Workspace, words: list[Word], who: Turns, *, smooth: bool = True, speakers: Any = None, names: Any = None
) -> list[str | None]:
    made = attribute.run(work, transcript(words), who, NOBODY, AttributeConfig(smooth=smooth), speakers, names or {})
    return [word.speaker for word in made.words()]


def test_a_segment_has_one_speaker_and_an_answer_is_a_segment_of_its_own(work: Workspace) -> None:
    who = turns((0, 4, A), (4, 5, B), (5, 7, A))
    made = attribute.run(
        work, transcript(said("so he ends here. Yeah. Then on.")), who, NOBODY, AttributeConfig(), None, {}
    )
    assert [(segment.id, segment.text, segment.speaker) for segment in made.segments] == [
        (0, "so he ends here.", A), (1, "Yeah.", B), (2, "Then on.", A),
    ]  # fmt: skip


def test_smoothing_can_be_switched_off(work: Workspace) -> None:
    flip = turns((0, 2, A), (2, 3, B), (3, 6, A))
    assert speakers_of(work, said("we go on and on now."), flip) == [A] * 6
    assert speakers_of(work, said("we go on and on now."), flip, smooth=False) == [A, A, B, A, A, A]


def test_words_that_others_talk_over_are_marked_and_only_they_have_the_key(work: Workspace) -> None:
    who = turns((0, 3, A), (2, 4, B))
    made = attribute.run(work, transcript(said("one two three. four.")), who, NOBODY, AttributeConfig(), None, {})
    assert [word.overlap for word in made.words()] == [False, False, True, False]
    assert ["overlap" in word for word in json.loads(to_json(made))["segments"][0]["words"]] == [False, False, True]


@pytest.mark.parametrize(
    ("speakers", "names", "expected"),
    [
        (None, {}, [A, B]),
        (2, {}, [A, B]),
        (("Ann", "Bob"), {}, ["Ann", "Bob"]),
        (("Ann",), {}, ["Ann", B]),
        (("Ann", "Bob", "Cem"), {}, ["Ann", "Bob"]),
        ({B: "Bob"}, {}, [A, "Bob"]),
        (("Ann", "Bob"), {B: "Ben"}, ["Ann", "Ben"]),
        (("Ann", "Bob"), {"Bob": "Ben"}, ["Ann", "Ben"]),
        (None, {A: "Bob", B: "Ann"}, ["Bob", "Ann"]),
    ],
    ids=[
        "unknown",
        "a number",
        "names in order",
        "too few names",
        "too many names",
        "by label",
        "a person overrules the label",
        "a person overrules the name",
        "swapped",
    ],
)
def test_what_speakers_are_called(work: Workspace, speakers: Any, names: Any, expected: list[str]) -> None:
    found = speakers_of(work, said("one. two."), turns((0, 1, A), (1, 2, B)), speakers=speakers, names=names)
    assert found == expected


def test_names_go_by_who_says_the_first_word_not_by_a_turn_without_words(work: Workspace) -> None:
    who = turns((0, 1, A), (5, 8, B), (8, 10, A))
    assert speakers_of(work, said("five six seven. eight nine.", 5), who, speakers=("Ann", "Bob")) == [
        "Ann", "Ann", "Ann", "Bob", "Bob",
    ]  # fmt: skip


times = st.floats(0, 60).map(lambda value: round(value, 2))
some_turns = draw_turns(times, 0.1)
some_words = draw_words(times, ("yes", "no.", "well,", "Really?", "and"))


@given(some_words, some_turns)
def test_no_word_is_lost_moved_or_left_without_a_speaker(words: list[Word], who: tuple[Turn, ...]) -> None:
    heard = transcript(words)
    made = attribute.run(Workspace.__new__(Workspace), heard, Turns(who), NOBODY, AttributeConfig(), None, {})
    assert [word.model_copy(update={"speaker": None, "overlap": False}) for word in made.words()] == words
    assert all((word.speaker is None) == (not who) for word in made.words())
    assert [segment.id for segment in made.segments] == list(range(len(made.segments)))
    assert all({word.speaker for word in segment.words} == {segment.speaker} for segment in made.segments)


KNOWN = Identities(
    (
        Identity(speaker=A, name="Ann", nearest="Ann", score=0.9, why="0.90 like"),
        Identity(speaker=B, nearest="Bob", score=0.6, why="0.60 is under the threshold"),
    )
)


@pytest.mark.parametrize(
    ("speakers", "names", "expected"),
    [
        (None, {}, ["Ann", B]),
        (2, {}, ["Ann", B]),
        (("Amy",), {}, ["Amy", B]),
        (("Amy", "Ben"), {}, ["Amy", "Ben"]),
        ({B: "Ben"}, {}, ["Ann", "Ben"]),
        (None, {A: "Amy"}, ["Amy", B]),
        (None, {"Ann": "Anne"}, ["Anne", B]),
        ({B: "Ann"}, {}, [A, "Ann"]),
        (None, {B: "Ann"}, [A, "Ann"]),
    ],
    ids=[
        "by voice",
        "by voice, with a number",
        "a name in episode.yaml wins",
        "all names in episode.yaml win",
        "what episode.yaml does not name",
        "a person overrules the label",
        "a person overrules the name",
        "episode.yaml gives the name to another",
        "a person gives the name to another",
    ],
)
def test_a_known_voice_names_whom_nobody_named(work: Workspace, speakers: Any, names: Any, expected: list[str]) -> None:
    made = attribute.run(
        work, transcript(said("one. two.")), turns((0, 1, A), (1, 2, B)), KNOWN, AttributeConfig(), speakers, names
    )
    assert [word.speaker for word in made.words()] == expected
