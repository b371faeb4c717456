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
        ((0, 12, 15, 25), [(0, 15), (15, 20), (20, 25)]),  # of two that began in what was cut the one that is heard
        ((0,), [(0, 25)]),
        ((0, 30, 31), [(0, 25)]),  # nothing starts at the very end
        ((), []),
    ],
)
def test_chapters_start_at_zero_ascend_and_meet(starts, heard):
    after = retime_chapters(chapters(*starts), CUT, 25.0)
    assert [(one.start, one.end) for one in after.chapters] == heard


def test_of_chapters_that_began_in_a_cut_the_one_stays_that_is_heard():
    after = retime_chapters(chapters(0, 12, 15, 25), CUT, 25.0)
    assert [one.title for one in after.chapters] == ["from 0", "from 15", "from 25"]
    head = TimeMap(spans=(Span(start=8, end=30, heard_at=0),))
    assert [(one.start, one.title) for one in retime_chapters(chapters(0, 7, 20), head, 22.0).chapters] == [
        (0, "from 7"),
        (12, "from 20"),
    ]


def test_words_that_were_cut_leave_a_sentence_behind():
    after = retime_transcript(TALK, CUT, 25.0)
    assert [(one.id, one.text) for one in after.segments] == [
        (0, TALK.segments[0].text),
        (1, "We never measured, um."),
        (3, TALK.segments[3].text),
    ]
    assert [word.text for word in after.segments[1].words] == ["We", "never", "measured,", "um."]
    assert (after.segments[1].start, after.segments[1].end) == (13, 15)


def test_a_word_before_an_ad_ends_before_it():
    ad = TimeMap(spans=(Span(start=0, end=10, heard_at=0), Span(start=10, end=30, heard_at=40)))
    talk = said((9.5, "So there it is."))
    heard = [(word.start, word.end) for word in retime_transcript(talk, ad, 60.0).words()]
    assert heard == [(9.5, 10), (40, 40.5), (40.5, 41), (41, 41.5)]


def said(*sentences: tuple[float, str]) -> Transcript:
    """A sentence a segment, half a second a word."""
    segments = []
    for number, (begin, text) in enumerate(sentences):
        words = tuple(
            Word(start=begin + at / 2, end=begin + (at + 1) / 2, text=word, speaker="Ada")
            for at, word in enumerate(text.split())
        )
        segments.append(Segment(id=number, start=begin, end=words[-1].end, text=text, speaker="Ada", words=words))
    return Transcript(language="en", duration=30, model="m", segments=tuple(segments))


# What is said at 10 to 20 was cut.
TALK = said(
    (2.0, "The tide turns twice a day here."),
    (8.0, "We never measured, um, wait, the brass one before."),  # "um, wait, the brass one" and more is gone
    (13.0, "My bank is in Lisbon."),
    (21.0, "The brass wheel knows the tide and it never fails us."),
)


@pytest.mark.parametrize(
    ("text", "segments", "left"),
    [
        pytest.param("The tide turns twice a day here.", (0,), "The tide turns twice a day here.", id="all heard"),
        pytest.param("My bank is in Lisbon.", (2,), None, id="cut out"),
        pytest.param("We never measured, um, wait, the brass one before.", (1,), None, id="half of it cut out"),
        pytest.param("We never measured", (1,), "We never measured", id="the half that is left"),
        pytest.param("They bank abroad, they say.", (2,), None, id="in other words, of what was cut"),
        pytest.param("A wheel tells the tide.", (3,), "A wheel tells the tide.", id="in other words, of what is left"),
    ],
)
def test_no_line_of_the_notes_says_what_was_cut(text, segments, left):
    line = NoteLine(text=text, start=TALK.segments[segments[0]].start, segments=segments)
    notes = ShowNotes(headline=line, summary=(line,), title=line, covered=(line,), quotes=(line,))
    after = retime_notes(notes, TALK, CUT)
    lines = [after.headline, *after.summary, after.title, *after.covered, *after.quotes]
    assert [one.text for one in lines if one] == ([left] * 5 if left else [])
    assert all(one is None or one.start == CUT.to_listener(line.start) for one in lines)


def test_a_quote_without_its_filler_is_quoted_without_it():
    talk = said((8.0, "So the tide um turns twice a day."))
    times = TimeMap(spans=(Span(start=0, end=9.5, heard_at=0), Span(start=10.0, end=30, heard_at=9.5)))
    quote = NoteLine(text="So the tide um turns twice a day.", start=8.0, segments=(0,))
    after = retime_notes(ShowNotes(summary=(), quotes=(quote,)), talk, times)
    assert [one.text for one in after.quotes] == ["So the tide turns twice a day."]


def test_a_name_that_was_cut_is_found_where_it_is_heard_or_left_out():
    notes = ShowNotes(
        summary=(),
        people=(
            Credit(name="Ada", role="host", start=13.0, segment=2),
            Credit(name="Lisbon", role="mentioned", start=15.0, segment=2),
        ),
        mentions=(
            Mention(term="brass", start=11.0, segment=1),
            Mention(term="bank", start=13.5, segment=2),
        ),
        keywords=("bank", "tide", "oceanography"),
    )
    after = retime_notes(notes, TALK, CUT)
    assert [(one.name, one.start, one.segment) for one in after.people] == [("Ada", 7.0, 0)]
    assert [(one.term, one.start, one.segment) for one in after.mentions] == [("brass", 16.5, 3)]
    assert after.keywords == ("tide", "oceanography")
    assert retime_notes(ShowNotes(summary=()), TALK, CUT) == ShowNotes(summary=())


LONG = said((0.0, " ".join(f"w{n}" for n in range(20))), (21.0, " ".join(f"v{n}" for n in range(18))))


@pytest.mark.parametrize(
    ("start", "end", "title", "kept"),
    [
        pytest.param(0, 9, "w1 w2 w3 w4", (5, 14), id="nothing cut: its length is whoever found it's to judge"),
        pytest.param(0, 30, "w1 w2 w3 w4", (5, 25), id="twenty seconds are left, and the title"),
        pytest.param(0, 30, "w17 w18 w19 v0", (5, 25), id="its words are heard, around the cut"),
        pytest.param(5, 25, "w11 w12", None, id="ten seconds are left"),
        pytest.param(11, 14, "w1", None, id="nothing is left"),
    ],
)
def test_a_soundbite_stays_where_what_is_left_is_one(start, end, title, kept):
    bite = Soundbite(start=start, end=end, title=title, segments=(0, 1))
    after = retime_notes(ShowNotes(summary=(), soundbite=bite), LONG, CUT).soundbite
    assert (after and (after.start, after.end)) == kept


def test_a_soundbite_loses_its_place_with_its_title_or_to_an_ad():
    gone = said((0.0, " ".join(f"w{n}" for n in range(60))))
    bite = Soundbite(start=0, end=30, title="w22 w23 w24 w25", segments=(0,))
    assert retime_notes(ShowNotes(summary=(), soundbite=bite), gone, CUT).soundbite is None
    ad = TimeMap(spans=(Span(start=0, end=10, heard_at=0), Span(start=10, end=30, heard_at=40)))
    assert retime_notes(ShowNotes(summary=(), soundbite=bite), gone, ad).soundbite is None


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
