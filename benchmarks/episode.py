"""The main job: the demo stage by stage, a run with nothing to do, a glossary edit on an hour, three hours in."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, SHOWRUNNER, Row, best, run, show


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as name:
        project = _copy_project(Path(name))
        rows = [*_demo(project), *_hour(project), *_long(Path(name))]
    show("Episode (CPU, packaged models)", rows)


def _copy_project(folder: Path) -> Path:
    """A project of its own, so that a benchmark touches nobody's episodes."""
    project = folder / "project"
    shutil.copytree(ROOT / "configs", project / "configs")
    shutil.copytree(ROOT / "episodes/demo", project / "episodes/demo", ignore=shutil.ignore_patterns("build"))
    return project


def _demo(project: Path) -> list[Row]:
    env = {"SHOWRUNNER_ROOT": str(project)}
    audio = str(project / "episodes/demo/recording.mp3")
    whole = run([SHOWRUNNER, "episode", audio], env=env)
    build = project / "episodes/demo/build"
    duration = json.loads((build / "audio.json").read_text())["duration"]
    stages = json.loads((build / "manifest.json").read_text())["stages"]
    work = f"{duration:.0f} s of audio"
    rows = [
        Row(f"demo: {name}", work, entry["seconds"], f"{entry['seconds'] / duration:.3f} x real time")
        for name, entry in stages.items()
    ]
    ratio = f"{whole.seconds / duration:.3f} x real time"
    rows.append(Row("demo: all, with start-up", work, whole.seconds, ratio, whole.peak_mb))
    again = best([SHOWRUNNER, "episode", audio], 3, env=env)
    rows.append(Row("nothing changed", work, again.seconds, "", again.peak_mb))
    return rows


def _hour(project: Path) -> list[Row]:
    """The demo's speech said again until an hour is full; then a name is added to the glossary."""
    run([str(ROOT / ".venv/bin/python"), "-m", "benchmarks.hour", str(project)])
    glossary = project / "configs/glossary.yaml"
    glossary.write_text(glossary.read_text() + "  - term: Zanzibar Quimby\n    aliases: [pencil]\n")
    env = {"SHOWRUNNER_ROOT": str(project)}
    cost = run([SHOWRUNNER, "run", "hour", "--until", "package"], env=env)
    stages = json.loads((project / "episodes/hour/build/manifest.json").read_text())["stages"]
    words = sum(
        len(s["words"]) for s in json.loads((project / "episodes/hour/build/transcript.json").read_text())["segments"]
    )
    work = f"1 h, {words} words"
    names = ("correct", "chapters", "notes", "package")
    rows = [Row(f"glossary edit: {name}", work, stages[name]["seconds"]) for name in names]
    return [*rows, Row("glossary edit: all, with start-up", work, cost.seconds, "", cost.peak_mb)]


def _long(folder: Path) -> list[Row]:
    """Three hours of noise through prepare."""
    audio = folder / "long.mp3"
    noise = "anoisesrc=d=10800:c=pink:a=0.1:r=44100"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", noise, "-b:a", "64k", str(audio)], check=True)
    plain = run(
        ["ffmpeg", "-v", "error", "-i", str(audio), "-ac", "1", "-ar", "16000", "-f", "f32le", "-y", "/dev/null"]
    )
    code = (
        "import sys; from pathlib import Path; from pipeline.models import SourceFile; "
        "from pipeline.stages import prepare; from pipeline.store import Workspace, digest_file; "
        "path = Path(sys.argv[1]); "
        "source = SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size); "
        "prepare.run(Workspace(Path(sys.argv[2])), source)"
    )
    cost = run([str(ROOT / ".venv/bin/python"), "-c", code, str(audio), str(folder / "long")])
    return [Row("prepare", "3 h", cost.seconds, f"{cost.seconds / plain.seconds:.2f} x plain ffmpeg", cost.peak_mb)]
