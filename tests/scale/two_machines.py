"""A home and two machines of a Ray cluster with a real S3 between them, in a network of its own; one machine dies.

It works in the folder that SHOWRUNNER_TEST_FOLDER names, and prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cluster_stages
import psutil
import ray
from ray.cluster_utils import Cluster

from pipeline import runner
from pipeline.adapters import local_s3, s3
from pipeline.adapters.ray_engine import RayEngine
from pipeline.config import S3Bucket
from pipeline.project import Project
from pipeline.runner import Job
from pipeline.scale.cluster import ClusterWork
from pipeline.scale.engine import Ended, Item
from pipeline.scale.episodes import EpisodeWork

FOLDER = Path(os.environ[cluster_stages.FOLDER])
SLUGS = ["one", "on-the-dying-machine", "two", "is-bad", "three", "kills", "four", "five"]


def make_checkout(root: Path) -> Project:
    (root / "configs").mkdir(parents=True)
    (root / "configs/show.yaml").write_text(cluster_stages.SHOW)
    for slug in SLUGS:
        folder = root / "episodes" / slug
        folder.mkdir(parents=True)
        (folder / "recording.wav").write_text(slug)
        about = {"title": slug, "date": "2026-01-02", "guid": slug, "duration": 60.0,
                 "sources": [f"episodes/{slug}/recording.wav"]}  # fmt: skip
        (folder / "episode.yaml").write_text(json.dumps(about))
    (root / "configs/cover.jpg").write_bytes(b"a picture")
    return Project(root)


def kill_the_machine_that_waits(cluster: Any, machines: list[Any]) -> None:
    worker = psutil.Process(int((FOLDER / "begun").read_text()))
    above = {process.pid for process in worker.parents()}
    for machine in machines:
        if machine.all_processes["raylet"][0].process.pid in above:
            cluster.remove_node(machine, allow_graceful=False)


def artifacts(job: Job) -> dict[str, str]:
    return {name: (job.build / f"{name}.json").read_text() for name in ("chapters", "notes")}


def main() -> None:
    project = make_checkout(FOLDER / "home")
    for fifo in ("begun", "never"):
        os.mkfifo(FOLDER / fifo)
    with local_s3.serving(FOLDER / "s3") as server:
        os.environ |= {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
        bucket = S3Bucket(bucket="stage-cache", endpoint=server.endpoint)
        s3.connect(bucket).create_bucket(Bucket=bucket.bucket)
        said = json.dumps({"cache": {"s3": bucket.model_dump(exclude_defaults=True)}})
        (project.root / "configs/pipeline.yaml").write_text(said)
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 80 << 20})
        machines = [cluster.add_node(num_cpus=1, object_store_memory=80 << 20) for _ in range(2)]
        threading.Thread(target=kill_the_machine_that_waits, args=(cluster, machines), daemon=True).start()
        items = [Item(slug, str(project.episodes / slug / "recording.wav"), known=True) for slug in SLUGS]
        work = ClusterWork(EpisodeWork(project.root), str(FOLDER / "scratch"), cluster_stages.STAGES)
        told = list(RayEngine(cluster.address).run(items, cluster_stages.make_plan(), work))
        alive = sum(machine in cluster.worker_nodes for machine in machines)
        computed = (FOLDER / "computed").read_text().splitlines()
        cluster.shutdown()
        ray.shutdown()

        # The same on one machine, without any cache.
        (project.root / "configs/pipeline.yaml").unlink()
        made = {
            slug: artifacts(project.job(slug)) for slug in SLUGS if (project.job(slug).build / "notes.json").exists()
        }
        alone = make_checkout(FOLDER / "alone")
        for slug in made:
            runner.run(alone.job(slug), stages=cluster_stages.STAGES)
    ended = [one for one in told if isinstance(one, Ended)]
    print(json.dumps({
        "ended": {one.item.slug: asdict(one.problem) if one.problem else None for one in ended},
        "times": len(ended),
        "audio": [one.audio for one in ended],
        "computed": computed,
        "identical": [slug for slug, found in made.items() if found == artifacts(alone.job(slug))],
        "events": sorted({type(one.event).__name__ for one in told if not isinstance(one, Ended)}),
        "left": [path.name for path in (FOLDER / "scratch/showrunner-cluster").glob("*/")],
        "alive": alive,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
