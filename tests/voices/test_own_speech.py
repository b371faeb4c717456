"""A voice print is taken from where somebody speaks alone, from several turns, and from no more than is needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Turn
from pipeline.voices.own_speech import ENOUGH, find_own, pick

A, B = "SPEAKER_00", "SPEAKER_01"


def turns(*spans: tuple[float, float, str]) -> list[Turn]:
    return [Turn(start=start, end=end, speaker=speaker) for start, end, speaker in spans]


OWN = [
    ("alone", turns((0, 4, A)), {A: ((0, 4),)}),
    ("one after the other", turns((0, 4, A), (4, 6, B)), {A: ((0, 4),), B: ((4, 6),)}),
    ("overlap at the ends", turns((0, 4, A), (3, 6, B)), {A: ((0, 3),), B: ((4, 6),)}),
    ("an interjection", turns((0, 9, A), (3, 4, B)), {A: ((0, 3), (4, 9))}),
    ("own turns that touch", turns((0, 2, A), (2, 5, A)), {A: ((0, 5),)}),
    ("own turns that overlap", turns((0, 3, A), (2, 5, A)), {A: ((0, 5),)}),
    ("a pause", turns((0, 2, A), (3, 5, A)), {A: ((0, 2), (3, 5))}),
    ("nobody", [], {}),
]


@pytest.mark.parametrize(("who", "own"), [case[1:] for case in OWN], ids=[case[0] for case in OWN])
def test_own_speech_is_where_nobody_else_talks(
    who: list[Turn], own: dict[str, tuple[tuple[float, float], ...]]
) -> None:
    assert find_own(who) == own


PICKED = [
    ("too short", [(0, 0.3)], []),
    ("short, edges and all", [(0, 0.8)], [(0, 0.8)]),
    ("a turn without its edges", [(70, 72)], [(70.1, 71.9)]),
    ("a monologue, as much as is enough", [(0, 90)], [(0.1, 30.1)]),
    ("a part of each before more of one", [(0, 40), (50, 57), (60, 67), (70, 77), (80, 87)],
     [(0.1, 6.1), (50.1, 56.1), (60.1, 66.1), (70.1, 76.1), (80.1, 86.1)]),
    ("long and short", [(0, 0.4), (10, 60), (70, 72)], [(10.1, 38.3), (70.1, 71.9)]),
]  # fmt: skip


@pytest.mark.parametrize(("own", "picked"), [case[1:] for case in PICKED], ids=[case[0] for case in PICKED])
def test_what_a_voice_print_is_taken_from(own: list[tuple[float, float]], picked: list[tuple[float, float]]) -> None:
    assert pick(own) == tuple(pytest.approx(one) for one in picked)


spans = st.lists(
    st.tuples(st.floats(0, 90), st.floats(0.1, 20), st.sampled_from("ABC")).map(
        lambda one: Turn(start=round(one[0], 2), end=round(one[0] + one[1], 2), speaker=one[2])
    ),
    max_size=15,
)


@given(spans)
def test_what_is_picked_is_the_speakers_own_and_not_too_much(who: list[Turn]) -> None:
    for speaker, own in find_own(who).items():
        picked = pick(own)
        assert sum(end - start for start, end in picked) <= ENOUGH + 1e-6
        for start, end in picked:
            middle = (start + end) / 2
            assert {turn.speaker for turn in who if turn.start <= middle < turn.end} == {speaker}
            assert any(one[0] <= start < end <= one[1] for one in own)
