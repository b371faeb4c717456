"""The stages in the order in which they run, and the artifacts that pass between them. There is no discovery."""

from __future__ import annotations

from pydantic import BaseModel

from pipeline import models
from pipeline.stages import (
    attribute,
    chapters,
    correct,
    diarize,
    master,
    notes,
    package,
    prepare,
    publish,
    topics,
    transcribe,
)
from pipeline.stages.base import Stage

#: Artifact name -> model. Each is stored as `build/<name>.json`; `source` and `cover` come from outside.
ARTIFACTS: dict[str, type[BaseModel]] = {
    "source": models.SourceFile,
    "cover": models.SourceFile,
    "audio": models.PreparedAudio,
    "heard": models.Transcript,
    "turns": models.Turns,
    "attributed": models.Transcript,
    "topics": models.Topics,
    "transcript": models.Transcript,
    "corrections": models.Corrections,
    "chapters": models.Chapters,
    "notes": models.ShowNotes,
    "mastered": models.MasteredAudio,
    "package": models.Package,
    "publication": models.Publication,
}

STAGES: tuple[Stage, ...] = (
    Stage("prepare", 1, ("source",), ("audio",), prepare.run),
    Stage(
        "transcribe",
        1,
        ("audio",),
        ("heard",),
        transcribe.run,
        {"settings": "pipeline.transcribe", "language": "episode.language"},
        ("faster-whisper", "ctranslate2"),
    ),
    Stage(
        "diarize",
        1,
        ("audio",),
        ("turns",),
        diarize.run,
        {"settings": "pipeline.diarize", "speakers": "episode.speaker_count"},
        ("pyannote.audio", "torch"),
    ),
    Stage(
        "attribute",
        1,
        ("heard", "turns"),
        ("attributed",),
        attribute.run,
        {
            "settings": "pipeline.attribute",
            "speakers": "episode.speakers",
            "names": "overrides.speakers",
        },
    ),
    Stage(
        "topics",
        1,
        ("attributed",),
        ("topics",),
        topics.run,
        {"settings": "pipeline.topics"},
        ("ctranslate2",),
    ),
    Stage(
        "correct",
        1,
        ("attributed",),
        ("transcript", "corrections"),
        correct.run,
        {
            "settings": "pipeline.correct",
            "glossary": "glossary",
            "reject": "overrides.reject",
            "rulings": "overrides.corrections",
            "guests": "episode.guests",
            "hosts": "show.hosts",
            "title": "episode.title",
            "show": "show.title",
            "slug": "slug",
        },
    ),
    Stage(
        "chapters",
        1,
        ("transcript", "topics"),
        ("chapters",),
        chapters.run,
        {"settings": "pipeline.chapters", "chosen": "overrides.chapters"},
    ),
    Stage(
        "notes",
        1,
        ("transcript", "topics", "chapters"),
        ("notes",),
        notes.run,
        {"settings": "pipeline.notes", "glossary": "glossary"},
    ),
    Stage("master", 1, ("source", "audio"), ("mastered",), master.run, {"settings": "pipeline.master"}),
    Stage(
        "package",
        1,
        ("mastered", "transcript", "chapters", "notes", "cover"),
        ("package",),
        package.run,
        {
            "settings": "pipeline.package",
            "show": "show",
            "episode": "episode",
            "slug": "slug",
            "base_url": "publish.base_url",
        },
        ("mutagen", "jinja2", "nh3"),
    ),
    Stage(
        "publish",
        1,
        ("package", "notes", "cover"),
        ("publication",),
        publish.run,
        {"settings": "publish", "show": "show", "episode": "episode", "slug": "slug"},
        ("feedgen", "boto3"),
    ),
)
