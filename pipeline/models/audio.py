"""Sound: as it was decoded, and as listeners get it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
        """The listener's second for a source second; a time that was cut maps to where the talk goes on."""
        at = bisect_right(self.spans, time, key=lambda span: span.start)
        if not at:
            return self.spans[0].heard_at if self.spans else 0.0
        last = self.spans[at - 1]
        if time < last.end or at == len(self.spans):
            return last.heard_at + min(time, last.end) - last.start
        return self.spans[at].heard_at

    def ends_at(self, time: Seconds) -> Seconds:
        """As `to_listener` for what ends at a source second: at a join it is the end of what is heard before it."""
        at = bisect_left(self.spans, time, key=lambda span: span.start)
        if not at:
            return self.spans[0].heard_at if self.spans else 0.0
        last = self.spans[at - 1]
        return last.heard_at + min(time, last.end) - last.start

    def to_source(self, heard: Seconds) -> Seconds:
        """The source second for a listener's second; where other sound plays, the one at which the talk goes on."""
        at = bisect_right(self.spans, heard, key=lambda span: span.heard_at)
        if not at:
            return self.spans[0].start if self.spans else 0.0
        last = self.spans[at - 1]
        if heard - last.heard_at < last.end - last.start or at == len(self.spans):
            return min(last.start + heard - last.heard_at, last.end)
        return self.spans[at].start

    def heard_in(self, start: Seconds, end: Seconds) -> Seconds:
        """How many of the source seconds [start, end) a listener hears."""
        total = 0.0
        for at in range(bisect_right(self.spans, start, key=lambda span: span.end), len(self.spans)):
            span = self.spans[at]
            if span.start >= end:
                break
            total += min(end, span.end) - max(start, span.start)
        return total

    def is_heard(self, start: Seconds, end: Seconds) -> bool:
        """Whether a listener hears at least half of the source seconds [start, end), or the moment where they are one.

        Half, as edges of cuts lie where it is quiet, which may be a little beside where a recogniser ends a word.
        """
        if end > start:
            return self.heard_in(start, end) >= (end - start) / 2
        at = bisect_right(self.spans, start, key=lambda span: span.start)
        return at > 0 and start <= self.spans[at - 1].end


class Cut(Model):
    """Source seconds [start, end) that listeners do not hear, and why; `text` is what was said there."""

    start: Seconds
    end: Seconds
    reason: Literal["head", "tail", "pause", "chosen", "filler"]
    text: str = ""


class Edits(Model):
    """What is taken out of a recording of `duration` seconds: cuts that ascend and do not meet."""

    duration: Seconds
    cuts: tuple[Cut, ...] = ()

    @property
    def kept(self) -> tuple[tuple[Seconds, Seconds], ...]:
        """The source seconds (start, end) of each piece that is left, in order."""
        starts = (0.0, *(cut.end for cut in self.cuts))
        ends = (*(cut.start for cut in self.cuts), self.duration)
        return tuple((start, end) for start, end in zip(starts, ends, strict=True) if end > start)


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
    """What brings all speakers to one level: an envelope over source seconds, or one for each track.

    `loudness` is that of all speech after it, in LUFS, and `noise` that of the recording's steady noise before it, as
    the dBFS of white noise that hisses as much; None where neither could be measured.
    """

    speakers: tuple[SpeakerLevel, ...] = ()
    envelope: tuple[Point, ...] = ()
    tracks: tuple[tuple[Point, ...], ...] = ()
    loudness: float | None = None
    noise: float | None = None


class SoundFile(Model):
    """A file of other sound: of its `duration` seconds, [begin, end) is not silent, and [speech] somebody speaks."""

    duration: Seconds
    begin: Seconds
    end: Seconds
    stereo: bool = False
    speech: tuple[Seconds, Seconds] | None = None


class SoundFiles(Model):
    """What was heard in the files of an episode's elements, in their order."""

    files: tuple[SoundFile, ...] = ()


class Element(Model):
    """Other sound in a programme: seconds [begin, end) of file number `file`, heard from the listener's `start` on.

    `envelope` is in seconds since its start; 0 dB is as loud as the programme.
    """

    kind: Literal["intro", "outro", "bumper", "ad"]
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
