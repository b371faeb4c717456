"""What every engine does with episodes, whatever becomes of them. The work is fake, the processes are real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fake_work import SIZES, FakeWork, items, make_plan

from pipeline.events import Noticed, Started
from pipeline.scale.engine import Ended, Engine, Happened, Item, Problem, Told
from pipeline.scale.local import LocalEngine
from pipeline.scale.worker import choose_gpu

ENGINES = {"local": LocalEngine(SIZES)}
WENT_WRONG = {
    "is-no-recording": ("fetch", "it.txt: is no recording"),
    "has-a-bug": ("tell", "something unexpected went wrong: ValueError: wires crossed"),
    "eats-memory": ("hear", "the worker was killed, for want of memory most likely"),
    "gives-up": ("put", "the worker ended with status 3 in the middle of it"),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


@pytest.fixture
def work(tmp_path: Path) -> FakeWork:
    os.mkfifo(tmp_path / "fifo")
    return FakeWork(tmp_path)


def run(engine: Engine, work: FakeWork, *slugs: str) -> tuple[dict[str, Ended], list[Told]]:
    told = list(engine.run(items(*slugs), make_plan(), work))
    ended = [one for one in told if isinstance(one, Ended)]
    assert sorted(one.item.slug for one in ended) == sorted(slugs), "every item ends exactly once"
    return {one.item.slug: one for one in ended}, told


def test_what_goes_wrong_with_an_episode_or_its_worker_ends_that_episode_alone(engine: Engine, work: FakeWork) -> None:
    well = [f"episode-{at}" for at in range(12)]
    ended, told = run(engine, work, *well[:6], *WENT_WRONG, *well[6:])
    problems = {slug: one.problem for slug, one in ended.items()}
    assert {slug: problem for slug, problem in problems.items() if problem is None} == dict.fromkeys(well)
    found = {slug: (one.stage, one.what) for slug, one in problems.items() if isinstance(one, Problem)}
    assert found == WENT_WRONG
    assert all(one.fix for one in problems.values() if one)
    assert all(ended[slug].audio == 60.0 for slug in well)

    lines = work.lines()
    for slug in well:
        assert [what for _, what in lines if what.startswith(f"{slug} ")] == [
            f"{slug} {stage}" for stage in ("fetch", "hear", "tell", "put")
        ]
        assert [one.event.stage for one in told if isinstance(one, Happened) and one.slug == slug
                and isinstance(one.event, Started)] == ["fetch", "hear", "tell", "put"]  # fmt: skip
    assert Happened(well[0], Noticed("put", "went well")) in told
    begun = [what for _, what in lines if what.endswith("begins")]
    assert begun.count("cpu begins") <= 3, "two workers, and one in place of the one that died"
    assert begun.count("publish begins") <= 2, "one, and one in place of the one that gave up"


def test_one_episode_is_published_while_another_is_heard(engine: Engine, work: FakeWork) -> None:
    ended, _ = run(engine, work, "waits-for-b", "b")
    assert [one.problem for one in ended.values()] == [None, None]


def test_whoever_stops_early_leaves_no_process_behind(engine: Engine, work: FakeWork) -> None:
    telling = engine.run(items("starts-a-program"), make_plan(), work)
    program = next(int(one.event.text) for one in telling if isinstance(one, Happened) and isinstance(one.event, Noticed)
                   and one.event.stage == "hear")  # fmt: skip
    processes = [psutil.Process(program), *(psutil.Process(one) for one in {process for process, _ in work.lines()})]
    telling.close()
    assert not psutil.wait_procs(processes, timeout=60)[1]


def test_of_many_episodes_only_a_few_are_taken_up_at_a_time(engine: Engine, work: FakeWork) -> None:
    taken: list[str] = []

    def coming() -> Iterator[Item]:
        for item in items(*(f"episode-{at}" for at in range(200))):
            taken.append(item.slug)
            yield item

    telling = engine.run(coming(), make_plan(), work)
    next(telling)
    telling.close()
    assert len(taken) <= 20


@pytest.mark.parametrize(
    ("visible", "number", "chosen"), [(None, 0, "0"), ("", 1, "1"), ("2,3", 1, "3"), ("GPU-a, GPU-b", 0, "GPU-a")]
)
def test_a_worker_gets_a_gpu_of_those_that_we_may_use(visible: str | None, number: int, chosen: str) -> None:
    assert choose_gpu(visible, number) == chosen
