from __future__ import annotations

import datetime as dt
import os
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from release_samples import (
    COVER,
    NOON,
    NOTES,
    MemoryTarget,
    folder_settings,
    make_config,
    make_cover,
    make_package,
    make_show,
    release,
    s3_publishing,
)

from pipeline import feed_check, withdrawal
from pipeline.adapters import s3
from pipeline.config import PublishConfig, S3Config
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.feed_changes import FeedChanges
from pipeline.models import Catalog, Package
from pipeline.stages import publish
from pipeline.stages.publish import Plan
from pipeline.store import Workspace, unheard
from pipeline.targets import Found, Head, Item, LostRaceError, Sent, Target, ignore, open_target


@dataclass
class Watched:
    """A target that counts what is asked of it, and dies before or after a request of the test's choice."""

    inner: Target
    dies_before: int | None = None
    dies_after: int | None = None
    asked: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    dead: bool = False

    def _ask(self, name: str, call: Callable[[], Any]) -> Any:
        """One request at a time; none after death, in whatever thread."""
        with self.lock:
            number = len(self.asked)
            self.dead = self.dead or number == self.dies_before
            if self.dead:
                raise Killed
            self.asked.append(name)
            answer = call()
            self.dead = number == self.dies_after
            if self.dead:
                raise Killed
            return answer

    def head(self, key: str) -> Head | None:
        return self._ask(f"head {key}", lambda: self.inner.head(key))

    def get(self, key: str) -> Found | None:
        return self._ask(f"get {key}", lambda: self.inner.get(key))

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        self._ask(f"put {item.key}", lambda: self.inner.put(item, replaces=replaces, sent=sent))

    def keys(self, prefix: str) -> list[str]:
        return self._ask(f"keys {prefix}", lambda: self.inner.keys(prefix))

    def any_key(self) -> str | None:
        return self._ask("any", self.inner.any_key)

    def prove(self, item: Item) -> None:
        self._ask(f"prove {item.key}", lambda: self.inner.prove(item))

    def delete(self, key: str) -> None:
        self._ask(f"delete {key}", lambda: self.inner.delete(key))

    @property
    def puts(self) -> list[str]:
        return [name.removeprefix("put ") for name in self.asked if name.startswith("put ")]


class Killed(BaseException):
    """The process is gone: nothing that catches Exception may see it."""


@pytest.fixture
def settings(tmp_path: Path) -> PublishConfig:
    return folder_settings(tmp_path / "public")


@pytest.fixture
def public(settings: PublishConfig) -> Path:
    return Path(settings.folder.path)


def watched(settings: PublishConfig, **when: int) -> Watched:
    return Watched(open_target(settings), **when)


def listed(feed: bytes) -> list[str]:
    return [str(one) for one in etree.fromstring(feed).xpath("//item/title/text()")]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_serves(target: Target, base: str) -> None:
    """The feed, where there is one, is right, and every file that it names is there in the size that it says."""
    feed = target.get("feed.xml")
    if feed is None:
        return
    assert [one for one in feed_check.check(feed.data) if one.level == "error"] == []
    root = etree.fromstring(feed.data)
    for url in {str(one) for one in root.xpath("//@url | //@href | //item/link/text()")}:
        if url.startswith(base) and not url.endswith("feed.xml"):
            assert target.head(url.removeprefix(f"{base}/")), url
    for enclosure in root.iter("enclosure"):
        head = target.head(enclosure.get("url").removeprefix(f"{base}/"))
        assert head
        assert head.size == int(enclosure.get("length"))


# -- what is published ------------------------------------------------------------------------------------


def test_the_stage_publishes_as_its_settings_say_and_keeps_the_feed(work: Workspace, settings: PublishConfig) -> None:
    found = publish.run(
        work, make_package(work), NOTES, make_cover(), settings, make_show(), make_config(), slug="tides"
    )
    assert found.feed_url == "https://cdn.example.org/show/feed.xml"
    assert found.page_url == "https://cdn.example.org/show/episodes/tides/index.html"
    assert listed(work.path(found.feed).read_bytes()) == ["About tides"]
    assert {Path(key).suffix for key in found.assets} >= {".mp3", ".vtt", ".srt", ".json", ".html", ".jpg"}
    assert_serves(open_target(settings), settings.base_url)


