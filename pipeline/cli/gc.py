"""`gc`: removing what nothing names."""

from __future__ import annotations

import datetime as dt

import click

from pipeline import build_lock, leftovers, store
from pipeline.cli.console import say, say_json, say_notice
from pipeline.cli.episodes import as_json
from pipeline.errors import PipelineError
from pipeline.leftovers import FirstSeen, Leftover
from pipeline.project import Project

_SEEN = "leftovers.json"


@click.command("gc")
@click.argument("slug", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be removed and change nothing.")
@click.option("--decoded", is_flag=True, help="Also the decoded sound, the largest file; made again when needed.")
@click.option("--published", is_flag=True, help="Also published files that no feed or page has led to for days.")
@as_json
def collect(slug: str | None, dry_run: bool, decoded: bool, published: bool, json_: bool) -> None:
    """Remove what nothing names: leftovers in the build folders of all episodes, or of one.

    Recordings, what people wrote and what a feed or page leads to always stay. Published files go when nothing has led
    to them for `grace_days` (configs/publish.yaml) since `gc --published` first saw that.
    """
    project = Project.find()
    found = _in_builds(project, [slug] if slug else project.slugs(), dry_run=dry_run, decoded=decoded)
    removed, waiting = _in_place(project, dry_run=dry_run) if published else ((), {})
    if json_:
        say_json(
            {
                "dry_run": dry_run,
                "files": [_as_told(project, one) for one in found],
                "published": list(removed),
                "waiting": {key: until.isoformat(timespec="seconds") for key, until in waiting.items()},
            }
        )
        return
    for one in found:
        say(f"{one.path.relative_to(project.root)}: {_size(one.size)}, {one.why}")
    for key in removed:
        say(f"{key}: published, and nothing leads to it")
    for key, until in waiting.items():
        say(f"{key}: stays until {until.isoformat(timespec='seconds')} for apps that read the feed before")
    many, total = len(found) + len(removed), _size(sum(one.size for one in found))
    say(f"{'would remove' if dry_run else 'removed'} {many} files, {total} of them here" if many else "nothing to do")


def _in_builds(project: Project, slugs: list[str], *, dry_run: bool, decoded: bool) -> list[Leftover]:
    """What is left over in build folders, removed unless it is a rehearsal. An episode that is being run is left."""
    found: list[Leftover] = []
    for slug in slugs:
        build = project.folder(slug) / "build"
        if not build.is_dir():
            continue
        try:
            if dry_run:
                found += leftovers.in_build(build, decoded=decoded)
                continue
            with build_lock.held(build, slug):
                for one in leftovers.in_build(build, decoded=decoded):
                    store.remove(one.path, up_to=build)
                    found.append(one)
        except PipelineError as error:
            say_notice(f"{error}: left as it is")
    return found


def _in_place(project: Project, *, dry_run: bool) -> tuple[tuple[str, ...], dict[str, dt.datetime]]:
    """What is left over where the show is published, removed unless it is a rehearsal."""
    from pipeline import targets

    settings, show = project.publishing(), project.show()
    target, memory = targets.open_target(settings), project.feeds / _SEEN
    found = leftovers.in_published(target, show, settings, FirstSeen.read(memory), now=dt.datetime.now(dt.UTC))
    if not dry_run:
        found.seen.write(memory)
        for key in found.remove:
            target.delete(key)
    return found.remove, dict(found.wait)


def _as_told(project: Project, one: Leftover) -> dict[str, str | int]:
    return {"path": str(one.path.relative_to(project.root)), "bytes": one.size, "why": one.why}


def _size(count: int) -> str:
    """Bytes as people read them.

    >>> _size(2_345_678)
    '2.3 MB'
    """
    for unit, each in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= each:
            return f"{count / each:.1f} {unit}"
    return f"{count} bytes"
