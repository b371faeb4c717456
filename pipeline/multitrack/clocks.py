"""When a track's recorder began, and how fast its clock runs: times of a track and times of the episode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Seconds


@dataclass(frozen=True, slots=True)
class Clock:
    """A recorder that began at second `start` and counts 1 + `drift` * 1e-6 seconds for each that passes.

    >>> Clock(start=2.0, drift=100.0).to_track(12.0)
    10.001
    """

    start: Seconds = 0.0
    drift: float = 0.0

    @property
    def rate(self) -> float:
        """Recorded seconds for each that passes."""
        return 1 + self.drift * 1e-6

    def to_track(self, time: Seconds) -> Seconds:
        """The second in the track at which something at `time` is heard; negative before the recorder began."""
        return (time - self.start) * self.rate

    def to_episode(self, time: Seconds) -> Seconds:
        """When something that is heard at the track's second `time` happened."""
        return self.start + time / self.rate

    def seen_from(self, other: Clock) -> Clock:
        """The same recorder in the times that `other` is given in, when so far it was given in times of `other`."""
        return Clock(other.to_episode(self.start), (self.rate * other.rate - 1) * 1e6)


def begin_at_zero(clocks: Sequence[Clock]) -> tuple[Clock, ...]:
    """The clocks moved together, so that the recorder that began first begins at 0 and nothing is lost."""
    earliest = min(clock.start for clock in clocks)
    return tuple(Clock(clock.start - earliest, clock.drift) for clock in clocks)
