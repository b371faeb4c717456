"""Pieces of the demo recording as the prepare stage would leave them, and what is really said in them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from pipeline.adapters.speech import Stretch
from pipeline.models import PreparedAudio
from pipeline.store import Workspace

RATE = 16_000
DEMO = Path(__file__).resolve().parent.parent / "episodes" / "demo"


def demo(start: float, end: float) -> npt.NDArray[np.float32]:
    """Seconds [start, end) of the demo recording, 16 kHz mono."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(DEMO / "recording.mp3"), "-f", "f32le", "-ac", "1"]
    sound = subprocess.run([*command, "-ar", str(RATE), "-"], check=True, capture_output=True).stdout
    return np.frombuffer(sound, "<f4")[int(start * RATE) : int(end * RATE)]


@st.composite
def some_speech(draw: st.DrawFn) -> list[Stretch]:
    """Ascending stretches that do not touch, as a VAD gives them."""
    now, made = 0.0, []
    for gap, length in draw(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 70)), max_size=20)):
        made.append(Stretch(now + gap, now + gap + length))
        now = made[-1].end
    return made


def lines() -> list[dict[str, Any]]:
    """What is said in the demo: speaker, start, end, text."""
    truth: dict[str, Any] = json.loads((DEMO / "truth.json").read_text())
    return list(truth["lines"])


def prepared(work: Workspace, samples: npt.NDArray[np.float32]) -> PreparedAudio:
    """The samples as an artifact of the prepare stage."""
    blob = work.keep_bytes(samples.astype("<f4").tobytes(), "audio.f32")
    return PreparedAudio(
        pcm=blob, sample_rate=RATE, duration=len(samples) / RATE, channels=1, source_rate=RATE, codec="pcm_f32le"
    )
