"""Runs the stages of one episode in order: skips what is unchanged, resumes after a crash, and says why."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline import build_lock, manifest, store
from pipeline.cache import open_cache
from pipeline.cache.entries import CacheEntry
from pipeline.cache.stage_cache import StageCache, keys_of
from pipeline.errors import InputError, PipelineError, StageError
from pipeline.events import Advanced, Event, Finished, Noticed, Skipped, Started, Taken, Told
from pipeline.job import COLLECTIONS, Job
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.models import SourceFile, SourceFiles
from pipeline.models.base import blobs_of
from pipeline.reasons import reason
from pipeline.stages import ARTIFACTS, STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace

__all__ = [
    "Advanced", "Event", "Finished", "Job", "Noticed", "Skipped", "Started", "Taken", "pending", "read_artifact", "run",
    "source_keys",
]  # fmt: skip

M = TypeVar("M", bound=BaseModel)


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
        state = _State(job, manifest.load(job.build), cache or open_cache(job.settings.pipeline.cache))
        state.take_earlier(stages)
        names = [stage.name for stage in stages]
        at, forced, last = 0, force, names.index(until) if until in names else len(names) - 1
        _take_sources(stages[: last + 1], state)
        while at <= last:
            stage = stages[at]
            forced = forced or stage.name == start
            try:
                with _placed(job.slug, stage.name):
                    _bring_up_to_date(stage, state, forced, report)
                at += 1
            except _DecayedError as found:
                if found.maker not in names:
                    what, fix = state.decayed[found.maker], f"showrunner run {job.slug}: that makes it again"
                    raise StageError(what, fix=fix).at(episode=job.slug, stage=found.maker) from None
                at = names.index(found.maker)
        return state.manifest


def pending(job: Job, *, stages: Sequence[Stage] = STAGES) -> dict[str, tuple[str, ...]]:
    """For each stage why it would run now; empty where it is up to date. Later stages assume that inputs stay."""
    state = _State(job, manifest.load(job.build))
    found: dict[str, tuple[str, ...]] = {}
    for stage in stages:
        waits = tuple(name for name in stage.inputs if name not in state.digests and not state.take_source(name))
        found[stage.name] = tuple(f"waits for {name}" for name in waits) or _why(stage, state, forced=False)
        entry = state.manifest.stages.get(stage.name)
        if entry:
            state.digests.update(entry.outputs)
    return found


class _DecayedError(Exception):
    """A file that an earlier stage of this run made, `maker`, is not what it was any more."""

    def __init__(self, maker: str) -> None:
        self.maker = maker


@dataclass(slots=True)
class _State:
    """What is known while a run goes on: digests of all artifacts so far, and those models that were needed."""

    job: Job
    manifest: Manifest
    cache: StageCache | None = None
    digests: dict[str, str] = field(default_factory=dict)
    models: dict[str, BaseModel] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    decayed: dict[str, str] = field(default_factory=dict)

    def take_earlier(self, stages: Sequence[Stage]) -> None:
        """Learn the digests of what stages before these made."""
        made = {name for stage in stages for name in stage.outputs}
        for entry in self.manifest.stages.values():
            self.digests.update({name: digest for name, digest in entry.outputs.items() if name not in made})

    def take_source(self, name: str) -> bool:
        """Learn the digest of an outside file; a lost file keeps the digest that it had, so that its results stay."""
        files = [self._take_file(path, key) for path, key in zip(self.job.files(name), source_keys(name), strict=False)]
        if name in COLLECTIONS:
            self.digests[name] = _digest([file.sha256 for file in files])
            self.models[name] = SourceFiles(files=tuple(files))
            return True
        if not files:
            return False
        first, *others = files
        # One file keeps its own digest, as it did before recordings could have several.
        self.digests[name] = _digest([file.sha256 for file in files]) if others else first.sha256
        self.models[name] = first.model_copy(update={"others": tuple(others)})
        return True

    def _take_file(self, path: Path, key: str) -> SourceFile:
        known = self.manifest.sources.get(key)
        try:
            stamp = known.refreshed(path) if known else Stamp.of(path)
        except OSError as error:
            if known is None:
                raise _unreadable(path, error, self.job.key_of(path)) from error
            stamp = known
        self.manifest.sources[key] = stamp
        return SourceFile(path=str(path), sha256=stamp.sha256, size=stamp.size)

    def model(self, name: str) -> BaseModel:
        """An artifact, read from the build folder when first asked for."""
        if name not in self.models:
            self.models[name] = read_artifact(self.job.build, name, ARTIFACTS[name])
        return self.models[name]


def read_artifact(build: Path, name: str, model: type[M]) -> M:
    """One stored artifact. Raises StageError when it is absent or no longer fits its model."""
    path = build / f"{name}.json"
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StageError(f"{path}: cannot be read back ({error})", fix="run again with --force") from error


def _take_sources(stages: Sequence[Stage], state: _State) -> None:
    """Look at all files from outside now: nobody waits an hour to hear that a picture is missing."""
    for stage in stages:
        with _placed(state.job.slug, stage.name):
            for name in stage.inputs:
                if name not in state.digests:
                    state.take_source(name)


def _bring_up_to_date(stage: Stage, state: _State, forced: bool, report: Callable[[Event], None]) -> None:
    for name in stage.inputs:
        if name not in state.digests and not state.take_source(name):
            raise StageError(f"needs {name}, which no earlier stage made", fix="run the earlier stages first")
    why = _why(stage, state, forced)
    if not why:
        entry = state.manifest.stages[stage.name]
        state.digests.update(entry.outputs)
        report(Skipped(stage.name))
        _, kept = _changes(stage, state, entry)
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
    _check_inputs(stage, state)
    report(Started(stage.name, why))
    began = time.monotonic()
    made = _call(stage, state, work)
    entry = _remember(stage, state, made, why, time.monotonic() - began)
    _save(stage, state, entry)
    if state.cache and keys and not told.provisional:
        _share(stage, state, state.cache, keys[-1], told.notices, beside, again=forced)
    report(Finished(stage.name, entry.seconds))


def _shared_keys(stage: Stage, state: _State) -> tuple[str, ...]:
    """Under which keys the cache may have the result; none where it is not shared."""
    if state.cache is None or not stage.shared:
        return ()
    settings = {parameter: state.job.settings.at(path) for parameter, path in stage.config.items()}
    endings = [path.suffix.lower() for name in stage.inputs for path in state.job.files(name)]
    return keys_of(stage, _parts(stage, state), settings, endings)


def _share(
    stage: Stage, state: _State, cache: StageCache, key: str, notices: Sequence[str], work: Workspace, *, again: bool
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


def _why(stage: Stage, state: _State, forced: bool) -> tuple[str, ...]:
    """The reasons to run a stage, in words; none when what it made is still right."""
    entry = state.manifest.stages.get(stage.name)
    if entry is None:
        return ("first run",)
    if forced:
        return ("asked for",)
    changed, _ = _changes(stage, state, entry)
    if changed:
        return tuple(reason(name) for name in changed)
    if stage.name in state.decayed:
        return (state.decayed[stage.name],)
    damage = manifest.damaged(state.job.build, entry)
    return (damage,) if damage else ()


def _parts(stage: Stage, state: _State) -> dict[str, str]:
    """All that the result depends on, by name."""
    settings = {path: _digest(state.job.settings.at(path)) for path in stage.config.values()}
    return {"version": str(stage.version), **settings, **{name: state.digests[name] for name in stage.inputs}}


def _changes(stage: Stage, state: _State, entry: Entry) -> tuple[list[str], list[str]]:
    """What differs from when the stage ran, by name: what it must run again for, and the settings that it keeps."""
    parts = _parts(stage, state)
    changed = [name for name in {**parts, **entry.parts} if parts.get(name) != entry.parts.get(name)]
    kept = set(stage.config.values()) if stage.keeps else set()
    return [name for name in changed if name not in kept], [name for name in changed if name in kept]


def source_keys(name: str) -> Iterator[str]:
    """What the files of an artifact are called in the manifest: `source`, `source 2`, `source 3` and so on."""
    yield name
    yield from (f"{name} {number}" for number in count(2))


def _digest(value: Any) -> str:
    if isinstance(value, BaseModel):
        return store.digest_model(value)
    return store.digest_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def _check_inputs(stage: Stage, state: _State) -> None:
    """Read what a stage is about to use for its digest, once a run: a disk may rot without changing a file's time.

    Raises _DecayedError for a file that has to be made again.
    """
    for name, entry in state.manifest.stages.items():
        if name in state.whole or not set(entry.outputs) & set(stage.inputs):
            continue
        for file, stamp in entry.files.items():
            if store.digest_file(state.job.build / file) != stamp.sha256:
                for output in entry.outputs:
                    state.models.pop(output, None)
                state.decayed[name] = f"{file} is damaged"
                raise _DecayedError(name)
        state.whole.add(name)


def _call(stage: Stage, state: _State, work: Workspace) -> dict[str, BaseModel]:
    inputs = {name: state.model(name) for name in stage.inputs}
    for name in stage.inputs:
        for path in state.job.files(name):
            if not path.is_file():
                error = FileNotFoundError(2, "there is no such file")
                raise _unreadable(path, error, state.job.key_of(path))
    settings = {parameter: state.job.settings.at(path) for parameter, path in stage.config.items()}
    made = stage.run(work, **inputs, **settings)
    return dict(zip(stage.outputs, made if isinstance(made, tuple) else (made,), strict=True))


def _remember(stage: Stage, state: _State, made: dict[str, BaseModel], why: tuple[str, ...], seconds: float) -> Entry:
    """Write down the artifacts of a stage, and what the manifest is to say of it."""
    files: dict[str, Stamp] = {}
    for name, model in made.items():
        data, file = store.to_json(model), f"{name}.json"
        store.write_atomic(state.job.build / file, data)
        for path, digest in [(file, store.digest_bytes(data)), *((blob.name, blob.sha256) for blob in blobs_of(model))]:
            files[path] = Stamp.of(state.job.build / path, digest)
    parts = _parts(stage, state)
    outputs = {name: store.digest_model(model) for name, model in made.items()}
    state.models.update(made)
    state.digests.update(outputs)
    state.whole.add(stage.name)
    state.decayed.pop(stage.name, None)
    return Entry(
        key=_digest({"stage": stage.name, **parts}), why=why, parts=parts, outputs=outputs, files=files,
        seconds=round(seconds, 3), tools={tool: metadata.version(tool) for tool in stage.tools},
    )  # fmt: skip


def _save(stage: Stage, state: _State, entry: Entry) -> None:
    state.manifest.stages[stage.name] = entry
    manifest.save(state.job.build, state.manifest)


def _unreadable(path: Path, error: OSError, key: str | None) -> InputError:
    """What cannot be read, with the key that names it where that is not one of the usual ones."""
    usual = "check the path; episode.yaml names the sources and the image, show.yaml the cover"
    fix = f"check the path at {key}, from the checkout or absolute; `off` leaves it out" if key else usual
    return InputError(f"{f'{key}: ' if key else ''}{path}: {error.strerror or error}", fix=fix)


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
