"""The contract that every place to publish keeps; the folder, the real S3 and the tests' own run the same tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_samples import MemoryTarget

from pipeline import store
from pipeline.adapters import s3
from pipeline.errors import InputError, StageError
from pipeline.targets import FolderTarget, Item, LostRaceError, Target


@pytest.fixture(params=["memory", "folder", pytest.param("s3", marks=pytest.mark.real)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    if request.param == "memory":
        return MemoryTarget()
    if request.param == "folder":
        return FolderTarget(tmp_path / "public")
    return s3.open_bucket(request.getfixturevalue("s3_settings"))


def item(data: bytes, key: str = "episodes/a/notes.txt", path: Path | None = None) -> Item:
    if path:
        path.write_bytes(data)
    return Item(key, path or data, store.digest_bytes(data), len(data), "text/plain", "public, max-age=60")


def test_nothing_is_there_at_first(target: Target) -> None:
    assert target.head("feed.xml") is None
    assert target.get("feed.xml") is None


@pytest.mark.parametrize("from_file", [False, True])
def test_what_was_put_is_there(target: Target, tmp_path: Path, from_file: bool) -> None:
    sent: list[int] = []
    new = item(b"hello", path=tmp_path / "hello.txt" if from_file else None)
    target.put(new, replaces=None, sent=sent.append)
    head, found = target.head(new.key), target.get(new.key)
    assert head
    assert head.holds(new)
    assert found
    assert (found.data, found.etag, sum(sent)) == (b"hello", head.etag, 5)


def test_other_bytes_of_the_same_size_are_not_the_item(target: Target) -> None:
    target.put(item(b"hello"), replaces=None)
    head = target.head("episodes/a/notes.txt")
    assert head
    assert not head.holds(item(b"jello"))


def test_a_reader_of_the_newest_may_replace_it(target: Target) -> None:
    target.put(item(b"one"), replaces=None)
    found = target.get("episodes/a/notes.txt")
    assert found
    target.put(item(b"two"), replaces=found.etag)
    again = target.get("episodes/a/notes.txt")
    assert again
    assert again.data == b"two"


def test_a_key_that_is_taken_cannot_be_taken_again(target: Target) -> None:
    target.put(item(b"one"), replaces=None)
    with pytest.raises(LostRaceError):
        target.put(item(b"two"), replaces=None)
    found = target.get("episodes/a/notes.txt")
    assert found
    assert found.data == b"one"


def test_to_put_what_is_there_already_is_no_lost_race(target: Target) -> None:
    """The answer to a first try may be lost on the way; asked again, the place is as it should be."""
    target.put(item(b"one"), replaces=None)
    target.put(item(b"one"), replaces=None)
    found = target.get("episodes/a/notes.txt")
    assert found
    target.put(item(b"two"), replaces=found.etag)
    target.put(item(b"two"), replaces=found.etag)


def test_an_empty_place_is_told_from_one_that_is_not(target: Target) -> None:
    assert target.any_key() is None
    target.put(item(b"one"), replaces=None)
    assert target.any_key() == "episodes/a/notes.txt"


def test_a_place_that_can_be_written_proves_it_and_stays_as_it_is(target: Target) -> None:
    target.put(item(b"one"), replaces=None)
    target.prove(item(b"one"))
    found = target.get("episodes/a/notes.txt")
    assert found
    assert found.data == b"one"


BAD_KEYS = [
    "../../etc/passwd",
    "episodes/../../etc/page.html",
    "episodes/../tides/page.html",
    "/etc/passwd",
    "episodes//tides",
    "./feed.xml",
    "episodes/a\\..\\b",
    "feed\n.xml",
    "feed\x00.xml",
    "",
    "episodes/" + "a" * 900,
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_key_leaves_the_prefix(key: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        item(b"one", key=key)
    folder = FolderTarget(tmp_path / "public")
    for ask in (folder.head, folder.get, folder.delete):
        with pytest.raises(InputError):
            ask(key)


def test_a_reader_of_something_older_may_not_replace_it(target: Target) -> None:
    target.put(item(b"one"), replaces=None)
    stale = target.get("episodes/a/notes.txt")
    assert stale
    target.put(item(b"two"), replaces=stale.etag)
    with pytest.raises(LostRaceError):
        target.put(item(b"three"), replaces=stale.etag)
    found = target.get("episodes/a/notes.txt")
    assert found
    assert found.data == b"two"


def test_what_is_gone_cannot_be_replaced(target: Target) -> None:
    target.put(item(b"one"), replaces=None)
    found = target.get("episodes/a/notes.txt")
    assert found
    with pytest.raises(LostRaceError):
        target.put(item(b"two", key="episodes/b/notes.txt"), replaces=found.etag)


def test_keys_are_listed_by_how_they_begin(target: Target) -> None:
    for key in ("episodes/b/notes.txt", "episodes/a/x/notes.txt", "episodes/ab/notes.txt", "feed.xml"):
        target.put(item(b"one", key=key), replaces=None)
    assert target.keys("episodes/a/") == ["episodes/a/x/notes.txt"]
    assert target.keys("") == ["episodes/a/x/notes.txt", "episodes/ab/notes.txt", "episodes/b/notes.txt", "feed.xml"]


def test_what_was_deleted_is_gone_and_deleting_it_again_is_no_error(target: Target) -> None:
    for key in ("episodes/a/notes.txt", "episodes/b/notes.txt"):
        target.put(item(b"one", key=key), replaces=None)
    for _ in range(2):
        target.delete("episodes/a/notes.txt")
    assert target.keys("") == ["episodes/b/notes.txt"]


def test_the_folder_keeps_no_empty_folders(tmp_path: Path) -> None:
    folder = FolderTarget(tmp_path / "public")
    for key in ("feed.xml", "episodes/a/notes.txt"):
        folder.put(item(b"one", key=key), replaces=None)
    folder.delete("episodes/a/notes.txt")
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["feed.xml"]


def test_the_folder_publishes_nothing_of_its_own(tmp_path: Path) -> None:
    FolderTarget(tmp_path / "public").put(item(b"one", key="feed.xml"), replaces=None)
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["feed.xml"]


def test_what_a_killed_process_left_half_written_goes_with_the_next_write(tmp_path: Path) -> None:
    folder = FolderTarget(tmp_path / "public")
    folder.put(item(b"one", key="feed.xml"), replaces=None)
    (tmp_path / "public/.feed.xml.a1b2c3d4").write_bytes(b"on")
    (tmp_path / "public/.showrunner.json").write_bytes(b"{}")
    folder.put(item(b"two", key="feed.xml"), replaces=store.digest_bytes(b"one"))
    assert sorted(path.name for path in (tmp_path / "public").iterdir()) == [".showrunner.json", "feed.xml"]


def test_what_desktops_leave_in_a_folder_does_not_fill_it(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert FolderTarget(tmp_path).any_key() is None


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "public").write_bytes(b"")
    with pytest.raises(StageError, match="cannot be written"):
        FolderTarget(tmp_path / "public").put(item(b"one"), replaces=None)
