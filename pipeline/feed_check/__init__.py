"""A validator of podcast feeds: what PSP-1, Apple, RSS and the podcast namespace ask for, rule by rule."""

from __future__ import annotations

import datetime as dt

from pipeline.adapters import web
from pipeline.feed_check.artwork import check_artwork
from pipeline.feed_check.asking import Progress, ask_all
from pipeline.feed_check.feed import open_feed, read_document
from pipeline.feed_check.findings import LEVELS, Finding, Level, Rule, apply, in_order
from pipeline.feed_check.history import Change
from pipeline.feed_check.reading import fetch, is_address, read
from pipeline.feed_check.table import DOCUMENT_RULES, HISTORY_RULES, ONLINE_RULES, RULES, describe_rules

#: How many episodes' files are asked for unless somebody wants all.
NEWEST = 10


def check(xml: bytes, *, now: dt.datetime | None = None) -> tuple[Finding, ...]:
    """All that is wrong with a feed as it is written: errors first, then by line. Nothing is fetched.

    Dates to come are found where `now` is given.
    """
    document = read_document(xml)
    feed = open_feed(document, now)
    about_the_file = apply(DOCUMENT_RULES, document)
    return in_order((*about_the_file, *apply(RULES, feed))) if feed else about_the_file


def check_change(old: bytes, new: bytes) -> tuple[Finding, ...]:
    """What in a feed breaks with the one that was published before; nothing where either cannot be read."""
    before, after = open_feed(read_document(old)), open_feed(read_document(new))
    return apply(HISTORY_RULES, Change(before, after)) if before and after else ()


def check_online(
    xml: bytes,
    *,
    answer: web.Answer | None = None,
    newest: int | None = NEWEST,
    client: web.Client | None = None,
    progress: Progress = lambda done, total: None,
) -> tuple[Finding, ...]:
    """What servers answer wrongly for the files of the show and of its `newest` episodes (None: of all).

    `answer` is what the feed's own server sent, for the rules about that. Each address is asked for once, eight at a
    time; of audio only the first bytes are fetched. `progress` hears how many of how many addresses are done.
    """
    feed = open_feed(read_document(xml))
    if feed is None:
        return ()
    url = (answer.redirects or (answer.url,))[0] if answer else None
    return apply(ONLINE_RULES, ask_all(feed, answer, url, newest, client or web.Client(), progress))


__all__ = [
    "DOCUMENT_RULES",
    "HISTORY_RULES",
    "LEVELS",
    "NEWEST",
    "ONLINE_RULES",
    "RULES",
    "Finding",
    "Level",
    "Rule",
    "check",
    "check_artwork",
    "check_change",
    "check_online",
    "describe_rules",
    "fetch",
    "in_order",
    "is_address",
    "read",
]
