"""The figures by which words and speakers are judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.speech import peers, score, table
from benchmarks.speech.figures import Figures
from benchmarks.speech.peers import System
from benchmarks.speech.score import Attributed, WordErrors
from pipeline.models import Turn, Word


def words(text: str, pace: float = 1.0) -> list[Word]:
    """`A:hello B:there -:you`: a word a second, `-` being nobody."""
    pairs = [one.split(":") for one in text.split()]
    return [
        Word(start=at * pace, end=at * pace + 0.5, text=spoken, speaker=None if speaker == "-" else speaker)
        for at, (speaker, spoken) in enumerate(pairs)
    ]


def turns(*spans: tuple[float, float, str]) -> list[Turn]:
    return [Turn(start=start, end=end, speaker=speaker) for start, end, speaker in spans]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("In 1924 it's cold", WordErrors(0, 0, 0, 5)),  # a contraction counts as the two words that it stands for
        ("in nineteen twenty-four, IT IS COLD!", WordErrors(0, 0, 0, 5)),
        ("in 1924 it is very bold", WordErrors(1, 0, 1, 5)),
        ("in 1924", WordErrors(0, 3, 0, 5)),
    ],
)
def test_word_errors_forgive_spelling_and_case_but_no_word(heard: str, expected: WordErrors) -> None:
    assert score.count_word_errors(words("A:In A:1924 A:it's A:cold."), heard) == expected


def test_words_where_nobody_speaks_are_all_put_in() -> None:
    assert score.count_word_errors([], "Thank you.") == WordErrors(inserted=2)
    assert score.count_word_errors([], "Thank you.").rate is None


def test_counts_of_recordings_add_up_before_they_are_divided() -> None:
    assert (WordErrors(1, 0, 0, 2) + WordErrors(0, 0, 0, 8)).rate == 0.1


@pytest.mark.parametrize(
    ("found", "collar", "rate"),
    [
        (turns((0, 4, "x"), (4, 8, "y")), 0.0, 0.0),  # labels need not agree, only who is who
        (turns((0, 8, "x")), 0.0, 0.5),
        (turns((0, 4, "x")), 0.0, 0.5),
        (turns((0, 4, "x"), (4, 8, "y"), (1, 3, "y")), 0.0, 0.25),  # overlap that is not there
        (turns((0, 4.2, "x"), (4.2, 8, "y")), 0.0, 0.025),
        (turns((0, 4.2, "x"), (4.2, 8, "y")), 0.25, 0.0),  # within the collar on either side
    ],
)
def test_turn_errors(found: list[Turn], collar: float, rate: float) -> None:
    truth = turns((0, 4, "A"), (4, 8, "B"))
    assert score.count_turn_errors(truth, found, 10, collar).rate == pytest.approx(rate)


TALK = "A:apple A:boat A:castle B:drum B:engine A:forest A:garden A:house"


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (TALK.replace("A", "x").replace("B", "y"), Attributed(8, 0, 8, 4, 4)),
        (TALK.replace("A:castle", "B:castle"), Attributed(7, 0, 8, 3, 4)),
        (TALK.replace("A:apple", "B:apple"), Attributed(7, 0, 8, 4, 4)),
        (TALK.replace("A:apple", "-:apple"), Attributed(7, 1, 8, 4, 4)),
        (TALK.replace("A:apple", "A:apples"), Attributed(8, 0, 8, 4, 4)),  # misheard is heard
        (TALK.replace("A:apple ", ""), Attributed(7, 0, 7, 4, 4)),
        (TALK.replace("A:apple", "A:well A:apple"), Attributed(8, 0, 8, 4, 4)),
        (TALK.replace("B", "A"), Attributed(6, 0, 8, 2, 4)),
        (TALK.replace("B", "y").replace("A:forest", "z:forest"), Attributed(7, 0, 8, 3, 4)),  # one label a speaker
    ],
)
def test_attribution_counts_heard_words_and_those_near_a_change(heard: str, expected: Attributed) -> None:
    assert score.attribute(words(TALK), words(heard)) == expected


def test_times_are_compared_for_words_heard_as_they_were_said() -> None:
    heard = words("A:one A:too A:three")
    heard[2] = heard[2].model_copy(update={"start": 2.25, "end": 2.5})
    assert score.time_errors(words("A:one A:two A:three"), heard) == [0, 0, 0.25, 0]


def test_a_word_written_as_two_is_paired_with_one() -> None:
    assert score.pair_words(words("A:twenty-five A:boats"), words("A:twenty A:five A:boats")) == [(0, 0), (1, 2)]


@pytest.mark.parametrize(("share", "value"), [(0.5, 3), (0.95, 5), (0.0, 1)])
def test_a_quantile_is_one_of_the_values(share: float, value: float) -> None:
    assert score.quantile([5, 1, 4, 2, 3], share) == value
    assert score.quantile([], share) is None


def test_cpwer_pairs_speakers_and_counts_words_under_the_wrong_one_twice() -> None:
    pytest.importorskip("meeteval", reason="comes with `make bench-speech`")
    same = score.count_speaker_word_errors(words(TALK), words(TALK.replace("A", "x").replace("B", "y")))
    assert same == WordErrors(words=8)
    moved = score.count_speaker_word_errors(words(TALK), words(TALK.replace("B:drum", "A:drum")))
    assert (moved.deleted, moved.inserted) == (1, 1)


def test_a_system_that_fails_leaves_its_last_words_in_the_table() -> None:
    outcome = peers.run(System("none", "words", "no_such_system", python=Path(sys.executable)), [])
    assert "no_such_system" in (outcome.failure or "")
    shown = table.show(
        [Figures("demo", "none", "words", 10, failure=outcome.failure), Figures("demo", "x", "words", 10)]
    )
    assert "| demo | failed | – |" in shown
    assert "- none, words: exit 1: " in shown
