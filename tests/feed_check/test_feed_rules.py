"""Each rule about a feed as it is written: a feed that keeps all of them, broken in one place at a time."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from checked_feed_sample import FEED, NOW

from pipeline import feed_check
from pipeline.feed_check.categories import CATEGORIES

TODAY = parsedate_to_datetime(NOW)
PSC = '<psc:chapter start="00:01:02.500" title="The wind"/>'
OTHER = '<podcast:alternateEnclosure type="audio/opus"><podcast:source uri="ipfs://someOpusFile"/>'
WAVES = "wind</a> &amp; waves."

#: rule, what stands in the sample, what is put there, which other rules that breaks as well.
CASES: tuple[tuple[str, str, str, set[str]], ...] = (
    ("xml", "</item>", "", set()),
    ("xml", "<title>Storms", "<title>Storms & tides", set()),
    ("xml", "podcast:txt", "pod:txt", set()),
    ("xml-doctype", "<rss ", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss ", set()),
    ("xml-doctype", "<rss ", '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss ', set()),
    ("xml-depth", "<title>Storms", "<a>" * 99 + "<title>Storms", set()),
    ("encoding", 'encoding="UTF-8"', 'encoding="ISO-8859-1"', {"garbled"}),
    ("byte-order-mark", "<?xml", "\ufeff<?xml", set()),
    ("rss", "channel>", "feed>", set()),
    ("rss-version", 'version="2.0"', 'version="0.91"', set()),
    ("namespace", "purl.org/rss/1.0/modules/content/", "purl.org/rss/1.0/modules/content", set()),
    ("namespace", "http://www.itunes.com/dtds", "https://www.itunes.com/dtds", {"channel-required", "channel-recommended", "item-recommended"}),
    ("namespace", "podcastindex.org/namespace/1.0", "podcastindex.org/namespace/1.0/", {"channel-recommended", "item-recommended"}),
    ("namespace-github", "https://podcastindex.org/namespace/1.0", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", set()),
    ("unknown-element", "<itunes:type>serial</itunes:type>", "<itunes:Type>serial</itunes:Type>", set()),
    ("unknown-element", "<pubDate>Fri, 01 May 2026 06:00:00 GMT</pubDate>", "<pubdate>Fri, 01 May 2026 06:00:00 GMT</pubdate>", {"item-recommended"}),
    ("unknown-element", "<podcast:txt purpose=\"verify\">S6lpp</podcast:txt>", "<podcast:text>S6lpp</podcast:text>", set()),
    ("misplaced-element", "<podcast:medium>podcast</podcast:medium>", '<podcast:soundbite startTime="1" duration="20"/>', set()),
    ("misplaced-element", "<podcast:season name=", "<podcast:locked owner='a@b.org'>yes</podcast:locked><podcast:season name=", set()),
    ("misplaced-element", "<podcast:medium>podcast</podcast:medium>", "<podcast:source uri='x:y'/>", set()),
    ("repeated-element", "<podcast:medium>podcast</podcast:medium>", "<podcast:medium>podcast</podcast:medium>" * 2, set()),
    ("repeated-element", "<itunes:duration>120</itunes:duration>", "<itunes:duration>120</itunes:duration>" * 2, set()),
    ("deprecated-element", "<itunes:type>", "<itunes:keywords>sea</itunes:keywords><itunes:type>", set()),
    ("channel-required", "<language>en-GB</language>", "", set()),
    ("channel-required", "<description>Two people and the sea.</description>", "<description/>", set()),
    ("channel-recommended", "<itunes:author>Tide &amp; Time Radio</itunes:author>", "", set()),
    ("self-link", 'rel="self"', 'rel="alternate"', {"hub"}),
    ("language", "<language>en-GB", "<language>English", set()),
    ("language", "<language>en-GB", "<language>xx", set()),
    ("category", 'text="Education"', 'text="education"', set()),
    ("category", 'text="Earth Sciences"', 'text="Physiks"', set()),
    ("explicit", "<itunes:explicit>false", "<itunes:explicit>clean", set()),
    ("explicit", "<itunes:explicit>true", "<itunes:explicit>yes", set()),
    ("image", "storms/cover.png", "storms/cover.webp?a.png", set()),
    ("rss-image", "<url>https://cdn.example.org/show/cover.jpg</url>", "", set()),
    ("show-type", "<itunes:type>serial", "<itunes:type>Serial", set()),
    ("owner-email", "<itunes:email>mara@example.org", "<itunes:email>mara at example.org", set()),
    ("copyright", "<copyright>Tide", "<copyright>© 2026 Tide", set()),
    ("yes-only", "<itunes:complete>Yes", "<itunes:complete>No", set()),
    ("new-feed-url", "<itunes:new-feed-url>https://", "<itunes:new-feed-url>", set()),
    ("atom-link", '<atom:link rel="hub" href="https://hub.example.org/"/>', '<atom:link rel="hub"/>', set()),
    ("hub", '<atom:link rel="self" type="application/rss+xml" href="https://cdn.example.org/show/feed.xml"/>', "", {"self-link"}),
    ("paging", 'rel="next" href="https://cdn.example.org/show/feed-2.xml"', 'rel="next" href="https://cdn.example.org/show/feed.xml"', set()),
    ("paging", 'rel="last"', 'rel="next"', set()),
    ("paging", "<media:credit>", "<fh:complete/><media:credit>", set()),
    ("item-required", "<title>Storms</title>\n<link>https://cdn", "<link>https://cdn", set()),
    ("item-required", "<guid isPermaLink=\"false\">guid-storms</guid>", "<guid/>", {"guid-permalink"}),
    ("item-recommended", "<itunes:duration>183</itunes:duration>", "", set()),
    ("enclosure", 'length="7000"', 'length="0"', set()),
    ("enclosure", 'length="7000"', "", set()),
    ("enclosure", 'type="audio/x-m4a"', 'type="application/octet-stream"', {"enclosure-type"}),
    ("enclosure-type", 'type="audio/x-m4a"', 'type="audio/mpeg"', set()),
    ("enclosure-ending", "tides/episode.m4a", "tides/episode.php?id=7", set()),
    ("enclosure-twice", "tides/episode.m4a\" length=\"7000\" type=\"audio/x-m4a\"", "storms/episode.mp3\" length=\"7000\" type=\"audio/mpeg\"", set()),
    ("guid-unique", "https://example.org/tides<", "guid-storms<", {"guid-permalink"}),
    ("guid-permalink", 'isPermaLink="false"', "", set()),
    ("guid-of-audio", ">https://example.org/tides<", ">https://cdn.example.org/show/episodes/tides/episode.m4a<", set()),
    ("title-twice", "<title>Tides<", "<title>Storms<", set()),
    ("date", "<pubDate>Fri, 01 May 2026 06:00:00 GMT", "<pubDate>2026-05-01", set()),
    ("date", "<pubDate>Fri, 01 May 2026 06:00:00 GMT", "<pubDate>Fri, 01 May 2026 06:00:00", set()),
    ("date-weekday", "<pubDate>Fri, 01 May", "<pubDate>Mon, 01 May", set()),
    ("date-zone", "06:00:00 GMT", "06:00:00 EST", set()),
    ("date-future", "<pubDate>Fri, 08 May 2026", "<pubDate>Wed, 03 Jun 2026", set()),
    ("date-order", "<pubDate>Fri, 01 May", "<pubDate>Fri, 15 May", set()),
    ("date-twice", "<pubDate>Fri, 01 May 2026 06:00:00 GMT", "<pubDate>Fri, 08 May 2026 06:00:00 +0000", set()),
    ("duration", "<itunes:duration>120", "<itunes:duration>120.4", set()),
    ("duration", "<itunes:duration>120", "<itunes:duration>0", set()),
    ("number", "<itunes:season>1</itunes:season>\n<podcast:trans", "<itunes:season>0</itunes:season>\n<podcast:trans", set()),
    ("number", '<podcast:episode display="Two">2', '<podcast:episode display="Two">second', set()),
    ("number-conflict", '<podcast:episode display="Two">2', '<podcast:episode display="Two">3.5', set()),
    ("number-missing", "<itunes:episode>1</itunes:episode>", "", set()),
    ("number-twice", "<itunes:episode>1</itunes:episode>", "<itunes:episode>2</itunes:episode>", set()),
    ("number-name", 'display="Two"', f'display="{"2" * 33}"', set()),
    ("episode-type", "<itunes:episodeType>full", "<itunes:episodeType>Full", set()),
    ("value-length", "<title>Storms", f"<title>{'s' * 256}", set()),
    ("description-length", "<description>Two people", f"<description>{'ü' * 2000} people", set()),
    ("white-space", "<title>Storms", "<title> Storms", set()),
    ("description-html", "<p>About <a", "<h1>About</h1><p><a", set()),
    ("html-active", WAVES, "wind</a><script>alert(1)</script>", set()),
    ("html-active", '<a href="https://example.org/wind">', '<a href=" java\nscript:alert(1)">', set()),
    ("html-active", '<a href="https://example.org/wind">', '<a href="data:text/html,x">', set()),
    ("html-active", "<h2>Storms</h2>", '<h2 onclick="x()">Storms</h2>', set()),
    ("html-active", "<h2>Storms</h2>", '<a href="&#106;avascript:x()">Storms</a>', set()),
    ("html-tracking", 'width="200"', 'width="1"', set()),
    ("html-tracking", 'width="200"', 'style="display: none"', set()),
    ("html-link", 'href="https://example.org/wind"', 'href="/wind"', set()),
    ("html-link", 'href="mailto:mara@example.org"', 'href="#t=12"', set()),
    ("cdata-end", "Plain text", "Plain ]]&gt; text", set()),
    ("title-html", "<title>Storms", "<title>Storms &amp;amp; tides", set()),
    ("title-html", "<title>Storms", "<title>&lt;b&gt;Storms&lt;/b&gt;", set()),
    ("garbled", "Ada Ström", "Ada StrÃ¶m", set()),
    ("garbled", "Two people and the sea", "Two people and the seaâ€™s", set()),
    ("url", "https://cdn.example.org/show/episodes/tides/index.html", "/episodes/tides/index.html", set()),
    ("url", "storms/episode.mp3\" length", "störms/episode.mp3\" length", set()),
    ("https", "https://cdn.example.org/show/episodes/storms/cover.png", "http://cdn.example.org/show/episodes/storms/cover.png", set()),
    ("private-address", "https://cdn.example.org/show/episodes/storms/cover.png", "http://127.0.0.1:8000/cover.png", set()),
    ("private-address", "https://cdn.example.org/show/episodes/storms/cover.png", "https://nas.local/cover.png", set()),
    ("url-secret", "storms/transcript.vtt", "storms/transcript.vtt?X-Amz-Signature=abc", set()),
    ("url-secret", "https://cdn.example.org/show/episodes/storms/cover.png", "https://a:b@cdn.example.org/cover.png", set()),
    ("podcast-guid", "<podcast:guid>", "<podcast:guid>x", set()),
    ("podcast-guid-formula", "<podcast:guid>77314687", "<podcast:guid>87314687", set()),
    ("locked", ">yes</podcast:locked>", ">true</podcast:locked>", set()),
    ("locked-owner", ' owner="mara@example.org"', "", set()),
    ("medium", "<podcast:medium>podcast", "<podcast:medium>radio", set()),
    ("license", "<podcast:license>cc-by-4.0", "<podcast:license>CC BY 4.0", set()),
    ("funding", ' url="https://example.org/support"', "", set()),
    ("person", '<podcast:person role="host">Mara Quill</podcast:person>\n<podcast:loc', '<podcast:person role="host"/>\n<podcast:loc', {"person-hosts"}),
    ("person-role", 'role="guest"', 'role="gueste"', set()),
    ("person-role", 'group="cast"', 'group="kast"', set()),
    ("person-hosts", '<podcast:person role="host">Mara Quill</podcast:person>\n<podcast:person role="guest"', '<podcast:person role="guest"', set()),
    ("location", "geo:50.3755,", "geo:150.3755,", set()),
    ("location", "R1234", "1234", set()),
    ("location", ">Plymouth<", "><", set()),
    ("location", 'rel="creator" country="gb"', 'rel="home" country="gbr"', set()),
    ("update-frequency", "FREQ=WEEKLY", "FREQ=FORTNIGHTLY", set()),
    ("update-frequency", ' dtstart="2026-05-01T06:00:00Z"', "", set()),
    ("update-frequency", 'dtstart="2026-05-01T06:00:00Z"', 'dtstart="May" complete="yes"', set()),
    ("update-frequency", "FREQ=WEEKLY;", "", set()),
    ("trailer", ' pubdate="Fri, 24 Apr 2026 06:00:00 +0000"', "", set()),
    ("trailer", 'length="900" type="audio/mpeg" season="1"', 'length="?" type="mp3" season="one"', set()),
    ("trailer", ">Soon<", "><", set()),
    ("value", ' method="keysend"', "", set()),
    ("value", ' address="02d5c1bf8b94"', "", set()),
    ("value", 'split="1" fee="true"', 'split="1.5" fee="yes"', set()),
    ("value-sum", 'split="100"', 'split="90"', set()),
    ("value-sum", 'split="1" fee', 'split="100" fee', set()),
    ("remote-item", 'feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"', 'feedGuid="podnews"', set()),
    ("remote-item", '<podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c" medium="podcast"/>', "", set()),
    ("social-interact", 'protocol="activitypub"', 'protocol="facebook"', set()),
    ("social-interact", 'protocol="activitypub"', 'protocol="disabled"', set()),
    ("social-interact", ' uri="https://social.example.org/@mara/1"', "", set()),
    ("podcast-length", ">The wind</podcast", f">{'w' * 129}</podcast", set()),
    ("podcast-length", ">S6lpp<", f">{'w' * 4001}<", set()),
    ("transcript", 'type="text/vtt"', 'type="text/webvtt"', {"captions"}),
    ("transcript-language", 'language="en-GB"', 'language="english"', set()),
    ("captions", 'type="text/html"', 'type="text/html" rel="captions"', set()),
    ("captions", "application/x-subrip", "application/srt", set()),
    ("chapters", "application/json+chapters", "application/json", set()),
    ("soundbite", 'startTime="10.5"', 'startTime="0:10"', set()),
    ("soundbite", 'startTime="10.5"', 'startTime="175"', set()),
    ("soundbite-length", 'duration="30"', 'duration="3"', set()),
    ("alternate-enclosure", OTHER, '<podcast:alternateEnclosure type="audio/opus">', set()),
    ("alternate-enclosure", OTHER, OTHER.replace("audio/opus", "opus"), set()),
    ("alternate-enclosure", 'bitrate="96000"', 'bitrate="96k"', set()),
    ("default-twice", OTHER, OTHER.replace("audio/opus", 'audio/opus" default="true'), set()),
    ("integrity", "sha256-47DEQpj8HBSa+", "sha256-47DEQpj8HBSa", set()),
    ("integrity", 'type="sri"', 'type="md5"', set()),
    ("psc-chapters", PSC, PSC.replace("00:01:02.500", "a minute"), set()),
    ("psc-chapters", PSC, PSC.replace("00:01:02.500", "0"), set()),
    ("psc-chapters", PSC, PSC.replace("00:01:02.500", "0:03:05"), set()),
    ("no-items", FEED[FEED.index("<item>") : FEED.rindex("</item>") + 7], "", set()),
)  # fmt: skip

#: What looks like a fault and is none.
FINE: tuple[tuple[str, str], ...] = (
    ("<language>en-GB", "<language>zh-Hant-TW"),
    ("<language>en-GB", "<language>en-us"),
    ('text="Education"', 'text="Health &amp; Fitness"'),
    ("06:00:00 GMT", "06:00:00 +0000"),
    ("<pubDate>Fri, 01 May", "<pubDate>1 May"),
    ("<podcast:license>cc-by-4.0", '<podcast:license url="https://example.org/our.txt">ours-1'),
    ('<podcast:episode display="Two">2', '<podcast:episode display="Two and a half">2.5'),
    ("FREQ=WEEKLY;BYDAY=FR;COUNT=9", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR;UNTIL=20271231T000000Z"),
    ("FREQ=WEEKLY;BYDAY=FR;COUNT=9", "FREQ=WEEKLY;UNTIL=2023-12-31T00:00:00.000Z;BYDAY=MO"),
    ('role="guest"', 'role="Cover Art Designer"'),
    ("geo:50.3755,-4.1427", "geo:39.7837304,-100.445882;u=3900000"),
    ('protocol="activitypub" uri="https://social.example.org/@mara/1" accountId="@mara" priority="1"', 'protocol="disabled"'),
    ("Plain text &lt; HTML.", "2 &lt; 3 and a &lt;3 for you"),
    ("<title>Storms", "<title>AT&amp;T; R&amp;D"),
    ("Ada Ström", "Ada Ångström Â"),
    ('split="100"', 'split="99"'),
    ("<podcast:medium>podcast", "<podcast:medium>audiobook"),
    ('type="audio/x-m4a"', 'type="audio/mp4"'),
    ("tides/episode.m4a", "tides/episode.m4a?source=feed"),
    ("tides/episode.m4a", "t%C3%AFdes/episode.m4a"),
    ("<itunes:complete>Yes</itunes:complete>", "<itunes:block>Yes</itunes:block>"),
)  # fmt: skip


def rules(xml: str) -> set[str]:
    return {finding.rule for finding in feed_check.check(xml.encode(), now=TODAY)}


def test_a_good_feed_breaks_no_rule() -> None:
    assert feed_check.check(FEED.encode(), now=TODAY) == ()


@pytest.mark.parametrize(("rule", "old", "new", "also"), CASES)
def test_each_rule_finds_its_fault_and_nothing_else(rule: str, old: str, new: str, also: set[str]) -> None:
    assert old in FEED
    assert rules(FEED.replace(old, new)) == {rule, *also}


@pytest.mark.parametrize(("old", "new"), FINE)
def test_what_only_looks_like_a_fault_is_none(old: str, new: str) -> None:
    assert old in FEED
    assert rules(FEED.replace(old, new)) == set()


def test_every_rule_has_a_feed_that_breaks_it() -> None:
    table = [rule.name for rule in (*feed_check.DOCUMENT_RULES, *feed_check.RULES)]
    assert {case[0] for case in CASES} == set(table)
    assert len(table) == len(set(table))


def test_dates_to_come_are_found_only_where_today_is_known() -> None:
    assert feed_check.check(FEED.replace("08 May 2026", "04 Jun 2027").encode()) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('text="Education"', 'text="Educatoin"', "did you mean 'Education'?"),
        ('text="Earth Sciences"', 'text="earth science"', "did you mean 'Earth Sciences'?"),
        ("itunes:duration", "itunes:Duration", "there is no <itunes:Duration>; did you mean <itunes:duration>?"),
        ("<podcast:license>cc-by-4.0", "<podcast:license>CC BY-SA 4.0", "did you mean 'cc-by-sa-4.0'?"),
        ('role="guest"', 'role="sound desiner"', "did you mean 'sound designer'?"),
        ("namespace/1.0", "namespace/1.0/", "should be 'https://podcastindex.org/namespace/1.0'"),
        ("<title>Storms", "<title>Storms & tides", "(not well-formed (invalid token), column 16)"),
    ],
)
def test_a_finding_says_what_was_meant(old: str, new: str, told: str) -> None:
    assert any(told in finding.what for finding in feed_check.check(FEED.replace(old, new).encode()))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b" \n", "the feed is empty"),
        (b"<!DOCTYPE html><html><br></html>", "this is a web page (HTML), not a feed"),
        (b"<html>\n<br>", "this is a web page (HTML), not a feed"),
        (FEED.encode("latin-1"), "byte 0xF6 is no UTF-8"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(data: bytes, told: str) -> None:
    (finding,) = feed_check.check(data)
    assert told in finding.what


def test_a_finding_says_where_it_is_and_how_to_mend_it() -> None:
    broken = FEED.replace("<itunes:episode>1", "<itunes:episode>0")
    finding = next(one for one in feed_check.check(broken.encode()) if one.rule == "number")
    assert broken.splitlines()[finding.line - 1] == "<itunes:episode>0</itunes:episode>"
    assert finding.what == "episode 'Tides': <itunes:episode> is '0'"
    assert (finding.level, finding.fix[:5], finding.source[:8]) == ("error", "write", "https://")


def test_errors_come_first() -> None:
    broken = FEED.replace("<itunes:duration>183", "<itunes:duration>x").replace(
        "<itunes:episode>1", "<itunes:episode>0"
    )
    assert [one.level for one in feed_check.check(broken.encode())] == ["error", "warning"]


def test_apples_list_is_whole() -> None:
    assert (len(CATEGORIES), sum(map(len, CATEGORIES.values()))) == (19, 91)
