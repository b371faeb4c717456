"""Which language a recording is in, and each piece of one in which several are spoken."""

from __future__ import annotations

import pytest

from pipeline.adapters import languages
from pipeline.adapters.speech import Stretch


def pieces(*lengths: float) -> list[Stretch]:
    starts = [sum(lengths[:at]) for at in range(len(lengths))]
    return [Stretch(start, start + length) for start, length in zip(starts, lengths, strict=True)]


@pytest.mark.parametrize(
    ("lengths", "tried"),
    [([20.0], 1), ([20.0] * 9, 2), ([20.0] * 30, 4), ([25.0] * 500, 5)],
    ids=["one piece", "three minutes", "ten minutes", "hours"],
)
def test_a_few_pieces_spread_over_the_recording_tell_its_language(lengths: list[float], tried: int) -> None:
    made = pieces(*lengths)
    sampled = languages.sample(made)
    assert len(sampled) == tried
    assert tried == 1 or sampled[-1].start >= 0.5 * made[-1].start


def test_the_longest_of_each_part_is_taken() -> None:
    made = pieces(2.0, 25.0, 3.0, 24.0)
    assert languages.sample(made) == [made[1], made[3]]


@pytest.mark.parametrize(
    ("lengths", "chances", "several"),
    [
        ([12.0, 12.0], [{"en": 0.95}, {"de": 0.95}], True),
        ([12.0, 12.0], [{"en": 0.95}, {"de": 0.85}], False),
        ([12.0, 5.0], [{"en": 0.95}, {"de": 0.95}], False),
        ([12.0, 12.0], [{"en": 0.95}, {"en": 0.99}], False),
    ],
    ids=["two", "one is not certain", "one is short", "one"],
)
def test_several_languages_are_only_believed_beyond_doubt(
    lengths: list[float], chances: list[dict[str, float]], several: bool
) -> None:
    assert languages.are_several(dict(zip(pieces(*lengths), chances, strict=True))) == several


def test_most_spoken_counts_by_length_and_what_is_surely_spoken_needs_some() -> None:
    one, two, three = pieces(20.0, 5.0, 1.0)
    chances = {one: {"en": 0.7, "de": 0.3}, two: {"de": 0.95}, three: {"fr": 1.0}}
    assert languages.most_spoken(chances) == "en"
    assert languages.surely_spoken(chances) == ("de",)


@pytest.mark.parametrize(
    ("chances", "settled"),
    [
        ([{"en": 0.9}, {"de": 0.9}, {"en": 0.9}], ["en", "de", "en"]),
        ([{"en": 0.9}, {"nl": 0.6, "en": 0.3}, {"en": 0.9}], ["en", "en", "en"]),
        ([{"de": 0.9}, {"de": 0.55, "en": 0.45}, {"en": 0.9}], ["de", "de", "en"]),
        ([{"nl": 0.4}, {"de": 0.4}, {"fr": 0.4}], ["nl", "nl", "nl"]),
    ],
    ids=["each in its own", "no sure piece is in Dutch", "the likelier of the known", "nothing is sure: the main one"],
)
def test_a_piece_is_in_a_language_that_is_surely_spoken(chances: list[dict[str, float]], settled: list[str]) -> None:
    made = pieces(5.0, 5.0, 5.0)
    found = languages.settle(made, dict(zip(made, chances, strict=True)), "nl")
    assert [found[piece] for piece in made] == settled


def test_a_short_piece_is_in_its_neighbours_language_unless_it_is_clear() -> None:
    made = pieces(5.0, 1.0, 1.0, 5.0)
    chances = [{"en": 0.9}, {"de": 0.6}, {"de": 0.9}, {"de": 0.9}]
    found = languages.settle(made, dict(zip(made, chances, strict=True)), "en")
    assert [found[piece] for piece in made] == ["en", "en", "de", "de"]
