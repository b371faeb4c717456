"""Voice prints, and whose voices they are."""

from __future__ import annotations

from pydantic import ConfigDict, Field, RootModel

from pipeline.models.base import Model, Seconds


class VoicePrint(Model):
    """How somebody sounds: a unit-length speaker embedding from `seconds` of speech. Biometric: never published."""

    vector: tuple[float, ...]
    seconds: Seconds


class Voices(Model):
    """Each speaker's voice by label, where it was asked for; `weights` is the SHA-256 of the network's."""

    weights: str
    prints: dict[str, VoicePrint] = Field(default_factory=dict)


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
