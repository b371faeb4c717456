"""A place belongs to one show: another show, and a place full of other things, are refused before anything is written."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from release_samples import MemoryTarget, folder_settings, make_show, release

from pipeline import ownership
from pipeline.config import PublishConfig
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.ownership import Marker
from pipeline.store import Workspace

OURS, THEIRS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def settings(tmp_path: Path) -> PublishConfig:
    return folder_settings(tmp_path / "public")


def marker(place: MemoryTarget) -> Marker:
    return Marker.model_validate_json(place.objects[ownership.KEY])


def test_the_first_publishing_leaves_a_marker_with_the_shows_guid(work: Workspace, settings: PublishConfig) -> None:
    place = MemoryTarget()
    release(work, settings, target=place)
    assert f"<podcast:guid>{marker(place).show_guid}</podcast:guid>".encode() in place.objects["feed.xml"]
    assert marker(place).title == "Tide & Time"


@pytest.mark.parametrize(
    ("before", "after", "slug", "what"),
    [
        pytest.param({}, {}, "storms", None, id="the same show, a new episode"),
        pytest.param(
            {"guid": OURS}, {"guid": OURS, "title": "New"}, "storms", None, id="a new title, the guid says so"
        ),
        pytest.param({}, {"title": "New"}, "tides", None, id="a new title, and an episode that is there"),
        pytest.param({}, {"title": "Other"}, "storms", "'Tide & Time' is published there", id="another title"),
        pytest.param({"guid": THEIRS}, {"guid": OURS}, "storms", "guid", id="another guid"),
        pytest.param({}, {"guid": OURS}, "tides", "guid", id="another guid, though it has such an episode"),
    ],
)
def test_who_may_publish_where_a_show_is(
    work: Workspace, settings: PublishConfig, before: dict[str, Any], after: dict[str, Any], slug: str, what: str | None
) -> None:
    place = MemoryTarget()
    shows = [{**one, "guid": uuid.UUID(one["guid"])} if "guid" in one else one for one in (before, after)]
    release(work, settings, "tides", target=place, show=make_show(**shows[0]))
    there = dict(place.objects)
    if what is None:
        release(work, settings, slug, target=place, show=make_show(**shows[1]))
        assert marker(place).title == make_show(**shows[1]).title
        return
    with pytest.raises(ConfigError) as caught:
        release(work, settings, slug, target=place, show=make_show(**shows[1]))
    assert what in caught.value.what
    assert caught.value.fix
    assert place.objects == there


def test_the_fix_for_a_renamed_show_is_right(work: Workspace, settings: PublishConfig) -> None:
    place = MemoryTarget()
    release(work, settings, "tides", target=place)
    with pytest.raises(ConfigError) as caught:
        release(work, settings, "storms", target=place, show=make_show(title="New"))
    guid = marker(place).show_guid
    assert f"`guid: {guid}` into configs/show.yaml" in caught.value.fix
    release(work, settings, "storms", target=place, show=make_show(title="New", guid=uuid.UUID(guid)))


def test_a_place_with_other_things_in_it_is_refused_and_the_fix_says_how_to_claim_it(
    work: Workspace, settings: PublishConfig
) -> None:
    place = MemoryTarget({"holidays/beach.jpg": b"jpeg"})
    with pytest.raises(ConfigError, match=r"holidays/beach\.jpg") as caught:
        release(work, settings, target=place)
    assert "showrunner bucket setup --claim" in caught.value.fix
    assert place.objects == {"holidays/beach.jpg": b"jpeg"}


def test_a_claimed_place_is_published_to_and_what_was_there_stays(work: Workspace, settings: PublishConfig) -> None:
    place = MemoryTarget({"holidays/beach.jpg": b"jpeg"})
    ownership.claim(place, make_show(), OURS, None)
    release(work, settings, target=place, show=make_show(guid=uuid.UUID(OURS)))
    assert place.objects["holidays/beach.jpg"] == b"jpeg"


def test_a_show_of_before_there_were_markers_gets_one(work: Workspace, settings: PublishConfig) -> None:
    place = MemoryTarget()
    release(work, settings, "tides", target=place)
    del place.objects[ownership.KEY]
    release(work, settings, "storms", target=place)
    assert marker(place).title == "Tide & Time"


def test_two_shows_that_come_to_an_empty_place_at_once_do_not_mix(work: Workspace, settings: PublishConfig) -> None:
    class Overtaken(MemoryTarget):
        def any_key(self) -> str | None:
            self.objects[ownership.KEY] = b'{"show_guid": "other", "title": "Other"}'
            return None

    place = Overtaken()
    with pytest.raises(ConfigError, match="another machine"):
        release(work, settings, target=place)
    assert set(place.objects) == {ownership.KEY}


def test_another_machine_of_the_same_show_that_came_first_by_a_moment_is_no_stranger(
    work: Workspace, settings: PublishConfig
) -> None:
    class Overtaken(MemoryTarget):
        def any_key(self) -> str | None:
            release(work, settings, "storms", target=MemoryTarget(self.objects))
            return next(iter(self.objects))

    place = Overtaken()
    release(work, settings, "tides", target=place)
    assert b"About storms" in place.objects["feed.xml"]
    assert b"About tides" in place.objects["feed.xml"]


@pytest.mark.parametrize("data", [b"<html>404</html>", b'{"show_guid": "x", "title": "T", "added_later": 1}'])
def test_a_marker_that_cannot_be_understood_is_left_alone(
    work: Workspace, settings: PublishConfig, data: bytes
) -> None:
    place = MemoryTarget({ownership.KEY: data})
    with pytest.raises(StageError) as caught:
        release(work, settings, target=place)
    assert "newer Showrunner" in caught.value.fix
    assert place.objects == {ownership.KEY: data}


def test_publishing_what_is_there_does_not_write_the_marker_again(work: Workspace, settings: PublishConfig) -> None:
    class Untouched(MemoryTarget):
        def prove(self, item: object) -> None:
            raise PipelineError("nobody has to prove anything", fix="")

    place = MemoryTarget()
    release(work, settings, target=place)
    release(work, settings, target=Untouched(place.objects))
