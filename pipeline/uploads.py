"""Bringing files to where a show is published: several at once, only what is missing, each seen to have arrived."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from pipeline.errors import StageError
from pipeline.store import Progress
from pipeline.targets import Head, Item, LostRaceError, Sent, Target

T = TypeVar("T")
_AT_ONCE = 4
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """An item that is not there, or not as it should be; `there` is what is in its place."""

    item: Item
    there: Head | None


def find_missing(target: Target, items: Sequence[Item]) -> list[Missing]:
    """Those of the items that have to be uploaded, in their order."""
    heads = find_heads(target, [item.key for item in items])
    return [Missing(item, there) for item in items if not ((there := heads[item.key]) and there.holds(item))]


def find_heads(target: Target, keys: Sequence[str]) -> dict[str, Head | None]:
    """What is there of the keys, asked several at once."""
    return dict(zip(keys, at_once([partial(target.head, key) for key in keys]), strict=True))


def upload(target: Target, missing: Sequence[Missing], progress: Progress) -> None:
    """Upload all, first what never changes, then what is replaced in its place and may link to it.

    Raises StageError when the place holds something else in the end, and what the target raises; whatever arrived
    until then is not sent again by the next run.
    """
    meter = _Meter(progress, sum(one.item.size for one in missing))
    for immutable in (True, False):
        wave = [one for one in missing if one.item.immutable == immutable]
        at_once([partial(_upload_one, target, one, meter) for one in wave], meter.stop)


class _StoppedError(Exception):
    """Another file failed, or the person pressed Ctrl-C: go no further."""


@dataclass(slots=True)
class _Meter:
    """Adds up what several threads have sent; a file that begins again counts from its beginning.

    After `stop` whoever reports is told to go no further: what a large file has sent is kept for the next run.
    """

    progress: Progress
    total: int
    stopped: bool = False
    _sent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, item: Item) -> Sent:
        """Who listens to the upload of one item."""
        self._set(item.key, 0)

        def sent(more: int) -> None:
            self._set(item.key, min(self._sent[item.key] + more, item.size))

        return sent

    def finish(self, item: Item) -> None:
        """It has arrived, by whomever it was sent."""
        self._set(item.key, item.size)

    def stop(self) -> None:
        """No more from now on."""
        self.stopped = True

    def _set(self, key: str, sent: int) -> None:
        if self.stopped:
            raise _StoppedError
        with self._lock:
            self._sent[key] = sent
            self.progress(sum(self._sent.values()), self.total)


def _upload_one(target: Target, missing: Missing, meter: _Meter) -> None:
    item, there = missing.item, missing.there
    for _ in range(_TRIES):
        with suppress(LostRaceError):  # another machine was faster; whether with the same bytes is seen below
            target.put(item, replaces=there.etag if there else None, sent=meter.of(item))
        there = target.head(item.key)
        if there and there.holds(item):
            meter.finish(item)
            return
        if there:
            break
    held = f"{there.size} bytes of {there.media_type}" if there else "nothing"
    raise StageError(
        f"{item.key}: {item.size} bytes of {item.media_type} were sent, but {held} arrived",
        fix="run again; if it stays, another machine is publishing the same episode",
    )


def at_once(calls: Sequence[Callable[[], T]], stop: Callable[[], None] = lambda: None) -> list[T]:
    """The answers to all calls, in order; at the first error those under way are asked to `stop`, and waited for."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="upload") as pool:
        waiting = [pool.submit(call) for call in calls]
        done = False
        try:
            done = not wait(waiting, return_when="FIRST_EXCEPTION").not_done
        finally:
            if not done:
                stop()
            pool.shutdown(wait=True, cancel_futures=True)
    errors = [error for one in waiting if not one.cancelled() and (error := one.exception())]
    for error in sorted(errors, key=lambda error: isinstance(error, _StoppedError)):
        raise error
    return [one.result() for one in waiting]
