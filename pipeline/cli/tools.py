"""One stage on one file, without a project: transcribe, diarize, correct, chapters, notes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline import store
from pipeline.cli.console import Reporter, say
from pipeline.config import (
    ChaptersConfig,
    CorrectConfig,
    DiarizeConfig,
    EditorialConfig,
    Glossary,
    NotesConfig,
    Prompts,
    TopicsConfig,
    TranscribeConfig,
    Vocabulary,
)
from pipeline.errors import ConfigError, InputError
from pipeline.models import Chapters, PreparedAudio, SourceFile, Topics, Transcript
from pipeline.project import Project
from pipeline.runner import Advanced, Finished, Noticed, Started
from pipeline.store import Workspace

OUT = click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
AUDIO = click.argument("audio", type=click.Path(path_type=Path))
TRANSCRIPT = click.argument("transcript", type=click.Path(path_type=Path))
ENGINE = click.option("--engine", type=click.Choice(["extractive", "llm"]), default="extractive", show_default=True,
                      help="Who writes: llm asks the language model of configs/pipeline.yaml.")  # fmt: skip


@click.command()
@AUDIO
@OUT
@click.option("--model", default="auto", show_default=True, help="A Whisper name, folder or hub id.")
@click.option("--language", help="ISO 639-1; heard from the recording when absent.")
@click.option("--glossary", "glossaries", multiple=True, type=click.Path(path_type=Path),
              help="Names to listen for, YAML or CSV; may be given several times.")  # fmt: skip
def transcribe(audio: Path, output: Path, model: str, language: str | None, glossaries: tuple[Path, ...]) -> None:
    """Write down what AUDIO says, as transcript.json (or .vtt, .srt, .txt by the ending of the output)."""
    from pipeline.names import load_glossary
    from pipeline.stages import transcribe as stage

    recording = _recording(audio)
    vocabulary = Vocabulary(glossary=load_glossary(glossaries) if glossaries else Glossary())
    with _workspace("transcribe") as work:
        heard, _ = stage.run(work, _prepare(work, recording), vocabulary, TranscribeConfig(model=model), language)
        _write_transcript(output, heard)


@click.command()
@AUDIO
@OUT
@click.option("--speakers", type=click.IntRange(1), help="How many speak, where that is known.")
def diarize(audio: Path, output: Path, speakers: int | None) -> None:
    """Find who speaks when in AUDIO, as turns.json, or as RTTM where the output ends in .rttm."""
    from pipeline.formats import write_rttm
    from pipeline.stages import diarize as stage

    recording = _recording(audio)
    with _workspace("diarize") as work:
        turns = stage.run(work, _prepare(work, recording), DiarizeConfig(), speakers)
    if output.suffix.lower() == ".rttm":
        store.write_text_atomic(output, write_rttm(turns, audio.stem))
    else:
        store.write_atomic(output, store.to_json(turns))
    say(f"{output}: {len(turns.root)} turns, {len({turn.speaker for turn in turns.root})} speakers")


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.option("--glossary", "glossaries", required=True, multiple=True, type=click.Path(path_type=Path),
              help="A glossary, YAML or CSV; may be given several times.")  # fmt: skip
@OUT
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write corrections.json here.")
@click.option("--mode", type=click.Choice(["strict", "balanced", "eager"]), default="balanced", show_default=True)
@click.option("--language", default="en", show_default=True, help="ISO 639-1, where IN does not say.")
def correct(
    source: Path, glossaries: tuple[Path, ...], output: Path, report: Path | None, mode: str, language: str
) -> None:
    """Correct names in IN (.txt, .json, .vtt or .srt) by a glossary; the output keeps the input's format."""
    from pipeline.names import correct_bytes, load_glossary, tell_limits

    if report and report.resolve() in (output.resolve(), source.resolve()):
        raise InputError(
            f"{report}: the report would take the place of the transcript", fix="give --report another name"
        )
    glossary = load_glossary(glossaries)
    settings = CorrectConfig.model_validate({"mode": mode})
    made, corrections = correct_bytes(_read_bytes(source), str(source), glossary, settings, language=language)
    store.write_atomic(output, made)
    if report:
        store.write_atomic(report, store.to_json(corrections))
    applied = sum(correction.applied for correction in corrections.root)
    names = "name" if applied == 1 else "names"
    say(f"{output}: {applied} {names} corrected, {len(corrections.root) - applied} left as they were heard")
    for limit in tell_limits(glossary, language):
        say(f"note: {limit}")


