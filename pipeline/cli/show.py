"""Commands about this machine: the local server, the doctor, the demo."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipeline.cli.console import say, say_json
from pipeline.cli.episodes import as_json, run_episode
from pipeline.errors import InputError, StageError
from pipeline.project import Project


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="What to serve (feeds/public/).")
def serve(port: int, folder: Path | None) -> None:
    """Serve the published folder on this machine, with byte ranges, until Ctrl-C."""
    from pipeline import server

    project = Project.find()
    settings = project.publish_file() if folder else project.publishing()
    chosen = folder or Path(settings.folder.path)
    if not chosen.is_dir():
        raise InputError(f"{chosen}: nothing is published there yet", fix="make episode AUDIO=interview.wav")

    def tell(url: str) -> None:
        if settings.seal is None:
            say(f"feed: {url}/feed.xml")
        say(f"serving {chosen}; Ctrl-C stops it")

    server.serve(chosen, port, ready=tell)


@click.command()
@as_json
def doctor(json_: bool) -> None:
    """Say what this machine has and lacks for the pipeline, with a fix for each thing that is missing."""
    from pipeline import doctor as examine

    checks = examine.examine(Project.find())
    if json_:
        say_json([check.model_dump() for check in checks])
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            say(f"{check.state:<8} {check.name:<{width}}  {check.detail}")
            if check.fix:
                say(f"{'':<8} {'':<{width}}  fix: {check.fix}")
    broken = [check.name for check in checks if check.state == "missing"]
    if broken:
        raise StageError(f"missing: {', '.join(broken)}", fix="follow the fixes above")


@click.command()
@click.option("--stop", is_flag=True, help="Stop the demo's local S3.")
def demo(stop: bool) -> None:
    """Run the demo recording to a live feed on a local S3 server."""
    from pipeline import demo as example
    from pipeline.adapters import local_s3

    project = Project.find()
    folder = project.feeds / "local-s3"
    if stop:
        say("stopped the local S3" if local_s3.stop(folder) else "no local S3 was running")
        return
    server = local_s3.start(folder, detached=True)
    os.environ.update(AWS_ACCESS_KEY_ID=server.access_key, AWS_SECRET_ACCESS_KEY=server.secret_key)
    publishing = example.publishing(server.endpoint)
    example.prepare(publishing)
    run_episode(project, "demo", publishing=publishing)
    say("The feed is live until `make demo-stop`: paste its address into a podcast app on this machine.")
