"""What every artifact is made of: the model, files inside and outside the workspace, people."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Seconds = float


class Model(BaseModel):
    """Base of all artifacts: immutable, and strict about keys, so that a stale file is noticed."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class Blob(Model):
    """A large file beside an artifact: `name` is relative to the workspace, `sha256` of its bytes."""

    name: str
    sha256: str
    size: int


class SourceFile(Model):
    """A file as the user gave it (the recording, the cover): an absolute path outside the workspace.

    `others` are the further tracks of a recording that has a file for each person.
    """

    path: str
    sha256: str
    size: int
    others: tuple[SourceFile, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Every track's file, in the order of episode.yaml."""
        return (self, *self.others)


class Person(Model):
    """Somebody on the show, as podcast:person knows them."""

    name: str
    role: str = "guest"
    href: str | None = None
    img: str | None = None
