"""What a run of one episode knows while it goes on: the digest of every artifact so far, and the models it needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline import store
from pipeline.cache.stage_cache import StageCache
from pipeline.errors import InputError, StageError
from pipeline.job import COLLECTIONS, Job
from pipeline.manifest import Entry, Manifest, Stamp
from pipeline.models import SourceFile, SourceFiles
from pipeline.stages import ARTIFACTS
from pipeline.stages.base import Stage

M = TypeVar("M", bound=BaseModel)


class DecayedError(Exception):
    """A file that an earlier stage of this run made, `maker`, is not what it was any more."""

    def __init__(self, maker: str) -> None:
        self.maker = maker


@dataclass(slots=True)
class RunState:
    """One run: `digests` and `models` by artifact; by stage, whose files were seen `whole`, and which `decayed` how."""

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

    def take_sources(self, stage: Stage) -> list[str]:
        """Learn the digests of the files from outside that a stage needs; gives the inputs that are still missing."""
        return [name for name in stage.inputs if name not in self.digests and not self._take_source(name)]

    def _take_source(self, name: str) -> bool:
        """Learn the digest of an outside file; a lost file keeps the digest that it had, so that its results stay."""
        files = [self._take_file(path, key) for path, key in zip(self.job.files(name), source_keys(name), strict=False)]
        if name in COLLECTIONS:
            self.digests[name] = digest_of([file.sha256 for file in files])
            self.models[name] = SourceFiles(files=tuple(files))
            return True
        if not files:
            return False
        first, *others = files
        # One file keeps its own digest, as it did before recordings could have several.
        self.digests[name] = digest_of([file.sha256 for file in files]) if others else first.sha256
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

    def settings(self, stage: Stage) -> dict[str, Any]:
        """The settings that a stage takes, by parameter."""
        return {parameter: self.job.settings.at(path) for parameter, path in stage.config.items()}

    def parts(self, stage: Stage) -> dict[str, str]:
        """All that the result of a stage depends on, by name."""
        settings = {path: digest_of(self.job.settings.at(path)) for path in stage.config.values()}
        return {"version": str(stage.version), **settings, **{name: self.digests[name] for name in stage.inputs}}

    def changes(self, stage: Stage, entry: Entry) -> tuple[list[str], list[str]]:
        """What differs from when a stage ran, by name: what it must run again for, and the settings that it keeps."""
        parts = self.parts(stage)
        changed = [name for name in {**parts, **entry.parts} if parts.get(name) != entry.parts.get(name)]
        kept = set(stage.config.values()) if stage.keeps else set()
        return [name for name in changed if name not in kept], [name for name in changed if name in kept]

    def inputs(self, stage: Stage) -> dict[str, BaseModel]:
        """The artifacts that a stage takes, read from the build folder when first asked for; needs its files there."""
        for name in stage.inputs:
            if name not in self.models:
                self.models[name] = read_artifact(self.job.build, name, ARTIFACTS[name])
        for path in (path for name in stage.inputs for path in self.job.files(name)):
            if not path.is_file():
                raise _unreadable(path, FileNotFoundError(2, "there is no such file"), self.job.key_of(path))
        return {name: self.models[name] for name in stage.inputs}

    def check_inputs(self, stage: Stage) -> None:
        """Read what a stage is about to use for its digest, once a run: a disk may rot without changing a file's time.

        Raises DecayedError for a file that has to be made again.
        """
        for name, entry in self.manifest.stages.items():
            if name in self.whole or not set(entry.outputs) & set(stage.inputs):
                continue
            for file, stamp in entry.files.items():
                if store.digest_file(self.job.build / file) != stamp.sha256:
                    for output in entry.outputs:
                        self.models.pop(output, None)
                    self.decayed[name] = f"{file} is damaged"
                    raise DecayedError(name)
            self.whole.add(name)

    def add(self, stage: Stage, made: dict[str, BaseModel]) -> dict[str, str]:
        """Take in what a stage made just now, and give the digests of its artifacts."""
        outputs = {name: store.digest_model(model) for name, model in made.items()}
        self.models.update(made)
        self.digests.update(outputs)
        self.whole.add(stage.name)
        self.decayed.pop(stage.name, None)
        return outputs


def read_artifact(build: Path, name: str, model: type[M]) -> M:
    """One stored artifact. Raises StageError when it is absent or no longer fits its model."""
    path = build / f"{name}.json"
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StageError(f"{path}: cannot be read back ({error})", fix="run again with --force") from error


def source_keys(name: str) -> Iterator[str]:
    """What the files of an artifact are called in the manifest: `source`, `source 2`, `source 3` and so on."""
    yield name
    yield from (f"{name} {number}" for number in count(2))


def digest_of(value: Any) -> str:
    """The digest of a model, or of anything that JSON can hold."""
    if isinstance(value, BaseModel):
        return store.digest_model(value)
    return store.digest_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def _unreadable(path: Path, error: OSError, key: str | None) -> InputError:
    """What cannot be read, with the key that names it where that is not one of the usual ones."""
    usual = "check the path; episode.yaml names the sources and the image, show.yaml the cover"
    fix = f"check the path at {key}, from the checkout or absolute; `off` leaves it out" if key else usual
    return InputError(f"{f'{key}: ' if key else ''}{path}: {error.strerror or error}", fix=fix)
