"""Loudness measured by EBU R 128 and sound encoded as MP3, each in one streaming pass of ffmpeg."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.adapters import ffmpeg
from pipeline.errors import StageError
from pipeline.models import Loudness

_FIGURE = re.compile(r"^\s+(I|LRA|Peak):\s+(\S+) (?:LUFS|LU|dBFS)$")
_GATE = -70.0  # LUFS: the absolute gate of ITU-R BS.1770; what never passes it has no loudness


@dataclass(frozen=True, slots=True)
class Measured:
    """A sound's loudness and its length in seconds."""

    loudness: Loudness
    seconds: float


@dataclass(frozen=True, slots=True)
class Mp3:
    """How an MP3 is made: `gain` in dB before a limiter at `limit` dBFS, `rate` in Hz, `bitrate` in kbit/s (CBR)."""

    gain: float
    limit: float
    rate: int
    channels: int
    bitrate: int


def measure(path: Path, filters: Sequence[str], progress: Callable[[float], None]) -> Measured:
    """Integrated loudness, loudness range and true peak (4x oversampled) after `filters`, to one decimal.

    Source: EBU R 128 and Tech 3341/3342, as ffmpeg's ebur128 implements them. Raises StageError when the file does
    not decode.
    """
    chain = [*filters, "ebur128=peak=true:framelog=verbose"]
    arguments = [*ffmpeg.input_options(path), "-map", "0:a:0", "-af", ",".join(chain), "-f", "null", "-"]
    report = ffmpeg.run(arguments, progress)
    figures = {match[1]: float(match[2]) for line in report.log if (match := _FIGURE.match(line))}
    if report.status != 0 or "I" not in figures:
        raise _failed(path, "its loudness could not be measured", report)
    silent = figures["I"] <= _GATE
    peak = figures.get("Peak", -math.inf)
    return Measured(
        Loudness(
            integrated=None if silent else figures["I"],
            range=None if silent else figures.get("LRA"),
            true_peak=peak if math.isfinite(peak) else None,
        ),
        report.seconds,
    )


def encode_mp3(path: Path, filters: Sequence[str], mp3: Mp3, target: Path, progress: Callable[[float], None]) -> None:
    """Write `path` to `target` as constant-bit-rate MP3 without tags, with the Xing header that tells its length.

    The gain is constant; a lookahead limiter takes down only what would pass `limit`, so that nothing pumps. LAME
    lowers the level for most bit rates; that is made up for before it. Raises StageError when it cannot be done.
    """
    limit = 10 ** (min(mp3.limit, 0.0) / 20)
    chain = [
        *filters,
        f"aresample={mp3.rate}:async=1",
        f"volume={mp3.gain + _lame_loss(mp3.bitrate):.4f}dB:precision=float",
        f"alimiter=limit={limit:.6f}:level=0:attack=5:release=50:latency=1",
    ]
    encoder = ["-c:a", "libmp3lame", "-b:a", f"{mp3.bitrate}k", "-ac", str(mp3.channels), "-bitexact"]
    plain = ["-map_metadata", "-1", "-map_chapters", "-1", "-id3v2_version", "0", "-write_id3v1", "0"]
    arguments = [*ffmpeg.input_options(path), "-map", "0:a:0", "-af", ",".join(chain), *encoder, *plain]
    report = ffmpeg.run([*arguments, "-write_xing", "1", "-f", "mp3", str(target)], progress)
    if report.status != 0:
        raise _failed(path, "it could not be encoded as MP3", report)


def _lame_loss(bitrate: int) -> float:
    """How many dB LAME takes off: its presets scale the input by 0.95 up to 160 kbit/s, less above (measured)."""
    return {192: 0.265, 224: 0.176, 256: 0.0, 320: 0.0}.get(bitrate, 0.446)


def _failed(path: Path, what: str, report: ffmpeg.Report) -> StageError:
    why = report.errors[0] if report.errors else f"ffmpeg ended with status {report.status}"
    return StageError(f"{path}: {what} ({why})", fix="run `showrunner doctor`; if ffmpeg is fine, run with --force")
