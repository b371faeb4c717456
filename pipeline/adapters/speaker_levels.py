"""How loud each speaker is, what brings them to one level, and where the gain may change without being heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.adapters import kweighting
from pipeline.adapters.kweighting import FRAME
from pipeline.models import Point, Seconds, Turn

if TYPE_CHECKING:
    from pipeline.adapters.kweighting import Chosen, Power

#: Speech of less than this is too little to say how loud somebody is.
ENOUGH: Seconds = 3.0
_APART: Seconds = 0.1  # kept from the speech of others, whose beginnings and ends are not known exactly
_SHORTEST: Seconds = 0.25  # of a turn that counts
_NOISE_BELOW = 18.0  # LU that a raised speaker's noise stays below the loudest speaker
_AROUND: Seconds = 0.5  # of a turn that is searched for its noise, too

_FOLLOWED: Seconds = 60.0  # speech of somebody who is followed
_PIECE: Seconds = 12.0  # that a turn is divided into, at pauses
_WINDOW: Seconds = 30.0  # own speech over which nearness to the microphone is measured
_DEAF, _SHARE, _FARTHEST = 1.5, 0.8, 6.0  # LU that are no drift, the share of the rest, dB at most
_SAME = 0.25  # dB between gains that make no ramp

_RAMP: tuple[Seconds, Seconds] = (0.1, 0.3)
_SLACK: Seconds = 0.4  # by which the beginning or end of a turn may be wrong
_QUIET: Seconds = 0.1  # of the quietest place


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker's loudness in LUFS over `seconds` of their speech alone, and the noise (LUFS) beneath it."""

    speaker: str
    loudness: float | None
    seconds: Seconds
    noise: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Seconds [start, end) of somebody's speech, and the gain in dB that it gets; None takes its neighbours'."""

    start: Seconds
    end: Seconds
    speaker: str
    gain: float | None = None


def measure_voices(power: Power, turns: Sequence[Turn]) -> list[Voice]:
    """Every speaker's loudness by what they say alone, in the order in which they first speak."""
    import numpy as np

    found = []
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        alone = alone_in(power, turns, speaker)
        near = _mark(len(power), [turn for turn in turns if turn.speaker == speaker], _AROUND) & (
            alone | ~_mark(len(power), turns, 0.0)
        )
        levels = kweighting.decibels(power[near])
        noise = float(np.percentile(levels, 5)) if len(levels) else -120.0
        found.append(Voice(speaker, kweighting.loudness(power, alone), float(alone.sum()) * FRAME, noise))
    return found


def measure_voice(speaker: str, own: Power, others: Sequence[Chosen]) -> Voice:
    """A speaker's loudness by a track of their own, silent where they are, where none of the `others` is heard."""
    import numpy as np

    alone = kweighting.is_sound(own) & ~np.any(others, axis=0) if others else kweighting.is_sound(own)
    return Voice(speaker, kweighting.loudness(own, alone), float(np.count_nonzero(alone)) * FRAME, -120.0)


def alone_in(power: Power, turns: Sequence[Turn], speaker: str) -> Chosen:
    """The frames in which only that speaker is heard."""
    own = _mark(len(power), [turn for turn in turns if turn.speaker == speaker], 0.0)
    alone: Chosen = own & ~_mark(len(power), [turn for turn in turns if turn.speaker != speaker], _APART)
    return alone


def choose_gains(voices: Sequence[Voice], most: float) -> dict[str, float]:
    """What raises each speaker to the loudest, by `most` dB at most, and not so far that noise would stand out.

    Whoever says too little to be measured has no gain; nobody has where fewer than two can be compared.
    """
    known = [(voice, voice.loudness) for voice in voices if voice.loudness is not None and voice.seconds >= ENOUGH]
    if len(known) < 2:
        return {}
    loudest = max(loudness for _, loudness in known)
    return {
        voice.speaker: max(0.0, min(most, loudest - loudness, loudest - _NOISE_BELOW - voice.noise))
        for voice, loudness in known
    }


def cut_pieces(power: Power, turns: Sequence[Turn], gains: dict[str, float]) -> list[Piece]:
    """The turns in order of time, long ones divided at their quietest places, each with its speaker's gain."""
    pieces = []
    for turn in turns:
        if turn.end - turn.start < _SHORTEST:
            continue
        start = turn.start
        while turn.end - start > 1.5 * _PIECE:
            end = quietest(power, start + _PIECE / 2, start + 1.5 * _PIECE)
            pieces.append(Piece(start, end, turn.speaker, gains.get(turn.speaker)))
            start = end
        pieces.append(Piece(start, turn.end, turn.speaker, gains.get(turn.speaker)))
    return sorted(pieces, key=lambda piece: (piece.start, piece.end, piece.speaker))


