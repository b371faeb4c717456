"""People who are not equally loud, in one recording, and what a listener would call pumping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyloudnorm
from track_samples import RATE, Sound, decibels, mumble

from pipeline.models import Blob, Levels, Point, PreparedAudio, Turn, Turns
from pipeline.store import Workspace, digest_file


@dataclass(frozen=True)
class Talk:
    """A recording in one file and who speaks when in it."""

    sound: Sound
    turns: Turns

    def of(self, speaker: str, sound: Sound | None = None, rate: int = RATE) -> float:
        """The loudness in LUFS of what somebody says alone, by pyloudnorm."""
        heard = self.sound if sound is None else sound
        own = [turn for turn in self.turns.root if turn.speaker == speaker]
        parts = [heard[round((turn.start + 0.2) * rate) : round((turn.end - 0.2) * rate)] for turn in own]
        return float(pyloudnorm.Meter(rate).integrated_loudness(np.concatenate(parts)))


def talk(order: Sequence[tuple[str, float, float]], *, pause: float = 0.6, noise: float = -75.0, seed: int = 1) -> Talk:
    """Turns as (speaker, seconds, LUFS) with pauses between, over noise (dBFS)."""
    meter = pyloudnorm.Meter(RATE)
    parts: list[Sound] = [np.zeros(RATE, np.float32)]
    turns, at = [], 1.0
    for number, (speaker, seconds, level) in enumerate(order):
        piece = mumble(seconds, seed * 1000 + number)
        piece = piece * decibels(level - meter.integrated_loudness(piece))
        parts += [piece, np.zeros(round(pause * RATE), np.float32)]
        turns.append(Turn(start=round(at, 3), end=round(at + seconds, 3), speaker=speaker))
        at += seconds + pause
    sound = np.concatenate(parts)
    hiss = np.random.default_rng(seed).standard_normal(len(sound)).astype(np.float32) * decibels(noise)
    return Talk(sound + hiss, Turns(tuple(turns)))


def prepared(work: Workspace, sound: Sound) -> PreparedAudio:
    """A recording as `prepare` leaves it."""
    work.folder.mkdir(parents=True, exist_ok=True)
    path = work.folder / "audio.f32"
    path.write_bytes(sound.astype("<f4").tobytes())
    blob = Blob(name=path.name, sha256=digest_file(path), size=path.stat().st_size)
    return PreparedAudio(
        pcm=blob, sample_rate=RATE, duration=len(sound) / RATE, channels=1, source_rate=RATE, codec="pcm_f32le"
    )


def gain_at(envelope: Sequence[Point], times: Sequence[float]) -> np.ndarray:
    """The dB of an envelope at some seconds."""
    if not envelope:
        return np.zeros(len(times))
    return np.interp(times, [point.at for point in envelope], [point.gain for point in envelope])


def raised(sound: Sound, levels: Levels) -> Sound:
    """A recording after its envelope, by numpy."""
    times = np.arange(len(sound)) / RATE
    return (sound * 10 ** (gain_at(levels.envelope, list(times)) / 20)).astype(np.float32)


def pumping(envelope: Sequence[Point], turns: Turns, inside: float = 0.25) -> float:
    """The steepest gain, in dB a second, while somebody speaks: 0 is no pumping, 6 is heard as breathing."""
    steepest = 0.0
    for turn in turns.root:
        times = np.arange(turn.start + inside, turn.end - inside, 0.01)
        if len(times) > 1:
            steepest = max(steepest, float(np.abs(np.diff(gain_at(envelope, list(times)))).max()) / 0.01)
    return steepest
