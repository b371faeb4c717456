"""The sound files of intro, outro, bumpers and ads: what is in them."""

from __future__ import annotations

from pathlib import Path

from pipeline.adapters import audio, pcm, speech
from pipeline.config import Insert
from pipeline.errors import ConfigError, InputError
from pipeline.models import SoundFile, SoundFiles, SourceFile, SourceFiles
from pipeline.store import Workspace


def run(work: Workspace, elements: SourceFiles, inserts: tuple[Insert, ...]) -> SoundFiles:
    """How long each file is, where it is not silent, whether it is stereo, and where somebody speaks in it.

    Raises InputError for a file that is missing, damaged or no sound, ConfigError for one in which there is nothing
    to hear; both name the key that it stands at.
    """
    keys = {insert.file: insert.key for insert in reversed(inserts)}
    return SoundFiles(files=tuple(_hear(work, file, keys[at]) for at, file in enumerate(elements.files)))


def _hear(work: Workspace, file: SourceFile, key: str) -> SoundFile:
    try:
        return _measure(work, Path(file.path), key)
    except InputError as error:
        raise InputError(f"{key}: {error.what}", fix=error.fix) from error


def _measure(work: Workspace, path: Path, key: str) -> SoundFile:
    info = audio.probe(path)
    audio.require_audio(path, info)
    with work.scratch("sound.f32") as heard:
        decoded = audio.decode(path, info, heard, "both", lambda seconds: None)
        audio.check_whole(path, info, decoded)
        if decoded.levels and decoded.levels.mix != "both":
            decoded = audio.decode(path, info, heard, decoded.levels.mix, lambda seconds: None)
        samples = pcm.StoredSamples(heard)[:]
    bounds = pcm.trim_silence(samples)
    if bounds is None:
        raise ConfigError(f"{key}: {path}: there is nothing to hear in it", fix="export it again, or take it out")
    begin, end = (round(edge / audio.RATE, 3) for edge in bounds)
    found = speech.find_speech(samples)
    return SoundFile(
        duration=round(decoded.seconds, 6),
        begin=begin,
        end=min(end, round(decoded.seconds, 6)),
        stereo=decoded.levels is not None and decoded.levels.differ,
        speech=(round(found[0].start, 3), round(found[-1].end, 3)) if found else None,
    )
