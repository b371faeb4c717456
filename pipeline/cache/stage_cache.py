"""Finished stages shared between machines: what one has computed, no other computes again.

A result is known by a digest of all that decides it, and its files by theirs, so that nothing in the cache is ever out
of date. What comes from it is checked before it counts. The cache is a help: what goes wrong with it is told, once, and
the run goes on without it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel

from pipeline import store
from pipeline.cache.entries import CacheEntry, DamagedError, decode, encode
from pipeline.cache.shelf import Shelf
from pipeline.errors import PipelineError, StageError
from pipeline.models import Blob
from pipeline.models.base import blobs_of
from pipeline.stages import ARTIFACTS
from pipeline.stages.base import Stage
from pipeline.store import Workspace

#: So long may any object take, and a second more for each so many bytes of it, before the cache counts as too slow.
_GRACE = 20.0
_SLOWEST = 1_000_000

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Taken:
    """What the cache had: the artifacts, the key that they were under, and how long they took to make."""

    models: dict[str, BaseModel]
    key: str
    entry: CacheEntry


@dataclass(slots=True)
class StageCache:
    """Results on a shelf. Nothing here raises: a failing shelf is told of once, and left alone from then on."""

    shelf: Shelf
    clock: Clock = time.monotonic
    _failed: bool = False
    _damaged: set[str] = field(default_factory=set)

    def take(self, keys: Sequence[str], work: Workspace) -> Taken | None:
        """The result under the first of the keys that the cache has, its files brought into the workspace."""
        for key in keys:
            try:
                taken = None if self._failed else self._take(key, work)
            except DamagedError as error:
                self._damaged.add(key)
                work.notice(f"what the cache has for it is damaged ({error}): it is made again")
            except (PipelineError, OSError) as error:
                self._give_up(error, work)
            else:
                if taken:
                    return taken
        return None

    def put(self, entry: CacheEntry, blobs: Iterable[Blob], key: str, work: Workspace, *, replace: bool) -> bool:
        """Share a result, the files first, so that what the cache names it has. False when it could not be."""
        if self._failed:
            return False
        replace = replace or key in self._damaged
        try:
            for blob in blobs:
                self._put(_blob_key(blob.sha256), work.path(blob), blob.sha256, blob.size, replace)
            data = encode(entry)
            self._put(_entry_key(key), data, store.digest_bytes(data), len(data), replace)
        except (PipelineError, OSError) as error:
            self._give_up(error, work)
            return False
        return True

    def give(self, path: Path, sha256: str) -> None:
        """Put a file from outside there. Raises PipelineError or OSError."""
        self._put(_blob_key(sha256), path, sha256, path.stat().st_size, replace=False)

    def get(self, path: Path, blob: Blob) -> None:
        """Bring a file that `give` put there. Raises PipelineError or OSError."""
        if not self.shelf.fetch(_blob_key(blob.sha256), path, self._patience(blob.size)):
            raise StageError(f"the cache has lost {blob.name}", fix="run the backfill again with --retry")
        if store.digest_file(path) != blob.sha256:
            raise StageError(f"the cache has a damaged {blob.name}", fix="run the backfill again with --retry")

    def _take(self, key: str, work: Workspace) -> Taken | None:
        data = self.shelf.read(_entry_key(key))
        if data is None:
            return None
        entry = decode(data)
        models = entry.models(ARTIFACTS)
        for model in models.values():
            for blob in blobs_of(model):
                self._fetch(blob, work)
        return Taken(models, key, entry)

    def _fetch(self, blob: Blob, work: Workspace) -> None:
        name = PurePosixPath(blob.name)
        if name.is_absolute() or ".." in name.parts:
            raise DamagedError(f"{blob.name!r} would be outside the episode's folder")
        with work.scratch(blob.name) as path:
            if not self.shelf.fetch(_blob_key(blob.sha256), path, self._patience(blob.size)):
                raise DamagedError(f"{blob.name} is gone")
            if (store.digest_file(path), path.stat().st_size) != (blob.sha256, blob.size):
                raise DamagedError(f"{blob.name} is not what was put there")
            work.keep(path, blob.name)

    def _put(self, key: str, body: Any, sha256: str, size: int, replace: bool) -> None:
        self.shelf.write(key, body, sha256, replace=replace, watch=self._patience(size))

    def _patience(self, size: int) -> Callable[[int], None]:
        return partial(_refuse_slow, self.clock, self.clock(), size)

    def _give_up(self, error: PipelineError | OSError, work: Workspace) -> None:
        self._failed = True
        what = error.what if isinstance(error, PipelineError) else f"{error.filename}: {error.strerror or error}"
        work.notice(f"the cache is of no use now ({what}): the run goes on without it")


def keys_of(
    stage: Stage, parts: Mapping[str, str], settings: Mapping[str, Any], endings: Sequence[str]
) -> tuple[str, ...]:
    """The keys under which a result may be taken, best first; the last is this machine's own.

    `parts` are the digests of the stage's version, settings and inputs, `endings` those of the names of files from
    outside, since they tell formats apart. Versions of tools count, builds of one version for other hardware do not.
    """
    tools = {name: metadata.version(name).partition("+")[0] for name in stage.tools}
    makers = stage.makers(**settings) if stage.makers else ("",)
    about = {"stage": stage.name, "parts": dict(parts), "tools": tools, "endings": list(endings)}
    return tuple(store.digest_bytes(json.dumps({**about, "maker": maker}, sort_keys=True).encode()) for maker in makers)


def _entry_key(key: str) -> str:
    return f"entries/{key[:2]}/{key}"


def _blob_key(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"


def _refuse_slow(clock: Clock, began: float, size: int, gone: int) -> None:
    waited = clock() - began
    if waited > _GRACE + size / _SLOWEST:
        raise StageError(
            f"{gone / 1e6:.0f} of {size / 1e6:.0f} MB took {waited:.0f} s", fix="use a cache that is nearer"
        )
