"""A private show: folders that nobody can guess, a feed for each subscriber, and nothing that tells more than it must."""

from __future__ import annotations

import datetime as dt
import re
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from release_samples import COVER, NOON, MemoryTarget, folder_settings, make_show, release, s3_publishing

from pipeline import ownership, private, relisting, rotation, subscribers, targets
from pipeline.adapters import cloudfront
from pipeline.config import PrivatePublishing, PublishConfig, S3Config, Show, Subscribers
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.models import Catalog
from pipeline.private import PrivateTarget
from pipeline.store import Workspace, silent, unheard
from pipeline.targets import Item

SECRET = "correct-horse-battery-staple-and-32-more"
GUID = uuid.UUID("0c7d9f0e-3c0b-5d1e-9f65-2f1f5a0a4a11")
ROOT = "https://cdn.example.org/show"
ANNA, BEN = {"name": "Anna"}, {"name": "Ben"}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(private.KEY, SECRET)


@pytest.fixture
def public(tmp_path: Path) -> PublishConfig:
    return folder_settings(tmp_path / "public")


@pytest.fixture
def place() -> MemoryTarget:
    return MemoryTarget()


def show(**changes: Any) -> Show:
    return make_show(**({"private": True, "guid": GUID} | changes))


def seclude(public: PublishConfig, *names: Any, epoch: int = 1) -> PrivatePublishing:
    return private.seclude(public, show(), Subscribers.model_validate({"epoch": epoch, "subscribers": names}))


def publish(work: Workspace, place: MemoryTarget, settings: PrivatePublishing, slug: str = "tides") -> None:
    release(work, settings, slug, target=PrivateTarget(place, settings), show=show())


def relist(place: MemoryTarget, settings: PrivatePublishing) -> relisting.Relisted:
    target = PrivateTarget(place, settings)
    return relisting.relist(target, relisting.unchanged, show(), settings, COVER, now=NOON, notice=unheard)


def feed_of(place: MemoryTarget, settings: PrivatePublishing, name: str) -> bytes | None:
    seat = next(one for one in settings.seats if one.name == name)
    return place.objects.get(f"{seat.folder}/feed.xml")


