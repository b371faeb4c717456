"""`watch`: a recording that lands in a folder becomes an episode."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from threading import Event

import click

from pipeline.cli.console import explain, say
from pipeline.cli.episodes import STAGE, find_recordings, run_episode
from pipeline.errors import InputError, PipelineError
from pipeline.project import Project
from pipeline.scale.index import read_index
from pipeline.scale.sources import ENDINGS
from pipeline.settling import Settling, State


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--settle", default=10.0, show_default=True, help="Seconds for which a file must not have changed.")
@click.option("--once", is_flag=True, help="Stop when all that is there now is made.")
@click.option("--until", type=STAGE, help="Stop after this stage.")
@click.option("--publish/--no-publish", default=True, help="Whether to publish at the end (default: yes).")
def watch(folder: Path, settle: float, once: bool, until: str | None, publish: bool) -> None:
    """Make an episode of each recording in FOLDER, and of each that lands there, until stopped.

    A file counts when it has stopped growing. One that fails is told of and tried again when it has changed, or by
    the next start; the others go on.
    """
    from pipeline.adapters import watching

    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder", fix=f"mkdir -p {folder}")
    if settle < 0:
        raise InputError(f"--settle {settle:g}: is less than no time", fix="--settle 10")
    project, last = Project.find(), until or ("publish" if publish else "package")
    say(f"watching {folder} (Ctrl-C ends it)")
    made = _Made(project, last)
    settling = Settling(settle)
    for _ in watching.wake(folder, max(settle / 4, 0.1), Event()):
        made.make(settling.look(_states(folder), time.monotonic()))
        if once and not settling.waits:
            break
    made.tell_failures()


class _Made:
    """Makes one episode after the other, and remembers those that failed."""

    def __init__(self, project: Project, until: str) -> None:
        self._project, self._until = project, until
        self._failed: dict[Path, int] = {}

    def make(self, recordings: Iterable[Path]) -> None:
        """Bring the episode of each recording up to date, a new one where there is none."""
        for path in recordings:
            try:
                (found,) = find_recordings([str(path)])
                known = read_index(self._project).by_source.get(str(found.resolve()))
                slug = known or self._project.start_episode(found)
                say(f"{path.name}: episode {slug}")
                run_episode(self._project, slug, until=self._until)
                self._failed.pop(path, None)
            except PipelineError as error:
                self._failed[path] = explain(error)

    def tell_failures(self) -> None:
        """Raise InputError where a recording that is still there failed."""
        if self._failed:
            names = ", ".join(path.name for path in self._failed)
            raise InputError(f"not made: {names}", fix="see what was said of each above")


def _states(folder: Path) -> dict[Path, State]:
    """The recordings that lie in the folder now; a file that goes while one looks was none."""
    found: dict[Path, State] = {}
    for path in folder.iterdir():
        try:
            if path.suffix[1:].lower() in ENDINGS and not path.name.startswith(".") and path.is_file():
                stat = path.stat()
                found[path] = stat.st_size, stat.st_mtime_ns
        except FileNotFoundError:
            continue
    return found
