"""From speech to words whose times can be true; what a recogniser invents or stretches is put right."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adapters import speech, whisper, whisper_guard
from pipeline.adapters.speech import Stretch
from pipeline.models import Word
from pipeline.weights import Found

times = st.floats(0, 200).map(lambda value: round(value, 2))


@st.composite
def some_speech(draw: st.DrawFn) -> list[Stretch]:
    """Ascending stretches that do not touch, as a VAD gives them."""
    now, made = 0.0, []
    for gap, length in draw(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 70)), max_size=20)):
        made.append(Stretch(now + gap, now + gap + length))
        now = made[-1].end
    return made


@given(some_speech(), st.floats(0, 5))
def test_pieces_fit_the_window_ascend_and_hold_all_speech(spoken: list[Stretch], rest: float) -> None:
    duration = (spoken[-1].end if spoken else 0.0) + rest
    pieces = speech.stretches(spoken, duration)
    assert all(piece.length <= 30.001 for piece in pieces)
    assert all(one.end <= two.start + 1e-6 for one, two in pairwise(pieces))
    assert all(0 <= piece.start < piece.end <= duration for piece in pieces)
    for one in spoken:
        covered = sum(max(0.0, min(one.end, piece.end) - max(one.start, piece.start)) for piece in pieces)
        assert covered == pytest.approx(one.length, abs=1e-3)


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ([], []),
        ([(1.0, 3.0), (4.0, 6.0)], [(0.7, 6.3)]),
        ([(1.0, 3.0), (9.0, 12.0)], [(0.7, 3.3), (8.7, 12.3)]),
        ([(0.0, 14.0), (14.4, 20.0), (21.0, 33.0)], [(0.0, 20.3), (20.7, 33.3)]),
        ([(0.0, 45.0)], [(0.0, 22.5), (22.5, 45.3)]),
    ],
    ids=["silence", "a short pause joins", "a long pause parts", "too long: at the longest pause", "no pause: in half"],
)
def test_how_speech_is_cut_into_pieces(spoken: list[tuple[float, float]], expected: list[tuple[float, float]]) -> None:
    pieces = speech.stretches([Stretch(*one) for one in spoken], 100.0)
    assert [(round(piece.start, 3), round(piece.end, 3)) for piece in pieces] == expected


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


@dataclass
class Piece:
    """A word as faster-whisper gives it."""

    word: str
    start: float = 0.0
    end: float = 0.5
    probability: float = 0.9


@dataclass
class Segment:
    words: list[Piece] = field(default_factory=list)
    start: float = 0.0
    end: float = 2.0
    compression_ratio: float = 1.2
    no_speech_prob: float = 0.1
    avg_logprob: float = -0.3


@pytest.mark.parametrize(
    ("language", "pieces", "texts"),
    [
        ("en", [" Good", " morning."], ["Good", "morning."]),
        ("en", [" twenty", "-five", " miles"], ["twenty-five", "miles"]),
        ("en", [" 3", ".5"], ["3.5"]),
        ("en", ["Start", " then"], ["Start", "then"]),
        ("en", [" ", " word"], ["word"]),
        ("ja", ["今日", "は"], ["今日", "は"]),
    ],
)
def test_pieces_without_a_space_belong_to_the_word_before(language: str, pieces: list[str], texts: list[str]) -> None:
    segment = Segment([Piece(piece, at, at + 0.5) for at, piece in enumerate(pieces)])
    words = whisper._words([segment], language)
    assert [word.text for word in words] == texts
    assert words[-1].end == len(pieces) - 0.5


class Model:
    """What faster-whisper loads; its second, sequential look finds `again`."""

    supported_languages = ("en",)

    def __init__(self, again: list[Segment]) -> None:
        self.again = again
        self.asked: list[int] = []

    def transcribe(self, samples: Any, **options: Any) -> tuple[list[Segment], Any]:
        self.asked.append(len(samples))
        return self.again, SimpleNamespace(language="en")


def recogniser(model: Model, monkeypatch: pytest.MonkeyPatch) -> whisper.Recogniser:
    monkeypatch.setattr(whisper, "_load", lambda *_: model)
    return whisper.Recogniser(Found("base", Path("base"), "package"))


@pytest.mark.parametrize(
    ("odd", "asked"),
    [
        ({}, False),
        ({"compression_ratio": 5.0}, True),
        ({"avg_logprob": -1.4}, True),
        ({"no_speech_prob": 0.9, "avg_logprob": -0.7}, True),
        ({"no_speech_prob": 0.9}, False),
    ],
    ids=["plausible", "repeats itself", "improbable", "where nobody speaks", "quiet but sure"],
)
def test_suspect_text_is_heard_a_second_time(
    odd: dict[str, float], asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Model([])
    segment = Segment([Piece(" word")], start=1.0, end=2.0, **odd)
    trusted = recogniser(model, monkeypatch)._trusted([0.0] * 48_000, segment, "en", 5)  # type: ignore[arg-type]
    assert model.asked == ([16_000] if asked else [])
    assert trusted == ([] if asked else [segment])


def test_what_the_second_hearing_finds_is_placed_in_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model([Segment([Piece(" word", 0.2, 0.6)], start=0.0, end=1.0)])
    suspect = Segment([Piece(" la"), Piece(" la")], start=10.0, end=12.0, compression_ratio=9.0)
    (segment,) = recogniser(model, monkeypatch)._trusted([0.0] * 320_000, suspect, "en", 5)  # type: ignore[arg-type]
    assert [(word.word, word.start, word.end) for word in segment.words] == [(" word", 10.2, 10.6)]
