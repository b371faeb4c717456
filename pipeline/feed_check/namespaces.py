"""The namespaces of podcast feeds, their elements, where those belong and how often.

Sources: RSS 2.0, Apple's guide to RSS, the podcast namespace's tag list, Podlove Simple Chapters, RFC 4287, RFC 5005.
"""

from __future__ import annotations

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
ATOM = "{http://www.w3.org/2005/Atom}"
PSC = "{http://podlove.org/simple-chapters}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
#: The podcast namespace's other name: clients must know both, and some know only this one.
PODCAST_ON_GITHUB = "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}"
PREFIXES = {
    ITUNES: "itunes:",
    PODCAST: "podcast:",
    CONTENT: "content:",
    ATOM: "atom:",
    PSC: "psc:",
    HISTORY: "fh:",
}

_SHOW, _EPISODE, _BOTH = frozenset({"channel"}), frozenset({"item"}), frozenset({"channel", "item"})
_DEEPER = frozenset[str]()  # in some other element, which is for that element's own rule

_PLACES: tuple[tuple[str, frozenset[str], str], ...] = (
    ("", _BOTH, "title link description category pubDate"),
    ("", _SHOW, "language copyright managingEditor webMaster lastBuildDate generator docs cloud ttl image rating"),
    ("", _SHOW, "textInput skipHours skipDays item"),
    ("", _EPISODE, "author comments enclosure guid source"),
    ("", _DEEPER, "url width height name hour day"),
    (ITUNES, _BOTH, "author block explicit image keywords subtitle summary title"),
    (ITUNES, _SHOW, "category complete new-feed-url owner type applepodcastsverify"),
    (ITUNES, _EPISODE, "duration episode episodeType isClosedCaptioned order season"),
    (ITUNES, _DEEPER, "email name"),
    (PODCAST, _BOTH, "chat funding image images license location person socialInteract txt value"),
    (PODCAST, _SHOW, "block guid liveItem locked medium podping podroll publisher remoteItem trailer updateFrequency"),
    (PODCAST, _EPISODE, "alternateEnclosure chapters contentLink episode season soundbite transcript"),
    (PODCAST, _DEEPER, "integrity source valueRecipient valueTimeSplit"),
    (CONTENT, _BOTH, "encoded"),
    (PSC, _EPISODE, "chapters"),
    (PSC, _DEEPER, "chapter"),
    (HISTORY, _SHOW, "archive complete"),
    (ATOM, _BOTH, "author category content contributor generator icon id link logo published rights source subtitle"),
    (ATOM, _BOTH, "summary title updated"),
    (ATOM, _DEEPER, "email name uri"),
)
#: Every element of these namespaces, and whether it belongs into the channel, an item, both, or neither of them.
PLACES: dict[str, frozenset[str]] = {space + name: where for space, where, names in _PLACES for name in names.split()}

_ONCE: tuple[tuple[str, str, str], ...] = (
    ("channel", "", "title link description language copyright pubDate lastBuildDate generator ttl image"),
    ("channel", ITUNES, "author block complete explicit image new-feed-url owner summary type"),
    ("channel", PODCAST, "guid license locked medium podroll publisher updateFrequency"),
    ("item", "", "title link description enclosure guid pubDate"),
    ("item", ITUNES, "author block duration episode episodeType explicit image season summary title"),
    ("item", PODCAST, "chapters episode license season"),
    ("item", PSC, "chapters"),
    ("item", CONTENT, "encoded"),
)
#: What may stand only once in its parent.
ONCE: dict[str, frozenset[str]] = {
    parent: frozenset(space + name for where, space, names in _ONCE if where == parent for name in names.split())
    for parent in ("channel", "item")
}


def shown(name: str) -> str:
    """A name as it stands in most feeds: `<itunes:image>`."""
    space, closed, local = name.rpartition("}")
    return f"<{PREFIXES.get(space + closed, '')}{local}>"
