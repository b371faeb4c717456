"""The recording, decoded once to what speech models want: 16 kHz mono float32."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pipeline.adapters import audio
from pipeline.adapters.audio import AudioInfo, Decoded, Mix
from pipeline.errors import InputError
from pipeline.models import PreparedAudio, SourceFile
from pipeline.store import Workspace


def run(work: Workspace, source: SourceFile) -> PreparedAudio:
    """Decode the source and describe it.

    Raises InputError when it is missing, empty, without audio, still growing, or truncated or damaged (with the
    second): half an episode is never taken for a whole one. StageError when ffmpeg is missing or the disk is full.
    """
    audio.check_ffmpeg()
    path = Path(source.path)
    audio.check_file(path)
    before = path.stat()
    info = _probe(path, before)
    with work.scratch("audio.f32") as pcm:
        decoded, mix = _decode(path, info, pcm, lambda seconds: work.progress(seconds, info.duration or seconds))
        if mix != "both":
            work.notice(f"{path.name}: only its {mix} channel is taken: the other is silent or cancels it")
        _refuse_growing(path, before, source.size)
        audio.check_whole(path, info, decoded)
        blob = work.keep(pcm, "audio.f32")
    return PreparedAudio(
        pcm=blob,
        sample_rate=audio.RATE,
        duration=decoded.seconds,
        channels=info.channels,
        source_rate=info.sample_rate,
        codec=info.codec,
        tags=info.tags,
        mix=mix,
        stereo=decoded.levels is not None and decoded.levels.differ,
    )


def _probe(path: Path, before: os.stat_result) -> AudioInfo:
    try:
        info = audio.probe(path)
        audio.require_audio(path, info)
    except InputError:
        _refuse_growing(path, before, before.st_size)
        raise
    return info


def _decode(path: Path, info: AudioInfo, pcm: Path, progress: Callable[[float], None]) -> tuple[Decoded, Mix]:
    """Decode with both channels mixed; once more where one is dead or they cancel each other."""
    decoded = audio.decode(path, info, pcm, "both", progress)
    mix: Mix = decoded.levels.mix if decoded.levels else "both"
    if mix != "both":
        decoded = audio.decode(path, info, pcm, mix, progress)
    return decoded, mix


def _refuse_growing(path: Path, before: os.stat_result, size: int) -> None:
    now = path.stat()
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or now.st_size != size:
        raise InputError(
            f"{path}: is still being written ({size} bytes when it was opened, {now.st_size} now)",
            fix="wait until the recording or copy is complete, then run again",
        )
