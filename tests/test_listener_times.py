"""Whatever is cut and whatever is played between: every time that a listener is given points at the right sound.

The sound is a counter: each of its samples is its own place in the recording. It is put together as the programme says,
and what a time points at is read off.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sentences
from pipeline.editing.cutting import Spoken, merge
from pipeline.listener import retime_chapters, retime_notes, retime_transcript
from pipeline.models import (
    Chapter,
    Chapters,
    Cut,
    Edits,
    NoteLine,
    ShowNotes,
    Soundbite,
    Span,
    TimeMap,
    Transcript,
    Word,
)

RATE = 1000
LENGTH = 120.0
NEAR = 0.05


@dataclass
class Programme:
    """A recording, its words, and what a listener gets."""

    transcript: Transcript
    edits: Edits
    times: TimeMap
    sound: np.ndarray

    @property
    def duration(self) -> float:
        return len(self.sound) / RATE

    def second_at(self, heard: float) -> float:
        """Which second of the recording is heard then; -1 where something else is played."""
        return float(self.sound[min(round(heard * RATE), len(self.sound) - 1)])


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Words of 0.1 to 0.8 s, any cuts, and sound of any length before, between and after what is left."""
    now, words = 0.0, []
    for number, (gap, length) in enumerate(
        draw(st.lists(st.tuples(st.floats(0, 4), st.floats(0.1, 0.8)), min_size=3, max_size=60))
    ):
        if now + gap + length > LENGTH:
            break
        words.append(
            Word(start=now + gap, end=now + gap + length, text=f"word{number}{'.' * (number % 7 == 6)}", speaker="A")
        )
        now += gap + length
    ranges = draw(st.lists(st.tuples(st.floats(0, LENGTH), st.floats(0, 15)), max_size=8))
    wanted = [Cut(start=start, end=min(LENGTH, start + length), reason="chosen") for start, length in ranges]
    edits = Edits(duration=LENGTH, cuts=merge(wanted, Spoken(words, LENGTH)))
    spans, sound, heard = [], [], 0
    for start, end in edits.kept:
        played = round(draw(st.sampled_from([0.0, 0.0, 0.0, 3.2])) * RATE)
        low, high = round(start * RATE), round(end * RATE)
        if high > low:
            heard += played
            spans.append(Span(start=low / RATE, end=high / RATE, heard_at=heard / RATE))
            sound += [np.full(played, -1.0), np.arange(low, high) / RATE]
            heard += high - low
    said = sentences.to_segments(words)
    transcript = Transcript(language="en", duration=LENGTH, model="m", segments=said)
    return Programme(transcript, edits, TimeMap(spans=tuple(spans)), np.concatenate([*sound, np.full(500, -1.0)]))


@given(programmes())
def test_each_word_is_heard_where_the_transcript_says_and_no_cut_word_is_left(made: Programme) -> None:
    after = retime_transcript(made.transcript, made.times, made.duration)
    left = {word.text.strip(".").lower(): word for word in after.words()}
    for word in made.transcript.words():
        gone = sum(max(0.0, min(cut.end, word.end) - max(cut.start, word.start)) for cut in made.edits.cuts)
        name = word.text.strip(".").lower()
        if abs(gone / (word.end - word.start) - 0.5) < 0.02:
            continue
        assert (name in left) == (gone < (word.end - word.start) / 2)
        if name in left and gone == 0:
            assert made.second_at(left[name].start) == pytest.approx(word.start, abs=NEAR)
            assert made.second_at(max(left[name].start, left[name].end - 0.002)) == pytest.approx(word.end, abs=NEAR)
    words = list(after.words())
    assert all(one.start <= other.start for one, other in pairwise(words))
    assert all(0 <= word.start <= word.end <= made.duration for word in words)
    for segment in after.segments:
        assert segment.words
        assert segment.text == " ".join(word.text for word in segment.words)
        assert segment.start <= segment.words[0].start
        assert segment.words[-1].end <= segment.end + 0.001


@given(programmes(), st.lists(st.floats(0.1, LENGTH - 1), max_size=8))
def test_chapters_begin_where_their_sound_does(made: Programme, starts: list[float]) -> None:
    begins = sorted({0.0, *(round(start, 1) for start in starts)})
    chapters = Chapters(chapters=tuple(Chapter(start=start, title=str(start)) for start in begins))
    after = retime_chapters(chapters, made.times, made.duration).chapters
    assert after[0].start == 0
    assert after[-1].end == pytest.approx(made.duration, abs=0.001)
    assert all(one.end == other.start > one.start for one, other in pairwise(after))
    for chapter in after[1:]:
        begin = float(chapter.title)
        heard = made.sound[made.sound >= begin]
        assert made.second_at(chapter.start) == pytest.approx(heard[0], abs=NEAR)


@given(programmes(), st.data())
def test_lines_and_soundbites_point_at_what_they_say(made: Programme, data: st.DataObject) -> None:
    segment = data.draw(st.sampled_from(made.transcript.segments))
    line = NoteLine(text=segment.text, start=segment.start, segments=(segment.id,))
    begin = data.draw(st.floats(0, LENGTH - 40))
    bite = Soundbite(start=begin, end=begin + data.draw(st.floats(15, 40)), title=segment.text, segments=(segment.id,))
    after = retime_notes(ShowNotes(summary=(line,), soundbite=bite), made.transcript, made.times)
    heard = {
        word.text.strip(".").lower() for word in retime_transcript(made.transcript, made.times, made.duration).words()
    }
    for one in after.summary:
        assert {word.strip(".").lower() for word in one.text.split()} <= heard
        if made.times.is_heard(segment.start, segment.start + NEAR):
            assert made.second_at(one.start) == pytest.approx(segment.start, abs=NEAR)
    if after.soundbite:
        piece = made.sound[round(after.soundbite.start * RATE) + 1 : round(after.soundbite.end * RATE) - 1]
        assert np.count_nonzero(piece < 0) <= NEAR * RATE + 2
        inside = piece[piece >= 0]
        assert inside.min() >= begin - NEAR
        assert inside.max() <= bite.end + NEAR
        assert 14.9 <= after.soundbite.end - after.soundbite.start <= 40.1
