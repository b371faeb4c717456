"""What is written from the transcript: topics, corrections, chapters, notes."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, RootModel

from pipeline.models.base import Blob, Model, Seconds


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


class Credit(Model):
    """A person of the episode: who speaks (host, guest, speaker), or is spoken of (mentioned), first at `start`."""

    name: str
    role: Literal["host", "guest", "speaker", "mentioned"]
    link: str | None = None
    start: Seconds
    segment: int


class Soundbite(Model):
    """15 to 60 seconds that make somebody want to hear the rest; `title` is said in them, word for word."""

    start: Seconds
    end: Seconds
    title: str
    segments: tuple[int, ...]
    speaker: str | None = None


class ShowNotes(Model):
    """Notes made only of what was said: every line carries where it was said.

    `headline` is the summary in one line and `summary` in a paragraph, a sentence an entry; `title` is an idea for the
    episode's title; `covered` says for chapters, in order, what is talked about in them.
    """

    headline: NoteLine | None = None
    summary: tuple[NoteLine, ...]
    title: NoteLine | None = None
    covered: tuple[NoteLine, ...] = ()
    quotes: tuple[NoteLine, ...] = ()
    people: tuple[Credit, ...] = ()
    mentions: tuple[Mention, ...] = ()
    keywords: tuple[str, ...] = ()
    soundbite: Soundbite | None = None
    engine: Literal["extractive", "llm"] = "extractive"
