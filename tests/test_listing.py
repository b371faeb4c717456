"""What is written where for listeners: documents of a long show's feed, what goes stale, and who is told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from release_samples import NOON, MemoryTarget, make_show
from test_feed_pages import BASE, NOW, numbered, settings, show_of

from pipeline import catalog, listing, store
from pipeline.adapters import websub
from pipeline.config import PublishConfig
from pipeline.errors import StageError
from pipeline.models import Catalog
from pipeline.targets import Found, Item, Sent, ignore

ADDRESS = listing.Address(BASE, "cover-0123.jpg")


@dataclass
class Counting(MemoryTarget):
    """Remembers what was written and removed."""

    puts: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        super().put(item, replaces=replaces, sent=sent)
        self.puts.append(item.key)

    def delete(self, key: str) -> None:
        super().delete(key)
        self.gone.append(key)


def unchanged(before: Catalog) -> Catalog:
    return before


def published(found: Catalog, size: int = 10) -> Counting:
    """A place where that show is published."""
    place = Counting({"catalog.json": store.to_json(found)})
    listing.update(place, unchanged, make_show(), settings(size), ADDRESS, NOW)
    place.puts.clear()
    return place


def test_a_long_show_is_published_with_its_archives() -> None:
    assert sorted(published(show_of(45)).objects) == [
        "catalog.json", "feed-1.xml", "feed-2.xml", "feed-3.xml", "feed.xml", "index.html"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "number", "written"),
    [
        pytest.param(45, 45, "feed.xml", id="a new episode"),
        pytest.param(49, 49, "feed-3.xml feed-4.xml feed.xml", id="one that fills an archive"),
        pytest.param(45, 3, "feed-1.xml feed.xml", id="an old one, corrected"),
    ],
)
def test_publishing_one_episode_writes_only_what_it_is_in_the_feed_last(count: int, number: int, written: str) -> None:
    place = published(show_of(count))
    one = numbered(number, title="Another title")
    listing.update(place, lambda before: catalog.merge(before, one), make_show(), settings(), ADDRESS, NOW)
    assert place.puts[0] == "catalog.json"
    assert [key for key in place.puts if key.startswith("feed")] == written.split()


def test_publishing_again_writes_nothing() -> None:
    place = published(show_of(45))
    _, written = listing.update(place, unchanged, make_show(), settings(), ADDRESS, NOON.replace(year=2030))
    assert (written, place.puts) == ((), [])


def test_archives_that_a_show_no_longer_has_are_removed_after_the_feed_forgot_them() -> None:
    place = published(show_of(45))
    listing.update(place, unchanged, make_show(), settings(20), ADDRESS, NOW)
    assert place.gone == ["feed-2.xml", "feed-3.xml"]
    assert b"feed-1.xml" in place.objects["feed.xml"]
    assert b"feed-2.xml" not in place.objects["feed.xml"]


def test_two_machines_that_fill_an_archive_at_once_both_land() -> None:
    class Overtaken(Counting):
        def get(self, key: str) -> Found | None:
            found = super().get(key)
            if key == "catalog.json" and not self.gone:
                self.gone.append("once")
                other = numbered(50)
                listing.update(self, lambda before: catalog.merge(before, other), make_show(), settings(), ADDRESS, NOW)
            return found

    place = Overtaken(published(show_of(49)).objects)
    one = numbered(49)
    made, _ = listing.update(place, lambda before: catalog.merge(before, one), make_show(), settings(), ADDRESS, NOW)
    assert [one.slug for one in made.catalog.episodes[:3]] == ["e50", "e49", "e48"]
    whole = Counting({"catalog.json": place.objects["catalog.json"]})
    listing.update(whole, unchanged, make_show(), settings(), ADDRESS, NOW)
    assert whole.objects == place.objects


def test_an_archive_that_apps_would_refuse_stops_it_all() -> None:
    place = published(show_of(45))
    bad = numbered(3, page_url="not an address")
    with pytest.raises(StageError, match="the feed would be refused"):
        listing.update(place, lambda before: catalog.merge(before, bad), make_show(), settings(), ADDRESS, NOW)
    assert place.puts == []


# -- WebSub ------------------------------------------------------------------------------------------------


def with_hub() -> PublishConfig:
    return settings().model_copy(update={"websub_hub": "https://hub.example.org/"})


@pytest.mark.parametrize(
    ("hub", "written", "told"),
    [
        pytest.param(True, ["catalog.json", "feed.xml"], 1, id="the feed changed"),
        pytest.param(True, ["catalog.json", "feed-1.xml"], 0, id="only an archive changed"),
        pytest.param(True, [], 0, id="nothing changed"),
        pytest.param(False, ["feed.xml"], 0, id="no hub is set"),
    ],
)
def test_the_hub_is_told_when_the_feed_changed(
    monkeypatch: pytest.MonkeyPatch, hub: bool, written: list[str], told: int
) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(websub, "ping", lambda *words: heard.append(words))
    assert listing.announce(with_hub() if hub else settings(), written) is None
    assert heard == [("https://hub.example.org/", f"{BASE}/feed.xml")] * told


def test_a_hub_that_cannot_be_told_is_only_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "ping", lambda hub, topic: "answers 503")
    notice = listing.announce(with_hub(), ["feed.xml"])
    assert notice is not None
    assert notice.startswith("the hub https://hub.example.org/ answers 503: apps see the new feed")
