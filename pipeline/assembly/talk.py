"""The talk as assembly sees it: what of the recording is heard, who speaks when, and where it may be interrupted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isinf

from pipeline.models import Corrections, Seconds, Transcript

#: Where nothing of the talk is heard yet, or any more.
BEFORE, AFTER = -inf, inf
#: Interruptions of which less of the talk than that is between are one.
AT_ONCE: Seconds = 1.0

#: Somebody who says nothing for so long has made a pause in which music may rise.
LONG_PAUSE: Seconds = 2.5
_AROUND: Seconds = 0.1  # by which a recogniser's word may end early or late
_LONGEST: Seconds = 1.0  # a pause that is longer is no better place
_TURN: Seconds = 1.0  # by how many seconds nearer a change of speakers counts

Stretch = tuple[Seconds, Seconds]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody speaks from `start` to `end`; `turn` where somebody else goes on."""

    start: Seconds
    end: Seconds
    turn: bool = False

    @property
    def middle(self) -> Seconds:
        """In seconds."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Talk:
    """What is left of a recording (`kept`), all in its own seconds; `quietest` finds the place to cut between two."""

    duration: Seconds
    kept: tuple[Stretch, ...]
    transcript: Transcript
    quietest: Callable[[Seconds, Seconds], Seconds]
    corrections: Corrections | None = None

    @property
    def length(self) -> Seconds:
        """The seconds that are heard."""
        return sum(end - start for start, end in self.kept)

    def at_share(self, share: float) -> Seconds:
        """The source second at which that share of what is heard is over."""
        left = share * self.length
        for start, end in self.kept:
            if left <= end - start:
                return start + left
            left -= end - start
        return self.duration

    def heard_before(self, time: Seconds) -> Seconds:
        """How much is heard before a source second."""
        if isinf(time):
            return 0.0 if time < 0 else self.length
        return sum(max(0.0, min(end, time) - start) for start, end in self.kept)

    def to_edge(self, time: Seconds) -> Seconds:
        """A second as it is, or BEFORE or AFTER the talk where next to nothing of it is heard on one side."""
        heard = self.heard_before(time)
        if min(heard, self.length - heard) >= AT_ONCE:
            return time
        return BEFORE if heard <= self.length / 2 else AFTER

    def pauses(self) -> list[Pause]:
        """Between sentences, in order."""
        segments = self.transcript.segments
        return [
            Pause(one.end, max(one.end, other.start), one.speaker != other.speaker) for one, other in pairwise(segments)
        ]

    def find_pause(self, time: Seconds, snap: Seconds) -> Seconds:
        """Where the talk may be interrupted: in the best pause at most `snap` seconds away, else right there."""
        if isinf(edge := self.to_edge(time)):
            return edge
        near = [one for one in self.pauses() if one.start - snap <= time <= one.end + snap]
        if not near:
            return self.quietest(max(0.0, time - _AROUND), min(self.duration, time + _AROUND)) if snap else time
        best = min(near, key=lambda one: _worth(one, time))
        return self.within(best.start, best.end)

    def before_sentence(self, time: Seconds, snap: Seconds) -> Seconds:
        """The pause before the sentence that begins at a second, or the best one around."""
        if isinf(edge := self.to_edge(time)):
            return edge
        segments = self.transcript.segments
        at = bisect_left(segments, time - _AROUND, key=lambda one: one.start)
        if at < len(segments) and abs(segments[at].start - time) < _LONGEST:
            return self.within(segments[at - 1].end if at else 0.0, segments[at].start)
        return self.find_pause(time, snap)

    def within(self, start: Seconds, end: Seconds) -> Seconds:
        """The quietest second of a pause, whose edges are not quite sure."""
        return self.quietest(max(0.0, start - _AROUND), min(self.duration, max(start, end) + _AROUND))

    def speech(self) -> list[Stretch]:
        """When somebody speaks, joined over pauses in which music stays down."""
        return join(
            (word.start, word.end) for segment in self.transcript.segments for word in segment.words or (segment,)
        )


def _worth(pause: Pause, time: Seconds) -> float:
    away = max(0.0, pause.start - time, time - pause.end)
    return away - min(pause.end - pause.start, _LONGEST) - pause.turn * _TURN


def join(stretches: Iterable[Stretch], gap: Seconds = LONG_PAUSE) -> list[Stretch]:
    """Stretches in order, those closer than `gap` as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
