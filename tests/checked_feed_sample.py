"""A feed that uses nearly everything and breaks no rule, for tests that break one at a time."""

from __future__ import annotations

SELF = "https://cdn.example.org/show/feed.xml"
NOW = "Mon, 01 Jun 2026 12:00:00 +0000"

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:psc="http://podlove.org/simple-chapters"
 xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>Tide &amp; Time</title>
<link>https://example.org/</link>
<description>Two people and the sea.</description>
<language>en-GB</language>
<copyright>Tide &amp; Time Radio</copyright>
<lastBuildDate>Fri, 08 May 2026 06:00:00 +0000</lastBuildDate>
<image><url>https://cdn.example.org/show/cover.jpg</url><title>Tide &amp; Time</title><link>https://example.org/</link></image>
<atom:link rel="self" type="application/rss+xml" href="https://cdn.example.org/show/feed.xml"/>
<atom:link rel="hub" href="https://hub.example.org/"/>
<atom:link rel="first" href="https://cdn.example.org/show/feed.xml"/>
<atom:link rel="next" href="https://cdn.example.org/show/feed-2.xml"/>
<atom:link rel="last" href="https://cdn.example.org/show/feed-9.xml"/>
<media:credit>in a namespace that nobody here knows</media:credit>
<itunes:author>Tide &amp; Time Radio</itunes:author>
<itunes:owner><itunes:name>Mara Quill</itunes:name><itunes:email>mara@example.org</itunes:email></itunes:owner>
<itunes:image href="https://cdn.example.org/show/cover.jpg"/>
<itunes:category text="Science"><itunes:category text="Earth Sciences"/></itunes:category>
<itunes:category text="Education"/>
<itunes:explicit>false</itunes:explicit>
<itunes:type>serial</itunes:type>
<itunes:complete>Yes</itunes:complete>
<itunes:new-feed-url>https://new.example.org/feed.xml</itunes:new-feed-url>
<podcast:guid>77314687-bb86-5f25-8d96-88271ff1450a</podcast:guid>
<podcast:locked owner="mara@example.org">yes</podcast:locked>
<podcast:medium>podcast</podcast:medium>
<podcast:license>cc-by-4.0</podcast:license>
<podcast:funding url="https://example.org/support">Support the show</podcast:funding>
<podcast:person role="host">Mara Quill</podcast:person>
<podcast:location geo="geo:50.3755,-4.1427" osm="R1234" rel="creator" country="gb">Plymouth</podcast:location>
<podcast:txt purpose="verify">S6lpp</podcast:txt>
<podcast:updateFrequency rrule="FREQ=WEEKLY;BYDAY=FR;COUNT=9" dtstart="2026-05-01T06:00:00Z">Fridays</podcast:updateFrequency>
<podcast:trailer pubdate="Fri, 24 Apr 2026 06:00:00 +0000" url="https://cdn.example.org/show/trailer.mp3" length="900" type="audio/mpeg" season="1">Soon</podcast:trailer>
<podcast:podroll><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c" medium="podcast"/></podcast:podroll>
<podcast:value type="lightning" method="keysend" suggested="0.00000005000">
<podcast:valueRecipient name="Mara" type="node" address="02d5c1bf8b94" split="100"/>
<podcast:valueRecipient name="Host" type="node" address="03ae9f91a0cb" split="1" fee="true"/>
</podcast:value>
<item>
<title>Storms</title>
<link>https://cdn.example.org/show/episodes/storms/index.html</link>
<description><![CDATA[<p>About <a href="https://example.org/wind">wind</a> &amp; waves.</p>]]></description>
<content:encoded><![CDATA[<h2>Storms</h2><p>About <img src="https://example.org/wind.png" width="200" alt="wind"/> and <a href="mailto:mara@example.org">us</a>.</p>]]></content:encoded>
<guid isPermaLink="false">guid-storms</guid>
<enclosure url="https://cdn.example.org/show/episodes/storms/episode.mp3" length="5000" type="audio/mpeg"/>
<pubDate>Fri, 08 May 2026 06:00:00 +0000</pubDate>
<itunes:duration>183</itunes:duration>
<itunes:explicit>false</itunes:explicit>
<itunes:image href="https://cdn.example.org/show/episodes/storms/cover.png"/>
<itunes:season>1</itunes:season>
<itunes:episode>2</itunes:episode>
<itunes:episodeType>full</itunes:episodeType>
<podcast:season name="The coast">1</podcast:season>
<podcast:episode display="Two">2</podcast:episode>
<podcast:person role="host">Mara Quill</podcast:person>
<podcast:person role="guest" group="cast" href="https://example.org/ada">Ada Ström</podcast:person>
<podcast:transcript url="https://cdn.example.org/show/episodes/storms/transcript.vtt" type="text/vtt" language="en-GB" rel="captions"/>
<podcast:transcript url="https://cdn.example.org/show/episodes/storms/transcript.html" type="text/html"/>
<podcast:chapters url="https://cdn.example.org/show/episodes/storms/chapters.json" type="application/json+chapters"/>
<podcast:soundbite startTime="10.5" duration="30">The wind</podcast:soundbite>
<podcast:alternateEnclosure type="audio/mpeg" length="5000" bitrate="96000" default="true" lang="en">
<podcast:source uri="https://cdn.example.org/show/episodes/storms/episode.mp3"/>
<podcast:integrity type="sri" value="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="/>
</podcast:alternateEnclosure>
<podcast:alternateEnclosure type="audio/opus"><podcast:source uri="ipfs://someOpusFile"/></podcast:alternateEnclosure>
<podcast:socialInteract protocol="activitypub" uri="https://social.example.org/@mara/1" accountId="@mara" priority="1"/>
<psc:chapters version="1.2">
<psc:chapter start="0" title="Hello"/>
<psc:chapter start="00:01:02.500" title="The wind"/>
</psc:chapters>
</item>
<item>
<title>Tides</title>
<link>https://cdn.example.org/show/episodes/tides/index.html</link>
<description>Plain text &lt; HTML.</description>
<guid isPermaLink="true">https://example.org/tides</guid>
<enclosure url="https://cdn.example.org/show/episodes/tides/episode.m4a" length="7000" type="audio/x-m4a"/>
<pubDate>Fri, 01 May 2026 06:00:00 GMT</pubDate>
<itunes:duration>120</itunes:duration>
<itunes:explicit>true</itunes:explicit>
<itunes:image href="https://cdn.example.org/show/cover.jpg"/>
<itunes:episode>1</itunes:episode>
<itunes:season>1</itunes:season>
<podcast:transcript url="https://cdn.example.org/show/episodes/tides/transcript.srt" type="application/x-subrip"/>
</item>
</channel>
</rss>
"""
