"""Publish: the episode's files first, then the catalog that names it, last the feed, so that no reader misses any."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from pipeline import catalog, feed_check, listing, site, store, targets
from pipeline.adapters import html
from pipeline.config import EpisodeConfig, PublishConfig, Show
from pipeline.errors import StageError
from pipeline.models import Catalog, Episode, Package, PackagedFile, Publication, ShowNotes, SourceFile
from pipeline.store import Workspace
from pipeline.targets import Item, LostRaceError, Target

_FOR_EVER = "public, max-age=31536000, immutable"
_COVER_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


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
    """The episode as the catalog will know it, with the package's rendered notes."""
    notes_html = html.clean(_read_notes(work, package, "notes.html"))
    notes_text = _read_notes(work, package, "notes.txt")
    return catalog.make_episode(package, notes, notes_html, notes_text, show, episode, slug, settings.base_url)


def list_items(folder: Path, package: Package, cover: SourceFile, settings: PublishConfig, slug: str) -> list[Item]:
    """All files to publish: those that never change first, then the page that links to them."""
    suffix = Path(cover.path).suffix.lower()
    picture = Item(
        key=catalog.cover_key(cover),
        body=Path(cover.path),
        sha256=cover.sha256,
        size=cover.size,
        media_type=_COVER_TYPES.get(suffix, "application/octet-stream"),
        cache_control=_FOR_EVER,
    )
    files = sorted(package.files, key=lambda file: file.role == "page")
    return [picture, *_index_assets(), *(_item(folder, file, settings, slug) for file in files)]


def plan(package: Package, folder: Path, cover: Path, settings: PublishConfig, slug: str) -> dict[str, list[str]]:
    """The keys that publishing would `upload`, and those that are `there` already; nothing is changed."""
    picture = SourceFile(path=str(cover), sha256=store.digest_file(cover), size=cover.stat().st_size)
    target, found = targets.open_target(settings), dict[str, list[str]](upload=[], there=[])
    for item in list_items(folder, package, picture, settings, slug):
        head = target.head(item.key)
        found["there" if head and head.holds(item) else "upload"].append(item.key)
    return found


def publish(
    work: Workspace,
    target: Target,
    record: Episode,
    items: list[Item],
    show: Show,
    settings: PublishConfig,
    now: dt.datetime,
) -> Publication:
    """Upload what is missing, then list the episode in a feed that names only what was due at `now`."""
    address = listing.Address(settings.base_url, items[0].key)

    def add(before: Catalog) -> Catalog:
        return catalog.merge(before, record)

    _refuse_bad_cover(items[0])
    listing.refuse_bad_feed(listing.draft(target, add, show, address, now).xml)
    uploaded = _upload(work, target, items)
    made, changed = listing.update(target, add, show, settings, address, now)
    _tell(work, record, uploaded or changed, now)
    return Publication(
        feed_url=address.feed,
        page_url=record.page_url,
        episode=record,
        assets=tuple(item.key for item in items),
        feed=work.keep_bytes(made.xml, "feed.xml"),
    )


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
        cache_control=listing.brief(settings) if file.role == "page" else _FOR_EVER,
    )


def _index_assets() -> list[Item]:
    """What the index page links to, beside it."""
    return [
        Item(file.key, file.data, store.digest_bytes(file.data), len(file.data), file.media_type, _FOR_EVER)
        for file in site.static_files()
    ]


def _refuse_bad_cover(cover: Item) -> None:
    if isinstance(cover.body, Path):
        listing.refuse(feed_check.check_artwork(cover.body), "the cover would be refused")


def _tell(work: Workspace, record: Episode, changed: bool, now: dt.datetime) -> None:
    if not changed:
        work.notice("nothing to upload: all of it is there already")
    if not catalog.is_due(record, now):
        work.notice(f"not listed yet: the first publishing after {record.published} lists it")


def _upload(work: Workspace, target: Target, items: list[Item]) -> bool:
    """Bring every item there, see that it arrived, and say whether any had to go.

    Raises StageError when the place holds something else then.
    """
    total, done, uploaded = sum(item.size for item in items), 0, False
    for item in items:
        begin = done

        def sent(more: int) -> None:
            nonlocal done
            done += more
            work.progress(done, total)

        uploaded = _upload_one(target, item, sent) or uploaded
        done = begin + item.size
        work.progress(done, total)
    return uploaded


def _upload_one(target: Target, item: Item, sent: targets.Sent) -> bool:
    there = target.head(item.key)
    if there and there.holds(item):
        return False
    with suppress(LostRaceError):  # another machine was faster; whether with the same bytes is seen below
        target.put(item, replaces=there.etag if there else None, sent=sent)
    there = target.head(item.key)
    if not (there and there.holds(item)):
        held = f"{there.size} bytes of {there.media_type}" if there else "nothing"
        raise StageError(
            f"{item.key}: {item.size} bytes of {item.media_type} were sent, but {held} arrived",
            fix="run again; if it stays, another machine is publishing the same episode",
        )
    return True
