from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from typing import Any

import feedparser
import podcastparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from release_samples import make_show

from pipeline import feed_check
from pipeline.adapters import feed, podcast_ns
from pipeline.config import Show
from pipeline.models import Asset, Catalog, Enclosure, Episode, Person

FEED_URL = "https://cdn.example.org/show/feed.xml"
COVER_URL = "https://cdn.example.org/show/cover-0123.jpg"
NAMES = {**podcast_ns.NAMESPACES, "atom": "http://www.w3.org/2005/Atom"}
NASTY = {
    "cdata": "a ]]> b",
    "markup": "<b>R&D</b> & 'more' \"quotes\"",
    "emoji": "Podcasts 🎙️ for 👩‍👩‍👧",
    "right-to-left": "שלום \u202bمرحبا\u202c",
    "long": "word " * 40,
    "entity": "&amp; &#x41; &nbsp;",
}


def make_episode(**changes: Any) -> Episode:
    values: dict[str, Any] = {
        "guid": "guid-1",
        "slug": "tides",
        "title": "Tides",
        "published": "2026-05-01T10:00:00+02:00",
        "summary": "About tides.",
        "notes_html": "<p>About <em>tides</em>.</p>",
        "notes_text": "About tides.",
        "duration": 61.6,
        "enclosure": Enclosure(url="https://cdn.example.org/a.mp3", length=1234, type="audio/mpeg"),
        "page_url": "https://cdn.example.org/tides/index.html",
    }
    return Episode(**(values | changes))


def render(*episodes: Episode, show: Show | None = None) -> bytes:
    catalog = Catalog(show_guid="77314687-bb86-5f25-8d96-88271ff1450a", episodes=episodes)
    return feed.render_feed(show or make_show(), catalog, feed_url=FEED_URL, cover_url=COVER_URL)


def texts(xml: bytes, path: str) -> list[str]:
    return [str(found) for found in etree.fromstring(xml).xpath(path, namespaces=NAMES)]


def item(path: str, **changes: Any) -> list[str]:
    return texts(render(make_episode(**changes)), f"//item/{path}")


def channel(path: str, **changes: Any) -> list[str]:
    return texts(render(make_episode(), show=make_show(**changes)), f"/rss/channel/{path}")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("title/text()", ["Tide & Time"]),
        ("link/text()", ["https://example.org/"]),
        ("atom:link[@rel='self']/@href", [FEED_URL]),
        ("language/text()", ["en"]),
        ("lastBuildDate/text()", ["Fri, 01 May 2026 10:00:00 +0200"]),
        ("generator/text()", ["Showrunner"]),
        ("itunes:author/text()", ["Tide & Time Radio"]),
        ("itunes:owner/itunes:email/text()", ["mara@example.org"]),
        ("itunes:image/@href", [COVER_URL]),
        ("itunes:category/@text", ["Science", "Education"]),
        ("itunes:category/itunes:category/@text", ["Earth Sciences"]),
        ("itunes:explicit/text()", ["false"]),
        ("itunes:type/text()", ["episodic"]),
        ("podcast:guid/text()", ["77314687-bb86-5f25-8d96-88271ff1450a"]),
        ("podcast:locked[@owner='mara@example.org']/text()", ["yes"]),
        ("podcast:medium/text()", ["podcast"]),
        ("podcast:license/text()", ["cc-by-4.0"]),
        ("podcast:funding/@url", ["https://example.org/support"]),
        ("podcast:person[@role='host']/text()", ["Mara Quill"]),
    ],
)
def test_the_show_says(path: str, expected: list[str]) -> None:
    assert channel(path) == expected


VTT = Asset(url="https://x.org/a.vtt", type="text/vtt", language="en")
JSON = Asset(url="https://x.org/a.json", type="application/json", language="en")


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({}, "guid[@isPermaLink='false']/text()", ["guid-1"]),
        ({}, "pubDate/text()", ["Fri, 01 May 2026 10:00:00 +0200"]),
        ({}, "enclosure/@length", ["1234"]),
        ({}, "description/text()", ["<p>About <em>tides</em>.</p>"]),
        ({}, "content:encoded/text()", ["<p>About <em>tides</em>.</p>"]),
        ({}, "itunes:duration/text()", ["62"]),
        ({"duration": 0.2}, "itunes:duration/text()", ["1"]),
        ({"explicit": True}, "itunes:explicit/text()", ["true"]),
        ({}, "itunes:image/@href", [COVER_URL]),
        ({"image_url": "https://x.org/own.png"}, "itunes:image/@href", ["https://x.org/own.png"]),
        ({"season": 2, "number": 7}, "itunes:season/text()", ["2"]),
        ({"season": 2, "number": 7}, "podcast:episode/text()", ["7"]),
        ({"type": "trailer"}, "itunes:episodeType/text()", ["trailer"]),
        ({}, "podcast:person/text()", ["Mara Quill"]),
        ({"people": (Person(name="Ada"),)}, "podcast:person/text()", ["Mara Quill", "Ada"]),
        ({"people": (Person(name="Mara Quill", role="guest"),)}, "podcast:person/@role", ["guest"]),
        ({"transcripts": (VTT, JSON)}, "podcast:transcript/@type", ["text/vtt", "application/json"]),
        ({"transcripts": (VTT, JSON)}, "podcast:transcript/@rel", ["captions"]),
        ({"transcripts": (VTT,)}, "podcast:txt[@purpose='ai-content']/text()", ["transcript, notes"]),
    ],
)
def test_an_episode_says(changes: dict[str, Any], path: str, expected: list[str]) -> None:
    assert item(path, **changes) == expected


