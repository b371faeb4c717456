"""Where a show is published: what every place must be able to do, and the local folder that does it."""

from __future__ import annotations

import fcntl
import glob
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline import store
from pipeline.config import PrivatePublishing, PublishConfig
from pipeline.errors import InputError, StageError

PROBE = ".showrunner-probe-"  # how the names of what is only tried out begin
_LONGEST_KEY = 900  # bytes; S3 takes 1024 with the prefix


def check_key(key: str) -> str:
    """The key, which stays inside the prefix on every place. Raises InputError for one that might not.

    >>> check_key("episodes/tides/index.html")
    'episodes/tides/index.html'
    """
    parts = key.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in key or not key.isprintable():
        raise InputError(
            f"{key!r}: cannot be the name of a published file", fix="make the slug of small letters, digits and hyphens"
        )
    if len(key.encode()) > _LONGEST_KEY:
        raise InputError(f"{key[:40]}…: is too long for a published file's name", fix="choose a shorter slug")
    return key


@dataclass(frozen=True, slots=True)
class Item:
    """Something to publish: its key under the prefix, its bytes (or the file that holds them), and its HTTP headers.

    Raises InputError for a key that would leave the prefix.
    """

    key: str
    body: bytes | Path
    sha256: str
    size: int
    media_type: str
    cache_control: str

    def __post_init__(self) -> None:
        check_key(self.key)

    @property
    def immutable(self) -> bool:
        """Whether the key carries the content's digest, so that what is there under it is never replaced."""
        return self.cache_control.endswith("immutable")


@dataclass(frozen=True, slots=True)
class Head:
    """What a place says about a key; None for what it does not know."""

    etag: str
    size: int
    media_type: str | None
    sha256: str | None

    def holds(self, item: Item) -> bool:
        """Whether that is the item, as far as the place can tell."""
        return (
            self.size == item.size
            and self.media_type in (None, item.media_type)
            and self.sha256 in (None, item.sha256)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A small object as it was read, with the ETag under which it can be replaced."""

    data: bytes
    etag: str


class LostRaceError(Exception):
    """Somebody else wrote the key first: read again and decide again."""


Sent = Callable[[int], None]


def ignore(more: int) -> None:
    """A watcher of uploads that does not care."""


class Target(Protocol):
    """A place with conditional writes. Keys are relative to its prefix; all methods raise PipelineError on failure.

    Several threads may use it at once.
    """

    def head(self, key: str) -> Head | None:
        """What is there; None for nothing."""
        ...

    def get(self, key: str) -> Found | None:
        """The bytes that are there; None for nothing."""
        ...

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        """Write if the key still has the ETag `replaces`, or, when that is None, if nothing is there.

        A reader sees the old bytes or the new ones. `sent` hears how many more bytes went.
        Raises LostRaceError when the condition does not hold; where the very bytes are there already all is well.
        """
        ...

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins so, sorted."""
        ...

    def any_key(self) -> str | None:
        """A key that is there; None for an empty place. It costs the same however many there are."""
        ...

    def prove(self, item: Item) -> None:
        """See that one may write here, that conditions are kept, and that listeners get what is written.

        The item is there already, and stays as it is. Raises ConfigError or StageError with what is wrong.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove what is there, if anything."""
        ...


def open_target(settings: PublishConfig) -> Target:
    """The place that configs/publish.yaml names; a private show is kept there in folders that nobody can guess."""
    place = _open_place(settings)
    if not isinstance(settings, PrivatePublishing):
        return place
    from pipeline import private

    return private.PrivateTarget(place, settings)


def _open_place(settings: PublishConfig) -> Target:
    if settings.s3 is None:
        return FolderTarget(Path(settings.folder.path))
    from pipeline.adapters import s3

    return s3.open_bucket(settings.s3)


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """A local folder; a file's ETag is its SHA-256. Media types and caching are up to who serves it."""

    root: Path

    def head(self, key: str) -> Head | None:
        """What is there."""
        path = self._path(key)
        if not path.is_file():
            return None
        digest = store.digest_file(path)
        return Head(etag=digest, size=path.stat().st_size, media_type=None, sha256=digest)

    def get(self, key: str) -> Found | None:
        """The bytes that are there."""
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        return Found(data, store.digest_bytes(data))

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        """Write under the folder's lock, which other processes on this machine respect."""
        path = self._path(item.key)
        with self._locked():
            there = self.head(item.key)
            if there and there.sha256 == item.sha256:
                return
            if (there.etag if there else None) != replaces:
                raise LostRaceError(item.key)
            self._sweep(path)
            if isinstance(item.body, Path):
                store.copy_atomic(item.body, path)
            else:
                store.write_atomic(path, item.body)
        sent(item.size)

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins so, sorted."""
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
        return sorted(key for key in found if key.startswith(prefix))

    def any_key(self) -> str | None:
        """A key that is there; hidden files, which desktops leave everywhere, do not count."""
        shown = (path for path in self.root.rglob("*") if path.is_file() and not path.name.startswith("."))
        return next((path.relative_to(self.root).as_posix() for path in shown), None)

    def prove(self, item: Item) -> None:
        """See that files can be written there; who serves the folder to whom is not known here."""
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise StageError(f"{self.root}: cannot be written", fix="check its rights")

    def delete(self, key: str) -> None:
        """Remove what is there, if anything, and the folders that it leaves empty."""
        with self._locked():
            store.remove(self._path(key), up_to=self.root)

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def _sweep(self, path: Path) -> None:
        """Remove what a process that was killed while it wrote this file left; under the lock nobody else writes it."""
        for left in path.parent.glob(f".{glob.escape(path.name)}.{'?' * 8}"):
            store.remove(left, up_to=path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock lies beside the folder, so that it is not published."""
        lock = self.root.with_name(f".{self.root.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            handle = lock.open("w")
        except OSError as error:
            raise StageError(f"{lock}: cannot be written ({error.strerror})", fix="check its rights") from error
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
