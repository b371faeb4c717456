"""`edit` in pipeline.yaml, `cuts` in episode.yaml, `keep` in overrides.yaml: what they mean, and what is told."""

from math import inf

import pytest

from pipeline import yaml_files
from pipeline.config import EpisodeConfig, Overrides, PipelineConfig
from pipeline.errors import ConfigError

EPISODE = "title: x\ndate: 2026-01-01\nguid: a\nsources: [a.wav]\ncuts: "


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12:34-12:50", {"start": 754, "end": 770}),
        ("[1:02:03.5 – 1:02:10]", {"start": 3723.5, "end": 3730}),
        ("[start to 0:12]", {"start": 0, "end": 12}),
        ("[58:00-end]", {"start": 3480, "end": inf}),
        ("[{from: 12:34, to: 12:50}]", {"start": 754, "end": 770}),
        ("[{from: 754.5, to: end}]", {"start": 754.5, "end": inf}),
        ("[let me start that again]", {"words": "let me start that again"}),
        ("[{words: so anyway, at: 12:40}]", {"words": "so anyway", "at": 760}),
        ("[{from_words: so, to_words: take two}]", {"from_words": "so", "to_words": "take two"}),
    ],
)
def test_a_cut_is_a_range_or_words(text, place):
    (cut,) = yaml_files.parse(EPISODE + text, EpisodeConfig, "episode.yaml").cuts
    assert cut.model_dump(exclude_none=True) == place


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[12:50-12:34]", "cuts[0]: ends at 12:34, not after 12:50 where it begins"),
        ("[0:01-0:02, 12:34]", "cuts[1]: is one time: a cut has two, such as 12:34-12:50"),
        ("[{from: 1:00, to: 1:70}]", "cuts[0].to: is no time of the recording"),
        ("[{from: end, to: end}]", "cuts[0]: begins at the end of the recording"),
        ("[{from: 1:00}]", "cuts[0]: has no `to`; `start` and `end` are times, too"),
        ("[{from: 1, to: 2, at: 1}]", "cuts[0]: has `at` beside `from` and `to`"),
        ("[{words: a, from: 1, to: 2}]", "cuts[0]: needs one of: `from` and `to`, `words`"),
        ("[{from_words: a}]", "cuts[0]: has no `to_words`"),
        ("[so: this]", "cuts[0]: has a colon in what was said: put quotation marks"),
        ("[{wrods: so, at: 3}]", "cuts[0].wrods: unknown key, did you mean 'words'?"),
        ("[[1, 2]]", "cuts[0]: is neither a range such as 12:34-12:50 nor words"),
        ("[{from: -3, to: 2}]", "cuts[0].from: Input should be greater than or equal to 0"),
        ('[""]', "cuts[0]: String should have at least 1 character"),
    ],
)
def test_what_is_no_cut_is_told_with_file_line_and_key(text, problem):
    with pytest.raises(ConfigError) as told:
        yaml_files.parse(EPISODE + text, EpisodeConfig, "episode.yaml")
    assert told.value.what.startswith("episode.yaml:5 ")
    assert problem in told.value.what


def test_what_is_kept_may_be_a_single_time():
    kept = yaml_files.parse("keep: [12:34, 70, 1:00-1:10, um]", Overrides, "overrides.yaml").keep
    assert [(one.start, one.end, one.words) for one in kept] == [
        (753.5, 754.5, None),
        (69.5, 70.5, None),
        (60, 70, None),
        (None, None, "um"),
    ]


@pytest.mark.parametrize(
    ("text", "left"), [("pauses_over: 2", 0.8), ("pauses_over: 1", 0.5), ("{pauses_over: 3, pauses_to: 2}", 2)]
)
def test_a_long_pause_becomes_a_usual_one(text, left):
    inner = text if text.startswith("{") else f"{{{text}}}"
    assert yaml_files.parse(f"edit: {inner}", PipelineConfig, "pipeline.yaml").edit.longest_left == left


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pauses_over: 1, pauses_to: 2", "pauses over 1 s cannot become 2 s: lower `pauses_to`"),
        ("pauses_to: 2", "has `pauses_to` and no `pauses_over`"),
        ("fillers: some", "edit.fillers: Input should be 'off', 'hesitations' or 'all'"),
        ("head: -1", "edit.head: Input should be greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_are_told(text, problem):
    with pytest.raises(ConfigError) as told:
        yaml_files.parse(f"edit: {{{text}}}", PipelineConfig, "pipeline.yaml")
    assert problem in told.value.what


def test_an_episode_without_cuts_keeps_the_digest_that_it_had():
    plain = EPISODE.removesuffix("cuts: ")
    assert "cuts" not in yaml_files.parse(plain, EpisodeConfig, "episode.yaml").model_dump()
    assert "keep" not in Overrides().model_dump()
    assert yaml_files.parse("edit: {fillers: false}", PipelineConfig, "p").edit.fillers == "off"
