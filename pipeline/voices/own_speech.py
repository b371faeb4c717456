"""Where somebody speaks alone, and which of that a voice print is taken from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.models import Seconds, Turn

Stretch = tuple[Seconds, Seconds]

#: More speech than this tells nothing new about a voice.
ENOUGH: Seconds = 30.0
#: So much is taken from one turn at first, so that a voice print knows more than one moment of the recording.
MOST_OF_A_TURN: Seconds = 6.0
_SHORTEST: Seconds = 0.5
_EDGE: Seconds = 0.1  # where turns begin and end is known no better than this


def find_own(turns: Sequence[Turn]) -> dict[str, tuple[Stretch, ...]]:
    """For each speaker the stretches in which nobody else speaks, in order."""
    edges = sorted([(turn.start, 1, turn.speaker) for turn in turns] + [(turn.end, -1, turn.speaker) for turn in turns])
    speaking: dict[str, int] = {}
    own: dict[str, list[Stretch]] = defaultdict(list)
    since = 0.0
    for moment, step, speaker in edges:
        if len(speaking) == 1 and moment > since:
            _extend(own[next(iter(speaking))], since, moment)
        since = moment
        speaking[speaker] = speaking.get(speaker, 0) + step
        if not speaking[speaker]:
            del speaking[speaker]
    return {speaker: tuple(stretches) for speaker, stretches in own.items()}


def pick(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The stretches to take a voice print from, in order: a part of each, the longest first, up to ENOUGH seconds.

    Where that is not enough, long ones give another part. Edges are left out where enough remains.
    """
    parts = sorted((number, start - end, start, end) for stretch in stretches for number, start, end in _cut(stretch))
    chosen: list[Stretch] = []
    left = ENOUGH
    for _, _, start, end in parts:
        if left < _SHORTEST:
            break
        chosen.append((start, min(end, start + left)))
        left -= end - start
    picked: list[Stretch] = []
    for start, end in sorted(chosen):
        _extend(picked, start, end)
    return tuple(picked)


def _cut(stretch: Stretch) -> Iterator[tuple[int, Seconds, Seconds]]:
    """The parts of a stretch, numbered, without its edges; none where it is too short."""
    start, end = stretch
    edge = _EDGE if end - start > 4 * _EDGE + _SHORTEST else 0.0
    begin, number = start + edge, 0
    while end - edge - begin >= _SHORTEST:
        stop = min(end - edge, begin + MOST_OF_A_TURN)
        yield number, begin, stop
        begin, number = stop, number + 1


def _extend(stretches: list[Stretch], start: Seconds, end: Seconds) -> None:
    if stretches and stretches[-1][1] == start:
        start = stretches.pop()[0]
    stretches.append((start, end))
