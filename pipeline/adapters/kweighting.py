"""Loudness by ITU-R BS.1770 over any choice of moments: K-weighted power in short frames, then gating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.models import Seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.adapters.pcm import Samples, StoredSamples

    #: K-weighted mean square of each frame.
    Power = NDArray[np.float64]
    #: Whether each frame is meant.
    Chosen = NDArray[np.bool_]

RATE = 16_000
#: Seconds of a frame.
FRAME: Seconds = 0.02
_HOP = round(FRAME * RATE)
_CHUNK = 3000 * _HOP
_BLOCK, _STEP = 20, 5  # frames of a gating block, and between the beginnings of two: 400 ms, three quarters in common
_OFFSET = -0.691
_SILENCE = 1e-10
_ABSOLUTE, _RELATIVE = -70.0, -10.0  # LUFS, and LU below what passes the first gate


def measure_power(samples: Samples | StoredSamples) -> Power:
    """The K-weighted power of each 20 ms of 16 kHz mono, read in pieces; a last part of a frame is left out.

    Source: ITU-R BS.1770-5, Annex 1; its filters are given for 48 kHz, their analogue prototypes are
    brought to 16 kHz by the bilinear transform.
    """
    import numpy as np
    from scipy import signal

    filters = _k_weighting()
    power = np.zeros(len(samples) // _HOP)
    state = np.zeros((len(filters), 2))
    for begin in range(0, len(power) * _HOP, _CHUNK):
        piece = np.asarray(samples[begin : min(begin + _CHUNK, len(power) * _HOP)], np.float64)
        if not piece.any() and not state.any():
            continue
        weighted, state = signal.sosfilt(filters, piece, zi=state)
        state[np.abs(state) < 1e-12] = 0.0
        at = begin // _HOP
        power[at : at + len(weighted) // _HOP] = np.mean(weighted.reshape(-1, _HOP) ** 2, axis=1)
    return power


def loudness(power: Power, chosen: Chosen | None = None) -> float | None:
    """Integrated loudness in LUFS of the blocks of 400 ms that lie in chosen frames altogether; None where none counts.

    Gated at -70 LUFS and at 10 LU below what passes that.
    """
    import numpy as np

    blocks = _blocks(power, chosen)
    heard = blocks[blocks > _power_at(_ABSOLUTE)]
    if not len(heard):
        return None
    heard = heard[heard > np.mean(heard) * 10 ** (_RELATIVE / 10)]
    return _OFFSET + 10 * float(np.log10(np.mean(heard)))


def decibels(power: Power) -> Power:
    """The loudness of each frame by itself, in LUFS; -120 at least."""
    import numpy as np

    found: Power = _OFFSET + 10 * np.log10(np.maximum(power, 1e-12))
    return found


def is_sound(power: Power) -> Chosen:
    """The frames that are not digital silence, nor where the weighting still rings."""
    found: Chosen = power > _SILENCE
    return found


def frames(start: Seconds, end: Seconds) -> slice:
    """The frames of seconds [start, end)."""
    return slice(max(0, round(start / FRAME)), max(0, round(end / FRAME)))


def _blocks(power: Power, chosen: Chosen | None) -> Power:
    import numpy as np

    if len(power) < _BLOCK:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    blocks: Power = ((sums[_BLOCK:] - sums[:-_BLOCK]) / _BLOCK)[::_STEP]
    if chosen is None:
        return blocks
    # A block begins on every frame here, so that speech of half a second counts wherever it begins.
    count = np.concatenate([[0], np.cumsum(chosen)])
    inside = (count[_BLOCK:] - count[:-_BLOCK]) == _BLOCK
    every: Power = ((sums[_BLOCK:] - sums[:-_BLOCK]) / _BLOCK)[inside]
    return every


def _power_at(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _k_weighting() -> NDArray[np.float64]:
    """A high shelf for the head, then a high-pass, as second-order sections."""
    import numpy as np

    shelf_gain, shelf_at, shelf_q = 3.999843853973347, 1681.974450955533, 0.7071752369554196
    pass_at, pass_q = 38.13547087602444, 0.5003270373238773
    k, high = np.tan(np.pi * shelf_at / RATE), 10 ** (shelf_gain / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / shelf_q + k * k
    shelf = [
        (high + middle * k / shelf_q + k * k) / scale,
        2 * (k * k - high) / scale,
        (high - middle * k / shelf_q + k * k) / scale,
        1.0,
        2 * (k * k - 1) / scale,
        (1 - k / shelf_q + k * k) / scale,
    ]
    k = np.tan(np.pi * pass_at / RATE)
    scale = 1 + k / pass_q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / scale, (1 - k / pass_q + k * k) / scale]
    return np.array([shelf, high_pass])
