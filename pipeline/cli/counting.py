"""Runs counted for Prometheus, where a file for that is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pipeline import metrics
from pipeline.cli.console import say_notice
from pipeline.errors import PipelineError
from pipeline.metrics import Tally
from pipeline.scale.engine import Happened
from pipeline.scale.ledger import Outcome

T = TypeVar("T")
_OFTEN = 15.0  # seconds between two writings while many episodes run


@contextmanager
def counted() -> Iterator[Tally]:
    """A tally of one episode's run, which is written when it ends, however it does; a run never fails for it."""
    tally = Tally()
    try:
        yield tally
        tally.end()
    except BaseException as error:
        tally.end(getattr(error, "stage", None) or "unknown")
        raise
    finally:
        write(tally)


class Counting:
    """What an engine tells of many episodes, counted; written now and then, and at the end, however that comes."""

    def __init__(self) -> None:
        self._tally, self._written = Tally(), time.monotonic()

    def __enter__(self) -> Counting:
        return self

    def __exit__(self, *why: object) -> None:
        self._write()

    def __call__(self, told: Happened | Outcome) -> None:
        """Count an event or an end."""
        match told:
            case Happened(_, event):
                self._tally(event)
            case Outcome():
                self._tally.end(told.stage or "unknown" if told.failed else None)
        if time.monotonic() - self._written > _OFTEN:
            self._write()

    def _write(self) -> None:
        write(self._tally)
        self._tally, self._written = Tally(), time.monotonic()


def write(tally: Tally) -> None:
    """Add a tally to the file that is named, if one is."""
    path = metrics.wanted()
    if path is None:
        return
    try:
        metrics.add(tally, path, now=time.time())
    except PipelineError as error:
        say_notice(f"{error}; the run itself is fine")


def both(first: Callable[[T], None], second: Callable[[T], None]) -> Callable[[T], None]:
    """Two who hear everything."""

    def tell(told: T) -> None:
        first(told)
        second(told)

    return tell
