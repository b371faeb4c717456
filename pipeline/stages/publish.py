"""Publish: the episode's files first, then the catalog that names it, last the feed, so that no reader misses any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import catalog, feed_changes, feed_check, listing, ownership, site, store, targets, uploads
from pipeline.adapters import cloudfront, html, images
from pipeline.config import EpisodeConfig, PublishConfig, Show
from pipeline.errors import StageError
from pipeline.feed_changes import FeedChanges
from pipeline.listing import Address, Draft
from pipeline.models import Catalog, Episode, Package, PackagedFile, Publication, ShowNotes, SourceFile
from pipeline.store import Workspace
from pipeline.targets import Found, Item, Target
from pipeline.uploads import Missing


def run(
    work: Workspace,
    package: Package,
    notes: ShowNotes,
    cover: SourceFile,
    settings: PublishConfig,
    show: Show,
    episode: EpisodeConfig,
    slug: str,
) -> Publication:
    """Publish one episode where configs/publish.yaml says; what is there already is not uploaded again.

    An episode dated in the future is uploaded and catalogued, and listed by the first publishing after its date.
    Raises ConfigError, InputError or StageError before anything is uploaded where that can be known.
    """
    target = targets.open_target(settings)
    record = make_record(work, package, notes, settings, show, episode, slug)
    items = list_items(work.folder, package, cover, settings, slug)
    return publish(work, target, record, items, show, settings, now=dt.datetime.now(dt.UTC))


def make_record(
    work: Workspace,
    package: Package,
    notes: ShowNotes,
    settings: PublishConfig,
    show: Show,
    episode: EpisodeConfig,
    slug: str,
) -> Episode:
    """The episode as the catalog will know it, with the package's rendered notes.

    Raises StageError for a picture of the episode's own that directories would refuse.
    """
    for picture in package.of("cover"):
        _refuse_bad_picture(work.path(picture.blob), "the episode's image would be refused")
    notes_html = html.clean(_read_notes(work, package, "notes.html"))
    notes_text = _read_notes(work, package, "notes.txt")
    return catalog.make_episode(package, notes, notes_html, notes_text, show, episode, slug, settings.base_url)


def list_items(folder: Path, package: Package, cover: SourceFile, settings: PublishConfig, slug: str) -> list[Item]:
    """All files to publish: those that never change first, then the page that links to them."""
    files = sorted(package.files, key=lambda file: file.role == "page")
    return [*list_show_items(cover), *(_item(folder, file, settings, slug) for file in files)]


def list_show_items(cover: SourceFile) -> list[Item]:
    """The files of the show itself, the cover first. Raises StageError for one that directories would refuse."""
    picture = Item(
        key=catalog.cover_key(cover),
        body=Path(cover.path),
        sha256=cover.sha256,
        size=cover.size,
        media_type=catalog.picture_type(Path(cover.path)),
        cache_control=listing.FOR_EVER,
    )
    _refuse_bad_picture(Path(cover.path), "the cover would be refused")
    return [picture, _small_cover(cover), *_index_assets()]


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do: `upload` these, leave what is `there`, write what `changed`; what the feed `tells`."""

    upload: tuple[Item, ...]
    there: tuple[Item, ...]
    changed: tuple[str, ...]
    tells: FeedChanges


def plan(
    target: Target, record: Episode, items: Sequence[Item], show: Show, settings: PublishConfig, now: dt.datetime
) -> Plan:
    """What `publish` would do now; nothing is changed. Raises what `publish` raises before it uploads."""

    def change(before: Catalog) -> Catalog:
        return catalog.merge(catalog.readmit(before, record.slug), record)

    made, _, missing = _look(target, change, record, items, show, settings, now)
    wanted = {one.item.key for one in missing}
    return Plan(
        upload=tuple(item for item in items if item.key in wanted),
        there=tuple(item for item in items if item.key not in wanted),
        changed=made.changed,
        tells=feed_changes.compare(made.old_xml, made.xml),
    )


