"""Words of several tracks become one transcript: nothing twice, nothing lost, and readable where people interrupt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.multitrack.merging import drop_doubles, interleave


def said(text: str, start: float = 0.0, *, each: float = 0.4, speaker: str | None = None) -> list[Word]:
    """Words that follow each other; `…` is a pause of one second."""
    words, time = [], start
    for one in text.split():
        if one == "…":
            time += 1.0
            continue
        words.append(Word(start=round(time, 3), end=round(time + each - 0.05, 3), text=one, speaker=speaker))
        time += each
    return words


def text(words: tuple[Word, ...] | list[Word]) -> str:
    return " ".join(word.text for word in words)


DOUBLES = [
    ("bleed", "So what did you find?", -1, "so what did you find", -19, "So what did you find?", ""),
    ("bleed the other way", "we found nothing", -14, "We found nothing.", 0, "", "We found nothing."),
    ("a single overheard word", "right", -20, "Right.", -1, "", "Right."),
    ("both say it", "Yes.", -1, "Yes!", -3, "Yes.", "Yes!"),
    ("both say two words", "Thank you.", -1, "Thank you.", 0, "Thank you.", "Thank you."),
    ("a sentence as loud on both", "we sailed at night", -2, "we sailed at night", -3, "we sailed at night", ""),
    ("other words at once", "we sailed at night", -2, "oh did you really", -20, "we sailed at night", "oh did you really"),
    ("punctuation alone", "—", -1, "—", -20, "—", "—"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "loud", "other", "louder", "left", "right"),
    [case[1:] for case in DOUBLES],
    ids=[case[0] for case in DOUBLES],
)
def test_what_two_microphones_heard_is_kept_where_it_was_said(
    one: str, loud: float, other: str, louder: float, left: str, right: str
) -> None:
    tracks = [said(one), said(other, 0.02)]
    kept = drop_doubles(tracks, [[loud] * len(tracks[0]), [louder] * len(tracks[1])])
    assert [text(words) for words in kept] == [left, right]


def test_the_same_words_a_moment_later_are_an_answer() -> None:
    tracks = [said("We sailed at night."), said("We sailed at night?", 2.0)]
    assert [len(words) for words in drop_doubles(tracks, [[-1.0] * 4, [-20.0] * 4])] == [4, 4]


def test_only_the_overheard_part_of_a_track_goes() -> None:
    overheard = said("did you find anything", 0.0)
    tracks = [said("did you find anything", 0.01), [*overheard, *said("No, nothing at all.", 2.0)]]
    kept = drop_doubles(tracks, [[-2.0] * 4, [-20.0] * 4 + [-1.0] * 4])
    assert [text(words) for words in kept] == ["did you find anything", "No, nothing at all."]


def test_of_three_tracks_the_loudest_keeps_the_words() -> None:
    tracks = [said("we sailed at night", 0.01 * at) for at in range(3)]
    kept = drop_doubles(tracks, [[-20.0] * 4, [0.0] * 4, [-12.0] * 4])
    assert [len(words) for words in kept] == [0, 4, 0]


ORDERS = [
    ("turns", ["How are you?", 0.0], ["Fine.", 2.0], "How are you? Fine."),
    ("an answer before the end", ["So how are you doing today?", 0.0], ["Fine, thanks.", 1.9], "So how are you doing today? Fine, thanks."),
    ("an interjection in a sentence", ["I think that we should go", 0.0], ["mhm", 1.0], "I think that we should go mhm"),
    ("an interjection in a pause", ["I think … that we should go", 0.0], ["mhm", 1.2], "I think mhm that we should go"),
    ("a pause that nobody fills", ["I think … that we should go", 0.0], ["Yes.", 5.0], "I think that we should go Yes."),
    ("a new sentence after an answer", ["Really? … … Go on.", 0.0], ["Yes.", 1.0], "Really? Yes. Go on."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "read"), [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS])
def test_words_stand_in_the_order_in_which_they_are_read(
    one: tuple[str, float], other: tuple[str, float], read: str
) -> None:
    assert text(interleave([said(*one, speaker="A"), said(*other, speaker="B")])) == read


@st.composite
def tracks(draw: st.DrawFn) -> list[list[Word]]:
    """Two to four tracks of few different words, so that many coincide."""
    made = []
    for at in range(draw(st.integers(2, 4))):
        words, time = [], 0.0
        for one in draw(st.lists(st.sampled_from(["yes", "no", "We", "sail.", "so"]), max_size=12)):
            time += draw(st.sampled_from([0.0, 0.1, 0.4, 2.5]))
            words.append(Word(start=time, end=time + 0.3, text=one, speaker=f"TRACK_0{at + 1}"))
            time += 0.3
        made.append(words)
    return made


@given(tracks())
def test_each_word_that_goes_was_heard_elsewhere_at_the_same_time(made: list[list[Word]]) -> None:
    loudness = [[-20.0 if at % 2 else -1.0 for _ in words] for at, words in enumerate(made)]
    kept = drop_doubles(made, loudness)
    for at, words in enumerate(made):
        rest = [word for other, theirs in enumerate(kept) if other != at for word in theirs]
        for word in set(words) - set(kept[at]):
            same = [one for one in rest if one.text.casefold().strip(".") == word.text.casefold().strip(".")]
            assert any(abs(one.start + one.end - word.start - word.end) / 2 <= 0.3 * len(made) for one in same)


@given(tracks())
def test_no_word_is_lost_and_each_speakers_words_stay_in_order(made: list[list[Word]]) -> None:
    merged = interleave(made)
    assert len(merged) == sum(map(len, made))
    for words in made:
        assert [word for word in merged if words and word.speaker == words[0].speaker] == words


@given(tracks())
def test_the_order_depends_on_the_tracks_alone(made: list[list[Word]]) -> None:
    assert interleave(made) == interleave([list(words) for words in made])
