"""Episodes on machines that share no disk: a leg is packed at home, gone elsewhere, and unpacked at home again.

What travels is small: settings, and the manifest with the keys under which the shared cache has the results. Sound and
artifacts go through the cache, so that a machine that dies loses only what it was on.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from pipeline import build_lock, manifest, runner, store
from pipeline.cache import open_cache
from pipeline.cache.stage_cache import StageCache
from pipeline.config import PipelineConfig
from pipeline.errors import ConfigError, InputError, StageError
from pipeline.events import Event
from pipeline.job import COLLECTIONS, Job
from pipeline.manifest import Manifest, Stamp
from pipeline.models import Blob, Seconds
from pipeline.project import Project
from pipeline.scale.engine import FETCH, Item, Lane, Leg, Needs, Work
from pipeline.scale.episodes import EpisodeWork, keep_feed
from pipeline.stages import STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace

#: The step that only brings home what was made elsewhere.
UNPACK = "unpack"


class TravellingWork(Work, Protocol):
    """Work whose legs between those at home may be gone on machines without the checkout."""

    def pack(self, item: Item) -> Any:
        """At home: all that the legs elsewhere need."""
        ...

    def run_away(self, parcel: Any, leg: Leg, report: Callable[[Event], None]) -> tuple[Any, Seconds | None]:
        """On any machine: go a leg, and return what to go on with."""
        ...

    def unpack(self, item: Item, parcel: Any) -> None:
        """At home: take over what was made elsewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """An episode on its way: the run that home would make of it, with the manifest as it is so far."""

    job: Job
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class ClusterWork:
    """The episodes of a checkout on a cluster. A TravellingWork; `scratch` is where other machines work."""

    home: EpisodeWork
    scratch: str | None = None
    stages: Sequence[Stage] = field(default=STAGES)

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """As on one machine."""
        self.home.prepare_worker(lane, needs)

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> Seconds | None:
        """A leg at home: fetching, or publishing what was unpacked."""
        if leg.stages == (FETCH,):
            return self.home.run_leg(item, leg, report)
        project = Project(self.home.root, self.home.show)
        job = project.job(item.slug)
        if leg.stages == (UNPACK,):
            return job.settings.episode.duration
        runner.run(job, stages=self._of(leg), report=report)
        if "publish" in leg.stages:
            keep_feed(project, job)
        return job.settings.episode.duration

    def pack(self, item: Item) -> Parcel:
        """Bring the episode's files from outside into the cache. Raises ConfigError where there is none."""
        job = Project(self.home.root, self.home.show).job(item.slug)
        known = manifest.load(job.build)
        cache = _cache_of(job)
        for key, path in _outside(job):
            before = known.sources.get(key)
            try:
                known.sources[key] = stamp = before.refreshed(path) if before else Stamp.of(path)
            except OSError as error:
                if before is None:
                    fix = "check the path; episode.yaml names the sources and the image, show.yaml the cover"
                    raise InputError(f"{path}: {error.strerror or error}", fix=fix) from error
            else:
                cache.give(path, stamp.sha256)
        return Parcel(job, known)

    def run_away(self, parcel: Parcel, leg: Leg, report: Callable[[Event], None]) -> tuple[Parcel, Seconds | None]:
        """Go a leg in a folder that is there for its length only."""
        stages = self._of(leg)
        cache = _cache_of(parcel.job)
        with _folder(self.scratch, parcel.job.slug) as folder:
            job = _bring_outside(parcel, stages, folder, cache)
            manifest.save(job.build, parcel.manifest)
            _restore(job.build, parcel.manifest, _needed(stages), cache)
            made = runner.run(job, stages=stages, report=report, cache=cache)
        return Parcel(parcel.job, made), parcel.job.settings.episode.duration

    def unpack(self, item: Item, parcel: Parcel) -> None:
        """Write down at home what was made, and bring what publishing needs."""
        job = parcel.job
        with build_lock.held(job.build, job.slug):
            manifest.save(job.build, parcel.manifest)
            wanted = _needed(stage for stage in self.stages if not stage.shared)
            last = [stage for stage in self.stages if stage.name in parcel.manifest.stages][-1:]
            wanted.update(name for stage in last for name in stage.outputs)
            _restore(job.build, parcel.manifest, wanted, _cache_of(job))

    def _of(self, leg: Leg) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.name in leg.stages)


def require_cache(root: Path, show: str | None) -> None:
    """Raises ConfigError when a checkout has no cache through which the machines of a cluster could share."""
    _open(Project(root, show).pipeline())


def _cache_of(job: Job) -> StageCache:
    return _open(job.settings.pipeline)


def _open(settings: PipelineConfig) -> StageCache:
    cache = open_cache(settings.cache)
    if cache is None:
        what = "machines of a cluster share sound and results through the cache, and there is none"
        raise ConfigError(what, fix="name a bucket under cache.s3 in configs/pipeline.yaml (docs/scale.md)")
    return cache


def _outside(job: Job) -> Iterator[tuple[str, Path]]:
    """The files from outside, each with its key in the manifest."""
    for name in (*job.sources, *COLLECTIONS):
        yield from zip(runner.source_keys(name), job.files(name), strict=False)


def _bring_outside(parcel: Parcel, stages: Sequence[Stage], folder: Path, cache: StageCache) -> Job:
    """The job as this machine sees it, with those files from outside that the stages read, under their own names."""
    read = {name for stage in stages for name in stage.inputs}
    places: dict[Path, Path] = {}
    for name in (*parcel.job.sources, *COLLECTIONS):
        for key, path in zip(runner.source_keys(name), parcel.job.files(name), strict=False):
            places[path] = place = folder / "outside" / key / path.name
            if name in read:
                stamp = parcel.manifest.sources[key]
                cache.get(place, Blob(name=path.name, sha256=stamp.sha256, size=stamp.size))
    job = parcel.job
    return replace(
        job,
        build=folder / "build",
        sources={name: places[path] for name, path in job.sources.items()},
        tracks=tuple(places[path] for path in job.tracks),
        artwork=tuple(places[path] for path in job.artwork),
        elements={places[path]: key for path, key in job.elements.items()},
        chapter_images={places[path]: key for path, key in job.chapter_images.items()},
    )


def _needed(stages: Iterable[Stage]) -> set[str]:
    """What stages read of what others made."""
    stages = tuple(stages)
    return {name for stage in stages for name in stage.inputs} - {name for stage in stages for name in stage.outputs}


def _restore(build: Path, known: Manifest, wanted: set[str], cache: StageCache) -> None:
    """Bring artifacts from the cache. Raises StageError for one that is not there."""
    for stage, entry in known.stages.items():
        if not wanted & entry.outputs.keys() or manifest.damaged(build, entry) is None:
            continue
        told: list[str] = []
        found = cache.take([entry.shared] if entry.shared else [], Workspace(build, notice=told.append))
        if found is None:
            why = told[-1] if told else "it was not put there: a notice of that stage says why"
            raise StageError(f"the cache has not what {stage} made ({why})", fix="see to the cache, then --retry")
        for name, model in found.models.items():
            store.write_atomic(build / f"{name}.json", store.to_json(model))


@contextmanager
def _folder(scratch: str | None, slug: str) -> Iterator[Path]:
    """A folder of the leg's own, which goes with it; those that killed workers left go first."""
    parent = Path(scratch or tempfile.gettempdir()) / "showrunner-cluster"
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in parent.glob("*/"):
            with _held(left) as ours:
                if ours:
                    shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{slug}-", dir=parent))
        holding = ExitStack()
        holding.enter_context(_held(folder))
    with holding:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder if nobody does; the hold goes with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)
