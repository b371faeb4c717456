"""`showrunner chapters`: found in a transcript, edited by a person, taken from other programs and given to them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from pipeline import runner, store
from pipeline.cli import tools
from pipeline.cli.console import Reporter, say
from pipeline.cli.edited_file import EditedFile
from pipeline.cli.groups import FileOrCommand
from pipeline.config.base import is_file
from pipeline.editorial import chosen_chapters
from pipeline.errors import InputError
from pipeline.formats import decode_text
from pipeline.formats.chapters import KINDS, SHOWN, Flaw, Mark, check, kind_by_name, read_chapters, write_chapters
from pipeline.formats.clock import format_clock
from pipeline.models import Chapter, Chapters, PreparedAudio, Seconds
from pipeline.project import Project
from pipeline.runner import Job

_MOST_BYTES = 10_000_000
_LIST = "chapters-edit.txt"
_KIND = click.option("--format", "kind", type=click.Choice(KINDS), help="The format, where the ending does not tell.")


@click.group(cls=FileOrCommand, options_metavar="", subcommand_metavar="TRANSCRIPT -o OUTPUT | COMMAND …")
def chapters() -> None:
    """Find chapters in a transcript, or decide on those of an episode.

    `showrunner chapters TRANSCRIPT -o OUTPUT` finds them in a file (.json, .vtt, .srt, .txt). The commands edit an
    episode's chapters, take them from Audacity, REAPER, Hindenburg, a feed or the recording itself, and write them
    for such programs. A file that has a command's name is given as ./edit.
    """


chapters.add_command(tools.chapters, "find")


@chapters.command()
@click.argument("slug")
@click.option("--reset", is_flag=True, help="Forget the chapters that were set: they are found again.")
def edit(slug: str, reset: bool) -> None:
    """Edit an episode's chapters in your editor.

    What $VISUAL or $EDITOR opens is a list of `0:00 Title` lines. It is checked and written to
    episodes/SLUG/overrides.yaml, whose comments and other keys stay; every later run keeps to it. Where no chapters
    are set yet, stages up to them that are out of date run before.
    """
    project = Project.find()
    job = project.job(slug)
    chosen = job.settings.overrides.chapters or ()
    overrides = EditedFile.read(project.folder(slug) / "overrides.yaml")
    if reset:
        _write(project, job, overrides, [])
        return
    _require_editor()
    if chosen:
        before = [one for one in chosen_chapters.find_marks(chosen) if isinstance(one, Mark)]
        lines = chosen_chapters.show_choices(chosen)
    else:
        before = chosen_chapters.as_marks(_found(job).chapters)
        lines = chosen_chapters.show_marks(before)
    kept = project.folder(slug) / _LIST
    untouched = chosen_chapters.write_list(lines, _remarks(job))
    if kept.is_file():
        say(f"going on with {kept.relative_to(project.root)}, the list that was not right yet")
    else:
        store.write_text_atomic(kept, untouched)
    try:
        marks = _edit_until_right(kept, before, job)
    finally:
        if kept.is_file() and _read(kept).decode(errors="replace") == untouched:
            store.remove(kept, up_to=project.root)
    if _as_choices(marks) == _as_choices(before) and len(before) == len(lines):
        say("nothing was changed")
    else:
        _write(project, job, overrides, marks)
    store.remove(kept, up_to=project.root)


def _edit_until_right(kept: Path, before: Sequence[Mark], job: Job) -> list[Mark]:
    """Open the list until it is right, or the person gives up."""
    while True:
        _open_editor(kept)
        found = chosen_chapters.read_list(decode_text(_read(kept), kept.name), before)
        marks, flaws = check(found, _duration(job))
        if not flaws:
            return marks
        for flaw in flaws if sys.stdin.isatty() else ():
            say(str(flaw))
        if not sys.stdin.isatty() or not click.confirm("Open the list again?", default=True):
            fix = f"`showrunner chapters edit {job.slug}` opens the list as you left it; it is kept in {kept}"
            raise InputError(_tell(flaws), fix=fix)


def _require_editor() -> None:
    if not sys.stdin.isatty() and not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        fix = "set EDITOR, or write a list `0:00 Title` and give it to `showrunner chapters import`"
        raise InputError("there is no terminal to open an editor on", fix=fix)


def _open_editor(path: Path) -> None:
    try:
        click.edit(filename=str(path))
    except (click.ClickException, ValueError) as error:  # ValueError: quotation marks in $EDITOR without a partner
        what = error.format_message() if isinstance(error, click.ClickException) else f"$EDITOR: {error}"
        raise InputError(what, fix="set EDITOR to a program that works here; what you wrote before is kept") from None


def _remarks(job: Job) -> list[str]:
    files = ", ".join(path.name for path in job.files("source"))
    return [
        f"The chapters of {job.settings.episode.title}, a line each: when it begins, and its title.",
        f"Times are those of the recording ({files}): 12:34, 1:02:03 or, to be exact, 12:34.5.",
        "One that you leave as it is keeps its fraction of a second. The first is 0:00.",
        f"Add, change and delete lines. Spotify shows {SHOWN} characters of a title.",
        "Without any line, chapters are found by the program again.",
    ]


@chapters.command("import")
@click.argument("slug")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_KIND
def import_(slug: str, file: Path | None, kind: str | None) -> None:
    """Take an episode's chapters from a FILE.

    Without FILE they are those that the recording itself carries. FILE is a label track of Audacity, markers of REAPER
    or Hindenburg as CSV, Podlove Simple Chapters (also in a feed), mp4chaps, JSON chapters, ffmpeg's metadata, a list
    or a video's description with `0:00 Title` lines, or a sound file that carries chapters. Times are those of the
    recording. They go into episodes/SLUG/overrides.yaml.
    """
    project = Project.find()
    job = project.job(slug)
    overrides = EditedFile.read(project.folder(slug) / "overrides.yaml")
    found = _begin_at_zero(_read_marks(job, file, kind), job)
    marks, flaws = check(found, _duration(job))
    if flaws:
        raise InputError(_tell(flaws), fix="mend these lines, and import it again; nothing was written")
    _write(project, job, overrides, marks)


def _read_marks(job: Job, file: Path | None, kind: str | None) -> list[Mark | Flaw]:
    from pipeline.adapters import audio, embedded_chapters

    if file is None and job.tracks:
        fix = f"showrunner chapters import {job.slug} FILE"
        raise InputError("the recording has a file for each person, whose times may differ", fix=fix)
    path = file or job.sources["source"]
    if kind is None and (file is None or path.suffix.lower() in embedded_chapters.ENDINGS):
        audio.check_file(path)
        found = embedded_chapters.read_embedded(path)
        missing, fix = "carries no chapters", f"name a file that has them: showrunner chapters import {job.slug} FILE"
    else:
        found = read_chapters(_read(path), path.name, kind)
        missing, fix = (
            "no chapters were found in it",
            f"give a list of `0:00 Title` lines, or --format {'|'.join(KINDS)}",
        )
    if not found:
        raise InputError(f"{path}: {missing}", fix=fix)
    return found


def _begin_at_zero(found: list[Mark | Flaw], job: Job) -> list[Mark | Flaw]:
    """The chapters, the first at 0: one within the first second is moved there, else one is put before it."""
    first = found[0]
    if isinstance(first, Flaw) or first.start == 0:
        return found
    if first.start < 1:
        return [replace(first, start=0.0), *found[1:]]
    title = " ".join(job.settings.episode.title.split())
    say(f"the first chapter begins at {format_clock(first.start)}: put '0:00 {title}' before it")
    return [Mark(0.0, title, first.place), *found]


@chapters.command()
@click.argument("slug")
@tools.OUT
@_KIND
def export(slug: str, output: Path, kind: str | None) -> None:
    """Write an episode's chapters for other programs.

    Times are those of the recording. By its ending OUTPUT is a list (.txt), an Audacity label track (.labels.txt),
    mp4chaps (.chapters.txt), Podlove Simple Chapters (.psc), JSON chapters (.json), ffmpeg's metadata (.ffmeta), or
    markers as REAPER lists them (.csv).
    """
    kind = kind or kind_by_name(output.name)
    if kind is None:
        raise InputError(f"{output}: its ending does not tell the format", fix=f"add --format {'|'.join(KINDS)}")
    made = _found(Project.find().job(slug))
    store.write_text_atomic(output, write_chapters([_without_our_file(one) for one in made.chapters], kind))
    say(f"{output}: {len(made.chapters)} chapters")


def _without_our_file(chapter: Chapter) -> Chapter:
    """A picture that is a file here means nothing to other programs."""
    return chapter.model_copy(update={"img": None}) if chapter.img and is_file(chapter.img) else chapter


def _found(job: Job) -> Chapters:
    """The episode's chapters as they are now, found first where they are out of date."""
    with Reporter() as reporter:
        runner.run(job, until="chapters", report=reporter)
    return runner.read_artifact(job.build, "chapters", Chapters)


