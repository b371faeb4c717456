"""Feeds as they come: not feeds at all, made to do harm, enormous, in other encodings; and where they are read from."""

from __future__ import annotations

import json
import random
import string
import zlib
from pathlib import Path

import pytest
from checked_feed_sample import FEED
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from release_samples import folder_settings, make_show, release

from pipeline import feed_check
from pipeline.errors import InputError
from pipeline.formats.xml import XmlError, parse_xml
from pipeline.store import Workspace

LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><rss>&j;</rss>"
)
FILE = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss>&f;</rss>'


def rules(xml: bytes) -> set[str]:
    return {finding.rule for finding in feed_check.check(xml)}


def test_what_we_publish_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    for number, slug in enumerate(("tides", "storms"), 1):
        release(
            Workspace(tmp_path / "build"),
            folder_settings(tmp_path / "public"),
            slug,
            title=slug,
            number=number,
            show=make_show(),
        )
    found = feed_check.check((tmp_path / "public/feed.xml").read_bytes())
    assert [one for one in found if one.level != "hint"] == []


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (LAUGHS.encode(), "xml-doctype"),
        (FILE.encode(), "xml-doctype"),
        (b"<a>" * 100_000, "xml-depth"),
        (b"<rss version='2.0'>" + b"<channel>" * 100_000, "xml-depth"),
        (b"", "xml"),
        (b"\0" * 50, "xml"),
        (FEED.replace("Storms", "Sto\0rms").encode(), "xml"),
        (b"not a feed", "xml"),
        (b"{}", "xml"),
        (b'<?xml version="1.0" encoding="shift_jis"?><rss/>', "xml"),
        (b'<?xml version="1.0" encoding="rot13"?><rss/>', "xml"),
        (b"<rss version='2.0'/>", "rss"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "rss"),
        (b"<html><body>Not found</body></html>", "rss"),
    ],
)
def test_what_is_no_feed_is_told_and_nothing_happens(data: bytes, rule: str) -> None:
    assert rule in rules(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_another_encoding_is_told_and_the_feed_read_nevertheless(encoding: str) -> None:
    name = "utf-16" if encoding == "utf-16-le" else encoding
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    data = mark + FEED.replace("UTF-8", name).replace("<language>en-GB", "<language>Ångström").encode(encoding)
    assert rules(data) == {"encoding", "language"}


def test_a_text_of_fifty_megabytes_is_measured() -> None:
    huge = (
        FEED.replace("Two people", "Two people " + "and the sea <b> \n" * 3_000_000).encode().replace(b"<b>", b"&lt;")
    )
    assert rules(huge) == {"description-length"}


def test_html_that_never_ends_is_read_in_passing() -> None:
    nasty = "".join(f"<{tag} a='\"" for tag in "abip") * 20_000
    assert "xml" not in rules(FEED.replace("wind</a>", nasty).encode())


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(line_end: str) -> None:
    found = feed_check.check(FEED.replace("<language>en-GB", "<language>??").replace("\n", line_end).encode())
    assert [one.line for one in found] == [1 + FEED[: FEED.index("<language>")].count("\n")]


@given(st.binary(max_size=200) | st.text(alphabet='<>/ab="&; ', max_size=60).map(str.encode))
def test_whatever_is_given_is_answered(data: bytes) -> None:
    assert feed_check.check(data)


@settings(max_examples=150)
@given(st.data())
def test_a_feed_that_is_cut_and_patched_anywhere_only_makes_findings(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(FEED)))
    end = data.draw(st.integers(begin, min(len(FEED), begin + 40)))
    patch = data.draw(st.text(alphabet=string.printable + "é\u202e\ud7ff😀]]>", max_size=12))
    for finding in feed_check.check((FEED[:begin] + patch + FEED[end:]).encode()):
        assert finding.line >= 1
        assert finding.what


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_values_that_are_nonsense_only_make_findings(chance: random.Random) -> None:
    odd = [
        "",
        " ",
        "-1",
        "1e999",
        "9" * 400,
        "٣",
        "NaN",
        "http://[",
        "https://a:b:c",
        "\u202e",
        "+",
        "a" * 300,
        "0:0:0:0",
    ]
    pieces = FEED.split('"')
    for at in chance.sample(range(35, len(pieces) - 1, 2), 12):
        pieces[at] = chance.choice(odd)
    text = '"'.join(pieces)
    for word in chance.sample(
        ["183", "Storms", "serial", "en-GB", "1</itunes:season>", "+0000", "guid-storms", "S6lpp"], 3
    ):
        text = text.replace(word, chance.choice(odd) + ("</itunes:season>" if "season" in word else ""))
    assert all(finding.rule != "xml" for finding in feed_check.check(text.encode()))


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(XmlError, match="inside each other"):
        parse_xml(b"<a>" * 5000)


