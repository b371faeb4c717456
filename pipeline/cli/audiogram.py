"""`showrunner audiogram`: a short video of a piece of an episode, to be posted elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from pipeline import runner, store
from pipeline.cli.console import Reporter, say, say_notice
from pipeline.errors import InputError
from pipeline.formats.clock import format_clock, parse_moment
from pipeline.models import Clip, MasteredAudio, Seconds, ShowNotes, Storyboard, Transcript
from pipeline.project import Project
from pipeline.runner import Advanced, Finished, Job, Started

_LONGEST: Seconds = 300.0
_SHORTEST: Seconds = 1.0
_USUAL: Seconds = 30.0


@click.command()
@click.argument("slug")
@click.option("--start", metavar="TIME", help="Where it begins, in the finished episode: 12:34, or seconds.")
@click.option("--length", metavar="SECONDS", help="How long it is: 1 to 300 seconds.  [default: 30 with --start]")
@click.option("--square", "shape", flag_value="square", default="square", help="1080 by 1080 pixels (default).")
@click.option("--portrait", "shape", flag_value="portrait", help="1080 by 1920 pixels.")
@click.option("--landscape", "shape", flag_value="landscape", help="1920 by 1080 pixels.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to.  [default: SLUG.mp4]")
def audiogram(slug: str, start: str | None, length: str | None, shape: str, output: Path | None) -> None:
    """Make an audiogram of an episode that was made before: cover, moving waveform and captions as an MP4.

    Without --start it shows the soundbite: the first in episode.yaml, else the one that the notes found.
    """
    from pipeline.adapters import audiogram as video

    project = Project.find()
    job = project.job(slug)
    target = output or Path(f"{slug}.mp4")
    sound, board = _plan(job, _read_time("--start", start), _read_time("--length", length), shape)
    cover = job.files("cover")[-1]
    with tempfile.TemporaryDirectory(prefix="showrunner-") as folder, Reporter() as reporter:
        made = Path(folder) / "audiogram.mp4"
        reporter(Started("audiogram", ("asked for",)))
        left_out = video.render(
            board, sound, cover, made, lambda done, total: reporter(Advanced("audiogram", done, total))
        )
        reporter(Finished("audiogram", reporter.seconds))
        store.copy_atomic(made, target)
    for text in left_out:
        say_notice(f"{target.name} is without {text!r}: no font on this machine has all of its letters")
    say(f"{target}: {board.length:.1f} s from {format_clock(board.start)} on")


def _plan(job: Job, start: Seconds | None, length: Seconds | None, shape: str) -> tuple[Path, Storyboard]:
    """The finished sound, and what is to be shown of it."""
    from pipeline.listener import retime_notes, retime_transcript
    from pipeline.pictures.storyboard import choose_clip, plan_clip

    if length is not None and not _SHORTEST <= length <= _LONGEST:
        raise InputError(f"--length {length:g}: an audiogram has 1 to 300 seconds", fix="for example --length 30")
    if not all((job.build / f"{name}.json").is_file() for name in ("mastered", "transcript", "notes")):
        raise InputError(f"{job.slug}: the episode was not made yet", fix=f"first run `showrunner run {job.slug}`")
    mastered = runner.read_artifact(job.build, "mastered", MasteredAudio)
    transcript = runner.read_artifact(job.build, "transcript", Transcript)
    notes = runner.read_artifact(job.build, "notes", ShowNotes)
    episode, duration = job.settings.episode, mastered.duration
    if start is None:
        clip = choose_clip(episode.soundbites, retime_notes(notes, transcript, mastered.times), duration)
        if clip is None:
            raise InputError(
                f"{job.slug}: the episode has no soundbite, found or named in episode.yaml",
                fix="say which piece: --start 12:34 --length 30",
            )
    else:
        clip = Clip(start=start, duration=length or _USUAL)
    if length is not None:
        clip = clip.model_copy(update={"duration": length})
    _check(clip, duration)
    said = retime_transcript(transcript, mastered.times, duration)
    board = plan_clip(clip, said, show=job.settings.show.title, about=episode.title, shape=shape)
    return job.build / mastered.audio.name, board


def _check(clip: Clip, duration: Seconds) -> None:
    if clip.start > duration - _SHORTEST:
        raise InputError(
            f"--start {format_clock(clip.start)}: the episode ends at {format_clock(duration)}",
            fix="give an earlier --start",
        )


def _read_time(option: str, text: str | None) -> Seconds | None:
    time = parse_moment(text) if text is not None else None
    if text is not None and time is None:
        raise InputError(f"{option} {text!r}: is no time", fix=f"for example {option} 1:02, or {option} 62.5")
    return time
