"""A long recording mastered and encoded, beside ffmpeg-normalize and ffmpeg's own two-pass loudnorm on the same file.

What comes out is measured by ffmpeg's ebur128 alike. ffmpeg-normalize is left out where it is not installed
(`requirements/bench.in`). Usage: python -m benchmarks.mastering [RECORDING.wav] [PRESET]
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measure import ROOT
from pipeline.adapters import audio as recordings
from pipeline.config import MasterConfig
from pipeline.models import Blob, Levels, PreparedAudio, Programme, SourceFile, SourceFiles, Span, TimeMap
from pipeline.stages import master
from pipeline.store import Workspace

_FIGURE = re.compile(r"^\s+(I|Peak):\s+(\S+) ", re.MULTILINE)
_SOUND = ["-c:a", "libmp3lame", "-b:a", "128k", "-ar", "44100"]


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds of a command with all that it started, and their largest memory at one time in MB.

    `resident` counts what they share once for each, `proportional` once.
    """

    wall: float
    cpu: float
    resident: float
    proportional: float


def main(recording: Path | None, preset: str) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as name:
        folder = Path(name)
        source = recording or _make_hour(folder / "hour.wav")
        seconds = recordings.probe(source).duration or 0.0
        print(f"{source.name}: {seconds:.0f} s, load {os.getloadavg()[0]:.1f}, {psutil.cpu_count()} cores")
        print(f"{'':18} {'wall s':>7} {'CPU s':>7} {'x real':>7} {'RSS MB':>7} {'PSS MB':>7} {'LUFS':>6} {'dBTP':>6}")
        for what, command, made in _commands(source, preset, folder):
            cost = _run(command)
            figures = " ".join(f"{figure:>6}" for figure in _measure(made))
            ratio = seconds / cost.wall
            memory = f"{cost.resident:7.0f} {cost.proportional:7.0f}"
            print(f"{what:18} {cost.wall:7.1f} {cost.cpu:7.1f} {ratio:7.0f} {memory} {figures}", flush=True)


def _commands(source: Path, preset: str, folder: Path) -> list[tuple[str, list[str], Path]]:
    itself = [sys.executable, "-m", "benchmarks.mastering", "--once", str(source), preset, str(folder)]
    normalizer = shutil.which("ffmpeg-normalize", path=f"{ROOT}/.venv/bench/bin:{os.environ['PATH']}")
    found = [("showrunner master", itself, folder / "mastered.mp3")]
    if normalizer:
        made = folder / "normalized.mp3"
        target = ["-t", "-16", "-tp", "-1", "-c:a", "libmp3lame", "-b:a", "128k", "-ar", "44100"]
        found.append(("ffmpeg-normalize", [normalizer, str(source), "-f", "-o", str(made), *target], made))
    made = folder / "plain.mp3"
    found.append(
        ("ffmpeg loudnorm x2", [sys.executable, "-m", "benchmarks.mastering", "--plain", str(source), str(made)], made)
    )
    return found


def _make_hour(path: Path) -> Path:
    """An hour of the demo's own recording, over and over."""
    demo = ROOT / "episodes/demo/recording.mp3"
    loop = [
        "ffmpeg",
        "-v",
        "error",
        "-stream_loop",
        "-1",
        "-i",
        str(demo),
        "-t",
        "3600",
        "-ar",
        "44100",
        "-ac",
        "2",
        str(path),
    ]
    subprocess.run(loop, check=True)
    return path


def _run(command: Sequence[str]) -> Cost:
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks, ended = [0.0, 0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, usage.ru_utime + usage.ru_stime, *peaks)


def _watch(pid: int, peaks: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.25):
        resident = proportional = 0
        try:
            root = psutil.Process(pid)
            for one in [root, *root.children(recursive=True)]:
                used = one.memory_full_info()
                resident, proportional = resident + used.rss, proportional + used.pss
        except psutil.Error:
            continue
        peaks[:] = max(peaks[0], resident / 1e6), max(peaks[1], proportional / 1e6)


def _measure(path: Path) -> list[str]:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    log = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    figures = dict(_FIGURE.findall(log[log.rindex("Summary:") :]))
    return [figures["I"], figures["Peak"]]


def _once(source: Path, preset: str, folder: Path) -> None:
    """Run the stage on a stereo recording of which nothing is cut."""
    seconds = recordings.probe(source).duration or 0.0
    audio = PreparedAudio(
        pcm=Blob(name="audio.f32", sha256="", size=0),
        sample_rate=16_000,
        duration=seconds,
        channels=2,
        source_rate=44_100,
        codec="",
        stereo=True,
    )
    whole = TimeMap(spans=(Span(start=0.0, end=seconds, heard_at=0.0),))
    programme = Programme(duration=seconds, times=whole, stereo=True)
    given = SourceFile(path=str(source), sha256="", size=source.stat().st_size)
    settings = MasterConfig.model_validate({"preset": preset})
    master.run(Workspace(folder), given, audio, SourceFiles(), Levels(), programme, settings)


def _plain(source: Path, made: Path) -> None:
    """Loudnorm as its author means it to be used: measured first, then linear where the peaks allow it."""
    loudnorm = "loudnorm=I=-16:TP=-1:LRA=20"
    first = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(source), "-af", f"{loudnorm}:print_format=json"]
    log = subprocess.run([*first, "-f", "null", "-"], check=True, capture_output=True, text=True).stderr
    found = json.loads(log[log.rindex("{") : log.rindex("}") + 1])
    known = {"measured_I": "input_i", "measured_TP": "input_tp", "measured_LRA": "input_lra"}
    known |= {"measured_thresh": "input_thresh", "offset": "target_offset"}
    options = ":".join(f"{option}={found[key]}" for option, key in known.items())
    chain = ["-af", f"{loudnorm}:{options}:linear=true"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(source), *chain, *_SOUND, str(made)], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--once", source, preset, folder]:
            _once(Path(source), preset, Path(folder))
        case ["--plain", source, made]:
            _plain(Path(source), Path(made))
        case [*given]:
            main(Path(given[0]) if given else None, given[1] if len(given) > 1 else "clean")
