"""Chapters of other programs: read from what these write, refused line by line, and written so that they read them."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats.chapters import KINDS, Flaw, Mark, check, kind_by_content, read_chapters, write_chapters
from pipeline.models import Chapter

PSC = '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">'


def starts(data: str | bytes, name: str = "x.txt") -> list[tuple[float, str]]:
    found = read_chapters(data.encode() if isinstance(data, str) else data, name)
    assert all(isinstance(one, Mark) for one in found), found
    return [(one.start, one.title) for one in found if isinstance(one, Mark)]


FILES = [
    ("audacity", "0.000000\t0.000000\tStart\n62.500000\t70.000000\tThe horn\n", [(0, "Start"), (62.5, "The horn")]),
    ("audacity", "0\t0\tA\n\\\t-1.000000\t6334.588867\n5,25\t5,25\tB\tC\n", [(0, "A"), (5.25, "B C")]),
    ("mp4chaps", "00:00:00.000 Start\n\n01:02:03.456 - The horn\n", [(0, "Start"), (3723.456, "- The horn")]),
    ("text", "0:00 Start\n1:02 The  horn\n", [(0, "Start"), (62, "The horn")]),
    ("text", "With 2 guests.\n\n(00:00) Start\n• [1:02] – The horn\n- 1:02:03: End\n#tides", [(0, "Start"), (62, "The horn"), (3723, "End")]),
    ("text", "0:00 - 1:02 Start\n1:02–3:00 | The horn", [(0, "Start"), (62, "The horn")]),
    ("psc", f'{PSC}<psc:chapter start="0" title="A &amp; B"/>\n<psc:chapter start="00:01:02.5" title="C"/></psc:chapters>', [(0, "A & B"), (62.5, "C")]),
    ("psc", '<?xml version="1.0" encoding="utf-16"?><rss><channel><item><chapters xmlns="http://podlove.org/simple-chapters"><chapter start="00:00:01" title="x"/></chapters></item></channel></rss>', [(1, "x")]),
    ("json", '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 62.5}]}', [(0, "A"), (62.5, "")]),
    ("json", '[{"start": "00:00:00.000", "title": "A"}, {"start": "00:01:02.500", "title": "B"}]', [(0, "A"), (62.5, "B")]),
    ("ffmetadata", ";FFMETADATA1\ntitle=x\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=9\ntitle=A \\= b\\\n c\n[CHAPTER]\nSTART=62500000000\ntitle=B\n[STREAM]\ntitle=no", [(0, "A = b c"), (62.5, "B")]),
    ("csv", "#,Name,Start,End,Length\nM2,\"The horn, loud\",1:02.500,,\nM1,Start,0:00.000,,\nR1,Part,1:10:00.000,1:20:00.000,0:10:00.000\n", [(0, "Start"), (62.5, "The horn, loud"), (4200, "Part")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "marks"), FILES, ids=[f"{row[0]} {at}" for at, row in enumerate(FILES)])
def test_what_programs_write_is_read_whatever_the_file_is_called(
    kind: str, text: str, marks: list[tuple[float, str]]
) -> None:
    assert kind_by_content(text) == kind
    assert starts(text) == marks
    assert starts("\ufeff" + text.replace("\n", "\r\n"), "export") == marks
    assert starts(text.encode("utf-16")) == marks


TABLES = [
    ("Marker Name;Position\nA;0\nB;1:02,5\n", [(0, "A"), (62.5, "B")]),
    ("Name\tStart\tDuration\tTime Format\nA\t0:00.000\t0:00\tdecimal\n\nB\t1:02.500\t0\tdecimal\n", [(0, "A"), (62.5, "B")]),
    ("1,A,0:00:00.000\n2,B,0:01:02.500\n", [(0, "A"), (62.5, "B")]),
    ("0,A\n62.5,\"B\nand C\"\n", [(0, "A"), (62.5, "B and C")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marks"), TABLES)
def test_a_table_may_have_any_columns_as_long_as_one_is_a_time(text: str, marks: list[tuple[float, str]]) -> None:
    assert starts(text, "markers.csv") == marks


BAD = [
    ("x.labels.txt", "0\t0\tA\n-1.5\t0\tB\n4\n9\t9\t\n", ["x.labels.txt:2: the label 'B' begins before", "x.labels.txt:3: '4' is not a", "x.labels.txt:4: '9 9' is not a"]),
    ("x.txt", "0:00 A\n1:99 B\nand so on\n2:00\n", ["x.txt:2: '1:99 B' is not a time and a title", "x.txt:4: '2:00' is not"]),
    ("x.chapters.txt", "00:00:00.000 A\nB\n", ["x.chapters.txt:2: 'B' is not a time and a title"]),
    ("x.psc", PSC + '\n<psc:chapter title="A"/></psc:chapters>', ["x.psc:2: the start of 'A' is '', not h:m:s"]),
    ("x.json", '{"chapters": [1, {"startTime": -1}, {"startTime": NaN}, {"startTime": true}]}', ["x.json chapters[0]: is no object", "x.json chapters[1]: startTime is -1", "x.json chapters[2]: startTime is nan", "x.json chapters[3]: startTime is True"]),
    ("x.ffmeta", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/0\nSTART=1\ntitle=A\n", ["x.ffmeta:2: '[CHAPTER] START=1 A' is not a time"]),
    ("x.csv", "#,Name,Start\nR1,A,5.1.00\nR2,B\nR3,,0:09.0\n", ["x.csv:2: the start of 'A' is '5.1.00', not h:m:s or seconds (let REAPER's ruler", "x.csv:3: the start of 'B' is ''", "x.csv:4: 'R3 0:09.0' is not a time and a title"]),
    ("x.csv", "A,00:00:01:12\n", ["x.csv:1: 'A 00:00:01:12' is not a time and a title"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "problems"), BAD, ids=[f"{row[0]} {at}" for at, row in enumerate(BAD)])
def test_every_line_that_is_no_chapter_is_named(name: str, text: str, problems: list[str]) -> None:
    flaws = [str(one) for one in read_chapters(text.encode(), name) if isinstance(one, Flaw)]
    assert len(flaws) == len(problems)
    assert all(flaw.startswith(problem) for flaw, problem in zip(flaws, problems, strict=True)), flaws


UNREADABLE = [
    ("x.json", b'{"chapters": ', "x.json:1: this is not JSON"),
    ("x.json", b'{"a": 1}', 'x.json: there is no list "chapters"'),
    ("x.json", b"[" * 100_000, "x.json: this JSON cannot be chapters"),
    ("x.psc", b"<a>\n<b></a>", "x.psc:2: is not well-formed XML"),
    ("x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "x.xml:1: has a document type declaration"),
    ("x.xml", f"<a>{PSC}</psc:chapters>\n{PSC}</psc:chapters></a>".encode(), "x.xml:2: holds the chapters of 2 ep"),
    ("x.txt", b"0:00 A\n\xe9", "x.txt:2: byte 8 of the file (0xE9) is not UTF-8 text"),
    ("x.bin", b"\0\1\2", "x.bin:1: this is not text"),
]


@pytest.mark.parametrize(("name", "data", "problem"), UNREADABLE, ids=[row[2] for row in UNREADABLE])
def test_what_is_not_in_the_format_at_all_is_refused_with_its_place(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        read_chapters(data, name)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ([(1.0, "A")], "p0: '0:01 A' must begin at 0:00, since it is the first"),
        ([(0.0, "A"), (0.0, "B")], "p1: '0:00 B' does not come after the chapter before it (0:00 A)"),
        ([(0.0, "A"), (5.0, "B"), (4.5, "C")], "p2: '0:04.5 C' does not come after the chapter before it (0:05 B)"),
        ([(0.0, "A"), (60.0, "B")], "p1: '1:00 B' begins after the end of the recording (1:00)"),
        ([(0.0, "")], "p0: the chapter at 0:00 has no title"),
    ],
)
def test_a_list_that_cannot_be_the_episodes_chapters_is_told_apart(
    marks: list[tuple[float, str]], problem: str
) -> None:
    assert [str(one) for one in check([Mark(*one, f"p{at}") for at, one in enumerate(marks)], 60.0)[1]] == [problem]


def test_links_must_be_such_that_apps_can_open_them() -> None:
    flaws = check([Mark(0.0, "A", "here", img="javascript:alert(1)")], None)[1]
    assert str(flaws[0]) == "here: '0:00 A' has 'javascript:alert(1)', which is no absolute http(s) URL in ASCII"
    assert not check([Mark(0.0, "", "here", toc=False, url="https://x.example/a")], None)[1]


TITLES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp"), exclude_characters="\ufeff"), min_size=1
)
_TEXT = TITLES.filter(lambda title: title[0].isalnum() and not title.isdigit())


@st.composite
def chapter_lists(draw: st.DrawFn, whole: bool = False, titles: st.SearchStrategy[str] = TITLES) -> list[Chapter]:
    steps = draw(st.lists(st.integers(1, 4_000_000), max_size=6))
    places = [0]
    for step in steps:
        places.append(places[-1] + (step * 1000 if whole else step))
    url = st.none() | st.just("https://x.example/?a=1&b=<")
    return [
        Chapter(start=place / 1000, title=" ".join(draw(st.lists(titles, min_size=1, max_size=3))), url=draw(url))
        for place in places
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "text"])
@given(chapters=chapter_lists())
def test_every_format_reads_what_it_wrote_to_the_millisecond(kind: str, chapters: list[Chapter]) -> None:
    found, flaws = check(read_chapters(write_chapters(chapters, kind).encode(), "x.bin", kind), None)
    assert not flaws
    assert [(one.start, one.title) for one in found] == [(one.start, one.title) for one in chapters]
    if kind in ("json", "psc"):
        assert [one.url for one in found] == [one.url for one in chapters]


@given(chapters=chapter_lists(whole=True, titles=_TEXT))
def test_a_list_reads_what_it_wrote_to_the_second(chapters: list[Chapter]) -> None:
    found = read_chapters(write_chapters(chapters, "text").encode(), "x.txt", "text")
    assert [(one.start, one.title) for one in found if isinstance(one, Mark)] == [
        (one.start, one.title) for one in chapters
    ]


@given(st.text() | st.text(alphabet="0123456789:.,;\t\n#[]{}<>=\\\"'AST \r"), st.sampled_from(KINDS))
def test_any_text_gives_chapters_flaws_or_a_clear_error(text: str, kind: str) -> None:
    found: list[Mark | Flaw] = []
    with suppress(InputError):
        found = read_chapters(text.encode(errors="replace"), "x", kind)
    assert all(one.place.startswith("x") for one in found)
    assert all(isinstance(one, Flaw) or (one.start >= 0 and one.title == one.title.strip()) for one in found)


def test_json_keeps_pictures_and_what_is_hidden() -> None:
    chapters = [Chapter(start=0, title="A"), Chapter(start=1.5, title="", img="https://x.example/i.png", toc=False)]
    made = write_chapters(chapters, "json")
    assert json.loads(made)["chapters"][1] == {"startTime": 1.5, "title": "", "img": "https://x.example/i.png", "toc": False}  # fmt: skip
    back = read_chapters(made.encode(), "x.json")[1]
    assert isinstance(back, Mark)
    assert (back.img, back.toc) == ("https://x.example/i.png", False)
    assert write_chapters(chapters, "psc").count("<psc:chapter ") == 1


def test_ffmpeg_takes_the_metadata_that_is_written(tmp_path: Path) -> None:
    chapters = [Chapter(start=0, title="A = b; #c \\d", end=0.25), Chapter(start=0.25, title="B", end=0.5)]
    (tmp_path / "c.ffmeta").write_text(write_chapters(chapters, "ffmetadata"))
    sound = ["-f", "lavfi", "-t", "0.5", "-i", "anullsrc=r=8000:cl=mono"]
    subprocess.run(
        ["ffmpeg", "-v", "error", *sound, "-i", tmp_path / "c.ffmeta", "-map", "0:a", "-map_chapters", "1", tmp_path / "a.mka"],
        check=True,
    )  # fmt: skip
    back = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", tmp_path / "a.mka", "-f", "ffmetadata", "-"], check=True, capture_output=True
    )
    assert starts(back.stdout, "x.ffmeta") == [(0.0, "A = b; #c \\d"), (0.25, "B")]
