"""An ffmpeg whose output is read, or whose input is written, piece by piece: nothing of it has to fit in memory."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from pipeline.adapters import ffmpeg
from pipeline.errors import StageError

_PIECE = 1 << 20
_NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded")


def read_pieces(arguments: Sequence[str], what: str) -> Generator[bytes]:
    """What ffmpeg writes to its standard output. Raises StageError that begins with `what` when it fails."""
    with _running([*arguments, "pipe:1"], what, stdout=subprocess.PIPE) as process:
        while process.stdout and (piece := process.stdout.read(_PIECE)):
            yield piece


def write_pieces(arguments: Sequence[str], pieces: Iterable[bytes], what: str) -> None:
    """Hand `pieces` to an ffmpeg that reads `pipe:0`. Raises StageError that begins with `what` when it fails."""
    with _running(arguments, what, stdin=subprocess.PIPE) as process:
        try:
            for piece in pieces:
                _put(process.stdin, piece)
        except BrokenPipeError:
            pass  # it has given up, and its log says why
        finally:
            _close(process.stdin)


def _put(pipe: IO[bytes] | None, piece: bytes) -> None:
    if pipe:
        pipe.write(piece)


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except BrokenPipeError:
        pass


@contextmanager
def _running(
    arguments: Sequence[str], what: str, *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that never outlives the block; its log goes to a file, so that it never waits for a reader."""
    ffmpeg.check_ffmpeg()
    command = ["ffmpeg", "-hide_banner", "-nostats", "-loglevel", "error", "-y", *arguments]
    with tempfile.TemporaryFile() as log:
        with subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=log) as process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            log.seek(0)
            raise _failed(what, log.read().decode(errors="replace").splitlines(), process.returncode)


def _failed(what: str, log: Sequence[str], status: int) -> StageError:
    why = next((line for line in log if line.endswith(_NO_ROOM)), log[0] if log else f"ffmpeg ended with {status}")
    if why.endswith(_NO_ROOM):
        return StageError(f"{what}: {why}", fix="free disk space, then run again")
    return StageError(f"{what}: {why}", fix="run `showrunner doctor`; if ffmpeg is fine, run with --force")


def has_encoder(name: str) -> bool:
    """Whether this machine's ffmpeg has an encoder of that name."""
    listed = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], capture_output=True, text=True, check=False).stdout
    return any(line.split()[1:2] == [name] for line in listed.splitlines())
