"""A process that goes one leg after the other, as it is told over a pipe, and keeps its models between them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from pipeline.events import Advanced, Event, Started
from pipeline.models import Seconds
from pipeline.scale.engine import Item, Lane, Leg, Needs, Problem, Work, explain

#: Progress of a stage is passed on so often.
_EVERY: Seconds = 0.5


@dataclass(frozen=True, slots=True)
class Passed:
    """A leg is done: how long its recording is, where that is known, and how long it took."""

    audio: Seconds | None
    seconds: Seconds


@dataclass(frozen=True, slots=True)
class Stopped:
    """A leg ended at a problem."""

    problem: Problem
    seconds: Seconds


Message = Event | Passed | Stopped


def serve(connection: Connection, work: Work, lane: Lane, needs: Needs, number: int) -> None:
    """Go the legs that come over the pipe until it is closed at the other end; `number` says which GPU is its own."""
    os.setsid()  # Ctrl-C on the terminal is for the one who started us; and our children can be ended with us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if needs.gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = choose_gpu(os.environ.get("CUDA_VISIBLE_DEVICES"), number)
    work.prepare_worker(lane, needs)
    while True:
        try:
            item, leg = connection.recv()
        except EOFError:
            return
        _say(connection, go(work, item, leg, lambda event: _say(connection, event)))


def choose_gpu(visible: str | None, number: int) -> str:
    """What CUDA_VISIBLE_DEVICES is for a worker, of those GPUs that it names or of all.

    >>> choose_gpu("2,3", 1), choose_gpu(None, 1)
    ('3', '1')
    """
    names = [name.strip() for name in (visible or "").split(",") if name.strip()]
    return names[number % len(names)] if names else str(number)


def go(work: Work, item: Item, leg: Leg, say: Callable[[Event], None]) -> Passed | Stopped:
    """Go one leg; what goes wrong is returned, and `say` hears the events, of progress not too many."""
    began = said = time.monotonic()
    stage: str | None = None

    def report(event: Event) -> None:
        nonlocal said, stage
        if isinstance(event, Started):
            stage = event.stage
        elif isinstance(event, Advanced):
            if time.monotonic() - said < _EVERY:
                return
            said = time.monotonic()
        say(event)

    try:
        audio = work.run_leg(item, leg, report)
    except Exception as error:
        return Stopped(explain(error, stage or leg.stages[0]), time.monotonic() - began)
    return Passed(audio, time.monotonic() - began)


def _say(connection: Connection, message: Message) -> None:
    try:
        connection.send(message)
    except BrokenPipeError:
        raise SystemExit(1) from None  # whoever started us is gone


def _leave(number: int, frame: Any) -> None:
    """End as an exception does, so that what is under way is tidied up."""
    raise SystemExit(128 + number)
