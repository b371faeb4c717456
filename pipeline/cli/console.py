"""How a run and its errors look: progress bars on a terminal, plain lines otherwise, JSON where a machine reads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import logs
from pipeline.errors import PipelineError
from pipeline.runner import Advanced, Event, Finished, Noticed, Skipped, Started, Taken

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_EVERY = 10.0  # seconds between progress lines where there is no terminal


def say(text: str = "") -> None:
    """A line for a person, on standard output."""
    click.echo(text)


def say_json(data: Any) -> None:
    """A result for a machine, on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def say_notice(text: str) -> None:
    """Something that matters and is no error, on standard error."""
    if logs.as_json():
        logs.write("notice", "note", text=text)
        return
    click.echo(f"note: {text}", err=True)


def say_error(what: str, fix: str) -> None:
    """`error:` and `fix:` on standard error; several problems take a line each."""
    if logs.as_json():
        logs.write("error", "failed", error=what, fix=" ".join(fix.split()))
        return
    for line in what.splitlines() or [""]:
        click.echo(f"error: {line}", err=True)
    click.echo(f"fix: {' '.join(fix.split())}", err=True)


def explain(error: Exception) -> int:
    """Print any exception as a person needs it, and return the exit code."""
    if isinstance(error, PipelineError):
        say_error(str(error), error.fix)
        return error.exit_code
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        say_error("stopped", "run the same command again: finished stages are kept")
        return 130
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "showrunner"
        say_error(error.format_message(), f"{command} --help lists what it takes")
        return 2
    if isinstance(error, BrokenPipeError):
        return 1
    say_error(
        f"something unexpected went wrong: {type(error).__name__}: {error}".splitlines()[0],
        "run it again with --debug and report what it shows; nothing that was finished is lost",
    )
    return 1


def clock(seconds: float) -> str:
    """A duration as people read it: `0.4 s`, `12 s`, `3:05 min`, `1:02:03 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d} h"


class Reporter:
    """Shows the events of a run on standard error: a live bar on a terminal, lines with time left otherwise."""

    def __init__(self, *, quiet: bool = False, slug: str | None = None) -> None:
        self._quiet, self._slug = quiet or logs.as_json(), slug
        self._live = sys.stderr.isatty() and not self._quiet
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._began = self._said = 0.0
        self._skipped: list[str] = []
        self.ran: list[str] = []

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close_bar()
        self._tell_skipped()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if logs.as_json():
            logs.write_event(self._slug, event)
        match event:
            case Skipped(stage):
                self._skipped.append(stage)
            case Started(stage, why):
                self._tell_skipped()
                self.ran.append(stage)
                self._began = self._said = time.monotonic()
                self._line(f"{stage}: {'; '.join(why)}")
            case Advanced(stage, done, total):
                self._advance(stage, done, total)
            case Noticed(stage, text):
                self._close_bar()
                self._line(f"{stage}: note: {text}")
            case Finished(stage, seconds):
                self._close_bar()
                self._line(f"{stage}: done in {clock(seconds)}")
            case Taken(stage, why, seconds):
                self._tell_skipped()
                self._line(f"{stage}: {'; '.join(why)}: taken from the cache ({clock(seconds)} saved)")

    @property
    def seconds(self) -> float:
        """How long the last stage has been running."""
        return time.monotonic() - self._began

    def _line(self, text: str) -> None:
        if not self._quiet:
            click.echo(text, err=True)

    def _tell_skipped(self) -> None:
        if self._skipped:
            self._line(f"{', '.join(self._skipped)}: unchanged, skipped")
            self._skipped = []

    def _advance(self, stage: str, done: float, total: float) -> None:
        if self._quiet or total <= 0:
            return
        if self._live:
            self._draw(stage, done, total)
            return
        now = time.monotonic()
        if now - self._said >= _EVERY and 0 < done < total:
            self._said = now
            left = (now - self._began) * (total - done) / done
            self._line(f"{stage}: {done / total:.0%}, about {clock(left)} left")

    def _draw(self, stage: str, done: float, total: float) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            columns = (TextColumn("  {task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(stage, total=total)
        assert self._task is not None  # noqa: S101 - made together with the bar
        self._bar.update(self._task, completed=min(done, total), total=total)

    def _close_bar(self) -> None:
        if self._bar:
            self._bar.stop()
        self._bar = self._task = None


@contextmanager
def watching(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Progress of something that is usually quick: a bar on a terminal, nothing elsewhere."""
    with Reporter(quiet=quiet or not sys.stderr.isatty()) as reporter:
        yield lambda done, total: reporter(Advanced(what, done, total))