def _write(project: Project, job: Job, overrides: EditedFile, marks: Sequence[Mark]) -> None:
    """Put the chapters into overrides.yaml, and say so."""
    before = len(job.settings.overrides.chapters or ())
    if not marks and not before:
        say("no chapters were set: they are found by the program already")
        return
    fix = "look at what changed there, and run this again"
    overrides.write(chosen_chapters.edit_overrides(overrides.text, marks), fix=fix)
    place = overrides.path.relative_to(project.root)
    for line in chosen_chapters.show_marks(marks):
        say(f"  {line}")
    instead = f" in place of the {before} that were there" if before else ""
    said = f"{len(marks)} chapters written to {place}{instead}" if marks else f"taken out of {place}: {before} chapters"
    say(said)
    for warning in chosen_chapters.find_long(marks):
        say(f"note: {warning}")
    say(f"to make {'them' if marks else 'that'} count: showrunner run {job.slug}")


def _as_choices(marks: Sequence[Mark]) -> list[object]:
    return [chosen_chapters.as_choice(one) for one in marks]


def _duration(job: Job) -> Seconds | None:
    """How long the recording is, as far as is known without reading it."""
    if (job.build / "audio.json").is_file():
        return runner.read_artifact(job.build, "audio", PreparedAudio).duration
    return job.settings.episode.duration


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path}: is too large for a list of chapters", fix="name the file that has the chapters")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", fix="check the path of the file with the chapters") from error


def _tell(flaws: Sequence[Flaw]) -> str:
    return "\n".join(map(str, flaws))
