import json
import re
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats import MEDIA_TYPES, decode_text, read_transcript, write_transcript
from pipeline.formats.cues import make_captions
from pipeline.formats.paragraphs import split_paragraphs
from pipeline.models import Segment, Transcript, Word

SPEAKERS = st.sampled_from(("Niamh Quillane", "Wojciech de la Tour", "SPEAKER_01", "Éva"))
PLAIN = st.text(
    st.characters(categories=("Ll", "Lu", "Lo", "Nd"), include_characters=".,!?'’-"), min_size=1, max_size=80
)
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


def transcripts(words=PLAIN, speakers=SPEAKERS):
    """Transcripts of up to six segments; every segment has a speaker, words have times."""

    @st.composite
    def build(draw):
        segments, now = [], 0
        for number in range(draw(st.integers(1, 6))):
            said, begin = [], now
            speaker = draw(speakers)
            for text in draw(st.lists(words, min_size=1, max_size=12)):
                end = now + draw(st.integers(10, 900))
                said.append(Word(start=now / 1000, end=end / 1000, text=text, speaker=speaker))
                now = end + draw(st.sampled_from([0, 40, 2000]))
            text = " ".join(word.text for word in said)
            segments.append(
                Segment(id=number, start=begin / 1000, end=end / 1000, text=text, speaker=speaker, words=tuple(said))
            )
        return Transcript(language="en", duration=now / 1000, model="m", segments=tuple(segments))

    return build()


def spoken(transcript):
    """(speaker, everything they say at a stretch), however it is cut."""
    joined = []
    for segment in transcript.segments:
        letters = re.sub(r"\s", "", segment.text)
        if letters and joined and joined[-1][0] == segment.speaker:
            joined[-1] = (segment.speaker, joined[-1][1] + letters)
        elif letters:
            joined.append((segment.speaker, letters))
    return joined


@given(transcripts())
@pytest.mark.parametrize("kind", ["vtt", "srt", "json", "txt"])
def test_what_is_written_reads_back_with_its_words_and_speakers(kind, transcript):
    assert spoken(read_transcript(write_transcript(transcript, kind), f"x.{kind}")) == spoken(transcript)


@given(transcripts(words=ANY_TEXT, speakers=ANY_TEXT))
def test_vtt_and_json_hold_any_text_and_any_name(transcript):
    for kind in ("vtt", "json"):
        text = write_transcript(transcript, kind)
        back = read_transcript(text, f"x.{kind}")
        assert not re.search(r"[\x00-\x08\x0e-\x1f]", text)
        assert len(back.segments) <= max(1, len(re.findall("-->|startTime", text)))


@given(transcripts())
def test_json_keeps_each_segment_to_the_millisecond(transcript):
    back = read_transcript(write_transcript(transcript, "json"), "x.json")
    assert [(one.start, one.end, one.speaker, one.text) for one in back.segments] == [
        (one.start, one.end, one.speaker, one.text) for one in transcript.segments
    ]


@given(transcripts(), st.sampled_from([(32, 2), (65, 2), (20, 1)]))
@settings(max_examples=60)
def test_captions_fit_the_screen_and_run_forward(transcript, size):
    width, height = size
    captions = make_captions(transcript.segments, width=width, height=height)
    assert all(len(line) <= width for one in captions for line in one.lines)
    assert all(1 <= len(one.lines) <= height for one in captions)
    assert all(one.end > one.start for one in captions)
    starts = [one.start for one in captions]
    assert starts == sorted(starts)


def test_caption_begins_when_its_first_word_does_and_ends_with_its_last():
    words = tuple(Word(start=n, end=n + 0.5, text=f"word{n:04}") for n in range(12))
    segment = Segment(id=0, start=0, end=11.5, text=" ".join(word.text for word in words), words=words)
    captions = make_captions([segment], width=20, height=2)
    assert [(one.start, one.end) for one in captions] == [(0, 3500), (4000, 7500), (8000, 11500)]
    assert captions[1].lines == ["word0004 word0005", "word0006 word0007"]


def test_words_without_length_still_make_captions_that_can_be_shown():
    segment = Segment(id=0, start=3, end=3, text="So", words=(Word(start=3, end=3, text="So"),))
    assert [(one.start, one.end) for one in make_captions([segment], width=20, height=2)] == [(3000, 3001)]


@pytest.mark.parametrize("kind", ["vtt", "json"])
def test_markup_in_words_and_names_is_said_and_not_obeyed(kind):
    said = "If a < b --> c & <v Bo> &amp; </v> then <i>"
    segment = Segment(id=0, start=0, end=9, text=said, speaker="A > B & <C>")
    transcript = Transcript(language="en", duration=9, model="m", segments=(segment,))
    (back,) = read_transcript(write_transcript(transcript, kind), f"x.{kind}").segments
    assert (back.speaker, back.text) == ("A > B & <C>", said)


def test_caption_prefers_to_end_where_a_clause_does():
    text = "The tide came four minutes late, and nobody in the whole town knew why."
    segment = Segment(id=0, start=0, end=7, text=text)
    assert [one.lines for one in make_captions([segment], width=24, height=2)] == [
        ["The tide came four", "minutes late,"],
        ["and nobody in the whole", "town knew why."],
    ]


