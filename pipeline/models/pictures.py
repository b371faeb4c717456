"""Pictures of the sound: how loud it is where, what was drawn of it, and what an audiogram shows."""

from __future__ import annotations

from pipeline.models.base import Blob, Model, Seconds
from pipeline.models.release import PackagedFile


class Waveform(Model):
    """How loud the finished sound is in each of `columns` equal stretches.

    `levels` holds two bytes for each: the highest sample and the root mean square of all, 255 being full scale.
    """

    columns: int
    levels: Blob


class Pictures(Model):
    """What was drawn: `files` are for listeners, `kept` are for whoever makes the show; `levels` are the waveform's."""

    levels: Blob | None = None
    files: tuple[PackagedFile, ...] = ()
    kept: tuple[Blob, ...] = ()


class CaptionWord(Model):
    """A word on the screen; it is said from `start` to `end`, in seconds of the clip."""

    start: Seconds
    end: Seconds
    text: str


class Caption(Model):
    """Words that stand on the screen together until the next caption, or until `end`; `colour` is the speaker's."""

    start: Seconds
    end: Seconds
    words: tuple[CaptionWord, ...]
    speaker: str | None = None
    colour: int = 0


class Storyboard(Model):
    """What an audiogram shows: `length` seconds of the finished sound from `start` on, and what is said in them.

    `glue` stands between words; `about` is a line about the episode.
    """

    start: Seconds
    length: Seconds
    title: str
    show: str
    about: str
    shape: str
    language: str
    glue: str = " "
    captions: tuple[Caption, ...] = ()


class ClipPlan(Model):
    """The audiogram that a run is to make; without a storyboard it makes none."""

    storyboard: Storyboard | None = None


class Audiogram(Model):
    """The video that a run made; none where nobody asked for one or there is nothing to show."""

    file: PackagedFile | None = None
