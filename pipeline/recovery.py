"""`showrunner pull`: a checkout's episodes and feed from what is published, after a laptop was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import ValidationError

from pipeline import catalog as records
from pipeline import store
from pipeline.config import PrivatePublishing, PublishConfig, Subscriber, Subscribers
from pipeline.errors import InputError, StageError
from pipeline.models import Catalog, Episode
from pipeline.new_episode import is_slug
from pipeline.project import Project
from pipeline.store import Progress
from pipeline.takeover import keeping
from pipeline.takeover.importing import fetch_cover
from pipeline.takeover.reading import read_feed
from pipeline.targets import Target

_ORIGIN = "Made by `showrunner pull` from what is published."
_FOLDER = "published"


@dataclass(frozen=True, slots=True)
class Pulled:
    """Slugs whose folders were `made`, those that were there (`kept`), and how many `files` were fetched."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    files: int


def pull(
    project: Project,
    target: Target,
    settings: PublishConfig,
    *,
    files: bool,
    progress: Progress,
    notice: Callable[[str], None],
) -> Pulled:
    """Make a folder for every published episode that has none here, and write the feed; nothing here is overwritten.

    With `files` what is published of an episode goes to `episodes/<slug>/published/`, where its sound is the
    episode's source. A show.yaml that is lost is made from the feed. Raises InputError where nothing is published.
    """
    found, feed = _read(target, settings)
    if not (project.configs / "show.yaml").is_file():
        _restore_show(project, target, feed, settings)
        notice(f"{(project.configs / 'show.yaml').relative_to(project.root)}: made from the feed")
    _restore_subscribers(project, settings, notice)
    made, kept, fetched = list[str](), list[str](), 0
    for number, record in enumerate(found.episodes):
        progress(number, len(found.episodes))
        if files:
            fetched += _fetch_files(project, target, record)
        is_new = keeping.keep_episode(project, record, [_source(project, record, settings)], _ORIGIN)
        (made if is_new else kept).append(record.slug)
    store.write_atomic(project.feeds / "feed.xml", feed)
    return Pulled(tuple(made), tuple(kept), fetched)


def _read(target: Target, settings: PublishConfig) -> tuple[Catalog, bytes]:
    place = f"{settings.root_url}/{records.CATALOG}"
    data, feed = target.get(records.CATALOG), target.get(records.FEED)
    if data is None or feed is None:
        raise InputError(f"{place}: there is no show", fix="name where it was published in configs/publish.yaml")
    try:
        found = Catalog.model_validate_json(data.data)
    except ValidationError as error:
        fix = "a newer Showrunner may have written it: update this one"
        raise StageError(f"{place} cannot be understood", fix=fix) from error
    for one in found.episodes:  # whoever can write there must not choose where we write
        if not is_slug(one.slug):
            raise StageError(f"{place}: {one.slug!r} is no episode's name", fix="see who else can write there")
    return found, feed.data


def _restore_show(project: Project, target: Target, feed: bytes, settings: PublishConfig) -> None:
    found = read_feed(feed, settings.feed_url, settings.feed_url, keeping.Slugs(()))
    cover = _take_cover(project, target, found.cover)
    private = {"private": True} if settings.seal else {}
    keeping.keep_show(project, {**found.show, **private, **({"cover": cover} if cover else {})}, _ORIGIN)


def _take_cover(project: Project, target: Target, url: str | None) -> str | None:
    """Bring the cover back from where the show is published, or from the web where it lies elsewhere."""
    name = PurePosixPath(url or "").name
    there = target.get(name) if name else None
    if there is None:
        return fetch_cover(project, url)
    path = project.configs / f"cover{PurePosixPath(name).suffix}"
    store.write_atomic(path, there.data)
    return path.relative_to(project.root).as_posix()


def _restore_subscribers(project: Project, settings: PublishConfig, notice: Callable[[str], None]) -> None:
    path = project.configs / "subscribers.yaml"
    if not isinstance(settings, PrivatePublishing) or path.is_file():
        return
    seats = tuple(Subscriber(name=one.name, issue=one.issue) for one in settings.seats)
    keeping.keep_subscribers(path, Subscribers(epoch=settings.epoch, subscribers=seats), _ORIGIN)
    notice(f"{path.relative_to(project.root)}: made from what is published")


def _fetch_files(project: Project, target: Target, record: Episode) -> int:
    """Bring what is published of an episode here, unless it is; how many files came. Raises StageError if damaged."""
    count = 0
    for key in target.keys(f"episodes/{record.slug}/"):
        name = PurePosixPath(key).name
        path = project.episodes / record.slug / _FOLDER / name
        if path.is_file():
            continue
        found = target.get(key)
        if found is None:
            continue
        digest = PurePosixPath(name.partition(".")[0]).name.rpartition("-")[2]
        if name != records.INDEX and not store.digest_bytes(found.data).startswith(digest):
            raise StageError(
                f"{key}: is damaged where it is published", fix="publish that episode again from its source"
            )
        store.write_atomic(path, found.data)
        count += 1
    return count


def _source(project: Project, record: Episode, settings: PublishConfig) -> str:
    """The episode's sound in the checkout, or its address where it is not here."""
    name = PurePosixPath(record.enclosure.url).name
    path = project.episodes / record.slug / _FOLDER / name
    if path.is_file() and record.enclosure.url.startswith(settings.base_url):
        return path.relative_to(project.root).as_posix()
    return record.enclosure.url
