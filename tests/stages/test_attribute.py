"""Every word gets the speaker who said it: exclusive turns, no orphans, no flips inside a sentence."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import AttributeConfig
from pipeline.models import Transcript, Turn, Turns, Word
from pipeline.sentences import to_segments
from pipeline.stages import attribute
from pipeline.store import Workspace

A, B = "SPEAKER_00", "SPEAKER_01"


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
    made = attribute.run(work, transcript(words), who, AttributeConfig(smooth=smooth), speakers, names or {})
    return [word.speaker for word in made.words()]


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        ("one two. three four.", turns((0, 2, A), (2, 4, B)), [A, A, B, B]),
        ("one two.", turns((10, 12, B)), [B, B]),
        ("one two. three four.", turns((0, 1.5, A), (3.2, 4, B)), [A, A, B, B]),
        ("we go on and on now.", turns((0, 2, A), (2, 3, B), (3, 6, A)), [A] * 6),
        ("so that ends here. Yes I agree.", turns((0, 3.4, A), (3.4, 7, B)), [A, A, A, A, B, B, B]),
        ("so he ends here. Yeah. Then on.", turns((0, 4, A), (4, 5, B), (5, 7, A)), [A, A, A, A, B, A, A]),
        ("I think we all should what do you mean", turns((0, 5, A), (5, 9, B)), [A] * 5 + [B] * 4),
        ("one two three four.", turns((0, 4, A), (1, 2, B)), [A] * 4),
        ("one two. three four.", turns((0, 3, A), (1, 4, B)), [A, A, B, B]),
        ("one two.", turns(), [None, None]),
    ],
    ids=[
        "by turn",
        "far from the only turn",
        "between turns, the nearest",
        "a one-word flip inside a sentence goes",
        "a boundary one word late goes to the sentence's end",
        "an interjection of its own stays",
        "two people in one unpunctuated run stay two",
        "a turn inside another yields",
        "overlapping ends part in the middle",
        "nobody was found",
    ],
)
def test_who_gets_which_word(work: Workspace, text: str, who: Turns, expected: list[str | None]) -> None:
    assert speakers_of(work, said(text), who) == expected


def test_without_smoothing_a_word_has_the_speaker_at_its_middle(work: Workspace) -> None:
    flip = turns((0, 2, A), (2, 3, B), (3, 6, A))
    assert speakers_of(work, said("we go on and on now."), flip, smooth=False) == [A, A, B, A, A, A]


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


@st.composite
def some_turns(draw: st.DrawFn) -> tuple[Turn, ...]:
    spans = draw(st.lists(st.tuples(times, times, st.sampled_from("ABC")), max_size=12))
    made = [Turn(start=min(x, y), end=max(x, y) + 0.1, speaker=speaker) for x, y, speaker in spans]
    return tuple(sorted(made, key=lambda turn: turn.start))


@st.composite
def some_words(draw: st.DrawFn) -> list[Word]:
    edges = sorted(draw(st.lists(times, max_size=60)))
    texts = st.sampled_from(["yes", "no.", "well,", "Really?", "and"])
    return [Word(start=start, end=end, text=draw(texts)) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@given(some_words(), some_turns())
def test_no_word_is_lost_moved_or_left_without_a_speaker(words: list[Word], who: tuple[Turn, ...]) -> None:
    heard = transcript(words)
    made = attribute.run(Workspace.__new__(Workspace), heard, Turns(who), AttributeConfig(), None, {})
    assert [word.model_copy(update={"speaker": None}) for word in made.words()] == words
    assert all((word.speaker is None) == (not who) for word in made.words())
    assert [segment.id for segment in made.segments] == list(range(len(made.segments)))
    assert all({word.speaker for word in segment.words} == {segment.speaker} for segment in made.segments)


@given(some_turns())
def test_exclusive_turns_do_not_overlap_and_cover_all_that_was_covered(who: tuple[Turn, ...]) -> None:
    made = attribute.exclusive_turns(who)
    assert all(one.end <= two.start for one, two in pairwise(made))
    for moment in (step / 4 for step in range(250)):
        covered = {turn.speaker for turn in who if turn.start <= moment < turn.end}
        alone = {turn.speaker for turn in made if turn.start <= moment < turn.end}
        assert alone <= covered
        assert bool(alone) == bool(covered)
