"""What people set: frozen models of configs/*.yaml, episode.yaml and overrides.yaml, one section a stage."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from pipeline.models import Person, VoicePrint
from pipeline.multitrack.labels import label_of
from pipeline.multitrack.names import name_tracks


class Section(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


#: A recording may have a track for so many people.
MOST_TRACKS = 8

Url = Annotated[str, Field(pattern=r"^https?://[!-~]+$", description="an absolute http(s) URL in ASCII")]
Short = Annotated[str, Field(min_length=1, max_length=255)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]


# -- configs/show.yaml ---------------------------------------------------------------------------------


class Owner(Section):
    """Who answers for the show (podcast:locked, itunes:owner)."""

    name: Short
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class Show(Section):
    """configs/show.yaml: what the feed says about the show. `category` is Apple's, `Group` or `Group > Sub`."""

    title: Short
    description: Annotated[str, Field(min_length=1)]
    author: Short
    owner: Owner
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    link: Url
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    explicit: bool = False
    cover: str = "configs/cover.jpg"
    type: Literal["episodic", "serial"] = "episodic"
    guid: uuid.UUID | None = None
    copyright: str | None = None
    license: str | None = None
    locked: bool = True
    medium: str = "podcast"
    hosts: tuple[Person, ...] = ()
    funding: Url | None = None


# -- configs/glossary.yaml -----------------------------------------------------------------------------


class Term(Section):
    """A name as it must be written; only `term` is needed.

    `aliases` are mis-hearings that always mean it, `sounds_like` spellings that sound as it does, `never` words
    that must not become it. `given` and `family` are a person's names where the term does not show them.
    `case: fixed` writes the name as it stands everywhere, `sentence` capitalises it only where a sentence
    begins. With `episodes` (slugs) or `shows` (titles) it counts only there.
    """

    term: Name
    kind: Literal["person", "organisation", "product", "place", "term"] | None = None
    aliases: tuple[Name, ...] = ()
    sounds_like: tuple[Name, ...] = ()
    never: tuple[Name, ...] = ()
    given: Name | None = None
    family: Name | None = None
    case: Literal["fixed", "sentence"] | None = None
    episodes: tuple[Name, ...] = ()
    shows: tuple[Name, ...] = ()
    link: Url | None = None
    notes: str | None = None


