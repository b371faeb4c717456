"""Which systems there are, and how each is run: in a process of its own, its memory measured from outside."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks import measure
from benchmarks.measure import ROOT
from benchmarks.speech.cases import Recording
from benchmarks.speech.systems.result import Found

_PRODUCT = ROOT / ".venv/bin/python"
_BENCH = ROOT / ".venv/bench/bin/python"
#: Threads that wait do not spin: the product sets that for itself, and beside other work it helps whoever has it.
_ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYANNOTE_METRICS_ENABLED": "0", "OMP_WAIT_POLICY": "PASSIVE"}


@dataclass(frozen=True, slots=True)
class System:
    """Something that finds words or turns; `module` is in `systems`, `mode` its first argument."""

    name: str
    finds: Literal["words", "turns"]
    module: str
    mode: str | None = None
    python: Path = _BENCH


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system found in each recording, by name, and its process's peak memory; or why there is nothing."""

    found: dict[str, Found]
    peak_mb: float | None = None
    failure: str | None = None


OURS = "showrunner"
SYSTEMS = (
    System(OURS, "words", "showrunner", "words", _PRODUCT),
    System("whisper-ctranslate2", "words", "whisper_ctranslate2", "sequential"),
    System("whisper-ctranslate2 --batched", "words", "whisper_ctranslate2", "batched"),
    System("WhisperX", "words", "whisperx"),
    System(OURS, "turns", "showrunner", "turns", _PRODUCT),
    System("pyannote", "turns", "pyannote_default"),
    System("senko", "turns", "senko"),
)


def run(system: System, recordings: Sequence[Recording]) -> Outcome:
    """Let a system work through recordings in one process; when it fails, the last lines that it wrote say why."""
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as folder:
        path, log = Path(folder) / "result.json", Path(folder) / "log"
        command = [str(system.python), "-W", "ignore", "-m", f"benchmarks.speech.systems.{system.module}"]
        command += [system.mode] if system.mode else []
        command += [str(path), *(str(one.audio) for one in recordings)]
        try:
            cost = measure.run(command, env=_ENVIRONMENT, log=log)
            found = json.loads(path.read_text(encoding="utf-8"))
        except subprocess.CalledProcessError as error:
            return Outcome({}, failure=f"exit {error.returncode}: {_last_line(log)}")
    names = [one.name for one in recordings]
    return Outcome(dict(zip(names, found, strict=True)), cost.peak_mb)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")[:300]
