"""What `publish --dry-run` prints: the files that would go, and what would change for listeners."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipeline import runner, store
from pipeline.cli.console import Reporter, say, say_json
from pipeline.models import Package, ShowNotes
from pipeline.runner import Job

if TYPE_CHECKING:
    from pipeline.stages.publish import Plan


def rehearse(job: Job, *, json_: bool) -> None:
    """Bring the episode up to its package, compare it with what is public, and say what publishing would do."""
    with Reporter(quiet=json_) as reporter:
        runner.run(job, until="package", report=reporter)
    plan = _plan(job)
    if json_:
        say_json(
            {
                "upload": [item.key for item in plan.upload],
                "there": [item.key for item in plan.there],
                "bytes": {item.key: item.size for item in plan.upload},
                "changed": list(plan.changed),
                "feed": {
                    "added": list(plan.tells.added),
                    "changed": list(plan.tells.changed),
                    "removed": list(plan.tells.removed),
                    "diff": list(plan.tells.diff),
                },
            }
        )
        return
    _tell_files(plan)
    _tell_feed(plan)


def _plan(job: Job) -> Plan:
    from pipeline import listing, targets
    from pipeline.stages import publish as stage

    settings = job.settings
    package = runner.read_artifact(job.build, "package", Package)
    notes = runner.read_artifact(job.build, "notes", ShowNotes)
    work = store.Workspace(job.build)
    record = stage.make_record(work, package, notes, settings.publish, settings.show, settings.episode, job.slug)
    cover = listing.take_cover(job.sources["cover"])
    items = stage.list_items(job.build, package, cover, settings.publish, job.slug)
    target = targets.open_target(settings.publish)
    return stage.plan(target, record, items, settings.show, settings.publish, dt.datetime.now(dt.UTC))


def _tell_files(plan: Plan) -> None:
    for item in plan.upload:
        say(f"would upload {item.key} ({_bytes(item.size)})")
    if plan.there:
        say(f"{len(plan.there)} files are there already")
    for key in plan.changed:
        say(f"would change {key}")
    if not (plan.upload or plan.changed):
        say("nothing to upload: all of it is there already")


def _tell_feed(plan: Plan) -> None:
    tells = plan.tells
    for what, titles in (("new", tells.added), ("changed", tells.changed), ("gone", tells.removed)):
        for title in titles[:20]:
            say(f"in the feed, {what}: {title}")
        if titles[20:]:
            say(f"in the feed, {what}: {len(titles) - 20} more")
    for line in tells.diff:
        say(f"  {line}")


def _bytes(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
