"""Made-up conversations: what their truth promises holds in their samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.speech import dialogues, flite
from benchmarks.speech.dialogues import RATE, Dialogue, Recipe
from pipeline.models import Word


@pytest.fixture(autouse=True)
def _flite(need: Callable[[str, str], str]) -> None:
    need("flite", "apt-get install flite")


def loudness(dialogue: Dialogue, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(dialogue.samples[round(start * RATE) : round(end * RATE)] ** 2)))


def overlaps(dialogue: Dialogue) -> int:
    return sum(
        one.speaker != other.speaker and one.start < other.end and other.start < one.end
        for at, one in enumerate(dialogue.turns)
        for other in dialogue.turns[at + 1 :]
    )


def test_flite_tells_where_each_written_word_is_even_when_it_is_said_as_several() -> None:
    sound, said = flite.say("Well, in 1924 they left.", "slt")
    assert [word.text for word in said] == ["Well,", "in", "1924", "they", "left."]
    assert said[2].end - said[2].start > 0.8  # nineteen twenty four
    comma = sound[round(said[0].end * RATE) : round(said[1].start * RATE)]
    assert np.abs(comma).max() < 0.05 * np.abs(sound).max()


def test_a_larger_voice_takes_longer_and_its_words_with_it() -> None:
    sound, said = flite.say("Good morning.", "slt")
    slow, slowly = flite.say("Good morning.", "slt@0.86")
    assert len(slow) == pytest.approx(len(sound) / 0.86, abs=2)
    assert [word.end * 0.86 for word in slowly] == pytest.approx([word.end for word in said])


def test_the_same_recipe_makes_the_same_conversation_and_another_seed_another() -> None:
    recipe = Recipe("a", 15, interruptions=0.5, backchannels=0.5, music=10)
    one, again, other = (dialogues.make(each) for each in (recipe, recipe, Recipe("a", 15, seed=2)))
    assert np.array_equal(one.samples, again.samples)
    assert (one.words, one.turns, one.music) == (again.words, again.turns, again.music)
    assert one.words != other.words


def test_there_is_sound_where_words_are_and_none_where_nobody_speaks() -> None:
    dialogue = dialogues.make(Recipe("a", 30, pauses=0.5))
    assert len(dialogue.samples) == 30 * RATE
    speech = np.median([loudness(dialogue, word.start, word.end) for word in dialogue.words])
    assert all(loudness(dialogue, word.start, word.end) > speech / 8 for word in dialogue.words)
    pairs = zip(dialogue.turns, dialogue.turns[1:], strict=False)
    gaps = [(one.end + 0.1, other.start - 0.1) for one, other in pairs if other.start - one.end > 0.5]
    assert gaps
    assert all(loudness(dialogue, start, end) < speech / 20 for start, end in gaps)


@pytest.mark.parametrize(
    ("share", "overlapping"),
    [({}, False), ({"interjections": 1.0}, False), ({"interruptions": 1.0}, True), ({"backchannels": 1.0}, True)],
)
def test_people_speak_at_once_only_where_that_was_asked_for(share: dict[str, float], overlapping: bool) -> None:
    assert bool(overlaps(dialogues.make(Recipe("a", 40, **share)))) is overlapping


def test_every_voice_gets_its_turn() -> None:
    dialogue = dialogues.make(Recipe("a", 60, flite.VOICES[:4]))
    assert {turn.speaker for turn in dialogue.turns} == {"A", "B", "C", "D"}


def test_music_plays_before_the_talk_and_softly_under_it() -> None:
    dialogue = dialogues.make(Recipe("a", 40, music=100))
    ((start, end),) = dialogue.music
    talk = dialogue.words[0].start
    assert start < talk - 3
    assert talk < end
    assert loudness(dialogue, start + 1, talk - 1.5) > 0.01


def test_without_voices_there_is_music_and_no_word() -> None:
    dialogue = dialogues.make(Recipe("a", 60, (), music=25))
    assert [round(start, 1) for start, _ in dialogue.music] == [0.6, 25.6, 50.6]
    assert (dialogue.words, dialogue.turns) == ((), ())


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([(0, 1, "A"), (1.5, 2, "A")], [(0, 2, "A")]),
        ([(0, 1, "A"), (1.51, 2, "A")], [(0, 1, "A"), (1.51, 2, "A")]),
        ([(0, 1, "A"), (0.5, 0.8, "B"), (1, 2, "A")], [(0, 2, "A"), (0.5, 0.8, "B")]),
    ],
)
def test_turns_join_one_speakers_words_across_short_silences(
    times: list[tuple[float, float, str]], expected: list[tuple[float, float, str]]
) -> None:
    words = [Word(start=start, end=end, text="x", speaker=speaker) for start, end, speaker in times]
    assert [(turn.start, turn.end, turn.speaker) for turn in dialogues.turns_of(words)] == expected
