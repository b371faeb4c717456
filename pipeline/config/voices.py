"""configs/voices/: the voices that are known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.config.base import Name, Section
from pipeline.models import VoicePrint


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
