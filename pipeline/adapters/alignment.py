"""Where two recordings of one conversation fit together, told by the voices that reach both microphones.

A track hears the other person from afar, through a wall or in headphones. Each track is flattened (every time and
pitch equally strong, so that a voice 40 dB weaker still counts) and pieces of one are looked for in the other by
cross-correlation: the phase transform of Knapp and Carter 1976, with the whitening done on short frames first. Chance
gives a highest peak of 5 to 7 times the correlation's own noise; a voice that bleeds over gives 15 to 100. The lags of
several places must lie on one line, whose slope is the difference of the clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.models import Seconds
from pipeline.multitrack.clocks import Clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.adapters.pcm import Samples, StoredSamples

    Floats = NDArray[np.float32]
    Halves = NDArray[np.float16]

RATE = 4000
#: How far apart recorders are looked for, the likely first; beyond that episode.yaml can say where they belong.
REACHES: tuple[Seconds, ...] = (60.0, 600.0)
#: The fastest and the slowest clock of two differ by less than this, in parts per million.
MOST_DRIFT = 250.0
#: A peak counts from so many times the correlation's noise on; chance stays below 7.
CLEAR = 9.0
PLACES = 24
AGREEING = 4
FINE_PLACES = 160
_PIECE: Seconds = 10.0
_FINE_PIECE: Seconds = 5.0
_FINE_RANGE: Seconds = 0.3
_CLOSE: Seconds = 0.05
# Voices travel between the microphones, in calls over a network too: lags scatter by so much around the true one.
_SCATTER: Seconds = 0.02
_FRAME, _HOP = 1024, 512  # of 16 kHz: 64 ms
_BINS = slice(7, 121)  # 110 Hz to 1.9 kHz: above mains hum, below what rooms swallow


@dataclass(frozen=True, slots=True)
class Match:
    """How a track lies to another: its clock in the other's time, and how many of the places looked at say so.

    `spread` is how far their lags scatter around it, in seconds.
    """

    clock: Clock
    agreeing: int
    places: int
    spread: Seconds


@dataclass(frozen=True, slots=True)
class _Lag:
    """At second `time` of the first track the second is `lag` seconds further on, with a peak `strength` high."""

    time: Seconds
    lag: Seconds
    strength: float


def flatten(samples: Samples | StoredSamples) -> Halves:
    """16 kHz samples as 4 kHz with every short frame's spectrum made flat, noise left low, in half precision."""
    import numpy as np
    from scipy import fft

    window = np.sqrt(np.hanning(_FRAME + 1)[:-1]).astype(np.float32)
    small = np.sqrt(np.hanning(_FRAME // 4 + 1)[:-1]).astype(np.float32)
    count = max(0, len(samples) // _HOP - 1)
    flat = np.zeros((count + 1) * _HOP // 4, np.float16)
    if not count:
        return flat
    step = max(1, count // 2000)
    probes = np.stack([samples[at * _HOP : at * _HOP + _FRAME] for at in range(0, count, step)]) * window
    floor = np.percentile(np.abs(fft.rfft(probes, axis=1))[:, : _FRAME // 8 + 1], 20, axis=0) + 1e-6
    for begin in range(0, count, 4096):
        end = min(count, begin + 4096)
        part = np.asarray(samples[begin * _HOP : (end - 1) * _HOP + _FRAME])
        frames = np.lib.stride_tricks.sliding_window_view(part, _FRAME)[::_HOP] * window
        spectrum = fft.rfft(frames, axis=1)[:, : _FRAME // 8 + 1]
        white = np.zeros_like(spectrum)
        white[:, _BINS] = (spectrum / (np.abs(spectrum) + 2 * floor))[:, _BINS]
        # Half precision holds some 6e-8 to 65,000 with three digits: these values stay below 1 by a good deal.
        pieces = fft.irfft(white, _FRAME // 4, axis=1) * small
        hop = _HOP // 4
        flat[begin * hop : end * hop] += pieces[:, :hop].ravel()
        flat[(begin + 1) * hop : (end + 1) * hop] += pieces[:, hop:].ravel()
    return flat


def match(first: Halves, second: Halves, progress: Callable[[float], None] = lambda share: None) -> Match | None:
    """How the second flattened track lies to the first; None without several places that clearly agree."""
    for at, reach in enumerate(REACHES):
        found: list[_Lag] = []
        for tried in range(1, PLACES + 1):
            lag = _find_lag(first, second, *_place(first, tried), 0.0, reach)
            found += [lag] if lag else []
            agreeing = _agree(found)
            if len(agreeing) >= AGREEING and 2 * len(agreeing) > len(found):
                return _refine(first, second, _line(agreeing))
            progress((at + tried / PLACES) / len(REACHES))
    return None


def _place(track: Halves, number: int) -> tuple[Seconds, Seconds]:
    """Start and length of a piece; by the golden ratio any number of them is spread evenly."""
    whole = len(track) / RATE
    piece = min(_PIECE, whole / 3)
    return (number * 0.6180339887) % 1 * (whole - piece), piece


def share_sound(first: Halves, second: Halves) -> bool:
    """Whether two flattened tracks of one clock hear the same, up to 50 ms apart, at more than a few places."""
    piece = min(_FINE_PIECE, len(first) / RATE / 2)
    places = [at / PLACES * max(0.0, len(first) / RATE - piece) for at in range(PLACES)]
    common = [_find_lag(first, second, time, piece, 0.0, _CLOSE) for time in places]
    return sum(one is not None for one in common) > PLACES // 10


def _refine(first: Halves, second: Halves, coarse: tuple[float, float]) -> Match | None:
    """The line through the lags of many short places around a coarse one.

    Each voice reaches the other's microphone later, so that the lags lie on two lines, one for each speaker; the true
    one is in the middle.
    """
    import numpy as np
    from scipy import stats

    piece = min(_FINE_PIECE, len(first) / RATE / 4)
    times = np.linspace(0.0, max(0.0, len(first) / RATE - piece), FINE_PLACES)
    expected = coarse[0] + coarse[1] * times
    inside = [
        (time, lag) for time, lag in zip(times, expected, strict=True) if 0 <= time + lag < len(second) / RATE - piece
    ]
    found = [one for time, lag in inside if (one := _find_lag(first, second, time, piece, float(lag), _FINE_RANGE))]
    if len(found) < AGREEING:
        return None
    at, lags = np.array([one.time for one in found]), np.array([one.lag for one in found])
    slope, _, low, high = stats.theilslopes(lags, at)
    # A slope that may as well be none moves nothing.
    slope = 0.0 if low <= 0 <= high or abs(slope) * len(first) / RATE < 0.002 else float(slope)
    rest = lags - slope * at
    near = np.abs(rest[:, None] - rest[None, :]) < 0.004
    kept = rest[near.mean(axis=1) >= 0.1]
    if len(kept) < AGREEING or len(kept) * 2 < len(found):
        return None
    level = float(kept.min() + kept.max()) / 2
    return Match(Clock(start=-level / (1 + slope), drift=slope * 1e6), len(kept), len(inside), float(np.ptp(kept)) / 2)


def _find_lag(
    first: Halves, second: Halves, time: Seconds, piece: Seconds, around: Seconds, reach: Seconds
) -> _Lag | None:
    """Where the piece of `first` at `time` is heard in `second`, at most `reach` from `around`, if it clearly is."""
    import numpy as np
    from scipy import fft

    begin, length = round(time * RATE), round(piece * RATE)
    low = max(0, begin + round((around - reach) * RATE))
    region = second[low : max(0, begin + round((around + reach) * RATE) + length)]
    if length < RATE // 2 or len(region) < length:
        return None
    size = fft.next_fast_len(len(region) + length, real=True)
    wanted = fft.rfft(first[begin : begin + length].astype(np.float32), size)
    spectrum = fft.rfft(region.astype(np.float32), size) * np.conj(wanted)
    heights = np.abs(fft.irfft(spectrum, size)[: len(region) - length + 1])
    top, noise = int(heights.argmax()), float(np.median(heights)) / 0.6745
    if noise == 0 or heights[top] < CLEAR * noise:
        return None
    return _Lag(time, (low + top + _vertex(heights, top) - begin) / RATE, float(heights[top]) / noise)


def _vertex(heights: Floats, top: int) -> float:
    """How far from a peak's highest sample its parabola has its vertex, in samples."""
    if not 0 < top < len(heights) - 1:
        return 0.0
    left, middle, right = (float(height) for height in heights[top - 1 : top + 2])
    return 0.5 * (left - right) / (left - 2 * middle + right)


def _agree(found: Sequence[_Lag]) -> tuple[_Lag, ...]:
    """The largest set of lags on one line whose slope a clock can have."""
    best: tuple[_Lag, ...] = ()
    for one, other in combinations(found, 2):
        apart = other.time - one.time
        slope = (other.lag - one.lag) / apart if apart else 0.0
        if abs(other.lag - one.lag) > _SCATTER + MOST_DRIFT * 1e-6 * abs(apart):
            continue
        slope = max(-MOST_DRIFT * 1e-6, min(MOST_DRIFT * 1e-6, slope))
        on_line = tuple(lag for lag in found if abs(lag.lag - one.lag - slope * (lag.time - one.time)) <= _SCATTER)
        best = max(best, on_line, key=len)
    return best


def _line(lags: Sequence[_Lag]) -> tuple[float, float]:
    """Level and slope of the line through lags; flat when they lie too close together to tell a slope."""
    import numpy as np

    times, values = np.array([one.time for one in lags]), np.array([one.lag for one in lags])
    if np.ptp(times) < 60:
        return float(np.median(values)), 0.0
    slope, level = np.polyfit(times, values, 1)
    return float(level), float(slope)
