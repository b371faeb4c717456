"""What a recogniser invents, repeats or stretches is noticed, and word times are put right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_samples import some_speech
from whisper_fakes import say

from pipeline.adapters import whisper_guard
from pipeline.adapters.speech import Stretch
from pipeline.models import Word

times = st.floats(0, 200).map(lambda value: round(value, 2))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([(1.0, 1.4, "yes")], [(1.0, 1.4)]),
        ([(5.0, 5.4, "ghost")], []),
        ([(1.8, 4.0, "late")], [(1.8, 2.0)]),
        ([(2.2, 2.5, "just")], [(2.2, 2.5)]),
        ([(10.0, 14.0, "um")], [(13.16, 14.0)]),
        ([(10.0, 10.3, "so"), (10.4, 14.0, "um")], [(10.0, 10.3), (10.4, 11.24)]),
        ([(10.0, 11.0, "first"), (10.5, 10.8, "inside")], [(10.0, 11.0), (11.0, 11.0)]),
        ([(10.4, 10.2, "backwards")], [(10.4, 10.4)]),
    ],
    ids=[
        "fits",
        "far from speech: invented",
        "stretched into silence: ends with the speech",
        "a little outside: stays",
        "a first word stretches backwards",
        "any other stretches forwards",
        "overlapping words follow each other",
        "no negative length",
    ],
)
def test_how_word_times_are_put_right(
    words: list[tuple[float, float, str]], expected: list[tuple[float, float]]
) -> None:
    heard = [Word(start=start, end=end, text=text) for start, end, text in words]
    made = whisper_guard.tidy(heard, [Stretch(0.5, 2.0), Stretch(9.5, 20.0)])
    assert [(word.start, word.end) for word in made] == expected


@given(
    st.lists(st.builds(lambda a, b, t: Word(start=a, end=b, text=t), times, times, st.text("ab", min_size=1))),
    some_speech(),
)
def test_tidied_words_ascend_without_overlap_and_invent_nothing(words: list[Word], spoken: list[Stretch]) -> None:
    made = whisper_guard.tidy(words, spoken)
    assert all(word.start <= word.end for word in made)
    assert all(one.end <= two.start for one, two in pairwise(made))
    remaining = [word.text for word in words]
    for word in made:
        remaining.remove(word.text)


@pytest.mark.parametrize(
    ("odd", "suspect"),
    [
        ({}, False),
        ({"compression_ratio": 5.0}, True),
        ({"avg_logprob": -1.4}, True),
        ({"no_speech_prob": 0.9, "avg_logprob": -0.7}, True),
        ({"no_speech_prob": 0.9}, False),
    ],
    ids=["plausible", "repeats itself", "improbable", "where nobody speaks", "quiet but sure"],
)
def test_what_whisper_itself_doubts_is_suspect(odd: dict[str, float], suspect: bool) -> None:
    assert whisper_guard.is_suspect(say("We went to the harbour.", 0, 2, **odd), 2.0) == suspect


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("No, no, no, no, I would not say that.", False),
        ("Very, very, very good, and very, very late.", False),
        ("Thank you. Thank you. Thank you. Thank you. Thank you.", True),
        ("so we go and so we go and so we go and so we stop", True),
        ("We went there and then we went there and then we came back.", False),
        ("la " * 8, True),
    ],
)
def test_words_that_go_round_in_circles_are_suspect(text: str, suspect: bool) -> None:
    assert whisper_guard.is_suspect(say(text, 0, 8), 8.0) == suspect


@pytest.mark.parametrize(
    ("text", "before", "suspect"),
    [
        ("Thanks for watching this video.", "Thanks for watching this video!", True),
        ("Yes, of course.", "Yes, of course.", False),
        ("We went to the harbour.", "We came from the harbour.", False),
    ],
    ids=["the same once more", "a short answer twice", "something else"],
)
def test_the_text_of_the_piece_before_is_suspect(text: str, before: str, suspect: bool) -> None:
    assert whisper_guard.is_suspect(say(text, 0, 3), 3.0, before) == suspect


@pytest.mark.parametrize(("speech", "suspect"), [(0.2, True), (1.0, False)], ids=["a click", "enough speech for it"])
def test_more_words_than_can_be_said_in_that_time_are_suspect(speech: float, suspect: bool) -> None:
    assert whisper_guard.is_suspect(say("We went to the harbour last night", 0, 5), speech) == suspect


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=30))
def test_a_loop_is_found_wherever_it_stands(words: list[str]) -> None:
    assert whisper_guard.has_loop([*words, *["x", "y"] * 5, *words])
    assert not whisper_guard.has_loop([f"{word}{at}" for at, word in enumerate(words)])


@pytest.mark.parametrize(
    ("words", "skipped"),
    [
        ([(0.5, 2.0), (9.6, 20.0)], []),
        ([(0.5, 2.0), (9.6, 12.0), (13.9, 20.0)], []),
        ([(0.5, 2.0), (9.6, 12.0), (14.5, 20.0)], [(12.0, 14.5)]),
        ([(0.5, 2.0)], [(9.4, 20.0)]),
        ([(9.6, 20.0)], []),
        ([], [(0.4, 20.0)]),
    ],
    ids=[
        "all is written",
        "a breath",
        "a clause is missing",
        "the end is missing",
        "less than two seconds may be a cough",
        "all is missing",
    ],
)
def test_speech_that_was_passed_over_is_found(
    words: list[tuple[float, float]], skipped: list[tuple[float, float]]
) -> None:
    heard = [Word(start=start, end=end, text="word") for start, end in words]
    found = whisper_guard.find_skipped(heard, [Stretch(0.5, 2.0), Stretch(9.5, 20.0)], 29.0)
    assert [(one.start, one.end) for one in found] == skipped


@given(some_speech(), st.lists(st.tuples(times, st.floats(0.1, 3)), max_size=30))
def test_what_was_passed_over_is_short_enough_and_free_of_words(
    found: list[Stretch], spans: list[tuple[float, float]]
) -> None:
    words = whisper_guard.tidy([Word(start=at, end=at + long, text="word") for at, long in spans], found)
    for one in whisper_guard.find_skipped(words, found, 29.0):
        assert all(word.end <= one.start or word.start >= one.end for word in words)
        assert 0 < one.length <= 29.3


def test_neighbours_that_are_heard_again_at_the_edges_go() -> None:
    before, after, *heard = (Word(start=0, end=1, text=text) for text in ("bread.", "So", "Bread", "and", "salt", "so"))
    assert [word.text for word in whisper_guard.within(heard, before, after)] == ["and", "salt"]
    assert whisper_guard.within(heard, None, None) == heard
