"""An episode's tags with everything in them, and what ffmpeg and ffprobe make of a tagged file."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.adapters.tags import EpisodeTags
from pipeline.models import Chapter, Loudness

ROOT = Path(__file__).resolve().parents[1]
COVER = (ROOT / "configs/cover.jpg").read_bytes()
CHAPTERS = (
    Chapter(start=0, title="Ebbe & Flut"),
    Chapter(start=1.25, title="Ad", toc=False, end=1.5),
    Chapter(start=2.0004, title="The = Moon;", url="https://example.org/moon", img="https://example.org/moon.jpg"),
)
ABOUT = EpisodeTags(
    title="Zoë’s tides – 潮汐",
    artist="Mara Quill",
    album="Tide & Time",
    season=2,
    number=7,
    date="2026-05-01",
    description="Two people\nand the sea.",
    language="de-AT",
    url="https://example.org/7",
    copyright="2026 Mara Quill",
    explicit=True,
    feed_url="https://example.org/feed.xml",
    guid="0b5a-7",
    category="Science > Nature",
    keywords=("sea", "moon"),
    cover=COVER,
    lyrics="Mara: Zoë’s tides.\n\nOdo: Yes.",
    lines=((0.5, "Mara: Zoë’s tides."), (1.75, "Odo: Yes.")),
    loudness=Loudness(integrated=-16.02, range=4.0, true_peak=-1.0),
    chapters=CHAPTERS,
    duration=4.0,
)
ONLY_A_TITLE = EpisodeTags(title="Tides")
#: What may change without the sound.
REWORDED = replace(ABOUT, title="Tides", lyrics="Odo: No.", lines=(), chapters=CHAPTERS[:1], cover=None)


def packets_of(path: Path) -> str:
    """The digest of the packets of sound."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(path), "-map", "0:a", "-c", "copy", "-f", "streamhash", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ffprobe(path: Path) -> Any:
    """What ffprobe sees, chapters included."""
    command = ["ffprobe", "-loglevel", "error", "-show_chapters", "-show_streams", "-show_format", "-of", "json", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def chapters_of(path: Path) -> list[tuple[float, float, str]]:
    """Start, end and title of each chapter that ffprobe sees."""
    found = ffprobe(path)["chapters"]
    return [(float(one["start_time"]), float(one["end_time"]), one["tags"]["title"]) for one in found]
