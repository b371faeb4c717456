"""Who said each word: turns and word times are a little wrong, sentences and pauses tell where speakers change."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turn_samples import draw_turns, draw_words

from benchmarks.speech import phrases
from pipeline import attribution
from pipeline.models import Turn, Word

WORD = 0.3
PAUSE = "|"


def said(text: str, start: float = 0.0) -> list[Word]:
    """Words of 0.3 s, one right after the other; each | is a pause of as much."""
    words = []
    for at, token in enumerate(text.split()):
        if token != PAUSE:
            begin = start + at * WORD
            words.append(Word(start=round(begin, 3), end=round(begin + WORD, 3), text=token))
    return words


def turns(*spans: tuple[str, float, float]) -> tuple[Turn, ...]:
    """(speaker, start, end), counted in words of 0.3 s."""
    made = (Turn(start=round(start * WORD, 3), end=round(end * WORD, 3), speaker=who) for who, start, end in spans)
    return tuple(sorted(made, key=lambda turn: turn.start))


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        pytest.param("one two. three four.", turns(("A", 0, 2), ("B", 2, 4)), "AABB", id="by turn"),
        pytest.param("one two.", turns(("B", 30, 33)), "BB", id="far from the only turn"),
        pytest.param("one two. three four.", turns(("A", 0, 1.4), ("B", 3.2, 4)), "AABB", id="in a gap: the nearer"),
        pytest.param(
            "So that | is it. | Fine | then.", turns(("A", 0, 2), ("B", 6, 9)), "AAAABB", id="in a gap: the sentence"
        ),
        pytest.param("one two.", turns(), "--", id="nobody was found"),
        pytest.param("one two.", turns(("A", 0, 0.1)), "AA", id="one very short turn"),
        pytest.param("", turns(("A", 0, 3)), "", id="no words"),
    ],
)
def test_every_word_has_a_speaker_if_anybody_was_found(text: str, who: tuple[Turn, ...], expected: str) -> None:
    assert found(text, who) == expected


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        pytest.param(
            "So that ends here. Yes I agree.", turns(("A", 0, 3), ("B", 3, 7)), "AAAABBB", id="a word too early"
        ),
        pytest.param(
            "So that ends here. Yes I agree.", turns(("A", 0, 5), ("B", 5, 7)), "AAAABBB", id="a word too late"
        ),
        pytest.param(
            "We went home. Did you like it?", turns(("A", 0, 5), ("B", 2, 7)), "AAABBBB", id="both at once for a while"
        ),
        pytest.param(
            "it goes on and on | so who pays for it", turns(("A", 0, 8.6), ("B", 5, 11)), "AAAAABBBBB", id="at a pause"
        ),
        pytest.param(
            "I think we all should what do you mean", turns(("A", 0, 5), ("B", 5, 9)), "AAAAABBBB", id="no sentence end"
        ),
        pytest.param(
            "I think we all should what do you mean",
            turns(("A", 0, 7), ("B", 3, 9)),
            "AAAAABBBB",
            id="both at once, and no sentence end: in the middle",
        ),
        pytest.param(
            "and then we talk by- And why. Well, and not",
            turns(("A", 0, 5.3), ("B", 4.8, 7), ("A", 6.9, 10)),
            "AAAAABBAAA",
            id="a sentence broken off",
        ),
    ],
)
def test_a_change_of_speaker_moves_to_where_it_is_likely(text: str, who: tuple[Turn, ...], expected: str) -> None:
    assert found(text, who) == expected


@pytest.mark.parametrize(
    ("text", "who"),
    [
        pytest.param("We go on and on now.", turns(("A", 0, 2), ("B", 2, 3), ("A", 3, 6)), id="one word"),
        pytest.param("We go on and on now.", turns(("A", 0, 2), ("B", 2, 4), ("A", 4, 6)), id="two words"),
        pytest.param("It is a really nice one.", turns(("A", 0, 6), ("B", 3, 4)), id="a turn inside another"),
        pytest.param("It was so hot we left early.", turns(("A", 0, 7), ("B", 6, 7)), id="the last word"),
    ],
)
def test_nobody_takes_a_word_or_two_out_of_a_sentence(text: str, who: tuple[Turn, ...]) -> None:
    assert found(text, who) == "A" * len(text.split())


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        pytest.param(
            "He sold the boat. Right. And then the house.",
            turns(("A", 0, 4), ("B", 4, 5), ("A", 5, 9)),
            "AAAABAAAA",
            id="in a pause of the other's",
        ),
        pytest.param(
            "He sold the boat. Why not? And then the house.",
            turns(("A", 0, 10), ("B", 3.7, 6.4)),
            "AAAABBAAAA",
            id="while the other goes on",
        ),
        pytest.param(
            "He sold the boat mm-hmm and then the house.",
            turns(("A", 0, 9), ("B", 4.2, 5)),
            "AAAABAAAA",
            id="inside a sentence, without a full stop",
        ),
        pytest.param(
            "He sold the boat, of course, and then the house.",
            turns(("A", 0, 10), ("B", 4, 6)),
            "AAAABBAAAA",
            id="of two words",
        ),
        pytest.param(
            "Is it? Yes. Really? Oh yes. And why?",
            turns(("A", 0, 2), ("B", 2, 3), ("A", 3, 4), ("B", 4, 6), ("A", 6, 8)),
            "AABABBAA",
            id="one after the other",
        ),
        pytest.param(
            "He sold the boat. Right. And then the house.", turns(("A", 0, 9)), "AAAAAAAAA", id="nobody else spoke"
        ),
        pytest.param(
            "He sold the boat. Right. And then the house.",
            turns(("A", 0, 9), ("B", 4, 8)),
            "AAAAAAAAA",
            id="the other's turn is much longer",
        ),
        pytest.param(
            "He sold the boat. Why not? And then the house.",
            turns(("A", 0, 10), ("B", 7, 8)),
            "AAAAAAAAAA",
            id="the other spoke later",
        ),
    ],
)
def test_an_answer_goes_to_whose_short_turn_it_fits(text: str, who: tuple[Turn, ...], expected: str) -> None:
    assert found(text, who) == expected


def test_unsmoothed_a_word_goes_to_whoever_has_the_floor_at_its_middle() -> None:
    flip = turns(("A", 0, 2), ("B", 2, 3), ("A", 3, 6))
    assert found("We go on and on now.", flip, smooth=False) == "AABAAA"


def test_words_are_marked_where_somebody_else_speaks_too() -> None:
    words = said("He sold the boat. Right. And then")
    who = turns(("A", 0, 4), ("B", 3, 5), ("A", 5, 7))
    assert attribution.find_overlap(words, list("AAAABAA"), who) == [False, False, False, True, False, False, False]


def test_a_word_outside_its_speakers_turns_overlaps_nothing() -> None:
    assert attribution.find_overlap(said("one"), ["A"], turns(("B", 0, 1), ("A", 1, 2))) == [False]
    assert attribution.find_overlap(said("one"), [None], ()) == [False]


@pytest.mark.parametrize("seed", range(3))
def test_it_makes_a_quarter_of_the_mistakes_of_the_largest_overlap(seed: int) -> None:
    words, who = made_up_talk(Random(seed))
    wrong = [
        sum(one != word.speaker for one, word in zip(speakers, words, strict=True))
        for speakers in (attribution.find_speakers(words, who), [largest_overlap(word, who) for word in words])
    ]
    assert 4 * wrong[0] < wrong[1] < len(words) / 20


def test_every_word_of_three_hours_finds_somebody() -> None:
    chance = Random(1)
    texts = chance.choices(["and", "so,", "then", "yes.", "Really?"], k=30_000)
    words = [Word(start=at * 0.36, end=at * 0.36 + 0.3, text=text) for at, text in enumerate(texts)]
    edges = sorted(chance.uniform(0, 10_800) for _ in range(4000))
    who = tuple(Turn(start=start, end=end + 0.4, speaker=chance.choice("ABCD")) for start, end in pairwise(edges))
    assert None not in attribution.find_speakers(words, who)


# A grid of 1/64 s, on which sums are exact: so a price is the same wherever on the timeline it arises.
moments = st.integers(0, 64 * 60).map(lambda step: step / 64)
some_turns = draw_turns(moments, 0.125)
some_words = draw_words(moments, ("yes", "no.", "well,", "Really?", "and", "by-"))


@given(some_words, some_turns, st.booleans())
def test_a_word_has_a_speaker_who_has_a_turn_unless_there_are_none(
    words: list[Word], who: tuple[Turn, ...], smooth: bool
) -> None:
    speakers = attribution.find_speakers(words, who, smooth=smooth)
    assert len(speakers) == len(words)
    assert set(speakers) <= ({turn.speaker for turn in who} or {None})


@given(some_words, some_turns, st.integers(1, 64 * 3600).map(lambda step: step / 64))
def test_a_later_start_changes_nothing(words: list[Word], who: tuple[Turn, ...], by: float) -> None:
    later = [word.model_copy(update={"start": word.start + by, "end": word.end + by}) for word in words]
    moved = [turn.model_copy(update={"start": turn.start + by, "end": turn.end + by}) for turn in who]
    assert attribution.find_speakers(later, moved) == attribution.find_speakers(words, who)


@given(some_words, some_turns, st.permutations("ABC"))
def test_other_labels_change_only_the_labels(words: list[Word], who: tuple[Turn, ...], labels: list[str]) -> None:
    renamed = dict(zip("ABC", labels, strict=True))
    turned = [turn.model_copy(update={"speaker": renamed[turn.speaker]}) for turn in who]
    plain = attribution.find_speakers(words, who)
    assert attribution.find_speakers(words, turned) == [renamed[one] if one else None for one in plain]


@given(some_turns)
def test_exclusive_turns_do_not_overlap_and_cover_all_that_was_covered(who: tuple[Turn, ...]) -> None:
    made = attribution.exclusive_turns(who)
    assert all(one.end <= two.start for one, two in pairwise(made))
    for moment in (step / 4 for step in range(250)):
        covered = {turn.speaker for turn in who if turn.start <= moment < turn.end}
        alone = {turn.speaker for turn in made if turn.start <= moment < turn.end}
        assert alone <= covered
        assert bool(alone) == bool(covered)


def made_up_talk(chance: Random) -> tuple[list[Word], tuple[Turn, ...]]:
    """Two people and their answers, 0.3 s a word; times of words and turns are wrong by a tenth of a second or two."""
    talk = phrases.Talk(chance)
    words: list[Word] = []
    spans: list[tuple[float, float, str]] = []
    now = 0.0
    for number in range(120):
        speaker = "AB"[number % 2]
        short = chance.random() < 0.3
        text = chance.choice(phrases.INTERJECTIONS) if short else talk.statement(number // 20)
        length = len(text.split()) * WORD
        for word in said(text, now):
            off = chance.gauss(0, 0.1)
            words.append(word.model_copy(update={"start": word.start + off, "end": word.end + off, "speaker": speaker}))
        spans.append((now + chance.gauss(0, 0.15), now + length + chance.gauss(0, 0.15), speaker))
        now += length + chance.uniform(-0.1, 0.4)
    return words, tuple(Turn(start=start, end=end, speaker=speaker) for start, end, speaker in sorted(spans))


def largest_overlap(word: Word, who: tuple[Turn, ...]) -> str | None:
    """WhisperX's rule."""
    shared: dict[str, float] = defaultdict(float)
    for turn in who:
        shared[turn.speaker] += max(0.0, min(word.end, turn.end) - max(word.start, turn.start))
    speaker = max(shared, key=lambda one: shared[one])
    return speaker if shared[speaker] else None


def found(text: str, who: tuple[Turn, ...], *, smooth: bool = True) -> str:
    """The speakers' letters, - for nobody."""
    return "".join(speaker or "-" for speaker in attribution.find_speakers(said(text), who, smooth=smooth))
