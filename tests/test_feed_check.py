from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from release_samples import folder_settings, release

from pipeline import feed_check
from pipeline.errors import InputError, StageError
from pipeline.feed_check.categories import CATEGORIES
from pipeline.formats.xml import XmlError, parse_xml
from pipeline.store import Workspace


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("feed")
    for slug in ("tides", "storms"):
        release(Workspace(folder / "build"), folder_settings(folder / "public"), slug, title=slug)
    return (folder / "public/feed.xml").read_text()


def rules(xml: str | bytes) -> set[str]:
    return {finding.rule for finding in feed_check.check(xml.encode() if isinstance(xml, str) else xml)}


def test_what_we_publish_passes_every_rule(good: str) -> None:
    assert rules(good) == set()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("xml", "</item>", ""),
        ("xml", "<rss ", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss "),
        ("rss", "channel>", "feed>"),
        ("channel-required", "<language>en</language>", ""),
        ("channel-required", "<description>Two people and the sea.</description>", "<description/>"),
        ("channel-recommended", "<itunes:author>Tide &amp; Time Radio</itunes:author>\n    <itunes:owner>", "<itunes:owner>"),
        ("self-link", 'rel="self"', 'rel="hub"'),
        ("item-required", "<title>storms</title>", ""),
        ("item-recommended", "<itunes:duration>183</itunes:duration>", ""),
        ("language", "<language>en", "<language>English"),
        ("category", 'text="Education"', 'text="education"'),
        ("category", 'text="Earth Sciences"', 'text="Physiks"'),
        ("explicit", "<itunes:explicit>false", "<itunes:explicit>clean"),
        ("image", 'itunes:image href="https://cdn.example.org/show/cover', 'itunes:image href="https://x.org/a.webp?'),
        ("enclosure", 'length="5000"', 'length="0"'),
        ("enclosure", 'type="audio/mpeg"', 'type="application/octet-stream"'),
        ("enclosure-twice", "episodes/storms/episode-", "episodes/tides/episode-"),
        ("guid-unique", "guid-storms", "guid-tides"),
        ("guid-permalink", 'isPermaLink="false"', 'isPermaLink="true"'),
        ("date", "Fri, 01 May 2026 00:00:00 +0000", "2026-05-01"),
        ("date", "Fri, 01 May 2026 00:00:00 +0000", "Fri, 01 May 2026 00:00:00"),
        ("duration", "<itunes:duration>183", "<itunes:duration>183.4"),
        ("number", "<itunes:season>1", "<itunes:season>0"),
        ("episode-type", "<itunes:episodeType>full", "<itunes:episodeType>Full"),
        ("value-length", "<title>storms", f"<title>{'s' * 256}"),
        ("description-length", "<description>Two people", f"<description>{'ü' * 2000} people"),
        ("description-html", "<p>We talk about tides.</p>", "<h1>We talk about tides.</h1>"),
        ("url", "https://cdn.example.org/show/episodes/tides/index.html", "/episodes/tides/index.html"),
        ("url", "/episode-", "/épisode-"),
        ("podcast-guid", "<podcast:guid>", "<podcast:guid>x"),
        ("locked", ">yes</podcast:locked>", ">true</podcast:locked>"),
        ("transcript", 'type="text/vtt"', 'type="text/webvtt"'),
        ("chapters", "application/json+chapters", "application/json"),
        ("person", ">Mara Quill</podcast:person>", "></podcast:person>"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_fault(good: str, rule: str, old: str, new: str) -> None:
    assert old in good
    assert rule in rules(good.replace(old, new)) - rules(good)


def test_every_rule_is_shown_to_find_something() -> None:
    shown = {mark.args[1][n][0] for mark in test_each_rule_finds_its_fault.pytestmark for n in range(len(mark.args[1]))}
    assert {rule.name for rule in feed_check.RULES} - shown == {"no-items"}


def test_a_finding_says_where_and_how_to_mend_it(good: str) -> None:
    broken = good.replace("<itunes:season>1", "<itunes:season>0", 1)
    finding = next(one for one in feed_check.check(broken.encode()) if one.rule == "number")
    assert broken.splitlines()[finding.line - 1].strip().startswith("<itunes:season>0")
    assert finding.what == "episode 'tides': <itunes:season> is '0'"
    assert (finding.level, finding.fix[:5], finding.source[:8]) == ("error", "write", "https://")


def test_a_feed_without_episodes_is_only_warned_of(good: str) -> None:
    empty = good[: good.index("<item>")] + "</channel></rss>"
    assert [(one.rule, one.level) for one in feed_check.check(empty.encode())] == [("no-items", "warning")]


def test_errors_come_first(good: str) -> None:
    broken = good.replace("<itunes:duration>183", "<itunes:duration>x").replace("<itunes:season>1", "<itunes:season>0")
    levels = [one.level for one in feed_check.check(broken.encode())]
    assert levels == sorted(levels, key=["error", "warning", "hint"].index)


@given(st.binary(max_size=200) | st.text(alphabet='<>/ab="&; ', max_size=60).map(str.encode))
def test_whatever_is_given_is_answered(data: bytes) -> None:
    assert feed_check.check(data)


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(XmlError, match="inside each other"):
        parse_xml(b"<a>" * 5000)


def test_apples_list_is_whole() -> None:
    assert (len(CATEGORIES), sum(map(len, CATEGORIES.values()))) == (19, 91)


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


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        feed_check.read(str(tmp_path / "feed.xml"))


def test_an_address_that_does_not_answer_is_told() -> None:
    with pytest.raises(StageError, match="cannot be fetched"):
        feed_check.read("http://127.0.0.1:9/feed.xml")
