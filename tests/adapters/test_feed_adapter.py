"""The feed as XML: RSS 2.0 and iTunes, and what becomes of any text that people put into titles and notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from feed_samples import COVER_URL, FEED_URL, channel, item, make_episode, render, texts
from hypothesis import example, given, settings
from hypothesis import strategies as st
from release_samples import make_show

from pipeline import feed_check
from pipeline.adapters import html
from pipeline.adapters.feed_elements import cut
from pipeline.models import Asset, Person

NASTY = {
    "cdata": "a ]]> b",
    "markup": "<b>R&D</b> & 'more' \"quotes\"",
    "emoji": "Podcasts 🎙️ for 👩‍👩‍👧",
    "right-to-left": "שלום \u202bمرحبا\u202c",
    "entity": "&amp; &#x41; &nbsp;",
}


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
    assert channel(name, copyright=None, license=None, funding=(), hosts=()) == []


def test_episodes_stand_in_the_order_in_which_they_are_given() -> None:
    xml = render(*(make_episode(guid=guid) for guid in ("c", "a", "b")))
    assert texts(xml, "//guid/text()") == ["c", "a", "b"]


def test_the_same_episodes_give_the_same_bytes() -> None:
    assert render(make_episode()) == render(make_episode())


def test_no_clock_shows_where_it_is_not_known_when_the_show_changed() -> None:
    xml = render(updated=None)
    assert b"lastBuildDate" not in xml
    assert str(dt.datetime.now(dt.UTC).year).encode() not in xml


# -- any text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    xml = render(make_episode(title=text, people=(Person(name=text),)), show=make_show(title=text, author=text))
    assert set(texts(xml, "//title/text()")) == {text.strip()}
    assert set(texts(xml, "//itunes:author/text()")) == {text.strip()}
    assert texts(xml, "//item/podcast:person/text()")[1] == text.strip()


FORBIDDEN = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


@given(st.text(max_size=60) | st.text(alphabet=sorted(FORBIDDEN) + list("ab\t\n\r"), max_size=20))
@settings(max_examples=60)
def test_only_what_xml_forbids_is_taken_from_a_text(text: str) -> None:
    title = f"<{text}>"
    xml = render(make_episode(title=title))
    assert texts(xml, "//item/title/text()") == ["".join(one for one in title if one not in FORBIDDEN)]


anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=400) | st.sampled_from(
    ["word " * 2000, "x" * 10_000, "👩‍👩‍👧" * 4000, "مرحبا " * 2000, "]]>" * 100, "\x00\x1b[2J\u2028"]
)


@given(anything)
@settings(max_examples=40)
@example("word " * 51 + "end")
def test_whatever_an_episode_and_its_people_are_called_the_feed_is_right(text: str) -> None:
    title = f"T{text}"
    episode = make_episode(title=title, people=(Person(name=title),), display="D", number=1)
    xml = render(episode, show=make_show(author=title[:255]))
    assert [one.what for one in feed_check.check(xml) if one.level == "error" or one.rule == "value-length"] == []
    (shown,) = texts(xml, "//item/title/text()")
    assert len(shown) <= 255
    assert "".join(one for one in title if one not in FORBIDDEN).startswith(shown.removesuffix("…"))


@given(anything, st.integers(2, 300))
def test_a_cut_text_is_a_beginning_of_the_whole_within_the_limit(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert cut(shown, limit) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("The sea", 7, "The sea"),
        ("The sea is never quiet", 12, "The sea is…"),
        ("The sea is never quiet", 11, "The sea is…"),
        ("The sea is never quiet", 14, "The sea is…"),
        ("Donaudampfschifffahrtsgesellschaft", 12, "Donaudampfs…"),
        ("  The sea  ", 7, "The sea"),
    ],
)
def test_long_texts_end_after_a_word(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


def test_a_title_may_be_longer_than_what_stands_beside_it() -> None:
    long = "word " * 60
    xml = render(make_episode(title=long, people=(Person(name=long),)))
    assert len(texts(xml, "//item/itunes:title/text()")[0]) == 255
    assert 120 < len(texts(xml, "//item/podcast:person/text()")[1]) <= 128


HOSTILE = (
    "<script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<img src="https://track.example/1.gif" width="1">',
    '<iframe src="https://x.example"></iframe>',
    '<p onclick="x()" style="color:red">x</p>',
    '<svg><script>x</script></svg><style>p{}</style>',
    "]]><script>x</script>",
    "<![CDATA[ <b>x</b> ]]>",
    "<p>plain &lt;script&gt; text</p>",
    "<math><mi//xlink:href=\"data:x,<script>x</script>\">",
)  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), max_size=6).map("".join))
@settings(max_examples=60)
def test_notes_in_a_feed_hold_only_what_apple_shows_and_nothing_that_acts(notes: str) -> None:
    xml = render(make_episode(notes_html=html.clean(notes), notes_text="n"))
    for path in ("//item/description/text()", "//item/content:encoded/text()"):
        shown = "".join(texts(xml, path))
        assert html.clean(shown) == shown.replace("]]>", "]]&gt;")
        for sign in ("<script", "<img", "<iframe", "<style", "onclick=", 'href="javascript', 'href="data'):
            assert sign not in shown.lower()


def test_long_notes_are_shortened_in_the_description_and_whole_in_the_content() -> None:
    notes = "".join(f"<p>Line {n} of very long notes, with ünïcode.</p>" for n in range(200))
    xml = render(make_episode(notes_html=notes, notes_text="line\n" * 2000))
    assert len(texts(xml, "//item/description/text()")[0].encode()) <= 4000
    assert texts(xml, "//item/content:encoded/text()") == [notes]
    assert len(texts(xml, "//item/itunes:summary/text()")[0].encode()) <= 4000
    assert [finding for finding in feed_check.check(xml) if finding.level == "error"] == []