def follow(power: Power, turns: Sequence[Turn], pieces: Sequence[Piece], voices: Sequence[Voice]) -> list[Piece]:
    """The pieces with gains that go along with speakers who slowly become louder or softer than they are on the whole.

    Each is compared by half a minute of their own speech around it, so that what is meant to be soft stays soft.
    """
    import numpy as np

    moved = list(pieces)
    for voice in voices:
        mine = [at for at, piece in enumerate(pieces) if piece.speaker == voice.speaker and piece.gain is not None]
        if voice.loudness is None or voice.seconds < _FOLLOWED or not mine:
            continue
        spoken = np.flatnonzero(alone_in(power, turns, voice.speaker))
        half = round(_WINDOW / FRAME / 2)
        for at in mine:
            piece = pieces[at]
            middle = int(np.searchsorted(spoken, round((piece.start + piece.end) / 2 / FRAME)))
            low = max(0, min(middle - half, len(spoken) - 2 * half))
            chosen = np.zeros(len(power), bool)
            chosen[spoken[low : low + 2 * half]] = True
            now = kweighting.loudness(power, chosen)
            drift = 0.0 if now is None else voice.loudness - now
            change = min(_SHARE * max(0.0, abs(drift) - _DEAF), _FARTHEST)
            moved[at] = Piece(
                piece.start, piece.end, piece.speaker, (piece.gain or 0.0) + float(np.copysign(change, drift))
            )
    return moved


def draw_envelope(power: Power, pieces: Sequence[Piece]) -> tuple[Point, ...]:
    """The gain over time: constant while somebody speaks, and ramps of 100 to 300 ms in the pauses between.

    Two who speak at once get the lower gain of both: the louder voice is the one that is heard.
    """
    steps = _steps(pieces)
    points: list[Point] = []
    for (_, end, before), (start, _, after) in pairwise(steps):
        pause = start - end
        width = min(max(0.8 * pause, _RAMP[0]), _RAMP[1])
        # A pause belongs to the lower gain, so that its noise stays low.
        low = max(end, start - 2 * _SLACK) if after > before else end
        high = min(start, end + 2 * _SLACK) if after < before else start
        middle = quietest(power, low - _SLACK, high + _SLACK)
        if pause > width:
            middle = min(max(middle, end + width / 2), start - width / 2)
        begin = max(middle - width / 2, points[-1].at + 0.02 if points else 0.0)
        points.append(Point(at=round(begin, 3), gain=round(before, 2)))
        points.append(Point(at=round(begin + width, 3), gain=round(after, 2)))
    if not points and steps and abs(steps[0][2]) >= _SAME:
        points = [Point(at=0.0, gain=round(steps[0][2], 2))]
    return tuple(points)


def apply(power: Power, envelope: Sequence[Point]) -> Power:
    """The power of the frames after an envelope."""
    import numpy as np

    if not envelope:
        return power
    middles = (np.arange(len(power)) + 0.5) * FRAME
    gains = np.interp(middles, [point.at for point in envelope], [point.gain for point in envelope])
    raised: Power = power * 10 ** (gains / 10)
    return raised


def add(powers: Sequence[Power], gains: Sequence[float]) -> Power:
    """The power of several tracks together, each after its gain in dB."""
    import numpy as np

    total: Power = np.sum([power * 10 ** (gain / 10) for power, gain in zip(powers, gains, strict=True)], axis=0)
    return total


def quietest(power: Power, start: Seconds, end: Seconds) -> Seconds:
    """The middle of the quietest tenth of a second between two seconds; their middle where they are closer."""
    import numpy as np

    part = power[kweighting.frames(start, end)]
    length = round(_QUIET / FRAME)
    if len(part) < length:
        return (start + end) / 2
    sums = np.convolve(part, np.ones(length), mode="valid")
    return (max(0, round(start / FRAME)) + int(sums.argmin()) + length / 2) * FRAME


def _steps(pieces: Sequence[Piece]) -> list[tuple[Seconds, Seconds, float]]:
    """Stretches of one gain in order."""
    known = [(piece.start, piece.end, gain) for piece, gain in zip(pieces, _settle(pieces), strict=True)]
    edges = sorted({edge for start, end, _ in known for edge in (start, end)})
    active: list[tuple[Seconds, Seconds, float]] = []
    at, running = 0, []
    for start, end in pairwise(edges):
        while at < len(known) and known[at][0] <= start:
            running.append(known[at])
            at += 1
        running = [one for one in running if one[1] > start]
        if running:
            active.append((start, end, min(gain for _, _, gain in running)))
    steps: list[tuple[Seconds, Seconds, float]] = []
    for start, end, gain in active:
        if steps and abs(steps[-1][2] - gain) < _SAME:
            steps[-1] = (steps[-1][0], end, steps[-1][2])
        else:
            steps.append((start, end, gain))
    return steps


def _settle(pieces: Sequence[Piece]) -> list[float]:
    """Each piece's gain; without one of its own the lower of what is heard before and after."""
    before: list[float | None] = []
    for piece in pieces:
        before.append(piece.gain if piece.gain is not None else before[-1] if before else None)
    after: list[float | None] = []
    for piece in reversed(pieces):
        after.append(piece.gain if piece.gain is not None else after[-1] if after else None)
    around = zip(before, reversed(after), strict=True)
    return [min((one for one in pair if one is not None), default=0.0) for pair in around]


def _mark(length: int, turns: Sequence[Turn], margin: Seconds) -> Chosen:
    import numpy as np

    marked = np.zeros(length, bool)
    for turn in turns:
        marked[kweighting.frames(turn.start - margin, turn.end + margin)] = True
    return marked
