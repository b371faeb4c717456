"""Recordings with a microphone for each person: what they say, what bleeds over, and recorders that disagree on time."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from pipeline.models import SourceFile
from pipeline.store import digest_file

RATE = 16_000
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Conversation:
    """Each person's own voice without any room, and who speaks when as (start, end, person)."""

    voices: tuple[Sound, ...]
    turns: tuple[tuple[float, float, int], ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.voices[0]) / RATE


def mumble(seconds: float, seed: int) -> Sound:
    """Noise in syllables, each with a colour of its own: as broad and as restless as speech."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE), np.float32)
    at = 0
    while at < len(sound):
        length = min(len(sound) - at, int(rng.uniform(0.1, 0.3) * RATE))
        low = rng.uniform(150, 900)
        band = signal.butter(1, (low, low * rng.uniform(2, 4)), "bandpass", fs=RATE, output="sos")
        sound[at : at + length] = signal.sosfilt(band, rng.standard_normal(length)) * np.hanning(length)
        at += length
    return sound / np.sqrt(np.mean(sound**2)) * 0.07


def converse(seconds: float, people: int = 2, *, seed: int = 0, shares: Sequence[float] | None = None) -> Conversation:
    """People who talk in turns of some seconds, now and then into the end of each other's.

    `shares` says how likely each is to have the next turn.
    """
    rng = np.random.default_rng(seed)
    voices = [np.zeros(round(seconds * RATE), np.float32) for _ in range(people)]
    turns: list[tuple[float, float, int]] = []
    time, person = 0.5, 0
    while time < seconds - 3:
        length = min(rng.uniform(1.5, 4.0), seconds - 0.5 - time)
        begin = round(time * RATE)
        piece = mumble(length, seed * 1000 + len(turns))
        voices[person][begin : begin + len(piece)] += piece
        turns.append((time, time + length, person))
        time += length + (-0.8 if rng.random() < 0.2 else rng.uniform(0.3, 0.8))
        person = (
            int(rng.choice([one for one in range(people) if one != person]))
            if shares is None
            else int(rng.choice(people, p=shares))
        )
    return Conversation(tuple(voices), tuple(turns))


def microphones(
    talk: Conversation, *, bleed: float | None = -18.0, delay: float = 0.003, noise: float = -65.0,
    gains: Sequence[float] | None = None,
) -> list[Sound]:  # fmt: skip
    """What each person's microphone hears: their voice, the others' `bleed` dB weaker and later, and noise (dBFS)."""
    heard = []
    for at, own in enumerate(talk.voices):
        rng = np.random.default_rng(100 + at)
        sound = own + rng.standard_normal(len(own)).astype(np.float32) * decibels(noise)
        for other, voice in enumerate(talk.voices):
            if other != at and bleed is not None:
                sound += np.roll(voice, round(delay * RATE)) * decibels(bleed)
        heard.append((sound * decibels(gains[at] if gains else 0)).astype(np.float32))
    return heard


def record(sound: Sound, start: float = 0.0, drift: float = 0.0) -> Sound:
    """What a recorder that begins at `start` writes down when its clock is `drift` ppm fast."""
    rate = 1 + drift * 1e-6
    places = np.arange(int((len(sound) / RATE - start) * RATE * rate)) / rate + start * RATE
    written: Sound = ndimage.map_coordinates(sound, [places], order=3, mode="constant")
    return written


def decibels(value: float) -> np.float32:
    """A level as a factor."""
    return np.float32(10 ** (value / 20))


def write_wav(path: Path, *channels: Sound, rate: int = RATE) -> Path:
    """A 16-bit WAV of one or two channels."""
    samples = np.stack(channels, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def sources(*paths: Path) -> SourceFile:
    """Tracks as the runner hands them to a stage."""
    first, *others = (SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size) for path in paths)
    return first.model_copy(update={"others": tuple(others)})
