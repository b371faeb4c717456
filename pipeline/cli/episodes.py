"""Commands about one episode in this checkout: make it, run it again, ask how it stands, publish it."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from pipeline import runner, store
from pipeline.cli.console import Reporter, say, say_json, say_notice
from pipeline.cli.counting import both, counted
from pipeline.cli.due import publish_due
from pipeline.cli.hints import tell_embedded_chapters, tell_title
from pipeline.cli.rehearsal import rehearse
from pipeline.cli.speakers import learn_clips, tell_unnamed
from pipeline.cli.standing import tell_all, tell_standing
from pipeline.config import MOST_TRACKS, PublishConfig, Settings
from pipeline.errors import InputError
from pipeline.models import Publication
from pipeline.project import Project
from pipeline.runner import Job
from pipeline.stages import STAGES

STAGE = click.Choice([stage.name for stage in STAGES])
as_json = click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")


@click.command()
@click.argument("audio", nargs=-1, required=True)
@click.option("--slug", help="The episode's folder and URL name; from the title or file name when absent.")
@click.option("--title", help="The title; from the recording's tags or file name when absent.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The day of publication; today when absent.")
@click.option("--until", type=STAGE, help="Stop after this stage.")
@click.option("--publish/--no-publish", default=True, help="Whether to publish at the end (default: yes).")
@as_json
def episode(
    audio: tuple[str, ...],
    slug: str | None,
    title: str | None,
    date: dt.datetime | None,
    until: str | None,
    publish: bool,
    json_: bool,
) -> None:
    """Make an episode of a recording, or bring it up to date after an edit.

    Several files are the tracks of one recording, one for each person. The first time this writes
    episodes/SLUG/episode.yaml with what the recording tells; afterwards only what an edit touches runs again.
    """
    project = Project.find()
    paths = find_recordings(audio)
    known = project.find_episode(*paths)
    if known and slug and known != slug:
        names = ", ".join(path.name for path in paths)
        raise InputError(f"{names}: is the recording of episode {known} already", fix=f"leave out --slug {slug}")
    chosen = known or project.start_episode(*paths, slug=slug, title=title, date=date.date() if date else None)
    if not known and not json_:
        say(f"new episode: {(project.folder(chosen) / 'episode.yaml').relative_to(project.root)}")
        tell_embedded_chapters(project, chosen)
    run_episode(project, chosen, until=until or ("publish" if publish else "package"), json_=json_)


@click.command()
@click.argument("slug")
@click.option("--from", "start", type=STAGE, help="Run this stage and all after it again.")
@click.option("--until", type=STAGE, help="Stop after this stage.")
@click.option("--force", is_flag=True, help="Run every stage again.")
@as_json
def run(slug: str, start: str | None, until: str | None, force: bool, json_: bool) -> None:
    """Run an episode's stages; those whose inputs did not change are skipped."""
    run_episode(Project.find(), slug, start=start, until=until, force=force, json_=json_)


@click.command()
@click.argument("slug", required=False)
@as_json
def status(slug: str | None, json_: bool) -> None:
    """Say what is done and what would run, and why: one episode or all."""
    project = Project.find()
    if slug is None:
        tell_all(project, json_=json_)
        return
    found = runner.pending(project.job(slug))
    if json_:
        say_json({slug: {stage: list(why) for stage, why in found.items()}})
        return
    tell_standing(slug, {stage: why for stage, why in found.items() if why})
    tell_unnamed(project.job(slug))


@click.command()
@click.argument("slug", required=False)
@click.option("--due", is_flag=True, help="List the episodes whose date has come; for cron.")
@click.option("--dry-run", is_flag=True, help="Say what would be uploaded and change nothing.")
@as_json
def publish(slug: str | None, due: bool, dry_run: bool, json_: bool) -> None:
    """Publish an episode again: compare with what is public and upload what differs.

    An episode dated in the future is uploaded and not listed; `publish --due` lists what has become due.
    """
    if bool(slug) == due or (due and dry_run):
        raise InputError("publish takes a SLUG, or --due alone", fix="showrunner publish my-episode, or: publish --due")
    if slug is None:
        publish_due(json_=json_)
        return
    project = Project.find()
    if dry_run:
        rehearse(project.job(slug), json_=json_)
        return
    run_episode(project, slug, start="publish", json_=json_, first=_readmit)


