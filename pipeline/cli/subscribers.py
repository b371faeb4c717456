"""Commands about who may listen to a private show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import store
from pipeline.cli.console import Reporter, say, say_json, say_notice
from pipeline.cli.edited_file import EditedFile
from pipeline.cli.episodes import as_json
from pipeline.errors import ConfigError, InputError
from pipeline.project import Project
from pipeline.runner import Advanced, Finished, Noticed, Started

if TYPE_CHECKING:
    from pipeline.config import PrivatePublishing
    from pipeline.targets import Target

_HEAD = "# Who may listen to the private show (docs/private-shows.md). There is no secret here.\n"
_AGAIN = "run it again"


@click.group()
def subscribers() -> None:
    """Look after who may listen to a private show; each subscriber has a feed of their own.

    Names stand in configs/subscribers.yaml; docs/private-shows.md tells how it works.
    """


@subscribers.command("list")
@click.option("--urls", is_flag=True, help="Print the addresses too. Each is a secret: whoever has it can listen.")
@as_json
def list_subscribers(urls: bool, json_: bool) -> None:
    """List who may listen, and who has a feed already."""
    from pipeline import subscribers as feeds

    project = Project.find()
    settings, target = _open(project)
    ledger = feeds.read(target)
    given = {one.folder for one in ledger.seats}
    extra = [one for one in ledger.seats if one.name not in {seat.name for seat in settings.seats}]
    rows = []
    for seat in (*settings.seats, *extra):
        state = "has a feed" if seat.folder in given else "gets a feed with the next publishing"
        row = {"name": seat.name, "issue": seat.issue, "state": state, "listed": seat not in extra}
        rows.append(row | ({"url": settings.feed_of(seat.folder)} if urls else {}))
    if json_:
        say_json(rows)
        return
    for row in rows:
        note = "" if row["listed"] else f"; is not in {_shown(project)}: `subscribers revoke` ends it"
        say(f"{row['name']}: {row['state']}{note}" + (f"\n  {row['url']}" if urls else ""))
    if not rows:
        say("nobody yet: showrunner subscribers add NAME")


@subscribers.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@as_json
def add(names: tuple[str, ...], json_: bool) -> None:
    """Give somebody a feed, and print its address: it is for them alone."""
    from pipeline import subscribers as feeds
    from pipeline import yaml_edits

    project = Project.find()
    settings, target = _open(project)
    known = {one.name.casefold(): one.name for one in settings.seats}
    for at, name in enumerate(names):
        if name.casefold() in known:
            raise InputError(f"{name!r}: is a subscriber already", fix=f"showrunner subscribers reissue {name!r}")
        if name.casefold() in {one.casefold() for one in names[:at]}:
            raise InputError(f"{name!r}: is named twice", fix="name everybody once")
        _check_name(name)
    ledger = feeds.read(target)
    there = {one.name: one.issue for one in ledger.seats}

    def change(tree: Any) -> None:
        for name in names:
            issue = there.get(name) or feeds.next_issue(ledger, name)
            entry = {"name": name, **({"issue": issue} if issue > 1 else {})}
            yaml_edits.append(tree, "subscribers", yaml_edits.inline_map(entry))

    _edit(project, change)
    _give(project, names, json_=json_)


@subscribers.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take somebody's feed away at once."""
    from pipeline import subscribers as feeds

    project = Project.find()
    settings, target = _open(project)
    found = _known(name, [one.name for one in (*settings.seats, *feeds.read(target).seats)], _shown(project))

    def change(tree: Any) -> None:
        entries: list[Any] = tree["subscribers"]
        for at in reversed(range(len(entries))):
            if _name_of(entries[at]).casefold() == found.casefold():
                del entries[at]
        if not entries:
            del tree["subscribers"]

    if any(one.name == found for one in settings.seats):
        _edit(project, change)
    had = feeds.end(target, found)
    say(f"{found}: {'the feed is gone' if had else 'is off the list; there was no feed yet'}")
    if had:
        say(
            f"Addresses of episodes that {found} kept work until `showrunner subscribers rotate`; apps and CDNs may "
            f"show the feed for {settings.feed_max_age} s"
        )


@subscribers.command()
@click.argument("name")
@as_json
def reissue(name: str, json_: bool) -> None:
    """Give somebody a new address; the old one is gone at once."""
    from pipeline import subscribers as feeds
    from pipeline import yaml_edits

    project = Project.find()
    settings, target = _open(project)
    found = _known(name, [one.name for one in settings.seats], _shown(project))
    present = next(one.issue for one in settings.seats if one.name == found)
    issue = max(present + 1, feeds.next_issue(feeds.read(target), found))

    def change(tree: Any) -> None:
        entries: list[Any] = tree["subscribers"]
        for at, entry in enumerate(entries):
            if _name_of(entry) == found and isinstance(entry, str):
                entries[at] = yaml_edits.inline_map({"name": entry, "issue": issue})
            elif _name_of(entry) == found:
                entry["issue"] = issue

    _edit(project, change)
    feeds.end(target, found)
    _give(project, (found,), json_=json_)


