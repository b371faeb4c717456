"""Where the stages of episodes run on a cluster, and how many workers it bears."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.scale.cluster import UNPACK
from pipeline.scale.engine import FETCH, Lane, Leg, Needs, Plan, plan_legs

_HEARING = ("transcribe", "diarize")


def place(plan: Plan, gpus: float) -> Plan:
    """The plan for what the cluster has, whatever home has: models that want a GPU get one where there are any."""
    names = [name for leg in plan.legs for name in leg.stages if name != FETCH]

    def lane_of(stage: str) -> Lane:
        return "publish" if stage == "publish" else "gpu" if gpus and stage in _HEARING else "cpu"

    return Plan(plan_legs(names, lane_of), plan.needs)


def end_at_home(plan: Plan) -> Plan:
    """The plan with a leg that brings home what was made elsewhere last, where none goes there."""
    if plan.needs[plan.legs[-1].lane].home:
        return plan
    needs: dict[Lane, Needs] = {"publish": Needs(0, home=True), **plan.needs}
    return Plan((*plan.legs, Leg("publish", (UNPACK,))), needs)


def size_lanes(resources: Mapping[str, float], needs: Mapping[Lane, Needs]) -> dict[Lane, int]:
    """How many actors of each lane the cluster bears: one for each GPU, and of the rest as many as have room."""
    cpus, memory = resources.get("CPU", 0.0), resources.get("memory", 0.0)
    sizes: dict[Lane, int] = {}
    for lane, need in sorted(needs.items(), key=lambda one: -one[1].gpus):
        room = resources.get("GPU", 0.0) // need.gpus if need.gpus else cpus // (need.cpus or 1.0)
        if need.memory:
            room = min(room, memory // need.memory)
        sizes[lane] = max(1, int(room))
        cpus -= sizes[lane] * need.cpus
        memory -= sizes[lane] * need.memory
    return sizes
