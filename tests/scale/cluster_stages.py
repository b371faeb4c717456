"""Short stages for a cluster, told by what the recording says; each writes down when it computes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from pipeline.errors import InputError
from pipeline.models import Chapter, Chapters, PreparedAudio, ShowNotes, SourceFile, Transcript
from pipeline.scale.engine import Needs, Plan, plan_legs
from pipeline.stages.base import Stage
from pipeline.store import Workspace

FOLDER = "SHOWRUNNER_TEST_FOLDER"
SHOW = """\
title: S
description: d
author: a
owner: {name: a, email: a@example.org}
link: https://example.org
categories: [Technology]
"""


def note(what: str) -> None:
    with (Path(os.environ[FOLDER]) / "computed").open("a") as log:
        log.write(what + "\n")


def _prepare(work: Workspace, source: SourceFile) -> PreparedAudio:
    slug = Path(source.path).read_text()
    note(f"{slug} prepare")
    return PreparedAudio(
        pcm=work.keep_bytes(slug.encode() * 50_000, "audio.f32"),
        sample_rate=16000, duration=1, channels=1, source_rate=16000, codec="pcm", tags={"slug": slug},
    )  # fmt: skip


def _transcribe(work: Workspace, audio: PreparedAudio) -> Transcript:
    slug = audio.tags["slug"]
    note(f"{slug} transcribe")
    if slug == "is-bad":
        raise InputError("nobody speaks", fix="check the recording")
    if slug == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if slug == "on-the-dying-machine":
        _wait_to_be_killed()
    size = work.path(audio.pcm).stat().st_size
    return Transcript(language="en", duration=size, model=slug, segments=())


def _wait_to_be_killed() -> None:
    """The first time, tell who we are and wait for ever; the second time go on."""
    folder = Path(os.environ[FOLDER])
    try:
        (folder / "here").touch(exist_ok=False)
    except FileExistsError:
        return
    (folder / "begun").write_text(str(os.getpid()))
    (folder / "never").read_text()


def _chapters(work: Workspace, heard: Transcript) -> Chapters:
    note(f"{heard.model} chapters")
    return Chapters(chapters=(Chapter(start=0, title=heard.model),))


def _put(work: Workspace, chapters: Chapters) -> ShowNotes:
    note(f"{chapters.chapters[0].title} put")
    return ShowNotes(summary=(), keywords=(chapters.chapters[0].title,))


STAGES = (
    Stage("prepare", 1, ("source",), ("audio",), _prepare),
    Stage("transcribe", 1, ("audio",), ("heard",), _transcribe),
    Stage("chapters", 1, ("heard",), ("chapters",), _chapters),
    Stage("put", 1, ("chapters",), ("notes",), _put, shared=False),
)


def make_plan() -> Plan:
    needs = {"fetch": Needs(0, home=True), "cpu": Needs(1), "publish": Needs(0, home=True)}
    legs = plan_legs([stage.name for stage in STAGES], lambda stage: "publish" if stage == "put" else "cpu")
    return Plan(legs, needs)  # type: ignore[arg-type]
