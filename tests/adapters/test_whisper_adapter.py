"""From samples to words: in batches that the memory holds, group by group, in the language of each piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whisper_fakes import FakePipeline, FakeWhisper, Piece, Segment, say

from pipeline.adapters import speech, whisper, whisper_words
from pipeline.adapters.speech import RATE, Stretch
from pipeline.adapters.whisper import MIXED, Recogniser
from pipeline.errors import StageError
from pipeline.weights import Found


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[Stretch]:
    """Where the VAD finds speech, to be filled by the test."""
    found: list[Stretch] = []
    monkeypatch.setattr(speech, "find_speech", lambda samples: tuple(found))
    return found


def recogniser(model: FakeWhisper, monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    monkeypatch.setattr(whisper, "_load", lambda *_: model)
    monkeypatch.setattr("faster_whisper.BatchedInferencePipeline", FakePipeline)
    return Recogniser(Found("base", Path("base"), "package"))


def sound(seconds: float) -> Any:
    return np.zeros(int(seconds * RATE), np.float32)


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
    words = whisper_words.to_words([segment], language)
    assert [word.text for word in words] == texts
    assert words[-1].end == len(pieces) - 0.5


@pytest.mark.parametrize(
    ("device", "cores", "size"),
    [("cpu", 1, 4), ("cpu", 2, 4), ("cpu", 6, 12), ("cpu", 64, 16), ("cuda", 2, 16)],
)
def test_a_batch_fits_the_machine(device: str, cores: int, size: int) -> None:
    assert whisper.choose_batch_size(device, cores) == size


def test_hours_are_decoded_ten_minutes_at_a_time(spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch) -> None:
    spoken += [Stretch(at, at + 3.0) for at in range(10, 3000, 60)]
    model = FakeWhisper({at - 0.3: say(f"Piece number {at} is this.", at, at + 3) for at in range(10, 3000, 60)})
    done: list[float] = []
    heard = recogniser(model, monkeypatch).transcribe(sound(3010), progress=lambda now, total: done.append(now / total))
    assert [len(starts) for _, _, starts in model.batches] == [10] * 5
    assert len(heard.words) == 5 * 50
    assert done == sorted(done)
    assert len(heard.pieces) == 50


def test_a_batch_that_the_memory_does_not_hold_is_halved_and_nothing_is_lost_or_heard_twice(
    spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken += [Stretch(at, at + 3.0) for at in range(10, 1200, 60)]
    model = FakeWhisper({at - 0.3: say(f"Piece {at}.", at, at + 3) for at in range(10, 1200, 60)}, room=3)
    heard = recogniser(model, monkeypatch).transcribe(sound(1210), batch_size=16)
    assert [size for _, size, _ in model.batches] == [16, 8, 4, 2, 2]
    assert [word.text for word in heard.words] == [text for at in range(10, 1200, 60) for text in ("Piece", f"{at}.")]


@pytest.mark.parametrize(("room", "tried"), [(0, [4, 2, 1])])
def test_where_not_even_one_piece_fits_the_error_says_what_to_do(
    room: int, tried: list[int], spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken.append(Stretch(1, 5))
    model = FakeWhisper(room=room)
    with pytest.raises(StageError, match="base on cpu failed: CUDA failed with error out of memory") as error:
        recogniser(model, monkeypatch).transcribe(sound(6), batch_size=4)
    assert error.value.fix == "lower transcribe.batch_size, or set transcribe.device: cpu"
    assert [size for _, size, _ in model.batches] == tried


@pytest.mark.parametrize("fails", [False, True])
def test_the_memory_of_the_model_is_released(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    model = FakeWhisper()
    with (
        pytest.raises(ValueError, match="stop") if fails else recogniser(model, monkeypatch),
        recogniser(model, monkeypatch),
    ):
        if fails:
            raise ValueError("stop")
    assert model.released


def test_suspect_text_is_heard_a_second_time_and_placed_in_the_recording(
    spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken += [Stretch(10, 12), Stretch(20, 22)]
    suspect = say("la la la", 10, 12, compression_ratio=9.0)
    model = FakeWhisper({9.7: suspect, 19.7: say("Yes.", 20, 21)}, again=[say("Hello.", 0.2, 0.6)])
    heard = recogniser(model, monkeypatch).transcribe(sound(30))
    assert [(word.text, word.start, word.end) for word in heard.words] == [("Hello.", 10.2, 10.6), ("Yes.", 20, 21)]
    assert (model.asked, heard.unclear) == ([2 * RATE], ())


def test_speech_that_was_passed_over_is_heard_by_itself(spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch) -> None:
    spoken.append(Stretch(10, 20))
    model = FakeWhisper({9.7: say("One two.", 10, 12), 12: say("two. three four", 12, 20)})
    heard = recogniser(model, monkeypatch).transcribe(sound(30))
    assert " ".join(word.text for word in heard.words) == "One two. three four"
    assert [starts for _, _, starts in model.batches] == [[9.7], [12]]


def test_what_stays_suspect_has_no_words_and_is_told(spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch) -> None:
    spoken.append(Stretch(10, 12))
    suspect = say("la la la", 10, 12, compression_ratio=9.0)
    heard = recogniser(FakeWhisper({9.7: suspect}, again=[suspect]), monkeypatch).transcribe(sound(30))
    assert (heard.words, heard.unclear) == ((), (Stretch(10, 12),))


def test_what_the_piece_before_said_is_not_said_again(spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch) -> None:
    spoken += [Stretch(10, 13), Stretch(20, 23)]
    thanks = "Thanks for watching this."
    model = FakeWhisper({9.7: say(thanks, 10, 13), 19.7: say(thanks, 20, 23)}, again=[say(thanks, 0, 3)])
    heard = recogniser(model, monkeypatch).transcribe(sound(30))
    assert [word.start for word in heard.words if word.text == "Thanks"] == [10]


@pytest.mark.parametrize(
    ("asked", "used"),
    [("de", "de"), ("de-CH", "de"), ("EN_us", "en"), (None, "en")],
)
def test_languages_are_named_in_any_of_the_usual_ways(
    asked: str | None, used: str, spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken.append(Stretch(1, 5))
    model = FakeWhisper({0.7: say("Hello there.", 1, 2)})
    heard = recogniser(model, monkeypatch).transcribe(sound(6), language=asked)
    assert (heard.language, model.batches[0][0], heard.spoken) == (used, used, ("en",))


def test_without_a_vad_everything_is_decoded_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = recogniser(model := FakeWhisper(), monkeypatch).transcribe(sound(100), vad=False)
    assert [starts for _, _, starts in model.batches] == [[piece.start for piece in heard.pieces]]
    assert (heard.pieces[0].start, heard.pieces[-1].end) == (0, 100)


def test_in_a_mixed_recording_each_piece_is_heard_in_its_own_language(
    spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken += [Stretch(1, 4), Stretch(10, 13.5), Stretch(20, 23)]
    german = {"de": 0.95}
    texts = {0.7: say("Good morning.", 1, 3), 9.7: say("Guten Morgen.", 10, 12), 19.7: say("Goodbye.", 20, 22)}
    model = FakeWhisper(texts, chances={int(13.8 * RATE) - int(9.7 * RATE): german})
    heard = recogniser(model, monkeypatch).transcribe(sound(30), language=MIXED)
    assert [(language, starts) for language, _, starts in model.batches] == [("en", [0.7, 19.7]), ("de", [9.7])]
    assert [(word.text, word.language) for word in heard.words] == [
        ("Good", None), ("morning.", None), ("Guten", "de"), ("Morgen.", "de"), ("Goodbye.", None)
    ]  # fmt: skip
    assert (heard.language, heard.spoken) == ("en", ("en", "de"))


def test_a_recording_that_turns_out_to_be_mixed_is_heard_so_unless_its_language_is_given(
    spoken: list[Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken += [Stretch(1, 13), Stretch(16, 27)]
    texts = {0.7: say("Good morning.", 1, 3), 15.7: say("Guten Morgen.", 16, 18)}
    chances = {int(27.3 * RATE) - int(15.7 * RATE): {"de": 0.95}}
    heard = recogniser(FakeWhisper(texts, chances=chances), monkeypatch).transcribe(sound(60))
    assert [word.language for word in heard.words if word.text == "Guten"] == ["de"]
    given = recogniser(FakeWhisper(texts, chances=chances), monkeypatch).transcribe(sound(60), language="en")
    assert {word.language for word in given.words} == {None}


def test_names_are_listened_for_in_one_piece_and_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = FakeWhisper({4.0: say("Hello Shazeer.", 4, 6), 8.0: say("no " * 9, 8, 10)})
    ear = recogniser(model, monkeypatch)
    heard = ear.listen_again(sound(12), Stretch(4, 6), ["Noam Shazeer"], language="en")
    assert [word.text for word in heard] == ["Hello", "Shazeer."]
    assert ear.listen_again(sound(12), Stretch(8, 10), ["Noam Shazeer"], language="en") == ()
