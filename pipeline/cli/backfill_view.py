"""How a backfill looks while it runs: one live view on a terminal, a line an episode otherwise."""

from __future__ import annotations

import sys
import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING

import click

from pipeline.cli import logs
from pipeline.cli.console import clock
from pipeline.events import Advanced, Finished, Started
from pipeline.models import Seconds
from pipeline.scale.backfill import Tally
from pipeline.scale.engine import Happened
from pipeline.scale.ledger import Outcome

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

#: The rate is that of so many last episodes: the first ones of a second run were finished before.
_RECENT = 50
_SHOWN = 12


class BackfillView:
    """Shows what an engine tells on standard error; nothing when `quiet`, all of it where a machine reads the log."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._total, self._quiet = total, quiet or logs.as_json()
        self._tally = Tally()
        self._began = time.monotonic()
        self._ends: deque[float] = deque([self._began], maxlen=_RECENT)
        self._running: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> BackfillView:
        if sys.stderr.isatty() and not self._quiet:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(get_renderable=self._draw, console=Console(stderr=True), refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, told: Happened | Outcome) -> None:
        """Take note of something."""
        if logs.as_json():
            self._log(told)
        match told:
            case Outcome():
                self._running.pop(told.slug, None)
                self._tally = self._tally.plus(told)
                self._ends.append(time.monotonic())
                self._tell(told)
            case Happened(slug, Started(stage, _)):
                self._running[slug] = stage
            case Happened(slug, Advanced(stage, done, total)) if total > 0:
                self._running[slug] = f"{stage} {done / total:.0%}"
            case Happened(slug, Finished(_, _)):
                self._running.pop(slug, None)

    @property
    def left(self) -> Seconds | None:
        """How long the rest takes at the rate of the last episodes; None before there is a rate."""
        span = self._ends[-1] - self._ends[0]
        if len(self._ends) < 2 or not span:
            return None
        waiting = self._total - self._tally.done - self._tally.failed
        return waiting * span / (len(self._ends) - 1)

    def describe(self) -> str:
        """One line: how many are done, failed and running, hours of audio a minute, time left."""
        tally = self._tally
        parts = [f"{tally.done} of {self._total} done"]
        parts += [f"{tally.failed} failed"] if tally.failed else []
        parts += [f"{len(self._running)} running"] if self._running else []
        spent = time.monotonic() - self._began
        if tally.audio and spent:
            parts.append(f"{tally.audio / 3600 / (spent / 60):.2f} h of sound a minute")
        if self.left:
            parts.append(f"about {clock(self.left)} left")
        return ", ".join(parts)

    def _tell(self, outcome: Outcome) -> None:
        if self._quiet:
            return
        lines = [f"{outcome.slug}: done in {clock(outcome.seconds)}"]
        if outcome.failed:
            place = f"{outcome.slug}/{outcome.stage}" if outcome.stage else outcome.slug
            lines = [f"error: {place}: {outcome.what}", f"fix: {outcome.fix}"]
        if self._live:
            for line in lines if outcome.failed else ():
                self._live.console.print(line, markup=False, highlight=False)
            return
        for line in lines[:-1]:
            click.echo(line, err=True)
        click.echo(f"{lines[-1]} ({self.describe()})" if not outcome.failed else lines[-1], err=True)

    def _log(self, told: Happened | Outcome) -> None:
        match told:
            case Happened(slug, event):
                logs.write_event(slug, event)
            case Outcome(failed=True):
                logs.write("error", "failed", episode=told.slug, stage=told.stage, error=told.what, fix=told.fix)
            case Outcome():
                logs.write("info", "episode_done", episode=told.slug, seconds=told.seconds, sound_seconds=told.audio)

    def _draw(self) -> Group:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        ended = self._tally.done + self._tally.failed
        running = [Text(f"  {slug}: {stage}") for slug, stage in list(self._running.items())[:_SHOWN]]
        return Group(Text(self.describe()), ProgressBar(total=max(1, self._total), completed=ended), *running)
