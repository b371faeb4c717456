"""A hundred short episodes: `showrunner backfill` beside a loop of `showrunner episode`, and what the runner costs.

`python -m benchmarks backfill` runs all; `EPISODES=20` makes fewer. The loop is timed on a sample of the episodes and
scaled, which is fair since each of its processes begins anew. Recordings are pieces of the demo recording, 8 s each.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import hardware
from pipeline.events import Event, Finished, Started
from pipeline.scale.backfill import run
from pipeline.scale.engine import Item, Lane, Leg, Needs, Plan, plan_legs
from pipeline.scale.ledger import Ledger
from pipeline.scale.local import LocalEngine

ROOT = Path(__file__).resolve().parent.parent
_LENGTH = 8
_SPEECH = 15  # where the music is over
_SAMPLE = 5
_STAGES = tuple(f"stage-{at}" for at in range(17))


def main() -> None:
    """Print what was measured."""
    print(f"{hardware.cores()} cores")
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), int(os.environ.get("EPISODES", "100")))
        _measure_overhead(Path(folder))


def _compare(folder: Path, episodes: int) -> None:
    recordings = folder / "recordings"
    recordings.mkdir()
    for at in range(episodes):
        _cut(recordings / f"{at:03d}.wav", at)
    looped = _time(lambda: [_showrunner(folder / "loop", "episode", recordings / f"{at:03d}.wav", "--no-publish")
                            for at in range(min(_SAMPLE, episodes))]) * episodes / min(_SAMPLE, episodes)  # fmt: skip
    print(f"loop of `showrunner episode`: {looped:.0f} s for {episodes} of {_LENGTH} s ({_SAMPLE} timed, scaled)")
    filled = _time(lambda: _showrunner(folder / "fill", "backfill", recordings))
    print(f"`showrunner backfill`: {filled:.0f} s, {looped / filled:.2f} times as fast")
    again = _time(lambda: _showrunner(folder / "fill", "backfill", recordings))
    print(f"the same once more, nothing to do: {again:.1f} s, {1000 * again / episodes:.0f} ms an episode")


def _cut(path: Path, at: int) -> None:
    sound = ROOT / "episodes/demo/recording.mp3"
    start = _SPEECH + (at * 1.7) % 120
    subprocess.run(
        ["ffmpeg", "-v", "error", "-ss", str(start), "-t", str(_LENGTH), "-i", sound, "-map_metadata", "-1", path],
        check=True,
    )


def _showrunner(project: Path, *arguments: str | Path) -> None:
    if not project.is_dir():
        shutil.copytree(ROOT / "configs", project / "configs")
        (project / "episodes").mkdir()
    env = {**os.environ, "SHOWRUNNER_ROOT": str(project)}
    command = [sys.executable, "-m", "pipeline", *arguments]
    subprocess.run(command, env=env, check=True, capture_output=True, cwd=ROOT)


def _time(what: Callable[[], object]) -> float:
    began = time.monotonic()
    what()
    return time.monotonic() - began


# -- what the engine itself costs ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Nothing:
    """Work that is done as soon as it begins, but tells all that real work tells."""

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """Nothing to prepare."""

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> float | None:
        """Tell of each stage."""
        for stage in leg.stages:
            report(Started(stage, ("first run",)))
            report(Finished(stage, 0.0))
        return 3600.0


def _measure_overhead(folder: Path) -> None:
    for count in (100, 1_000, 10_000):
        command = [
            sys.executable,
            "-c",
            f"from benchmarks.backfill import coordinate; coordinate({str(folder)!r}, {count})",
        ]
        subprocess.run(command, check=True, cwd=ROOT)


def coordinate(folder: str, count: int) -> None:
    """Bring so many episodes with nothing to do through the engine, in a process of its own, and print what it took."""
    sizes: dict[Lane, int] = {"fetch": 1, "cpu": 2, "publish": 1}
    legs = plan_legs([*_STAGES, "publish"], lambda stage: "publish" if stage == "publish" else "cpu")
    plan = Plan(legs, dict.fromkeys(sizes, Needs()))
    ledger = Ledger(Path(folder) / f"ledger-{count}")
    ledger.open()
    items: Iterator[Item] = (Item(f"episode-{at}", f"/recordings/{at}.wav") for at in range(count))
    tally = run(LocalEngine(sizes), items, plan, _Nothing(), ledger, lambda told: None)
    assert tally.done == count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1000 * tally.seconds / count
    print(f"{count} episodes of {len(_STAGES) + 1} fake stages: {each:.1f} ms an episode, coordinator {memory:.0f} MB")
