"""When a file that is being written is finished: it has stopped changing for long enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.models import Seconds

#: Bytes, and the time of the last change in nanoseconds.
State = tuple[int, int]


@dataclass(slots=True)
class Settling:
    """Watches files grow. One is finished when it looked the same for `patience` seconds, and is told of once.

    Ages are taken from the watcher's own monotonic clock, never from a file's time, which copying sets back and a
    wrong clock sets forward.
    """

    patience: Seconds
    _since: dict[Path, tuple[State, Seconds]] = field(default_factory=dict)
    _told: dict[Path, State] = field(default_factory=dict)

    def look(self, files: Mapping[Path, State], now: Seconds) -> list[Path]:
        """Those that are finished and were not told of as they are; an empty file never is finished."""
        for gone in self._since.keys() - files.keys():
            self._since.pop(gone)
            self._told.pop(gone, None)
        finished: list[Path] = []
        for path, state in sorted(files.items()):
            before, since = self._since.get(path, (None, now))
            if before != state:
                since = now
            self._since[path] = state, since
            if state[0] and now - since >= self.patience and self._told.get(path) != state:
                self._told[path] = state
                finished.append(path)
        return finished

    @property
    def waits(self) -> bool:
        """Whether a file may become finished by doing nothing."""
        return any(state[0] and self._told.get(path) != state for path, (state, _) in self._since.items())
