"""What passes between stages: frozen models, times in float seconds on the source timeline.

Every model round-trips through JSON unchanged; docs/formats.md is the public description of those that
leave the program (transcript.json, turns.json, corrections.json, chapters.json).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

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


class PreparedTrack(Model):
    """One person's own sound: `pcm` is as `PreparedAudio.pcm` and on its timeline, silent where the person is.

    The recording of this track begins at `start` seconds of the episode, on a clock that runs `drift` parts in a
    million fast; the person is heard for `voiced` seconds. `mix` and `stereo` are as in `PreparedAudio`; `label` names
    the speaker until somebody does.
    """

    label: str
    pcm: Blob
    channels: int
    mix: Literal["both", "left", "right"] = "both"
    stereo: bool = False
    start: Seconds = 0.0
    drift: float = 0.0
    voiced: Seconds = 0.0


class PreparedAudio(Model):
    """The recording decoded once: `pcm` is 16 kHz mono little-endian float32 without a header.

    `duration` is of the decoded sound in seconds; `channels`, `source_rate` (Hz) and `codec` describe the
    source; `tags` are the container's, with lower-case keys. `mix` says which channels the mono is made of (a dead
    one is left out), `stereo` whether left and right differ. `tracks` are there when each person has one: then `pcm`
    is their sum, and the description is the first file's.
    """

    pcm: Blob
    sample_rate: int
    duration: Seconds
    channels: int
    source_rate: int
    codec: str
    tags: dict[str, str] = {}
    mix: Literal["both", "left", "right"] = "both"
    stereo: bool = False
    # Left out where there are none, so that a recording in one file keeps the digest that it always had.
    tracks: Annotated[tuple[PreparedTrack, ...], Field(exclude_if=lambda tracks: not tracks)] = ()


class Word(Model):
    """One word as heard, punctuation attached, without surrounding spaces; `overlap`: somebody else speaks, too.

    `language` is there where it is not the transcript's.
    """

    start: Seconds
    end: Seconds
    text: str
    probability: float = 1.0
    speaker: str | None = None
    overlap: bool = Field(default=False, exclude_if=lambda overlap: not overlap)
    language: str | None = Field(default=None, exclude_if=lambda language: language is None)


class Segment(Model):
    """A run of words from one speaker, a sentence or so; `text` is its words joined as they are read.

    `language` is there where it is not the transcript's.
    """

    id: int
    start: Seconds
    end: Seconds
    text: str
    speaker: str | None = None
    words: tuple[Word, ...] = ()
    language: str | None = Field(default=None, exclude_if=lambda language: language is None)


class Transcript(Model):
    """Everything that was said, in order; `language` is an ISO 639-1 code, `model` the recogniser's name."""

    language: str
    duration: Seconds
    model: str
    segments: tuple[Segment, ...]

    def words(self) -> Iterator[Word]:
        """Every word in order."""
        for segment in self.segments:
            yield from segment.words


class Turn(Model):
    """One speaker talking from `start` to `end`; turns of different speakers may overlap."""

    start: Seconds
    end: Seconds
    speaker: str


class Turns(RootModel[tuple[Turn, ...]]):
    """Who spoke when, ordered by start (turns.json; RTTM through formats)."""

    model_config = ConfigDict(frozen=True)


class VoicePrint(Model):
    """How somebody sounds: a unit-length speaker embedding from `seconds` of speech. Biometric: never published."""

    vector: tuple[float, ...]
    seconds: Seconds


class Voices(Model):
    """Each speaker's voice by label, where it was asked for; `weights` is the SHA-256 of the network's."""

    weights: str
    prints: dict[str, VoicePrint] = {}


class Identity(Model):
    """Whom a speaker sounds like: `nearest` of the enrolled voices with its cosine, `name` only where that is sure.

    `why` says in words what decided it.
    """

    speaker: str
    name: str | None = None
    nearest: str | None = None
    score: float | None = None
    why: str


class Identities(RootModel[tuple[Identity, ...]]):
    """What the voices tell about who is who, a speaker each, in the order of first speaking."""

    model_config = ConfigDict(frozen=True)


class SecondHearing(Model):
    """A place where `heard` might have been the glossary's `term`: what was heard the second time, and what came of it.

    `again` is empty where the same was heard; `why` says in words why the second hearing was `taken` or not.
    """

    start: Seconds
    end: Seconds
    heard: str
    again: str
    term: str
    taken: bool
    why: str


class RelistenedPiece(Model):
    """A piece of sound that was decoded again with `hotwords`; `left_out` are terms for which there was no room."""

    start: Seconds
    end: Seconds
    hotwords: tuple[str, ...]
    left_out: int = 0
    places: tuple[SecondHearing, ...] = ()


class Relistened(Model):
    """What was listened to a second time for names, of the `terms` that the vocabulary had (relistened.json)."""

    terms: int
    pieces: tuple[RelistenedPiece, ...] = ()


class Topics(Model):
    """What the transcript is about, before names are corrected: chapters and notes build on it.

    `segments` are the ids of the transcript's segments in order; `vectors` holds a float16 .npy of shape
    [segments, dimensions] with their unit-length sentence embeddings; `turns` gives for each segment the
    strength in [0, 1] of a topic change right before it.
    """

    model: str
    segments: tuple[int, ...]
    vectors: Blob
    turns: tuple[float, ...]


