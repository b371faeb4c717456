"""What a worker does with an episode: fetch its recording, begin it, run its stages."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline import hardware, manifest, resident, runner, store
from pipeline.errors import InputError
from pipeline.events import Event, Finished, Started
from pipeline.models import Publication, Seconds
from pipeline.project import Project
from pipeline.runner import Job
from pipeline.scale.engine import FETCH, Item, Lane, Leg, Needs
from pipeline.stages import STAGES
from pipeline.stages.base import Stage

#: Where recordings grow while they are fetched.
INCOMING = ".backfill/incoming"


@dataclass(frozen=True, slots=True)
class EpisodeWork:
    """Brings the episodes of a checkout up to date, a leg at a time. An engine.Work."""

    root: Path
    show: str | None = None

    def prepare_worker(self, lane: Lane, needs: Needs) -> None:
        """Take the lane's share of the cores, and keep models loaded."""
        hardware.limit_cores(max(1, round(needs.cpus)))
        hardware.share_cores()
        resident.start_keeping()

    def run_leg(self, item: Item, leg: Leg, report: Callable[[Event], None]) -> Seconds | None:
        """Bring one leg of an episode up to date; see engine.Work."""
        project = Project(self.root, self.show)
        if leg.stages == (FETCH,):
            return self._fetch(project, item, report)
        job = project.job(item.slug)
        run_stages(job, leg.stages, report)
        if "publish" in leg.stages:
            keep_feed(project, job)
        return job.settings.episode.duration

    def _fetch(self, project: Project, item: Item, report: Callable[[Event], None]) -> Seconds | None:
        if "://" in item.source:
            _bring(project, item, report)
        elif not item.known:
            path = Path(item.source)
            if not path.is_file():
                raise InputError(f"{path}: there is no such file", fix="check the path in the list of recordings")
            project.start_episode(path, slug=item.slug, title=item.title, date=_day(item))
        return project.episode(item.slug).duration


def run_stages(job: Job, names: Sequence[str], report: Callable[[Event], None]) -> None:
    """Run these stages of an episode, neighbours; those before them are looked at too, and not reported."""
    before = list(takewhile(lambda stage: stage.name not in names, STAGES))
    hidden = {stage.name for stage in before}

    def tell(event: Event) -> None:
        if event.stage not in hidden or isinstance(event, Started):
            report(event)

    runner.run(job, stages=(*before, *_named(names)), report=tell)


def keep_feed(project: Project, job: Job) -> None:
    """Keep the feed that names the episode, as it was published, with its show's other feeds."""
    made = runner.read_artifact(job.build, "publication", Publication)
    store.copy_atomic(job.build / made.feed.name, project.of(job.slug).feeds / "feed.xml")


def _named(names: Sequence[str]) -> tuple[Stage, ...]:
    return tuple(stage for stage in STAGES if stage.name in names)


def _bring(project: Project, item: Item, report: Callable[[Event], None]) -> None:
    """Fetch a recording that has an address, unless it is here or nothing is left to be done with it."""
    target = project.recording(item.slug, item.source)
    if item.known and (target.is_file() or _needs_no_sound(project, item.slug)):
        return
    report(Started(FETCH, (item.source,)))
    began = time.monotonic()
    fetched = fetch(project, item.source)
    if not item.known:
        project.start_episode(fetched, slug=item.slug, title=item.title, date=_day(item), address=item.source)
    store.move(fetched, target)
    store.remove(fetched, up_to=project.episodes / INCOMING)
    report(Finished(FETCH, round(time.monotonic() - began, 3)))


def fetch(project: Project, address: str) -> Path:
    """Bring what an address names to a place of its own under INCOMING, going on where an earlier try stopped.

    Raises InputError and StageError naming the address.
    """
    from pipeline.adapters import download, s3_recordings, web

    name = PurePosixPath(unquote(urlsplit(address).path)).name[-100:] or "recording"
    path = project.episodes / INCOMING / store.digest_bytes(address.encode())[:16] / name
    if path.is_file():
        return path
    if address.startswith("s3://"):
        s3_recordings.fetch(address, path, _unheard, project.publish_file().s3)
        return path
    try:
        download.download(address, path, _unheard)
    except web.WebError as error:
        fix = "check the address in a browser; what arrived is kept, and --retry goes on with it"
        raise InputError(f"{address} {error}", fix=fix) from error
    return path


def _needs_no_sound(project: Project, slug: str) -> bool:
    """Whether the episode is finished, so that its recording may have been removed to save space."""
    job = project.job(slug)
    if "source" not in manifest.load(job.build).sources:
        return False  # one that was taken over from a feed, and never run
    waiting = runner.pending(job)
    return not any(why for stage, why in waiting.items() if stage != "publish")


def _day(item: Item) -> dt.date | None:
    return dt.date.fromisoformat(item.date) if item.date else None


def _unheard(more: int) -> None:
    """Whoever waits for a worker hears of stages, not of bytes."""
