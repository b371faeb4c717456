"""What a build folder remembers: for each stage its key, why it ran, and the files that it left."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import store

NAME = "manifest.json"


class Stamp(BaseModel):
    """A file as it was when its digest was taken; same size and mtime mean that it need not be read again."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path, sha256: str | None = None) -> Stamp:
        """Stamp a file, reading it for its digest unless that is known. Raises FileNotFoundError."""
        stat = path.stat()
        return cls(sha256=sha256 or store.digest_file(path), size=stat.st_size, mtime_ns=stat.st_mtime_ns)

    def refreshed(self, path: Path) -> Stamp:
        """The stamp of the file as it is now; reads it only if its size or time changed."""
        stat = path.stat()
        same = (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns)
        return self if same else Stamp.of(path)


class Entry(BaseModel):
    """A finished stage: `parts` are the digests that its key was made of, `files` what it left behind.

    `shared` is the key under which the cache has the result, `taken` whether it came from there.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    why: tuple[str, ...]
    parts: dict[str, str]
    outputs: dict[str, str]
    files: dict[str, Stamp]
    seconds: float
    tools: dict[str, str] = {}
    shared: str | None = None
    taken: bool = False


class Manifest(BaseModel):
    """build/manifest.json: `sources` are the stamps of files outside the folder, by artifact name."""

    sources: dict[str, Stamp] = {}
    stages: dict[str, Entry] = {}


def load(folder: Path) -> Manifest:
    """The folder's manifest; an absent or unreadable one is empty, so that everything runs again."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except (FileNotFoundError, ValidationError):
        return Manifest()


def save(folder: Path, manifest: Manifest) -> None:
    """Replace the folder's manifest."""
    store.write_text_atomic(folder / NAME, manifest.model_dump_json(indent=1) + "\n")


def damaged(folder: Path, entry: Entry) -> str | None:
    """The first file of a finished stage that is gone or no longer what it was, in words."""
    for name, stamp in entry.files.items():
        try:
            now = stamp.refreshed(folder / name)
        except FileNotFoundError:
            return f"{name} is gone"
        if now.sha256 != stamp.sha256:
            return f"{name} was damaged or edited"
    return None
