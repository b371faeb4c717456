"""`showrunner backfill`: hundreds or thousands of recordings through the stages."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import build_lock
from pipeline.cli.backfill_view import BackfillView
from pipeline.cli.console import clock, say, say_json, say_notice
from pipeline.cli.counting import Counting, both
from pipeline.cli.episodes import STAGE, as_json
from pipeline.cli.speakers import learn_clips
from pipeline.errors import InputError, StageError
from pipeline.project import Project
from pipeline.stages import STAGES

if TYPE_CHECKING:
    from pipeline.scale.backfill import Report
    from pipeline.scale.engine import Engine, Plan

_STAGES = [stage.name for stage in STAGES]


@click.command()
@click.argument("source")
@click.option("--until", type=STAGE, help="Stop after this stage.")
@click.option("--publish/--no-publish", default=False, help="Whether to publish at the end (default: no).")
@click.option("--workers", type=click.IntRange(1, 1000), help="How many compute at once; as many as fit when absent.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="What runs them (default: local).")
@click.option("--address", help="With --engine ray, the cluster's address; this machine alone when absent.")
@click.option("--retry", is_flag=True, help="Only those that failed last time.")
@click.option("--limit", type=click.IntRange(1), help="At most so many, the first that are not finished.")
@click.option("--report", "copy", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the report to this .html or .json file too.")  # fmt: skip
@as_json
def backfill(
    source: str,
    until: str | None,
    publish: bool,
    workers: int | None,
    engine: str,
    address: str | None,
    retry: bool,
    limit: int | None,
    copy: Path | None,
    json_: bool,
) -> None:
    """Make episodes of many recordings, several at once: run it again to go on where it stopped.

    SOURCE is a folder, a text file with a path or an address a line (- is standard input), an s3://bucket/folder, or
    the feed of an existing show (an address or a file). A recording that cannot be used never stops the others; the
    report lists each with what to do.
    """
    _check_engine(engine, address, workers)
    project, last = Project.find(), until or ("publish" if publish else "package")
    _check_report(copy)
    _check_settings(project, publish=last == "publish")
    project.episodes.mkdir(exist_ok=True)
    with build_lock.held(project.episodes / ".backfill", "backfill"), _ending_on_sigterm():
        learn_clips(project, quiet=json_)
        runs = partial(_open_engine, engine, address, workers)
        report = _run(project, source, last, workers, runs, retry=retry, limit=limit, quiet=json_)
        page, failed = report.write(copy)
        if json_:
            say_json({**report.summary(), "report": str(page), "failed_list": str(failed)})
        else:
            _tell(report, page.relative_to(project.root), failed.relative_to(project.root), last)
    if report.run.failed:
        raise StageError(
            f"{report.run.failed} of {report.run.failed + report.run.done} episodes failed",
            fix="do what the report says of each; then the same command with --retry tries only those again",
        )


def _run(
    project: Project,
    source: str,
    last: str,
    workers: int | None,
    runs: Callable[[Plan], Engine],
    *,
    retry: bool,
    limit: int | None,
    quiet: bool,
) -> Report:
    """Find the recordings, and bring those that are wanted through the stages up to the `last`."""
    from pipeline.scale import backfill as scale
    from pipeline.scale import index, plan, sources
    from pipeline.scale.episodes import EpisodeWork
    from pipeline.scale.ledger import Ledger

    known = index.read_index(project)
    found = sources.find_recordings(source, project, known, sys.stdin if source == "-" else ())
    for notice in () if quiet else found.notices:
        say_notice(notice)
    items, ledger = sources.name_items(found.recordings, known), Ledger.of(project, source)
    chosen = scale.choose_items(items, ledger.open(), retry=retry, limit=limit)
    way = plan.make_plan(_STAGES[: _STAGES.index(last) + 1], plan.on_gpu(project.pipeline()), workers)
    with BackfillView(len(chosen), quiet=quiet) as view, Counting() as counting:
        begun = sources.begin_items(chosen, found.recordings, project, source)
        work = EpisodeWork(project.root, project.name)
        tally = scale.run(runs(way), begun, way, work, ledger, both(view, counting))
    return scale.Report(source, items, ledger, tally)


def _check_engine(engine: str, address: str | None, workers: int | None) -> None:
    if engine == "ray" and workers:
        raise InputError("--workers is for this machine; a cluster runs as many as it has room for", fix="leave it out")
    if engine != "ray" and address:
        raise InputError("--address is that of a Ray cluster", fix="add --engine ray, or leave --address out")


def _open_engine(engine: str, address: str | None, workers: int | None, way: Plan) -> Engine:
    if engine == "ray":
        from pipeline.adapters.ray_engine import RayEngine

        return RayEngine(address)
    from pipeline.scale import local, plan

    return local.LocalEngine(plan.size_pool(way, workers))


def _check_settings(project: Project, *, publish: bool) -> None:
    """Raise now what every single episode would raise: a mistake in the settings, or no ffmpeg."""
    from pipeline.adapters import ffmpeg

    project.show()
    project.pipeline()
    project.glossary()
    if publish:
        project.publishing()
    ffmpeg.check_ffmpeg()


def _check_report(copy: Path | None) -> None:
    if copy and copy.suffix.lower() not in (".html", ".htm", ".json"):
        raise InputError(f"--report {copy}: is neither a page nor JSON by its name", fix="--report report.html")
    if copy and not copy.absolute().parent.is_dir():
        raise InputError(f"--report {copy}: there is no such folder", fix="make it, or choose another")


def _tell(report: Report, page: Path, failed: Path, last: str) -> None:
    run, whole = report.run, report.summary()
    if not run.done + run.failed:
        say("nothing is left to do")
        return
    say(f"{run.done} done, {run.failed} failed in {clock(run.seconds)}; {clock(run.audio)} of sound")
    if whole["waiting"]:
        say(f"{whole['waiting']} of {whole['recordings']} recordings are still to be run: the same command goes on")
    say(f"report: {page}")
    if whole["failed"]:
        say(f"what failed: {failed}")
    elif last == "package":
        say("to publish them: the same command with --publish")


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """End on SIGTERM (systemd, kill) as on Ctrl-C: workers stop, finished stages are kept."""

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