@click.command()
@click.argument("slug")
@click.option("--now", is_flag=True, help="Remove the files at once; apps that read the feed before miss them.")
@as_json
def unpublish(slug: str, now: bool, json_: bool) -> None:
    """Take an episode off the feed; its files go when the days of grace are over and this is run again.

    The episode's folder here stays, and `showrunner publish SLUG` lists it again under the same guid.
    """
    from pipeline import targets, withdrawal

    project = Project.find()
    if (project.episodes / slug).is_dir():
        project = project.of(slug)
    settings, show = project.publishing(), project.show()
    done = withdrawal.withdraw(
        targets.open_target(settings),
        slug,
        show,
        settings,
        project.root / show.cover,
        now=dt.datetime.now(dt.UTC),
        notice=say_notice,
        at_once=now,
    )
    store.write_atomic(project.feeds / "feed.xml", done.feed)
    if json_:
        say_json({"slug": slug, "withdrawn": done.since, "files_stay_until": done.until, "removed": list(done.removed)})
        return
    say(f"{slug}: off the feed since {done.since}")
    if done.removed:
        say(f"removed {len(done.removed)} files")
    elif done.kept:
        say(f"its {done.kept} files stay until {done.until} for apps that read the feed before; run this again then")
    else:
        say("no files of it are left")


def _readmit(job: Job) -> None:
    """Publishing by name is the word that an episode taken off the feed may come back."""
    from pipeline import targets, withdrawal

    settings = job.settings
    target, now = targets.open_target(settings.publish), dt.datetime.now(dt.UTC)
    withdrawal.readmit(target, job.slug, settings.show, settings.publish, job.sources["cover"], now=now)


def run_episode(
    project: Project,
    slug: str,
    *,
    start: str | None = None,
    until: str | None = None,
    force: bool = False,
    json_: bool = False,
    publishing: PublishConfig | None = None,
    first: Callable[[Job], None] | None = None,
) -> None:
    """Run an episode, show how it goes, and say where the result is; `first` is done before, with the same settings."""
    learn_clips(project, quiet=json_)
    job = project.job(slug, publish=publishing)
    if first:
        first(job)
    with Reporter(quiet=json_, slug=slug) as reporter, counted() as tally:
        runner.run(job, report=both(reporter, tally), start=start, until=until, force=force)
    publication = None
    if until in (None, "publish"):
        publication = runner.read_artifact(job.build, "publication", Publication)
        store.copy_atomic(job.build / publication.feed.name, project.of(slug).feeds / "feed.xml")
    if json_:
        public = publication if not job.settings.show.private else None
        urls = {"feed": public.feed_url, "page": public.page_url} if public else {}
        say_json({"slug": slug, "ran": reporter.ran, "build": str(job.build), **urls})
    elif publication:
        tell_unnamed(job)
        _tell_where(job.settings, publication, nothing_ran=not reporter.ran)
    else:
        made = job.build / "package" if until == "package" else job.build
        say(f"made: {made.relative_to(project.root)}")
    if not json_ and until in (None, "package", "publish"):
        tell_title(job)


def _tell_where(used: Settings, publication: Publication, *, nothing_ran: bool) -> None:
    settings = used.publish
    if nothing_ran:
        say("nothing changed")
    if used.show.private:
        say("published for subscribers; `showrunner subscribers list --urls` shows their addresses, which are secrets")
    else:
        say(f"page: {publication.page_url}")
        say(f"feed: {publication.feed_url}")
    if settings.s3 is None:
        say(f"published to {settings.folder.path}; `make serve` makes those addresses work on this machine.")
        say("To publish for the world, name your bucket under `s3:` in configs/publish.yaml (docs/publishing.md).")


def find_recordings(audio: Sequence[str]) -> tuple[Path, ...]:
    """The files that were named: one recording, or a track for each person.

    An argument that is no file but several names, as `make` hands them over, is taken apart as a shell would.
    """
    names = [name for given in audio for name in _take_apart(given)]
    if not names:
        raise InputError("no recording was named", fix="make episode AUDIO=interview.wav")
    paths = [_recording(name) for name in names]
    twice = next((path for at, path in enumerate(paths) if path in paths[:at]), None)
    if twice:
        raise InputError(f"{twice.name}: is named twice", fix="name each track once")
    if len(paths) > MOST_TRACKS:
        fix = "mix some of them into one file first: ffmpeg -i ONE -i OTHER -filter_complex amix=inputs=2 mixed.wav"
        raise InputError(f"{len(paths)} tracks were given; an episode is made from {MOST_TRACKS} at most", fix=fix)
    return tuple(paths)


def _take_apart(given: str) -> list[str]:
    if not given.strip() or Path(given).expanduser().exists():
        return [given] if given.strip() else []
    try:
        names = shlex.split(given)
    except ValueError:  # a quotation mark without its partner belongs to a name
        return [given]
    return names if any(Path(name).expanduser().exists() for name in names) else [given]


def _recording(name: str) -> Path:
    if "://" in name:
        raise InputError(f"{name}: is a URL, not a file", fix="download the recording first and name the file")
    path = Path(name).expanduser()
    if not path.exists():
        fix = "check the path of the recording; of several, put quotation marks around a name with spaces"
        raise InputError(f"{path}: there is no such file", fix=fix)
    return path.resolve()
