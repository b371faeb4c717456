"""Whose voice a track hears at any time: its own person's, or somebody's who is nearer to another microphone.

A voice that reaches another person's microphone is the same sound, weaker. For each pair of tracks the differences of
their levels fall into two heaps, one for each speaker; a frame in the lower heap is bleed, one between the heaps is
both talking at once. So microphones that are set differently need no common level.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.adapters.timeline import CHUNK, HOP, RATE, Aligned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    Flags = NDArray[np.bool_]

_BAND = (120, 3500)  # Hz
_QUIET = -100.0  # dB, instead of the level of digital silence
_SHUT = -90.0  # dB below any microphone's noise
_INAUDIBLE = -75.0  # dB that no microphone's voice is below
_ENOUGH = 25  # frames that somebody is heard for at least, in all
_ABOVE_NOISE = 9.0  # dB over a track's own noise that may be a voice
_BELOW_VOICE = 45.0  # dB under a track's loudest second percent that is none
_LOUD = 15.0  # dB under a track's loudest that still show clearly whose voice it is
_APART = 8.0  # dB that two heaps of level differences are apart at least
_SEPARATE = 2.0  # and in the sum of their spreads
_REACH = 6.0  # dB around the middle of a heap that belong to it
# With a person on each side, each is so many dB louder in its turns, which last so many seconds; so large a share of
# the time is the least for one person, and the most for both at once.
_ON_A_SIDE, _STAYS, _LEAST_SHARE, _MOST_SHARED = 8.0, 0.5, 0.03, 0.2
_TAIL = 13  # frames that a room goes on sounding, or a call's echo is late
_CLOSED = 15  # frames: shorter holes in a voice are filled
_SHORTEST = 4  # frames: what is shorter is a click
_NEAR, _FAR = 3, 12  # frames kept around a voice: always, and where nobody else talks


def measure(track: Aligned, length: int) -> Levels:
    """The level of every 20 ms of the timeline in dB, in the band of voices, taken over 100 ms to hide the pitch."""
    import numpy as np
    from scipy import ndimage, signal

    levels = np.zeros(-(-length // HOP), np.float32)
    band = signal.butter(2, _BAND, "bandpass", fs=RATE, output="sos")
    state = np.zeros((len(band), 2))
    for begin in range(0, length, CHUNK):
        piece, state = signal.sosfilt(band, track.read(begin, CHUNK), zi=state)
        frames, at = piece.reshape(-1, HOP), begin // HOP
        levels[at : at + len(frames)] = np.mean(frames**2, axis=1)[: len(levels) - at]
    smooth = np.maximum(ndimage.uniform_filter1d(levels, 5), 10 ** (_QUIET / 10))
    decibels: Levels = (10 * np.log10(smooth)).astype(np.float32)
    return decibels


def is_silent(levels: Levels) -> bool:
    """Whether a track holds nothing that could be a voice: no sound, or noise that never rises."""
    import numpy as np

    if len(levels) <= _ENOUGH:
        return True
    low, high = np.percentile(levels, 10), np.partition(levels, -_ENOUGH)[-_ENOUGH]
    return bool(high < _INAUDIBLE or high - low < _ABOVE_NOISE)


def find_voices(levels: Sequence[Levels], *, crosstalk: bool = True) -> tuple[Flags, ...]:
    """For each track the frames in which its own person is heard; two at once where both talk.

    With `crosstalk` a frame in which a track only hears somebody else does not count.
    """
    import numpy as np

    sound = [_has_sound(one) for one in levels]
    own = [one.copy() for one in sound]
    if crosstalk and len(levels) > 1:
        steady = [_steady(one) for one in levels]
        excess = np.stack([_excess(levels, steady, sound, at) for at in range(len(levels))])
        own = [one & (excess[at] > 0) for at, one in enumerate(sound)]
        # Somebody is heard: where every track seems to hear another, it is who exceeds the others' bleed the most.
        orphaned = np.any(sound, axis=0) & ~np.any(own, axis=0)
        best = np.where(np.stack(sound), excess, -np.inf).argmax(axis=0)
        own = [one | (orphaned & (best == at)) for at, one in enumerate(own)]
    return tuple(_widen(at, own) for at in range(len(levels)))


def hold_two_people(left: Levels, right: Levels) -> bool:
    """Whether the sides of a stereo recording are two people's microphones.

    They are when now one side is much louder and now the other, for half a second or more on the whole, and seldom
    both alike; speech in a room or music are on both sides at once, and notes that wander do not stay.
    """
    import numpy as np

    if is_silent(left) or is_silent(right):
        return False
    clear = _between_two((left, right), 0, 1)
    differences = (left - right)[clear]
    heaps = _two_heaps(differences) if len(differences) else None
    if heaps is None or not heaps[0] < -_ON_A_SIDE < _ON_A_SIDE < heaps[1]:
        return False
    low, high = heaps
    on_left = differences > (low + high) / 2
    shared = np.abs(differences - (low + high) / 2) < (high - low) / 4
    changes = max(1, int(np.count_nonzero(np.diff(on_left))))
    stays = len(differences) * HOP / RATE / changes
    return bool(
        min(on_left.mean(), 1 - on_left.mean()) >= _LEAST_SHARE and shared.mean() <= _MOST_SHARED and stays >= _STAYS
    )


def _has_sound(levels: Levels) -> Flags:
    import numpy as np

    if is_silent(levels):
        return np.zeros(len(levels), bool)
    heard = levels[levels > _QUIET + 1]
    low, high = np.percentile(heard, [10, 98])
    sounding: Flags = levels > max(low + _ABOVE_NOISE, high - _BELOW_VOICE)
    return sounding


def _steady(levels: Levels) -> Levels:
    """The levels over half a second, in which a voice and its echo from afar are at the same time."""
    import numpy as np
    from scipy import ndimage

    calm: Levels = 10 * np.log10(ndimage.uniform_filter1d(10 ** (levels / 10), 25))
    return calm


def _excess(levels: Sequence[Levels], steady: Sequence[Levels], sound: Sequence[Flags], at: int) -> Levels:
    """How many dB a track is above what it would be if it heard the loudest of the others only."""
    import numpy as np

    above = np.full(len(levels[at]), np.inf, np.float32)
    for other in range(len(levels)):
        if other != at and sound[at].any() and sound[other].any():
            clear = _between_two(steady, at, other)
            limit = _bleed_limit((steady[at] - steady[other])[clear])
            # Where the other makes no sound there is nothing that could bleed.
            over = levels[at] - _with_tail(levels[other]) - limit
            above = np.minimum(above, np.where(_with_tail(sound[other]) > 0, over, np.inf))
    return above


def _between_two(levels: Sequence[Levels], one: int, other: int) -> Flags:
    """The frames in which one of two tracks is loud, and nobody else louder, by each track's own measure.

    Where either is not recording, or a gate has shut it, the other cannot be compared with it.
    """
    import numpy as np

    relative = [each - np.percentile(each, 99) for each in levels]
    top = np.maximum(relative[one], relative[other])
    open_ = np.minimum(levels[one], levels[other]) > _SHUT
    clear: Flags = open_ & (top > -_LOUD) & (top >= np.max(relative, axis=0))
    return clear


def _bleed_limit(differences: Levels) -> float:
    """The level difference to another track up to which a track hears that other person only.

    Half way from the lower heap of differences to the middle between the heaps. One heap alone is somebody who never
    talks, or the other who never does. Of tracks that are alike nothing is taken: both may talk all the time.
    """
    import numpy as np

    if not len(differences):
        return -np.inf
    if heaps := _two_heaps(differences):
        low, high = heaps
        return low + (high - low) / 4
    usual = float(np.median(differences))
    return usual + _APART if usual < -_APART / 2 else -np.inf


def _two_heaps(differences: Levels) -> tuple[float, float] | None:
    """The middles of the lowest and the highest heap of values; None when they are one."""
    import numpy as np

    middles, spread = [], 0.0
    for middle in np.percentile(differences, [2, 98], method="nearest"):
        for _ in range(12):  # climbs to where values are densest (mean shift, by medians)
            near = differences[np.abs(differences - middle) < _REACH]
            middle = np.median(near)
        middles.append(float(middle))
        spread += float(np.median(np.abs(near - middle)))
    low, high = middles
    return (low, high) if high - low >= max(_APART, _SEPARATE * spread) else None


def _with_tail(frames: Levels | Flags) -> Levels:
    """Each frame with the highest of the last quarter of a second."""
    import numpy as np
    from scipy import ndimage

    highest: Levels = ndimage.maximum_filter1d(frames.astype(np.float32), _TAIL, origin=_TAIL // 2 - 1)
    return highest


def _widen(at: int, own: Sequence[Flags]) -> Flags:
    """Holes filled, clicks dropped, and beginnings and ends kept, further where nobody else talks."""
    import numpy as np
    from scipy import ndimage

    voice = ndimage.binary_closing(np.pad(own[at], _CLOSED), np.ones(_CLOSED))[_CLOSED:-_CLOSED]
    voice = ndimage.binary_opening(voice, np.ones(_SHORTEST))
    if not voice.any():
        return np.zeros(len(voice), bool)
    alone = ~np.any([flags for other, flags in enumerate(own) if other != at], axis=0)
    near = ndimage.binary_dilation(voice, np.ones(2 * _NEAR + 1))
    widened: Flags = near | ndimage.binary_dilation(voice, np.ones(3), iterations=_FAR, mask=near | alone)
    return widened
