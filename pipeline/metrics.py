"""Counts and seconds of each stage, kept in a file that Prometheus' node_exporter reads."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import build_lock, store
from pipeline.events import Event, Finished, Skipped, Taken

VARIABLE = "SHOWRUNNER_METRICS"


@dataclass(slots=True)
class Tally:
    """What happened since the last writing: `runs` by stage and outcome, `seconds` by stage, `episodes` by outcome."""

    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    episodes: Counter[str] = field(default_factory=Counter)

    def __call__(self, event: Event) -> None:
        """Count an event of a run."""
        match event:
            case Finished(stage, seconds):
                self.runs[stage, "ran"] += 1
                self.seconds[stage] += seconds  # type: ignore[assignment]
            case Skipped(stage):
                self.runs[stage, "skipped"] += 1
            case Taken(stage, _, _):
                self.runs[stage, "taken"] += 1

    def end(self, stage: str | None = None) -> None:
        """Count an episode's end: well, or failed in `stage`."""
        self.episodes["failed" if stage is not None else "done"] += 1
        if stage:
            self.runs[stage, "failed"] += 1


def wanted() -> Path | None:
    """The file that SHOWRUNNER_METRICS (`--metrics`) names."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else None


def add(tally: Tally, path: Path, *, now: float) -> None:
    """Add to what the file says; processes that end at once wait for each other. `now`: seconds since 1970.

    A file that cannot be understood is begun anew. Raises StageError when it cannot be written.
    """
    from pipeline.adapters import prometheus

    with build_lock.waited_for(path):
        old = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        store.write_text_atomic(path, prometheus.add(old, tally.runs, tally.seconds, tally.episodes, now))
