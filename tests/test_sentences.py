"""Words become sentence-like segments: cut at sentence ends, pauses and speaker changes, and never too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sentences
from pipeline.models import Segment, Transcript, Word


def said(text: str, start: float = 0.0, speaker: str | None = None, pace: float = 0.3) -> list[Word]:
    return [
        Word(start=start + pace * at, end=start + pace * (at + 1), text=word, speaker=speaker)
        for at, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("text", "following", "ends"),
    [
        ("done.", "Then", True),
        ("done.", None, True),
        ("what?", "yes", True),
        ("“Done.”", "He", True),
        ("Dr.", "Smith", False),
        ("J.", "Smith", False),
        ("U.S.", "Navy", False),
        ("etc.", "and", False),
        ("etc.", "Then", True),
        ("Inc.", "Then", True),
        ("No.", "That", True),
        ("3.5", "litres", False),
        ("well…", "then", True),
        ("終わり。", "次", True),
        ("comma,", "then", False),
    ],
)
def test_what_ends_a_sentence(text: str, following: str | None, ends: bool) -> None:
    assert sentences.ends_sentence(text, following) is ends


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["Good", "morning."], "Good morning."),
        (["今日", "は", "晴れ"], "今日は晴れ"),
        (["我", "用", "Python", "写"], "我用 Python 写"),
        (["안녕", "하세요"], "안녕 하세요"),
        ([], ""),
    ],
)
def test_words_are_joined_as_their_script_is_written(texts: list[str], joined: str) -> None:
    assert sentences.join(texts) == joined


@pytest.mark.parametrize(
    ("words", "segments"),
    [
        (said("I came. I saw."), ["I came.", "I saw."]),
        (said("no full stop") + said("after a pause", 5), ["no full stop", "after a pause"]),
        (said("you and", speaker="A") + said("me", 0.6, "B"), ["you and", "me"]),
        (said("Dr. Smith came."), ["Dr. Smith came."]),
    ],
    ids=["sentence", "pause", "speaker", "title"],
)
def test_where_segments_are_cut(words: list[Word], segments: list[str]) -> None:
    assert [segment.text for segment in sentences.to_segments(words)] == segments


def test_a_sentence_that_is_too_long_is_cut_where_a_clause_ends() -> None:
    words = said("word " * 30 + "clause, " + "more " * 30)
    first, second = sentences.to_segments(words)
    assert first.text.endswith("clause,")
    assert second.text.startswith("more")


hundredths = st.integers(0, 300).map(lambda step: step / 100)
pieces = st.text("aZé9今.,?!…-'”", min_size=1, max_size=4)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    words: list[Word] = []
    now = 0.0
    parts = st.tuples(hundredths, hundredths, pieces, st.sampled_from(["A", "B", None]))
    for pause, length, text, speaker in draw(st.lists(parts, max_size=60)):
        words.append(Word(start=now + pause, end=now + pause + length, text=text, speaker=speaker))
        now = words[-1].end
    return words


@given(spoken())
def test_segments_hold_every_word_in_order_from_one_speaker_each(words: list[Word]) -> None:
    segments = sentences.to_segments(words)
    assert [word for segment in segments for word in segment.words] == words
    assert [segment.id for segment in segments] == list(range(len(segments)))
    for segment in segments:
        assert {word.speaker for word in segment.words} == {segment.speaker}
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert len(segment.words) <= sentences.MOST_WORDS
        assert len(segment.words) == 1 or segment.end - segment.start <= sentences.LONGEST


@given(st.lists(pieces, min_size=1, max_size=20), st.floats(0, 9), st.floats(0, 9))
def test_shared_out_times_fill_the_segment_in_order(texts: list[str], start: float, length: float) -> None:
    words = sentences.spread(" ".join(texts), start, start + length, "A")
    assert [word.text for word in words] == " ".join(texts).split()
    edges = [words[0].start, *(word.end for word in words)]
    assert edges == sorted(edges)
    assert edges[0] == start
    assert edges[-1] == pytest.approx(start + length)


def test_a_foreign_transcript_is_cut_as_our_own_and_keeps_its_speakers() -> None:
    block = Segment(id=7, start=10, end=14, text="Yes. That is so.", speaker="Ann")
    timed = Segment(id=9, start=20, end=21, text="Good.", speaker="Bob", words=tuple(said("Good.", 20)))
    made = sentences.resegment(Transcript(language="en", duration=30, model="imported", segments=(block, timed)))
    assert [(one.id, one.text, one.speaker) for one in made.segments] == [
        (0, "Yes.", "Ann"),
        (1, "That is so.", "Ann"),
        (2, "Good.", "Bob"),
    ]
    assert made.segments[0].start == 10
    assert made.segments[1].end == 14
