"""Runs counted for Prometheus, where a file for that is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline import metrics
from pipeline.cli.console import say_notice
from pipeline.errors import PipelineError
from pipeline.events import Event
from pipeline.metrics import Tally


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


def write(tally: Tally) -> None:
    """Add a tally to the file that is named, if one is."""
    path = metrics.wanted()
    if path is None:
        return
    try:
        metrics.add(tally, path, now=time.time())
    except PipelineError as error:
        say_notice(f"{error}; the run itself is fine")


def both(first: Callable[[Event], None], second: Callable[[Event], None]) -> Callable[[Event], None]:
    """Two who hear every event."""

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell
