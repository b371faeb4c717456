"""Each rule about a feed and the one that was published before it."""

from __future__ import annotations

import pytest
from checked_feed_sample import FEED

from pipeline import feed_check

TIDES = FEED[FEED.index("<item>\n<title>Tides") : FEED.rindex("</item>") + len("</item>")]
AUDIO = '<enclosure url="https://cdn.example.org/show/episodes/tides/episode.m4a" length="7000"'
SELF = 'href="https://cdn.example.org/show/feed.xml"'

#: rule, what stood in the published feed, what is there now, what is told.
CASES: tuple[tuple[str, str, str, str], ...] = (
    ("guid-changed", ">guid-storms<", ">storms-2<", "episode 'Storms': its guid is 'storms-2', and was published as 'guid-storms'"),
    ("guid-changed", "guid-storms</guid>\n<enclosure url=\"https://cdn.example.org/show/", "g</guid>\n<enclosure url=\"https://new.example.org/", "published as 'guid-storms'"),
    ("show-guid-changed", "<podcast:guid>77314687", "<podcast:guid>87314687", "<podcast:guid> is '87314687"),
    ("show-guid-changed", "<podcast:guid>77314687-bb86-5f25-8d96-88271ff1450a</podcast:guid>", "", "is '', and was '77314687"),
    ("episode-gone", FEED[FEED.index("<item>") : FEED.index("</item>") + len("</item>")], "", "episode 'Storms' (guid 'guid-storms') is gone"),
    ("date-changed", "Fri, 01 May 2026 06:00:00 GMT", "Fri, 01 May 2026 07:00:00 GMT", "episode 'Tides': its date is 'Fri, 01 May 2026 07"),
    ("feed-moved", SELF, SELF.replace("cdn", "cdn2"), "the feed was at 'https://cdn.example.org/show/feed.xml'"),
    ("audio-changed", AUDIO, AUDIO.replace("7000", "7001"), "the audio went from '7000' to '7001' bytes"),
)  # fmt: skip

FINE: tuple[tuple[str, str], ...] = (
    ("<title>Storms<", "<title>Storms and more<"),
    ("Fri, 01 May 2026 06:00:00 GMT", "Fri, 01 May 2026 08:00:00 +0200"),
    ("storms/episode.mp3\" length=\"5000\"", "storms/episode-2.mp3\" length=\"6000\""),
    (TIDES, ""),  # older than what is left, and there is a next page
    (TIDES, TIDES + TIDES.replace("ides", "urns")),
    (SELF, 'href="https://new.example.org/feed.xml"'),  # which <itunes:new-feed-url> names
)  # fmt: skip


def told(old: str, new: str) -> dict[str, str]:
    return {one.rule: one.what for one in feed_check.check_change(old.encode(), new.encode())}


def test_the_same_feed_again_is_fine() -> None:
    assert told(FEED, FEED) == {}


@pytest.mark.parametrize(("rule", "old", "new", "what"), CASES)
def test_each_rule_finds_its_fault_and_nothing_else(rule: str, old: str, new: str, what: str) -> None:
    assert old in FEED
    found = told(FEED, FEED.replace(old, new))
    assert found.keys() == {rule}
    assert what in found[rule]


@pytest.mark.parametrize(("old", "new"), FINE)
def test_what_may_change_does(old: str, new: str) -> None:
    assert old in FEED
    assert told(FEED, FEED.replace(old, new)) == {}


def test_an_episode_of_a_feed_without_pages_is_gone_when_it_is_not_there() -> None:
    one_page = FEED.replace('rel="next"', 'rel="alternate"')
    assert told(one_page, one_page.replace(TIDES, "")).keys() == {"episode-gone"}


def test_every_rule_has_a_change_that_breaks_it() -> None:
    assert {rule.name for rule in feed_check.HISTORY_RULES} == {case[0] for case in CASES}


@pytest.mark.parametrize("data", [b"", b"<html/>", b"<rss/>"])
def test_what_cannot_be_read_has_no_history(data: bytes) -> None:
    assert feed_check.check_change(data, FEED.encode()) == feed_check.check_change(FEED.encode(), data) == ()
