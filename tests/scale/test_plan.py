"""Which lane a stage runs in and how many workers there are, by what the machine has."""

from __future__ import annotations

import pytest

from pipeline import hardware
from pipeline.config import PipelineConfig
from pipeline.hardware import Gpu
from pipeline.scale import plan
from pipeline.scale.plan import count_workers, make_plan, on_gpu, size_pool
from pipeline.stages import STAGES

NAMES = [stage.name for stage in STAGES]
GB = 1 << 30


def have(monkeypatch: pytest.MonkeyPatch, *, cores: int, free: int | None, gpus: int = 0) -> None:
    monkeypatch.setattr(hardware, "cores", lambda: cores)
    monkeypatch.setattr(hardware, "memory", lambda: free)
    monkeypatch.setattr(hardware, "gpus", lambda: (Gpu("H100", (12, 8)),) * gpus)


WORKERS = [
    ("a laptop", 8, 16 * GB, 0, 8),
    ("little memory", 8, 4 * GB, 0, 2),
    ("hardly any", 8, GB, 0, 1),
    ("nobody tells", 4, None, 0, 4),
    ("a GPU takes a core and its memory", 8, 128 * GB, 2, 6),
    ("one core and a GPU", 1, 8 * GB, 1, 1),
]


@pytest.mark.parametrize(
    ("cores", "free", "gpus", "workers"), [case[1:] for case in WORKERS], ids=[case[0] for case in WORKERS]
)
def test_as_many_compute_as_cores_and_memory_bear(
    cores: int, free: int | None, gpus: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    have(monkeypatch, cores=cores, free=free, gpus=gpus)
    assert count_workers(gpus) == workers


def test_without_a_gpu_all_but_publishing_is_one_leg_and_workers_share_the_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    have(monkeypatch, cores=8, free=64 * GB)
    made = make_plan(NAMES, lambda stage: False, workers=3)
    assert [(leg.lane, leg.stages[0]) for leg in made.legs] == [
        ("fetch", "fetch"),
        ("cpu", "prepare"),
        ("publish", "publish"),
    ]
    assert [stage for leg in made.legs[1:] for stage in leg.stages] == NAMES
    assert made.needs["cpu"].cpus == 2
    assert size_pool(made, 3) == {"fetch": plan._FETCHERS, "cpu": 3, "publish": 1}


def test_with_gpus_hearing_has_a_lane_of_its_own_and_each_gpu_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, cores=16, free=128 * GB, gpus=2)
    made = make_plan(NAMES[: NAMES.index("package") + 1], {"transcribe": True, "diarize": True}.get)  # type: ignore[arg-type]
    assert [leg.lane for leg in made.legs] == ["fetch", "cpu", "gpu", "cpu"]
    assert made.legs[2].stages == ("transcribe", "diarize")
    assert made.needs["gpu"].gpus == 1
    assert size_pool(made) == {"fetch": plan._FETCHERS, "cpu": 14, "gpu": 2}


DEVICES = [
    ("auto", "auto", None, None, {"transcribe", "diarize"}),
    ("cpu", "auto", None, None, {"diarize"}),
    ("auto", "auto", None, ("built for CPUs", "x"), {"transcribe"}),
    ("cuda", "cpu", ("no GPU", "x"), None, set()),
]


@pytest.mark.parametrize(("hearing", "telling", "ctranslate", "torch", "on"), DEVICES)
def test_a_stage_is_on_the_gpu_where_its_library_and_its_setting_are(
    hearing: str, telling: str, ctranslate: object, torch: object, on: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "cuda_problem", lambda: ctranslate)
    monkeypatch.setattr(hardware, "torch_problem", lambda built: torch)
    settings = PipelineConfig.model_validate({"transcribe": {"device": hearing}, "diarize": {"device": telling}})
    assert {stage for stage in NAMES if on_gpu(settings)(stage)} == on


@pytest.mark.parametrize(("told", "cores"), [("1", 1), ("999", 4), ("0", 4), ("", 4), ("two", 4)])
def test_a_worker_keeps_to_its_share_of_the_cores(told: str, cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "_machine_cores", lambda: 4)
    monkeypatch.setenv(hardware.CORES, told)
    assert hardware.cores() == cores


def test_the_memory_of_this_machine_is_known() -> None:
    free = hardware.memory()
    assert free is None or free > 0
