"""The style sheet and script of the pages, named by their contents so that they may be cached for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.models import hashed_name

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {"site.css": "text/css", "site.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file that pages load: `name` here, `key` as published beside the page."""

    name: str
    key: str
    media_type: str
    data: bytes


@lru_cache
def static_file(name: str) -> StaticFile:
    """One file of pipeline/site/static."""
    data = (_FOLDER / name).read_bytes()
    return StaticFile(name, hashed_name(name, hashlib.sha256(data).hexdigest()), _MEDIA_TYPES[name], data)


def static_files() -> tuple[StaticFile, ...]:
    """All of them."""
    return tuple(map(static_file, _MEDIA_TYPES))