def test_two_thousand_episodes_are_checked_in_one_reading() -> None:
    item = FEED[FEED.index("<item>\n<title>Tides") : FEED.rindex("</item>") + 7]
    many = "".join(item.replace("Tides", f"Tides {n}").replace("tides", f"tides-{n}") for n in range(2000))
    found = feed_check.check((FEED[: FEED.index("<item>")] + many + "</channel></rss>").encode())
    assert {one.rule for one in found} == {"date-twice", "number-twice"}
    assert len(found) == 2 * 1999


# -- artwork ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "mode", "kind", "what"),
    [
        ("a.jpg", (1400, 1400), "RGB", "JPEG", None),
        ("a.png", (3000, 3000), "RGB", "PNG", None),
        ("a.jpg", (1399, 1399), "RGB", "JPEG", "1399 pixels wide"),
        ("a.jpg", (3001, 3001), "RGB", "JPEG", "3001 pixels wide"),
        ("a.jpg", (1400, 1500), "RGB", "JPEG", "not square"),
        ("a.jpg", (1400, 1400), "CMYK", "JPEG", "CMYK"),
        ("a.png", (1400, 1400), "RGB", "JPEG", "is JPEG in a file that ends in .png"),
        ("a.webp", (1400, 1400), "RGB", "WEBP", "ends in .webp"),
    ],
)
def test_artwork(tmp_path: Path, name: str, size: tuple[int, int], mode: str, kind: str, what: str | None) -> None:
    Image.new(mode, size).save(tmp_path / name, kind)
    found = [finding.what for finding in feed_check.check_artwork(tmp_path / name)]
    assert len(found) == (1 if what else 0)
    assert what is None or what in found[0]


def test_a_text_file_is_no_cover(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("not a picture")
    with pytest.raises(InputError, match=r"a\.jpg: is not a picture"):
        feed_check.check_artwork(tmp_path / "a.jpg")


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(tmp_path: Path) -> None:
    small = tmp_path / "a.png"
    Image.new("1", (10, 10)).save(small)
    data = bytearray(small.read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    small.write_bytes(data)
    with pytest.raises(InputError, match="DecompressionBombError"):
        feed_check.check_artwork(small)


# -- where a feed is read from ---------------------------------------------------------------------------


def test_a_feed_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    assert feed_check.read(str(tmp_path / "feed.xml")) == b"<rss/>"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nowhere.xml", "No such file"),
        (".", "Is a directory"),
        ("a\0b.xml", "embedded null byte"),
        ("/dev/zero", "is longer than 64 MiB"),
        ("http://127.0.0.1:9/feed.xml", "cannot be fetched, it refuses the connection"),
        ("http://[::1", "cannot be fetched, it is not an http or https address"),
    ],
)
def test_what_cannot_be_read_is_the_users_mistake(name: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        feed_check.read(name)


def test_findings_go_through_json() -> None:
    found = feed_check.check(FEED.replace("en-GB", "??").encode())
    assert [feed_check.Finding(**json.loads(one.model_dump_json())) for one in found] == list(found)