def test_times_are_shared_out_where_the_words_are_not_those_of_the_text():
    heard = (Word(start=0, end=1, text="Brokman"),)
    segment = Segment(id=0, start=10, end=20, text="Brockman " * 20, words=heard)
    captions = make_captions([segment], width=30, height=1)
    assert captions[0].start == 10_000
    assert captions[-1].end == pytest.approx(20_000, abs=60)


def test_srt_names_a_speaker_once_and_vtt_in_every_cue():
    said = [("Ada", "One."), ("Ada", "Two."), ("Bo", "Three.")]
    transcript = Transcript(
        language="en", duration=3, model="m",
        segments=tuple(Segment(id=n, start=n, end=n + 1, text=t, speaker=s) for n, (s, t) in enumerate(said)),
    )  # fmt: skip
    assert write_transcript(transcript, "srt") == (
        "1\n00:00:00,000 --> 00:00:01,000\nAda: One.\n\n"
        "2\n00:00:01,000 --> 00:00:02,000\nTwo.\n\n"
        "3\n00:00:02,000 --> 00:00:03,000\nBo: Three.\n"
    )
    assert re.findall(r"<v (\w+)>(\S+)", write_transcript(transcript, "vtt")) == [
        ("Ada", "One."), ("Ada", "Two."), ("Bo", "Three."),
    ]  # fmt: skip
    assert write_transcript(transcript, "txt") == "[0:00] Ada: One. Two.\n\n[0:02] Bo: Three.\n"


def test_html_has_cite_time_and_paragraph_and_everything_escaped():
    hostile = "</p><script>alert(1)</script> & more"
    segment = Segment(id=0, start=62, end=64, text=hostile, speaker='<b onload="x">')
    page = write_transcript(
        Transcript(language='en"><script>', duration=64, model="m", segments=(segment,)),
        "html",
        title="</title><script>",
    )
    seen: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, ""))

        def handle_data(self, data):
            if seen:
                seen[-1] = (seen[-1][0], seen[-1][1] + data)

    Reader().feed(page)
    assert [tag for tag, _ in seen] == ["html", "head", "meta", "title", "body", "cite", "time", "p"]
    assert dict(seen)["p"].strip() == hostile
    assert dict(seen)["time"].strip() == "1:02"


def test_paragraph_ends_with_its_speaker_at_a_break_or_at_a_breath_when_long():
    def segment(number, speaker="a", size=100, pause=0.0):
        return Segment(id=number, start=number * 10 + pause, end=number * 10 + 10, text="x" * size, speaker=speaker)

    def ids(segments, breaks=()):
        return [[one.id for one in paragraph.segments] for paragraph in split_paragraphs(segments, breaks)]

    assert ids([segment(0), segment(1), segment(2, "b")]) == [[0, 1], [2]]
    assert ids([segment(0), segment(1), segment(2)], breaks={1}) == [[0], [1, 2]]
    assert ids([segment(0, size=500), segment(1, pause=0.6)]) == [[0], [1]]
    assert ids([segment(0, size=500), segment(1)]) == [[0, 1]]
    assert ids([segment(0, size=1000), segment(1)]) == [[0], [1]]


VTT = """\ufeffWEBVTT - made by a person\r
Kind: captions\r
\r
STYLE\r
::cue { color: red }\r
\r
NOTE nothing to see\r
\r
intro\r
00:01.000 --> 00:02.500 align:start position:10%\r
<v.loud Ada Lovelace>Good <i>evening</i>,\r
all &amp; sundry.</v>\r
\r
01:00:00.000 --> 01:00:04.000\r
<v Ada>Yes.</v> <v Bo>No, <00:00:01.000>no.\r
\r
01:00:05.000 --> 01:00:06.000\r
Carried on.\r
"""


def test_vtt_of_the_wild_is_understood():
    back = read_transcript(VTT, "wild.vtt")
    assert [(one.start, one.end, one.speaker, one.text) for one in back.segments] == [
        (1.0, 2.5, "Ada Lovelace", "Good evening, all & sundry."),
        (3600.0, 3601.455, "Ada", "Yes."),
        (3601.455, 3604.0, "Bo", "No, no."),
        (3605.0, 3606.0, "Bo", "Carried on."),
    ]
    assert back.duration == 3606.0


def test_srt_of_the_wild_is_understood():
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000 X1:40\r\n{\\an8}<font color='red'>Ada:</font> Good\r\nevening.\r\n\r\n"
        "00:00:02.000 --> 00:00:03.000\r\n<i>Is it 10 < 20?</i>\r\n\r\n\r\n3\r\n00:00:04,000 --> 00:00:05,000\r\n\r\n"
    )
    back = read_transcript(text, "wild.srt")
    assert [(one.speaker, one.text) for one in back.segments] == [("Ada", "Good evening."), ("Ada", "Is it 10 < 20?")]


