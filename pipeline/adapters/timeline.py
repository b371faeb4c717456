"""A track on the episode's timeline: read, put straight, freed of what is not its person, and summed with others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.models import Seconds
from pipeline.multitrack.clocks import Clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.adapters.pcm import Samples, StoredSamples

    Flags = NDArray[np.bool_]

RATE = 16_000
#: Samples of a frame: 20 ms.
HOP = 320
#: Samples handled at once: a whole number of frames.
CHUNK = 3200 * HOP
_FADE = 160  # samples over which a voice is faded in and out
_MARGIN = 16  # samples that a spline needs around those that are asked for
_QUIET = -100.0  # dB, instead of the level of digital silence
_SET_LOWER = 12.0  # dB that one microphone may be set lower than another


@dataclass(frozen=True, slots=True)
class Aligned:
    """A track's samples and its clock, read on the episode's timeline."""

    samples: Samples | StoredSamples
    clock: Clock

    @property
    def end(self) -> Seconds:
        """Where the track ends on the episode's timeline."""
        return self.clock.to_episode(len(self.samples) / RATE)

    def read(self, begin: int, count: int) -> Samples:
        """`count` samples from the episode's sample `begin` on; silence before and after the track.

        Between samples it goes by cubic splines, which the few parts in a million between clocks ask for.
        """
        import numpy as np

        if not self.clock.drift:
            return _cut(self.samples, begin - round(self.clock.start * RATE), count)
        from scipy import ndimage

        places = ((np.arange(begin, begin + count) / RATE) - self.clock.start) * self.clock.rate * RATE
        low = int(np.floor(places[0])) - _MARGIN
        part = _cut(self.samples, low, int(np.ceil(places[-1])) + _MARGIN - low)
        found: Samples = ndimage.map_coordinates(part, [places - low], order=3, mode="nearest")
        return found


def straighten(track: Aligned) -> Iterator[bytes]:
    """The track as float32 bytes by a clock that is right: it begins where it began, and has no drift any more."""
    length = round((track.end - track.clock.start) * RATE)
    begin = round(track.clock.start * RATE)
    for at in range(0, length, CHUNK):
        yield track.read(begin + at, min(CHUNK, length - at)).astype("<f4").tobytes()


def own_sound(track: Aligned, voice: Flags, length: int) -> Iterator[bytes]:
    """The track on the timeline as float32 bytes, silent outside its voice, faded over 10 ms at the edges."""
    import numpy as np
    from scipy import ndimage

    size = CHUNK
    for begin in range(0, length, size):
        count = min(size, length - begin)
        first = begin // HOP
        # A frame on each side, so that fades across the edge of a chunk are whole.
        flags = np.zeros(size // HOP + 2, np.float32)
        low, high = max(0, first - 1), min(len(voice), first + size // HOP + 1)
        flags[low - first + 1 : high - first + 1] = voice[low:high]
        gain = ndimage.uniform_filter1d(np.repeat(flags, HOP), _FADE)[HOP : HOP + count]
        yield (track.read(begin, count) * gain).astype("<f4").tobytes()


def mix(tracks: Sequence[Aligned], length: int) -> Iterator[bytes]:
    """The mean of all tracks on the timeline as float32 bytes: no sum can clip."""
    for begin in range(0, length, CHUNK):
        count = min(CHUNK, length - begin)
        total = tracks[0].read(begin, count)
        for track in tracks[1:]:
            total = total + track.read(begin, count)
        yield (total / len(tracks)).astype("<f4").tobytes()


def word_loudness(samples: Sequence[Samples], spans: Sequence[Sequence[tuple[Seconds, Seconds]]]) -> list[list[float]]:
    """How loud each track is in each of its spans, in dB below the loudest tenth of them.

    A track whose loudest are 12 dB weaker than another's is measured against those: it may hold no voice of its own.
    """
    import numpy as np

    levels = [
        [_level(one[round(start * RATE) : max(round(end * RATE), round(start * RATE) + 1)]) for start, end in spoken]
        for one, spoken in zip(samples, spans, strict=True)
    ]
    usual = [float(np.percentile(one, 90)) if one else _QUIET for one in levels]
    least = max(usual, default=_QUIET) - _SET_LOWER
    return [[level - max(top, least) for level in one] for one, top in zip(levels, usual, strict=True)]


def _level(piece: Samples) -> float:
    import numpy as np

    power = float(np.mean(np.square(piece, dtype=np.float64))) if len(piece) else 0.0
    return max(_QUIET, 10 * np.log10(power)) if power else _QUIET


def _cut(samples: Samples | StoredSamples, begin: int, count: int) -> Samples:
    import numpy as np

    piece = np.zeros(count, np.float32)
    low, high = max(0, begin), min(len(samples), begin + count)
    if high > low:
        piece[low - begin : high - begin] = samples[low:high]
    return piece
