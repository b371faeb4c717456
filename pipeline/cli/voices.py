"""Commands about voices: who is known by voice, and who the speakers of an episode are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import runner, store, yaml_edits
from pipeline.cli.console import clock, say, say_json
from pipeline.cli.episodes import as_json
from pipeline.cli.speakers import learn_clips, naming_command, read_speakers
from pipeline.config import EnrolledVoice, VoiceSample
from pipeline.errors import InputError
from pipeline.formats.clock import parse_stamp
from pipeline.models import Identities, PreparedAudio, Seconds, Turns
from pipeline.project import Project
from pipeline.runner import Job
from pipeline.voices import folder, overview
from pipeline.voices.introductions import LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Moment(click.ParamType[Seconds]):
    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Seconds:
        """Seconds, from `30`, `1:00` or `1:02:03.5`."""
        stamp = parse_stamp(str(value))
        try:
            seconds = float(value) if stamp is None else stamp
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            self.fail(f"{value!r} is no time in a recording; write 90, 1:30 or 1:02:03")
        return seconds


class _PersonName(click.ParamType[str]):
    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """A name with single spaces."""
        name = " ".join(str(value).split())
        if not name or len(name) > 200 or not name.isprintable() or LABEL.fullmatch(name):
            self.fail(f"{value!r} is no name of a person")
        return name


@click.group()
def voices() -> None:
    """Know people by their voices, and give the speakers of an episode their names.

    Voices are kept in configs/voices/, on this machine only: they are biometric data. docs/speech.md tells more.
    """


@voices.command()
@click.argument("name", type=_PersonName())
@click.argument("audio", type=click.Path(path_type=Path))
@click.option("--from", "start", type=_Moment(), help="Where this person begins to speak alone, as 0:30.")
@click.option("--to", "end", type=_Moment(), help="Where that ends, as 1:00.")
@as_json
def add(name: str, audio: Path, start: Seconds | None, end: Seconds | None, json_: bool) -> None:
    """Learn the voice of NAME from AUDIO, a recording in which nobody else speaks between --from and --to.

    Five seconds will do, thirty are better. Adding more of the same person, best from other recordings, makes it surer.
    """
    from pipeline.voices import enrolment

    project = Project.find()
    if not audio.is_file():
        raise InputError(f"{audio}: there is no such file", fix="check the path of the recording")
    sample = enrolment.learn(audio.resolve(), project.pipeline().diarize, start, end)
    _tell_learnt(project, _add(project, name, sample), sample, json_=json_)


@voices.command("list")
@as_json
def list_(json_: bool) -> None:
    """List the voices that are known, and what each was learnt from."""
    project = Project.find()
    learn_clips(project, quiet=json_)
    known = folder.load(project.voices)
    if json_:
        say_json([_as_data(voice) for voice in known])
        return
    for voice in known:
        sources = ", ".join(dict.fromkeys(sample.source for sample in voice.samples))
        say(f"{voice.name}: {clock(voice.seconds)} of speech from {sources}")
    if not known:
        say("no voices yet: showrunner voices add NAME AUDIO --from 0:30 --to 1:00")


@voices.command()
@click.argument("name", type=_PersonName())
@as_json
def remove(name: str, json_: bool) -> None:
    """Forget the voice of NAME: its file and its clips in configs/voices/ are deleted.

    Episodes keep the name until they are run again.
    """
    gone = folder.remove(Project.find().voices, name)
    if json_:
        say_json({"name": name, "deleted": gone})
    else:
        say(f"forgot the voice of {name}: deleted {', '.join(gone)} in configs/voices/")


@voices.command()
@click.argument("slug")
@as_json
def who(slug: str, json_: bool) -> None:
    """Say who speaks in an episode: names with where they come from, and who the others might be."""
    project = Project.find()
    job = project.job(slug)
    speakers = read_speakers(job)
    if not speakers:
        raise InputError(f"episodes/{slug}: has no transcript with speakers yet", fix=f"showrunner run {slug}")
    if json_:
        say_json(
            [
                {
                    **asdict(one),
                    "voice": one.voice.model_dump(exclude_none=True) if one.voice else None,
                }
                for one in speakers
            ]
        )
        return
    for one in speakers:
        known = f", known by voice ({one.voice.score:.2f})" if one.is_named and one.voice and one.voice.score else ""
        say(f"{one.speaker}: {clock(one.seconds)} of speech{known}")
        if not one.is_named:
            for line in overview.describe(one):
                say(f"  {line}")
            say(f"  {naming_command(slug, one)}")


@voices.command()
@click.argument("slug")
@click.argument("speaker")
@click.argument("name", type=_PersonName())
@click.option("--enrol", is_flag=True, help="Learn the voice from this episode, so that the next ones know it.")
@as_json
def name(slug: str, speaker: str, name: str, enrol: bool, json_: bool) -> None:
    """Call SPEAKER (a label such as SPEAKER_01, or a wrong name) of an episode NAME.

    This is written to episodes/SLUG/overrides.yaml, whose comments and spacing stay, and counts from the next run on.
    """
    project = Project.find()
    job = project.job(slug)
    label = _label_of(job, speaker)
    learnt = _enrol(project, job, label, name) if enrol else None
    path = project.folder(slug) / "overrides.yaml"
    text = path.read_bytes().decode() if path.is_file() else ""
    store.write_text_atomic(path, yaml_edits.edit(text, lambda tree: _set_speaker(tree, speaker, name)))
    if json_:
        say_json({"slug": slug, "speaker": speaker, "name": name, "learnt": learnt.seconds if learnt else None})
        return
    say(f"{speaker} is {name}: written to {path.relative_to(project.root)}")
    if learnt:
        say(f"learnt the voice of {name}: {clock(learnt.seconds)} of speech in all")
    say(f"to make it count: showrunner run {slug}")


def _set_speaker(tree: Any, speaker: str, name: str) -> None:
    if tree.get("speakers"):
        yaml_edits.put(tree["speakers"], speaker, name)
    else:
        yaml_edits.put(tree, "speakers", yaml_edits.inline_map({speaker: name}))


def _label_of(job: Job, speaker: str) -> str | None:
    """The label behind a speaker of the episode, where it can be told. Raises InputError for nobody of that name."""
    if not (job.build / "turns.json").is_file():
        raise InputError(f"episodes/{job.slug}: its speakers were not told apart yet", fix=f"showrunner run {job.slug}")
    labels = list(dict.fromkeys(turn.speaker for turn in runner.read_artifact(job.build, "turns", Turns).root))
    if speaker in labels:
        return speaker
    names = [one.speaker for one in read_speakers(job)]
    if speaker not in names:
        raise InputError(
            f"episodes/{job.slug}: nobody is called {speaker} there",
            fix=f"name one of {', '.join(dict.fromkeys([*labels, *names]))}",
        )
    known = job.build / "identities.json"
    found = runner.read_artifact(job.build, "identities", Identities).root if known.is_file() else ()
    return next((one.speaker for one in found if one.name == speaker), None)


def _enrol(project: Project, job: Job, label: str | None, name: str) -> EnrolledVoice:
    from pipeline.adapters import pcm
    from pipeline.voices import enrolment

    if label is None:
        raise InputError(
            f"episodes/{job.slug}: which label that speaker has is not known, so no voice can be learnt",
            fix="give the label, such as SPEAKER_01 (build/turns.json lists them)",
        )
    audio = runner.read_artifact(job.build, "audio", PreparedAudio)
    turns = runner.read_artifact(job.build, "turns", Turns).root
    place = f"{label} of episode {job.slug}"
    voiceprint = enrolment.take(pcm.open_samples(job.build / audio.pcm.name), turns, label, place)
    return _add(project, name, VoiceSample(source=place, sha256=audio.pcm.sha256, voiceprint=voiceprint))


def _add(project: Project, name: str, sample: VoiceSample) -> EnrolledVoice:
    from pipeline.adapters import voiceprints

    return folder.add(project.voices, name, sample, model=voiceprints.MODEL, weights=voiceprints.WEIGHTS)


def _tell_learnt(project: Project, voice: EnrolledVoice, sample: VoiceSample, *, json_: bool) -> None:
    from pipeline.voices import enrolment

    likest = enrolment.find_likest(voice, folder.load(project.voices))
    if json_:
        say_json(_as_data(voice))
        return
    say(f"learnt the voice of {voice.name} from {clock(sample.voiceprint.seconds)} of speech in {sample.source}")
    if len(voice.samples) > 1:
        say(f"{len(voice.samples)} samples, {clock(voice.seconds)} of speech in all")
    settings = project.pipeline().identify
    if likest and likest[0] > settings.threshold - settings.margin:
        say(f"note: it is much like the voice of {likest[1]} ({likest[0]:.2f}); neither will be named where both fit")
    say("episodes know it from their next run on")


def _as_data(voice: EnrolledVoice) -> dict[str, Any]:
    """A voice without its numbers."""
    samples: Sequence[VoiceSample] = voice.samples
    return {
        "name": voice.name,
        "seconds": round(voice.seconds, 1),
        "model": voice.model,
        "samples": [
            {**one.model_dump(exclude={"voiceprint"}, exclude_none=True), "seconds": one.voiceprint.seconds}
            for one in samples
        ],
    }
