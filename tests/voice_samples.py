"""Voices that tests make: flite's for real models, and points on a circle where a fake stands for them."""

from __future__ import annotations

import subprocess
from itertools import cycle
from math import cos, pi, sin
from pathlib import Path

from pipeline.models import VoicePrint

LINES = (
    "The harbour was quiet that morning, and the boats lay still.",
    "I walked along the wall and counted the lamps that were still burning.",
    "A man with a red hat sat at the end of the pier and said nothing at all.",
    "People often ask me how long it takes to build a clock like this.",
    "You cut the wheels, you file the teeth, and then you listen.",
    "My grandfather threw away eleven of them before he kept one.",
)


def at(degrees: float, seconds: float = 20.0) -> VoicePrint:
    """A voice in a plane: those of 0 and 60 degrees have a cosine of 0.5."""
    return VoicePrint(vector=(cos(degrees * pi / 180), sin(degrees * pi / 180)), seconds=seconds)


def speak(flite: str, voice: str, text: str, target: Path) -> Path:
    """A WAV of one of flite's voices."""
    subprocess.run([flite, "-voice", voice, "-t", text, "-o", str(target)], check=True)
    return target


def talk(flite: str, voices: tuple[str, ...], lines: tuple[str, ...], target: Path) -> Path:
    """A WAV in which flite's voices say the lines in turns."""
    parts = [
        speak(flite, voice, line, target.with_name(f"{target.stem}-{number}.wav"))
        for number, (voice, line) in enumerate(zip(cycle(voices), lines, strict=False))
    ]
    inputs = [argument for part in parts for argument in ("-i", str(part))]
    graph = f"concat=n={len(parts)}:v=0:a=1"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-filter_complex", graph, "-ar", "16000", target]
    subprocess.run(command, check=True)
    return target
