"""How every episode stands: remembered from the last time, and looked at again only where something changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import __version__, manifest, runner, store
from pipeline.errors import PipelineError
from pipeline.job import COLLECTIONS, Job
from pipeline.project import Project
from pipeline.stages import STAGES

_NAME = ".status.json"


class Standing(BaseModel):
    """What is still to do for an episode, by stage; or the `problem` for which nobody can tell.

    `mark` is of all that this was found from, `outside` the files among it that are not in the episode's folder.
    """

    model_config = ConfigDict(frozen=True)

    waiting: dict[str, tuple[str, ...]] = {}
    problem: str | None = None
    mark: str = ""
    outside: tuple[str, ...] = ()


class _Memory(BaseModel):
    """episodes/.status.json: what was found, under settings and a version of Showrunner that `common` stands for."""

    common: str = ""
    episodes: dict[str, Standing] = {}


def look(
    project: Project, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[tuple[str, Standing]]:
    """Every episode in order of name. One whose settings cannot be read has a problem, and the others go on.

    Whether finished files in build folders were edited by hand is not looked at again for an episode of which nothing
    else changed; `runner.pending` of one episode does that. Memory is one small record an episode.
    """
    common, known = _mark_common(project), _recall(project)
    fresh, slugs = dict[str, Standing](), project.slugs()
    for done, slug in enumerate(slugs):
        before = known.episodes.get(slug) if known.common == common else None
        folder = project.episodes / slug
        if before is None or before.mark != _mark(folder, before.outside):
            before = _look_at(project, slug)
        fresh[slug] = before
        progress(done + 1, len(slugs))
        yield slug, before
    if (common, fresh) != (known.common, known.episodes):
        memory = _Memory(common=common, episodes=fresh)
        store.write_text_atomic(project.episodes / _NAME, memory.model_dump_json(exclude_defaults=True) + "\n")


def _recall(project: Project) -> _Memory:
    try:
        return _Memory.model_validate_json((project.episodes / _NAME).read_bytes())
    except (OSError, ValidationError):
        return _Memory()


def _look_at(project: Project, slug: str) -> Standing:
    folder = project.episodes / slug
    try:
        job = project.job(slug)
        outside = tuple(map(str, _outside(job)))
        mark = _mark(folder, outside)
        found = runner.pending(job)
    except PipelineError as error:
        return Standing(problem=str(error), mark=_mark(folder, ()))
    return Standing(waiting={stage: why for stage, why in found.items() if why}, mark=mark, outside=outside)


def _outside(job: Job) -> Iterator[Path]:
    for name in ("source", "cover", *COLLECTIONS):
        yield from job.files(name)


def _mark(folder: Path, outside: Iterable[str]) -> str:
    """What changes when an episode's own files do: their sizes and times, and those of the folders they lie in."""
    build = folder / "build"
    own = ("episode.yaml", "overrides.yaml")
    paths = [*(f"{folder}/{name}" for name in own), str(build), f"{build}/{manifest.NAME}", f"{build}/package"]
    return store.digest_bytes("\n".join(map(_stamp, (*paths, *outside))).encode())[:16]


def _mark_common(project: Project) -> str:
    """What changes when anything does that all episodes have in common."""
    files = sorted(str(path) for path in (project.root / "configs").rglob("*") if path.is_file())
    own = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("SHOWRUNNER_"))
    stages = [f"{stage.name} {stage.version}" for stage in STAGES]
    told = [__version__, *stages, *own, *(f"{file} {_stamp(file)}" for file in files)]
    return store.digest_bytes("\n".join(told).encode())


def _stamp(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path for each of a hundred thousand would take as long again
    except OSError:
        return "-"
    return f"{found.st_size} {found.st_mtime_ns}"
