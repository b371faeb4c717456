"""episodes/<slug>/: episode.yaml and overrides.yaml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.config.base import Name, Section, Short
from pipeline.models import Person
from pipeline.multitrack.labels import label_of
from pipeline.multitrack.names import name_tracks

#: A recording may have a track for so many people.
MOST_TRACKS = 8


class Placement(Section):
    """Where a track begins: `offset` seconds after the first one (before it, when negative), `drift` in ppm.

    Without `offset` both are found from the sound. A clock that runs fast has a positive drift.
    """

    offset: Annotated[float, Field(ge=-86_400, le=86_400)] | None = None
    drift: Annotated[float, Field(ge=-1_000, le=1_000)] = 0.0


class EpisodeConfig(Section):
    """episode.yaml: what a person knows about the episode. Made by the first run, never overwritten.

    `speakers` is a number, or names in the order in which they first speak, or label -> name. `date` is a day or a
    moment; a day means midnight UTC. `sources` are relative to the checkout or absolute: one recording, or a track
    for each person; then `speakers` are their names and `tracks` their placements, both in the same order.
    """

    title: Short
    date: dt.datetime | dt.date
    guid: Annotated[str, Field(min_length=1, max_length=255)]
    sources: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_TRACKS)]
    # Left out where it is not used, so that the digests of older episodes stay.
    tracks: Annotated[tuple[Placement, ...], Field(max_length=MOST_TRACKS, exclude_if=lambda tracks: not tracks)] = ()
    season: Annotated[int, Field(ge=1)] | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool | None = None
    language: str | None = None
    summary: str | None = None
    guests: tuple[Person, ...] = ()
    speakers: Annotated[int, Field(ge=1)] | tuple[str, ...] | dict[str, str] | None = Field(None, validate_default=True)
    duration: float | None = None

    @field_validator("tracks")
    @classmethod
    def _tracks_are_sources(cls, value: tuple[Placement, ...], info: ValidationInfo) -> tuple[Placement, ...]:
        if len(value) > len(info.data.get("sources", value)):
            raise ValueError(f"places {len(value)} tracks, and there are {len(info.data['sources'])} sources")
        return value

    @field_validator("speakers")
    @classmethod
    def _tracks_have_names(
        cls, value: int | tuple[str, ...] | dict[str, str] | None, info: ValidationInfo
    ) -> int | tuple[str, ...] | dict[str, str] | None:
        """Of several tracks the names: those that are given, by label or file, else what the file names tell."""
        files = [Path(source) for source in info.data.get("sources", ())]
        if len(files) < 2 or isinstance(value, tuple):
            return value
        told = name_tracks([file.stem for file in files])
        given = value if isinstance(value, dict) else {}
        wanted = [(label_of(at), file.name, file.stem) for at, file in enumerate(files, 1)]
        named = [next((given[key] for key in keys if key in given), None) for keys in wanted]
        return tuple(name or other for name, other in zip(named, told, strict=True))

    @field_validator("guests", mode="before")
    @classmethod
    def _names_are_people(cls, value: Any) -> Any:
        return [{"name": one} if isinstance(one, str) else one for one in value] if isinstance(value, list) else value

    @property
    def speaker_count(self) -> int | None:
        """How many people speak, where the file tells."""
        if self.speakers is None or isinstance(self.speakers, int):
            return self.speakers
        return len(set(self.speakers.values() if isinstance(self.speakers, dict) else self.speakers)) or None

    @property
    def published(self) -> dt.datetime:
        """The moment of publication, with an offset."""
        if not isinstance(self.date, dt.datetime):
            return dt.datetime(self.date.year, self.date.month, self.date.day, tzinfo=dt.UTC)
        return self.date if self.date.tzinfo else self.date.replace(tzinfo=dt.UTC)


class Ruling(Section):
    """A person's word on a correction: what was `heard` is written as `meant` (accept), or never is (reject).

    With `at` (seconds) it is about that one place, else about the whole episode. A rejection without `meant` leaves
    what was heard as it is, whatever it might become.
    """

    heard: Name
    meant: Name | None = None
    at: Annotated[float, Field(ge=0)] | None = None
    verdict: Literal["accept", "reject"]

    @model_validator(mode="after")
    def _acceptance_says_what(self) -> Ruling:
        if self.verdict == "accept" and self.meant is None:
            raise ValueError("an accepted correction needs `meant`, what is to be written")
        return self


class Overrides(Section):
    """overrides.yaml: a person's last word on one episode."""

    speakers: dict[str, str] = Field(default_factory=dict)
    chapters: tuple[str, ...] | None = None
    reject: tuple[str, ...] = ()
    corrections: tuple[Ruling, ...] = ()
