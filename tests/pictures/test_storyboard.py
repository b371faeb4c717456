"""What an audiogram shows and when."""

import packaged_samples as sample
import pytest

from pipeline.models import Clip, ShowNotes, Soundbite
from pipeline.pictures.storyboard import choose_clip, plan_clip

FOUND = ShowNotes(summary=(), soundbite=Soundbite(start=2, end=20, title="Found", segments=(1,)))


@pytest.mark.parametrize(
    ("named", "notes", "duration", "title"),
    [
        ((), FOUND, 60.0, "Found"),
        ((Clip(start=1, duration=9, title="Mine"),), FOUND, 60.0, "Mine"),
        ((Clip(start=90, duration=9, title="Late"),), FOUND, 60.0, "Found"),
        ((), FOUND, 10.0, None),  # eight seconds of it are left: none that apps take
        ((), ShowNotes(summary=()), 60.0, None),
    ],
)
def test_a_persons_soundbite_goes_before_the_one_that_was_found(named, notes, duration, title):
    clip = choose_clip(named, notes, duration)
    assert (clip and clip.title) == title


def plan(start, length):
    clip = Clip(start=start, duration=length, title=" The\n tide ")
    return plan_clip(clip, sample.make_transcript(), show="Salt", about="Tide", shape="square")


def test_captions_are_each_speakers_words_at_the_seconds_of_the_clip():
    board = plan(2.0, 6.0)
    shown = [
        (one.start, one.end, one.speaker, one.colour, " ".join(word.text for word in one.words))
        for one in board.captions
    ]
    assert shown == [
        (0.0, 2.0, "Niamh Quillane", 1, "The tide machine stands in the hall."),
        (2.0, 4.0, "Wojciech Marczwiel", 2, "It is made of brass & iron."),
        (4.0, 6.0, "Wojciech Marczwiel", 2, "Thirty wheels turn inside of it."),
    ]
    assert (board.title, board.length) == ("The tide", 6.0)


def test_a_clip_ends_with_the_sound_and_holds_no_word_that_begins_outside():
    board = plan(11.0, 30.0)
    assert board.length == 1.0
    assert all(0 <= word.start < 1.0 and word.end <= 1.0 for one in board.captions for word in one.words)


def test_long_sentences_are_cut_into_screenfuls():
    talk = sample.make_transcript((("Ada", "word " * 60),), seconds=20.0)
    board = plan_clip(Clip(start=0, duration=20), talk, show="S", about="", shape="square")
    assert len(board.captions) > 5
    assert sum(len(one.words) for one in board.captions) == 60
    assert all(one.end <= two.start + 1e-9 for one, two in zip(board.captions, board.captions[1:], strict=False))