def test_files_go_first_then_the_pages_with_the_catalog_and_the_feed_last(
    work: Workspace, settings: PublishConfig
) -> None:
    target = watched(settings)
    release(work, settings, target=target)
    assert target.puts[0] == ".showrunner.json"
    assert target.puts[-4:] == ["episodes/tides/index.html", "catalog.json", "index.html", "feed.xml"]
    assert all("-" in Path(key).name for key in target.puts[1:-4])


def test_publishing_again_uploads_nothing(work: Workspace, settings: PublishConfig, public: Path) -> None:
    first, before = release(work, settings), files(public)
    target, told = watched(settings), list[str]()
    assert release(replace(work, notice=told.append), settings, target=target) == first
    assert target.puts == []
    assert told == ["nothing to upload: all of it is there already"]
    assert files(public) == before


@pytest.mark.parametrize(
    ("package", "changes", "put"),
    [
        pytest.param({}, {"title": "New"}, {"catalog.json", "index.html", "feed.xml"}, id="a title"),
        pytest.param(
            {"html": "<p>New</p>"}, {}, {"notes.html", "catalog.json", "feed.xml"}, id="notes: no sound is sent"
        ),
        pytest.param({}, {"explicit": True}, {"catalog.json", "feed.xml"}, id="explicit"),
        pytest.param(
            {"sound": b"ID3 other" * 99},
            {},
            {"episode.mp3", "index.html", "catalog.json", "feed.xml"},
            id="the sound",
        ),
    ],
)
def test_only_what_changed_is_uploaded(
    work: Workspace, settings: PublishConfig, package: dict[str, Any], changes: dict[str, Any], put: set[str]
) -> None:
    release(work, settings, package=make_package(work, sound=b"ID3 first"))
    target = watched(settings)
    made = make_package(work, **({"sound": b"ID3 first"} | package))
    release(work, settings, target=target, package=made, **changes)
    names = {file.key: file.name for file in made.files}
    assert {names.get(Path(key).name, key) for key in target.puts} == put


def test_replaced_sound_keeps_its_guid(work: Workspace, settings: PublishConfig) -> None:
    first = release(work, settings)
    second = release(work, settings, package=make_package(work, sound=b"other"))
    assert second.episode.guid == first.episode.guid
    assert second.episode.enclosure.url != first.episode.enclosure.url


def test_the_catalog_is_the_truth_from_which_the_next_machine_goes_on(work: Workspace, settings: PublishConfig) -> None:
    release(work, settings, "tides")
    other_machine = Workspace(work.folder.with_name("elsewhere"))
    found = release(other_machine, settings, "storms", date=dt.date(2026, 5, 2))
    assert listed(other_machine.path(found.feed).read_bytes()) == ["About storms", "About tides"]


@pytest.mark.parametrize(
    ("now", "titles", "notices"),
    [
        pytest.param(dt.datetime(2026, 6, 9, tzinfo=dt.UTC), ["About tides"], 1, id="before its date"),
        pytest.param(dt.datetime(2026, 6, 10, tzinfo=dt.UTC), ["About storms", "About tides"], 0, id="on its date"),
    ],
)
def test_a_scheduled_episode_is_uploaded_and_listed_when_it_is_due(
    work: Workspace, settings: PublishConfig, now: dt.datetime, titles: list[str], notices: int
) -> None:
    release(work, settings, "tides")
    told: list[str] = []
    found = release(replace(work, notice=told.append), settings, "storms", date=dt.date(2026, 6, 10), now=now)
    assert len(told) == notices
    assert listed(work.path(found.feed).read_bytes()) == titles
    target = open_target(settings)
    assert all(target.head(key) for key in found.assets)
    catalog = target.get("catalog.json")
    assert catalog
    assert [one.slug for one in Catalog.model_validate_json(catalog.data).episodes] == ["storms", "tides"]


def rehearse(
    work: Workspace, target: Target, settings: PublishConfig, package: Package | None = None, **changes: Any
) -> Plan:
    """What publishing the sample episode would do; nothing is written."""
    package = package or make_package(work)
    record = publish.make_record(work, package, NOTES, settings, make_show(), make_config("tides", **changes), "tides")
    items = publish.list_items(work.folder, package, make_cover(), settings, "tides")
    watched_target = Watched(target)
    made = publish.plan(watched_target, record, items, make_show(), settings, NOON)
    assert watched_target.puts == []
    return made


