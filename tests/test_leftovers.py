"""What `gc` removes: files that nothing names. What anything leads to, and what nobody knows, stays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline import catalog, leftovers, manifest, store
from pipeline.config import FolderConfig, PublishConfig, Show
from pipeline.leftovers import FirstSeen
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.models import Catalog
from pipeline.targets import FolderTarget

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SHOW = Show.model_validate(
    {
        "title": "Tide Talk",
        "description": "About the sea.",
        "author": "Mara",
        "owner": {"name": "Mara", "email": "mara@example.org"},
        "link": "https://example.org/",
        "categories": ["Science"],
    }
)
OLD, PAGE, SOUND = "episodes/a/a-000000000000.mp3", "episodes/a/index.html", "episodes/a/a-111111111111.mp3"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder in which two stages left what they name."""
    stages = {}
    for stage, files in {"prepare": ("audio.f32", "audio.json"), "package": ("package.json", "package/a.mp3")}.items():
        for name in files:
            store.write_atomic(tmp_path / "build" / name, name.encode())
        stamps = {name: Stamp.of(tmp_path / "build" / name) for name in files}
        stages[stage] = Entry(key="", why=(), parts={}, outputs={}, files=stamps, seconds=0)
    manifest.save(tmp_path / "build", Manifest(stages=stages))
    return tmp_path / "build"


@pytest.mark.parametrize("name", ["package/old.mp3", "waveform.json", ".work-abc/audio.f32"])
def test_a_file_that_no_stage_names_is_left_over(build: Path, name: str) -> None:
    store.write_atomic(build / name, b"12345")
    assert [(one.path, one.size) for one in leftovers.in_build(build)] == [(build / name, 5)]


@pytest.mark.parametrize("name", ["llm/answer.json", ".lock", "manifest.json"])
def test_what_stages_do_not_make_and_runs_need_stays(build: Path, name: str) -> None:
    if name != "manifest.json":
        store.write_atomic(build / name, b"12345")
    assert leftovers.in_build(build) == ()


def test_a_stage_that_there_is_no_more_names_nothing(build: Path) -> None:
    known = manifest.load(build)
    known.stages["polish"] = known.stages.pop("package")
    manifest.save(build, known)
    assert [one.path.name for one in leftovers.in_build(build)] == ["a.mp3", "package.json"]


def test_decoded_sound_goes_only_when_that_is_asked_for(build: Path) -> None:
    assert leftovers.in_build(build) == ()
    assert [one.path.name for one in leftovers.in_build(build, decoded=True)] == ["audio.f32"]


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_without_a_manifest_everything_stays(build: Path, text: str | None) -> None:
    store.write_atomic(build / "what.bin", b"?")
    (build / "manifest.json").unlink()
    if text is not None:
        store.write_text_atomic(build / "manifest.json", text)
    assert leftovers.in_build(build, decoded=True) == ()


@pytest.fixture
def place(tmp_path: Path) -> FolderTarget:
    """A published show whose page leads to one sound; another one is there besides."""
    root = tmp_path / "public"
    listed = Catalog(show_guid="9b024349-ccf0-5f69-a609-6b82873eab3c")
    store.write_atomic(root / catalog.CATALOG, store.to_json(listed))
    store.write_text_atomic(root / PAGE, f'<audio src="{Path(SOUND).name}">')
    for key in (SOUND, OLD, "episodes/a/notes.txt"):
        store.write_atomic(root / key, b"sound")
    return FolderTarget(root)


def look(place: FolderTarget, before: FirstSeen, days: float = 0) -> leftovers.Published:
    settings = PublishConfig(folder=FolderConfig(path=str(place.root)), grace_days=7)
    return leftovers.in_published(place, SHOW, settings, before, now=NOW + dt.timedelta(days=days))


def test_a_published_file_goes_when_nothing_has_led_to_it_for_the_days_of_grace(place: FolderTarget) -> None:
    first = look(place, FirstSeen({}))
    assert (first.remove, dict(first.wait)) == ((), {OLD: NOW + dt.timedelta(days=7)})
    assert look(place, first.seen, days=6.9).remove == ()
    later = look(place, first.seen, days=7)
    assert (later.remove, later.wait, later.seen.root) == ((OLD,), {}, {})


def test_without_days_of_grace_it_still_takes_a_second_look(place: FolderTarget) -> None:
    """A file that another machine is uploading right now is named by nothing yet."""
    settings = PublishConfig(folder=FolderConfig(path=str(place.root)), grace_days=0)
    first = leftovers.in_published(place, SHOW, settings, FirstSeen({}), now=NOW)
    assert first.remove == ()
    assert leftovers.in_published(place, SHOW, settings, first.seen, now=NOW).remove == (OLD,)


def test_what_is_named_again_begins_anew(place: FolderTarget) -> None:
    first = look(place, FirstSeen({}))
    store.write_text_atomic(place.root / PAGE, f"{Path(OLD).name} {Path(SOUND).name}")
    again = look(place, first.seen, days=3)
    assert (again.wait, again.seen.root) == ({}, {})


def test_a_clock_that_was_ahead_never_keeps_a_file_for_ever(place: FolderTarget) -> None:
    ahead = look(place, FirstSeen({}), days=3650).seen
    assert look(place, ahead).wait == {OLD: NOW + dt.timedelta(days=7)}


def test_where_no_show_is_published_nothing_is_left_over(tmp_path: Path) -> None:
    store.write_atomic(tmp_path / "public" / OLD, b"sound")
    assert look(FolderTarget(tmp_path / "public"), FirstSeen({})) == leftovers.Published((), {}, FirstSeen({}))


def test_chapters_may_lead_to_pictures(place: FolderTarget) -> None:
    store.write_text_atomic(place.root / "episodes/a/chapters-222222222222.json", f'{{"img": "x/{Path(OLD).name}"}}')
    assert OLD not in look(place, FirstSeen({})).wait
