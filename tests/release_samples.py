"""A small show and its episodes, as the stages before publishing would hand them over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.config import EpisodeConfig, FolderConfig, Owner, PublishConfig, S3Config, Show
from pipeline.models import NoteLine, Package, PackagedFile, Person, Publication, Role, ShowNotes, SourceFile
from pipeline.stages import publish
from pipeline.store import Workspace
from pipeline.targets import Found, Head, Item, LostRaceError, Sent, Target, ignore, open_target

COVER = Path(__file__).resolve().parent.parent / "configs/cover.jpg"
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
TRANSCRIPTS = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html"}
NOTES = ShowNotes(summary=(NoteLine(text="We talk about tides.", start=1.0, segments=(0,)),))
NOTES_HTML = '<p>We talk about tides.</p><ul><li><a href="https://example.org/moon">The Moon</a></li></ul>'
NOTES_TEXT = "We talk about tides.\n\n0:00 Hello\n1:00 The Moon\n2:00 Goodbye\n"


def make_show(**changes: Any) -> Show:
    values: dict[str, Any] = {
        "title": "Tide & Time",
        "description": "Two people and the sea.",
        "author": "Tide & Time Radio",
        "owner": Owner(name="Mara Quill", email="mara@example.org"),
        "link": "https://example.org/",
        "categories": ("Science > Earth Sciences", "Education"),
        "license": "cc-by-4.0",
        "funding": "https://example.org/support",
        "hosts": (Person(name="Mara Quill", role="host"),),
    }
    return Show(**(values | changes))


def make_config(slug: str = "tides", **changes: Any) -> EpisodeConfig:
    values: dict[str, Any] = {
        "title": f"About {slug}",
        "date": dt.date(2026, 5, 1),
        "guid": f"guid-{slug}",
        "sources": ("interview.wav",),
        "season": 1,
        "number": 3,
        "guests": (Person(name="Ada Ström", href="https://example.org/ada"),),
    }
    return EpisodeConfig(**(values | changes))


def make_package(
    work: Workspace, sound: bytes = b"ID3 sound " * 500, html: str = NOTES_HTML, text: str = NOTES_TEXT
) -> Package:
    def packaged(name: str, role: Role, media_type: str, data: bytes) -> PackagedFile:
        return PackagedFile(
            name=name, role=role, media_type=media_type, blob=work.keep_bytes(data, f"package/{name}")
        )  # fmt: skip

    spoken = [packaged(f"transcript.{e}", "transcript", t, f"{e}: hello".encode()) for e, t in TRANSCRIPTS.items()]
    return Package(
        duration=183.4,
        files=(
            packaged("index.html", "page", "text/html", b"<!doctype html><title>page</title>" + sound[:9]),
            packaged("episode.mp3", "audio", "audio/mpeg", sound),
            *spoken,
            packaged("chapters.json", "chapters", "application/json+chapters", b'{"version":"1.2.0","chapters":[]}'),
            packaged("notes.html", "notes", "text/html", html.encode()),
            packaged("notes.txt", "notes", "text/plain", text.encode()),
        ),
    )


def make_cover(path: Path = COVER) -> SourceFile:
    return SourceFile(path=str(path), sha256=store.digest_file(path), size=path.stat().st_size)


def folder_settings(path: Path) -> PublishConfig:
    return PublishConfig(folder=FolderConfig(path=str(path), public_base_url="https://cdn.example.org/show"))


def s3_publishing(settings: S3Config) -> PublishConfig:
    return PublishConfig(s3=settings)


def release(
    work: Workspace,
    settings: PublishConfig,
    slug: str = "tides",
    *,
    target: Target | None = None,
    now: dt.datetime = NOON,
    show: Show | None = None,
    package: Package | None = None,
    **changes: Any,
) -> Publication:
    """Publish a sample episode as the stage does, at a moment of the test's choice."""
    show, package = show or make_show(), package or make_package(work)
    record = publish.make_record(work, package, NOTES, settings, show, make_config(slug, **changes), slug)
    items = publish.list_items(work.folder, package, make_cover(), settings, slug)
    return publish.publish(work, target or open_target(settings), record, items, show, settings, now)


@dataclass
class MemoryTarget:
    """A place to publish that keeps the contract of tests/test_targets.py and needs no disk."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def head(self, key: str) -> Head | None:
        found = self.get(key)
        return found and Head(found.etag, len(found.data), None, found.etag)

    def get(self, key: str) -> Found | None:
        data = self.objects.get(key)
        return None if data is None else Found(data, store.digest_bytes(data))

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        there = self.get(item.key)
        if there and there.etag == item.sha256:
            return
        if (there.etag if there else None) != replaces:
            raise LostRaceError(item.key)
        self.objects[item.key] = item.body.read_bytes() if isinstance(item.body, Path) else item.body
        sent(item.size)

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def any_key(self) -> str | None:
        return next(iter(self.objects), None)

    def prove(self, item: Item) -> None:
        assert item.key in self.objects

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)


def two_published(work: Workspace, settings: PublishConfig) -> MemoryTarget:
    """A place where `tides` and `moons` are published."""
    place = MemoryTarget()
    for slug in ("tides", "moons"):
        release(work, settings, slug, target=place)
    return place
