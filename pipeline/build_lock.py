"""One run at a time in a build folder, one writer at a time of a file that several processes add to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StageError


@contextmanager
def held(build: Path, slug: str) -> Iterator[None]:
    """Keep a second run off this episode; the lock goes with the process, so that a crash leaves none.

    Raises StageError when somebody else holds it, naming them, or when the folder cannot be written.
    """
    try:
        build.mkdir(parents=True, exist_ok=True)
        handle = os.open(build / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StageError(
            f"{build}: {error.strerror}", fix="check the rights of the episode's folder", episode=slug
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 200, 0).decode(errors="replace").strip()
            raise StageError(
                f"is being run already ({owner or 'by another process'})",
                fix="wait for that run or stop it",
                episode=slug,
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def waited_for(path: Path) -> Iterator[None]:
    """Be the only one who changes `path`, after waiting for others; the lock lies beside it and goes with the process.

    Raises StageError when the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StageError(f"{path}: {error.strerror}", fix=f"check the rights of {path.parent}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
