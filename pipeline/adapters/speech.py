"""Where somebody speaks, and the pieces in which a recogniser takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from pipeline.models import Seconds

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
#: Pieces end where a silence of `GAP` seconds begins, or at their longest pause when 30 s would be exceeded.
GAP: Seconds = 2.0
_WINDOW: Seconds = 30.0
_PAD: Seconds = 0.3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds [start, end) of the recording."""

    start: Seconds
    end: Seconds

    @property
    def length(self) -> Seconds:
        """In seconds."""
        return self.end - self.start


def find_speech(samples: Samples) -> tuple[Stretch, ...]:
    """Where somebody speaks, by the Silero VAD that faster-whisper carries; `samples` are 16 kHz mono."""
    import numpy as np
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=200, min_speech_duration_ms=100, speech_pad_ms=50)
    found = get_speech_timestamps(np.asarray(samples), options)
    return tuple(Stretch(one["start"] / RATE, one["end"] / RATE) for one in found)


def stretches(speech: Sequence[Stretch], duration: Seconds) -> tuple[Stretch, ...]:
    """Speech joined across short silences into pieces that Whisper's window holds, with a little sound around each.

    A piece that would exceed the window ends at its longest inner silence; speech without one is cut at the window.
    """
    groups: list[list[Stretch]] = []
    for one in (part for stretch in speech for part in _halved(stretch)):
        if groups and one.start - groups[-1][-1].end < GAP:
            groups[-1].append(one)
        else:
            groups.append([one])
    pieces = [piece for group in groups for piece in _fitting(group)]
    padded: list[Stretch] = []
    for at, piece in enumerate(pieces):
        before = pieces[at - 1].end if at else -_PAD
        after = pieces[at + 1].start if at + 1 < len(pieces) else duration
        # Two neighbours share the silence between them, so that no word is heard twice.
        start = max(0.0, piece.start - min(_PAD, (piece.start - before) / 2))
        padded.append(Stretch(start, min(duration, piece.end + min(_PAD, max(0.0, after - piece.end) / 2))))
    return tuple(padded)


def _halved(stretch: Stretch) -> tuple[Stretch, ...]:
    """The stretch in equal parts that each fit Whisper's window with its padding."""
    parts = max(1, ceil(stretch.length / (_WINDOW - 2 * _PAD)))
    size = stretch.length / parts
    return tuple(Stretch(stretch.start + size * at, stretch.start + size * (at + 1)) for at in range(parts))


def _fitting(group: Sequence[Stretch]) -> list[Stretch]:
    whole = Stretch(group[0].start, group[-1].end)
    if len(group) == 1 or whole.length <= _WINDOW - 2 * _PAD:
        return [whole]
    cut = max(
        range(1, len(group)), key=lambda at: (round(group[at].start - group[at - 1].end, 2), -abs(2 * at - len(group)))
    )
    return [*_fitting(group[:cut]), *_fitting(group[cut:])]