def test_a_plan_of_a_first_publishing_has_every_file_and_its_size(work: Workspace, settings: PublishConfig) -> None:
    made = rehearse(work, open_target(settings), settings)
    assert {Path(item.key).suffix for item in made.upload} >= {".mp3", ".vtt", ".jpg", ".html"}
    assert all(item.size > 0 for item in made.upload)
    assert made.there == ()
    assert made.changed == ("catalog.json", "index.html", "feed.xml")
    assert made.tells.added == ("About tides",)


def test_a_plan_after_an_edit_has_what_changed_and_its_words(work: Workspace, settings: PublishConfig) -> None:
    release(work, settings)
    edited = make_package(work, html="<p>Spring tides.</p>")
    made = rehearse(work, open_target(settings), settings, edited)
    assert [Path(item.key).suffix for item in made.upload] == [".html"]
    assert made.tells.changed == ("About tides",)
    assert any(line.startswith("+") and "Spring tides." in line for line in made.tells.diff)
    assert any(line.startswith("-") and "We talk about tides." in line for line in made.tells.diff)


def test_a_plan_where_nothing_changed_is_empty(work: Workspace, settings: PublishConfig) -> None:
    release(work, settings)
    made = rehearse(work, open_target(settings), settings)
    assert (made.upload, made.changed, made.tells) == ((), (), FeedChanges())


def test_a_plan_brings_back_an_episode_that_was_taken_off_as_publishing_by_name_does(
    work: Workspace, settings: PublishConfig
) -> None:
    place = MemoryTarget()
    release(work, settings, target=place)
    withdrawal.withdraw(place, "tides", make_show(), settings, COVER, now=NOON, notice=unheard)
    assert rehearse(work, place, settings).tells.added == ("About tides",)


# -- what is refused, before anything is uploaded ---------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"show": {"categories": ("Sciense",)}}, "'Sciense' is not in Apple's list", id="category"),
        pytest.param({"show": {"description": "ü" * 2001}}, "4002 bytes", id="description too long"),
        pytest.param({"guid": "another"}, "was published as guid-storms", id="another guid for a published slug"),
        pytest.param({"show": {"guid": "11111111-1111-4111-8111-111111111111"}}, "belongs to the show", id="show"),
    ],
)
def test_a_mistake_stops_publishing_before_anything_changes(
    work: Workspace, settings: PublishConfig, public: Path, changes: dict[str, Any], what: str
) -> None:
    release(work, settings, "storms")
    before, target = files(public), watched(settings)
    changes = {**changes, "show": make_show(**changes.get("show", {}))}
    with pytest.raises((StageError, ConfigError)) as caught:
        release(work, settings, "storms", target=target, package=make_package(work, sound=b"new"), **changes)
    assert what in caught.value.what
    assert caught.value.fix
    assert target.puts == []
    assert files(public) == before


def test_a_cover_that_apple_would_refuse_stops_publishing(work: Workspace, settings: PublishConfig) -> None:
    cover = work.folder.with_name("small.jpg")
    Image.new("RGB", (300, 300)).save(cover)
    with pytest.raises(StageError, match="300 pixels wide"):
        publish.run(work, make_package(work), NOTES, make_cover(cover), settings, make_show(), make_config(), "tides")


def test_bytes_that_do_not_arrive_whole_are_noticed(work: Workspace, settings: PublishConfig) -> None:
    class Lossy(Watched):
        def head(self, key: str) -> Head | None:
            found = super().head(key)
            return found and Head(found.etag, found.size - 1, found.media_type, None)

    with pytest.raises(StageError, match="115956 bytes of None arrived"):
        release(work, settings, target=Lossy(open_target(settings)))


def test_a_race_that_is_never_won_ends(work: Workspace, settings: PublishConfig) -> None:
    class Beaten(Watched):
        def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
            if item.key == "feed.xml":
                raise LostRaceError(item.key)
            super().put(item, replaces=replaces, sent=sent)

    with pytest.raises(StageError, match="others changed it 24 times"):
        release(work, settings, target=Beaten(open_target(settings)))


def test_an_episode_that_lands_while_a_feed_is_being_rendered_is_not_dropped_from_it(
    work: Workspace, settings: PublishConfig
) -> None:
    """The show's description changed, so this machine has a new feed but nothing new for the catalog to be refused by."""
    place = MemoryTarget()
    release(work, settings, "tides", target=place)

    class Overtaken(Watched):
        def get(self, key: str) -> Found | None:
            found = super().get(key)
            if key == "catalog.json" and self.asked.count("get catalog.json") == 1:
                release(work, settings, "storms", target=self.inner)
            return found

    release(work, settings, "tides", target=Overtaken(place), show=make_show(description="New words."))
    assert listed(place.objects["feed.xml"]) == ["About tides", "About storms"]
    assert b"New words." in place.objects["feed.xml"]


