"""Our feedgen extension: which element says what of the models, for the show and for an episode, each in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.adapters import feed_values as made
from pipeline.adapters.feed_elements import MAX_BYTES, NAMESPACES, Content, Value, append, cut_bytes, truth
from pipeline.adapters.feed_values import Channel, each
from pipeline.models import Episode

CHANNEL: tuple[tuple[str, Callable[[Channel], Value]], ...] = (
    ("fh:archive", lambda it: Content() if it.archive else None),
    ("atom:link", lambda it: made.link("hub", it.hub) if it.hub and not it.archive else None),
    ("atom:link", lambda it: tuple(made.link(relation, url) for relation, url in it.links)),
    ("itunes:author", lambda it: it.show.author),
    (
        "itunes:owner",
        lambda it: Content(children=(("itunes:name", it.show.owner.name), ("itunes:email", it.show.owner.email))),
    ),
    ("itunes:image", lambda it: Content(attributes={"href": it.cover_url})),
    ("itunes:category", lambda it: each(made.category, it.show.categories)),
    ("itunes:explicit", lambda it: truth(it.show.explicit)),
    ("itunes:type", lambda it: it.show.type),
    ("itunes:complete", lambda it: "Yes" if it.show.complete else None),
    ("itunes:block", lambda it: "Yes" if it.show.block else None),
    ("itunes:new-feed-url", lambda it: Content(it.show.new_feed_url, limit=None) if it.show.new_feed_url else None),
    ("podcast:guid", lambda it: it.guid),
    ("podcast:locked", lambda it: Content("yes" if it.show.locked else "no", {"owner": it.show.owner.email})),
    ("podcast:block", lambda it: "yes" if it.show.block else None),
    ("podcast:medium", lambda it: it.show.medium),
    ("podcast:license", lambda it: made.licence(it.show.license)),
    (
        "podcast:funding",
        lambda it: tuple(made.label(one.text or f"Support {it.show.title}", url=one.url) for one in it.show.funding),
    ),
    ("podcast:person", lambda it: each(made.person, it.show.hosts)),
    ("podcast:location", lambda it: each(made.location, it.show.location)),
    ("podcast:updateFrequency", made.schedule),
    ("podcast:trailer", lambda it: tuple(made.trailer(it, one) for one in it.trailers)),
    ("podcast:value", lambda it: each(made.payment, it.show.value)),
    ("podcast:podroll", lambda it: made.podroll(it.show.podroll)),
    ("podcast:socialInteract", lambda it: each(made.comments, it.show.social)),
    ("podcast:txt", lambda it: each(made.txt, it.show.txt)),
)

ITEM: tuple[tuple[str, Callable[[Channel, Episode], Value]], ...] = (
    ("content:encoded", lambda it, episode: Content(episode.notes_html, cdata=True, limit=None)),
    ("itunes:title", lambda it, episode: episode.title),
    ("itunes:author", lambda it, episode: it.show.author),
    ("itunes:summary", lambda it, episode: Content(cut_bytes(episode.notes_text, MAX_BYTES), limit=None)),
    ("itunes:duration", lambda it, episode: max(1, round(episode.duration)) if episode.duration else None),
    ("itunes:explicit", lambda it, episode: truth(episode.explicit)),
    ("itunes:image", lambda it, episode: Content(attributes={"href": episode.image_url or it.cover_url})),
    ("itunes:season", lambda it, episode: episode.season),
    ("itunes:episode", lambda it, episode: episode.number),
    ("itunes:episodeType", lambda it, episode: episode.type),
    ("itunes:block", lambda it, episode: "Yes" if episode.block else None),
    (
        "podcast:season",
        lambda it, episode: (
            made.label(str(episode.season), name=it.show.seasons.get(episode.season)) if episode.season else None
        ),
    ),
    (
        "podcast:episode",
        lambda it, episode: made.label(str(episode.number), display=episode.display) if episode.number else None,
    ),
    ("podcast:person", made.people),
    ("podcast:transcript", lambda it, episode: made.transcripts(episode)),
    (
        "podcast:chapters",
        lambda it, episode: (
            Content(attributes={"url": episode.chapters.url, "type": episode.chapters.type})
            if episode.chapters
            else None
        ),
    ),
    ("psc:chapters", lambda it, episode: made.simple_chapters(episode.marks)),
    ("podcast:soundbite", lambda it, episode: each(made.soundbite, episode.soundbites)),
    ("podcast:alternateEnclosure", made.alternates),
    ("podcast:license", lambda it, episode: made.licence(episode.license or it.show.license)),
    ("podcast:location", lambda it, episode: each(made.location, episode.location)),
    ("podcast:value", lambda it, episode: each(made.payment, episode.value)),
    ("podcast:socialInteract", lambda it, episode: each(made.comments, episode.social)),
    ("podcast:txt", lambda it, episode: made.made_by_software(episode)),
    ("podcast:txt", lambda it, episode: each(made.txt, episode.txt)),
)


class ShowElements:
    """feedgen's extension of a feed; `channel` must be set before the feed is written."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that the root element declares."""
        return NAMESPACES

    def extend_rss(self, rss: Any) -> Any:
        """Add the table's elements to the channel, and see to it that no clock shows in it."""
        if self.channel.updated is None:
            rss[0].remove(rss[0].find("lastBuildDate"))
        for name, value in CHANNEL:
            append(rss[0], name, value(self.channel))
        return rss


class EpisodeElements:
    """feedgen's extension of an entry; `channel` and `episode` must be set before the feed is written."""

    channel: Channel
    episode: Episode

    def extend_rss(self, item: Any) -> Any:
        """Add the table's elements to the item."""
        for name, value in ITEM:
            append(item, name, value(self.channel, self.episode))
        return item
