"""What runs and `status` say about who speaks, and the clips in configs/voices/ that a run learns first."""

from __future__ import annotations

import shlex

from pipeline import runner
from pipeline.cli.console import clock, say
from pipeline.formats.clock import format_clock
from pipeline.models import Identities, Transcript
from pipeline.project import Project
from pipeline.runner import Job
from pipeline.voices import folder, overview
from pipeline.voices.overview import Speaker


def learn_clips(project: Project, *, quiet: bool = False) -> None:
    """Learn the voices of new clips in configs/voices/. Raises InputError, naming the clip, when one will not do."""
    settings = project.pipeline()
    if not settings.identify.enabled:
        return
    clips = folder.list_clips(project.voices)
    if clips or any(sample.clip for voice in folder.load(project.voices) for sample in voice.samples):
        from pipeline.voices import enrolment

        enrolment.refresh_clips(project.voices, settings.diarize, (lambda text: None) if quiet else say)


def read_speakers(job: Job) -> tuple[Speaker, ...]:
    """Who speaks in the episode as it was run last; nobody before there is a transcript."""
    name = next((one for one in ("transcript", "attributed") if (job.build / f"{one}.json").is_file()), None)
    if name is None:
        return ()
    said = runner.read_artifact(job.build, name, Transcript)
    known = job.build / "identities.json"
    identities = runner.read_artifact(job.build, "identities", Identities) if known.is_file() else Identities(())
    settings = job.settings
    people = dict.fromkeys(person.name for person in (*settings.show.hosts, *settings.episode.guests))
    return overview.list_speakers(said.segments, identities, people, [voice.name for voice in settings.enrolled])


def tell_unnamed(job: Job) -> None:
    """Say which speakers have no name, who they might be, and how to name them."""
    unnamed = [one for one in read_speakers(job) if not one.is_named]
    for one in unnamed:
        say(f"{one.speaker} has no name ({clock(one.seconds)} of speech)")
        for line in overview.describe(one):
            say(f"  {line}{_place(one) if line.startswith('perhaps') else ''}")
        say(f"  name it: {naming_command(job.slug, one)}")


def naming_command(slug: str, one: Speaker) -> str:
    """The command that gives a speaker the likeliest name, and knows the voice from then on."""
    name = overview.likely_name(one)
    return f"showrunner voices name {slug} {one.speaker} {shlex.quote(name) if name else 'NAME'} --enrol"


def _place(one: Speaker) -> str:
    return f" ({format_clock(one.suggestion.start)})" if one.suggestion and one.suggestion.sentence else ""
