"""Runs a command and reads off seconds and peak memory; prints rows as a table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOWRUNNER = str(ROOT / ".venv/bin/showrunner")


@dataclass(frozen=True)
class Cost:
    """Wall seconds and the largest resident size, in MB, of a command or any program that it started."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Row:
    """One line of a table. `ratio` says to what: `0.12 x real time`, `0.5 x ffmpeg`."""

    what: str
    work: str
    seconds: float | None
    ratio: str = ""
    peak_mb: float | None = None


def run(command: Sequence[str], *, env: dict[str, str] | None = None, log: Path | None = None) -> Cost:
    """Run a command to its end; its output goes to standard error, or all it writes to a file.

    Raises CalledProcessError when it fails.
    """
    began = time.monotonic()
    with log.open("wb") if log else nullcontext() as file:
        process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=file or sys.stderr, stderr=file)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.monotonic() - began, usage.ru_maxrss / 1024)


def best(command: Sequence[str], times: int, *, env: dict[str, str] | None = None) -> Cost:
    """The quickest of several runs: what the work costs when nothing else gets in its way."""
    return min((run(command, env=env) for _ in range(times)), key=lambda cost: cost.seconds)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table."""
    cells = [("what", "work", "seconds", "ratio", "peak MB")]
    for row in rows:
        seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
        cells.append((row.what, row.work, seconds, row.ratio, "" if row.peak_mb is None else f"{row.peak_mb:.0f}"))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    print(f"\n{title}")
    for line in cells:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
