"""Waking up when a folder changes, through watchfiles (inotify, FSEvents; polling where neither works)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from pipeline.models import Seconds


def wake(folder: Path, every: Seconds, stop: Event) -> Iterator[None]:
    """Once at first, then each time something in the folder changed, and at least every so many seconds."""
    from watchfiles import watch

    yield
    found = watch(
        folder,
        watch_filter=None,
        rust_timeout=max(1, round(every * 1000)),
        yield_on_timeout=True,
        stop_event=stop,
        recursive=False,
        raise_interrupt=True,
    )
    for _ in found:
        yield
