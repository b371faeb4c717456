"""Rules about the podcast namespace's elements that describe a show or an episode."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import uuid
from collections.abc import Iterator

from pipeline.adapters import registries
from pipeline.feed_check.feed import Feed, date_of, quoted
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import PODCAST, shown
from pipeline.feed_check.taxonomy import GROUPS, MEDIUMS, PROTOCOLS, ROLES
from pipeline.formats.xml import Node

_PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_GEO = re.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:,-?\d+(?:\.\d+)?)?(?:;[!-~]+)?", re.ASCII)
_OSM = re.compile(r"[NWR]\d{1,15}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_SHORT = ("funding", "soundbite", "person", "location", "trailer", "updateFrequency")
_DAY = r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)"
_LISTS = ("BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS")
_RULE_PARTS = {
    "FREQ": "SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?|\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?",
    "COUNT": r"[1-9]\d{0,5}",
    "INTERVAL": r"[1-9]\d{0,4}",
    "BYDAY": rf"{_DAY}(?:,{_DAY})*",
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
} | dict.fromkeys(_LISTS, r"[+-]?\d{1,3}(?:,[+-]?\d{1,3})*")


def guids(feed: Feed) -> Iterator[Hit]:
    """The show's guid is a UUID."""
    for node in feed.every(PODCAST + "guid"):
        if _uuid(node.text) is None:
            yield node, f"<podcast:guid> is {quoted(node.text)}"


def guid_formula(feed: Feed) -> Iterator[Hit]:
    """The show's guid is made of the feed's first address."""
    for node in feed.every(PODCAST + "guid"):
        current = next((link.attributes.get("href") for link in feed.atom_links("current")), None)
        given, url = _uuid(node.text), current or feed.self_url
        if given and url and given != uuid.uuid5(_PODCASTS, url.partition("://")[2].rstrip("/")):
            yield node, f"<podcast:guid> is not that of {quoted(url)}"


def _uuid(text: str) -> uuid.UUID | None:
    try:
        found = uuid.UUID(text.strip())
    except ValueError:
        return None
    return found if text.strip().lower() == str(found) else None


def mediums(feed: Feed) -> Iterator[Hit]:
    """The medium is one that apps know."""
    for node in feed.every(PODCAST + "medium"):
        if node.text.strip() not in MEDIUMS:
            yield node, f"<podcast:medium> is {quoted(node.text)}"


def licenses(feed: Feed) -> Iterator[Hit]:
    """A licence is one of the SPDX list in small letters, or has an address where it can be read."""
    for node in feed.every(PODCAST + "license"):
        slug = node.text.strip()
        if node.attributes.get("url") or (slug == slug.lower() and registries.is_license(slug)):
            continue
        better = "-".join(slug.lower().split())
        told = f"; did you mean {better!r}?" if better != slug and registries.is_license(better) else ""
        yield node, f"<podcast:license> is {quoted(slug)}{told}"


def fundings(feed: Feed) -> Iterator[Hit]:
    """A link for support has an address and a text."""
    for node in feed.every(PODCAST + "funding"):
        if not node.attributes.get("url") or not node.text.strip():
            yield node, f"<podcast:funding> has no {'text' if node.attributes.get('url') else 'url'}"


def persons(feed: Feed) -> Iterator[Hit]:
    """A person has a name."""
    for node in feed.every(PODCAST + "person"):
        if not node.text.strip():
            yield node, "<podcast:person> has no name"


def person_roles(feed: Feed) -> Iterator[Hit]:
    """Roles and groups are of the podcast taxonomy."""
    for node in feed.every(PODCAST + "person"):
        for key, known in (("role", ROLES), ("group", GROUPS)):
            value = node.attributes.get(key, "").strip().lower()
            if value and value not in known:
                near = difflib.get_close_matches(value[:80], sorted(known), 1)
                told = f"; did you mean {near[0]!r}?" if near else ""
                yield node, f"<podcast:person> has {key} {quoted(node.attributes[key])}{told}"


def hosts_left_out(feed: Feed) -> Iterator[Hit]:
    """An episode's people replace the show's, so its hosts are named again."""
    hosts = {node.text.strip() for node in feed.channel.all(PODCAST + "person")}
    for item in feed.items:
        people = [node.text.strip() for node in item.all(PODCAST + "person")]
        if people and hosts and hosts.isdisjoint(people):
            yield item, "its people replace the show's, and no host is among them"


def locations(feed: Feed) -> Iterator[Hit]:
    """A place has a name, and what it is on a map is well-formed."""
    for node in feed.every(PODCAST + "location"):
        given = node.attributes
        if not node.text.strip():
            yield node, "<podcast:location> has no name"
        geo = _GEO.fullmatch(given.get("geo", "geo:0,0"))
        if not geo or abs(float(geo.group(1))) > 90 or abs(float(geo.group(2))) > 180:
            yield node, f"<podcast:location> has geo {quoted(given.get('geo'))}, not geo:latitude,longitude"
        if "osm" in given and not _OSM.fullmatch(given["osm"]):
            yield node, f"<podcast:location> has osm {quoted(given['osm'])}, not N, W or R and a number"
        if given.get("rel", "subject") not in ("subject", "creator"):
            yield node, f"<podcast:location> has rel {quoted(given['rel'])}, not subject or creator"
        if "country" in given and not _COUNTRY.fullmatch(given["country"]):
            yield node, f"<podcast:location> has country {quoted(given['country'])}, not two letters"


def update_frequencies(feed: Feed) -> Iterator[Hit]:
    """A schedule is a recurrence rule of iCalendar (RFC 5545, 3.3.10)."""
    for node in feed.every(PODCAST + "updateFrequency"):
        given = node.attributes
        rule = given.get("rrule")
        if rule is not None:
            for wrong in _wrong_parts(rule):
                yield node, f"<podcast:updateFrequency> has {wrong}"
            if "COUNT=" in rule.upper() and not given.get("dtstart"):
                yield node, "<podcast:updateFrequency> counts episodes, and has no dtstart to count from"
        if given.get("dtstart") and not _is_iso(given["dtstart"]):
            yield node, f"<podcast:updateFrequency> has dtstart {quoted(given['dtstart'])}, not an ISO 8601 date"
        if given.get("complete", "true") not in ("true", "false"):
            yield node, f"<podcast:updateFrequency> has complete {quoted(given['complete'])}, not true or false"


def _wrong_parts(rule: str) -> Iterator[str]:
    parts = dict[str, str]()
    for part in rule.strip().removeprefix("RRULE:").upper().split(";"):
        key, _, value = part.partition("=")
        if key not in _RULE_PARTS or key in parts or not re.fullmatch(_RULE_PARTS[key], value, re.ASCII):
            yield f"{quoted(part)} in its rrule"
        parts[key] = value
    if "FREQ" not in parts:
        yield "no FREQ in its rrule"