class Glossary(Section):
    """configs/glossary.yaml: the names of the show; a term that is only a name may stand as a plain string."""

    terms: tuple[Term, ...] = ()

    @field_validator("terms", mode="before")
    @classmethod
    def _names_are_terms(cls, value: Any) -> Any:
        return [{"term": one} if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


class Vocabulary(Section):
    """What the recogniser listens for in one episode: the terms that count there and, in `present`, who is on it.

    It stays as it was when the episode was first heard, so that a later glossary edit makes nobody listen again.
    """

    glossary: Glossary
    present: tuple[str, ...] = ()


# -- configs/pipeline.yaml -----------------------------------------------------------------------------

Device = Literal["auto", "cpu", "cuda"]


class PrepareConfig(Section):
    """How recordings are read. `stereo` says whether the sides of one file are two people's microphones.

    `align` finds different starts and clocks of several tracks by their sound, `crosstalk` mutes a track where it
    only hears somebody else.
    """

    stereo: Literal["auto", "mix", "sides"] = "auto"
    align: bool = True
    crosstalk: bool = True


class TranscribeConfig(Section):
    """How speech becomes words. `model` is auto, a Whisper name, a folder, or a hub id.

    `language` is an ISO 639-1 code, or `mixed` where several are spoken; None finds the one that is.

    `hotwords: auto` listens a second time for glossary terms where one may have been mis-heard.
    """

    model: str = "auto"
    device: Device = "auto"
    compute_type: str = "auto"
    language: str | None = None
    beam_size: Annotated[int, Field(ge=1, le=20)] = 5
    batch_size: Annotated[int, Field(ge=0)] = 0
    vad: bool = True
    fallback: bool = False
    hotwords: Literal["auto", "off"] = "auto"


class DiarizeConfig(Section):
    """How speakers are told apart. `model` is packaged, or a pyannote pipeline's hub id."""

    model: str = "packaged"
    device: Device = "auto"
    min_speakers: Annotated[int, Field(ge=1)] | None = None
    max_speakers: Annotated[int, Field(ge=1)] | None = None
    step: Annotated[float, Field(gt=0, le=1)] = 0.25
    threshold: Annotated[float, Field(gt=0, lt=2)] = 0.7
    min_cluster_size: Annotated[int, Field(ge=1)] = 12


class IdentifyConfig(Section):
    """When an enrolled voice names a speaker: at `threshold` (cosine), `margin` above every other enrolled voice."""

    enabled: bool = True
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.7
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.08


class AttributeConfig(Section):
    """How words get their speakers."""

    smooth: bool = True


class TopicsConfig(Section):
    """Which sentence embedding tells topics apart: packaged, a folder, or a hub id."""

    model: str = "packaged"


class CorrectConfig(Section):
    """How the glossary is applied: `strict` changes what is near certain, `eager` what is likelier right than not."""

    enabled: bool = True
    mode: Literal["strict", "balanced", "eager"] = "balanced"


class ChaptersConfig(Section):
    """Where chapters may begin and how their titles look; lengths in seconds and characters."""

    min_length: Annotated[float, Field(ge=5)] = 30.0
    per_hour_min: Annotated[float, Field(gt=0)] = 3.0
    per_hour_max: Annotated[float, Field(gt=0)] = 12.0
    max_title: Annotated[int, Field(ge=10, le=255)] = 40


class NotesConfig(Section):
    """How show notes are made."""

    sentences: Annotated[int, Field(ge=1, le=20)] = 3
    quotes: Annotated[int, Field(ge=0, le=10)] = 3
    keywords: Annotated[int, Field(ge=0, le=30)] = 8


class MasterConfig(Section):
    """The sound: loudness targets in LUFS, true-peak ceiling in dBTP, bit rates in kbit/s."""

    loudness_stereo: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    loudness_mono: Annotated[float, Field(ge=-40, le=-5)] = -19.0
    true_peak: Annotated[float, Field(ge=-9, le=0)] = -1.0
    sample_rate: Literal[32000, 44100, 48000] = 44100
    bitrate_stereo: Literal[64, 80, 96, 112, 128, 160, 192, 224, 256, 320] = 128
    bitrate_mono: Literal[32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192] = 80


class PackageConfig(Section):
    """What an episode's folder holds besides the audio."""

    transcripts: tuple[Literal["vtt", "srt", "json", "html", "txt"], ...] = ("vtt", "srt", "json", "html", "txt")


class PipelineConfig(Section):
    """configs/pipeline.yaml: a section a stage; every key has a default."""

    prepare: PrepareConfig = PrepareConfig()
    transcribe: TranscribeConfig = TranscribeConfig()
    diarize: DiarizeConfig = DiarizeConfig()
    identify: IdentifyConfig = IdentifyConfig()
    attribute: AttributeConfig = AttributeConfig()
    topics: TopicsConfig = TopicsConfig()
    correct: CorrectConfig = CorrectConfig()
    chapters: ChaptersConfig = ChaptersConfig()
    notes: NotesConfig = NotesConfig()
    master: MasterConfig = MasterConfig()
    package: PackageConfig = PackageConfig()


# -- configs/voices/ -----------------------------------------------------------------------------------


class VoiceSample(Section):
    """A stretch of somebody's speech as a voice print: `source` says what it was taken from, `sha256` of that file.

    `start` and `end` in seconds where it is a part of it, `clip` the name of the file in configs/voices/ that it goes
    with.
    """

    source: str
    sha256: str
    start: float | None = None
    end: float | None = None
    clip: str | None = None
    voiceprint: VoicePrint


class EnrolledVoice(Section):
    """configs/voices/<name>.json: a person whose voice is known. Made by the program; biometric, so not in git."""

    name: Name
    model: str
    weights: str
    samples: Annotated[tuple[VoiceSample, ...], Field(min_length=1)]

    @property
    def seconds(self) -> float:
        """How much speech it was learnt from."""
        return sum(sample.voiceprint.seconds for sample in self.samples)


# -- configs/publish.yaml ------------------------------------------------------------------------------


class S3Config(Section):
    """An S3 bucket; credentials come from the environment or the AWS chain, never from here.

    `public_base_url` is where what lies under `prefix` is public. `path_style` puts the bucket's name into the
    path instead of the host; by default so with an `endpoint`, and not on AWS.
    """

    bucket: Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9][a-z0-9.-]+[a-z0-9]$")]
    endpoint: Url | None = None
    region: str | None = None
    path_style: bool | None = None
    prefix: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/?)*$")] = ""
    public_base_url: Url


class FolderConfig(Section):
    """A local folder that `showrunner serve` or any web server serves."""

    path: str = "feeds/public"
    public_base_url: Url = "http://127.0.0.1:8000"


class PublishConfig(Section):
    """configs/publish.yaml: with `s3` the show goes to a bucket, else to the folder.

    `feed_max_age` in seconds; `grace_days` is how long an unpublished episode's files stay for apps that read the
    feed before.
    """

    s3: S3Config | None = None
    folder: FolderConfig = FolderConfig()
    feed_max_age: Annotated[int, Field(ge=0)] = 300
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 7

    @property
    def base_url(self) -> str:
        """Where the feed and assets are public, without a trailing slash."""
        return (self.s3.public_base_url if self.s3 else self.folder.public_base_url).rstrip("/")


# -- episodes/<slug>/ ----------------------------------------------------------------------------------


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

    speakers: dict[str, str] = {}
    chapters: tuple[str, ...] | None = None
    reject: tuple[str, ...] = ()
    corrections: tuple[Ruling, ...] = ()


# -- all of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run of one episode may depend on."""

    slug: str
    show: Show
    glossary: Glossary
    pipeline: PipelineConfig
    publish: PublishConfig
    episode: EpisodeConfig
    overrides: Overrides
    enrolled: tuple[EnrolledVoice, ...] = ()

    @property
    def listens(self) -> bool:
        """Whether any speaker is to be known by voice: without an enrolled one no voice print is ever made."""
        return self.pipeline.identify.enabled and bool(self.enrolled)

    def at(self, path: str) -> Any:
        """The section or value at a dotted path such as `pipeline.transcribe` or `episode.language`."""
        value: Any = self
        for part in path.split("."):
            value = getattr(value, part)
        return value
