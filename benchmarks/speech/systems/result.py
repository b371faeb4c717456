"""How a system hands over what it found, and how its seconds are taken.

Seconds are of loading models and of the work, for each recording anew, as an episode comes alone. Importing packages
comes before and is not counted, for any system.
"""

from __future__ import annotations

import json
import os
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CORES = len(os.sched_getaffinity(0))
RATE = 16_000

#: What was found in a recording: `text`, `words`, `turns`, `artifact`, as far as the system finds it.
Found = dict[str, Any]


class Stopwatch:
    """Wall and CPU seconds of named parts of the work, all threads together."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count what is done inside under a name."""
        wall, cpu = time.monotonic(), time.process_time()
        yield
        self.wall[name] = self.wall.get(name, 0.0) + time.monotonic() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu


def run(system: Callable[[str, Stopwatch], Found]) -> None:
    """Call the system for each AUDIO of the command line `RESULT AUDIO…`, and write RESULT."""
    made = []
    for audio in sys.argv[2:]:
        watch = Stopwatch()
        found = system(audio, watch)
        made.append({**found, "wall": watch.wall, "cpu": watch.cpu})
    Path(sys.argv[1]).write_text(json.dumps(made), encoding="utf-8")


def word(start: float, end: float, text: str) -> dict[str, Any]:
    """A word as results hold it."""
    return {"start": float(start), "end": float(end), "text": text}


def turn(start: float, end: float, speaker: str) -> dict[str, Any]:
    """A turn as results hold it."""
    return {"start": float(start), "end": float(end), "speaker": str(speaker)}


def samples_of(audio: str) -> NDArray[np.float32]:
    """The samples of a 16 kHz mono WAV file, in [-1, 1]."""
    with wave.open(audio, "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
