"""`showrunner review`: a person decides on suggested names, a key each; every answer is on disk before the next one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from pipeline import runner
from pipeline.adapters import players
from pipeline.cli.console import say
from pipeline.cli.edited_file import EditedFile
from pipeline.errors import InputError, StageError
from pipeline.formats.clock import format_clock
from pipeline.models import Correction, Corrections, Transcript
from pipeline.names import review as core
from pipeline.names.review import Question, Review, Verdict
from pipeline.project import Project

_LENGTH = 2.0  # seconds of sound around a word
_VERDICTS: dict[str, Verdict] = {
    "a": "accept",
    "r": "reject",
    "e": "accept throughout",
    "x": "reject throughout",
    "A": "always",
    "N": "never",
}
_AGAIN = "run the review again: all answers before it are kept"
_KEYS = (
    "here: a accept, r reject; in the whole episode: e accept, x reject; for ever: A always, N never\n"
    "        p play, s skip, u undo, q quit"
)


@click.command()
@click.argument("slug")
@click.option("--all", "applied", is_flag=True, help="Ask about the changes that were made, too.")
def review(slug: str, applied: bool) -> None:
    """Decide on the names that the last run was not sure of.

    Keys: a accept, r reject here; e accept, x reject in the whole episode (episodes/SLUG/overrides.yaml); A always, N
    never (configs/glossary.yaml); p play the two seconds around it, s skip, u undo, q quit. Keys may also come a line
    each from a pipe.
    """
    project = Project.find()
    job = project.job(slug)
    if not (job.build / "corrections.json").is_file():
        raise InputError(
            f"episodes/{slug}: its names were not corrected yet", fix=f"showrunner run {slug} --until correct"
        )
    log = runner.read_artifact(job.build, "corrections", Corrections)
    said = runner.read_artifact(job.build, "attributed", Transcript)
    state = Review(core.list_questions(log, said, job.settings.overrides, applied=applied))
    if not state.questions:
        say("nothing to decide" if applied else "no suggestions to decide; --all also asks about the changes made")
        return
    files = _Files(
        EditedFile.read(project.folder(slug) / "overrides.yaml"),
        EditedFile.read(project.root / "configs/glossary.yaml"),
    )
    state = _walk(state, project, files, job.sources["source"])
    _tell_end(state, project, slug)


@dataclass(slots=True)
class _Files:
    overrides: EditedFile
    glossary: EditedFile

    def write(self, correction: Correction, verdict: Verdict) -> None:
        """Put an answer where it belongs."""
        self.overrides.write(core.edit_overrides(self.overrides.text, correction, verdict), fix=_AGAIN)
        self.glossary.write(core.edit_glossary(self.glossary.text, correction, verdict), fix=_AGAIN)

    def undo(self) -> None:
        """Take the last answer out again."""
        self.overrides.undo(fix=_AGAIN)
        self.glossary.undo(fix=_AGAIN)


def _walk(state: Review, project: Project, files: _Files, source: Path) -> Review:
    """Ask until somebody quits, or the keys end, or all is answered and the last answer not taken back."""
    shown: Question | None = None
    while state.question or state.answers:
        question = state.question
        if question is None:
            say("\nthat was the last one: u undo, q quit")
        elif shown is not question:
            _show(question, state)
        shown = question
        key = _read_key()
        if key == "u" and state.answers:
            files.undo()
            state, shown = state.undo(), None
        elif key in ("q", "") or question is None:
            break
        elif key in _VERDICTS:
            state = _decide(state, question, _VERDICTS[key], project, files)
        elif key == "s":
            state = state.skip()
        elif key == "p":
            _play(source, question)
        else:
            say("  nothing to undo" if key == "u" else f"  keys: {_KEYS}")
    return state


def _decide(state: Review, question: Question, verdict: Verdict, project: Project, files: _Files) -> Review:
    """Write the answer down, unless the glossary speaks against it."""
    problem = core.object_to(question.correction, verdict, project.glossary())
    if problem:
        say(f"  {problem}")
        return state
    files.write(question.correction, verdict)
    say(f"  {verdict}")
    return state.answer(verdict)


def _show(question: Question, state: Review) -> None:
    correction = question.correction
    start = format_clock(correction.start or 0.0)
    place = f"{start} {question.speaker}" if question.speaker else start
    say()
    say(f"{state.at + 1} of {len(state.questions)}, {place}: {correction.outcome}, score {correction.score:.2f}")
    say(f"  {question.before}{click.style(f'[{correction.heard}]', bold=True, reverse=True)}{question.after}")
    full = "" if correction.meant == correction.term else f" ({correction.term})"
    say(f"  {correction.heard} -> {click.style(correction.meant, bold=True)}{full}")
    for reason in correction.reasons:
        say(f"    {reason}")
    if not state.at:
        say(f"  keys: {_KEYS}")


def _read_key() -> str:
    """A key from the terminal, or the first character of a line from a pipe; nothing where these end."""
    if sys.stdin.isatty():
        try:
            return click.getchar()
        except EOFError:
            return ""
    for line in sys.stdin:
        if line.strip():
            return line.strip()[0]
    return ""


def _play(source: Path, question: Question) -> None:
    start = max(0.0, (question.correction.start or 0.0) - _LENGTH / 3)
    try:
        players.play(source, start, _LENGTH)
    except StageError as error:
        say(f"  {error.what}: {error.fix}")


def _tell_end(state: Review, project: Project, slug: str) -> None:
    lasting = sum(verdict in ("always", "never") for _, verdict in state.decisions)
    here = len(state.decisions) - lasting
    say()
    if here:
        say(f"{here} written to {(project.folder(slug) / 'overrides.yaml').relative_to(project.root)}")
    if lasting:
        say(f"{lasting} written to configs/glossary.yaml, for every episode")
    say(f"to make them count: showrunner run {slug}" if state.decisions else "nothing was decided")
