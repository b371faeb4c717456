"""What each part of the settings and of an episode's record becomes in the feed."""

from __future__ import annotations

from typing import Any

import pytest
from feed_samples import (
    EVERYTHING_EPISODE,
    EVERYTHING_SHOW,
    FEED_URL,
    FILES,
    OTHER_GUID,
    SRI,
    TRAILER,
    everything,
    item,
    make_episode,
    render,
    texts,
)
from release_samples import make_show

from pipeline import feed_check
from pipeline.adapters import podcast_ns
from pipeline.models import Clip, License

OP3 = "https://op3.dev/e,pg=77314687-bb86-5f25-8d96-88271ff1450a/cdn.example.org"


@pytest.fixture(scope="module")
def full() -> bytes:
    return everything()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("atom:link[@rel='self']/@href", [FEED_URL]),
        ("atom:link[@rel='hub']/@href", ["https://hub.example.org/"]),
        ("atom:link[@rel='hub']/@type", []),
        ("atom:link[@rel='next']/@href", ["https://cdn.example.org/show/feed-1.xml"]),
        ("atom:link[@rel='next']/@type", ["application/rss+xml"]),
        ("itunes:explicit/text()", ["true"]),
        ("itunes:type/text()", ["serial"]),
        ("itunes:complete/text()", ["Yes"]),
        ("itunes:block/text()", ["Yes"]),
        ("itunes:new-feed-url/text()", ["https://new.example.org/feed.xml"]),
        ("podcast:block/text()", ["yes"]),
        ("podcast:locked[@owner='mara@example.org']/text()", ["yes"]),
        ("podcast:license/text()", ["cc-by-4.0"]),
        ("podcast:funding/@url", ["https://example.org/support", "https://example.org/shop"]),
        ("podcast:funding/text()", ["Buy us a boat", "Support Tide & Time"]),
        ("podcast:person/text()", ["Mara Quill", "Odo Fenn"]),
        ("podcast:person/@role", ["host", "audio editor"]),
        ("podcast:person/@group", ["audio post-production"]),
        ("podcast:person/@img", ["https://example.org/mara.jpg"]),
        ("podcast:location/text()", ["Cuxhaven", "Bergen"]),
        ("podcast:location/@geo", ["geo:53.86,8.69"]),
        ("podcast:location/@osm", ["R62570"]),
        ("podcast:location/@rel", ["subject", "creator"]),
        ("podcast:location/@country", ["de"]),
        ("podcast:updateFrequency/text()", ["Every other Monday"]),
        ("podcast:updateFrequency/@rrule", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"]),
        ("podcast:updateFrequency/@dtstart", ["2026-01-05"]),
        ("podcast:updateFrequency/@complete", ["true"]),
        ("podcast:trailer/text()", ["Season two is coming"]),
        ("podcast:trailer/@pubdate", ["Fri, 01 May 2026 10:00:00 +0200"]),
        ("podcast:trailer/@url", [f"{OP3}/show/episodes/tides/trailer.mp3"]),
        ("podcast:trailer/@season", ["2"]),
        ("podcast:value/@suggested", ["0.00000005000"]),
        ("podcast:value/podcast:valueRecipient/@split", ["95", "5"]),
        ("podcast:value/podcast:valueRecipient/@fee", ["true"]),
        ("podcast:value/podcast:valueRecipient/@customKey", ["696969"]),
        ("podcast:podroll/podcast:remoteItem/@feedGuid", [OTHER_GUID]),
        ("podcast:podroll/podcast:remoteItem/@title", ["Podcasting 2.0"]),
        ("podcast:socialInteract/@accountId", ["@tide"]),
        ("podcast:txt/@purpose", ["verify", "applepodcastsverify"]),
        ("podcast:txt/text()", ["S6lpp-7ZCn8-dZfGc-OoyaG", "05124"]),
    ],
)
def test_a_show_with_everything_says(full: bytes, path: str, expected: list[str]) -> None:
    assert texts(full, f"/rss/channel/{path}") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("title/text()", ["a ]]> b & <c> 🌊 שלום"]),
        ("itunes:title/text()", ["a ]]> b & <c> 🌊 שלום"]),
        ("enclosure/@url", [f"{OP3}/show/episodes/tides/tides-0123.mp3"]),
        ("itunes:explicit/text()", ["true"]),
        ("itunes:block/text()", ["Yes"]),
        ("itunes:image/@href", [f"{FILES}/cover-4567.png"]),
        ("podcast:season/text()", ["2"]),
        ("podcast:season/@name", ["The North Sea"]),
        ("podcast:episode/text()", ["7"]),
        ("podcast:episode/@display", ["Day 5"]),
        ("podcast:person/text()", ["Mara Quill", "Odo Fenn", "Ada Ström"]),
        ("podcast:transcript/@type", ["text/vtt", "application/x-subrip", "application/json", "text/html"]),
        ("podcast:transcript[@rel='captions']/@type", ["text/vtt", "application/x-subrip"]),
        ("podcast:transcript/@language", ["en"] * 4),
        ("podcast:chapters/@type", ["application/json+chapters"]),
        ("psc:chapters/@version", ["1.2"]),
        ("psc:chapters/psc:chapter/@start", ["00:00:00.000", "00:01:02.500"]),
        ("psc:chapters/psc:chapter/@title", ["Hello", "The <Moon> & us"]),
        ("psc:chapters/psc:chapter/@href", ["https://example.org/moon"]),
        ("psc:chapters/psc:chapter/@image", ["https://example.org/moon.jpg"]),
        ("podcast:soundbite/@startTime", ["73.0", "123.457"]),
        ("podcast:soundbite/@duration", ["60.0", "42.25"]),
        ("podcast:soundbite/text()", ["Why the sea is salt"]),
        ("podcast:alternateEnclosure/@type", ["audio/mpeg", "audio/mp4", "audio/ogg"]),
        ("podcast:alternateEnclosure/@codecs", ["opus"]),
        ("podcast:alternateEnclosure/@bitrate", ["128000", "64000", "31200"]),
        ("podcast:alternateEnclosure/@title", ["MP3", "AAC", "Opus"]),
        ("podcast:alternateEnclosure[@default='true']/podcast:source/@uri", [f"{OP3}/show/episodes/tides/tides-0123.mp3"]),
        ("podcast:alternateEnclosure/podcast:integrity[@type='sri']/@value", [SRI, SRI]),
        ("podcast:license[@url='https://example.org/licence.html']/text()", ["Our own"]),
        ("podcast:location/text()", ["Spiekeroog"]),
        ("podcast:value/podcast:valueRecipient/@name", ["Mara", "Host"]),
        ("podcast:socialInteract/@priority", ["1"]),
        ("podcast:socialInteract/@accountUrl", ["https://social.example/@tide"]),
        ("podcast:txt[@purpose='ai-content']/text()", ["transcript, chapters, notes"]),
        ("podcast:txt[not(@purpose)]/text()", ["anything"]),
    ],
)  # fmt: skip
def test_an_episode_with_everything_says(full: bytes, path: str, expected: list[str]) -> None:
    assert texts(full, f"//item[1]/{path}") == expected