@pytest.mark.parametrize(
    "name", ["itunes:season", "podcast:season", "itunes:episode", "podcast:chapters", "podcast:transcript"]
)
def test_what_an_episode_does_not_have_makes_no_element(name: str) -> None:
    assert item(name) == []


@pytest.mark.parametrize("name", ["copyright", "podcast:license", "podcast:funding", "podcast:person"])
def test_what_a_show_does_not_have_makes_no_element(name: str) -> None:
    assert channel(name, copyright=None, license=None, funding=None, hosts=()) == []


def test_episodes_stand_in_the_catalogs_order() -> None:
    xml = render(*(make_episode(guid=guid) for guid in ("c", "a", "b")))
    assert texts(xml, "//guid/text()") == ["c", "a", "b"]


def test_the_same_catalog_gives_the_same_bytes() -> None:
    assert render(make_episode()) == render(make_episode())


def test_no_clock_shows_in_a_feed_without_episodes() -> None:
    assert str(dt.datetime.now(dt.UTC).year).encode() not in render()


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_title_comes_back_as_it_was(text: str) -> None:
    xml = render(make_episode(title=text, people=(Person(name=text),)), show=make_show(title=text, author=text))
    assert set(texts(xml, "//title/text()")) == {text.strip()}
    assert set(texts(xml, "//itunes:author/text()")) == {text.strip()}
    assert texts(xml, "//item/podcast:person/text()")[1] == text.strip()


FORBIDDEN = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


@given(st.text(max_size=60) | st.text(alphabet=sorted(FORBIDDEN) + list("ab\t\n\r"), max_size=20))
@settings(max_examples=60, deadline=None)
def test_only_what_xml_forbids_is_taken_from_a_text(text: str) -> None:
    title = f"<{text}>"
    xml = render(make_episode(title=title))
    assert texts(xml, "//item/title/text()") == ["".join(one for one in title if one not in FORBIDDEN)]


def test_long_notes_are_shortened_in_the_description_and_whole_in_the_content() -> None:
    notes = "".join(f"<p>Line {n} of very long notes, with ünïcode.</p>" for n in range(200))
    xml = render(make_episode(notes_html=notes, notes_text="line\n" * 2000))
    assert len(texts(xml, "//item/description/text()")[0].encode()) <= 4000
    assert texts(xml, "//item/content:encoded/text()") == [notes]
    assert len(texts(xml, "//item/itunes:summary/text()")[0].encode()) <= 4000
    assert [finding for finding in feed_check.check(xml) if finding.level == "error"] == []


# -- the parsers that apps are made of -------------------------------------------------------------------

FULL = make_episode(
    title=NASTY["cdata"],
    season=2,
    number=7,
    people=(Person(name="Ada", role="guest", href="https://example.org/ada"),),
    transcripts=(VTT, JSON),
    chapters=Asset(url="https://x.org/chapters.json", type="application/json+chapters"),
)


def test_feedparser_understands_it() -> None:
    found = feedparser.parse(render(FULL, make_episode(guid="other")))
    assert not found.bozo
    assert found.feed.title == "Tide & Time"
    assert [entry.id for entry in found.entries] == ["guid-1", "other"]
    assert found.entries[0].title == NASTY["cdata"]
    assert found.entries[0].enclosures[0].length == "1234"


def test_podcastparser_understands_it() -> None:
    from io import BytesIO

    found = podcastparser.parse(FEED_URL, BytesIO(render(FULL)))
    first = found["episodes"][0]
    assert found["cover_url"] == COVER_URL
    assert (first["guid"], first["title"], first["total_time"]) == ("guid-1", NASTY["cdata"], 62)
    assert first["enclosures"] == [{"url": FULL.enclosure.url, "file_size": 1234, "mime_type": "audio/mpeg"}]
    assert first["published"] == 1777622400


@pytest.mark.real
def test_partytime_understands_podcasting_2(partytime: Callable[[bytes], dict[str, Any]]) -> None:
    found = partytime(render(FULL))
    first = found["items"][0]
    assert found["guid"] == "77314687-bb86-5f25-8d96-88271ff1450a"
    assert (found["locked"], found["podcastOwner"], found["medium"]) == (True, "mara@example.org", "podcast")
    assert found["podcastFunding"][0]["url"] == "https://example.org/support"
    assert found["itunesCategory"] == ["Science > Earth Sciences", "Education"]
    assert first["title"] == NASTY["cdata"]
    assert first["enclosure"] == {"url": FULL.enclosure.url, "length": 1234, "type": "audio/mpeg"}
    assert [person["name"] for person in first["podcastPeople"]] == ["Mara Quill", "Ada"]
    assert first["podcastTranscripts"][0] == {"url": VTT.url, "type": VTT.type, "language": "en", "rel": "captions"}
    assert first["podcastChapters"]["url"] == "https://x.org/chapters.json"
    assert (first["podcastSeason"]["number"], first["podcastEpisode"]["number"]) == (2, 7)
    assert first["license"]["identifier"] == "cc-by-4.0"
    assert first["podcastTxt"] == [{"value": "transcript, chapters, notes", "purpose": "ai-content"}]


@pytest.mark.real
def test_xmllint_finds_it_well_formed(need: Callable[[str, str], str]) -> None:
    xmllint = need("xmllint", "apt-get install libxml2-utils")
    subprocess.run([xmllint, "--noout", "-"], input=render(FULL), check=True)
