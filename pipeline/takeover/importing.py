"""`showrunner import`: a show that is published elsewhere becomes ours, with its guids, dates and order as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from pipeline import catalog as records
from pipeline import store
from pipeline.adapters import download, web
from pipeline.config import PublishConfig, Show
from pipeline.errors import InputError
from pipeline.listing import FOR_EVER
from pipeline.models import Catalog, Enclosure, Episode
from pipeline.project import Project
from pipeline.store import Progress
from pipeline.takeover import keeping
from pipeline.takeover.reading import Existing, read_feed
from pipeline.targets import Item, Target
from pipeline.uploads import find_missing, upload

#: A feed larger than this is none.
_LIMIT = 64 << 20
_PICTURE_LIMIT = 20 << 20
_MOST_DOCUMENTS = 500


@dataclass(frozen=True, slots=True)
class Takeover:
    """A show as its feed tells it: the keys of show.yaml, its cover's address, its episodes newest first."""

    show: dict[str, Any]
    cover: str | None
    episodes: tuple[Episode, ...]
    notices: tuple[str, ...]


def read_show(source: str, known: Mapping[str, str], taken: Iterable[str], *, email: str | None = None) -> Takeover:
    """The show in a feed and in all documents that it says are older; nothing is written.

    `source` is an address or a file. `known` are the slugs of the checkout's episodes by guid, `taken` all slugs.
    Lengths that the feed does not tell are asked of the server. Raises InputError for what cannot be taken over.
    """
    slugs = keeping.Slugs(list(taken))
    documents = list(_documents(source, slugs))
    first = documents[0]
    episodes: dict[str, Episode] = {}
    for document in documents:
        for one in document.episodes:
            kept = one.model_copy(update={"slug": known.get(one.guid, one.slug)})
            measured = kept if one.guid not in document.unmeasured else _measure(kept, source)
            if one.guid in episodes and episodes[one.guid].enclosure.url != one.enclosure.url:
                both = f"{episodes[one.guid].title!r} and {one.title!r}"
                raise InputError(
                    f"{source}: the episodes {both} have the same guid {one.guid}",
                    fix="give one of them another guid in a copy of the feed, and import the copy",
                )
            episodes.setdefault(one.guid, measured)
    show, left_out = _checked(first.show, source, email)
    return Takeover(
        show=show,
        cover=first.cover,
        episodes=records.newest_first(list(episodes.values())),
        notices=(*left_out, *(notice for document in documents for notice in document.notices)),
    )


def _documents(source: str, slugs: Callable[[str], str]) -> Iterable[Existing]:
    place: str | None = source
    seen: list[str] = []
    while place and place not in seen and len(seen) < _MOST_DOCUMENTS:
        seen.append(place)
        data, address = _read(place)
        found = read_feed(data, place, address, slugs)
        yield found
        place = found.older


def _read(place: str) -> tuple[bytes, str | None]:
    """The bytes of a document, and the address that it has after redirects."""
    if "://" not in place:
        path = Path(place).expanduser()
        if not path.is_file():
            raise InputError(f"{place}: there is no such file", fix="name the feed's address, or a file saved from it")
        return path.read_bytes(), None
    try:
        answer = web.fetch(place, limit=_LIMIT)
    except web.WebError as error:
        raise InputError(f"{place}: {error}", fix="check the address in a browser") from error
    if not answer.ok or not answer.whole:
        why = f"answers {answer.status}" if not answer.ok else f"is larger than {_LIMIT >> 20} MB"
        raise InputError(f"{place}: {why}", fix="check the address in a browser")
    return answer.body, place


def _measure(episode: Episode, source: str) -> Episode:
    """The record with the enclosure's length as its server tells it."""
    url = episode.enclosure.url
    try:
        answer = web.Client().ask(url, method="HEAD")
        size, why = (answer.size, "does not tell its length") if answer.ok else (None, f"answers {answer.status}")
    except web.WebError as error:
        size, why = None, str(error)
    if not size:
        raise InputError(
            f"{source}: the enclosure of {episode.title!r} has no length, and {url} {why}",
            fix='write its size in bytes into the enclosure (length="…") in a copy of the feed, and import the copy',
        )
    enclosure = episode.enclosure.model_copy(update={"length": size})
    return episode.model_copy(update={"enclosure": enclosure})


