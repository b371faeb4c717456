"""Starting ffmpeg and ffprobe safely: no shell, local files of known formats only, and their log line by line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StageError

MINIMUM = (5, 1)
_INSTALL = "install it: `apt-get install ffmpeg` on Debian or Ubuntu, `brew install ffmpeg` on a Mac"

# Playlists (hls, dash, concat) and image sequences would make ffmpeg open other files than the one it was given.
_FORMATS = (
    "wav,w64,aiff,caf,au,mp3,aac,ac3,flac,ogg,mov,matroska,avi,asf,flv,mpegts,mpeg,amr,wv,ape,tta,mpc,mpc8,tak,dsf"
)
_NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded")
_POSITION = re.compile(r"out_time_us=(\d+)$")
_ERROR = re.compile(r"\[(?:error|fatal|panic)\] (.*)")
_CONTIGUOUS = 0.001  # seconds: ffprobe rounds times to a microsecond
_KEPT_LINES = 400
_KEPT_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a finished ffmpeg said: exit status, how many seconds it wrote, its first errors, the end of its log."""

    status: int
    seconds: float
    errors: tuple[str, ...]
    log: tuple[str, ...]


def check_ffmpeg() -> None:
    """Raise StageError, with the command that installs it, when ffmpeg or ffprobe is missing or too old."""
    for program in ("ffmpeg", "ffprobe"):
        if shutil.which(program) is None:
            raise StageError(f"{program} is not installed", fix=_INSTALL)
    found = version()
    numbers = re.match(r"n?(\d+)\.(\d+)", found)
    if numbers and (int(numbers[1]), int(numbers[2])) < MINIMUM:
        raise StageError(f"ffmpeg {found} is too old: {MINIMUM[0]}.{MINIMUM[1]} or newer is needed", fix=_INSTALL)


def version() -> str:
    """The version as ffmpeg tells it, such as `5.1.9-0+deb12u1`. Raises StageError when it cannot be started."""
    words = _output(["ffmpeg", "-version"]).stdout.decode(errors="replace").split()
    return words[2] if len(words) > 2 else "unknown"


def input_options(path: Path) -> list[str]:
    """The arguments that open `path`, whatever characters its name has, and nothing else."""
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS, "-i", f"file:{path}"]


def probe(path: Path) -> tuple[dict[str, Any], str]:
    """The `format` and `streams` that ffprobe sees, {} for a file that it does not understand, and its log."""
    entries = ["-show_format", "-show_streams", "-of", "json"]
    done = _output(["ffprobe", "-loglevel", "level+warning", *entries, *input_options(path)])
    found: dict[str, Any] = json.loads(done.stdout or b"{}") if done.returncode == 0 else {}
    return found, done.stderr.decode(errors="replace")


def chapters(path: Path) -> list[dict[str, Any]]:
    """The chapters that ffprobe sees, each with `start_time` (text) and `tags`; none for a file that it cannot read."""
    done = _output(["ffprobe", "-loglevel", "error", "-show_chapters", "-of", "json", *input_options(path)])
    found: dict[str, Any] = json.loads(done.stdout or b"{}") if done.returncode == 0 else {}
    return list(found.get("chapters", ()))


def first_gap(path: Path) -> float | None:
    """The second at which the sound's packets stop following each other without a gap; None where they never do."""
    entries = ["-select_streams", "a:0", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0"]
    expected: float | None = None
    for line in _output(["ffprobe", "-loglevel", "error", *entries, *input_options(path)]).stdout.splitlines():
        start, length = (_seconds(cell) for cell in line.decode().split(",")[:2])
        if start is None or length is None or (expected is not None and abs(start - expected) > _CONTIGUOUS):
            return expected
        expected = start + length
    return None


def _seconds(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:  # ffprobe writes N/A
        return None


def run(arguments: Sequence[str], progress: Callable[[float], None] = lambda seconds: None) -> Report:
    """Run ffmpeg to its end; `progress` hears how many seconds of output are written.

    Damage in the input is for the caller to judge from the report. Raises StageError when ffmpeg cannot be
    started or its output does not fit on the disk.
    """
    errors: list[str] = []
    log: deque[str] = deque(maxlen=_KEPT_LINES)
    seconds = 0.0
    with _started(["-progress", "pipe:2", *arguments]) as process:
        for line in _lines(process):
            if position := _POSITION.match(line):
                seconds = int(position[1]) / 1e6
                progress(seconds)
                continue
            log.append(line)
            if (error := _ERROR.search(line)) and len(errors) < _KEPT_ERRORS:
                errors.append(error[1])
        status = process.wait()
    if full := next((error for error in errors if error.endswith(_NO_ROOM)), None):
        raise StageError(f"ffmpeg could not write its output: {full}", fix="free disk space, then run again")
    if status < 0:
        raise StageError(f"ffmpeg was ended by signal {-status}", fix="look for a lack of memory, then run again")
    return Report(status, seconds, tuple(errors), tuple(log))


def follow(arguments: Sequence[str]) -> Generator[tuple[str, bool]]:
    """The log of a running ffmpeg, line by line, and whether each line is an error; it ends with the iteration."""
    with _started(arguments) as process:
        for line in _lines(process):
            yield line, _ERROR.search(line) is not None


@contextmanager
def _started(arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A running ffmpeg that never outlives the block."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info", "-y", *arguments]
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except FileNotFoundError:
        raise StageError("ffmpeg is not installed", fix=_INSTALL) from None
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    for line in process.stderr or ():
        yield line.decode(errors="replace").rstrip()


def _output(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        raise StageError(f"{command[0]} is not installed", fix=_INSTALL) from None
