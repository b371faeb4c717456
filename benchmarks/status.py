"""`showrunner status` of many episodes: the first look, the next one, one after a run, and `gc --dry-run`.

Usage: python -m benchmarks status [EPISODES]
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, SHOWRUNNER, Cost, Row, run, show
from pipeline import manifest, store
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.stages import STAGES

_EPISODE = """\
# Made by the first run from what the recording tells. Yours to edit: it is never overwritten.
title: "Episode {number}"
date: 2026-01-02
guid: {number}-5f25-8d96-88271ff1450a  # podcast apps know the episode by this; never change it
sources: ["recordings/{number}.wav"]
duration: 3600.0  # seconds, for your information
"""


def main() -> None:
    """Print the table."""
    many = next((int(one) for one in sys.argv[1:] if one.isdigit()), 10_000)
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as name:
        root = Path(name)
        shutil.copytree(ROOT / "configs", root / "configs")
        for number in range(many):
            _make(root, number)
        env, log = {"SHOWRUNNER_ROOT": name}, root / "out.txt"
        rows = [_row("first look", many, run([SHOWRUNNER, "status"], env=env, log=log))]
        again = [run([SHOWRUNNER, "status"], env=env, log=log) for _ in range(3)]
        rows.append(_row("the next", many, min(again, key=lambda cost: cost.seconds)))
        os.utime(root / "episodes/episode-00007/episode.yaml")
        rows.append(_row("after an edit of one", many, run([SHOWRUNNER, "status"], env=env, log=log)))
        rows.append(_row("gc --dry-run", many, run([SHOWRUNNER, "gc", "--dry-run"], env=env, log=log)))
        show("status", rows)


def _row(what: str, many: int, cost: Cost) -> Row:
    return Row(what, f"{many:,} episodes", cost.seconds, f"{cost.seconds / many * 1e3:.2f} ms each", cost.peak_mb)


def _make(root: Path, number: int) -> None:
    """An episode of which every stage has run; its files are small."""
    folder = root / f"episodes/episode-{number:05}"
    build = folder / "build"
    (build / "package").mkdir(parents=True)
    (folder / "episode.yaml").write_text(_EPISODE.format(number=number))
    stages = {}
    for stage in STAGES:
        names = [f"{output}.json" for output in stage.outputs]
        names += [f"package/file-{at}.bin" for at in range(15)] if stage.name == "package" else []
        for one in names:
            (build / one).write_bytes(b"{}")
        stamps = {one: Stamp.of(build / one, store.digest_bytes(b"{}")) for one in names}
        parts = dict.fromkeys([*stage.inputs, *stage.config.values(), "version"], "0" * 64)
        stages[stage.name] = Entry(
            key="0" * 64, why=("first run",), parts=parts, files=stamps, seconds=1.5,
            outputs=dict.fromkeys(stage.outputs, "0" * 64),
        )  # fmt: skip
    (root / "recordings").mkdir(exist_ok=True)
    (root / f"recordings/{number}.wav").write_bytes(b"sound")
    (build / manifest.NAME).write_text(Manifest(stages=stages).model_dump_json(indent=1))
