"""Files go several at once, those that change in place last, only where they are missing, and are seen to arrive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from release_samples import MemoryTarget

from pipeline import store, uploads
from pipeline.errors import StageError
from pipeline.store import silent
from pipeline.targets import Head, Item, LostRaceError, Sent, ignore

_FOR_EVER = "public, max-age=31536000, immutable"


def item(key: str, data: bytes = b"hello", cache: str = _FOR_EVER) -> Item:
    return Item(key, data, store.digest_bytes(data), len(data), "text/plain", cache)


@dataclass
class Scripted(MemoryTarget):
    """A place where `on_put` is asked before each write."""

    on_put: Callable[[Item], None] = lambda item: None
    puts: list[str] = field(default_factory=list)

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        self.on_put(item)
        self.puts.append(item.key)
        super().put(item, replaces=replaces, sent=sent)


def upload(place: MemoryTarget, items: list[Item]) -> None:
    uploads.upload(place, uploads.find_missing(place, items), silent)


def test_only_what_is_missing_or_differs_is_found() -> None:
    place = MemoryTarget({"a": b"hello", "b": b"other"})
    found = uploads.find_missing(place, [item("a"), item("b"), item("c")])
    assert [(one.item.key, one.there is not None) for one in found] == [("b", True), ("c", False)]


def test_what_links_to_files_goes_after_them() -> None:
    place = Scripted()
    upload(place, [item("page.html", cache="public, max-age=300"), *(item(f"file-{n}") for n in range(9))])
    assert place.puts[-1] == "page.html"
    assert len(place.puts) == 10


def test_four_go_at_once() -> None:
    together = threading.Barrier(4)

    def wait(item: Item) -> None:
        together.wait(timeout=30)

    upload(Scripted(on_put=wait), [item(f"file-{n}") for n in range(8)])


def test_a_file_that_another_machine_put_meanwhile_is_well() -> None:
    place = MemoryTarget()
    missing = uploads.find_missing(place, [item("a")])
    place.objects["a"] = b"hello"
    uploads.upload(place, missing, silent)


def test_a_file_of_which_something_else_came_to_be_there_is_told() -> None:
    place = MemoryTarget()
    missing = uploads.find_missing(place, [item("a")])
    place.objects["a"] = b"other bytes"
    with pytest.raises(StageError, match="a: 5 bytes of text/plain were sent, but 11 bytes"):
        uploads.upload(place, missing, silent)


def test_a_conflict_with_a_write_that_came_to_nothing_is_tried_again() -> None:
    failures = iter([True, True, False])

    def fail(item: Item) -> None:
        if next(failures):
            raise LostRaceError(item.key)

    place = Scripted(on_put=fail)
    upload(place, [item("a")])
    assert place.objects == {"a": b"hello"}


def test_after_an_error_nothing_new_is_begun_and_what_arrived_stays() -> None:
    def fail(item: Item) -> None:
        if item.key == "file-1":
            raise StageError("the server is overloaded", fix="run again later")

    place = Scripted(on_put=fail)
    items = [item(f"file-{n}") for n in range(50)]
    with pytest.raises(StageError, match="overloaded"):
        upload(place, items)
    assert len(place.puts) < 50
    upload(place.__class__(place.objects), items)
    assert len(place.objects) == 50


def test_an_error_stops_a_large_file_at_its_next_part() -> None:
    begun = threading.Event()

    class Endless(MemoryTarget):
        def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
            if item.key == "file-1":
                begun.wait(timeout=30)
                raise StageError("the server is overloaded", fix="run again later")
            while True:
                sent(1)
                begun.set()

    place = Endless()
    with pytest.raises(StageError, match="overloaded"):
        upload(place, [item("file-0"), item("file-1")])


def test_progress_never_falls_and_ends_with_all_bytes_whatever_is_sent_twice() -> None:
    class Stutters(MemoryTarget):
        def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
            sent(2)
            sent(item.size)  # it began again
            super().put(item, replaces=replaces)

    told: list[tuple[float, float]] = []
    place, items = Stutters(), [item(f"file-{n}") for n in range(6)]
    uploads.upload(place, uploads.find_missing(place, items), lambda done, total: told.append((done, total)))
    assert told[-1] == (30, 30)
    assert all(done <= total for done, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_bytes_that_do_not_arrive_whole_are_noticed() -> None:
    class Lossy(MemoryTarget):
        def head(self, key: str) -> Head | None:
            found = super().head(key)
            return found and replace(found, size=found.size - 1)

    with pytest.raises(StageError, match="5 bytes of text/plain were sent, but 4 bytes"):
        upload(Lossy(), [item("a")])
