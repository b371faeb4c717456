"""Where a recording is silent: no louder than its own noise, and of the same colour, wherever nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipeline.adapters.pcm import StoredSamples
from pipeline.models import Seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: dB of each band (columns) in each frame (rows).
    Bands = NDArray[np.float32]

Gap = tuple[Seconds, Seconds]
RATE = 16_000
_HOP, _FRAME = 320, 512  # samples: frames of 32 ms, every 20 ms
_BANDS = 20
_LOWEST, _HIGHEST = 80, 7600  # Hz
_NOTHING = -110.0  # dB in a band: digital silence
_GATED = -95.0  # dB, mean over bands, below which a gate is shut
_BATCH = 30 * RATE  # samples of gaps that are looked at together
_QUIETEST = 0.1  # of the frames without speech show the noise
_LEAST = 25  # frames without which nothing is known of the noise
_ABOVE, _ABOVE_BAND = 5.0, 9.0  # dB over the noise, on the whole and in a band, that are still noise
_KNOCK = 9.0  # dB over the noise within one frame that are a sound
_UNDER_SPEECH = 20.0  # dB that noise is below speech, or it may be anything
_SPOKEN = 200  # words that show how loud speech is


def find_silence(samples: StoredSamples, gaps: Sequence[Gap], words: Sequence[Gap]) -> list[list[Gap]]:
    """For each gap between words its silent stretches in seconds, in order.

    The noise is what the quietest frames of all gaps have in common, band by band: so a melody or a whisper that is
    no louder than the room's rumble is still a sound. Where the noise is not 20 dB below the words, as under music,
    nothing counts as silence.
    """
    import numpy as np

    frames = [_measure(samples, gap) for gap in gaps]
    noise = _noise([one for one in frames if len(one)])
    speech = [_measure(samples, word) for word in words[:: max(1, len(words) // _SPOKEN)]]
    spoken = [float(_power(one).max()) for one in speech if len(one)]
    if noise is None or not spoken or np.median(spoken) - _power(noise[None])[0] < _UNDER_SPEECH:
        return [[] for _ in gaps]
    return [
        [
            (max(start, start + begin * _HOP / RATE), min(end, start + ((last - 1) * _HOP + _FRAME) / RATE))
            for begin, last in _runs(_is_noise(one, noise))
        ]
        for (start, end), one in zip(gaps, frames, strict=True)
    ]


def _measure(samples: StoredSamples, gap: Gap) -> Bands:
    """The bands of a stretch's frames, read in pieces."""
    import numpy as np

    begin, end = round(gap[0] * RATE), min(len(samples), round(gap[1] * RATE))
    count = max(0, (end - begin - _FRAME) // _HOP + 1)
    made = np.empty((count, _BANDS), np.float32)
    step = _BATCH // _HOP
    for at in range(0, count, step):
        part = min(step, count - at)
        low = begin + at * _HOP
        piece = samples[low : low + (part - 1) * _HOP + _FRAME]
        frames = np.lib.stride_tricks.sliding_window_view(piece, _FRAME)[::_HOP]
        from scipy import fft

        # Power in each band; the window keeps rumble out of the others.
        power = np.abs(fft.rfft(frames * _window(), axis=1)) ** 2
        made[at : at + part] = 10 * np.log10(power @ _bank() + 10 ** (_NOTHING / 10))
    return made


@cache
def _window() -> NDArray[np.float32]:
    import numpy as np

    window: NDArray[np.float32] = np.hanning(_FRAME).astype(np.float32)
    return window / np.float32(np.sum(window**2) * _FRAME / 2) ** np.float32(0.5)


@cache
def _bank() -> NDArray[np.float32]:
    """Which bins belong to which band: evenly wide in octaves above 500 Hz or so, as one hears them (mel)."""
    import numpy as np

    def mel(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    edges = 700 * (10 ** (np.linspace(mel(_LOWEST), mel(_HIGHEST), _BANDS + 1) / 2595) - 1)
    bins = np.fft.rfftfreq(_FRAME, 1 / RATE)
    band = np.searchsorted(edges, bins) - 1
    bank: NDArray[np.float32] = (band[:, None] == np.arange(_BANDS)).astype(np.float32)
    return bank


def _power(frames: Bands) -> NDArray[np.float32]:
    """The level of each frame in dB."""
    import numpy as np

    level: NDArray[np.float32] = 10 * np.log10(np.sum(10 ** (frames / 10), axis=1))
    return level


def _noise(gaps: Sequence[Bands]) -> NDArray[np.float32] | None:
    """The noise's level in each band; None where too little is without speech."""
    import numpy as np

    if not gaps:
        return None
    frames = np.concatenate(gaps)
    means = frames.mean(axis=1)
    open_ = means > _GATED
    if len(frames) < _LEAST or np.count_nonzero(open_) * 4 <= len(frames):
        return np.full(_BANDS, _NOTHING, np.float32) if len(frames) >= _LEAST else None
    frames, means = frames[open_], means[open_]
    quietest = frames[means <= np.quantile(means, _QUIETEST)]
    level: NDArray[np.float32] = 10 * np.log10(np.mean(10 ** (quietest / 10), axis=0))
    return level


def _is_noise(frames: Bands, noise: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which frames hold no more than the noise: over a tenth of a second in each band, and at once on the whole."""
    import numpy as np
    from scipy import ndimage

    if not len(frames):
        return np.zeros(0, bool)
    smooth = 10 * np.log10(ndimage.uniform_filter1d(10 ** (frames / 10), 5, axis=0))
    over = np.maximum(smooth, _GATED) - np.maximum(noise, _GATED)
    calm = (over.max(axis=1) <= _ABOVE_BAND) & (over.mean(axis=1) <= _ABOVE)
    knock = frames.mean(axis=1) - max(float(noise.mean()), _GATED) > _KNOCK
    quiet: NDArray[np.bool_] = calm & ~knock
    return quiet


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Each run of frames that are set, as first frame and the one after the last."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def find_join(samples: StoredSamples, wanted: Seconds, low: Seconds, high: Seconds) -> Seconds:
    """The best second for a cut near `wanted`, within [low, high]: the quietest 10 ms, where the wave crosses zero.

    Of places that are alike it is the nearest.
    """
    import numpy as np

    half = RATE // 200
    begin, end = max(0, round(low * RATE)), min(len(samples), round(high * RATE))
    if end - begin < 2:
        return min(max(wanted, low), high)
    first = max(0, begin - half)
    piece = samples[first : min(len(samples), end + half)].astype(np.float64)
    total = np.concatenate(([0.0], np.cumsum(piece**2)))
    places = np.arange(begin, end) - first
    energy = total[np.minimum(places + half, len(piece))] - total[np.maximum(places - half, 0)]
    away = np.abs(places + first - wanted * RATE) / RATE
    # 3 dB louder for every 10 ms nearer: in even noise the place stays where it was wanted.
    cost = 10 * np.log10(energy + 1e-9) + 300 * away
    best = int(places[int(np.argmin(cost))])
    around = np.arange(max(best - half, begin - first), min(best + half, end - first, len(piece) - 1))
    crossings = around[(piece[around] <= 0) != (piece[around + 1] <= 0)] + 1
    if len(crossings):
        best = int(crossings[int(np.argmin(np.abs(crossings - best)))])
    return round((first + best) / RATE, 5)


def find_dip(samples: StoredSamples, start: Seconds, end: Seconds) -> float:
    """How loud the quietest 10 ms of a stretch are, in dB."""
    return _extreme(samples, start, end, quietest=True)


def find_peak(samples: StoredSamples, start: Seconds, end: Seconds) -> float:
    """How loud the loudest 10 ms of a stretch are, in dB."""
    return _extreme(samples, start, end, quietest=False)


def _extreme(samples: StoredSamples, start: Seconds, end: Seconds, *, quietest: bool) -> float:
    import numpy as np

    size = RATE // 100
    piece = samples[max(0, round(start * RATE)) : round(end * RATE)].astype(np.float64)
    if len(piece) < size:
        return _NOTHING
    total = np.concatenate(([0.0], np.cumsum(piece**2)))
    energy = (total[size:] - total[:-size]) / size
    return float(10 * np.log10((energy.min() if quietest else energy.max()) + 10 ** (_NOTHING / 10)))
