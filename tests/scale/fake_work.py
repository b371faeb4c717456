"""Work for engines to do without sound: what becomes of an episode is in its slug. Engines send it to workers."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.events import Event, Finished, Noticed, Started
from pipeline.scale.engine import Item, Lane, Leg, Needs, Plan, plan_legs

STAGES = ("hear", "tell", "put")
LANES: dict[str, Lane] = {"hear": "cpu", "tell": "cpu", "put": "publish"}
SIZES: dict[Lane, int] = {"fetch": 1, "cpu": 2, "publish": 1}


def make_plan() -> Plan:
    needs = {"fetch": Needs(0, home=True), "cpu": Needs(1), "publish": Needs(0, home=True)}
    return Plan(plan_legs(STAGES, LANES.__getitem__), needs)  # type: ignore[arg-type]


def items(*slugs: str) -> list[Item]:
    return [Item(slug, f"/recordings/{slug}.wav") for slug in slugs]


@dataclass(frozen=True)
class FakeWork:
    """Writes a line into `folder` for each stage that it goes through: its worker's process, the slug, the stage."""

    folder: Path

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        self._note(f"{lane} begins")

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> float | None:
        for stage in leg.stages:
            report(Started(stage, ("first run",)))
            self._note(f"{item.slug} {stage}")
            if (item.slug, stage) == ("starts-a-program", "hear"):
                program = subprocess.Popen(["sleep", "600"])
                report(Noticed(stage, str(program.pid)))
                program.wait()
            self._act(item.slug, stage)
            report(Noticed(stage, "went well"))
            report(Finished(stage, 0.0))
        return 60.0

    def lines(self) -> list[tuple[int, str]]:
        told = [line.split(" ", 1) for line in (self.folder / "log").read_text().splitlines()]
        return [(int(process), what) for process, what in told]

    def _note(self, what: str) -> None:
        with (self.folder / "log").open("a") as log:
            log.write(f"{os.getpid()} {what}\n")

    def _act(self, slug: str, stage: str) -> None:
        if (slug, stage) == ("is-no-recording", "fetch"):
            raise InputError("it.txt: is no recording", fix="name another")
        if (slug, stage) == ("has-a-bug", "tell"):
            raise ValueError("wires crossed")
        if (slug, stage) == ("eats-memory", "hear"):
            os.kill(os.getpid(), signal.SIGKILL)
        if (slug, stage) == ("gives-up", "put"):
            os._exit(3)
        if (slug, stage) in (("waits-for-b", "put"), ("b", "hear")):  # neither goes on without the other
            os.close(os.open(self.folder / "fifo", os.O_RDONLY if stage == "put" else os.O_WRONLY))
