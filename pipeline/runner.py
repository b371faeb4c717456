"""Runs the stages of one episode in order: skips what is unchanged, resumes after a crash, and says why."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline import build_lock, manifest, store
from pipeline.config import Settings
from pipeline.errors import InputError, PipelineError, StageError
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.models import Blob, SourceFile, SourceFiles
from pipeline.stages import ARTIFACTS, STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run: its `build` folder, all settings, and the files from outside by artifact name.

    `tracks` are the files besides `source` when a recording has one for each person, `artwork` the picture besides
    `cover` when the episode has one of its own, `elements` the other sound in it.
    """

    slug: str
    build: Path
    settings: Settings
    sources: Mapping[str, Path]
    tracks: tuple[Path, ...] = ()
    artwork: tuple[Path, ...] = ()
    elements: tuple[Path, ...] = ()

    def files(self, name: str) -> tuple[Path, ...]:
        """The files that make up an artifact from outside; none when it is not from outside."""
        if name == "elements":
            return self.elements
        if name not in self.sources:
            return ()
        return (self.sources[name], *{"source": self.tracks, "cover": self.artwork}.get(name, ()))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stage was up to date."""

    stage: str


@dataclass(frozen=True, slots=True)
class Started:
    """A stage runs, and why."""

    stage: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advanced:
    """A running stage has done `done` of `total`."""

    stage: str
    done: float
    total: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """A running stage has something to tell that is no error."""

    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A stage ran for `seconds`."""

    stage: str
    seconds: float


Event = Skipped | Started | Advanced | Noticed | Finished


def run(
    job: Job,
    *,
    report: Callable[[Event], None] = lambda event: None,
    stages: Sequence[Stage] = STAGES,
    start: str | None = None,
    until: str | None = None,
    force: bool = False,
) -> Manifest:
    """Bring an episode up to date and return its manifest.

    `start` reruns that stage and all after it; `force` reruns all; `until` is the last stage to run.
    Raises PipelineError with the episode and stage filled in; what earlier stages made is kept.
    """
    with build_lock.held(job.build, job.slug):
        _clear_leftovers(job.build)
        state = _State(job, manifest.load(job.build))
        forced = force
        for stage in stages:
            forced = forced or stage.name == start
            with _placed(job.slug, stage.name):
                _bring_up_to_date(stage, state, forced, report)
            if stage.name == until:
                break
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


@dataclass(slots=True)
class _State:
    """What is known while a run goes on: digests of all artifacts so far, and those models that were needed."""

    job: Job
    manifest: Manifest
    digests: dict[str, str] = field(default_factory=dict)
    models: dict[str, BaseModel] = field(default_factory=dict)

    def take_source(self, name: str) -> bool:
        """Learn the digest of an outside file; a lost file keeps the digest that it had, so that its results stay."""
        files = [self._take_file(path, key) for path, key in zip(self.job.files(name), _keys(name), strict=False)]
        if name == "elements":
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
                raise _unreadable(path, error) from error
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
            reasons = "; ".join(map(_reason, kept))
            report(Noticed(stage.name, f"{reasons}: {stage.keeps.format(slug=state.job.slug)}"))
        return
    report(Started(stage.name, why))
    began = time.monotonic()
    made = _call(stage, state, report)
    _remember(stage, state, made, why, time.monotonic() - began)
    report(Finished(stage.name, time.monotonic() - began))


def _why(stage: Stage, state: _State, forced: bool) -> tuple[str, ...]:
    """The reasons to run a stage, in words; none when what it made is still right."""
    entry = state.manifest.stages.get(stage.name)
    if entry is None:
        return ("first run",)
    if forced:
        return ("asked for",)
    changed, _ = _changes(stage, state, entry)
    if changed:
        return tuple(_reason(name) for name in changed)
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


def _keys(name: str) -> Iterator[str]:
    """What the files of an artifact are called in the manifest: `source`, `source 2`, `source 3` and so on."""
    yield name
    yield from (f"{name} {number}" for number in count(2))


def _digest(value: Any) -> str:
    if isinstance(value, BaseModel):
        return store.digest_model(value)
    return store.digest_bytes(json.dumps(value, sort_keys=True, default=str).encode())


_FILES = {
    "show": "configs/show.yaml",
    "glossary": "configs/glossary.yaml",
    "prompts": "configs/prompts",
    "templates": "configs/templates",
}


def _reason(part: str) -> str:
    if part == "version":
        return "this stage was improved"
    if part in ("listens", "enrolled"):
        return "enrolled voices changed (configs/voices)"
    head, _, rest = part.partition(".")
    if head == "pipeline":
        return f"{rest} settings changed (configs/pipeline.yaml)"
    if head == "publish":
        return "publish settings changed (configs/publish.yaml)"
    if head in ("episode", "overrides"):
        return f"{rest.replace('_', ' ') or head} changed ({head}.yaml)"
    return f"{part} changed" + (f" ({_FILES[part]})" if part in _FILES else "")


def _call(stage: Stage, state: _State, report: Callable[[Event], None]) -> dict[str, BaseModel]:
    work = Workspace(
        state.job.build,
        progress=lambda done, total: report(Advanced(stage.name, done, total)),
        notice=lambda text: report(Noticed(stage.name, text)),
    )
    inputs = {name: state.model(name) for name in stage.inputs}
    for name in stage.inputs:
        for path in state.job.files(name):
            if not path.is_file():
                raise _unreadable(path, FileNotFoundError(2, "there is no such file"))
    settings = {parameter: state.job.settings.at(path) for parameter, path in stage.config.items()}
    made = stage.run(work, **inputs, **settings)
    return dict(zip(stage.outputs, made if isinstance(made, tuple) else (made,), strict=True))


def _remember(stage: Stage, state: _State, made: dict[str, BaseModel], why: tuple[str, ...], seconds: float) -> None:
    files: dict[str, Stamp] = {}
    for name, model in made.items():
        data, file = store.to_json(model), f"{name}.json"
        store.write_atomic(state.job.build / file, data)
        for path, digest in [(file, store.digest_bytes(data)), *((blob.name, blob.sha256) for blob in _blobs(model))]:
            files[path] = Stamp.of(state.job.build / path, digest)
    parts = _parts(stage, state)
    outputs = {name: store.digest_model(model) for name, model in made.items()}
    state.manifest.stages[stage.name] = Entry(
        key=_digest(parts), why=why, parts=parts, outputs=outputs, files=files, seconds=round(seconds, 3),
        tools={tool: metadata.version(tool) for tool in stage.tools},
    )  # fmt: skip
    manifest.save(state.job.build, state.manifest)
    state.models.update(made)
    state.digests.update(outputs)


def _blobs(value: Any) -> Iterator[Blob]:
    """Every blob in a model, however deep."""
    if isinstance(value, Blob):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _blobs(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            if isinstance(one, BaseModel):
                yield from _blobs(one)


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path}: {error.strerror or error}",
        fix="check the path; episode.yaml names the sources and the image, show.yaml the cover",
    )


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
