"""The RSS feed of a show, written with feedgen and our extension; same catalog, same bytes."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

from pipeline.adapters import podcast_ns
from pipeline.adapters.podcast_ns import Channel, xml_text
from pipeline.config import Show
from pipeline.models import Catalog, Episode

GENERATOR = "Showrunner"
# feedgen changes the locale of the whole process while it writes a date.
_feedgen = threading.Lock()


def render_feed(show: Show, catalog: Catalog, *, feed_url: str, cover_url: str) -> bytes:
    """feed.xml with every episode of the catalog, in its order.

    Sources: RSS 2.0, PSP-1, Apple's podcast requirements, and the podcast namespace.
    """
    from feedgen.feed import FeedGenerator

    channel = Channel(show, catalog.show_guid, cover_url)
    feed = FeedGenerator()
    feed.register_extension("showrunner", podcast_ns.ShowElements, podcast_ns.EpisodeElements, atom=False)
    feed.showrunner.channel = channel
    _describe_show(feed, channel, feed_url)
    for episode in catalog.episodes:
        _describe_episode(feed.add_entry(order="append"), channel, episode)
    newest = max((dt.datetime.fromisoformat(episode.published) for episode in catalog.episodes), default=None)
    feed.lastBuildDate(newest or dt.datetime.fromtimestamp(0, dt.UTC))
    with _feedgen:
        xml: bytes = feed.rss_str(pretty=True)
    return xml


def _describe_show(feed: Any, channel: Channel, feed_url: str) -> None:
    show = channel.show
    feed.title(xml_text(show.title))
    feed.link(href=feed_url, rel="self", type="application/rss+xml")
    feed.link(href=show.link, rel="alternate")  # feedgen takes the last link for RSS
    feed.description(xml_text(show.description))
    feed.language(show.language)
    feed.image(url=channel.cover_url, title=xml_text(show.title), link=show.link)
    feed.generator(GENERATOR)
    if show.copyright:
        feed.copyright(xml_text(show.copyright))


def _describe_episode(entry: Any, channel: Channel, episode: Episode) -> None:
    entry.title(xml_text(episode.title))
    entry.link(href=episode.page_url)
    entry.content(xml_text(podcast_ns.description(episode)), type="CDATA")  # alone, this is RSS's description
    entry.guid(xml_text(episode.guid), permalink=False)
    entry.enclosure(episode.enclosure.url, episode.enclosure.length, episode.enclosure.type)
    entry.pubDate(dt.datetime.fromisoformat(episode.published))
    entry.showrunner.channel, entry.showrunner.episode = channel, episode
