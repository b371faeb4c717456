"""What a run of an episode is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import Settings

#: Artifacts from outside that are any number of files, none among them.
COLLECTIONS = ("elements", "chapter_images")


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run: its `build` folder, all settings, and the files from outside by artifact name.

    `tracks` are the files besides `source` when a recording has one for each person, `artwork` the picture besides
    `cover` when the episode has one of its own, `elements` the other sound in it and `chapter_images` the pictures of
    its chapters, each file with the key that names it.
    """

    slug: str
    build: Path
    settings: Settings
    sources: Mapping[str, Path]
    tracks: tuple[Path, ...] = ()
    artwork: tuple[Path, ...] = ()
    elements: Mapping[Path, str] = field(default_factory=dict)
    chapter_images: Mapping[Path, str] = field(default_factory=dict)

    def key_of(self, path: Path) -> str | None:
        """The key of the settings that names a file of a collection."""
        return next((found[path] for name in COLLECTIONS if path in (found := self._collection(name))), None)

    def _collection(self, name: str) -> Mapping[Path, str]:
        return {"elements": self.elements, "chapter_images": self.chapter_images}[name]

    def files(self, name: str) -> tuple[Path, ...]:
        """The files that make up an artifact from outside; none when it is not from outside."""
        if name in COLLECTIONS:
            return tuple(self._collection(name))
        if name not in self.sources:
            return ()
        return (self.sources[name], *{"source": self.tracks, "cover": self.artwork}.get(name, ()))
