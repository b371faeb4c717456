"""What the shared cache costs and saves a stage, and what Ray adds to a leg: `python -m benchmarks cluster`.

Ray listens on every address whatever it is told: run it in a network of its own,
`unshare -n sh -c 'ip link set lo up; python -m benchmarks cluster'`.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline import hardware
from pipeline.adapters import local_s3, s3
from pipeline.adapters.ray_engine import RayEngine
from pipeline.adapters.s3_cache import S3Shelf
from pipeline.cache.entries import CacheEntry
from pipeline.cache.shelf import FolderShelf, Shelf
from pipeline.cache.stage_cache import StageCache
from pipeline.config import S3Bucket
from pipeline.events import Event
from pipeline.models import PreparedAudio
from pipeline.scale.engine import Ended, Engine, Item, Lane, Leg, Needs, Plan, plan_legs
from pipeline.scale.local import LocalEngine
from pipeline.store import Workspace, digest_model, to_json

_LEGS = 200
_SIZES = {"a text of 2 kB": 2_000, "an hour of PCM, 230 MB": 230_400_000}


def main() -> None:
    """Print what was measured."""
    print(f"{hardware.cores()} cores")
    with tempfile.TemporaryDirectory() as folder, local_s3.serving(Path(folder) / "s3") as server:
        os.environ |= {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
        bucket = S3Bucket(bucket="stage-cache", endpoint=server.endpoint)
        s3.connect(bucket).create_bucket(Bucket=bucket.bucket)
        for name, shelf in (
            ("folder", FolderShelf(Path(folder) / "shelf")),
            ("S3 (SeaweedFS, loopback)", S3Shelf(bucket)),
        ):
            for what, size in _SIZES.items():
                _measure_shelf(f"{name}, {what}", shelf, size, Path(folder) / "work")
    alone = _time_legs(LocalEngine({"cpu": 1, "fetch": 1}))
    print(f"a leg that does nothing, local engine: {alone * 1000:.1f} ms")
    print(f"the same on Ray: {_time_legs(RayEngine()) * 1000:.1f} ms")


def _measure_shelf(name: str, shelf: Shelf, size: int, folder: Path) -> None:
    cache, work = StageCache(shelf), Workspace(folder, notice=print)
    rounds = 3 if size > 10_000_000 else 20
    puts, takes, misses = [], [], []
    for at in range(rounds):
        key = f"{size:032x}{at:032x}"
        blob = work.keep_bytes(os.urandom(8) + bytes(size - 8), "audio.f32")
        audio = PreparedAudio(pcm=blob, sample_rate=16000, duration=1, channels=1, source_rate=16000, codec="pcm")
        entry = CacheEntry(
            stage="prepare", seconds=1,
            artifacts={"audio": to_json(audio).decode()}, digests={"audio": digest_model(audio)},
        )  # fmt: skip
        misses.append(_time(lambda key=key: cache.take([key], work)))  # type: ignore[misc]
        puts.append(_time(lambda key=key, entry=entry, blob=blob: cache.put(entry, [blob], key, work, replace=False)))  # type: ignore[misc]
        takes.append(_time(lambda key=key: cache.take([key], work)))  # type: ignore[misc]
    told = ", ".join(
        f"{verb} {statistics.median(times) * 1000:.0f} ms"
        for verb, times in (("miss", misses), ("put", puts), ("hit", takes))
    )
    print(f"{name}: {told}")


@dataclass(frozen=True)
class _Nothing:
    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """Nothing to prepare."""

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> float | None:
        """Nothing to do."""
        return None


def _time_legs(engine: Engine) -> float:
    """Seconds a leg, between the first episode's end and the last's, so that starting up does not count."""
    plan = Plan(plan_legs(["hear"], lambda stage: "cpu"), {"fetch": Needs(0, home=True), "cpu": Needs(1)})
    items = (Item(f"e{at}", "/nowhere") for at in range(_LEGS))
    ends = [time.monotonic() for told in engine.run(items, plan, _Nothing()) if isinstance(told, Ended)]
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def _time(do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began
