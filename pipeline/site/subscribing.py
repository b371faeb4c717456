"""Links that open a show in a podcast app: each app has a scheme of its own, and none needs a third party's page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class AppLink:
    """An app by the name that people know it by, and the address that makes it subscribe."""

    name: str
    href: str


#: `{bare}` is the feed's address without its scheme, `{quoted}` the whole of it as the value in a query.
_APPS = (
    ("Apple Podcasts", "podcast://{bare}"),
    ("Overcast", "overcast://x-callback-url/add?url={quoted}"),
    ("Pocket Casts", "pktc://subscribe/{bare}"),
    ("AntennaPod", "antennapod-subscribe://{bare}"),
    ("Castro", "castro://subscribe/{bare}"),
    ("Podcast Addict", "podcastaddict://{bare}"),
)


def app_links(feed_url: str) -> tuple[AppLink, ...]:
    """The apps that can subscribe to a feed by its address alone."""
    bare = feed_url.partition("://")[2]
    return tuple(AppLink(name, link.format(bare=bare, quoted=quote(feed_url, safe=""))) for name, link in _APPS)
