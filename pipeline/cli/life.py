"""Commands about a whole show: taking one over, bringing it back, moving it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import store
from pipeline.cli.console import Reporter, say, say_json
from pipeline.cli.episodes import as_json
from pipeline.cli.feed import show_feed
from pipeline.cli.groups import FileOrCommand
from pipeline.errors import ConfigError, InputError
from pipeline.project import Project
from pipeline.runner import Advanced, Finished, Noticed, Started

if TYPE_CHECKING:
    from pipeline.config import PublishConfig
    from pipeline.relisting import Relisted
    from pipeline.takeover.importing import Takeover


class _Feed(FileOrCommand):
    default, alone = "show", True


@click.group(cls=_Feed, options_metavar="", subcommand_metavar="[FILE|URL] [--check …] | COMMAND …")
def feed() -> None:
    """Show or check a feed, or move the show to another address.

    `showrunner feed --check` checks the show's own, or the FILE or URL that is named; `feed show --help` tells more.
    """


@click.command("import")
@click.argument("source")
@click.option("--copy", is_flag=True, help="Copy the sound of every episode too; else it stays where it is.")
@click.option("--email", help="The owner's address, where the feed names none.")
@click.option("--keep-show", is_flag=True, help="Leave show.yaml as it is; only episodes are taken over.")
@click.option("--no-publish", is_flag=True, help="Only write the files here; run it again to publish.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over and change nothing.")
@as_json
def import_show(
    source: str, copy: bool, email: str | None, keep_show: bool, no_publish: bool, dry_run: bool, json_: bool
) -> None:
    """Take over a show from its feed, an address or a FILE: guids, dates and order stay exactly as they are.

    Writes show.yaml, the cover and a folder for each episode, and lists the show where publish.yaml says. An episode
    that is there already stays as it is, so the same command goes on where it stopped.
    """
    from pipeline.takeover import importing, keeping

    project = Project.find()
    found = importing.read_show(source, keeping.known_guids(project), project.slugs(), email=email)
    if not json_:
        _tell_found(found, source)
    if dry_run:
        if json_:
            say_json({"title": found.show["title"], "episodes": [_plain(one) for one in found.episodes]})
        return
    if not keep_show:
        cover = importing.fetch_cover(project, found.cover)
        keeping.keep_show(project, {**found.show, **({"cover": cover} if cover else {})}, f"Taken over from {source}.")
    settings = project.publishing()
    found = _take_episodes(project, found, settings, source, copy=copy, quiet=json_)
    done = None if no_publish else _list(project, found, settings, quiet=json_)
    if json_:
        say_json(
            {"episodes": [_plain(one) for one in found.episodes], "listed": list(done.tells.added) if done else []}
        )
        return
    say(f"{len(found.episodes)} episodes in episodes/; the show is in {_shown(project, project.configs / 'show.yaml')}")
    if done:
        say(f"feed: {settings.shown_url}" if settings.seal is None else "listed for subscribers")
        say("Check it with showrunner feed --check, then let the old address lead there (docs/publishing.md)")


@click.command()
@click.option("--no-files", is_flag=True, help="Only the folders and the feed, without sound and transcripts.")
@as_json
def pull(no_files: bool, json_: bool) -> None:
    """Bring episodes/ and feeds/ back from where the show is published, after a laptop was lost.

    Nothing that is here is overwritten. What is published of an episode goes to episodes/SLUG/published/.
    """
    from pipeline import private, recovery, targets

    project = Project.find()
    complete = all((project.configs / name).is_file() for name in ("show.yaml", "subscribers.yaml"))
    settings = (None if complete else private.recognise(project.publish_file())) or project.publishing()
    with Reporter(quiet=json_) as reporter:
        reporter(Started("pull", (settings.root_url,)))
        done = recovery.pull(
            project, targets.open_target(settings), settings, files=not no_files,
            progress=lambda at, total: reporter(Advanced("pull", at, total)),
            notice=lambda text: reporter(Noticed("pull", text)),
        )  # fmt: skip
        reporter(Finished("pull", reporter.seconds))
    if json_:
        say_json({"made": list(done.made), "kept": list(done.kept), "files": done.files})
        return
    say(f"{len(done.made)} episodes brought back, {len(done.kept)} were here; {done.files} files fetched")
    say(f"feed: {_shown(project, project.feeds / 'feed.xml')}")


@feed.command()
@click.argument("new_url")
@click.option("--to", "place", type=click.Path(dir_okay=False, path_type=Path),
              help="A publish.yaml that names the new place: all that is published is copied there.")  # fmt: skip
@as_json
def move(new_url: str, place: Path | None, json_: bool) -> None:
    """Move the show to the feed address NEW_URL, so that its subscribers come along.

    With --to everything is first copied to the new place and listed there. Then both feeds name NEW_URL as the show's
    address, show.yaml keeps its guid, and what is left to do is printed: above all the redirect at the old address.
    """
    from pipeline import moving, targets, yaml_edits

    project = Project.find()
    before, show = project.publishing(), project.show()
    if show.private:
        raise InputError(
            f"{new_url}: a private show has a feed for each subscriber, and no single address to move to",
            fix="docs/private-shows.md, Moving a private show",
        )
    after = _read_place(project, place, new_url) if place else None
    _refuse_bad_url(new_url, before)
    old, cover, now = targets.open_target(before), project.root / show.cover, _now()
    with Reporter(quiet=json_) as reporter:
        reporter(Started("move", (new_url,)))

        def notice(text: str) -> None:
            reporter(Noticed("move", text))

        if after:
            moving.copy(
                old, targets.open_target(after), show, before, after, cover, now=now, notice=notice,
                progress=lambda at, total: reporter(Advanced("move", at, total)),
            )  # fmt: skip
        done = moving.announce(old, show, before, cover, new_url, now=now, notice=notice)
        reporter(Finished("move", reporter.seconds))
    settings = project.configs / "show.yaml"

    def pin(tree: dict[str, object]) -> None:
        tree["guid"], tree["new_feed_url"] = done.catalog.show_guid, new_url

    store.write_text_atomic(settings, yaml_edits.edit(settings.read_text(), pin))
    steps = _steps(project, before, new_url, place)
    if json_:
        say_json({"old": f"{before.base_url}/feed.xml", "new": new_url, "guid": done.catalog.show_guid, "to_do": steps})
        return
    say(f"both feeds say that the show is at {new_url}" if after else f"the feed says that the show is at {new_url}")
    for number, step in enumerate(steps, 1):
        say(f"{number}. {step}")


feed.add_command(show_feed, "show")


def _steps(project: Project, before: PublishConfig, new_url: str, place: Path | None) -> list[str]:
    present = _shown(project, project.configs / "publish.yaml")
    first = f"put {place} in the place of {present}" if place else f"publish to the new address from now on ({present})"
    return [
        f"{first}, and check the new feed: showrunner feed --check {new_url}",
        f"let {before.base_url}/feed.xml answer with a permanent redirect (301) to {new_url} for at least four weeks, "
        "better for ever (docs/publishing.md, Moving a show)",
        "tell Apple Podcasts Connect and Spotify for Creators the new address; keep the old files until nobody asks",
        "when all have come along, take new_feed_url out of show.yaml; leave guid in it for ever",
    ]


def _read_place(project: Project, place: Path, new_url: str) -> PublishConfig:
    from pipeline import yaml_files
    from pipeline.config import PublishConfig

    after = yaml_files.load(place, PublishConfig)
    if f"{after.base_url}/feed.xml" != new_url:
        raise ConfigError(
            f"{place}: the feed would be at {after.base_url}/feed.xml, not at {new_url}",
            fix="correct public_base_url there, or the address given",
        )
    folder = after.folder.model_copy(update={"path": str(project.root / after.folder.path)})
    return after.model_copy(update={"folder": folder})


def _refuse_bad_url(new_url: str, before: PublishConfig) -> None:
    if not new_url.startswith(("https://", "http://")) or not new_url.isascii() or " " in new_url:
        raise InputError(f"{new_url}: is no http or https address in ASCII", fix="give the new feed's whole address")
    if new_url == f"{before.base_url}/feed.xml":
        raise InputError(f"{new_url}: is where the show is already", fix="give the address that it moves to")


def _take_episodes(
    project: Project, found: Takeover, settings: PublishConfig, source: str, *, copy: bool, quiet: bool
) -> Takeover:
    """Every episode's folder, oldest first, and its sound where it is to be copied."""
    from dataclasses import replace

    from pipeline import relisting, targets
    from pipeline.takeover import importing, keeping

    target = targets.open_target(settings) if copy else None
    if target:
        relisting.claim(target, project.show(), settings)
    taken = []
    with Reporter(quiet=quiet) as reporter:
        for number, record in enumerate(found.episodes, 1):
            kept, origin = record, record.enclosure.url
            if target:
                reporter(Started("copy", (f"{number} of {len(found.episodes)}: {record.title}",)))
                kept = importing.copy_sound(
                    project, target, record, settings, lambda at, total: reporter(Advanced("copy", at, total))
                )
                reporter(Finished("copy", reporter.seconds))
                origin = f"episodes/{record.slug}/{keeping.source_name(record)}"
            keeping.keep_episode(project, record, [origin], f"Taken over from {source}.")
            taken.append(kept)
    return replace(found, episodes=tuple(taken))


def _list(project: Project, found: Takeover, settings: PublishConfig, *, quiet: bool) -> Relisted:
    from pipeline import relisting, targets
    from pipeline.takeover import importing

    show = project.show()
    with Reporter(quiet=quiet) as reporter:
        done = relisting.relist(
            targets.open_target(settings), importing.add_to(found), show, settings, project.root / show.cover,
            now=_now(), notice=lambda text: reporter(Noticed("publish", text)),
        )  # fmt: skip
    store.write_atomic(project.feeds / "feed.xml", done.feed)
    return done


def _tell_found(found: Takeover, source: str) -> None:
    say(f"{source}: {found.show['title']}, {len(found.episodes)} episodes")
    for notice in found.notices:
        say(f"note: {notice}")


def _plain(record: object) -> dict[str, str]:
    return {key: str(getattr(record, key)) for key in ("slug", "title", "guid", "published")}


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
