"""Runs the stages of one episode in order: skips what is unchanged, resumes after a crash, and says why."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel

from pipeline import build_lock, manifest, store
from pipeline.cache import open_cache
from pipeline.cache.entries import CacheEntry
from pipeline.cache.stage_cache import StageCache, keys_of
from pipeline.errors import PipelineError, StageError
from pipeline.events import Advanced, Event, Finished, Noticed, Skipped, Started, Taken, Told
from pipeline.job import Job
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.models.base import blobs_of
from pipeline.reasons import reason
from pipeline.run_state import DecayedError, RunState, digest_of, read_artifact, source_keys
from pipeline.stages import STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace

__all__ = [
    "Advanced", "Event", "Finished", "Job", "Noticed", "Skipped", "Started", "Taken", "pending", "read_artifact", "run",
    "source_keys",
]  # fmt: skip


def run(
    job: Job,
    *,
    report: Callable[[Event], None] = lambda event: None,
    stages: Sequence[Stage] = STAGES,
    start: str | None = None,
    until: str | None = None,
    force: bool = False,
    cache: StageCache | None = None,
) -> Manifest:
    """Bring an episode up to date and return its manifest.

    `start` reruns that stage and all after it; `force` reruns all; `until` is the last stage to run. What earlier
    stages than `stages` made is taken as the manifest has it. `cache` stands in for the one of the settings.
    Raises PipelineError with the episode and stage filled in; what earlier stages made is kept.
    """
    with build_lock.held(job.build, job.slug):
        _clear_leftovers(job.build)
        state = RunState(job, manifest.load(job.build), cache or open_cache(job.settings.pipeline.cache))
        state.take_earlier(stages)
        names = [stage.name for stage in stages]
        at, forced, last = 0, force, names.index(until) if until in names else len(names) - 1
        for stage in stages[: last + 1]:  # now: nobody waits an hour to hear that a picture is missing
            with _placed(job.slug, stage.name):
                state.take_sources(stage)
        while at <= last:
            stage = stages[at]
            forced = forced or stage.name == start
            try:
                with _placed(job.slug, stage.name):
                    _bring_up_to_date(stage, state, forced, report)
                at += 1
            except DecayedError as found:
                if found.maker not in names:
                    what, fix = state.decayed[found.maker], f"showrunner run {job.slug}: that makes it again"
                    raise StageError(what, fix=fix).at(episode=job.slug, stage=found.maker) from None
                at = names.index(found.maker)
        return state.manifest


def pending(job: Job, *, stages: Sequence[Stage] = STAGES) -> dict[str, tuple[str, ...]]:
    """For each stage why it would run now; empty where it is up to date. Later stages assume that inputs stay."""
    state = RunState(job, manifest.load(job.build))
    found: dict[str, tuple[str, ...]] = {}
    for stage in stages:
        waits = tuple(f"waits for {name}" for name in state.take_sources(stage))
        found[stage.name] = waits or _why(stage, state, forced=False)
        entry = state.manifest.stages.get(stage.name)
        if entry:
            state.digests.update(entry.outputs)
    return found


def _bring_up_to_date(stage: Stage, state: RunState, forced: bool, report: Callable[[Event], None]) -> None:
    if missing := state.take_sources(stage):
        raise StageError(f"needs {missing[0]}, which no earlier stage made", fix="run the earlier stages first")
    why = _why(stage, state, forced)
    if not why:
        entry = state.manifest.stages[stage.name]
        state.digests.update(entry.outputs)
        report(Skipped(stage.name))
        _, kept = state.changes(stage, entry)
        if kept:
            reasons = "; ".join(map(reason, kept))
            report(Noticed(stage.name, f"{reasons}: {stage.keeps.format(slug=state.job.slug)}"))
        return
    told = Told(stage.name, report)
    work = Workspace(state.job.build, progress=told.progress, notice=told.notice, provisional=told.mark_provisional)
    beside = replace(work, notice=told.aside)
    keys = _shared_keys(stage, state)
    began = time.monotonic()
    if state.cache and not forced and (found := state.cache.take(keys, beside)):
        for text in found.entry.notices:
            work.notice(text)
        entry = _remember(stage, state, found.models, why, time.monotonic() - began)
        _save(stage, state, entry.model_copy(update={"shared": found.key, "taken": True, "tools": found.entry.tools}))
        report(Taken(stage.name, why, found.entry.seconds))
        return
    state.check_inputs(stage)
    report(Started(stage.name, why))
    began = time.monotonic()
    made = _call(stage, state, work)
    entry = _remember(stage, state, made, why, time.monotonic() - began)
    _save(stage, state, entry)
    if state.cache and keys and not told.provisional:
        _share(stage, state, state.cache, keys[-1], told.notices, beside, again=forced)
    report(Finished(stage.name, entry.seconds))


def _shared_keys(stage: Stage, state: RunState) -> tuple[str, ...]:
    """Under which keys the cache may have the result; none where it is not shared."""
    if state.cache is None or not stage.shared:
        return ()
    endings = [path.suffix.lower() for name in stage.inputs for path in state.job.files(name)]
    return keys_of(stage, state.parts(stage), state.settings(stage), endings)


def _share(
    stage: Stage, state: RunState, cache: StageCache, key: str, notices: Sequence[str], work: Workspace, *, again: bool
) -> None:
    """Put what the stage made into the cache."""
    entry = state.manifest.stages[stage.name]
    made = {name: state.models[name] for name in stage.outputs}
    shared = CacheEntry(
        stage=stage.name,
        artifacts={name: store.to_json(model).decode() for name, model in made.items()},
        digests=entry.outputs,
        notices=tuple(notices),
        seconds=entry.seconds,
        tools=entry.tools,
    )
    blobs = [blob for model in made.values() for blob in blobs_of(model)]
    if cache.put(shared, blobs, key, work, replace=again):
        _save(stage, state, entry.model_copy(update={"shared": key}))


def _why(stage: Stage, state: RunState, forced: bool) -> tuple[str, ...]:
    """The reasons to run a stage, in words; none when what it made is still right."""
    entry = state.manifest.stages.get(stage.name)
    if entry is None:
        return ("first run",)
    if forced:
        return ("asked for",)
    changed, _ = state.changes(stage, entry)
    if changed:
        return tuple(reason(name) for name in changed)
    if stage.name in state.decayed:
        return (state.decayed[stage.name],)
    damage = manifest.damaged(state.job.build, entry)
    return (damage,) if damage else ()


def _call(stage: Stage, state: RunState, work: Workspace) -> dict[str, BaseModel]:
    made = stage.run(work, **state.inputs(stage), **state.settings(stage))
    return dict(zip(stage.outputs, made if isinstance(made, tuple) else (made,), strict=True))


def _remember(stage: Stage, state: RunState, made: dict[str, BaseModel], why: tuple[str, ...], seconds: float) -> Entry:
    """Write down the artifacts of a stage, and what the manifest is to say of it."""
    files: dict[str, Stamp] = {}
    for name, model in made.items():
        data, file = store.to_json(model), f"{name}.json"
        store.write_atomic(state.job.build / file, data)
        for path, digest in [(file, store.digest_bytes(data)), *((blob.name, blob.sha256) for blob in blobs_of(model))]:
            files[path] = Stamp.of(state.job.build / path, digest)
    parts = state.parts(stage)
    outputs = state.add(stage, made)
    return Entry(
        key=digest_of({"stage": stage.name, **parts}), why=why, parts=parts, outputs=outputs, files=files,
        seconds=round(seconds, 3), tools={tool: metadata.version(tool) for tool in stage.tools},
    )  # fmt: skip


def _save(stage: Stage, state: RunState, entry: Entry) -> None:
    state.manifest.stages[stage.name] = entry
    manifest.save(state.job.build, state.manifest)


@contextmanager
def _placed(episode: str, stage: str) -> Iterator[None]:
    """Give an error its place, and turn a full disk or lost right anywhere below into a clear one."""
    try:
        yield
    except PipelineError as error:
        raise error.at(episode=episode, stage=stage) from error.__cause__
    except OSError as error:
        what = f"{error.filename or 'the build folder'}: {error.strerror or error}"
        raise StageError(what, fix="free space or check the rights, then run again: finished stages are kept").at(
            episode=episode, stage=stage
        ) from error


def _clear_leftovers(build: Path) -> None:
    """Remove the scratch folders of a run that was killed."""
    for folder in build.glob(".work-*"):
        shutil.rmtree(folder, ignore_errors=True)
