"""Many episodes on this machine: long-lived processes, some for each lane, and a queue before each lane."""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from pipeline.events import Started
from pipeline.models import Seconds
from pipeline.scale import worker
from pipeline.scale.engine import Ended, Happened, Item, Lane, Leg, Plan, Problem, Told, Work
from pipeline.scale.worker import Message, Passed, Stopped

#: So long has a worker that is told to end to tidy up, before it is killed.
_GRACE: Seconds = 5.0


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Runs episodes in processes of this machine: `sizes` says how many each lane has. An engine.Engine."""

    sizes: Mapping[Lane, int]

    def run(self, items: Iterable[Item], plan: Plan, work: Work) -> Generator[Told]:
        """Bring all items through the plan; see engine.Engine.

        Twice as many episodes are under way as there are workers, so that a worker seldom waits for another lane.
        """
        crew = _Crew(self.sizes, plan, work)
        coming, most = enumerate(items), 2 * sum(self.sizes.values())
        under_way = 0
        try:
            while True:
                while under_way < most and (found := next(coming, None)):
                    crew.queue(_Trip(*found))
                    under_way += 1
                if not under_way:
                    return
                for told in crew.step():
                    under_way -= isinstance(told, Ended)
                    yield told
        finally:
            crew.dismiss()


@dataclass(frozen=True, slots=True, order=True)
class _Trip:
    """An episode on its way: the leg that it goes next, and what is known of it so far."""

    number: int
    item: Item = field(compare=False)
    leg: int = 0
    seconds: Seconds = 0.0
    audio: Seconds | None = None


@dataclass(slots=True)
class _Hand:
    """A worker process: its number in the lane, the trip that it is on, and the stage that began last."""

    number: int
    process: BaseProcess
    pipe: Connection
    trip: _Trip | None = None
    stage: str | None = None


@dataclass(slots=True)
class _Crew:
    """All workers, started when there is first something for them to do."""

    sizes: Mapping[Lane, int]
    plan: Plan
    work: Work
    hands: dict[Lane, list[_Hand]] = field(default_factory=dict)
    queues: dict[Lane, list[tuple[int, _Trip]]] = field(default_factory=dict)

    def queue(self, trip: _Trip) -> None:
        """Let a trip wait for a worker of its next leg's lane: what is furthest goes first, then what came first."""
        heapq.heappush(self.queues.setdefault(self._leg(trip).lane, []), (-trip.leg, trip))

    def step(self) -> Iterator[Told]:
        """Hand out what waits, and tell what the workers say next."""
        for lane in self.queues:
            self._hand_out(lane)
        busy = {hand.pipe: (lane, hand) for lane, hands in self.hands.items() for hand in hands if hand.trip}
        for pipe in connection.wait(list(busy)):
            lane, hand = busy[pipe]  # type: ignore[index]
            try:
                message: Message = hand.pipe.recv()
            except (EOFError, OSError):
                yield self._bury(lane, hand)
            else:
                yield from self._hear(hand, message)

    def dismiss(self) -> None:
        """End all workers: those with nothing to do when their pipe closes, the others after tidying up."""
        hands = [hand for hands in self.hands.values() for hand in hands]
        for hand in hands:
            hand.pipe.close()
            if hand.trip:
                hand.process.terminate()
        ends = time.monotonic() + _GRACE
        for hand in hands:
            hand.process.join(max(0.0, ends - time.monotonic()))
            _kill_family(hand.process)

    def _leg(self, trip: _Trip) -> Leg:
        return self.plan.legs[trip.leg]

    def _hand_out(self, lane: Lane) -> None:
        queue, hands = self.queues[lane], self.hands.setdefault(lane, [])
        while queue:
            hands[:] = [hand for hand in hands if hand.trip or hand.process.is_alive()]
            free = next((hand for hand in hands if not hand.trip), None)
            if free is None:
                if len(hands) >= self.sizes[lane]:
                    return
                taken = {hand.number for hand in hands}
                free = self._hire(lane, next(at for at in range(self.sizes[lane]) if at not in taken))
                hands.append(free)
            free.trip = heapq.heappop(queue)[1]
            free.stage = None
            with suppress(BrokenPipeError):  # it died this very moment, which the next look at its pipe tells
                free.pipe.send((free.trip.item, self._leg(free.trip)))

    def _hire(self, lane: Lane, number: int) -> _Hand:
        # A fork would take along the locks of threads that it does not have.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, self.work, lane, self.plan.needs[lane], number)
        process = context.Process(target=worker.serve, args=arguments, name=f"{lane}-{number}", daemon=True)
        process.start()
        theirs.close()  # so that the pipe ends with the process
        return _Hand(number, process, ours)

    def _hear(self, hand: _Hand, message: Message) -> Iterator[Told]:
        trip = hand.trip
        if trip is None:
            return
        if isinstance(message, Passed):
            hand.trip = None
            passed = replace(
                trip, leg=trip.leg + 1, seconds=trip.seconds + message.seconds, audio=message.audio or trip.audio
            )
            if passed.leg < len(self.plan.legs):
                self.queue(passed)
            else:
                yield Ended(passed.item, passed.seconds, passed.audio)
        elif isinstance(message, Stopped):
            hand.trip = None
            yield Ended(trip.item, trip.seconds + message.seconds, trip.audio, message.problem)
        else:
            if isinstance(message, Started):
                hand.stage = message.stage
            yield Happened(trip.item.slug, message)

    def _bury(self, lane: Lane, hand: _Hand) -> Ended:
        """A worker is gone: its episode ends here, another worker takes its place when one is needed."""
        hand.process.join(_GRACE)
        _kill_family(hand.process)
        hand.pipe.close()
        self.hands[lane].remove(hand)
        trip = hand.trip
        assert trip is not None  # noqa: S101 - only those with a trip are listened to
        stage = hand.stage or self._leg(trip).stages[0]
        return Ended(trip.item, trip.seconds, trip.audio, _explain_death(hand.process.exitcode, stage))


def _explain_death(code: int | None, stage: str) -> Problem:
    if code == -signal.SIGKILL:
        fix = "look for a lack of memory (journalctl -k | grep -i oom); then --retry, with fewer --workers"
        return Problem(stage, "the worker was killed, for want of memory most likely", fix)
    how = f"was ended by {signal.Signals(-code).name}" if code and code < 0 else f"ended with status {code}"
    fix = "try this episode alone: showrunner run SLUG --debug"
    return Problem(stage, f"the worker {how} in the middle of it", fix)


def _kill_family(process: BaseProcess) -> None:
    """End what is left of a worker, and the programs that it started; each worker leads a group of its own."""
    if process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
