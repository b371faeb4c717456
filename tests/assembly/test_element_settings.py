"""elements of show.yaml and episode.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from assembly_samples import make_inserts, make_settings, name_files

from pipeline import store, yaml_files
from pipeline.config import EpisodeConfig
from pipeline.errors import ConfigError

HEAD = "title: a\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n"
SHOW = {"intro": "in.mp3", "outro": {"file": "out.mp3"}, "ads": [{"file": "ad.mp3", "at": "middle"}]}


@pytest.mark.parametrize(
    ("show", "episode", "found"),
    [
        (None, None, []),
        (SHOW, None, ["show.yaml elements.intro in.mp3", "show.yaml elements.outro out.mp3",
                      "show.yaml elements.ads[0] ad.mp3"]),
        (SHOW, {"intro": "own.mp3"}, ["episode.yaml elements.intro own.mp3", "show.yaml elements.outro out.mp3",
                                      "show.yaml elements.ads[0] ad.mp3"]),
        (SHOW, {"intro": "off", "ads": False}, ["show.yaml elements.outro out.mp3"]),
        (SHOW, "off", []),
        (None, {"ads": {"file": "x.mp3", "at": 3}}, ["episode.yaml elements.ads[0] x.mp3"]),
    ],
)  # fmt: skip
def test_each_key_of_an_episode_stands_instead_of_the_shows(show: Any, episode: Any, found: list[str]) -> None:
    assert [f"{one.key} {one.sound.file}" for one in make_inserts(show, episode)] == found


def test_a_file_that_plays_twice_is_one_file() -> None:
    show = {"bumper": "a.mp3", "ads": [{"file": "b.mp3", "at": 1}, {"file": "a.mp3", "at": 2}]}
    assert name_files(show) == {"a.mp3": "show.yaml elements.bumper", "b.mp3": "show.yaml elements.ads[0]"}
    assert [one.file for one in make_inserts(show)] == [0, 1, 0]


def test_settings_without_elements_have_the_digest_that_they_had() -> None:
    assert all("elements" not in one.model_dump() for one in make_settings(None, None))
    assert store.digest_model(make_settings(None, "off")[1]) != store.digest_model(make_settings(None, None)[1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{intor: x}", "elements.intor: unknown key, did you mean 'intro'?"),
        ("{intro: {fil: x}}", "elements.intro.file: is required and missing"),
        ("{intro: 5}", "elements.intro: is no sound: write a file, `{file: …}` with more about it, or off (it is 5)"),
        ("{intro: {file: x, toc: true}}", "elements.intro: has `toc` and no `title`: only what has a title is a chap"),
        ("{intro: {file: x, overlap: -1}}", "elements.intro.overlap: Input should be greater than or equal to 0"),
        ("{ads: x.mp3}", "elements.ads: are no ads: write `{file: …, at: 12:34}` for each, or off (it is 'x.mp3')"),
        ("{ads: [{file: x}]}", "elements.ads[0]: has no place: add `at: 12:34`, `at: middle`, `chapter: 3` or"),
        ("{ads: [{file: x, at: soon}]}", "elements.ads[0].at: is no place in the recording, such as 12:34"),
        ("{ads: [{file: x, at: .inf}]}", "elements.ads[0].at: is no time of the recording (it is inf)"),
        ("{ads: [{file: x, chapter: 0}]}", "elements.ads[0].chapter: is neither the number of a chapter"),
        ("{ads: [{file: x, chapter: 1, after_words: y}]}", "elements.ads[0]: has both `chapter` and `after_words`"),
        ("[x.mp3]", "elements: is neither `intro`, `outro`, `bumper` and `ads` with their files, nor off"),
    ],
)
def test_what_cannot_be_an_element_is_told_with_its_line_and_key(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        yaml_files.parse(f"{HEAD}elements: {text}\n", EpisodeConfig, "episode.yaml")
    assert f"episode.yaml:5 {told}" in caught.value.what


@pytest.mark.parametrize(
    ("at", "read"), [("12:34", 754.0), ("62.5", 62.5), (7, 7.0), ("Middle", "middle"), ("40%", "40%"), ("end", "end")]
)
def test_places_are_read_as_people_write_them(at: Any, read: float | str) -> None:
    (one,) = make_inserts(None, {"ads": [{"file": "x", "at": at}]})
    assert one.sound.model_dump()["at"] == read
