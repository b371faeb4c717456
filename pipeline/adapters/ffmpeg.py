"""Starting ffmpeg and ffprobe safely: no shell, local files of known formats only, and their log line by line."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

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
_PATIENCE = 600.0  # seconds for one look at a file: a day's recording on a slow disk takes a tenth of that
_KEPT_LINES = 400
_PIPE = 1 << 20  # bytes that a pipe holds, where the system lets it: sound goes through it with fewer stops
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


def raw_sound(rate: int, channels: int, file: str = "pipe:0") -> list[str]:
    """The arguments that open float32 samples without a header, from standard input where no file is named."""
    return ["-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", file]


def run(
    arguments: Sequence[str],
    progress: Callable[[float], None] = lambda seconds: None,
    *,
    hear: Callable[[str], None] = lambda line: None,
    into: IO[bytes] | None = None,
) -> Report:
    """Run ffmpeg to its end; `progress` hears how many seconds of output are written, `hear` every line of its log.

    `into` takes what it writes to standard output. Damage in the input is for the caller to judge from the report.
    Raises StageError when ffmpeg cannot be started or its output does not fit on the disk; what `progress` raises ends
    it.
    """
    log = _Log(progress, hear)
    with _started(["-progress", "pipe:2", *arguments], stdout=into or subprocess.DEVNULL) as process:
        log.take_all(process)
        return log.report(process.wait())


def check(report: Report, what: str) -> None:
    """Raise StageError, saying `what` could not be done and why, unless ffmpeg ended well."""
    if report.status != 0:
        why = report.errors[0] if report.errors else f"ffmpeg ended with status {report.status}"
        raise StageError(f"{what} ({why})", fix="run `showrunner doctor`; if ffmpeg is fine, run with --force")


@dataclass(slots=True)
class Piped:
    """A running ffmpeg and the pipes to it; a thread reads its log, so that no full pipe can hold up another."""

    process: subprocess.Popen[bytes]
    _log: _Log
    _reader: threading.Thread

    @property
    def input(self) -> IO[bytes]:
        """Where it reads from."""
        return cast("IO[bytes]", self.process.stdin)

    @property
    def output(self) -> IO[bytes]:
        """What it writes."""
        return cast("IO[bytes]", self.process.stdout)

    def send(self, data: bytes | memoryview) -> None:
        """Give it more to read; where it ended early, `finish` says why."""
        with suppress(BrokenPipeError):
            self.input.write(data)

    def finish(self) -> Report:
        """End its input, wait for its end, and say how it went. Raises StageError as `run` does."""
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        self._reader.join()
        return self._log.report(self.process.wait())


@contextmanager
def piped(
    arguments: Sequence[str], *, reads: bool = False, writes: bool = False, hear: Callable[[str], None] | None = None
) -> Iterator[Piped]:
    """A running ffmpeg that `reads` from us, `writes` to us, or both, and never outlives the block."""
    log = _Log(lambda seconds: None, hear or (lambda line: None))
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with _started(arguments, stdin=pipe if reads else nothing, stdout=pipe if writes else nothing) as process:
        reader = threading.Thread(target=log.take_all, args=(process,), daemon=True)
        reader.start()
        try:
            yield Piped(process, log, reader)
        finally:
            process.kill()
            reader.join()


def follow(arguments: Sequence[str]) -> Generator[tuple[str, bool]]:
    """The log of a running ffmpeg, line by line, and whether each line is an error; it ends with the iteration."""
    with _started(arguments) as process:
        for line in _lines(process):
            yield line, _ERROR.search(line) is not None


@dataclass(slots=True)
class _Log:
    """What an ffmpeg says, as it says it."""

    progress: Callable[[float], None]
    hear: Callable[[str], None]
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))

    def take(self, line: str) -> None:
        if position := _POSITION.match(line):
            self.seconds = int(position[1]) / 1e6
            self.progress(self.seconds)
            return
        self.lines.append(line)
        self.hear(line)
        if (error := _ERROR.search(line)) and len(self.errors) < _KEPT_ERRORS:
            self.errors.append(error[1])

    def take_all(self, process: subprocess.Popen[bytes]) -> None:
        for line in _lines(process):
            self.take(line)

    def report(self, status: int) -> Report:
        full = next((error for error in self.errors if error.endswith(_NO_ROOM)), None)
        if full or status == -signal.SIGXFSZ:
            why = full or "the largest size of a file that is allowed here is reached"
            raise StageError(f"ffmpeg could not write its output: {why}", fix="free disk space, then run again")
        if status < 0:
            raise StageError(f"ffmpeg was ended by signal {-status}", fix="look for a lack of memory, then run again")
        return Report(status, self.seconds, tuple(self.errors), tuple(self.lines))


@contextmanager
def _started(
    arguments: Sequence[str], stdin: int = subprocess.DEVNULL, stdout: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """A running ffmpeg that never outlives the block, nor, where setpriv is installed, a Python that is killed."""
    if shutil.which("ffmpeg") is None:
        raise StageError("ffmpeg is not installed", fix=_INSTALL)
    command = [*_leash(), "ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info", "-y", *arguments]
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, pipesize=_PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


@cache
def _leash() -> tuple[str, ...]:
    """What makes the kernel end a program with the thread that started it; nothing where no setpriv can.

    A program of its own, since prctl in `preexec_fn` is not safe beside threads.
    """
    leash = ("setpriv", "--pdeathsig", "KILL", "--")
    found = shutil.which("setpriv") and subprocess.run([*leash, "true"], capture_output=True, check=False)
    return leash if found and found.returncode == 0 else ()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    for line in process.stderr or ():
        yield line.decode(errors="replace").rstrip()


def _output(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        what = f"{command[-1].removeprefix('file:')}: {command[0]} has looked at it for {_PATIENCE / 60:g} min"
        raise StageError(what, fix="see that its disk answers; export the file again as WAV or FLAC") from None
    except FileNotFoundError:
        raise StageError(f"{command[0]} is not installed", fix=_INSTALL) from None
