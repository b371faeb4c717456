"""What nothing names any more: files that stages left behind, and published files that no feed or page leads to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import RootModel, ValidationError

from pipeline import catalog, manifest, store
from pipeline.config import PublishConfig, Show
from pipeline.stages import STAGES
from pipeline.targets import Target

#: What stages do not make and yet belongs into a build folder: the manifest, locks, what a language model answered.
_KEPT = (manifest.NAME, ".lock", "llm")
#: The decoded recording: as long as nothing about the recording changes, nothing reads it again.
_DECODED = "prepare"
#: A published name that tells its content; only such a file is ever left over.
_HASHED = re.compile(r"-[0-9a-f]{12}\.[a-z0-9.]+$")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file and its bytes, and why nothing needs it."""

    path: Path
    size: int
    why: str


def in_build(build: Path, *, decoded: bool = False) -> tuple[Leftover, ...]:
    """The files of a build folder that its manifest does not name; with `decoded` the decoded sound as well.

    Where there is no manifest that can be read, everything stays: nobody knows what it is.
    """
    known = manifest.load(build)
    if not known.stages:
        return ()
    stages = {stage.name for stage in STAGES}
    named = {file for name, entry in known.stages.items() if name in stages for file in entry.files}
    raw = {file for file in _files_of(known, _DECODED) if not file.endswith(".json")} if decoded else set()
    found: list[Leftover] = []
    for path in sorted(path for path in build.rglob("*") if path.is_file()):
        name = path.relative_to(build).as_posix()
        if name.split("/")[0] in _KEPT:
            continue
        if name in raw:
            found.append(Leftover(path, path.stat().st_size, "decoded sound: made again when it is needed"))
        elif name not in named:
            found.append(Leftover(path, path.stat().st_size, "no stage names it"))
    return tuple(found)


def _files_of(known: manifest.Manifest, stage: str) -> Iterator[str]:
    entry = known.stages.get(stage)
    yield from entry.files if entry else ()


class FirstSeen(RootModel[dict[str, dt.datetime]]):
    """Since when each published file has been left over."""

    @classmethod
    def read(cls, path: Path) -> FirstSeen:
        """What an earlier look wrote down; nothing where that is gone or unreadable, so that the days begin anew."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return cls({})

    def write(self, path: Path) -> None:
        """Write it down for the next look."""
        store.write_text_atomic(path, self.model_dump_json(indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Published:
    """Published files that nothing leads to: those to remove now, and those that `wait`, each with its day."""

    remove: tuple[str, ...]
    wait: Mapping[str, dt.datetime]
    seen: FirstSeen


def in_published(
    target: Target,
    show: Show,
    settings: PublishConfig,
    before: FirstSeen,
    *,
    now: dt.datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Published:
    """What no catalog, feed or page names, by the hashed names in them; only what has been so for the days of grace.

    A file that another machine is uploading for an episode to come is named by nothing yet: it is younger than that.
    """
    found = target.get(catalog.CATALOG)
    if found is None:
        return Published((), {}, FirstSeen({}))
    everything = target.keys("")
    pages = [key for key in everything if _leads_on(key)]
    texts = [found.data]
    for done, key in enumerate(pages):
        progress(done, len(pages))
        page = target.get(key)
        texts.append(page.data if page else b"")
    named = {name for text in texts for name in re.findall(rb"[^/\"'\s<>()=?#&]+-[0-9a-f]{12}\.[a-z0-9.]+", text)}
    alone = [key for key in everything if _HASHED.search(key) and key.rpartition("/")[2].encode() not in named]
    seen = {key: min(before.root.get(key, now), now) for key in alone}
    days = dt.timedelta(days=settings.grace_days)
    due = tuple(key for key in alone if seen[key] + days <= now and key in before.root)
    wait = {key: seen[key] + days for key in alone if key not in due}
    return Published(due, wait, FirstSeen({key: since for key, since in seen.items() if key not in due}))


def _leads_on(key: str) -> bool:
    """Whether a published file may name others: feeds, pages, and chapters with pictures."""
    name = key.rpartition("/")[2]
    return name.startswith("chapters-") or (name.endswith((".xml", ".html")) and not _HASHED.search(name))
