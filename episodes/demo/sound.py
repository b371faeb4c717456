"""Sound as the demo's makers handle it: levels, and a place in the stereo picture."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

RATE = 44_100  # samples a second

# Mono sound is (samples,), stereo is (samples, 2); full scale is 1.0.
Sound = NDArray[np.float64]


def db(value: float) -> float:
    """Decibels as a factor."""
    return float(10 ** (value / 20))


def rms(sounds: Iterable[Sound]) -> float:
    """The level of several sounds taken together."""
    return float(np.sqrt(np.mean(np.concatenate(list(sounds)) ** 2)))


def pan(sound: Sound, position: float) -> Sound:
    """Equal power: as loud at the side as in the middle."""
    angle = (position + 1) * np.pi / 4
    return np.outer(sound, np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)]))
