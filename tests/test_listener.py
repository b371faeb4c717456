import pytest

from pipeline.listener import clip_soundbite, retime_chapters, retime_notes, retime_transcript
from pipeline.models import (
    Chapter,
    Chapters,
    Credit,
    Mention,
    NoteLine,
    Segment,
    ShowNotes,
    Soundbite,
    Span,
    TimeMap,
    Transcript,
    Word,
)

# Seconds 10-20 of the recording were cut; a five-second intro plays first.
CUT = TimeMap(spans=(Span(start=0, end=10, heard_at=5), Span(start=20, end=30, heard_at=15)))


def test_words_move_with_the_sound_and_what_was_cut_is_gone():
    def segment(number, start, end):
        return Segment(id=number, start=start, end=end, text="x", words=(Word(start=start, end=end, text="x"),))

    before = Transcript(
        language="en", duration=30, model="m", segments=(segment(0, 1, 9), segment(1, 12, 18), segment(2, 19, 22))
    )
    after = retime_transcript(before, CUT, 25.0)
    assert [(one.id, one.start, one.end) for one in after.segments] == [(0, 6, 14), (2, 15, 17)]
    assert [(word.start, word.end) for word in after.words()] == [(6, 14), (15, 17)]
    assert after.duration == 25.0
    assert before.segments[0].start == 1


def chapters(*starts):
    return Chapters(chapters=tuple(Chapter(start=start, title=f"from {start}") for start in starts))


@pytest.mark.parametrize(
    ("starts", "heard"),
    [
        ((0, 8, 25), [(0, 13), (13, 20), (20, 25)]),  # the first covers the intro too
        ((0, 12, 15, 25), [(0, 15), (15, 20), (20, 25)]),  # both began in what was cut: the first of them stays
        ((0,), [(0, 25)]),
        ((0, 30, 31), [(0, 25)]),  # nothing starts at the very end
        ((), []),
    ],
)
def test_chapters_start_at_zero_ascend_and_meet(starts, heard):
    after = retime_chapters(chapters(*starts), CUT, 25.0)
    assert [(one.start, one.end) for one in after.chapters] == heard


def test_every_line_of_the_notes_points_to_the_second_that_is_heard():
    line = NoteLine(text="x", start=25, segments=(0,))
    notes = ShowNotes(
        headline=line, summary=(line,), title=line, covered=(line,), quotes=(line,),
        people=(Credit(name="Ada", role="guest", start=25, segment=0),),
        mentions=(Mention(term="brass", start=25, segment=0),),
        soundbite=Soundbite(start=21, end=28, title="x", segments=(0,)),
    )  # fmt: skip
    after = retime_notes(notes, CUT)
    lines = (after.headline, *after.summary, after.title, *after.covered, *after.quotes, *after.people, *after.mentions)
    assert [one and one.start for one in lines] == [20] * 7
    assert after.soundbite
    assert (after.soundbite.start, after.soundbite.end) == (16, 23)
    assert retime_notes(ShowNotes(summary=()), CUT) == ShowNotes(summary=())


@pytest.mark.parametrize(
    ("start", "end", "kept"), [(0, 9, True), (21, 28, True), (5, 25, False), (11, 14, False), (0, 30, False)]
)
def test_a_soundbite_out_of_which_something_was_cut_is_gone(start, end, kept):
    bite = Soundbite(start=start, end=end, title="x", segments=(0,))
    assert bool(retime_notes(ShowNotes(summary=(), soundbite=bite), CUT).soundbite) is kept


@pytest.mark.parametrize(
    ("start", "end", "duration", "clips"),
    [
        pytest.param(3.0, 33.0, 100.0, [(3.0, 30.0)], id="as it is"),
        pytest.param(3.0, 33.0, 20.0, [(3.0, 17.0)], id="until the sound ends"),
        pytest.param(3.0, 17.0, 100.0, [], id="too short for apps"),
        pytest.param(90.0, 120.0, 100.0, [], id="hardly begun when the sound ends"),
    ],
)
def test_the_soundbite_is_a_clip_of_what_is_heard(start, end, duration, clips):
    bite = Soundbite(start=start, end=end, title="t" * 200, segments=(0,))
    found = clip_soundbite(ShowNotes(summary=(), soundbite=bite), duration)
    assert [(clip.start, clip.duration) for clip in found] == clips
    assert all(len(clip.title) == 128 for clip in found)


def test_notes_without_a_soundbite_give_no_clip():
    assert clip_soundbite(ShowNotes(summary=()), 100.0) == ()
