"""Cuts: where words begin and end in the sound, and many of them as one list."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editing.cutting import Spoken, cut_range, cut_words, merge
from pipeline.editing.mending import mend
from pipeline.editing.quotes import Stretch
from pipeline.models import Cut, Edits, Word


def spoken(*times: tuple[float, float], duration: float = 30.0) -> tuple[list[Word], Spoken]:
    words = [Word(start=start, end=end, text="w") for start, end in times]
    return words, Spoken(words, duration)


def stay(wanted: float, low: float, high: float) -> float:
    assert low <= wanted <= high
    return wanted


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        pytest.param(1.0, 0.4, (4.95, 6.35), id="the longer pause is before: it stays"),
        pytest.param(0.4, 1.0, (4.65, 6.05), id="the longer pause is after: it stays"),
        pytest.param(0.0, 0.0, (5.0, 6.0), id="no pause"),
        pytest.param(0.0, 1.0, (5.0, 6.05), id="none before"),
    ],
)
def test_words_go_with_the_shorter_pause(before, after, cut):
    words, talk = spoken((4.0 - before, 5.0 - before), (5.0, 6.0), (6.0 + after, 7.0 + after))
    assert cut_words(words, Stretch(1, 1), talk, stay) == pytest.approx(cut)


@pytest.mark.parametrize(
    ("given_", "cut"),
    [((3.0, 8.0), (3.0, 8.0)), ((5.2, 6.9), (5.0, 7.0)), ((5.8, 20.0), (6.0, 20.0)), ((0.0, 99.0), (0.0, 30.0))],
    ids=["between words", "through two words", "nearer to its end", "the ends are exact"],
)
def test_no_range_cuts_through_a_word(given_, cut):
    _, talk = spoken((5.0, 6.0), (6.0, 7.0))
    assert cut_range(*given_, talk, stay) == pytest.approx(cut)


def cuts(*times: tuple[float, float]) -> list[Cut]:
    return [Cut(start=start, end=end, reason="pause") for start, end in times]


@pytest.mark.parametrize(
    ("given_", "merged"),
    [
        ([(1, 2), (4, 5)], [(1, 2), (4, 5)]),
        ([(4, 5), (1, 2)], [(1, 2), (4, 5)]),
        ([(1, 4), (2, 3)], [(1, 4)]),
        ([(1, 3), (2, 4)], [(1, 4)]),
        ([(1, 2), (2, 3)], [(1, 3)]),
        ([(1, 2), (2.1, 3)], [(1, 3)]),  # hardly anything between them
        ([(9, 10.0), (10.12, 11)], [(9, 10.0), (10.12, 11)]),  # but a word is between them
        ([(2, 2)], []),
    ],
)
def test_cuts_that_meet_are_one(given_, merged):
    _, talk = spoken((10.02, 10.1))
    assert [(cut.start, cut.end) for cut in merge(cuts(*given_), talk)] == merged


def test_what_a_person_named_gives_the_reason():
    _, talk = spoken((20.0, 21.0))
    both = [*cuts((1, 3)), Cut(start=2, end=4, reason="chosen", text="so")]
    assert merge(both, talk) == (Cut(start=1, end=4, reason="chosen", text="so"),)


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), max_size=30), st.lists(st.floats(0, 29), max_size=20))
def test_merged_cuts_take_all_that_was_cut_and_leave_no_scraps(ranges, starts):
    _, talk = spoken(*((start, start + 0.2) for start in starts))
    wanted = cuts(*((min(pair), max(pair)) for pair in ranges))
    merged = merge(wanted, talk)
    assert all(one.end < other.start for one, other in pairwise(merged))
    assert all(
        any(one.start <= cut.start and cut.end <= one.end for one in merged) for cut in wanted if cut.end > cut.start
    )
    edits = Edits(duration=30.0, cuts=merged)
    assert sum(end - start for start, end in edits.kept) + sum(cut.end - cut.start for cut in merged) == pytest.approx(
        30
    )


@pytest.mark.parametrize(
    ("text", "heard", "left"),
    [
        ("So, um, the tide", "1011", "So the tide"),
        ("The um tide turns.", "1011", "The tide turns."),
        ("Um, the tide turns.", "0111", "The tide turns."),
        ("It turns, you know.", "1100", "It turns."),
        ("Does it turn, you know?", "11100", "Does it turn?"),
        ("It turns. Um, so we left.", "110111", "It turns. So we left."),
        ("We left (um) early, though.", "11011", "We left early, though."),
        ("潮は えーと 変わる。", "101", "潮は 変わる。"),
    ],
)
def test_what_is_left_of_a_sentence_is_a_sentence(text, heard, left):
    assert " ".join(mend(text.split(), [one == "1" for one in heard])) == left


def test_two_halves_of_a_cut_become_one_sentence():
    assert mend(["And", "then", "we,", "no."], [True, True, True, False], goes_on=True) == ["And", "then", "we,"]
    assert mend(["Then", "we", "ran", "home."], [False, False, True, True], follows=True) == ["ran", "home."]
