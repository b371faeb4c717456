"""Spoken sentences made fit to read: words go, none comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editorial.polish import polish, shorten


@pytest.mark.parametrize(
    ("spoken", "read"),
    [
        ("So, um, today we, we talk about bread.", "Today we talk about bread."),
        ("Yeah, so I think, uh, that the the problem is real, right.", "I think that the problem is real."),
        ("[laughs] And then we went to sea.", "We went to sea."),
        ("He said that that is very, very good.", "He said that that is very, very good."),
        ("It works, you know, like, every day.", "It works every day."),
        ("Bread is good.", "Bread is good."),
    ],
)
def test_english_loses_its_fillers(spoken: str, read: str) -> None:
    assert polish(spoken, "en") == read


def test_other_languages_lose_sounds_only() -> None:
    assert polish("[Musik] Also, äh, das Brot.", "de") == "Also, äh, das Brot."


@given(
    st.lists(
        st.sampled_from(
            [
                "so,",
                "um,",
                "we",
                "we",
                "bake",
                "the",
                "the",
                "bread,",
                "and",
                "like,",
                "you",
                "know,",
                "I",
                "mean",
                "it.",
                "right.",
            ]
        ),
        max_size=20,
    )
)
def test_no_word_is_added(words: list[str]) -> None:
    text = " ".join(words)
    left = [word.strip(",.").lower() for word in polish(text, "en").split()]
    said = iter(word.strip(",.").lower() for word in words)
    assert all(word in said for word in left)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("We bake bread.", "We bake bread."),
        ("We bake bread every day, because people are hungry.", "We bake bread every day."),
        ("If the oven is hot enough, we bake our bread in it.", None),
        ("Bread, and then a very long sentence without a clause.", None),
    ],
)
def test_a_long_sentence_ends_after_a_clause_or_not_at_all(text: str, short: str | None) -> None:
    assert shorten(text, 35) == short
