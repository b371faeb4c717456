"""The music of the demo: plucked strings in a lilting 6/8, bells on top, in D. Computed, so that nobody owns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sound import RATE, Sound, pan, rms

CueName = Literal["intro", "bumper", "outro"]

# Before the whole is brought to its loudness; only its ratio to the voices matters.
MUSIC_RMS = 0.11
EIGHTH = 0.19  # seconds
BAR = 6 * EIGHTH
ACCENTS = (1.0, 0.55, 0.7, 0.85, 0.55, 0.65)
PICKING = (0, 1, 2, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Chord:
    """MIDI notes: one for the bass, four to pick, and the two bells of the bar."""

    bass: int
    strings: tuple[int, int, int, int]
    bells: tuple[int, int]


D = Chord(38, (57, 62, 64, 66), (81, 78))
B_MINOR = Chord(47, (59, 62, 66, 69), (78, 74))
G = Chord(43, (59, 62, 66, 71), (74, 79))
A = Chord(45, (57, 62, 64, 69), (76, 81))
HOME = Chord(38, (62, 66, 69, 74), (78, 86))


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of music: some bars, then the closing chord."""

    bars: tuple[Chord, ...]
    ring: float  # seconds that the closing chord is left to ring

    @property
    def seconds(self) -> float:
        """How long the cue plays."""
        return len(self.bars) * BAR + self.ring


CUES: dict[CueName, Cue] = {
    "intro": Cue((D, B_MINOR, G, A), ring=2.0),
    "bumper": Cue((G,), ring=1.8),
    "outro": Cue((G, A, G, A), ring=3.0),
}


def play(cue: Cue) -> Sound:
    """The cue as stereo sound, in a small room, its end faded out."""
    strings = np.zeros(round(cue.seconds * RATE))
    bells = np.zeros_like(strings)
    for number, chord in enumerate(cue.bars):
        start = number * BAR
        add(strings, start, 0.9 * pluck(chord.bass))
        for eighth, (string, accent) in enumerate(zip(PICKING, ACCENTS, strict=True)):
            add(strings, start + eighth * EIGHTH, accent * 0.6 * pluck(chord.strings[string]))
        for half, note in enumerate(chord.bells):
            add(bells, start + half * 3 * EIGHTH, 0.16 * bell(note))
    close = len(cue.bars) * BAR
    add(strings, close, pluck(HOME.bass))
    for order, note in enumerate(HOME.strings):
        add(strings, close + order * 0.03, 0.55 * pluck(note))
    for order, note in enumerate(HOME.bells):
        add(bells, close + 0.12 + order * 0.09, 0.14 * bell(note))

    sound = room(pan(strings, -0.15) + pan(bells, 0.3))
    fade = np.ones(len(sound))
    tail = round(0.6 * cue.ring * RATE)
    fade[-tail:] = np.cos(np.linspace(0, np.pi / 2, tail)) ** 2
    sound *= fade[:, np.newaxis]
    return sound * MUSIC_RMS / rms([sound])


def add(track: Sound, start: float, sound: Sound) -> None:
    """Mix a sound into the track, in place; what runs over the end is lost."""
    begin = round(start * RATE)
    end = min(begin + len(sound), len(track))
    track[begin:end] += sound[: end - begin]


def pluck(note: int, seconds: float = 3.0) -> Sound:
    """A string plucked a fifth of the way along: the higher a partial, the sooner it dies."""
    partials = [(k * (1 + 0.0002 * k * k), np.sin(np.pi * k / 5) / k**1.4, 1.1 + 0.8 * k) for k in range(1, 11)]
    return ring(note, seconds, attack=0.004, partials=partials)


def bell(note: int, seconds: float = 2.5) -> Sound:
    """A small bell: few partials, one of them out of tune, as in real ones."""
    return ring(note, seconds, attack=0.008, partials=[(1, 1.0, 2.2), (2, 0.35, 4.0), (4.07, 0.12, 9.0)])


def ring(note: int, seconds: float, attack: float, partials: Sequence[tuple[float, float, float]]) -> Sound:
    """A sum of dying sines, each (multiple of the pitch, amplitude, decay per second)."""
    t = np.arange(round(seconds * RATE)) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    tone = sum(
        (
            amplitude * np.exp(-decay * t) * np.sin(2 * np.pi * multiple * pitch * t)
            for multiple, amplitude, decay in partials
        ),
        start=np.zeros_like(t),
    )
    return tone * np.minimum(t / attack, 1)


def room(dry: Sound, seconds: float = 1.2, wet: float = 0.22) -> Sound:
    """A reverb: the sound convolved with dying noise, another noise for each ear."""
    length = round(seconds * RATE)
    decay = np.exp(-6 * np.arange(length) / length)
    noise = np.random.default_rng(1924).standard_normal((length, 2)) * decay[:, np.newaxis]
    # Smoothed over a few samples: a bare room hisses.
    noise = np.apply_along_axis(np.convolve, 0, noise, np.ones(12) / 12, "same")
    noise /= np.sqrt((noise**2).sum(axis=0))
    size = 1 << (len(dry) + length).bit_length()
    spectrum = np.fft.rfft(dry, size, axis=0) * np.fft.rfft(noise, size, axis=0)
    echo: Sound = np.fft.irfft(spectrum, size, axis=0)[: len(dry)]
    return dry + wet * echo
