"""Commands about the bucket: make it public for listeners, and try out whether all that publishing needs works."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.console import say, say_json
from pipeline.cli.episodes import as_json
from pipeline.config import PublishConfig, S3Config
from pipeline.errors import ConfigError, StageError
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.adapters.s3_setup import Setup


@click.group()
def bucket() -> None:
    """Set up and check the bucket that configs/publish.yaml names."""


@bucket.command()
@click.option("--yes", is_flag=True, help="Write what is shown without asking.")
@click.option("--claim", is_flag=True, help="Take a prefix or folder that has other things in it for this show.")
def setup(yes: bool, claim: bool) -> None:
    """Show the policy and CORS rules that let listeners read the show, and write them after a yes.

    Everybody may read what lies under the prefix, and nothing else; rules of others are kept.
    """
    from pipeline.adapters import s3_setup

    project = Project.find()
    settings = project.publishing()
    if settings.s3 is None and not claim:
        raise _no_bucket(settings)
    if settings.s3:
        planned = s3_setup.plan(settings.s3)
        _show(settings.s3, planned)
        if planned.writes and _agreed(yes):
            s3_setup.write(settings.s3, planned)
            say(f"written: {', '.join(planned.writes)}")
    if claim and _agreed(yes):
        _claim(project, settings)


@bucket.command()
@as_json
def check(json_: bool) -> None:
    """Try out with a small probe what publishing needs: rights, conditional writes, public reading, CORS, ranges."""
    from pipeline.adapters import s3_check

    settings = Project.find().publishing()
    if settings.s3 is None:
        raise _no_bucket(settings)
    broken, probes = [], []
    for probe in s3_check.examine(settings.s3):
        probes.append(probe)
        broken += [probe.name] if probe.fix else []
        if not json_:
            say(f"{'missing' if probe.fix else 'ok':<8} {probe.name:<10}  {probe.detail}")
            if probe.fix:
                say(f"{'':<8} {'':<10}  fix: {probe.fix}")
    if json_:
        say_json([{"name": one.name, "ok": not one.fix, "detail": one.detail, "fix": one.fix} for one in probes])
    if broken:
        raise StageError(f"s3://{settings.s3.bucket}: {', '.join(broken)} failed", fix="follow the fixes above")


def _no_bucket(settings: PublishConfig) -> ConfigError:
    return ConfigError(
        f"configs/publish.yaml names no bucket: the show goes to {settings.folder.path}",
        fix="name a bucket under `s3:` (docs/publishing.md)",
    )


def _show(settings: S3Config, planned: Setup) -> None:
    if planned.makes:
        say(f"bucket {settings.bucket}: is not there, and would be made")
    for name, value in (("policy", planned.policy), ("cors", planned.cors)):
        if value is not None:
            state = "to be written" if name in planned.writes else "is as it should be"
            say(f"{name} ({state}):\n{json.dumps(value, indent=2)}")
    for advice in planned.advice:
        say(f"advice: {advice}")
    if not planned.writes:
        say("nothing to write")


def _agreed(yes: bool) -> bool:
    """Whether the person said yes: by the option, or when asked; where nobody can be asked, nothing is written."""
    if yes:
        return True
    if sys.stdin.isatty():
        return click.confirm("Write this?")
    say("nothing was written: run it again with --yes")
    return False


def _claim(project: Project, settings: PublishConfig) -> None:
    from pipeline import catalog, ownership, targets

    target, show = targets.open_target(settings), project.show()
    found = target.get(catalog.CATALOG)
    guid = catalog.read_catalog(found.data if found else None, show, settings.shown_url).show_guid
    ownership.claim(target, show, guid, target.get(ownership.KEY), settings.seal)
    say(f"{settings.root_url} is {show.title!r}'s now (guid {guid})")