def test_every_element_of_the_tables_is_made_by_something(full: bytes) -> None:
    made = {name for table in (podcast_ns.CHANNEL, podcast_ns.ITEM) for name, _ in table} - {"fh:archive"}
    assert [name for name in sorted(made) if not texts(full, f"//{name}/@*|//{name}/node()")] == []


@pytest.mark.parametrize("place", ["channel", "item"])
def test_a_plain_show_and_episode_say_nothing_empty(place: str) -> None:
    show = make_show(copyright=None, license=None, funding=(), hosts=())
    bare = texts(render(make_episode(), show=show), f"//{place}/*[not(node()) and not(@*)]")
    assert bare == []


def test_a_feed_with_everything_passes_our_own_rules(full: bytes) -> None:
    assert [one.what for one in feed_check.check(full) if one.level == "error"] == []


def test_an_archive_is_marked_and_names_no_hub() -> None:
    xml = render(make_episode(), archive=True, hub="https://hub.example.org/")
    assert len(texts(xml, "/rss/channel/fh:archive/@*|/rss/channel/*[local-name()='archive']")) == 1
    assert texts(xml, "//atom:link[@rel='hub']") == []


@pytest.mark.parametrize(
    ("own", "expected"),
    [(None, "cc-by-4.0"), (License(slug="CC0-1.0"), "cc0-1.0"), (License(slug="X", url="https://x.org"), "X")],
)
def test_an_episode_has_the_shows_licence_unless_it_has_its_own(own: License | None, expected: str) -> None:
    assert item("podcast:license/text()", license=own) == [expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing is said of what is not there"),
        pytest.param({"season": 1}, ["1"], id="a season without a name"),
    ],
)
def test_seasons(changes: dict[str, Any], expected: list[str]) -> None:
    assert item("podcast:season/text()", **changes) == expected
    assert item("podcast:season/@name", **changes) == []


@pytest.mark.parametrize(
    ("url", "prefix", "counted"),
    [
        ("https://x.org/a.mp3", None, "https://x.org/a.mp3"),
        ("https://x.org/a.mp3", "https://op3.dev/e/", "https://op3.dev/e/x.org/a.mp3"),
        ("http://x.org/a.mp3", "https://op3.dev/e/", "https://op3.dev/e/http://x.org/a.mp3"),
        ("https://x.org/a.mp3", "https://op3.dev/e,pg={guid}/", f"{OP3.rpartition('/')[0]}/x.org/a.mp3"),
    ],
)
def test_the_analytics_prefix(url: str, prefix: str | None, counted: str) -> None:
    sound = make_episode().enclosure.model_copy(update={"url": url})
    xml = render(make_episode(enclosure=sound), analytics_prefix=prefix)
    assert texts(xml, "//enclosure/@url") == [counted]


def test_a_prefix_touches_only_the_sound(full: bytes) -> None:
    addresses = texts(full, "//@url|//@href|//@uri")
    assert {url.rpartition(".")[2] for url in addresses if "op3.dev" in url} == {"mp3", "m4a", "opus"}


@pytest.mark.parametrize("name", [one.name for one in EVERYTHING_SHOW.hosts])
def test_whoever_the_episode_names_is_named_once(name: str) -> None:
    own = EVERYTHING_SHOW.hosts[0].model_copy(update={"name": name, "role": "guest"})
    xml = render(EVERYTHING_EPISODE.model_copy(update={"people": (own,)}), show=EVERYTHING_SHOW)
    assert texts(xml, f"//item/podcast:person[.='{name}']/@role") == ["guest"]


def test_only_trailers_that_are_listed_are_named() -> None:
    from pipeline.adapters.feed_values import trailers
    from pipeline.models import Catalog

    gone = TRAILER.model_copy(update={"withdrawn": "2026-05-02T00:00:00+00:00"})
    assert trailers(Catalog(show_guid="x", episodes=(make_episode(), TRAILER, gone))) == (TRAILER,)


def test_an_untitled_soundbite_stays_without_words() -> None:
    assert item("podcast:soundbite/text()", soundbites=(Clip(start=1, duration=20),)) == []
    assert item("podcast:soundbite/@startTime", soundbites=(Clip(start=1, duration=20),)) == ["1.0"]
