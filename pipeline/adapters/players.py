"""Programs that play a piece of a recording: ffplay, mpv, or afplay (macOS), whichever is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import StageError
from pipeline.models import Seconds

_PLAYERS = ("ffplay", "mpv", "afplay")


def play(path: Path, start: Seconds, length: Seconds) -> None:
    """Play `length` seconds of a recording from `start` on, and wait until they are over.

    Raises StageError where there is no player, or it cannot play.
    """
    player = next((name for name in _PLAYERS if shutil.which(name)), None)
    if player is None:
        raise StageError(
            f"no audio player is installed ({', '.join(_PLAYERS)})", fix="install ffmpeg, which brings ffplay, or mpv"
        )
    with tempfile.TemporaryDirectory(prefix="showrunner-") as folder:
        if player == "afplay":  # cannot begin in the middle of a file
            clip = Path(folder) / "clip.wav"
            _run(["ffmpeg", "-v", "error", "-ss", f"{start}", "-t", f"{length}", "-i", str(path), str(clip)], length)
            path = clip
        _run(_command(player, path, start, length), length)


def _command(player: str, path: Path, start: Seconds, length: Seconds) -> list[str]:
    if player == "ffplay":
        window = ["-ss", f"{start}", "-t", f"{length}"]
        return ["ffplay", "-nodisp", "-autoexit", "-v", "error", *window, "-i", str(path)]
    if player == "mpv":
        return ["mpv", "--no-video", "--really-quiet", f"--start={start}", f"--length={length}", "--", str(path)]
    return ["afplay", str(path)]


def _run(command: list[str], length: Seconds) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=length + 20)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StageError(f"{command[0]} does not play: {error}", fix="check the sound of this machine") from error
    problem = done.stderr.strip()
    if done.returncode or problem:
        reason = problem.splitlines()[-1] if problem else f"it ended with {done.returncode}"
        raise StageError(f"{command[0]} does not play: {reason}", fix="check the sound of this machine")
