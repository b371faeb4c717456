"""Taking an episode off the feed: no listener is told of it, its files go after the grace, and nothing lists it by
accident."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import feedparser
import pytest
from release_samples import COVER, NOON, MemoryTarget, folder_settings, make_show, release, two_published

from pipeline import withdrawal
from pipeline.config import PublishConfig
from pipeline.errors import ConfigError, InputError
from pipeline.store import Workspace, unheard
from pipeline.withdrawal import Withdrawn

DAY = dt.timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> PublishConfig:
    return folder_settings(tmp_path / "public")


@pytest.fixture
def target(work: Workspace, settings: PublishConfig) -> MemoryTarget:
    """A show with two published episodes."""
    return two_published(work, settings)


def withdraw(target: MemoryTarget, settings: PublishConfig, slug: str = "tides", days: int = 0) -> Withdrawn:
    return withdrawal.withdraw(target, slug, make_show(), settings, COVER, now=NOON + days * DAY, notice=unheard)


def listed(target: MemoryTarget) -> list[str]:
    return [entry.title for entry in feedparser.parse(target.objects["feed.xml"]).entries]


def files(target: MemoryTarget, slug: str = "tides") -> list[str]:
    return target.keys(f"episodes/{slug}/")


def test_the_feed_and_the_index_forget_it_at_once_and_its_files_stay(
    target: MemoryTarget, settings: PublishConfig
) -> None:
    before = files(target)
    done = withdraw(target, settings)
    assert listed(target) == ["About moons"]
    assert b"About tides" not in target.objects["index.html"]
    assert files(target) == before
    assert (done.removed, done.kept, done.until) == ((), len(before), (NOON + 7 * DAY).isoformat())


@pytest.mark.parametrize(("days", "gone"), [(6, False), (7, True), (30, True)])
def test_its_files_go_when_the_days_of_grace_are_over(
    target: MemoryTarget, settings: PublishConfig, days: int, gone: bool
) -> None:
    withdraw(target, settings)
    others = files(target, "moons")
    done = withdraw(target, settings, days=days)
    assert bool(done.removed) is gone
    assert (not files(target)) is gone
    assert files(target, "moons") == others
    assert done.since == NOON.isoformat(), "the grace counts from the first time"


def test_no_run_lists_it_again_by_accident(work: Workspace, target: MemoryTarget, settings: PublishConfig) -> None:
    withdraw(target, settings)
    with pytest.raises(ConfigError, match="was taken off the feed") as error:
        release(work, settings, "tides", target=target)
    assert "showrunner publish tides" in error.value.fix
    assert listed(target) == ["About moons"]


def test_a_person_may_list_it_again_under_the_same_guid(
    work: Workspace, target: MemoryTarget, settings: PublishConfig
) -> None:
    withdraw(target, settings)
    withdraw(target, settings, days=8)
    withdrawal.readmit(target, "tides", make_show(), settings, COVER, now=NOON)
    release(work, settings, "tides", target=target)
    entries = feedparser.parse(target.objects["feed.xml"]).entries
    assert {entry.id for entry in entries} == {"guid-tides", "guid-moons"}
    assert files(target)


def test_readmitting_what_was_never_withdrawn_changes_nothing(target: MemoryTarget, settings: PublishConfig) -> None:
    before = dict(target.objects)
    withdrawal.readmit(target, "tides", make_show(), settings, COVER, now=NOON)
    assert target.objects == before


def test_an_episode_that_was_never_published_is_told(target: MemoryTarget, settings: PublishConfig) -> None:
    before = dict(target.objects)
    with pytest.raises(InputError, match="stars: no episode"):
        withdraw(target, settings, "stars")
    assert target.objects == before
