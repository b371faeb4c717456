"""What people write in show.yaml, episode.yaml and publish.yaml for the feed, and what they read when it is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline import yaml_files
from pipeline.config import EpisodeConfig, PublishConfig, Show
from pipeline.errors import ConfigError

SHOW = """\
title: Tide & Time
description: Two people and the sea.
author: Tide & Time Radio
owner: {name: Mara Quill, email: mara@example.org}
link: https://example.org/
categories: [Education]
"""
EPISODE = """\
title: Tides
date: 2026-05-01
guid: guid-1
sources: [a.wav]
"""


def show(text: str) -> Show:
    return yaml_files.parse(SHOW + text, Show, "configs/show.yaml")


def episode(text: str) -> EpisodeConfig:
    return yaml_files.parse(EPISODE + text, EpisodeConfig, "episode.yaml")


def publishing(text: str) -> PublishConfig:
    return yaml_files.parse("folder: {public_base_url: https://x.org}\n" + text, PublishConfig, "configs/publish.yaml")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("funding: https://x.org/a", "funding", ({"url": "https://x.org/a"},)),
        ("funding: [https://x.org/a, {url: https://x.org/b, text: Beer}]", "funding",
         ({"url": "https://x.org/a"}, {"url": "https://x.org/b", "text": "Beer"})),
        ("license: cc-by-sa-4.0", "license", {"slug": "cc-by-sa-4.0"}),
        ("license: {slug: Ours, url: https://x.org/l}", "license", {"slug": "Ours", "url": "https://x.org/l"}),
        ("schedule: weekly", "schedule", {"text": "Weekly", "rule": "FREQ=WEEKLY"}),
        ("schedule: {text: When the tide is in}", "schedule", {"text": "When the tide is in"}),
        ("location: {name: Bergen, geo: 'geo:60.39,5.32', country: NO}", "location",
         ({"name": "Bergen", "geo": "geo:60.39,5.32", "country": "NO"},)),
        ("seasons: {1: The North Sea}", "seasons", {1: "The North Sea"}),
        ("txt: {purpose: verify, text: abc}", "txt", ({"purpose": "verify", "text": "abc"},)),
        ("social: {uri: https://x.org/1}", "social", ({"protocol": "activitypub", "uri": "https://x.org/1"},)),
        ("social: {protocol: disabled}", "social", ({"protocol": "disabled"},)),
        ("hosts: [Mara Quill, {name: Odo, role: editor}, {name: Eve}]", "hosts",
         ({"name": "Mara Quill", "role": "host"}, {"name": "Odo", "role": "editor"}, {"name": "Eve", "role": "host"})),
    ],
)  # fmt: skip
def test_a_show_may_say(text: str, field: str, value: Any) -> None:
    assert show(text).model_dump(exclude_none=True)[field] == value


def test_small_amounts_are_written_out_for_apps() -> None:
    paid = show("value: {suggested: 0.00000005, recipients: [{type: node, address: abc, split: 1}]}")
    assert paid.value[0].suggested == "0.00000005"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("license: cc-by-9", "license", "'cc-by-9' is none that apps know"),
        ("funding: javascript:x", "funding", "is no absolute http(s) URL"),
        ("schedule: often", "schedule", "is one of daily, weekdays, weekly, biweekly, monthly"),
        ("schedule: {text: x, rule: weekly}", "schedule", "is not as in FREQ=WEEKLY;BYDAY=MO"),
        ("schedule: {text: x, rule: FREQ=OFTEN}", "schedule", "is not as in FREQ=WEEKLY;BYDAY=MO"),
        ("schedule: {text: x, rule: FREQ=DAILY;COUNT=3}", "schedule", "needs start"),
        ("location: {name: Bergen, geo: '60.39,5.32'}", "location.geo", "is not as in geo:59.91,10.75"),
        ("location: {name: Bergen, osm: '406091'}", "location.osm", "is not as in R406091"),
        ("location: {name: ''}", "location.name", "at least 1 character"),
        ("medium: musik", "medium", "'podcast', 'music'"),
        ("seasons: {0: x}", "seasons[0]", "greater than or equal to 1"),
        ("social: {account_id: '@x'}", "social", "needs uri"),
        ("social: {protocol: disabled, uri: https://x.org}", "social", "has no uri"),
        ("value: {recipients: []}", "value.recipients", "at least 1 item"),
        ("value: {recipients: [{type: node, address: a, split: 0}]}", "value", "nobody would be paid"),
        ("podroll: [{guid: nope}]", "podroll[0].guid", "valid UUID"),
        ("new_feed_url: ftp://x", "new_feed_url", "is no absolute http(s) URL"),
        ("txt: {purpose: verify, txt: abc}", "txt.text", "did you mean 'text'?"),
        ("hosts: [{name: Mara, href: 'javascript:x'}]", "hosts[0]", "is no absolute http(s) URL in ASCII"),
        ("hosts: [' ']", "hosts[0]", "nothing in it that can be shown"),
        ("funding: {url: https://x.org, text: " + "x" * 129 + "}", "funding.text", "at most 128 characters"),
    ],
)  # fmt: skip
def test_a_mistake_in_show_yaml_is_told_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        show(text)
    assert caught.value.what.startswith(f"configs/show.yaml:7 {where}")
    assert what in caught.value.what


@pytest.mark.parametrize("title", ['"\\x01\\x02"', '"  "', '"\\u200b"', '""'])
def test_a_title_of_which_nothing_can_be_shown_is_refused(title: str) -> None:
    with pytest.raises(ConfigError, match=r"episode.yaml:1 title"):
        yaml_files.parse(EPISODE.replace("Tides", title), EpisodeConfig, "episode.yaml")


def test_a_title_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(ConfigError, match="at most 255 characters"):
        yaml_files.parse(EPISODE.replace("Tides", "x" * 10_000), EpisodeConfig, "episode.yaml")


@pytest.mark.parametrize(
    ("text", "start"), [("'12:34'", 754.0), ("'1:02:03.5'", 3723.5), ("12:34", 754.0), ("75", 75.0), ("75.5", 75.5)]
)
def test_a_soundbite_begins_where_the_player_says(text: str, start: float) -> None:
    assert episode(f"soundbites: [{{start: {text}, duration: 30}}]").soundbites[0].start == start


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("soundbites: [{start: '1:72', duration: 30}]", "soundbites[0].start"),
        ("soundbites: [{start: 1, duration: 0}]", "soundbites[0].duration"),
        ("soundbites: soon", "soundbites"),
        ("display: " + "x" * 33, "display"),
        ("guests: [{name: Ada, img: 'data:image/png,x'}]", "guests[0]"),
        ("license: free", "license"),
    ],
)
def test_a_mistake_in_episode_yaml_is_told_with_its_place(text: str, where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        episode(text)
    assert caught.value.what.startswith(f"episode.yaml:5 {where}")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://op3.dev/e", "https://op3.dev/e/"),
        ("https://op3.dev/e,pg={guid}/", "https://op3.dev/e,pg={guid}/"),
        ("https://op3.dev/e/dts.podtrac.com/redirect.mp3/", "https://op3.dev/e/dts.podtrac.com/redirect.mp3/"),
    ],
)
def test_an_analytics_prefix_ends_with_a_slash(given: str, kept: str) -> None:
    assert publishing(f"analytics_prefix: {given!r}").analytics_prefix == kept


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("analytics_prefix: op3.dev/e/", "analytics_prefix: is no absolute http(s) URL"),
        ("analytics_prefix: 'https://op3.dev/e,pg={GUID}/'", "no other name in braces"),
        ("analytics_prefix: 'https://op3.dev/e?u='", "no ? and no #"),
        ("websub_hub: hub.example.org", "websub_hub: is no absolute http(s) URL"),
        ("feed_page: 3", "feed_page: Input should be greater than or equal to 10"),
    ],
)
def test_a_mistake_in_publish_yaml_is_told(text: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        publishing(text)
    assert what in caught.value.what


def test_nobody_counts_what_only_this_machine_can_reach() -> None:
    with pytest.raises(ConfigError, match="needs a public_base_url that others can reach, not http://127"):
        yaml_files.parse("analytics_prefix: https://op3.dev/e/\n", PublishConfig, "configs/publish.yaml")


# -- the files that we ship --------------------------------------------------------------------------------


def test_what_is_commented_out_in_show_yaml_works_when_it_is_not(root: Path) -> None:
    text = (root / "configs/show.yaml").read_text()
    usual, _, more = text.partition("# More that apps can show (docs/feed.md):\n")
    found = yaml_files.parse(usual + re.sub("(?m)^# ", "", more), Show, "configs/show.yaml")
    assert found.funding
    assert found.schedule
    assert found.seasons
    assert found.podroll


def test_the_guides_example_works(root: Path) -> None:
    guide = (root / "docs/feed.md").read_text()
    example = guide.partition("```yaml\n# configs/show.yaml\n")[2].partition("```")[0]
    assert len(show(example).funding) == 1


@pytest.mark.parametrize("model", [Show, EpisodeConfig, PublishConfig])
def test_every_setting_is_in_the_list_of_settings(root: Path, model: type[BaseModel]) -> None:
    listed = (root / "docs/configuration.md").read_text()
    elsewhere = {"s3", "folder", "duration", "tracks"}
    assert [name for name in model.model_fields if f"`{name}" not in listed and name not in elsewhere] == []
