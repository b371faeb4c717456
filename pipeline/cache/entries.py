"""What a cache knows of a finished stage: its artifacts, and what has to be told about them again."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import store


class DamagedError(Exception):
    """Something in the cache is not what was put there."""


class CacheEntry(BaseModel):
    """A finished stage: `artifacts` hold each output's JSON, `digests` the SHA-256 of its values.

    `notices` are what the stage told when it ran, `seconds` is how long that took, `tools` with which versions. The
    files that the artifacts name are objects of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    artifacts: dict[str, str]
    digests: dict[str, str]
    notices: tuple[str, ...] = ()
    seconds: float
    tools: dict[str, str] = {}

    def models(self, kinds: Mapping[str, type[BaseModel]]) -> dict[str, BaseModel]:
        """The artifacts as models, by name. Raises DamagedError for one that is not what its digest says."""
        made: dict[str, BaseModel] = {}
        for name, text in self.artifacts.items():
            try:
                made[name] = kinds[name].model_validate_json(text)
            except (KeyError, ValidationError) as error:
                raise DamagedError(f"{name} is of another version of showrunner") from error
            if store.digest_model(made[name]) != self.digests.get(name):
                raise DamagedError(f"{name} is not what was put there")
        return made


def encode(entry: CacheEntry) -> bytes:
    """An entry as it is kept: a line with the SHA-256 of the rest in hex, then JSON."""
    body = entry.model_dump_json(indent=1).encode()
    return store.digest_bytes(body).encode() + b"\n" + body


def decode(data: bytes) -> CacheEntry:
    """What `encode` made. Raises DamagedError when a byte of it changed."""
    digest, _, body = data.partition(b"\n")
    if store.digest_bytes(body).encode() != digest:
        raise DamagedError("its entry is not what was put there")
    try:
        return CacheEntry.model_validate_json(body)
    except ValidationError as error:
        raise DamagedError("its entry is of another version of showrunner") from error
