"""Where a cache keeps its objects: what every such place can do, and the folder that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline import store

_PIECE = 1 << 20

#: Hears how many bytes of an object have gone so far, and may raise to give it up.
Watch = Callable[[int], None]


class Shelf(Protocol):
    """Objects by key. Writes are atomic, and all methods raise PipelineError or OSError where the place fails."""

    def read(self, key: str) -> bytes | None:
        """A small object; None where it is not there."""
        ...

    def fetch(self, key: str, path: Path, watch: Watch) -> bool:
        """Write a large object to a new file; False where it is not there."""
        ...

    def write(self, key: str, body: bytes | Path, sha256: str, *, replace: bool, watch: Watch) -> None:
        """Put an object there. What is there already stays unless it is to be replaced."""
        ...


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """A folder of this machine, or one that several machines mount."""

    root: Path

    def read(self, key: str) -> bytes | None:
        """The file's bytes."""
        try:
            return (self.root / key).read_bytes()
        except FileNotFoundError:
            return None

    def fetch(self, key: str, path: Path, watch: Watch) -> bool:
        """Copy the file."""
        source = self.root / key
        if not source.is_file():
            return False
        store.write_pieces_atomic(path, watched(_pieces(source), watch))
        return True

    def write(self, key: str, body: bytes | Path, sha256: str, *, replace: bool, watch: Watch) -> None:
        """Write the file, synced to disk before it gets its name."""
        target = self.root / key
        if target.exists() and not replace:
            return
        pieces = iter((body,)) if isinstance(body, bytes) else _pieces(body)
        store.write_pieces_atomic(target, watched(pieces, watch))


def watched(pieces: Iterator[bytes], watch: Watch) -> Iterator[bytes]:
    """The pieces as they come, each told to `watch` before it is passed on."""
    gone = 0
    for piece in pieces:
        gone += len(piece)
        watch(gone)
        yield piece


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
