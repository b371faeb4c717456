"""Text, WebVTT, SubRip and transcript.json: names change in place and the rest stays byte for byte."""

from __future__ import annotations

import json

import pytest

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.errors import InputError
from pipeline.models import Corrections
from pipeline.names import correct_file

GLOSSARY = Glossary(
    terms=(
        Term(term="Hedvig Kjærlund"),
        Term(term="Skerrivaig"),
        Term(term="Salt & Brass", aliases=("salt and brass",)),
    )
)
VTT = """\ufeffWEBVTT - Kierlund\r
\r
NOTE Kierlund is left alone here\r
\r
STYLE\r
::cue(Kierlund) { }\r
\r
Kierlund-1\r
00:00:01.000 --> 00:00:04.000 align:start\r
<v Hedvig Kierlund>I am Hedvig\r
<b>Kierlund</b> of <i>Skeri<00:00:02.500>vaig</i>.\r
\r
00:00:05.000 --> 00:00:06.000\r
This is salt and brass &amp; more.\r
"""
SRT = """1
00:00:01,000 --> 00:00:04,000
I am <i>Hedvig Kierlund</i>

2
00:00:05,000 --> 00:00:06,000
from Skerivaig.
"""


def run(text: str, name: str, glossary: Glossary = GLOSSARY) -> tuple[str, Corrections]:
    return correct_file(text, name, glossary, CorrectConfig())


def test_plain_text_keeps_its_line_ends_and_counts_its_lines() -> None:
    text, log = run("We met\r\n Hedvig Kierlund's\tson.\rOn Skerivaig\n\n", "in.txt")
    assert text == "We met\r\n Hedvig Kjærlund's\tson.\rOn Skerrivaig\n\n"
    assert [(one.line, one.heard, one.meant, one.term) for one in log.root] == [
        (2, "Hedvig Kierlund", "Hedvig Kjærlund", "Hedvig Kjærlund"),
        (3, "Skerivaig", "Skerrivaig", "Skerrivaig"),
    ]
    assert all(one.applied and one.segment is None and one.start is None for one in log.root)


def test_vtt_changes_only_the_spoken_text() -> None:
    text, log = run(VTT, "in.vtt")
    assert text == VTT.replace("<b>Kierlund", "<b>Kjærlund").replace(
        "Skeri<00:00:02.500>vaig", "Skerrivaig<00:00:02.500>"
    ).replace("salt and brass", "Salt &amp; Brass")
    assert [(one.line, one.start) for one in log.root] == [(11, 1.0), (11, 1.0), (14, 5.0)]


def test_srt_changes_only_the_spoken_text() -> None:
    text, log = run(SRT, "in.srt")
    assert text == SRT.replace("Kierlund", "Kjærlund").replace("Skerivaig", "Skerrivaig")
    assert [one.line for one in log.root] == [3, 7]


def test_transcript_json_keeps_its_words_and_times() -> None:
    words = [{"start": 0.0, "end": 0.5, "text": "Hedvig"}, {"start": 0.5, "end": 1.0, "text": "Kierlund,"}]
    data = {"language": "en", "segments": [{"id": 7, "start": 0, "end": 1, "text": "Hedvig Kierlund,", "words": words}]}
    text, log = run(json.dumps(data), "in.json")
    (segment,) = json.loads(text)["segments"]
    assert segment["text"] == "Hedvig Kjærlund,"
    assert [(word["text"], word["start"], word["end"]) for word in segment["words"]] == [
        ("Hedvig", 0.0, 0.5),
        ("Kjærlund,", 0.5, 1.0),
    ]
    assert [(one.segment, one.start, one.line) for one in log.root] == [(7, 0.0, None)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.vtt", VTT),
        ("a.srt", SRT),
        ("a.txt", "x\r\ny\x0bz\u2028 Kierlund"),
        ("a.json", '{"segments" : []}'),
        ("a.txt", ""),
    ],
)
def test_an_empty_glossary_changes_no_byte(name: str, text: str) -> None:
    assert run(text, name, Glossary()) == (text, Corrections(()))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.vtt", "00:01.000 --> 00:02.000\nHello\n", "a.vtt:1"),
        ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:02.000\nHello\n", "a.vtt:"),
        ("a.srt", "1\nHello\n", "a.srt:"),
        ("a.json", "{", "a.json"),
        ("a.json", "[]x", "a.json"),
    ],
)
def test_malformed_files_are_refused_by_file_and_line(name: str, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        run(text, name)
    assert caught.value.what.startswith(told)
