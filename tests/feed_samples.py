"""A show and an episode that say all that a feed of ours can say, and how a feed is rendered and read in tests."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from lxml import etree
from release_samples import make_show

from pipeline.adapters import feed
from pipeline.adapters.feed_elements import NAMESPACES
from pipeline.adapters.feed_values import Channel
from pipeline.config import Owner, Show
from pipeline.models import Asset, Chapter, Clip, Comments, Enclosure, Episode, License, Location, Payment, Person, Txt
from pipeline.models.feed import Funding, OtherShow, Recipient, Schedule

FEED_URL = "https://cdn.example.org/show/feed.xml"
COVER_URL = "https://cdn.example.org/show/cover-0123.jpg"
GUID = "77314687-bb86-5f25-8d96-88271ff1450a"
OTHER_GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
FILES = "https://cdn.example.org/show/episodes/tides"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SRI = "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="

PAYMENT = Payment(
    suggested="0.00000005000",
    recipients=(
        Recipient(name="Mara", type="node", address="02d5c1bf8b940dc9", split=95),
        Recipient(
            name="Host",
            type="node",
            address="03ae9f91a0cb8ff4",
            split=5,
            fee=True,
            custom_key="696969",
            custom_value="x",
        ),
    ),
)

EVERYTHING_SHOW = Show(
    title="Tide & Time",
    description="Two people and the sea.",
    author="Tide & Time Radio",
    owner=Owner(name="Mara Quill", email="mara@example.org"),
    language="en-GB",
    link="https://example.org/",
    categories=("Science > Earth Sciences", "Education"),
    explicit=True,
    type="serial",
    copyright="Tide & Time Radio",
    license=License(slug="cc-by-4.0"),
    medium="podcast",
    hosts=(
        Person(name="Mara Quill", role="host", href="https://example.org/mara", img="https://example.org/mara.jpg"),
        Person(name="Odo Fenn", role="audio editor", group="audio post-production"),
    ),
    funding=(
        Funding(url="https://example.org/support", text="Buy us a boat"),
        Funding(url="https://example.org/shop"),
    ),
    seasons={2: "The North Sea"},
    schedule=Schedule(text="Every other Monday", rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", start=dt.date(2026, 1, 5)),
    complete=True,
    location=(
        Location(name="Cuxhaven", geo="geo:53.86,8.69", osm="R62570", rel="subject", country="DE"),
        Location(name="Bergen", rel="creator"),
    ),
    txt=(Txt(text="S6lpp-7ZCn8-dZfGc-OoyaG", purpose="verify"), Txt(text="05124", purpose="applepodcastsverify")),
    value=(PAYMENT,),
    podroll=(OtherShow(guid=uuid.UUID(OTHER_GUID), url="https://feeds.example.org/pc20.xml", title="Podcasting 2.0"),),
    social=(Comments(uri="https://social.example/@tide/1", account_id="@tide"),),
    block=True,
    new_feed_url="https://new.example.org/feed.xml",
)


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


EVERYTHING_EPISODE = make_episode(
    title="a ]]> b & <c> 🌊 שלום",
    season=2,
    number=7,
    display="Day 5",
    explicit=True,
    block=True,
    duration=600.0,
    enclosure=Enclosure(url=f"{FILES}/tides-0123.mp3", length=9_600_000, type="audio/mpeg", sha256=SHA256),
    alternates=(
        Enclosure(url=f"{FILES}/tides-0123.m4a", length=4_800_000, type="audio/mp4", sha256=SHA256),
        Enclosure(url=f"{FILES}/tides-0123.opus", length=2_400_000, type="audio/ogg; codecs=opus", bitrate=31_200),
    ),
    image_url=f"{FILES}/cover-4567.png",
    people=(Person(name="Ada Ström", role="guest", href="https://example.org/ada"),),
    transcripts=(
        Asset(url=f"{FILES}/transcript-1.vtt", type="text/vtt", language="en"),
        Asset(url=f"{FILES}/transcript-2.srt", type="application/x-subrip", language="en"),
        Asset(url=f"{FILES}/transcript-3.json", type="application/json", language="en"),
        Asset(url=f"{FILES}/transcript-4.html", type="text/html", language="en"),
        Asset(url=f"{FILES}/transcript-5.txt", type="text/plain", language="en"),
    ),
    chapters=Asset(url=f"{FILES}/chapters-6.json", type="application/json+chapters"),
    marks=(
        Chapter(start=0.0, end=62.5, title="Hello"),
        Chapter(start=62.5, end=600.0, title="The <Moon> & us", url="https://example.org/moon", img="https://example.org/moon.jpg"),
        Chapter(start=100.0, end=110.0, title="Hidden", toc=False),
    ),
    soundbites=(Clip(start=73.0, duration=60.0), Clip(start=123.4567, duration=42.25, title="Why the sea is salt")),
    license=License(slug="Our own", url="https://example.org/licence.html"),
    location=(Location(name="Spiekeroog", geo="geo:53.77,7.69"),),
    txt=(Txt(text="anything"),),
    value=(PAYMENT,),
    social=(Comments(uri="https://social.example/@tide/2", account_id="@tide", account_url="https://social.example/@tide", priority=1),),
)  # fmt: skip
TRAILER = make_episode(
    guid="guid-trailer", slug="trailer", title="Season two is coming", type="trailer", season=2,
    enclosure=Enclosure(url=f"{FILES}/trailer.mp3", length=99, type="audio/mpeg"),
)  # fmt: skip


def make_channel(show: Show | None = None, **changes: Any) -> Channel:
    values: dict[str, Any] = {
        "show": show or make_show(),
        "guid": GUID,
        "feed_url": FEED_URL,
        "cover_url": COVER_URL,
        "updated": "2026-05-01T10:00:00+02:00",
    }
    return Channel(**(values | changes))


def render(*episodes: Episode, show: Show | None = None, **changes: Any) -> bytes:
    return feed.render_feed(make_channel(show, **changes), episodes)


def everything() -> bytes:
    """The feed of the show and the episode above."""
    return render(
        EVERYTHING_EPISODE,
        TRAILER,
        show=EVERYTHING_SHOW,
        trailers=(TRAILER,),
        hub="https://hub.example.org/",
        links=(("first", FEED_URL), ("next", FEED_URL.replace("feed", "feed-1"))),
        analytics_prefix="https://op3.dev/e,pg={guid}/",
    )


def texts(xml: bytes, path: str) -> list[str]:
    """What an XPath finds."""
    return [str(found) for found in etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)]


def item(path: str, **changes: Any) -> list[str]:
    return texts(render(make_episode(**changes)), f"//item/{path}")


def channel(path: str, **changes: Any) -> list[str]:
    return texts(render(make_episode(), show=make_show(**changes)), f"/rss/channel/{path}")
