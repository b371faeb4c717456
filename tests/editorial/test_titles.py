"""Chapter titles: in the words of the chapter, short, and all different."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talk_samples import TOPICS, Line, bag_vectors, talk

from pipeline.editorial.drafting import draft_titles
from pipeline.editorial.engine import Brief
from pipeline.editorial.extractive import Extractive
from pipeline.editorial.words import STOP_WORDS, tokens


def unasked(text: str) -> None:
    pytest.fail(f"the checker refused a title of the extractive engine: {text}")


def titles_of(*chapters: list[Line], longest: int = 40, language: str = "en") -> list[str]:
    begins: list[int] = []
    lines: list[Line] = []
    for chapter in chapters:
        begins.append(len(talk(lines).segments) if lines else 0)
        lines += chapter
    said = talk(lines, language=language)
    starts = tuple(said.segments[at].start if said.segments else 0.0 for at in begins)
    brief = Brief(said, bag_vectors([one.text for one in said.segments]), tuple(begins), starts)
    return list(draft_titles(brief, [Extractive()], longest, unasked))


def test_titles_name_what_each_chapter_is_about() -> None:
    bread, boat, sky = titles_of(*map(list, TOPICS))
    assert any(word in bread.lower() for word in ("bread", "flour", "dough", "crust"))
    assert any(word in boat.lower() for word in ("boat", "mast", "harbour", "sail"))
    assert any(word in sky.lower() for word in ("telescope", "saturn", "planet", "sky"))


def test_a_short_question_that_names_the_topic_is_the_title() -> None:
    asked = [
        ("Ada", "So what is a mempool?"),
        ("Bruno", "A mempool holds transactions. Each node has its own mempool."),
    ]
    assert titles_of(asked) == ["What is a mempool?"]


def test_a_question_that_leans_on_the_talk_before_is_no_title() -> None:
    asked = [("Ada", "How does it work?"), ("Bruno", "The foghorn runs on diesel. A diesel engine drives the foghorn.")]
    assert "How" not in titles_of(asked)[0]


def test_what_the_host_announces_comes_first() -> None:
    said = [
        ("Ada", "Let's turn to the foghorn."),
        ("Bo", "A diesel engine pumped air. A second engine stood by. An engine drinks oil. The foghorn was loud."),
    ]
    assert titles_of(said)[0].startswith("Foghorn")


def test_names_keep_their_letters() -> None:
    said = [("Ada", "We run iCloud9 at home. Setting up iCloud9 took a day, and iCloud9 has never failed.")]
    assert "iCloud9" in titles_of(said)[0]


def test_chapters_about_the_same_thing_still_differ() -> None:
    same = [("Ada", "The foghorn is loud. Nobody sleeps beside the foghorn.")]
    made = titles_of(same, same, same)
    assert len({title.casefold() for title in made}) == 3


@pytest.mark.parametrize(
    ("lines", "language", "title"),
    [
        ([], "en", "Start"),
        ([("", "[music]")], "en", "Start"),
        ([("Ada", "Yeah. Right.")], "en", "Right"),
        ([("", "Und dann war es so, und so war es dann.")], "de", "Und dann war es so, und so war es dann"),
        ([("", "今日は天気がいいですね。")], "ja", "今日は天気がいいですね"),
    ],
)
def test_where_nothing_can_be_named_the_first_words_stand_in(lines: list[Line], language: str, title: str) -> None:
    assert titles_of(lines, language=language) == [title]


def test_a_speaker_s_name_is_not_the_title_when_more_can_be_said() -> None:
    said = [
        ("Bruno Keel", "Bruno Keel bakes. Bruno Keel has a cellar. In the cellar rye flour rests. Rye flour is dark.")
    ]
    assert titles_of(said)[0] != "Bruno Keel"


WORDS = st.sampled_from(
    [
        "the",
        "tide",
        "foghorn",
        "Kjærlund",
        "and",
        "of",
        "brass",
        "machine",
        "why",
        "so",
        "31",
        "C++",
        "Don't",
        "is",
        "it?",
        "Yes.",
        "[music]",
        ",",
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=25).map(" ".join), min_size=1, max_size=8), st.integers(10, 60))
def test_titles_are_short_unique_said_and_end_well(texts: list[str], longest: int) -> None:
    lines = [[("Ada", f"{text} End.")] for text in texts]
    made = titles_of(*lines, longest=longest)
    assert len(made) == len(texts) == len({title.casefold() for title in made})
    for title, text in zip(made, texts, strict=True):
        assert 0 < len(title) <= longest
        if not title.startswith(("Start", "Part")):
            said = {word.lower().removesuffix("'s") for word in tokens(f"{text} end")} | {"and"}
            assert {word.lower() for word in tokens(title)} <= said
        words = title.split()
        assert len(words) == 1 or words[-1].lower() not in STOP_WORDS
