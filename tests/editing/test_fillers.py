"""Which words only fill: precision before anything else."""

import pytest

from pipeline.editing.fillers import dips_by, find_fillers
from pipeline.models import Word


def talk(text: str, *, gap: float = 0.2, speaker: str = "Ada", **changes: object) -> list[Word]:
    """A word every 0.4 s with a gap before the next; `/` changes the speaker, `+` leaves no gap before a word."""
    words: list[Word] = []
    now = 0.0
    for part in text.split():
        if part == "/":
            speaker = "Bruno" if speaker == "Ada" else "Ada"
            continue
        now -= gap if part.startswith("+") else 0.0
        text = part.removeprefix("+")
        words.append(Word(start=now, end=now + 0.4, text=text, speaker=speaker))
        now += 0.4 + gap
    return words


def found(
    words: list[Word], language: str = "en", *, phrases: bool = True, most: int = 60, dip: bool = False
) -> list[str]:
    some = find_fillers(words, language, phrases=phrases, dips=lambda *_: dip, most=most)
    return [" ".join(word.text for word in words[one.stretch.first : one.stretch.last + 1]) for one in some]


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("So, um, the tide turns.", ["um,"]),
        ("Um, the uh tide, er, turns.", ["Um,", "uh", "er,"]),
        ("The tide / um / turns, we say.", []),  # all that somebody says is an answer
        ("/ Hmm? / The tide.", []),
        ("He said um and left.", []),
        ("Uh huh, the tide. Uh oh.", []),
        ("Uh-huh, the tide.", []),
        ("He is in the ER now.", []),
        ('She says "um" to it.', []),
        ("The tide, you know, turns.", ["you know,"]),
        ("You know, the tide turns.", ["You know,"]),
        ("I mean, it turns.", ["I mean,"]),
        ("The tide turns, you know.", ["you know."]),
        ("Well, you know what I did.", []),
        ("Well, you know, that it turns.", []),
        ("The tide turns, you know?", []),
        ("Do you +know the tide?", []),
        ("As +you know, it turns.", []),
        ("That is what +I mean.", []),
        ("I mean +it, really.", []),
    ],
)
def test_only_what_fills_is_found(text, fillers):
    assert found(talk(text)) == fillers


def test_phrases_stay_when_only_hesitations_are_wanted():
    assert found(talk("Um, the tide, you know, turns."), phrases=False) == ["Um,"]


@pytest.mark.parametrize(
    ("language", "text", "fillers"),
    [
        ("de", "Wir gehen um das, ähm, Haus.", ["ähm,"]),  # um is a word there
        ("de", "Er ist da.", []),
        ("fr", "C'est, euh, la mer.", ["euh,"]),
        ("fi", "Se on um, meri.", []),
    ],
)
def test_each_language_has_its_own(language, text, fillers):
    assert found(talk(text), language) == fillers


@pytest.mark.parametrize(
    "change",
    [{"probability": 0.3}, {"overlap": True}, {"end": 2.7}, {"end": 0.65}],
    ids=["unsure", "talked over", "as long as a sound that means something", "a blink"],
)
def test_what_is_not_clear_stays(change):
    words = talk("So, um, the tide.")
    assert found(words) == ["um,"]
    words[1] = words[1].model_copy(update=change)
    assert found(words) == []


def test_words_without_a_gap_need_a_dip_in_the_sound():
    words = talk("So um the tide.", gap=0.0)
    assert found(words) == []
    assert found(words, dip=True) == ["um"]
    assert dips_by(lambda start, end: -60.0, lambda start, end: -30.0)(1.0, 1.0, 1.4)
    assert not dips_by(lambda start, end: -35.0, lambda start, end: -30.0)(1.0, 1.0, 1.4)


def test_of_many_in_a_minute_the_surest_are_taken():
    words = talk("So, um, the uh, tide, er, turns.")
    words[3] = words[3].model_copy(update={"probability": 0.7})
    assert found(words, most=2) == ["um,", "er,"]
