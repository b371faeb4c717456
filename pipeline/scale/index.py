"""Which episode each recording and each guid belongs to, learnt once a run and remembered for the next one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.errors import ConfigError
from pipeline.project import Project

_REMEMBERED = ".backfill/index.json"


@dataclass(frozen=True, slots=True)
class Index:
    """The episodes of a checkout: slugs by recording (an absolute path or an address) and by guid."""

    by_source: dict[str, str]
    by_guid: dict[str, str]
    slugs: frozenset[str]


def read_index(project: Project) -> Index:
    """Every episode of the checkout; an episode.yaml is read only if its size or time changed since the last time.

    One that cannot be read is known by what it said before, so that a slip makes no second episode of a recording.
    """
    place = project.episodes / _REMEMBERED
    before = _remembered(place)
    now: dict[str, dict[str, Any]] = {}
    for path in sorted(project.episodes.glob("*/episode.yaml")):
        slug, stat = path.parent.name, path.stat()
        stamp = [stat.st_mtime_ns, stat.st_size]
        known = before.get(slug)
        if known is None or known["stamp"] != stamp:
            known = _read(project, slug, stamp) or known or {"stamp": None, "guid": None, "sources": []}
        now[slug] = known
    if now != before:
        store.write_atomic(place, json.dumps(now).encode())
    return Index(
        by_source={source: slug for slug, one in now.items() for source in one["sources"]},
        by_guid={one["guid"]: slug for slug, one in now.items() if one["guid"]},
        slugs=frozenset(now),
    )


def _read(project: Project, slug: str, stamp: list[int]) -> dict[str, Any] | None:
    try:
        read = project.episode(slug)
    except ConfigError:
        return None
    sources = [one if "://" in one else str((project.root / one).resolve()) for one in read.sources]
    return {"stamp": stamp, "guid": read.guid, "sources": sources}


def _remembered(place: Path) -> dict[str, dict[str, Any]]:
    try:
        found: dict[str, dict[str, Any]] = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return found
