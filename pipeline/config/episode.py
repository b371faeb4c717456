"""episodes/<slug>/: episode.yaml and overrides.yaml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from pipeline.config.base import Credited, Name, Picture, Section, Several, Short, Url
from pipeline.config.edits import Cuts, Kept
from pipeline.config.elements import Elements
from pipeline.formats.clock import parse_moment, parse_stamp
from pipeline.models.feed import Clip, Comments, License, Location, Payment, Txt
from pipeline.multitrack.labels import label_of
from pipeline.multitrack.names import name_tracks

#: A recording may have a track for so many people.
MOST_TRACKS = 8


class Placement(Section):
    """Where a track begins: `offset` seconds after the first one (before it, when negative), `drift` in ppm.

    Without `offset` both are found from the sound. A clock that runs fast has a positive drift. With a `gain` in dB
    the track is as loud as that makes it, instead of as loud as the others.
    """

    offset: Annotated[float, Field(ge=-86_400, le=86_400)] | None = None
    drift: Annotated[float, Field(ge=-1_000, le=1_000)] = 0.0
    # Left out where it is not used, so that the digests of older episodes stay.
    gain: Annotated[float | None, Field(ge=-60, le=60, exclude_if=lambda gain: gain is None)] = None


class EpisodeConfig(Section):
    """episode.yaml: what a person knows about the episode. Made by the first run, never overwritten.

    `speakers` is a number, or names in the order in which they first speak, or label -> name. `date` is a day or a
    moment; a day means midnight UTC. `sources` are relative to the checkout or absolute: one recording, or a track
    for each person; then `speakers` are their names and `tracks` their placements, both in the same order. `image` is
    a picture of the episode's own, relative to the checkout or absolute. `display` is shown instead of the number.
    `show` is the folder in configs/shows/ of the show that it belongs to, where there are several.
    `soundbites` are in the listener's time, and stand instead of the one that is found. Each key of `elements` stands
    instead of the show's. `cuts` are places of the recording that nobody is to hear, in its own time.
    """

    title: Short
    date: dt.datetime | dt.date
    guid: Annotated[str, Field(min_length=1, max_length=2000)]
    show: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", exclude_if=lambda show: show is None)] = None
    sources: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_TRACKS)]
    # Left out where it is not used, so that the digests of older episodes stay.
    tracks: Annotated[tuple[Placement, ...], Field(max_length=MOST_TRACKS, exclude_if=lambda tracks: not tracks)] = ()
    season: Annotated[int, Field(ge=1)] | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool | None = None
    language: str | None = None
    summary: str | None = None
    guests: tuple[Credited, ...] = ()
    speakers: Annotated[int, Field(ge=1)] | tuple[str, ...] | dict[str, str] | None = Field(None, validate_default=True)
    duration: float | None = None
    image: str | None = None
    display: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    block: bool = False
    soundbites: Annotated[tuple[Clip, ...], Several] = ()
    license: License | None = None
    location: Annotated[tuple[Location, ...], Several] = ()
    txt: Annotated[tuple[Txt, ...], Several] = ()
    value: Annotated[tuple[Payment, ...], Several] = ()
    social: Annotated[tuple[Comments, ...], Several] = ()
    elements: Annotated[Elements | None, Field(exclude_if=lambda elements: elements is None)] = None
    cuts: Annotated[Cuts, Field(exclude_if=lambda cuts: not cuts)] = ()

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

    @field_validator("soundbites", mode="before")
    @classmethod
    def _starts_are_as_on_a_clock(cls, value: Any) -> Any:
        """`start: 12:34` as people read it off a player, or seconds."""
        many = value if isinstance(value, list | tuple) else [value]
        return [_with_seconds(one) if isinstance(one, dict) else one for one in many]

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Where the tracks lie; how loud they are does not move them."""
        return tuple(track.model_copy(update={"gain": None}) for track in self.tracks)

    @property
    def track_gains(self) -> tuple[float | None, ...]:
        """The gain of each track in dB, where somebody chose it."""
        return tuple(track.gain for track in self.tracks)

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


def _with_seconds(clip: dict[str, Any]) -> dict[str, Any]:
    start = clip.get("start")
    return {**clip, "start": parse_stamp(start)} if isinstance(start, str) and parse_stamp(start) is not None else clip


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


class ChapterChoice(Section):
    """A chapter that a person set, with more than time and title: `start` is as on a clock (`1:02.5`), or in seconds.

    `url` is where it leads, `img` its picture: an address, or a file of yours. With `toc: false` it is no entry of
    the table of contents.
    """

    start: Annotated[float, Field(ge=0)]
    title: str = ""
    url: Url | None = None
    img: Picture | None = None
    toc: bool = True

    @field_validator("start", mode="before")
    @classmethod
    def _start_is_a_time(cls, value: Any) -> Any:
        start = parse_moment(value) if isinstance(value, str) else value
        if start is None:
            raise ValueError("is no time, such as 1:02.5 or 62.5")
        return start


def _mend_line(value: Any) -> Any:
    """A line with a colon in its title, which YAML takes for a key and a value when it has no quotation marks."""
    if isinstance(value, dict) and len(value) == 1:
        ((line, rest),) = value.items()
        if isinstance(line, str) and line[:1].isdigit():
            if isinstance(rest, str) or type(rest) is int:
                return f"{line}: {rest}"
            raise ValueError("has a colon in its title: put quotation marks around the whole line")
    if not isinstance(value, str | dict | ChapterChoice):
        raise ValueError("is no line such as '0:00 Title'")
    return value


#: A line `0:00 Title`, or what a person set besides.
_Chosen = Annotated[
    Annotated[str, Tag("line")] | Annotated[ChapterChoice, Tag("choice")],
    Discriminator(lambda value: "line" if isinstance(value, str) else "choice"),
    BeforeValidator(_mend_line),
]


class Overrides(Section):
    """overrides.yaml: a person's last word on one episode.

    `keep` are places where no pause, filler or silence is cut: times, ranges, or words wherever they are said.
    """

    speakers: dict[str, str] = Field(default_factory=dict)
    chapters: tuple[_Chosen, ...] | None = None
    reject: tuple[str, ...] = ()
    corrections: tuple[Ruling, ...] = ()
    keep: Annotated[Kept, Field(exclude_if=lambda keep: not keep)] = ()