def publish(
    work: Workspace,
    target: Target,
    record: Episode,
    items: Sequence[Item],
    show: Show,
    settings: PublishConfig,
    now: dt.datetime,
) -> Publication:
    """Upload what is missing, then list the episode in a feed that names only what was due at `now`.

    Before anything is uploaded: the cover and the feed are checked, the place is this show's, it can be written, and
    listeners can read it.
    """

    def change(before: Catalog) -> Catalog:
        return catalog.merge(before, record)

    made, marker, missing = _look(target, change, record, items, show, settings, now)
    changed: tuple[str, ...] = ()
    if missing or made.changed:
        target.prove(ownership.claim(target, show, made.catalog.show_guid, marker, settings.seal))
        uploads.upload(target, missing, work.progress)
        address = _address(settings, items)
        made, changed = listing.update(target, change, show, settings, address, now, made=made)
        replaced = [one.item.key for one in missing if one.there]
        cloudfront.refresh(settings, [*replaced, *changed], work.notice)
        if untold := listing.announce(settings, changed):
            work.notice(untold)
    _tell(work, record, bool(missing or changed), now)
    return Publication(
        feed_url=settings.feed_url,
        page_url=record.page_url,
        episode=record,
        assets=tuple(item.key for item in items),
        feed=work.keep_bytes(made.xml, "feed.xml"),
    )


def _look(
    target: Target,
    change: listing.Change,
    record: Episode,
    items: Sequence[Item],
    show: Show,
    settings: PublishConfig,
    now: dt.datetime,
) -> tuple[Draft, Found | None, list[Missing]]:
    """The listing as it would be, the marker that is there, and what has to be uploaded. Refuses what cannot be."""
    made = listing.draft(target, change, show, settings, _address(settings, items), now)
    marker = ownership.refuse_another(target, show, made.before, record.guid)
    listing.refuse_bad_feed(made)
    return made, marker, uploads.find_missing(target, items)


def _address(settings: PublishConfig, items: Sequence[Item]) -> Address:
    return Address(settings.base_url, items[0].key)


def _read_notes(work: Workspace, package: Package, name: str) -> str:
    for file in package.of("notes"):
        if file.name == name:
            return work.path(file.blob).read_text()
    raise StageError(f"the package has no {name}", fix="run again --from package")


def _item(folder: Path, file: PackagedFile, settings: PublishConfig, slug: str) -> Item:
    text = file.media_type in ("text/html", "text/plain", "text/markdown")
    return Item(
        key=catalog.episode_key(slug, file),
        body=folder / file.blob.name,
        sha256=file.blob.sha256,
        size=file.blob.size,
        media_type=f"{file.media_type}; charset=utf-8" if text else file.media_type,
        cache_control=listing.brief(settings) if file.role == "page" else listing.FOR_EVER,
    )


def _index_assets() -> list[Item]:
    """What the index page links to, beside it."""
    return [
        Item(file.key, file.data, store.digest_bytes(file.data), len(file.data), file.media_type, listing.FOR_EVER)
        for file in site.static_files()
    ]


def _small_cover(cover: SourceFile) -> Item:
    """The cover as pages and link previews show it."""
    data = images.shrink(Path(cover.path), site.SMALL_SIDE)
    key = site.small_cover_key(catalog.cover_key(cover))
    return Item(key, data, store.digest_bytes(data), len(data), "image/jpeg", listing.FOR_EVER)


def _refuse_bad_picture(picture: Path, verdict: str) -> None:
    listing.refuse(feed_check.check_artwork(picture), verdict)


def _tell(work: Workspace, record: Episode, changed: bool, now: dt.datetime) -> None:
    if not changed:
        work.notice("nothing to upload: all of it is there already")
    if not catalog.is_due(record, now):
        work.notice(f"not listed yet: the first publishing after {record.published} lists it")
