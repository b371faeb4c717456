"""A private show of 100 episodes and 500 subscribers: what listing costs in a folder and on a local SeaweedFS.

Usage: python -m benchmarks private_feeds
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Row, show
from benchmarks.publishing import NOW, make_catalog, make_episode
from pipeline import catalog, listing, private, subscribers, targets, yaml_files
from pipeline.adapters import local_s3, s3_setup
from pipeline.config import FolderConfig, PublishConfig, S3Config, Show, Subscriber, Subscribers
from pipeline.models import Catalog

EPISODES, SUBSCRIBERS = 100, 500
_GUID = uuid.UUID("77314687-bb86-5f25-8d96-88271ff1450a")
_SHOW = Path(__file__).resolve().parent.parent / "configs/show.yaml"


def main() -> None:
    """Print the table."""
    os.environ[private.KEY] = private.make_key()
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as name:
        public = FolderConfig(path=f"{name}/public", public_base_url="https://cdn.example.org/show")
        rows = _measure("folder", PublishConfig(folder=public))
        with local_s3.serving(Path(name) / "s3") as server:
            os.environ.update(AWS_ACCESS_KEY_ID=server.access_key, AWS_SECRET_ACCESS_KEY=server.secret_key)
            base = f"{server.endpoint}/bench"
            s3 = S3Config(bucket="bench", endpoint=server.endpoint, public_base_url=base)
            s3_setup.prepare_bucket(s3)
            rows += _measure("SeaweedFS", PublishConfig(s3=s3))
    show(f"{SUBSCRIBERS} feeds of {EPISODES} episodes", rows)


def _measure(place: str, public: PublishConfig) -> list[Row]:
    shown = Show.model_validate({**yaml_files.load(_SHOW, Show).model_dump(), "private": True, "guid": _GUID})
    few, more = (_seclude(public, shown, count) for count in (SUBSCRIBERS, SUBSCRIBERS + 1))
    rows = []

    def measure(what: str, do: Callable[[], str]) -> None:
        began = time.perf_counter()
        work = do()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rows.append(Row(f"{place}: {what}", work, time.perf_counter() - began, "", peak))

    def list_show(settings: PublishConfig, change: listing.Change) -> str:
        address = listing.Address(settings.base_url, "cover.jpg")
        target = targets.open_target(settings)
        made, written = listing.update(target, change, shown, settings, address, NOW)
        return f"{len(written)} documents of {len(made.xml) / 1e6:.2f} MB"

    def fill(_: Catalog) -> Catalog:
        return make_catalog(EPISODES)

    measure("all feeds for the first time", lambda: list_show(few, fill))
    measure("nothing new", lambda: list_show(few, lambda before: before))
    measure("one more episode", lambda: list_show(few, lambda before: catalog.merge(before, make_episode(EPISODES))))
    measure("one more subscriber", lambda: list_show(more, lambda before: before))
    measure("one revoked", lambda: str(subscribers.end(targets.open_target(more), f"S{SUBSCRIBERS}")))
    return rows


def _seclude(public: PublishConfig, shown: Show, count: int) -> PublishConfig:
    seats = tuple(Subscriber(name=f"S{number}") for number in range(count))
    return private.seclude(public, shown, Subscribers(subscribers=seats))