@click.command()
@TRANSCRIPT
@OUT
@ENGINE
def chapters(transcript: Path, output: Path, engine: str) -> None:
    """Find chapters in a TRANSCRIPT.

    TRANSCRIPT is .json, .vtt, .srt or .txt. What is written are JSON chapters 1.2, or by the ending of the output a
    list (.txt), .psc, .labels.txt, .chapters.txt, .ffmeta or .csv. `showrunner chapters TRANSCRIPT -o OUTPUT` is short
    for this.
    """
    from pipeline.formats.chapters import kind_by_name, write_chapters

    said, editors = _read_sentences(transcript), _choose_editors(engine)
    with _workspace("chapters") as work:
        made = _chapter(work, said, editors)[1]
    store.write_text_atomic(output, write_chapters(made.chapters, kind_by_name(output.name) or "json"))
    say(f"{output}: {len(made.chapters)} chapters")


@click.command()
@TRANSCRIPT
@OUT
@click.option("--glossary", "glossaries", multiple=True, type=click.Path(path_type=Path),
              help="Names whose links the notes carry; may be given several times.")  # fmt: skip
@ENGINE
def notes(transcript: Path, output: Path, glossaries: tuple[Path, ...], engine: str) -> None:
    """Write show notes from TRANSCRIPT: Markdown, or .html, .txt or .json by the ending of the output."""
    from pipeline.names import load_glossary
    from pipeline.site import gather_parts, render_notes
    from pipeline.stages import notes as stage

    said, editors = _read_sentences(transcript), _choose_editors(engine)
    glossary = load_glossary(glossaries) if glossaries else Glossary()
    with _workspace("notes") as work:
        topics, made = _chapter(work, said, editors)
        found = stage.run(work, said, topics, made, glossary, NotesConfig(), editors[0], prompts=editors[1])
    if output.suffix.lower() == ".json":
        store.write_atomic(output, store.to_json(found))
    else:
        project = Project.find()
        parts = gather_parts(found, made, None)
        written = render_notes(parts, project.templates(), show=project.show(), episode=None)
        kind = output.suffix.lower() if output.suffix.lower() in (".html", ".txt") else ".md"
        store.write_text_atomic(output, written[f"notes{kind}"])
    say(f"{output}: {len(found.summary)} sentences, {len(found.quotes)} quotes")


@contextmanager
def _workspace(stage: str) -> Iterator[Workspace]:
    """A workspace for one command, gone afterwards, whose progress is shown."""
    with tempfile.TemporaryDirectory(prefix="showrunner-") as folder, Reporter() as reporter:
        reporter(Started(stage, ("asked for",)))
        yield Workspace(
            Path(folder),
            progress=lambda done, total: reporter(Advanced(stage, done, total)),
            notice=lambda text: reporter(Noticed(stage, text)),
        )
        reporter(Finished(stage, reporter.seconds))


def _recording(audio: Path) -> SourceFile:
    if not audio.is_file():
        raise InputError(f"{audio}: there is no such file", fix="check the path of the recording")
    return SourceFile(path=str(audio.resolve()), sha256=store.digest_file(audio), size=audio.stat().st_size)


def _prepare(work: Workspace, recording: SourceFile) -> PreparedAudio:
    from pipeline.stages import prepare

    return prepare.run(work, recording)


def _read(path: Path) -> str:
    from pipeline.formats import decode_text

    return decode_text(_read_bytes(path), path.name)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", fix="check the path of the transcript") from error


def _read_sentences(path: Path) -> Transcript:
    """A transcript that somebody brings, cut into sentences as our own are."""
    from pipeline.formats import read_transcript
    from pipeline.sentences import resegment

    return resegment(read_transcript(_read(path), path.name))


def _write_transcript(output: Path, transcript: Transcript) -> None:
    from pipeline.formats import write_transcript

    kind = output.suffix.lower().removeprefix(".")
    if kind in ("vtt", "srt", "txt", "html"):
        store.write_text_atomic(output, write_transcript(transcript, kind))
    else:
        store.write_atomic(output, store.to_json(transcript))
    say(f"{output}: {sum(1 for _ in transcript.words())} words, language {transcript.language}, {transcript.model}")


def _choose_editors(engine: str) -> tuple[EditorialConfig, Prompts | None]:
    """Who writes: the extractive engine, or the language model that the project around here knows."""
    if engine == "extractive":
        return EditorialConfig(), None
    project = Project.find()
    settings = project.pipeline()
    if not settings.editorial.llm.model:
        raise ConfigError(
            "--engine llm: configs/pipeline.yaml names no editorial.llm.model",
            fix="name the endpoint and the model there; docs/notes.md shows how",
        )
    editorial = settings.editorial.model_copy(update={"engine": "llm"})
    return editorial, project.prompts(settings.chapters.max_title)


def _chapter(
    work: Workspace, said: Transcript, editors: tuple[EditorialConfig, Prompts | None]
) -> tuple[Topics, Chapters]:
    from pipeline.stages import chapters as stage
    from pipeline.stages import topics as topic_stage

    topics = topic_stage.run(work, said, TopicsConfig())
    return topics, stage.run(work, said, topics, ChaptersConfig(), None, editors[0], prompts=editors[1])