class Correction(Model):
    """One considered change of words: `heard` became (or, where not `applied`, might become) `meant`.

    `segment` and `start` place it in a transcript, `line` (from 1) in a text file. `rule` names what found
    it, `score` is how likely it is right, in [0, 1], and `reasons` say in words what spoke for and against it. What
    was not applied is only suggested, or was rejected by a person.
    """

    segment: int | None = None
    start: Seconds | None = None
    heard: str
    meant: str
    term: str
    rule: str
    score: float
    applied: bool
    line: int | None = None
    outcome: Literal["applied", "suggested", "rejected"] = "applied"
    reasons: tuple[str, ...] = ()


class Corrections(RootModel[tuple[Correction, ...]]):
    """The log of a correction run, in transcript order (corrections.json)."""

    model_config = ConfigDict(frozen=True)


class Chapter(Model):
    """A chapter as in the podcast namespace's JSON chapters 1.2; times in seconds."""

    start: Seconds = Field(alias="startTime")
    title: str
    end: Seconds | None = Field(default=None, alias="endTime")
    url: str | None = None
    img: str | None = None
    toc: bool = True


class Chapters(Model):
    """chapters.json: the first chapter starts at 0, starts ascend."""

    version: Literal["1.2.0"] = "1.2.0"
    chapters: tuple[Chapter, ...]


class NoteLine(Model):
    """A sentence of the notes with the second and the transcript segments that it was taken from."""

    text: str
    start: Seconds
    segments: tuple[int, ...]
    speaker: str | None = None


class Mention(Model):
    """A glossary term that was said, first at `start`."""

    term: str
    kind: str | None = None
    link: str | None = None
    start: Seconds
    segment: int


class ShowNotes(Model):
    """Notes made only of what was said: every line carries where it was said."""

    summary: tuple[NoteLine, ...]
    quotes: tuple[NoteLine, ...] = ()
    mentions: tuple[Mention, ...] = ()
    keywords: tuple[str, ...] = ()


class Span(Model):
    """Source seconds [start, end) that a listener hears beginning at `heard_at`."""

    start: Seconds
    end: Seconds
    heard_at: Seconds


class TimeMap(Model):
    """Where source times land in the finished audio; spans ascend on both sides and do not overlap."""

    spans: tuple[Span, ...]

    def to_listener(self, time: Seconds) -> Seconds:
        """The listener's second for a source second; a time that was cut maps to the join."""
        landed = 0.0
        for span in self.spans:
            if time < span.start:
                return max(landed, span.heard_at)
            landed = span.heard_at + min(time, span.end) - span.start
            if time < span.end:
                return landed
        return landed


class Loudness(Model):
    """EBU R 128 figures: `integrated` in LUFS, `range` in LU, `true_peak` in dBTP; None for digital silence."""

    integrated: float | None
    range: float | None
    true_peak: float | None


class MasteredAudio(Model):
    """The episode's sound, encoded and not yet tagged."""

    audio: Blob
    media_type: str
    duration: Seconds
    sample_rate: int
    channels: int
    bitrate: int
    before: Loudness
    after: Loudness
    times: TimeMap


def hashed_name(name: str, sha256: str) -> str:
    """`episode.mp3` -> `episode-0123456789ab.mp3`."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{sha256[:12]}{dot}{ending}"


Role = Literal["audio", "transcript", "chapters", "page", "notes", "cover", "extra"]


class PackagedFile(Model):
    """A file of a finished episode: `name` as a person would call it, `key` as it is published."""

    name: str
    role: Role
    media_type: str
    blob: Blob

    @property
    def key(self) -> str:
        """The published name: it carries the content's digest, to be cached for ever; a page keeps its name."""
        return self.name if self.role == "page" else hashed_name(self.name, self.blob.sha256)


class Package(Model):
    """All files of a finished episode; times in them are the listener's."""

    files: tuple[PackagedFile, ...]
    duration: Seconds

    def of(self, role: Role) -> tuple[PackagedFile, ...]:
        """The files with that role, in order."""
        return tuple(file for file in self.files if file.role == role)


class Person(Model):
    """Somebody on the show, as podcast:person knows them."""

    name: str
    role: str = "guest"
    href: str | None = None
    img: str | None = None


class Enclosure(Model):
    """The audio file of a feed item: absolute URL, size in bytes, MIME type."""

    url: str
    length: Annotated[int, Field(gt=0)]
    type: str


class Asset(Model):
    """A published file that a feed item points to."""

    url: str
    type: str
    language: str | None = None


class Episode(Model):
    """What the feed says about one episode: the record that the catalog keeps.

    `guid` is given once and never changes. `published` is RFC 3339 with an offset, and so is `withdrawn`, when it was
    taken off the feed. `notes_html` holds only the tags that Apple allows; `notes_text` is plain.
    """

    guid: str
    slug: str
    title: str
    published: str
    summary: str
    notes_html: str
    notes_text: str
    duration: Seconds
    enclosure: Enclosure
    page_url: str
    season: int | None = None
    number: int | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False
    image_url: str | None = None
    people: tuple[Person, ...] = ()
    transcripts: tuple[Asset, ...] = ()
    chapters: Asset | None = None
    withdrawn: str | None = None


class Catalog(Model):
    """Every published episode of a show, newest first: the truth that feed.xml is rendered from."""

    show_guid: str
    episodes: tuple[Episode, ...] = ()


class Publication(Model):
    """Where an episode went; `assets` are the keys of its files, in order, `feed` is the feed that named them."""

    feed_url: str
    page_url: str
    episode: Episode
    assets: tuple[str, ...]
    feed: Blob
