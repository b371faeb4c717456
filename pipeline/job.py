"""What a run of an episode is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run: its `build` folder, all settings, and the files from outside by artifact name.

    `tracks` are the files besides `source` when a recording has one for each person, `artwork` the picture besides
    `cover` when the episode has one of its own, `elements` the other sound in it, each file with the
    key that names it.
    """

    slug: str
    build: Path
    settings: Settings
    sources: Mapping[str, Path]
    tracks: tuple[Path, ...] = ()
    artwork: tuple[Path, ...] = ()
    elements: Mapping[Path, str] = field(default_factory=dict)

    def files(self, name: str) -> tuple[Path, ...]:
        """The files that make up an artifact from outside; none when it is not from outside."""
        if name == "elements":
            return tuple(self.elements)
        if name not in self.sources:
            return ()
        return (self.sources[name], *{"source": self.tracks, "cover": self.artwork}.get(name, ()))
