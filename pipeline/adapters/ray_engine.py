"""Ray: the legs of episodes on the machines of a cluster, by long-lived actors that hold the models.

Ray places the actors by what they need (processors, GPUs, memory), starts them, and notices when one is lost; an
episode whose machine died goes its leg once more, and finds in the shared cache what was finished before.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import Any

from pipeline import hardware
from pipeline.errors import ConfigError
from pipeline.events import Event, Started
from pipeline.models import Seconds
from pipeline.scale import placement, worker
from pipeline.scale.cluster import ClusterWork, TravellingWork, require_cache
from pipeline.scale.engine import Ended, Happened, Item, Lane, Leg, Needs, Plan, Problem, Told, Work
from pipeline.scale.episodes import EpisodeWork
from pipeline.scale.worker import Passed, Stopped

INSTALL = "make setup-ray, or .venv/bin/pip install ray==2.60.0"
#: A leg whose machine died is gone so many times in all; then it is likely that the leg itself kills.
_TRIES = 3
_TICK: Seconds = 0.1
_AT_HOME: Mapping[Lane, int] = {"fetch": 3, "publish": 1}


@dataclass(frozen=True, slots=True)
class RayEngine:
    """Runs episodes on a Ray cluster, on this machine alone without an `address`. An engine.Engine.

    `scratch` is the folder in which other machines work, their temporary one when None. Raises ConfigError when Ray is
    not installed, or no cluster answers.
    """

    address: str | None = None
    scratch: str | None = None

    def run(self, items: Iterable[Item], plan: Plan, work: Work) -> Generator[Told, None, None]:
        """Bring all items through the plan; see engine.Engine."""
        if isinstance(work, EpisodeWork):
            require_cache(work.root, work.show)
        ray = _start(self.address)
        try:
            if isinstance(work, EpisodeWork):
                work = ClusterWork(work, self.scratch)
                plan = placement.place(plan, gpus=ray.cluster_resources().get("GPU", 0.0))
            plan = placement.end_at_home(plan)
            crew = _Crew(ray, plan, work)
            try:
                yield from crew.run(enumerate(items))
            finally:
                crew.dismiss()
        finally:
            ray.shutdown()


@dataclass(frozen=True, slots=True, order=True)
class _Trip:
    """An episode on its way: its next leg, how often that was begun, what travels, and what is known of it."""

    number: int
    item: Item = field(compare=False)
    leg: int = 0
    tries: int = 0
    parcel: Any = field(default=None, compare=False)
    seconds: Seconds = 0.0
    audio: Seconds | None = field(default=None, compare=False)


@dataclass(slots=True)
class _Crew:
    """The actors of each lane and the threads at home, with what waits for them."""

    ray: Any
    plan: Plan
    work: Work
    mail: Any = None
    own: SimpleQueue[Happened] = field(default_factory=SimpleQueue)
    waiting: dict[Lane, list[tuple[int, _Trip]]] = field(default_factory=dict)
    free: dict[Lane, list[Any]] = field(default_factory=dict)
    coming: dict[Any, tuple[Lane, Any]] = field(default_factory=dict)
    busy: dict[Any, tuple[Lane, Any, _Trip]] = field(default_factory=dict)
    threads: dict[Lane, ThreadPoolExecutor] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    home: dict[Future[tuple[Passed | Stopped, Any]], _Trip] = field(default_factory=dict)

    def run(self, coming: Iterator[tuple[int, Item]]) -> Iterator[Told]:
        """Twice as many episodes are under way as there are actors, so that an actor seldom waits."""
        self.mail = _open_mailbox(self.ray)
        away = {leg.lane for leg in self.plan.legs if not self.plan.needs[leg.lane].home}
        sizes = placement.size_lanes(self.ray.cluster_resources(), {lane: self.plan.needs[lane] for lane in away})
        for lane, size in sizes.items():
            for _ in range(size):
                self._hire(lane)
        most = 2 * sum(sizes.values()) + sum(_AT_HOME.values())
        under_way = 0
        while True:
            while under_way < most and (found := next(coming, None)):
                self._queue(_Trip(*found))
                under_way += 1
            if not under_way:
                return
            for told in self._step():
                under_way -= isinstance(told, Ended)
                yield told

    def dismiss(self) -> None:
        """Let go of all actors; threads at home end what they are on."""
        for pool in self.threads.values():
            pool.shutdown(wait=True, cancel_futures=True)
        hands = [hand for hands in self.free.values() for hand in hands]
        hands += [hand for _, hand in self.coming.values()] + [hand for _, hand, _ in self.busy.values()]
        for hand in hands:
            self.ray.kill(hand)

    def _hire(self, lane: Lane) -> None:
        """Ask Ray for an actor; it comes when there is a place for it."""
        needs = self.plan.needs[lane]
        options: dict[str, Any] = {"num_cpus": needs.cpus, "num_gpus": needs.gpus, "memory": needs.memory or None}
        hand = self.ray.remote(**options)(_Hand).remote(self.work, lane, needs, self.mail)
        self.coming[hand.ready.remote()] = (lane, hand)

    def _queue(self, trip: _Trip) -> None:
        leg = self.plan.legs[trip.leg]
        if not self.plan.needs[leg.lane].home:
            heapq.heappush(self.waiting.setdefault(leg.lane, []), (-trip.leg, trip))
            return
        pool = self.threads.get(leg.lane)
        if pool is None:
            pool = self.threads[leg.lane] = ThreadPoolExecutor(_AT_HOME[leg.lane])
        self.home[pool.submit(_go_at_home, self.work, trip, leg, self._leads_away(trip), self.own.put)] = trip

    def _leads_away(self, trip: _Trip) -> bool:
        after = self.plan.legs[trip.leg + 1 :]
        return bool(after) and not self.plan.needs[after[0].lane].home

    def _step(self) -> Iterator[Told]:
        """Hand out what waits, and tell what came of what is under way."""
        for lane, queue in self.waiting.items():
            free = self.free.setdefault(lane, [])
            while queue and free:
                hand, trip = free.pop(), heapq.heappop(queue)[1]
                self.busy[hand.go.remote(trip.item, self.plan.legs[trip.leg], trip.parcel)] = (lane, hand, trip)
        refs = [*self.busy, *self.coming]
        done = self.ray.wait(refs, num_returns=len(refs), timeout=_TICK)[0] if refs else []
        ended = [future for future in self.home if future.done()]
        if not refs and not ended:
            ended = [next(iter(self.home))]
            ended[0].exception()
        # The mail that came before a leg's end is told before it.
        results = [(self.home.pop(future), future.result()) for future in ended]
        lost: list[_Trip] = []
        for ref in done:
            if ref in self.coming:
                self._welcome(ref)
            elif (found := self._take_back(ref)) is None:
                lost.append(self.busy.pop(ref)[2])
            else:
                results.append((self.busy.pop(ref)[2], found))
        yield from self._open_mail()
        for trip, (message, parcel) in results:
            yield from self._go_on(trip, message, parcel)
        for trip in lost:
            yield from self._try_again(trip)

    def _welcome(self, ref: Any) -> None:
        lane, hand = self.coming.pop(ref)
        try:
            self.ray.get(ref)
        except self.ray.exceptions.RayError:
            self._hire(lane)
        else:
            self.free.setdefault(lane, []).append(hand)

    def _take_back(self, ref: Any) -> tuple[Passed | Stopped, Any] | None:
        """What an actor made of its leg; None when it is lost, and another one is on its way."""
        lane, hand, _ = self.busy[ref]
        try:
            found: tuple[Passed | Stopped, Any] = self.ray.get(ref)
        except self.ray.exceptions.RayError:
            self.ray.kill(hand)
            self._hire(lane)
            return None
        self.free[lane].append(hand)
        return found

    def _open_mail(self) -> Iterator[Told]:
        for slug, event in self.ray.get(self.mail.take.remote()):
            if isinstance(event, Started):
                self.stages[slug] = event.stage
            yield Happened(slug, event)
        try:
            while True:
                yield self.own.get_nowait()
        except Empty:
            return

    def _go_on(self, trip: _Trip, message: Passed | Stopped, parcel: Any) -> Iterator[Told]:
        seconds = trip.seconds + message.seconds
        self.stages.pop(trip.item.slug, None)
        if isinstance(message, Stopped):
            yield Ended(trip.item, seconds, trip.audio, message.problem)
            return
        audio = message.audio or trip.audio
        if trip.leg + 1 == len(self.plan.legs):
            yield Ended(trip.item, seconds, audio)
            return
        self._queue(replace(trip, leg=trip.leg + 1, tries=0, parcel=parcel, seconds=seconds, audio=audio))

    def _try_again(self, trip: _Trip) -> Iterator[Told]:
        if trip.tries + 1 < _TRIES:
            self._queue(replace(trip, tries=trip.tries + 1))
            return
        stage = self.stages.get(trip.item.slug, self.plan.legs[trip.leg].stages[0])
        fix = "look for a lack of memory on the machines; then --retry, or run this episode alone"
        problem = Problem(stage, f"{_TRIES} workers died in the middle of it", fix)
        yield Ended(trip.item, trip.seconds, trip.audio, problem)


def _open_mailbox(ray: Any) -> Any:
    """The mail stays at home, so that no machine takes it along."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return ray.remote(num_cpus=0, scheduling_strategy=here)(_Mail).remote()


