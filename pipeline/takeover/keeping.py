"""The files of a checkout for episodes that exist already: a folder for each, with what its record tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.config import Subscribers
from pipeline.errors import InputError
from pipeline.models import Episode
from pipeline.new_episode import slugify
from pipeline.new_episode import source_name as name_source
from pipeline.project import Project

_ENDINGS = {"audio/mpeg": ".mp3", "audio/x-m4a": ".m4a", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "audio/aac": ".aac"}


class Slugs:
    """Free slugs, one after the other; an episode that is known by its guid keeps the one that it has."""

    def __init__(self, taken: Sequence[str]) -> None:
        self._taken = set(taken)

    def __call__(self, title: str) -> str:
        """A slug that nothing else has, made of a title."""
        base = slugify(title) if title.strip() else "episode"
        slug = next(one for one in _numbered(base) if one not in self._taken)
        self._taken.add(slug)
        return slug


def _numbered(base: str) -> Iterator[str]:
    yield base
    yield from (f"{base}-{number}" for number in count(2))


def known_guids(project: Project) -> dict[str, str]:
    """The slug of every episode in the checkout by its guid."""
    return {project.episode(slug).guid: slug for slug in project.slugs()}


def keep_episode(project: Project, record: Episode, sources: Sequence[str], origin: str) -> bool:
    """Write `episodes/<slug>/episode.yaml` where there is none; whether it was written.

    `sources` are relative to the checkout, or addresses; `origin` says in its first line where it came from.
    Raises InputError where the folder is another episode's.
    """
    path = project.episodes / record.slug / "episode.yaml"
    if path.is_file():
        if project.episode(record.slug).guid != record.guid:
            raise InputError(
                f"episodes/{record.slug}/episode.yaml: belongs to another episode than {record.title!r}",
                fix="rename that folder, and run this again",
            )
        return False
    head = f"# {origin} Yours to edit: it is never overwritten.\n"
    store.write_text_atomic(path, head + _yaml(_told(record, sources, project.name)))
    return True


def keep_show(project: Project, told: dict[str, Any], origin: str) -> None:
    """Write configs/show.yaml; the one that is there is kept beside it as show.yaml.before."""
    path = project.configs / "show.yaml"
    if path.is_file():
        store.copy_atomic(path, path.with_name("show.yaml.before"))
    store.write_text_atomic(path, f"# {origin} docs/configuration.md explains every key.\n" + _yaml(told))


def keep_subscribers(path: Path, told: Subscribers, origin: str) -> None:
    """Write subscribers.yaml."""
    store.write_text_atomic(
        path, f"# {origin} docs/private-shows.md explains it.\n" + _yaml(told.model_dump(mode="json"))
    )


def source_name(record: Episode) -> str:
    """What the recording of an episode is called in its folder: `source.mp3`, by its address or its type."""
    return name_source(record.enclosure.url, _ENDINGS.get(record.enclosure.type, ".mp3"))


def _told(record: Episode, sources: Sequence[str], show: str | None) -> dict[str, Any]:
    """The keys of episode.yaml that a record has a value for."""
    moment = dt.datetime.fromisoformat(record.published)
    plain = record.model_dump(mode="json", exclude_none=True)
    told: dict[str, Any] = {
        "title": record.title,
        "date": moment.isoformat(),
        "guid": record.guid,
        "show": show,
        "sources": list(sources),
        "duration": record.duration or None,
        "explicit": record.explicit,
        "summary": record.summary,
        "guests": plain["people"],
    }
    kept = ("season", "number", "type", "display", "block", "license", "location", "txt", "value", "social")
    told |= {key: plain.get(key) for key in kept}
    if told["type"] == "full":
        del told["type"]
    return {key: value for key, value in told.items() if value or key == "explicit"}


def _yaml(told: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110)
    return text