@subscribers.command()
@as_json
def rotate(json_: bool) -> None:
    """Move all files to new addresses, so that addresses of episodes that somebody kept end.

    Subscribers keep the addresses of their feeds. Afterwards run each episode that you publish again as usual.
    """
    from pipeline import private, rotation, yaml_edits
    from pipeline import subscribers as feeds
    from pipeline.catalog import CATALOG

    project = Project.find()
    settings, target = _open(project)
    show, listed = project.show(), project.subscribers()
    if target.get(CATALOG) is None:
        raise InputError(f"{settings.root_url}: nothing is published yet", fix="publish an episode first")
    ledger = feeds.read(target)
    feeds.refuse_older(ledger, settings)
    epoch = rotation.next_epoch(ledger, listed.epoch)

    def at(number: int) -> PrivatePublishing:
        raised = listed.model_copy(update={"epoch": number})
        return private.seclude(project.publish_file(), show, raised)

    before, after = at(ledger.epoch), at(epoch)
    _edit(project, lambda tree: yaml_edits.put(tree, "epoch", epoch))
    with Reporter(quiet=json_) as reporter:
        reporter(Started("rotate", (settings.root_url,)))
        done, files = rotation.rotate(
            before, after, show, project.root / show.cover, now=_now(),
            progress=lambda at, total: reporter(Advanced("rotate", at, total)),
            notice=lambda text: reporter(Noticed("rotate", text)),
        )  # fmt: skip
        reporter(Finished("rotate", reporter.seconds))
    store.write_atomic(project.feeds / "feed.xml", done.feed)
    if json_:
        say_json({"epoch": epoch, "files": files})
        return
    say(f"{files} files have new addresses, and the old ones are gone; subscribers keep their feeds")


@subscribers.command()
def key() -> None:
    """Print a fresh secret key for a private show, to be kept in a password manager."""
    from pipeline import private

    say(private.make_key())
    say_notice(
        f"keep it in your password manager, never in a file of this folder, and set it where you publish: "
        f"export {private.KEY}=…  Whoever has it can make every address; if it is lost, all addresses change"
    )


def _open(project: Project) -> tuple[PrivatePublishing, Target]:
    """Where the show is published, which is asked for its catalog: with another key nothing is to be changed."""
    from pipeline import targets
    from pipeline.catalog import CATALOG
    from pipeline.config import PrivatePublishing

    settings = project.publishing()
    if not isinstance(settings, PrivatePublishing):
        shown = (project.configs / "show.yaml").relative_to(project.root)
        raise ConfigError(
            f"{shown}: the show is for everybody, and has no subscribers that are known",
            fix=f"put `private: true` into {shown} (docs/private-shows.md), or name a private show with --show",
        )
    target = targets.open_target(settings)
    target.get(CATALOG)
    return settings, target


def _give(project: Project, names: tuple[str, ...], *, json_: bool) -> None:
    """Write the feeds of those who were added, and print their addresses."""
    from pipeline import relisting
    from pipeline.catalog import CATALOG

    settings, target = _open(project)
    show, listed = project.show(), False
    if target.get(CATALOG):
        with Reporter(quiet=json_) as reporter:
            relisting.relist(
                target, relisting.unchanged, show, settings, project.root / show.cover, now=_now(),
                notice=lambda text: reporter(Noticed("publish", text)),
            )  # fmt: skip
        listed = True
    given = [(one.name, settings.feed_of(one.folder)) for one in settings.seats if one.name in names]
    if json_:
        say_json([{"name": name, "url": url, "published": listed} for name, url in given])
        return
    for name, url in given:
        say(f"{name}: {url}")
    say(
        "Send each address to that person alone, and say: paste it into your podcast app where it asks for a show's "
        "address (URL), not into its search; do not pass it on, it is yours and can be taken back."
    )
    if not listed:
        say("There is a feed there as soon as an episode is published.")


def _edit(project: Project, change: Any) -> None:
    """Edit subscribers.yaml, whose other lines stay as they are."""
    from pipeline import yaml_edits

    file = EditedFile.read(_path(project))
    file.write(yaml_edits.edit(file.text or _HEAD, change), fix=_AGAIN)


def _known(name: str, names: list[str], shown: str) -> str:
    from pipeline.yaml_files import nearest

    for one in names:
        if one.casefold() == name.casefold():
            return one
    close = nearest(name, sorted(set(names)))
    hint = f"did you mean {close!r}?" if close else "showrunner subscribers list"
    raise InputError(f"{name!r}: is nobody in {shown}", fix=hint)


def _check_name(name: str) -> None:
    from pydantic import ValidationError

    from pipeline.config import Subscriber

    try:
        Subscriber(name=name)
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"{name!r}: cannot be a subscriber's name: {why}", fix="choose a plain name") from error


def _name_of(entry: Any) -> str:
    return str(entry if isinstance(entry, str) else entry.get("name"))


def _path(project: Project) -> Path:
    return project.configs / "subscribers.yaml"


def _shown(project: Project) -> str:
    return _path(project).relative_to(project.root).as_posix()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
