"""The RSS feed of a show, written with feedgen and our extension; same catalog, same bytes."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from typing import Any

from pipeline.adapters import html, podcast_ns
from pipeline.adapters.feed_elements import MAX_BYTES, MAX_CHARACTERS, cut, xml_text
from pipeline.adapters.feed_values import Channel
from pipeline.models import Episode

GENERATOR = "Showrunner"
# feedgen changes the locale of the whole process while it writes a date.
_feedgen = threading.Lock()


def render_feed(channel: Channel, episodes: Iterable[Episode]) -> bytes:
    """One document of a feed with these episodes, in their order.

    Sources: RSS 2.0, PSP-1, Apple's podcast requirements, RFC 5005, and the podcast namespace.
    """
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.register_extension("showrunner", podcast_ns.ShowElements, podcast_ns.EpisodeElements, atom=False)
    feed.showrunner.channel = channel
    _describe_show(feed, channel)
    for episode in episodes:
        _describe_episode(feed.add_entry(order="append"), channel, episode)
    with _feedgen:
        xml: bytes = feed.rss_str(pretty=True)
    return xml


def _describe_show(feed: Any, channel: Channel) -> None:
    show, title = channel.show, cut(channel.show.title, MAX_CHARACTERS)
    feed.title(title)
    feed.link(href=channel.feed_url, rel="self", type="application/rss+xml")
    feed.link(href=show.link, rel="alternate")  # feedgen takes the last link for RSS
    feed.description(xml_text(show.description))
    feed.language(show.language)
    feed.image(url=channel.cover_url, title=title, link=show.link)
    feed.generator(GENERATOR)
    if channel.updated:  # without, our extension takes out the time of day that feedgen puts in
        feed.lastBuildDate(dt.datetime.fromisoformat(channel.updated))
    if show.copyright:
        feed.copyright(cut(show.copyright, MAX_CHARACTERS))


def _describe_episode(entry: Any, channel: Channel, episode: Episode) -> None:
    sound = episode.enclosure
    entry.title(cut(episode.title, MAX_CHARACTERS))
    entry.link(href=episode.page_url)
    notes = xml_text(html.shorten(episode.notes_html, MAX_BYTES))
    entry.content(notes, type="CDATA")  # alone, this is RSS's description
    entry.guid(xml_text(episode.guid), permalink=False)
    entry.enclosure(channel.counted(sound.url), sound.length, sound.type)
    entry.pubDate(dt.datetime.fromisoformat(episode.published))
    entry.showrunner.channel, entry.showrunner.episode = channel, episode
