"""Episodes on a Ray cluster of two machines of which one dies; real Ray, real S3, in a network of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cluster_stages import FOLDER, SHOW
from cluster_stages import STAGES as STAGES_AWAY

from pipeline import cache
from pipeline.adapters.ray_engine import RayEngine
from pipeline.errors import ConfigError, InputError
from pipeline.events import Event, Taken
from pipeline.project import Project
from pipeline.scale import placement
from pipeline.scale.cluster import UNPACK, ClusterWork
from pipeline.scale.engine import Item, Lane, Leg, Needs, Plan, plan_legs
from pipeline.scale.episodes import EpisodeWork

GOOD = ["five", "four", "on-the-dying-machine", "one", "three", "two"]
STAGES = ["prepare", "transcribe", "chapters", "put"]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Any:
    # Ray listens on every address whatever it is told.
    alone = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a network of its own needs root (unshare -n)")
    script, folder = Path(__file__).with_name("two_machines.py"), tmp_path_factory.mktemp("cluster")
    # Ray's folder holds sockets, whose paths must be short.
    with tempfile.TemporaryDirectory(prefix="r", dir="/tmp") as short:
        env = {**os.environ, FOLDER: str(folder), "RAY_TMPDIR": short, "RAY_USAGE_STATS_ENABLED": "0"}
        done = subprocess.run(
            [*alone, sys.executable, script], env=env, capture_output=True, text=True, check=False, timeout=280
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.real
def test_every_episode_ends_once_though_a_machine_dies(outcome: Any) -> None:
    assert outcome["alive"] == 1
    assert outcome["times"] == len(outcome["ended"]) == len(GOOD) + 2
    assert sorted(slug for slug, problem in outcome["ended"].items() if problem is None) == GOOD
    assert set(outcome["audio"]) == {60.0}


@pytest.mark.real
def test_nothing_is_computed_twice_but_what_the_dead_machine_was_on(outcome: Any) -> None:
    expected = Counter(f"{slug} {stage}" for slug in GOOD for stage in STAGES)
    expected += Counter(["is-bad prepare", "is-bad transcribe", "kills prepare", *["kills transcribe"] * 3])
    assert Counter(outcome["computed"]) == expected + Counter(["on-the-dying-machine transcribe"])


@pytest.mark.real
def test_results_are_the_same_bytes_as_on_one_machine(outcome: Any) -> None:
    assert sorted(outcome["identical"]) == GOOD


@pytest.mark.real
def test_what_goes_wrong_ends_its_episode_alone_and_is_explained(outcome: Any) -> None:
    bad, kills = outcome["ended"]["is-bad"], outcome["ended"]["kills"]
    assert (bad["stage"], bad["what"], bad["fix"]) == ("transcribe", "nobody speaks", "check the recording")
    assert (kills["stage"], kills["what"]) == ("transcribe", "3 workers died in the middle of it")


@pytest.mark.real
def test_no_machine_keeps_what_it_worked_on(outcome: Any) -> None:
    """What was left by workers that were killed goes with the next episode."""
    assert outcome["left"] == []
    assert outcome["events"] == ["Finished", "Started", "Taken"]


def make_checkout(root: Path) -> Path:
    (root / "configs").mkdir()
    (root / "configs/show.yaml").write_text(SHOW)
    return root


PLAN = Plan(plan_legs(["put"], lambda stage: "publish"), {"fetch": Needs(home=True), "publish": Needs(home=True)})


def start(root: Path, address: str | None = None) -> None:
    items: Iterable[Item] = iter(())
    list(RayEngine(address).run(items, PLAN, EpisodeWork(root)))


def test_without_ray_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match="Ray is not installed") as told:
        start(make_checkout(tmp_path))
    assert "make setup-ray" in told.value.fix


def test_without_a_cache_machines_cannot_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.VARIABLE, raising=False)
    with pytest.raises(ConfigError, match="share sound and results through the cache, and there is none"):
        start(make_checkout(tmp_path))


def test_nothing_imports_ray_before_it_is_asked_for() -> None:
    code = "import sys, pipeline.cli, pipeline.adapters.ray_engine; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_made_elsewhere_comes_home_though_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    project = Project(make_checkout(tmp_path))
    (tmp_path / "configs/cover.jpg").write_bytes(b"a picture")
    (tmp_path / "configs/pipeline.yaml").write_text("cache: {folder: cache}")
    about = {"title": "E", "date": "2026-01-02", "guid": "g", "sources": ["a.wav"], "duration": 60.0}
    (tmp_path / "episodes/e").mkdir(parents=True)
    (tmp_path / "episodes/e/episode.yaml").write_text(json.dumps(about))
    (tmp_path / "a.wav").write_text("e")
    work = ClusterWork(EpisodeWork(tmp_path), str(tmp_path / "scratch"), STAGES_AWAY)
    item, told = Item("e", "a.wav", known=True), list[Event]()

    parcel, audio = work.run_away(work.pack(item), Leg("cpu", ("prepare", "transcribe")), told.append)
    assert not (tmp_path / "episodes/e/build/heard.json").exists()
    work.unpack(item, parcel)
    assert audio == work.run_leg(item, Leg("publish", (UNPACK,)), told.append) == 60.0
    build = project.job("e").build
    assert (build / "heard.json").is_file()
    assert not (build / "audio.f32").exists(), "what nothing at home needs stays in the cache"

    # Another machine goes on; what is there is not made again, and the last artifacts come home too.
    again, _ = work.run_away(work.pack(item), Leg("cpu", ("prepare", "transcribe", "chapters")), told.append)
    assert [event.stage for event in told if isinstance(event, Taken)] == ["prepare", "transcribe"]
    work.unpack(item, again)
    assert (build / "chapters.json").is_file()


def test_a_recording_that_is_gone_is_told_before_anything_leaves(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    (tmp_path / "configs/pipeline.yaml").write_text("cache: {folder: cache}")
    (tmp_path / "episodes/e").mkdir(parents=True)
    about = {"title": "E", "date": "2026-01-02", "guid": "g", "sources": ["gone.wav"]}
    (tmp_path / "episodes/e/episode.yaml").write_text(json.dumps(about))
    with pytest.raises(InputError, match=r"gone\.wav: No such file"):
        ClusterWork(EpisodeWork(tmp_path)).pack(Item("e", "gone.wav", known=True))


@pytest.mark.parametrize(
    ("last", "legs"), [("publish", ["fetch", "put"]), ("cpu", ["fetch", "put", UNPACK])], ids=["at home", "elsewhere"]
)
def test_an_episode_ends_at_home(last: Lane, legs: list[str]) -> None:
    plan = Plan(plan_legs(["put"], lambda stage: last), {**PLAN.needs, "cpu": Needs(1)})
    assert [leg.stages[0] for leg in placement.end_at_home(plan).legs] == legs


GIB = 1 << 30
SIZES: list[tuple[dict[str, float], dict[Lane, Needs], dict[str, int]]] = [
    ({"CPU": 8}, {"cpu": Needs(1)}, {"cpu": 8}),
    ({"CPU": 8}, {"cpu": Needs(3)}, {"cpu": 2}),
    ({"CPU": 8, "memory": 6 * GIB}, {"cpu": Needs(1, memory=2 * GIB)}, {"cpu": 3}),
    ({"CPU": 16, "GPU": 2}, {"cpu": Needs(1), "gpu": Needs(2, gpus=1)}, {"gpu": 2, "cpu": 12}),
    ({"CPU": 4, "GPU": 1}, {"cpu": Needs(1), "gpu": Needs(1, gpus=0.5)}, {"gpu": 2, "cpu": 2}),
    ({}, {"cpu": Needs(1)}, {"cpu": 1}),
]


@pytest.mark.parametrize(("resources", "needs", "sizes"), SIZES)
def test_how_many_actors_a_cluster_bears(
    resources: dict[str, float], needs: dict[Lane, Needs], sizes: dict[str, int]
) -> None:
    assert placement.size_lanes(resources, needs) == sizes
