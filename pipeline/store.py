"""The only writer of local files: unique temporary name, fsync, rename; and the digests that name contents."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from pydantic import BaseModel

from pipeline.errors import StageError
from pipeline.models import Blob

_CHUNK = 1 << 20


def digest_bytes(data: bytes) -> str:
    """SHA-256 of the bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(model: BaseModel) -> bytes:
    """A model as it is stored: two-space JSON in field order, UTF-8, a newline at the end; same model, same bytes."""
    data = model.model_dump(mode="json", exclude_none=True)
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def digest_model(model: BaseModel | None) -> str:
    """SHA-256 of a model's values: what a cache key says about it."""
    if model is None:
        return "none"
    return digest_bytes(json.dumps(model.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode())


def _full(error: OSError, path: Path) -> StageError:
    reason = error.strerror or str(error)
    return StageError(f"{path}: cannot be written ({reason})", fix=f"free space or check the rights of {path.parent}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[BinaryIO]:
    """A new file that takes `path`'s place when the block ends well, synced to disk first, and else disappears."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _full(error, path) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _full(error, path) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put `data` at `path` so that a reader sees the old bytes or the new ones, never a part.

    Raises StageError (naming the path) when the folder cannot be written or the disk is full; the file that
    was there stays.
    """
    with _replacing(path, mode) as file:
        file.write(data)


def write_text_atomic(path: Path, text: str, mode: int = 0o644) -> None:
    """`write_atomic` for text, as UTF-8."""
    write_atomic(path, text.encode(), mode)


def copy_atomic(source: Path, path: Path) -> None:
    """Copy a file of any size to `path` so that no reader sees a part. Raises StageError like `write_atomic`."""
    with _replacing(path, 0o644) as file, source.open("rb") as original:
        shutil.copyfileobj(original, file, _CHUNK)


def remove(path: Path, *, up_to: Path) -> None:
    """Remove a file, if it is there, and every folder below `up_to` that it leaves empty. Raises StageError."""
    try:
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == up_to or any(folder.iterdir()):
                break
            folder.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"{path}: cannot be removed ({error.strerror})"
        raise StageError(what, fix=f"check the rights of {path.parent}") from error


def write_pieces_atomic(path: Path, pieces: Iterable[bytes]) -> None:
    """`write_atomic` for bytes that come in pieces; when `pieces` raises, the file that was there stays."""
    with _replacing(path, 0o644) as file:
        file.writelines(pieces)


def append(path: Path, pieces: Iterable[bytes], *, at: int | None = None) -> None:
    """Write on at the end of a file, or at byte `at` where what follows is given up; synced to disk at the end.

    A crash, or an exception of `pieces`, leaves what was written so far. Raises StageError like `write_atomic`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if at is not None:
                file.truncate(at)
            try:
                file.writelines(pieces)
            finally:
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise _full(error, path) from error


def move(path: Path, target: Path) -> None:
    """Give a finished file of the same disk another name; what had that name is replaced. Raises StageError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _full(error, target) from error


class Progress(Protocol):
    """How a stage reports that it is `done` of `total` units (seconds of audio, bytes, sentences)."""

    def __call__(self, done: float, total: float) -> None:
        """Take note of the progress."""


def silent(done: float, total: float) -> None:
    """A Progress that nobody watches."""


def unheard(text: str) -> None:
    """A notice that nobody reads."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder in which a stage's large files are made and kept; all paths that a stage uses come from here.

    `notice` tells the user something that matters and is no error, in one sentence; `provisional` is called when the
    result only stands in for a better one.
    Example: `with work.scratch("audio.f32") as path: decode(source, path); blob = work.keep(path, "audio.f32")`
    """

    folder: Path
    progress: Progress = field(default=silent)
    notice: Callable[[str], None] = field(default=unheard)
    provisional: Callable[[], None] = field(default=lambda: None)

    def stopgap(self, text: str) -> None:
        """Tell what could not be had, so that the result is not shared with machines that may do better."""
        self.provisional()
        self.notice(text)

    def path(self, blob: Blob) -> Path:
        """Where the bytes of a blob lie."""
        return self.folder / blob.name

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """A path, not yet there, for a tool to write to; gone afterwards unless it was kept.

        The file name ends as `name` does, since tools choose a format by it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix=".work-"))
        try:
            yield folder / Path(name).name
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, made: Path, name: str) -> Blob:
        """Move a finished scratch file into the workspace under `name` (folders allowed) and describe it."""
        target = self.folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with made.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            size = made.stat().st_size
            os.replace(made, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise _full(error, target) from error
        return Blob(name=name, sha256=digest, size=size)

    def keep_bytes(self, data: bytes, name: str) -> Blob:
        """Write bytes into the workspace under `name` and describe them."""
        write_atomic(self.folder / name, data)
        return Blob(name=name, sha256=digest_bytes(data), size=len(data))
