"""Makes an episode of an hour out of the demo's own artifacts, so that text stages can be measured without the wait.

What was heard and who spoke is repeated with later times; the sound is the demo's encode, repeated. Every stage after
that is the real one. Usage: python -m benchmarks.hour PROJECT
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import runner, store
from pipeline.models import MasteredAudio, PreparedAudio, Segment, Span, TimeMap, Transcript, Turn, Turns
from pipeline.project import Project
from pipeline.stages import STAGES
from pipeline.store import Workspace

HOUR = 3600.0


def main(root: Path) -> None:
    """Build episodes/hour/ up to its package."""
    project = Project(root)
    demo = project.folder("demo")
    text = (demo / "episode.yaml").read_text().replace("episodes/demo/", "episodes/demo/../demo/")
    store.write_text_atomic(project.episodes / "hour/episode.yaml", text)
    faked = _artifacts(demo / "build")
    stages = [replace(stage, run=_giving(faked[stage.name])) if stage.name in faked else stage for stage in STAGES]
    runner.run(project.job("hour"), stages=stages, until="package")


def _artifacts(build: Path) -> dict[str, Any]:
    audio = runner.read_artifact(build, "audio", PreparedAudio)
    heard = runner.read_artifact(build, "heard", Transcript)
    turns = runner.read_artifact(build, "turns", Turns)
    mastered = runner.read_artifact(build, "mastered", MasteredAudio)
    rounds = int(HOUR // heard.duration) + 1
    length = rounds * heard.duration

    def prepare(work: Workspace) -> PreparedAudio:
        return audio.model_copy(update={"pcm": work.keep_bytes(b"", "audio.f32"), "duration": length})

    def transcribe(work: Workspace) -> Transcript:
        segments = [_later(s, n * heard.duration) for n in range(rounds) for s in heard.segments]
        numbered = tuple(s.model_copy(update={"id": n}) for n, s in enumerate(segments))
        return heard.model_copy(update={"duration": length, "segments": numbered})

    def diarize(work: Workspace) -> Turns:
        return Turns(tuple(_later(t, n * heard.duration) for n in range(rounds) for t in turns.root))

    def master(work: Workspace) -> MasteredAudio:
        with work.scratch("mastered.mp3") as path:
            sound = build / mastered.audio.name
            loop = ["-stream_loop", str(rounds - 1), "-i", str(sound), "-t", str(length), "-c", "copy"]
            subprocess.run(["ffmpeg", "-v", "error", *loop, str(path)], check=True)
            times = TimeMap(spans=(Span(start=0, end=length, heard_at=0),))
            blob = work.keep(path, "mastered.mp3")
        return mastered.model_copy(update={"audio": blob, "duration": length, "times": times})

    return {"prepare": prepare, "transcribe": transcribe, "diarize": diarize, "master": master}


def _giving(make: Any) -> Any:
    return lambda work, **inputs: make(work)


def _later(item: Segment | Turn, by: float) -> Any:
    changes: dict[str, Any] = {"start": item.start + by, "end": item.end + by}
    if isinstance(item, Segment):
        words = [w.model_copy(update={"start": w.start + by, "end": w.end + by}) for w in item.words]
        changes["words"] = tuple(words)
    return item.model_copy(update=changes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