def test_a_subscribers_feed_names_its_own_address_and_files_and_never_the_owners_or_anybody_elses(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    settings = seclude(public, ANNA, BEN)
    publish(work, place, settings)
    anna, ben = settings.seats
    xml = feed_of(place, settings, "Anna")
    assert xml is not None
    assert settings.owner.encode() not in xml
    assert ben.folder.encode() not in xml
    found = feedparser.parse(xml)
    assert [link.href for link in found.feed.links if link.rel == "self"] == [settings.feed_of(anna.folder)]
    assert [one.title for one in found.entries] == ["About tides"]
    for url in re.findall(rb'"(https://cdn\.example\.org/show/[^"]+)"', xml):
        path = url.decode().removeprefix(f"{ROOT}/")
        assert path in place.objects, "every address in it leads to a file"
    assert feed_of(place, settings, "Ben") == xml.replace(anna.folder.encode(), ben.folder.encode())


def test_only_the_marker_lies_where_it_can_be_guessed_and_it_tells_neither_title_nor_key(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    settings = seclude(public, ANNA)
    publish(work, place, settings)
    assert {key for key in place.objects if "/" not in key} == {ownership.KEY}
    folders = {key.partition("/")[0] for key in place.objects} - {ownership.KEY}
    assert folders == {settings.files, settings.owner, settings.seats[0].folder}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", folder) for folder in folders)
    marker = place.objects[ownership.KEY].decode()
    assert not [word for word in (*folders, "Tide", "Anna", SECRET) if word in marker]
    assert not [key for key in place.objects if key.endswith("/index.html") and "episodes" not in key], "no index page"


def test_directories_are_asked_to_stay_away(work: Workspace, public: PublishConfig, place: MemoryTarget) -> None:
    settings = seclude(public, ANNA)
    publish(work, place, settings)
    channel = etree.fromstring(feed_of(place, settings, "Anna") or b"")[0]
    told = {etree.QName(one).localname: one.text for one in channel if one.prefix in ("itunes", "podcast")}
    assert (told["locked"], told["block"]) == ("yes", "yes")
    assert [one.text for one in channel.iter("{http://www.itunes.com/dtds/podcast-1.0.dtd}block")] == ["Yes"]
    assert not channel.findall("{http://www.w3.org/2005/Atom}link[@rel='hub']")


@pytest.mark.parametrize("values", [{"locked": False}, {"private": "perhaps"}])
def test_a_private_show_cannot_be_unlocked(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"private|bool"):
        show(**values)


def test_the_same_key_and_guid_give_the_same_addresses_and_any_other_gives_others(
    public: PublishConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folders(settings: PrivatePublishing) -> set[str]:
        return {settings.files, settings.owner, *(one.folder for one in settings.seats)}

    ours = seclude(public, ANNA, BEN)
    assert ours == seclude(public, ANNA, BEN)
    assert len(folders(ours)) == 4
    other_show = private.hide(public, uuid.uuid4(), Subscribers.model_validate({"subscribers": [ANNA, BEN]}))
    monkeypatch.setenv(private.KEY, SECRET + "x")
    other_key = seclude(public, ANNA, BEN)
    assert not folders(ours) & (folders(other_show) | folders(other_key))
    assert len({ours.seal, other_show.seal, other_key.seal}) == 3


@pytest.mark.parametrize(("changed", "same"), [
    (({"name": "Anna", "issue": 2}, 1), {"files", "owner"}),
    ((ANNA, 2), {"owner", "seat"}),
])  # fmt: skip
def test_a_higher_issue_moves_one_feed_and_a_higher_epoch_the_files(
    public: PublishConfig, changed: tuple[Any, int], same: set[str]
) -> None:
    before, after = seclude(public, ANNA), seclude(public, changed[0], epoch=changed[1])
    pairs = {
        "files": before.files == after.files,
        "owner": before.owner == after.owner,
        "seat": before.seats[0].folder == after.seats[0].folder,
    }
    assert {name for name, equal in pairs.items() if equal} == same


@pytest.mark.parametrize(("set_to", "what"), [
    (None, "is not set"), ("", "is not set"), ("  ", "is not set"), ("short", "has 5 characters"),
])  # fmt: skip
def test_a_private_show_needs_a_long_key_and_no_message_shows_it(
    public: PublishConfig, monkeypatch: pytest.MonkeyPatch, set_to: str | None, what: str
) -> None:
    monkeypatch.delenv(private.KEY) if set_to is None else monkeypatch.setenv(private.KEY, set_to)
    with pytest.raises(ConfigError, match=what) as caught:
        seclude(public, ANNA)
    assert "showrunner subscribers key" in caught.value.fix
    assert "short" not in caught.value.what + caught.value.fix


def test_a_fresh_key_is_long_enough_and_never_the_same(public: PublishConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(private.KEY, private.make_key())
    assert seclude(public).seal != seclude(public, epoch=2).files
    assert private.make_key() != private.make_key()


@pytest.mark.parametrize(("changes", "told", "what"), [
    ({"websub_hub": "https://hub.example.org/"}, {}, "websub_hub"),
    ({"analytics_prefix": "https://op3.example.org/e/"}, {}, "analytics_prefix"),
    ({}, {"guid": None}, "show.yaml guid"),
])  # fmt: skip
def test_what_would_tell_others_or_is_missing_is_refused(
    public: PublishConfig, changes: dict[str, Any], told: dict[str, Any], what: str
) -> None:
    settings = PublishConfig.model_validate({**public.model_dump(exclude_none=True), **changes})
    with pytest.raises(ConfigError, match=what):
        private.seclude(settings, show(**told), Subscribers())


def test_publishing_again_writes_nothing_and_a_new_subscriber_only_their_feed(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    settings = seclude(public, ANNA)
    publish(work, place, settings)
    before = dict(place.objects)
    publish(work, place, settings)
    assert place.objects == before
    more = seclude(public, ANNA, BEN)
    assert relist(place, more).written == ("subscribers.json",), "addresses of subscribers are not told"
    new = {key for key in place.objects if place.objects[key] != before.get(key)}
    assert new == {f"{more.owner}/subscribers.json", f"{more.seats[1].folder}/feed.xml"}


def test_a_revoked_feed_is_gone_at_once_and_an_old_list_does_not_bring_it_back(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    settings = seclude(public, ANNA, BEN)
    publish(work, place, settings)
    anna = feed_of(place, settings, "Anna")
    assert subscribers.end(PrivateTarget(place, settings), "ben")
    assert (feed_of(place, settings, "Anna"), feed_of(place, settings, "Ben")) == (anna, None)
    with pytest.raises(ConfigError, match="the address of 'Ben' with issue 1 was revoked"):
        publish(work, place, settings, "moons")
    assert feed_of(place, settings, "Ben") is None
    publish(work, place, seclude(public, ANNA), "moons")
    again = seclude(public, ANNA, {"name": "Ben", "issue": 2})
    relist(place, again)
    assert feed_of(place, again, "Ben") is not None
    assert settings.seats[1].folder not in {key.partition("/")[0] for key in place.objects}


def test_a_higher_issue_in_the_list_ends_the_old_address(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    before, after = seclude(public, ANNA), seclude(public, {"name": "Anna", "issue": 2})
    publish(work, place, before)
    relist(place, after)
    assert feed_of(place, before, "Anna") is None
    assert feed_of(place, after, "Anna") is not None


def test_a_machine_with_an_older_list_takes_nobodys_feed_and_keeps_it_up_to_date(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    newer, older = seclude(public, ANNA, BEN), seclude(public, ANNA)
    publish(work, place, newer)
    publish(work, place, older, "moons")
    assert len(feedparser.parse(feed_of(place, newer, "Ben")).entries) == 2


def test_paging_links_stay_in_the_subscribers_folder(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    settings = seclude(public.model_copy(update={"feed_page": 10}), ANNA)
    publish(work, place, settings)
    target = PrivateTarget(place, settings)
    record = Catalog.model_validate_json(place.objects[f"{settings.owner}/catalog.json"]).episodes[0]
    many = tuple(
        record.model_copy(update={"guid": f"g{n}", "slug": f"s{n}", "published": (NOON - dt.timedelta(n)).isoformat()})
        for n in range(25)
    )

    def fill(before: Catalog) -> Catalog:
        return before.model_copy(update={"episodes": many})

    relisting.relist(target, fill, show(), settings, COVER, now=NOON, notice=unheard)
    folder = settings.seats[0].folder
    assert place.keys(f"{folder}/") == [f"{folder}/feed-1.xml", f"{folder}/feed.xml"]
    links = re.findall(rf'href="{ROOT}/([^/"]+)/feed[^"]*"', feed_of(place, settings, "Anna").decode())  # type: ignore[union-attr]
    assert len(links) > 2
    assert set(links) == {folder}
    relisting.relist(target, lambda one: fill(one).model_copy(update={"episodes": many[:5]}), show(), settings, COVER,
                     now=NOON, notice=unheard)  # fmt: skip
    assert place.keys(f"{folder}/") == [f"{folder}/feed.xml"]


class CutError(Exception):
    """The process was killed."""


class Cutting(MemoryTarget):
    """A place whose writes and deletions end after `left` of them."""

    left = 10**6

    def put(self, item: Item, *, replaces: str | None, sent: Any = targets.ignore) -> None:
        self._count()
        super().put(item, replaces=replaces, sent=sent)

    def delete(self, key: str) -> None:
        self._count()
        super().delete(key)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise CutError


def leads_nowhere(place: MemoryTarget) -> list[str]:
    """Addresses in any feed under which there is no file."""
    feeds = [data.decode() for key, data in place.objects.items() if key.endswith("/feed.xml")]
    named = {url for xml in feeds for url in re.findall(rf'(?:url|href)="{ROOT}/([^"]+)"', xml)}
    return sorted(named - set(place.objects))


def test_killed_anywhere_no_feed_names_what_is_not_there_and_the_next_run_finishes(
    work: Workspace, public: PublishConfig
) -> None:
    settings = seclude(public, ANNA, BEN)
    for writes in range(1, 60):
        place = Cutting()
        publish(work, place, settings, "moons")
        place.left = writes
        try:
            publish(work, place, settings)
        except CutError:
            assert leads_nowhere(place) == []
        else:
            break
        place.left = 10**6
        publish(work, place, settings)
        assert all(len(feedparser.parse(feed_of(place, settings, name)).entries) == 2 for name in ("Anna", "Ben"))
    assert 10 < writes < 59, "every write was the last one once"


def test_two_machines_at_once_both_reach_every_subscriber(
    work: Workspace, public: PublishConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = seclude(public, ANNA, BEN)

    class Raced(MemoryTarget):
        began = False

        def put(self, item: Item, *, replaces: str | None, sent: Any = targets.ignore) -> None:
            if item.key.endswith(f"{settings.seats[0].folder}/feed.xml") and not self.began:
                self.began = True
                publish(work, self, settings, "moons")
            super().put(item, replaces=replaces, sent=sent)

    place = Raced()
    publish(work, place, settings)
    for name in ("Anna", "Ben"):
        assert {one.title for one in feedparser.parse(feed_of(place, settings, name)).entries} == {
            "About tides", "About moons",
        }  # fmt: skip


def rotate(place: MemoryTarget, before: PrivatePublishing, after: PrivatePublishing, patch: pytest.MonkeyPatch) -> int:
    patch.setattr(targets, "open_target", lambda settings: PrivateTarget(place, settings))
    done = rotation.rotate(before, after, show(), COVER, now=NOON, progress=silent, notice=unheard)
    return done[1]


def test_rotating_moves_the_files_and_leaves_subscribers_their_addresses(
    work: Workspace, public: PublishConfig, place: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = seclude(public, ANNA), seclude(public, ANNA, epoch=2)
    publish(work, place, before)
    files = {key.removeprefix(before.files) for key in place.keys(f"{before.files}/")}
    assert rotate(place, before, after, monkeypatch) == len(files)
    assert {key.removeprefix(after.files) for key in place.keys(f"{after.files}/")} == files
    assert not [key for key, data in place.objects.items() if before.files in key or before.files.encode() in data]
    assert leads_nowhere(place) == []
    assert feed_of(place, before, "Anna") is not None, "her address is what it was"
    with pytest.raises(ConfigError, match="epoch: is 1, and the show is published with 2"):
        publish(work, place, before, "moons")
    publish(work, place, after, "moons")


def test_a_rotation_that_was_killed_goes_on_and_no_feed_breaks_meanwhile(
    work: Workspace, public: PublishConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = seclude(public, ANNA), seclude(public, ANNA, epoch=2)
    for writes in range(60):
        place = Cutting()
        publish(work, place, before)
        place.left = writes
        try:
            rotate(place, before, after, monkeypatch)
        except CutError:
            assert leads_nowhere(place) == []
        else:
            break
        place.left = 10**6
        assert rotation.next_epoch(subscribers.read(PrivateTarget(place, after)), 2) == 2
        rotate(place, before, after, monkeypatch)
        assert place.keys(f"{before.files}/") == []
        assert leads_nowhere(place) == []
    assert 10 < writes < 59


def test_publishing_waits_for_a_rotation_that_was_begun(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    publish(work, place, seclude(public, ANNA))
    with pytest.raises(ConfigError, match="still published with 1") as caught:
        publish(work, place, seclude(public, ANNA, epoch=2))
    assert caught.value.fix == "showrunner subscribers rotate"


def test_another_key_is_told_instead_of_beginning_an_empty_show(
    work: Workspace, public: PublishConfig, place: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(work, place, seclude(public, ANNA))
    before = dict(place.objects)
    monkeypatch.setenv(private.KEY, SECRET[::-1])
    with pytest.raises(ConfigError, match=f"another {private.KEY}"):
        publish(work, place, seclude(public, ANNA), "moons")
    assert place.objects == before


def test_a_show_that_was_for_everybody_is_not_hidden_where_it_was(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    release(work, public, target=place, show=make_show(guid=GUID))
    before = dict(place.objects)
    with pytest.raises(ConfigError, match="for everybody") as caught:
        publish(work, place, seclude(public, ANNA))
    assert "delete what lies in the old one" in caught.value.fix
    assert place.objects == before


def test_a_private_show_is_never_published_for_everybody(
    work: Workspace, public: PublishConfig, place: MemoryTarget
) -> None:
    publish(work, place, seclude(public, ANNA))
    before = dict(place.objects)
    with pytest.raises(ConfigError, match=r"a private show .* is published there"):
        release(work, public, target=place, show=make_show(guid=GUID))
    with pytest.raises(ConfigError, match="would be published for everybody"):
        release(work, public, target=place, show=show())
    assert place.objects == before


def test_errors_of_the_place_name_no_folder(work: Workspace, public: PublishConfig) -> None:
    settings = seclude(public, ANNA)

    class Failing(MemoryTarget):
        def head(self, key: str) -> Any:
            raise StageError(f"s3://bucket/{key}: SlowDown", fix=f"ask for {key} again")

    target = PrivateTarget(Failing(), settings)
    for key in (
        "catalog.json",
        "episodes/tides/x.mp3",
        f"folders/{settings.seats[0].folder}/feed.xml",
        "folders/gone/x",
    ):
        with pytest.raises(PipelineError) as caught:
            target.head(key)
        told = f"{caught.value} {caught.value.what} {caught.value.fix} {caught.value.args}"
        assert not [one for one in (settings.files, settings.owner, settings.seats[0].folder, "gone") if one in told]
        assert "/<" in told


def test_a_cdn_is_told_of_no_folder(public: PublishConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Client:
        def create_invalidation(self, **arguments: Any) -> None:
            asked.append(arguments["InvalidationBatch"]["Paths"]["Items"])

    monkeypatch.setattr(cloudfront, "open_client", Client)
    s3 = S3Config(bucket="abc", public_base_url=ROOT, cloudfront_distribution="E123456789")
    cloudfront.refresh(seclude(PublishConfig(s3=s3), ANNA), ["feed.xml", "folders/x/feed.xml"], unheard)
    assert asked == [["/show/*"]]


def answer(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


@pytest.mark.real
def test_on_a_real_s3_a_subscriber_reads_their_feed_until_it_is_revoked(work: Workspace, s3_settings: S3Config) -> None:
    settings = seclude(s3_publishing(s3_settings), ANNA, BEN)
    release(work, settings, show=show())
    urls = {one.name: settings.feed_of(one.folder) for one in settings.seats}
    found = feedparser.parse(urls["Anna"])
    assert (found.status, [one.title for one in found.entries]) == (200, ["About tides"])
    assert answer(found.entries[0].enclosures[0].href)[1].startswith(b"ID3")
    base = s3_settings.public_base_url
    for path in (
        "",
        "/",
        "/feed.xml",
        "/catalog.json",
        "/index.html",
        f"/{settings.files}/",
        f"/{settings.files}/feed.xml",
    ):
        status, body = answer(base + path)
        assert status in (403, 404) or body == b"", path
    assert subscribers.end(targets.open_target(settings), "Ben")
    assert (answer(urls["Ben"])[0], answer(urls["Anna"])[0]) == (404, 200)


@pytest.mark.real
def test_a_bucket_that_everybody_can_list_is_refused(
    work: Workspace, s3_settings: S3Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.adapters import web

    fetch = web.fetch
    listed = web.Answer("", 200, {}, b"<?xml version='1.0'?><ListBucketResult>")
    monkeypatch.setattr(web, "fetch", lambda url, **k: listed if "list-type" in url else fetch(url, **k))
    with pytest.raises(ConfigError, match="everybody can list it"):
        release(work, seclude(s3_publishing(s3_settings), ANNA), show=show())