def test_notes_are_made_safe_for_apps(work: Workspace, settings: PublishConfig) -> None:
    html = '<p>Hi<script>alert(1)</script><img src="https://track.example/1.gif"> <a href="javascript:x">x</a> ]]></p>'
    found = release(work, settings, package=make_package(work, html=html))
    assert found.episode.notes_html == "<p>Hi <a>x</a> ]]&gt;</p>"


# -- killed (a second episode: test_publish_faults.py) --------------------------------------------------------------------------------------


def test_killed_at_its_first_publishing_a_show_has_no_feed_or_a_right_one(
    work: Workspace, settings: PublishConfig
) -> None:
    package, whole = make_package(work), MemoryTarget()
    requests = Watched(whole)
    release(work, settings, target=requests, package=package)
    for number in range(len(requests.asked)):
        place = MemoryTarget()
        with pytest.raises(Killed):
            release(work, settings, target=Watched(place, dies_after=number), package=package)
        assert_serves(place, settings.base_url)
        release(work, settings, target=place, package=package)
        assert place.objects == whole.objects


# -- on a real S3 -----------------------------------------------------------------------------------------


@pytest.mark.real
def test_what_listeners_get_from_s3(work: Workspace, s3_settings: S3Config) -> None:
    found = release(work, s3_publishing(s3_settings))
    with urllib.request.urlopen(found.feed_url, timeout=5) as answer:
        assert answer.read() == work.path(found.feed).read_bytes()
        assert answer.headers["Content-Type"] == "application/rss+xml"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
    with urllib.request.urlopen(found.page_url, timeout=5) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
    with urllib.request.urlopen(found.episode.enclosure.url, timeout=5) as answer:
        assert len(answer.read()) == found.episode.enclosure.length
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.real
def test_publishing_again_to_s3_uploads_nothing(work: Workspace, s3_settings: S3Config) -> None:
    settings = s3_publishing(s3_settings)
    release(work, settings)
    target = watched(settings)
    release(work, settings, target=target)
    assert target.puts == []


@pytest.mark.real
def test_machines_that_publish_at_once_all_land(tmp_path: Path, s3_settings: S3Config) -> None:
    settings, slugs = s3_publishing(s3_settings), [f"part-{n}" for n in range(4)]
    together = threading.Barrier(len(slugs))

    class Together(Watched):
        def get(self, key: str) -> Found | None:
            """Let everybody read the same catalog before anybody writes."""
            found = super().get(key)
            if self.asked.count(f"get {key}") == 1:
                together.wait(timeout=30)
            return found

    def publish_one(slug: str) -> list[str]:
        target = Together(s3.open_bucket(s3_settings))
        release(Workspace(tmp_path / slug), settings, slug, target=target)
        return target.asked

    with ThreadPoolExecutor(len(slugs)) as pool:
        asked = list(pool.map(publish_one, slugs))
    target = open_target(settings)
    feed = target.get("feed.xml")
    assert feed
    assert sorted(listed(feed.data)) == [f"About {slug}" for slug in slugs]
    assert_serves(target, settings.base_url)
    assert max(names.count("get catalog.json") for names in asked) > 1  # somebody lost a race


@pytest.mark.real
def test_credentials_that_do_not_work_stop_publishing_at_once(
    work: Workspace, s3_settings: S3Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(PipelineError, match="secret key"):
        release(work, s3_publishing(s3_settings))


@pytest.mark.real
def test_gpodder_subscribes_and_downloads(
    work: Workspace, s3_settings: S3Config, tmp_path: Path, need: Callable[[str, str], str]
) -> None:
    gpo = need("gpo", "apt-get install gpodder")
    found = release(work, s3_publishing(s3_settings))
    folders = {"GPODDER_HOME": str(tmp_path / "home"), "GPODDER_DOWNLOAD_DIR": str(tmp_path / "downloads")}

    def ask(*words: str) -> str:
        done = subprocess.run(
            [gpo, *words],
            env={**os.environ, **folders},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    ask("subscribe", found.feed_url)
    assert "Tide & Time" in ask("list")
    ask("download")
    sounds = [path.read_bytes() for path in (tmp_path / "downloads").rglob("*.mp3")]
    assert sounds == [b"ID3 sound " * 500]