def _checked(told: dict[str, Any], source: str, email: str | None) -> tuple[dict[str, Any], list[str]]:
    """The keys of show.yaml; what it cannot hold, and need not, is left out, with a notice of each."""
    kept = {**told, "owner": {**told["owner"], "email": email or told["owner"]["email"]}}
    if not kept["owner"]["email"]:
        raise InputError(f"{source}: names no owner's e-mail", fix="give yours: --email you@example.org")
    left_out: list[str] = []
    for _ in range(len(kept)):
        try:
            Show.model_validate(kept)
        except ValidationError as error:
            keys = {str(problem["loc"][0]) for problem in error.errors()}
            needed = sorted(keys & {"title", "description", "author", "owner", "link", "categories", "language"})
            if needed:
                raise InputError(
                    f"{source}: the show's {needed[0]} cannot be used: {error.errors()[0]['msg']}",
                    fix="mend it in a copy of the feed, and import the copy",
                ) from error
            kept = {key: value for key, value in kept.items() if key not in keys}
            left_out += [f"the show's {key} cannot be used, and was left out" for key in sorted(keys)]
        else:
            break
    return kept, left_out


def add_to(found: Takeover) -> Callable[[Catalog], Catalog]:
    """The change that puts the episodes into a catalog that lacks them; those it has stay as they are."""

    def change(before: Catalog) -> Catalog:
        known = {one.guid for one in before.episodes}
        new = [one for one in found.episodes if one.guid not in known]
        return before.model_copy(update={"episodes": records.newest_first([*before.episodes, *new])})

    return change


def fetch_cover(project: Project, url: str | None) -> str | None:
    """Bring the cover to the show's settings; its path for show.yaml, or why there is none is raised as InputError."""
    if url is None:
        return None
    try:
        answer = web.fetch(url, limit=_PICTURE_LIMIT)
    except web.WebError as error:
        raise InputError(f"the cover {url} {error}", fix="save it as configs/cover.jpg, then: --keep-show") from error
    if not answer.ok or not answer.whole:
        raise InputError(
            f"the cover {url} answers {answer.status}", fix="save it as configs/cover.jpg, then: --keep-show"
        )
    ending = ".png" if answer.media_type == "image/png" or url.lower().endswith(".png") else ".jpg"
    path = project.configs / f"cover{ending}"
    store.write_atomic(path, answer.body)
    return path.relative_to(project.root).as_posix()


def copy_sound(
    project: Project, target: Target, record: Episode, settings: PublishConfig, progress: Progress
) -> Episode:
    """Bring an episode's sound here and to where the show is published; the record with its new address.

    It is kept as `episodes/<slug>/source.…`, byte for byte. Raises InputError when it cannot be had.
    """
    path = project.episodes / record.slug / keeping.source_name(record)
    total, done = record.enclosure.length, 0

    def received(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done, total), total)

    if not path.is_file():
        try:
            download.download(record.enclosure.url, path, received)
        except web.WebError as error:
            raise InputError(
                f"{record.title!r}: {record.enclosure.url} {error}",
                fix="run again: what was copied is kept; without --copy the sound stays where it is",
            ) from error
    digest, size = store.digest_file(path), path.stat().st_size
    name = f"{record.slug}-{digest[:12]}{PurePosixPath(path.name).suffix}"
    key = f"episodes/{record.slug}/{name}"
    item = Item(key, path, digest, size, record.enclosure.type, FOR_EVER)
    upload(target, find_missing(target, [item]), store.silent)
    url = records.public_url(settings.base_url, key)
    enclosure = Enclosure(url=url, length=size, type=record.enclosure.type, sha256=digest)
    return record.model_copy(update={"enclosure": enclosure})
