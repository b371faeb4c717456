"""How much steady noise lies under a recording, by the pauses in its speech."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.models import Seconds, Turn

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples, StoredSamples

_RATE = 16_000
_FRAME = 1024  # samples of a spectrum: 64 ms
_BAND = (1000.0, 7000.0)  # Hz: where hiss is heard, and hum and voices from the next room are not
_EDGE: Seconds = 0.15  # around speech that is no pause
_ENOUGH = 16  # spectra, about a second
_MOST = 4000  # spectra that are taken, evenly spread
_STEADY = 6.0  # dB between the louder and softer of them: more is music, a street or somebody breathing
_SILENT = -110.0  # dBFS that only digital silence is below


def measure_noise(samples: Samples | StoredSamples, turns: Sequence[Turn]) -> float | None:
    """The level in dBFS of the white noise that would hiss as the pauses do; None where they are not steady, or few.

    The median of their power density from 1 to 7 kHz, as if it reached over a band of 22 kHz.
    """
    import numpy as np

    begins = _pauses(turns, len(samples))
    if len(begins) < _ENOUGH:
        return None
    begins = begins[:: -(-len(begins) // _MOST)]
    window = np.hanning(_FRAME)
    low, high = (round(edge * _FRAME / _RATE) for edge in _BAND)
    density = np.array([np.abs(np.fft.rfft(samples[at : at + _FRAME] * window)[low:high]) ** 2 for at in begins]) / (
        np.sum(window**2) * _RATE / 2
    )
    levels = 10 * np.log10(np.maximum(density.mean(axis=1), 1e-20))
    # Half of the pauses may have a breath, a cough or a chair in them.
    calm = np.argsort(levels, kind="stable")[: max(_ENOUGH, len(levels) // 2)]
    spread = np.percentile(levels[calm], 90) - np.percentile(levels[calm], 10)
    # The median of a power density that is spread exponentially lies below its mean by log 2.
    middle = float(np.median(density[calm])) / np.log(2) * 22_050
    level = 10 * np.log10(max(middle, 1e-20))
    return round(float(level), 1) if spread <= _STEADY and level > _SILENT else None


def _pauses(turns: Sequence[Turn], length: int) -> list[int]:
    """The first samples of spectra that lie between all speech."""
    found: list[int] = []
    at = 0.0
    for turn in [*turns, Turn(start=length / _RATE + _EDGE, end=length / _RATE + _EDGE, speaker="")]:
        begin, end = round(at * _RATE), round((turn.start - _EDGE) * _RATE)
        found += range(begin, min(end, length) - _FRAME + 1, _FRAME)
        at = max(at, turn.end + _EDGE)
    return found
