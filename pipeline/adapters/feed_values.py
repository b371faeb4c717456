"""What the models say, as content of feed elements. Source: the podcast namespace, PSC 1.2, Apple's requirements."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TypeVar

from pipeline.adapters.feed_elements import Content, cut
from pipeline.config import Show
from pipeline.formats.clock import format_stamp
from pipeline.models import (
    Catalog,
    Chapter,
    Clip,
    Comments,
    Enclosure,
    Episode,
    License,
    Location,
    Payment,
    Person,
    Schedule,
    Txt,
    name_encoding,
)
from pipeline.models.feed import MAX_LABEL, OtherShow

CAPTIONS = ("text/vtt", "application/x-subrip")
#: What apps know as a transcript; the plain text is on the page.
TRANSCRIPTS = (*CAPTIONS, "application/json", "text/html")
_CODECS = re.compile(r';\s*codecs="?([^";]+)"?', re.IGNORECASE)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed document says of its show.

    `links` are pairs of relation and URL; `updated` (RFC 3339) is when the show last changed, where that is known.
    An `archive` holds older episodes and is not the document that apps subscribe to.
    """

    show: Show
    guid: str
    feed_url: str
    cover_url: str
    updated: str | None = None
    trailers: tuple[Episode, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    hub: str | None = None
    analytics_prefix: str | None = None
    archive: bool = False

    def counted(self, url: str) -> str:
        """The address of a sound with the analytics prefix before it: an https one without its scheme.

        Source: OP3's setup page, https://op3.dev/setup; other services write it so, too.
        """
        if self.analytics_prefix is None:
            return url
        return self.analytics_prefix.replace("{guid}", self.guid) + url.removeprefix("https://")


def trailers(catalog: Catalog) -> tuple[Episode, ...]:
    """The trailers among the episodes, newest first."""
    return tuple(one for one in catalog.episodes if one.type == "trailer" and not one.withdrawn)


def each(make: Callable[[T], Content], many: Iterable[T]) -> tuple[Content, ...]:
    """The content for each of several."""
    return tuple(make(one) for one in many)


def link(relation: str, url: str) -> Content:
    """atom:link."""
    media_type = None if relation == "hub" else "application/rss+xml"
    return Content(attributes={"rel": relation, "href": url, "type": media_type})


def category(name: str) -> Content:
    """itunes:category of `Group > Sub`."""
    group, _, sub = (part.strip() for part in name.partition(">"))
    return Content(attributes={"text": group}, children=(("itunes:category", category(sub)),) if sub else ())


def label(text: str, **attributes: str | int | float | bool | None) -> Content:
    """Text that apps show beside something."""
    return Content(text, attributes, limit=MAX_LABEL)


def person(one: Person) -> Content:
    """podcast:person."""
    return label(one.name, role=one.role, group=one.group, href=one.href, img=one.img)


def people(channel: Channel, episode: Episode) -> tuple[Content, ...]:
    """Hosts and guests: an episode's people replace the show's in apps, so the hosts are said again."""
    named = {one.name for one in episode.people}
    hosts = (host for host in channel.show.hosts if host.name not in named)
    return each(person, (*hosts, *episode.people))


def transcripts(episode: Episode) -> tuple[Content, ...]:
    """podcast:transcript in the four types that apps know."""
    return tuple(
        Content(
            attributes={
                "url": asset.url,
                "type": asset.type,
                "language": asset.language,
                "rel": "captions" if asset.type in CAPTIONS else None,
            }
        )
        for asset in episode.transcripts
        if asset.type in TRANSCRIPTS
    )


def simple_chapters(marks: Iterable[Chapter]) -> Content | None:
    """psc:chapters."""
    shown = tuple(
        Content(
            attributes={
                "start": format_stamp(one.start),
                "title": cut(one.title, MAX_LABEL),
                "href": one.url,
                "image": one.img,
            }
        )
        for one in marks
        if one.toc and one.title
    )
    return Content(attributes={"version": "1.2"}, children=(("psc:chapter", shown),)) if shown else None


def soundbite(clip: Clip) -> Content:
    """podcast:soundbite."""
    return label(clip.title or "", startTime=round(clip.start, 3), duration=round(clip.duration, 3))


def alternates(channel: Channel, episode: Episode) -> tuple[Content, ...]:
    """podcast:alternateEnclosure: what the enclosure names, then the other encodings; nothing where there are none."""
    if not episode.alternates:
        return ()
    sounds = ((episode.enclosure, True), *((one, False) for one in episode.alternates))
    return tuple(_alternate(channel, episode, one, is_default) for one, is_default in sounds)


def _alternate(channel: Channel, episode: Episode, sound: Enclosure, is_default: bool) -> Content:
    check = {"type": "sri", "value": f"sha256-{_base64(sound.sha256)}"} if sound.sha256 else None
    codecs = _CODECS.search(sound.type)
    whole = round(sound.length * 8 / episode.duration) if episode.duration else None
    return Content(
        attributes={
            "type": sound.type.partition(";")[0],
            "length": sound.length,
            "bitrate": sound.bitrate or whole,
            "title": name_encoding(sound.type),
            "codecs": codecs[1] if codecs else None,
            "default": True if is_default else None,
        },
        children=(
            ("podcast:source", Content(attributes={"uri": channel.counted(sound.url)})),
            ("podcast:integrity", Content(attributes=check) if check else None),
        ),
    )


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()


def trailer(channel: Channel, episode: Episode) -> Content:
    """podcast:trailer."""
    return label(
        episode.title,
        pubdate=format_datetime(dt.datetime.fromisoformat(episode.published)),
        url=channel.counted(episode.enclosure.url),
        length=episode.enclosure.length,
        type=episode.enclosure.type,
        season=episode.season,
    )


def licence(one: License | None) -> Content | None:
    """podcast:license."""
    return label(one.slug.lower() if one.url is None else one.slug, url=one.url) if one else None


def location(place: Location) -> Content:
    """podcast:location."""
    country = place.country.lower() if place.country else None
    return label(place.name, rel=place.rel, geo=place.geo, osm=place.osm, country=country)


def txt(one: Txt) -> Content:
    """podcast:txt."""
    return Content(one.text, {"purpose": one.purpose}, limit=None)


def made_by_software(episode: Episode) -> Content:
    """podcast:txt that tells listeners what nobody wrote by hand."""
    made = ("transcript" if episode.transcripts else "", "chapters" if episode.chapters else "", "notes")
    return Content(", ".join(part for part in made if part), {"purpose": "ai-content"})


def schedule(channel: Channel) -> Content | None:
    """podcast:updateFrequency."""
    plan, complete = channel.show.schedule, channel.show.complete or None
    if plan is None:
        return label("Complete", complete=True) if complete else None
    return label(plan.text, rrule=plan.rule, dtstart=_begin(plan), complete=complete)


def _begin(plan: Schedule) -> str | None:
    if isinstance(plan.start, dt.datetime):
        moment = plan.start if plan.start.tzinfo else plan.start.replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return plan.start.isoformat() if plan.start else None


def payment(one: Payment) -> Content:
    """podcast:value."""
    recipients = tuple(
        Content(
            attributes={
                "name": who.name,
                "type": who.type,
                "address": who.address,
                "split": who.split,
                "fee": who.fee or None,
                "customKey": who.custom_key,
                "customValue": who.custom_value,
            }
        )
        for who in one.recipients
    )
    attributes = {"type": one.type, "method": one.method, "suggested": one.suggested}
    return Content(attributes=attributes, children=(("podcast:valueRecipient", recipients),))


def podroll(shows: tuple[OtherShow, ...]) -> Content | None:
    """podcast:podroll."""
    items = tuple(
        Content(attributes={"feedGuid": str(one.guid), "feedUrl": one.url, "title": one.title, "medium": one.medium})
        for one in shows
    )
    return Content(children=(("podcast:remoteItem", items),)) if items else None


def comments(one: Comments) -> Content:
    """podcast:socialInteract."""
    return Content(
        attributes={
            "protocol": one.protocol,
            "uri": one.uri,
            "accountId": one.account_id,
            "accountUrl": one.account_url,
            "priority": one.priority,
        }
    )
