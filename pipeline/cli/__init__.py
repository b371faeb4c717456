"""The command line: the only place that prints or exits. Commands are listed here, in the order of --help."""

from __future__ import annotations

import os
import sys

import click

from pipeline import __version__
from pipeline.cli import (
    audiogram,
    backfill,
    bucket,
    chapters,
    console,
    episodes,
    gc,
    glossary,
    life,
    logs,
    review,
    show,
    sound,
    subscribers,
    tools,
    voices,
    watch,
)
from pipeline.metrics import VARIABLE


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands as they were added: the main job first."""
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="showrunner")
@click.option("--debug", is_flag=True, help="Show the traceback of an error (also SHOWRUNNER_DEBUG=1).")
@click.option("--show", help="Which show, where configs/shows/ has several (also SHOWRUNNER_SHOW).")
@click.option("--log", help="How a run tells what it does: text, or json, a line each (also SHOWRUNNER_LOG).")
@click.option("--metrics", help="Add counts and seconds to this file for Prometheus (also SHOWRUNNER_METRICS).")
def cli(debug: bool, show: str | None, log: str | None, metrics: str | None) -> None:
    """From a recording to a published podcast episode."""
    if show:
        os.environ["SHOWRUNNER_SHOW"] = show
    if metrics:
        os.environ[VARIABLE] = metrics
    logs.choose(log or os.environ.get(logs.VARIABLE) or "text")


for command in (
    episodes.episode,
    episodes.run,
    backfill.backfill,
    watch.watch,
    episodes.status,
    episodes.publish,
    episodes.unpublish,
    review.review,
    tools.transcribe,
    tools.diarize,
    tools.correct,
    chapters.chapters,
    tools.notes,
    sound.sound,
    audiogram.audiogram,
    glossary.glossary,
    voices.voices,
    life.feed,
    subscribers.subscribers,
    bucket.bucket,
    life.import_show,
    life.pull,
    gc.collect,
    show.serve,
    show.doctor,
    show.demo,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 only on success, 2 for bad input or configuration, 1 for a failure."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given or os.environ.get("SHOWRUNNER_DEBUG") not in (None, "", "0")
    given = [argument for argument in given if argument != "--debug"]
    try:
        cli.main(given, prog_name="showrunner", standalone_mode=False)
    except Exception as error:
        if debug:
            raise
        sys.exit(console.explain(error))
    except KeyboardInterrupt:
        console.say_error("stopped", "run the same command again: finished stages are kept")
        sys.exit(130)
    sys.exit(0)


__all__ = ["cli", "main"]
