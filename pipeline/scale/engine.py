"""What runs many episodes: the plan that every engine follows, and what it tells while it does."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

from pipeline.errors import PipelineError
from pipeline.events import Event
from pipeline.models import Seconds

#: A kind of resources: the network to us, processors, GPUs, and the place where the show is published.
Lane = Literal["fetch", "cpu", "gpu", "publish"]
#: The first step of every episode, before the stages: the recording is fetched where it is not here, and
#: episode.yaml is written where there is none.
FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a worker of a lane takes while it works: cores, GPUs, and bytes of memory.

    With `home` it must be on the machine that has the checkout: it writes episodes/ or the feed.
    """

    cpus: float = 1.0
    gpus: float = 0.0
    memory: int = 0
    home: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of an episode's way that one worker goes: names of stages in order, all of one lane."""

    lane: Lane
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The legs of every episode, in order, and what each lane's workers need."""

    legs: tuple[Leg, ...]
    needs: Mapping[Lane, Needs]


@dataclass(frozen=True, slots=True)
class Item:
    """A recording and the slug of its episode. `source` is an absolute path, or an http(s) or s3 address.

    `known` says that episode.yaml is there already; else it will have this `title`, where the recording tells none
    that is better, and this `date` (ISO 8601).
    """

    slug: str
    source: str
    known: bool = False
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an episode was not finished: the stage (or FETCH), what is wrong, and what can be done about it."""

    stage: str | None
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a stage of an episode."""

    slug: str
    event: Event


@dataclass(frozen=True, slots=True)
class Ended:
    """An episode went all its way, or stopped at a problem; each one ends once.

    `seconds` is how long workers were busy with it, `audio` how long its recording is, where that is known.
    """

    item: Item
    seconds: Seconds
    audio: Seconds | None = None
    problem: Problem | None = None


Told = Happened | Ended


class Work(Protocol):
    """What workers do; it travels to them, so it must be picklable, and it keeps nothing between legs."""

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """Called once in each new worker, before anything heavy is imported."""
        ...

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> Seconds | None:
        """Bring one leg of an episode up to date; returns the length of its recording. Raises PipelineError."""
        ...


class Engine(Protocol):
    """Runs episodes on some machine or machines."""

    def run(self, items: Iterable[Item], plan: Plan, work: Work) -> Generator[Told]:
        """Bring all items through the plan; what happens comes back as it does, and each item ends exactly once.

        Items are taken from the iterable as workers become free, so that it may be long. A problem ends its item
        alone, a worker that dies too. Closing the generator stops all workers and keeps the stages that are finished.
        """
        ...


def plan_legs(stages: Sequence[str], lane_of: Callable[[str], Lane]) -> tuple[Leg, ...]:
    """FETCH, then the stages in their order, neighbours of one lane together.

    >>> [leg.stages for leg in plan_legs(["hear", "tell", "put"], lambda stage: "publish" if stage == "put" else "cpu")]
    [('fetch',), ('hear', 'tell'), ('put',)]
    """
    groups = groupby(stages, key=lane_of)
    return (Leg("fetch", (FETCH,)), *(Leg(lane, tuple(names)) for lane, names in groups))


def explain(error: Exception, stage: str | None) -> Problem:
    """Any exception of a leg as a problem; `stage` is the one that had begun last."""
    if isinstance(error, PipelineError):
        return Problem(error.stage or stage, error.what, error.fix)
    if isinstance(error, MemoryError):
        return Problem(stage, "there is not enough memory", "run it again with --retry and fewer --workers")
    what = f"something unexpected went wrong: {type(error).__name__}: {error}".splitlines()[0]
    return Problem(stage, what, "run this episode alone with --debug and report what it shows")
