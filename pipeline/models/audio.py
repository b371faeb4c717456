"""Sound: as it was decoded, and as listeners get it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.models.base import Blob, Model, Seconds


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
    tags: dict[str, str] = Field(default_factory=dict)
    mix: Literal["both", "left", "right"] = "both"
    stereo: bool = False
    # Left out where there are none, so that a recording in one file keeps the digest that it always had.
    tracks: Annotated[tuple[PreparedTrack, ...], Field(exclude_if=lambda tracks: not tracks)] = ()


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


class Cut(Model):
    """Source seconds [start, end) that listeners do not hear, and why; `text` is what was said there."""

    start: Seconds
    end: Seconds
    reason: Literal["head", "tail", "pause", "chosen", "filler"]
    text: str = ""


class Edits(Model):
    """What is taken out of a recording of `duration` seconds: cuts that ascend and do not overlap."""

    duration: Seconds
    cuts: tuple[Cut, ...] = ()


class Point(Model):
    """A gain in dB at a second. An envelope of them is linear in dB between points and constant outside."""

    at: Seconds
    gain: float


class SpeakerLevel(Model):
    """How loud a speaker is in the recording (LUFS over `seconds` of their own speech) and the dB they are given."""

    speaker: str
    loudness: float | None
    seconds: Seconds
    gain: float = 0.0


class Levels(Model):
    """What brings all speakers to one level: an envelope over source seconds, or one for each track."""

    speakers: tuple[SpeakerLevel, ...] = ()
    envelope: tuple[Point, ...] = ()
    tracks: tuple[tuple[Point, ...], ...] = ()


class Element(Model):
    """Other sound in a programme: seconds [begin, end) of file number `file`, heard from the listener's `start` on.

    `envelope` is in seconds since its start; 0 dB is as loud as the programme.
    """

    kind: Literal["intro", "outro", "bumper", "ad", "music"]
    file: int
    start: Seconds
    begin: Seconds
    end: Seconds
    envelope: tuple[Point, ...] = ()
    title: str | None = None
    toc: bool = False
    url: str | None = None
    img: str | None = None


class Programme(Model):
    """What listeners hear in `duration` seconds: `times` says which of the recording and when, `elements` what else."""

    duration: Seconds
    times: TimeMap
    elements: tuple[Element, ...] = ()
    stereo: bool = False


class Loudness(Model):
    """EBU R 128 figures: `integrated` in LUFS, `range` in LU, `true_peak` in dBTP; None for digital silence.

    `short_term` is the loudness of the last three seconds at each second, in LUFS; empty where nobody measured it.
    """

    integrated: float | None
    range: float | None
    true_peak: float | None
    short_term: tuple[float, ...] = ()


class Encoded(Model):
    """The programme in another encoding, not yet tagged; `bitrate` in kbit/s."""

    audio: Blob
    media_type: str
    bitrate: int


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
    alternates: tuple[Encoded, ...] = ()


class Pictures(Model):
    """Pictures of the sound, as files of the episode."""

    files: tuple[Blob, ...] = ()
