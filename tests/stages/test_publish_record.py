"""What publishing reads from a package into the record that the feed is made of, and what it refuses there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from feed_samples import texts
from PIL import Image
from release_samples import NOTES, MemoryTarget, folder_settings, make_config, make_package, make_show, release

from pipeline.adapters import websub
from pipeline.config import FolderConfig, PublishConfig
from pipeline.errors import StageError
from pipeline.models import Package, PackagedFile
from pipeline.stages import publish
from pipeline.store import Workspace

HUB = "https://hub.example.org/"


def with_picture(work: Workspace, side: int) -> Package:
    plain, path = make_package(work), work.folder / "made.png"
    Image.new("RGB", (side, side)).save(path)
    blob = work.keep_bytes(path.read_bytes(), "package/cover.png")
    picture = PackagedFile(name="cover.png", role="cover", media_type="image/png", blob=blob)
    return plain.model_copy(update={"files": (*plain.files, picture)})


def test_an_episodes_own_picture_is_uploaded_and_named(work: Workspace, tmp_path: Path) -> None:
    settings, place = folder_settings(tmp_path / "public"), MemoryTarget()
    found = release(work, settings, target=place, package=with_picture(work, 1400))
    (key,) = [key for key in found.assets if "/cover-" in key]
    assert key in place.objects
    assert texts(place.objects["feed.xml"], "//item/itunes:image/@href") == [f"{settings.base_url}/{key}"]


def test_a_picture_that_directories_would_refuse_stops_publishing(work: Workspace, tmp_path: Path) -> None:
    place = MemoryTarget()
    with pytest.raises(StageError, match=r"the episode's image would be refused: cover\.png"):
        release(work, folder_settings(tmp_path / "public"), target=place, package=with_picture(work, 300))
    assert place.objects == {}


def test_the_prefix_stands_in_the_feed_and_not_in_the_catalog(work: Workspace) -> None:
    settings = PublishConfig(
        folder=FolderConfig(public_base_url="https://cdn.example.org/show"), analytics_prefix="https://op3.dev/e/"
    )
    place = MemoryTarget()
    found = release(work, settings, target=place)
    sound = found.episode.enclosure.url
    assert sound.startswith("https://cdn.example.org/show/episodes/tides/")
    assert b"op3.dev" not in place.objects["catalog.json"]
    assert texts(place.objects["feed.xml"], "//enclosure/@url") == [f"https://op3.dev/e/{sound[8:]}"]


def test_a_hub_that_fails_is_a_notice_and_the_episode_is_out(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websub, "ping", lambda hub, topic: f"answers 500 for {topic}")
    settings = folder_settings(tmp_path / "public").model_copy(update={"websub_hub": HUB})
    place, told = MemoryTarget(), list[str]()
    release(replace(work, notice=told.append), settings, target=place)
    assert b"About tides" in place.objects["feed.xml"]
    assert [one for one in told if HUB in one and "answers 500" in one]
    assert texts(place.objects["feed.xml"], "//atom:link[@rel='hub']/@href") == [HUB]


def test_publishing_again_tells_no_hub(work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pings: list[str] = []
    monkeypatch.setattr(websub, "ping", lambda hub, topic: pings.append(topic))
    settings = folder_settings(tmp_path / "public").model_copy(update={"websub_hub": HUB})
    place = MemoryTarget()
    release(work, settings, target=place)
    release(work, settings, target=place)
    assert pings == ["https://cdn.example.org/show/feed.xml"]


def test_notes_are_made_safe_whatever_the_package_holds(work: Workspace, tmp_path: Path) -> None:
    package = make_package(
        work, html='<p onclick="x()">Hi<script>x</script><img src="https://track.example/1.gif"></p>'
    )
    record = publish.make_record(
        work, package, NOTES, folder_settings(tmp_path / "public"), make_show(), make_config(), "tides"
    )
    assert record.notes_html == "<p>Hi</p>"


def test_the_public_catalog_holds_nothing_of_this_machine(work: Workspace, tmp_path: Path) -> None:
    place = MemoryTarget()
    release(work, folder_settings(tmp_path / "public"), target=place, package=with_picture(work, 1400))
    assert str(tmp_path).encode() not in place.objects["catalog.json"]
    assert b"interview.wav" not in place.objects["catalog.json"]
