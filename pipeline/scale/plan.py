"""Which lane each stage runs in on this machine, and how many workers each lane gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline import hardware
from pipeline.config import PipelineConfig
from pipeline.scale.engine import Lane, Needs, Plan, plan_legs

#: Memory that is set aside for a worker: its models take 0.7 GB (docs/scale.md), the rest is for a long recording.
CPU_WORKER = 1_600 << 20
GPU_WORKER = 4 << 30
_SMALL_WORKER = 150 << 20
#: Memory that is left to the rest of the machine.
_SPARE = 512 << 20
_FETCHERS = 3


def on_gpu(settings: PipelineConfig) -> Callable[[str], bool]:
    """Whether a stage would run on a GPU of this machine."""
    hearing = settings.transcribe.device != "cpu" and hardware.cuda_problem() is None
    telling = settings.diarize.device != "cpu" and hardware.torch_problem(hardware.torch_build()) is None
    found = {"transcribe": hearing, "diarize": telling}
    return lambda stage: found.get(stage, False)


def make_plan(stages: Sequence[str], on_gpu: Callable[[str], bool], workers: int | None = None) -> Plan:
    """The way of every episode here. `workers` is how many share the cores; None is as many as this machine bears."""

    def lane_of(stage: str) -> Lane:
        return "publish" if stage == "publish" else "gpu" if on_gpu(stage) else "cpu"

    legs = plan_legs(stages, lane_of)
    gpus = len(hardware.gpus()) if any(leg.lane == "gpu" for leg in legs) else 0
    busy = (workers or count_workers(gpus)) + gpus
    share = float(max(1, hardware.cores() // busy))
    needs: Mapping[Lane, Needs] = {
        "fetch": Needs(0.0, memory=_SMALL_WORKER, home=True),
        "cpu": Needs(share, memory=CPU_WORKER),
        "gpu": Needs(share, gpus=1.0, memory=GPU_WORKER),
        "publish": Needs(0.0, memory=_SMALL_WORKER, home=True),
    }
    return Plan(legs, needs)


def count_workers(gpus: int) -> int:
    """How many workers compute on processors at once: one a core that no GPU's worker takes, as far as memory goes."""
    by_cores = hardware.cores() - gpus
    free = hardware.memory()
    if free is None:
        return max(1, by_cores)
    by_memory = (free - _SPARE - gpus * GPU_WORKER) // CPU_WORKER
    return max(1, min(by_cores, by_memory))


def size_pool(plan: Plan, workers: int | None = None) -> dict[Lane, int]:
    """How many workers each lane that the plan uses has here; the feed is written by one."""
    used = {leg.lane for leg in plan.legs}
    gpus = len(hardware.gpus()) if "gpu" in used else 0
    sizes: dict[Lane, int] = {"fetch": _FETCHERS, "cpu": workers or count_workers(gpus), "gpu": gpus, "publish": 1}
    return {lane: count for lane, count in sizes.items() if lane in used}
