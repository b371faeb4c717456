"""What every artifact is made of: the model, files inside and outside the workspace, people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Seconds = float


def check_url(text: str) -> str:
    """A URL as feeds and pages may hold it. Raises ValueError."""
    if not re.fullmatch(r"https?://[!-~]+", text):
        raise ValueError("is no absolute http(s) URL in ASCII, such as https://example.org/")
    return text


Url = Annotated[str, AfterValidator(check_url)]


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


def blobs_of(value: Any) -> Iterator[Blob]:
    """Every blob in a model, however deep."""
    if isinstance(value, Blob):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from blobs_of(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            if isinstance(one, BaseModel):
                yield from blobs_of(one)


class SourceFile(Model):
    """A file as the user gave it (the recording, the cover): an absolute path outside the workspace.

    `others` are the further tracks of a recording that has a file for each person; of a cover, the episode's own
    picture where it has one.
    """

    path: str
    sha256: str
    size: int
    others: tuple[SourceFile, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Every track's file, in the order of episode.yaml."""
        return (self, *self.others)


class SourceFiles(Model):
    """Any number of files from outside that belong together."""

    files: tuple[SourceFile, ...] = ()


class Person(Model):
    """Somebody on the show, as podcast:person knows them; role and group are of the Podcast Taxonomy."""

    name: str
    role: str = "guest"
    # No part of its text: what was heard does not depend on it, and digests of older episodes stay.
    group: Annotated[str | None, Field(repr=False, exclude_if=lambda group: group is None)] = None
    href: str | None = None
    img: str | None = None