class _Mail:
    """Keeps what workers tell until home asks."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, Event]] = []

    def put(self, slug: str, event: Event) -> None:
        self._kept.append((slug, event))

    def take(self) -> list[tuple[str, Event]]:
        kept, self._kept = self._kept, []
        return kept


class _Hand:
    """An actor: goes one leg after the other, and keeps its models between them."""

    def __init__(self, work: Work, lane: Lane, needs: Needs, mail: Any) -> None:
        self._work, self._mail = work, mail
        work.prepare_worker(lane, needs)

    def ready(self) -> bool:
        """Answers once the actor has found its place."""
        return True

    def go(self, item: Item, leg: Leg, parcel: Any) -> tuple[Passed | Stopped, Any]:
        """Go a leg; all that is told of it has arrived when this returns."""
        import ray

        sent: list[Any] = []
        carrier = _Carrier(self._work, parcel)
        came = worker.go(carrier, item, leg, lambda event: sent.append(self._mail.put.remote(item.slug, event)))
        ray.get(sent)
        return came, carrier.parcel


@dataclass(slots=True)
class _Carrier:
    """A work that carries the parcel of the episode along, where episodes have one."""

    work: Work
    parcel: Any

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        self.work.prepare_worker(lane, needs)

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> Seconds | None:
        if self.parcel is None:
            return self.work.run_leg(item, leg, report)
        travelling: TravellingWork = self.work  # type: ignore[assignment]
        self.parcel, audio = travelling.run_away(self.parcel, leg, report)
        return audio


@dataclass(slots=True)
class _AtHome:
    """A leg at home: what came back is unpacked before it, what is to leave packed after it."""

    work: Work
    parcel: Any
    leads_away: bool

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """Home is prepared."""

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> Seconds | None:
        if self.parcel is not None:
            self.work.unpack(item, self.parcel)  # type: ignore[attr-defined]
            self.parcel = None
        audio = self.work.run_leg(item, leg, report)
        if self.leads_away and isinstance(self.work, ClusterWork):
            self.parcel = self.work.pack(item)
        return audio


def _go_at_home(
    work: Work, trip: _Trip, leg: Leg, leads_away: bool, tell: Callable[[Happened], None]
) -> tuple[Passed | Stopped, Any]:
    here = _AtHome(work, trip.parcel, leads_away)
    return worker.go(here, trip.item, leg, lambda event: tell(Happened(trip.item.slug, event))), here.parcel


def _start(address: str | None) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ConfigError("--engine ray: Ray is not installed", fix=INSTALL) from error
    here: dict[str, Any] = {} if address else {"num_cpus": hardware.cores()}
    try:
        ray.init(address=address, include_dashboard=None if address else False, log_to_driver=False, **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        told = str(error).strip().splitlines() or [type(error).__name__]
        fix = "start it (ray start --head, or ray up cluster.yaml), or leave --address out to use this machine"
        raise ConfigError(f"--address {address}: no Ray cluster answers ({told[0]})", fix=fix) from error
    return ray