def _is_iso(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def trailers(feed: Feed) -> Iterator[Hit]:
    """A trailer has a title, an address and a date; its season is a number."""
    for node in feed.every(PODCAST + "trailer"):
        given = node.attributes
        if not node.text.strip() or not given.get("url"):
            yield node, f"<podcast:trailer> has no {'title' if given.get('url') else 'url'}"
        if date_of(given.get("pubdate", "")) is None:
            yield node, f"<podcast:trailer> has pubdate {quoted(given.get('pubdate'))}"
        for key in ("length", "season"):
            if key in given and not _is_count(given[key]):
                yield node, f"<podcast:trailer> has {key} {quoted(given[key])}"
        if "type" in given and not given["type"].startswith(("audio/", "video/")):
            yield node, f"<podcast:trailer> has type {quoted(given['type'])}"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 16 and int(text) > 0


def values(feed: Feed) -> Iterator[Hit]:
    """A payment has a kind, a way, and somebody who gets it."""
    for node in feed.every(PODCAST + "value"):
        lacks = [key for key in ("type", "method") if not node.attributes.get(key)]
        if lacks:
            yield node, f"<podcast:value> has no {' and no '.join(lacks)}"
        if node.first(PODCAST + "valueRecipient") is None:
            yield node, "<podcast:value> has no <podcast:valueRecipient>"
    for node in feed.every(PODCAST + "valueRecipient"):
        lacks = [key for key in ("type", "address") if not node.attributes.get(key)]
        if lacks:
            yield node, f"<podcast:valueRecipient> has no {' and no '.join(lacks)}"
        if not _is_count(node.attributes.get("split", "")):
            yield node, f"<podcast:valueRecipient> has split {quoted(node.attributes.get('split'))}"
        if node.attributes.get("fee", "false") not in ("true", "false"):
            yield node, f"<podcast:valueRecipient> has fee {quoted(node.attributes['fee'])}"


def value_sums(feed: Feed) -> Iterator[Hit]:
    """Shares are read as per cent by most people, and fees are taken first."""
    for node in feed.every(PODCAST + "value"):
        shares, fees = 0, 0
        for one in node.all(PODCAST + "valueRecipient"):
            if _is_count(split := one.attributes.get("split", "")):
                fees += int(split) * (one.attributes.get("fee") == "true")
                shares += int(split) * (one.attributes.get("fee") != "true")
        if fees >= 100:
            yield node, f"the fees are {fees} %, so that nothing is left to share"
        elif shares and 100 not in (shares, shares + fees):
            yield node, f"the shares make {shares}, not 100"


def remote_items(feed: Feed) -> Iterator[Hit]:
    """Another show is named by its guid."""
    for node in feed.every(PODCAST + "remoteItem"):
        if _uuid(node.attributes.get("feedGuid", "")) is None:
            yield node, f"<podcast:remoteItem> has feedGuid {quoted(node.attributes.get('feedGuid'))}"
        if node.attributes.get("medium", "podcast") not in MEDIUMS:
            yield node, f"<podcast:remoteItem> has medium {quoted(node.attributes['medium'])}"
    for node in feed.every(PODCAST + "podroll"):
        if node.first(PODCAST + "remoteItem") is None:
            yield node, "<podcast:podroll> has no <podcast:remoteItem>"


def social_interacts(feed: Feed) -> Iterator[Hit]:
    """Comments have a protocol and a first post, or are switched off."""
    for node in feed.every(PODCAST + "socialInteract"):
        given = node.attributes
        protocol = given.get("protocol", "")
        if protocol not in PROTOCOLS:
            yield node, f"<podcast:socialInteract> has protocol {quoted(protocol)}"
        elif protocol == "disabled" and len(given) > 1:
            yield node, "<podcast:socialInteract> is disabled, and has more to say"
        elif protocol != "disabled" and not given.get("uri"):
            yield node, "<podcast:socialInteract> has no uri"
        if "priority" in given and not _is_count(given["priority"]):
            yield node, f"<podcast:socialInteract> has priority {quoted(given['priority'])}"


def long_names(feed: Feed) -> Iterator[Hit]:
    """Apps cut longer texts of the namespace's elements."""
    for local in _SHORT:
        for node in feed.every(PODCAST + local):
            if len(node.text.strip()) > 128:
                yield node, f"{shown(node.name)} has {len(node.text.strip())} characters, more than 128"
    for node in feed.every(PODCAST + "txt"):
        yield from _long_txt(node)


def _long_txt(node: Node) -> Iterator[Hit]:
    if len(node.text.strip()) > 4000:
        yield node, f"<podcast:txt> has {len(node.text.strip())} characters, more than 4000"
    if len(node.attributes.get("purpose", "")) > 128:
        yield node, f"<podcast:txt> has a purpose of {len(node.attributes['purpose'])} characters, more than 128"
