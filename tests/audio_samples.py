"""Small recordings that tests make with ffmpeg: tones, noise and damage, the same bytes every time."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pipeline.config import MasterConfig
from pipeline.models import Levels, MasteredAudio, PreparedAudio, Programme, SourceFile, SourceFiles, Span, TimeMap
from pipeline.stages import master
from pipeline.store import Workspace, digest_file

#: Two different tones, left and right.
STEREO = "aevalsrc=0.06*sin(440*2*PI*t)|0.06*sin(660*2*PI*t):c=stereo:s=44100:d={s}"


def make(path: Path, graph: str, *options: str) -> Path:
    """A file from a lavfi graph."""
    return ffmpeg("-f", "lavfi", "-i", graph, *options, target=path)


def ffmpeg(*arguments: str, target: Path) -> Path:
    """What ffmpeg writes to `target`."""
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *arguments, "-bitexact", f"file:{target}"]
    subprocess.run(command, check=True)
    return target


def stereo(path: Path, seconds: float = 4, *options: str) -> Path:
    """A recording with a tone of its own in each channel."""
    return make(path, STEREO.format(s=seconds), *options)


def cut(path: Path, target: Path, share: float = 0.55) -> Path:
    """The first part of a file, as when a copy was broken off."""
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def scramble(path: Path, target: Path, share: float = 0.55, length: int = 300) -> Path:
    """A file with some bytes in its middle overwritten."""
    data = bytearray(path.read_bytes())
    at = int(len(data) * share)
    data[at : at + length] = bytes((index * 151 + 7) % 256 for index in range(length))
    target.write_bytes(data)
    return target


def source(path: Path) -> SourceFile:
    """A file as the runner hands it to a stage."""
    return SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size)


def master_whole(
    work: Workspace, given: SourceFile, audio: PreparedAudio, settings: MasterConfig | None = None
) -> MasteredAudio:
    """Master a recording of which nothing is cut and to which nothing is added."""
    programme = Programme(
        duration=audio.duration,
        times=TimeMap(spans=(Span(start=0.0, end=audio.duration, heard_at=0.0),)),
        stereo=audio.stereo,
    )
    return master.run(work, given, audio, SourceFiles(), Levels(), programme, settings or MasterConfig())