def test_txt_takes_stamps_and_names_where_lines_have_them():
    back = read_transcript("[0:05] Ada: Hello.\nAnd more.\n\n(1:02:03) Bo de la Tour: Yes: it is.\n", "talk.txt")
    assert [(one.start, one.end, one.speaker, one.text) for one in back.segments] == [
        (5.0, 5.0, "Ada", "Hello."),
        (5.0, 3723.0, "Ada", "And more."),
        (3723.0, 3723.0, "Bo de la Tour", "Yes: it is."),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"segments": [{"start": 1, "end": 2, "text": " Hi ", "speaker": "Ada", "words": [{"start": 1, "end": 2, "text": "Hi"}]}]},
        {"version": "1.0.0", "segments": [{"startTime": 1, "endTime": 2, "body": "Hi", "speaker": "Ada"}]},
        {"text": "Hi", "segments": [{"id": 7, "seek": 0, "start": 1, "end": 2, "text": " Hi", "speaker": "Ada",
                                     "words": [{"word": " Hi", "start": 1, "end": 2, "score": 0.5}]}]},
        [{"start": 1, "end": 2, "text": "Hi", "speaker": "Ada", "words": [{"word": "Hi"}]}],
    ],
    ids=["ours", "podcast namespace", "whisper", "whisperx without times"],
)  # fmt: skip
def test_json_of_several_tools_is_understood(data):
    back = read_transcript(json.dumps(data), "t.json")
    assert [(one.start, one.end, one.speaker, one.text) for one in back.segments] == [(1.0, 2.0, "Ada", "Hi")]
    assert all(word.text == "Hi" for word in back.words())


def test_our_own_json_reads_back_whole():
    word = Word(start=1, end=2, text="Hi", probability=0.5, speaker="Ada", overlap=True)
    segment = Segment(id=3, start=1, end=2, text="Hi", speaker="Ada", words=(word,))
    whole = Transcript(language="de", duration=9.5, model="base", segments=(segment,))
    assert read_transcript(whole.model_dump_json(exclude_none=True), "transcript.json") == whole


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.vtt", "1\n00:01.000 --> 00:02.000\nx\n", "a.vtt:1:"),
        ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:02.000\nx\n", "a.vtt:3:"),
        ("a.vtt", "WEBVTT\n\n00:03.000 --> 00:02.000\nx\n", "a.vtt:3:"),
        ("a.srt", "1\n00:00:01,000 --> soon\nx\n", "a.srt:2:"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n\njust text\n", "a.srt:5:"),
        ("a.srt", "1\n\n", "a.srt:1:"),
        ("a.json", '{"segments": [\n}', "a.json:2:"),
        ("a.json", "{}", "a.json:"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", '{"segments": [{"start": "1", "text": "x"}]}', "a.json segments[0].start:"),
        ("a.json", '{"segments": [{"start": 1e999, "text": "x"}]}', "a.json segments[0].start:"),
        ("a.json", '{"segments": [{"start": ' + "9" * 400 + ', "text": "x"}]}', "a.json segments[0].start:"),
        ("a.json", '{"segments": [{"start": 1, "end": 0, "text": "x"}]}', "a.json segments[0]:"),
        ("a.json", '{"segments": [{"start": 1, "words": 3, "text": "x"}]}', "a.json segments[0].words:"),
        ("a.json", '{"segments": [7]}', "a.json segments[0]:"),
    ],
)
def test_malformed_input_is_refused_with_its_place(name, text, place):
    with pytest.raises(InputError) as refused:
        read_transcript(text, name)
    assert refused.value.what.startswith(place)
    assert refused.value.fix


@given(st.text(max_size=200), st.sampled_from(["vtt", "srt", "json", "txt", "unknown"]))
def test_any_text_is_read_or_refused_in_words(text, kind):
    # Anything but an InputError fails this test.
    with suppress(InputError):
        read_transcript(("WEBVTT\n\n" if kind == "vtt" else "") + text, f"x.{kind}")


@pytest.mark.parametrize(
    ("text", "first"),
    [("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", "x"), ("1\n00:00:01,000 --> 00:00:02,000\nx\n", "x"),
     ('{"segments": [{"start": 1, "text": "x"}]}', "x"), ("x\n", "x")],
)  # fmt: skip
def test_unknown_ending_is_judged_by_content(text, first):
    assert read_transcript(text, "upload").segments[0].text == first


@pytest.mark.parametrize(("data", "text"), [(b"\xef\xbb\xbfh\xc3\xa9", "hé"), ("hé".encode("utf-16"), "hé"), (b"", "")])
def test_byte_order_marks_are_obeyed(data, text):
    assert decode_text(data, "x.txt") == text


@pytest.mark.parametrize(("data", "place"), [(b"one\ntwo \xff", "x.txt:2:"), (b"one\n\n\0", "x.txt:3:")])
def test_bytes_that_are_no_text_are_refused_with_their_line(data, place):
    with pytest.raises(InputError) as refused:
        decode_text(data, "x.txt")
    assert refused.value.what.startswith(place)


def test_every_kind_has_a_media_type():
    assert MEDIA_TYPES == {
        "vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html", "txt": "text/plain",
    }  # fmt: skip
