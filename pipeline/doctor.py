"""What this machine has and lacks for the pipeline: each finding with a fix."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.errors import ConfigError, PipelineError
from pipeline.project import Project


class Check(BaseModel):
    """One thing looked at: `missing` stops the pipeline, `absent` is optional, `fix` says what to do."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["ok", "absent", "missing"]
    detail: str
    fix: str | None = None


def examine(project: Project) -> list[Check]:
    """Look at everything a run needs; nothing is changed but a probe object in the bucket."""
    return [*_tools(), *_compute(), *_models(), *_settings(project), *_language_model(project), *_publishing(project)]


def _tools() -> Iterator[Check]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Check(name="python", state="ok", detail=version)
    from pipeline.adapters import ffmpeg

    try:
        ffmpeg.check_ffmpeg()
        yield Check(name="ffmpeg", state="ok", detail=ffmpeg.version())
    except PipelineError as error:
        yield Check(name="ffmpeg", state="missing", detail=error.what, fix=error.fix)
    for package in ("faster-whisper", "pyannote.audio", "torch", "feedgen", "boto3"):
        try:
            yield Check(name=package, state="ok", detail=importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name=package, state="missing", detail="not installed", fix="make setup")


def _compute() -> Iterator[Check]:
    from pipeline import hardware

    found = hardware.describe()
    yield Check(name="cpu", state="ok", detail=f"{found.cores} cores")
    if not found.gpus:
        yield Check(name="gpu", state="absent", detail="no CUDA GPU; the CPU models are used, which is fine")
        return
    names = ", ".join(f"{gpu.name} (driver for CUDA {'.'.join(map(str, gpu.driver))})" for gpu in found.gpus)
    yield Check(name="gpu", state="ok", detail=names)
    problem = hardware.cuda_problem()
    yield _device("cublas", "Whisper can use the GPU", "Whisper runs on the CPU", problem)
    problem = hardware.torch_problem(hardware.torch_build())
    yield _device("torch-cuda", "diarization can use the GPU", "diarization runs on the CPU", problem)


def _device(name: str, good: str, bad: str, problem: tuple[str, str] | None) -> Check:
    if problem is None:
        return Check(name=name, state="ok", detail=good)
    return Check(name=name, state="absent", detail=f"{bad}: {problem[0]}", fix=problem[1])


def _models() -> Iterator[Check]:
    from pipeline import weights

    for item in weights.inventory():
        yield Check(name=item.name, state="ok" if item.ok else "missing", detail=item.detail, fix=item.fix)


def _settings(project: Project) -> Iterator[Check]:
    for name, read in (
        ("configs/show.yaml", project.show),
        ("configs/glossary.yaml", project.glossary),
        ("configs/pipeline.yaml", project.pipeline),
        ("configs/publish.yaml", project.publish_file),
        ("configs/subscribers.yaml", project.subscribers),
    ):
        try:
            read()
            yield Check(name=name, state="ok", detail="valid")
        except PipelineError as error:
            yield Check(name=name, state="missing", detail=error.what.splitlines()[0], fix=error.fix)


def _language_model(project: Project) -> Iterator[Check]:
    try:
        settings = project.pipeline()
    except PipelineError:
        return
    if settings.editorial.engine == "extractive":
        return
    from pipeline.adapters import llm

    try:
        project.prompts(settings.chapters.max_title)
        yield Check(name="language model", state="ok", detail=llm.check(settings.editorial.llm))
    except ConfigError as error:
        yield Check(name="language model", state="missing", detail=error.what, fix=error.fix)
    except PipelineError as error:
        detail = f"{error.what}; titles and notes will be extractive"
        yield Check(name="language model", state="absent", detail=detail, fix=error.fix)


def _publishing(project: Project) -> Iterator[Check]:
    try:
        settings, show = project.publish_file(), project.show()
    except PipelineError:
        return
    if show.private:
        try:
            project.publishing()
            yield Check(name="private key", state="ok", detail="set, and long enough")
        except PipelineError as error:
            yield Check(name="private key", state="missing", detail=error.what, fix=error.fix)
    if settings.s3 is None:
        fix = "name a bucket under `s3:` in configs/publish.yaml to publish for the world (docs/publishing.md)"
        yield Check(name="s3", state="absent", detail=f"not configured; publishes to {settings.folder.path}/", fix=fix)
        return
    from pipeline.adapters import s3_check

    try:
        yield Check(name="s3", state="ok", detail=s3_check.check(settings.s3))
    except PipelineError as error:
        yield Check(name="s3", state="missing", detail=error.what, fix=error.fix)
