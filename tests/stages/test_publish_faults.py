"""Whatever breaks while an episode is published, and wherever: listeners have the old feed or the new one, nothing that
it names is missing, no episode is lost, and the same command finishes the job."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fault_proxy import Fault, Kind, Proxy, running
from lxml import etree
from release_samples import NOON, NOTES, folder_settings, make_config, make_cover, make_package, make_show

from pipeline import feed_check, listing, ownership, store
from pipeline.adapters import s3
from pipeline.adapters.local_s3 import LocalS3
from pipeline.config import PublishConfig, S3Config
from pipeline.errors import ConfigError, PipelineError
from pipeline.models import Catalog, Episode, Package
from pipeline.stages import publish
from pipeline.store import Workspace
from pipeline.targets import FolderTarget, Item, Target

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def proxy(s3_server: LocalS3) -> Iterator[Proxy]:
    with running(s3_server.endpoint) as one:
        yield one


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 asks again as often as ever, but at once."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)


@dataclass
class Stand:
    """A show with one episode in a real bucket, and a second episode to be published through the proxy.

    `direct` sees the bucket as it is; `unused` has no connections, which a forked process would share. `states` are
    those of the bucket from which finishing was seen to work.
    """

    work: Workspace
    settings: PublishConfig
    proxy: Proxy
    direct: s3.Bucket
    faulty: s3.Bucket
    unused: s3.Bucket
    items: dict[str, list[Item]]
    records: dict[str, Episode]
    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    feeds: set[bytes] = field(default_factory=set)
    changed: list[Item] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    states: set[frozenset[tuple[str, str]]] = field(default_factory=set)

    def publish(self, slug: str, target: Target) -> None:
        publish.publish(self.work, target, self.records[slug], self.items[slug], make_show(), self.settings, NOON)

    def state(self) -> dict[str, str]:
        """The bucket's keys with their ETags, which are the MD5 of what is there."""
        where = {"Bucket": self.direct.settings.bucket, "Prefix": f"{self.direct.settings.prefix}/"}
        found = self.direct.client.list_objects_v2(**where)
        return {one["Key"].removeprefix(where["Prefix"]): one["ETag"] for one in found.get("Contents", [])}

    def reset(self, there: dict[str, str] | None = None) -> None:
        """Put the bucket, which is as `there` says, back to where only the first episode is published."""
        there = there or self.state()
        bucket, prefix = self.direct.settings.bucket, self.direct.settings.prefix
        if new := [{"Key": f"{prefix}/{key}"} for key in there if key not in self.old]:
            self.direct.client.delete_objects(Bucket=bucket, Delete={"Objects": new, "Quiet": True})
        for item in self.changed:
            if there[item.key] != self.old[item.key]:
                self.direct.put(item, replaces=there[item.key])

    def assert_serves(self) -> None:
        """The feed is the old one or the new one, all that it names is there, and the catalog knows every episode."""
        feed, known = self.direct.get("feed.xml"), self.direct.get("catalog.json")
        assert feed
        assert known
        assert feed.data in self.feeds
        slugs = [one.slug for one in Catalog.model_validate_json(known.data).episodes]
        assert "tides" in slugs
        assert "storms" in slugs or b"storms" not in feed.data
        assert_named_is_there(feed.data, self.settings.base_url, self.direct)


def assert_named_is_there(feed: bytes, base: str, target: Target) -> None:
    assert [one for one in feed_check.check(feed) if one.level == "error"] == []
    root = etree.fromstring(feed)
    named = {str(one) for one in root.xpath("//@url | //@href | //item/link/text()") if str(one).startswith(base)}
    assert len(named) > 5
    for url in named:
        head = target.head(url.removeprefix(f"{base}/"))
        assert head, url
        assert head.size > 0
    for enclosure in root.iter("enclosure"):
        head = target.head(enclosure.get("url").removeprefix(f"{base}/"))
        assert head
        assert head.size == int(enclosure.get("length"))


def small(package: Package) -> Package:
    """What the feed names; the fewer files, the fewer requests there are to break."""
    wanted = ("index.html", "episode.mp3", "transcript.vtt", "chapters.json", "notes.html", "notes.txt")
    return package.model_copy(update={"files": tuple(file for file in package.files if file.name in wanted)})


Packaged = Callable[[str], tuple[Workspace, Package, list[Item]]]
Made = tuple[dict[str, list[Item]], dict[str, Episode]]


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    """The files of an episode, made once; they are the same wherever they are published."""
    folder, anywhere = tmp_path_factory.mktemp("packages"), folder_settings(Path("public"))

    @cache
    def make(slug: str) -> tuple[Workspace, Package, list[Item]]:
        place = Workspace(folder / slug)
        package = small(make_package(place, sound=f"ID3 {slug} ".encode() * 100))
        items = publish.list_items(place.folder, package, make_cover(), anywhere, slug)
        return place, package, [item for item in items if "/notes-" not in item.key]

    return make


@pytest.fixture(scope="module")
def show(s3_server: LocalS3, proxy: Proxy, packaged: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    place = f"{s3_server.endpoint.rpartition('/')[2]}/showrunner-tests/faults"
    direct = S3Config(
        bucket="showrunner-tests", endpoint=s3_server.endpoint, prefix="faults", public_base_url=f"http://{place}"
    )
    base = f"{proxy.endpoint}/showrunner-tests/faults"
    through = direct.model_copy(update={"endpoint": proxy.endpoint, "public_base_url": base})
    clients = [s3.open_bucket(one) for one in (direct, through, through)]
    settings, work = PublishConfig(s3=through), Workspace(tmp_path_factory.mktemp("faults"))
    one = Stand(work, settings, proxy, *clients, *make_stand_items(packaged, settings))
    one.publish("tides", one.direct)
    one.old = one.state()
    one.changed = [as_it_is(one.direct, key) for key in ("catalog.json", "index.html", "feed.xml")]
    one.publish("storms", one.direct)
    one.new = one.state()
    one.feeds = {bytes(item.body) for item in (one.changed[-1], as_it_is(one.direct, "feed.xml"))}
    return one


@pytest.fixture
def stand(show: Stand) -> Stand:
    """The show with its first episode, and no fault ahead."""
    show.proxy.arm()
    show.reset()
    assert show.state() == show.old
    return show


def as_it_is(target: Target, key: str) -> Item:
    """What is there, to be put back later."""
    found, head = target.get(key), target.head(key)
    assert found
    assert head
    return Item(key, found.data, store.digest_bytes(found.data), head.size, str(head.media_type), "no-cache")


def make_stand_items(packaged: Packaged, settings: PublishConfig, slugs: Sequence[str] = ("tides", "storms")) -> Made:
    items, records = {}, {}
    for slug in slugs:
        place, package, items[slug] = packaged(slug)
        records[slug] = publish.make_record(place, package, NOTES, settings, make_show(), make_config(slug), slug)
    return items, records


def count_requests(stand: Stand) -> int:
    """How many requests it takes to publish the second episode when all is well."""
    stand.proxy.arm()
    stand.publish("storms", stand.faulty)
    assert stand.state() == stand.new
    stand.reset()
    return len(stand.proxy.seen())


def suffer(stand: Stand, fault: Fault) -> None:
    """Publish with a fault ahead; it may succeed, and if not, what is told is kept."""
    stand.proxy.arm(fault)
    try:
        stand.publish("storms", stand.faulty)
    except PipelineError as error:
        stand.told.append((error.what, error.fix))


def die(stand: Stand, fault: Fault) -> None:
    """Publish in a process of its own, which is killed on the way."""
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(ready, 1)
        try:
            stand.publish("storms", stand.unused)
        finally:
            os._exit(0)
    stand.proxy.arm(Fault(fault.kind, fault.number, fault.after, pid=pid))
    os.write(go, b"1")
    _, status = os.waitpid(pid, 0)
    os.close(ready)
    os.close(go)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def check_and_finish(stand: Stand) -> None:
    """Nothing is broken; and unless it was done from the very same state before, the next run finishes the job."""
    stand.proxy.arm()
    there = stand.state()
    if (state := frozenset(there.items())) not in stand.states:
        stand.assert_serves()
        stand.publish("storms", stand.faulty)
        there = stand.state()
        assert there == stand.new
        stand.assert_serves()
        stand.states.add(state)
    stand.reset(there)


FAULTS: list[tuple[Kind, bool, bool]] = [
    ("cut", False, False),
    ("cut", True, False),
    ("cut", True, True),
    ("truncate", True, False),
    ("truncate", True, True),
    ("500", False, False),
    ("500", True, True),
    ("503", False, True),
    ("503", True, False),
    ("403", False, False),
    ("403", True, True),
    ("skew", False, True),
]


def test_killed_before_and_after_every_request(stand: Stand) -> None:
    total = count_requests(stand)
    points = [Fault("kill", number, after) for number in range(total) for after in (False, True)]
    for point in points:
        die(stand, point)
        check_and_finish(stand)
    print(f"{len(points)} kill points, {len(stand.states)} states of the bucket")
    assert len(points) >= 50  # and 150 below


def test_whatever_a_server_or_the_network_does_at_any_request(stand: Stand) -> None:
    total = count_requests(stand)
    points = [
        Fault(kind, number, after, lasting)
        for at, (kind, after, lasting) in enumerate(FAULTS)
        for number in range(at % 2, total, 2)
    ]
    for point in points:
        suffer(stand, point)
        check_and_finish(stand)
    print(f"{len(points)} points, {len(stand.states)} states of the bucket, {len(stand.told)} errors told")
    assert len(points) >= 150
    assert len(stand.told) > 50  # the others were ridden out
    for what, fix in stand.told:
        assert fix
        assert "Traceback" not in what
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            assert os.environ[name] not in f"{what}{fix}"


# -- what cannot work is told before anything is uploaded --------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "first", "what", "fix"),
    [
        pytest.param("expired", "GET", "credentials have expired", "sign in again", id="expired credentials"),
        pytest.param("skew", "GET", "clock is wrong", "timedatectl", id="a clock that is wrong"),
        pytest.param("403", "GET", "may not do that", "s3:PutObject", id="no rights"),
        pytest.param("403", "PUT", "may not do that", "s3:PutObject", id="no right to write"),
        pytest.param("503", "PUT", "overloaded", "run again later", id="a server that takes no writes"),
    ],
)
def test_what_the_server_refuses_is_told_and_nothing_was_uploaded(
    stand: Stand, kind: Kind, first: str, what: str, fix: str
) -> None:
    stand.proxy.arm()
    stand.publish("storms", stand.faulty)
    number = next(at for at, line in enumerate(stand.proxy.seen()) if line.startswith(first))
    stand.reset()
    stand.proxy.arm(Fault(kind, number, lasting=True))
    with pytest.raises(PipelineError) as caught:
        stand.publish("storms", stand.faulty)
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert stand.state() == stand.old


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"bucket": "no-such-bucket"}, "no such bucket", id="bucket"),
        pytest.param({"public_base_url": "http://127.0.0.1:9/show"}, "refuses the connection", id="nobody serves it"),
        pytest.param({"public_base_url": "{endpoint}/showrunner-tests/x"}, "does not serve the bucket", id="elsewhere"),
    ],
)
def test_settings_that_cannot_work_are_told_and_nothing_was_uploaded(
    stand: Stand, packaged: Packaged, changes: dict[str, str], what: str
) -> None:
    changes = {key: value.format(endpoint=stand.proxy.endpoint) for key, value in changes.items()}
    through = stand.faulty.settings.model_copy(update=changes)
    settings = PublishConfig(s3=through)
    items, records = make_stand_items(packaged, settings)
    with pytest.raises(PipelineError, match=what):
        publish.publish(
            stand.work, s3.open_bucket(through), records["storms"], items["storms"], make_show(), settings, NOON
        )
    assert stand.state() == stand.old


def test_a_server_that_ignores_conditions_is_found_out_and_one_may_publish_there_alone(stand: Stand) -> None:
    """Some S3s take If-Match and If-None-Match, and overwrite all the same."""

    def forget(params: dict[str, Any], **kwargs: Any) -> None:
        for name in ("If-Match", "If-None-Match"):
            params["headers"].pop(name, None)

    lax = s3.open_bucket(stand.faulty.settings)
    lax.client.meta.events.register("before-call.s3.PutObject", forget)
    with pytest.raises(ConfigError, match="ignores the conditions") as caught:
        stand.publish("storms", lax)
    assert "s3.conditional_writes: false" in caught.value.fix
    assert stand.state() == stand.old
    alone = stand.faulty.settings.model_copy(update={"conditional_writes": False})
    stand.publish("storms", s3.Bucket(lax.client, alone))
    assert stand.state() == stand.new


def test_when_all_is_well_seeing_that_costs_three_requests(stand: Stand) -> None:
    stand.proxy.arm()
    stand.publish("storms", stand.faulty)
    asked = [line for line in stand.proxy.seen() if line.endswith(ownership.KEY)]
    assert [line.partition(" ")[0] for line in asked] == ["GET", "PUT", "GET"]


def test_publishing_what_is_there_writes_nothing(stand: Stand) -> None:
    stand.proxy.arm()
    stand.publish("tides", stand.faulty)
    assert {line.partition(" ")[0] for line in stand.proxy.seen()} == {"GET", "HEAD"}


# -- several machines at once ------------------------------------------------------------------------------


@pytest.mark.parametrize("machines", [2, 8])
def test_processes_that_publish_different_episodes_at_once_all_land(
    work: Workspace, s3_settings: S3Config, packaged: Packaged, machines: int
) -> None:
    settings, slugs = PublishConfig(s3=s3_settings), [f"part-{number}" for number in range(machines)]
    items, records = make_stand_items(packaged, settings, slugs)
    ready, go = os.pipe()
    pids = []
    for slug in slugs:
        target = s3.open_bucket(s3_settings)
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(ready, 1)  # ends for all at once, when the last writer closes
            code = 1
            try:
                publish.publish(work, target, records[slug], items[slug], make_show(), settings, NOON)
                code = 0
            finally:
                os._exit(code)
        pids.append(pid)
    os.close(go)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * machines
    os.close(ready)
    target = s3.open_bucket(s3_settings)
    feed = target.get("feed.xml")
    assert feed
    titles = [str(one) for one in etree.fromstring(feed.data).xpath("//item/title/text()")]
    assert sorted(titles) == [f"About {slug}" for slug in slugs]
    assert_named_is_there(feed.data, settings.base_url, target)


# -- what it costs -----------------------------------------------------------------------------------------


def test_one_more_episode_of_a_long_show_touches_only_its_own_files_and_the_listing(
    work: Workspace, s3_settings: S3Config, proxy: Proxy, packaged: Packaged
) -> None:
    """2,000 episodes, 500 to a document of the feed: some forty requests, and no list of all keys."""
    proxy.arm()
    base = f"{proxy.endpoint}{urlsplit(s3_settings.public_base_url).path}"
    through = s3_settings.model_copy(update={"endpoint": proxy.endpoint, "public_base_url": base})
    settings = PublishConfig(s3=through, feed_page=500)
    items, records = make_stand_items(packaged, settings)
    target = s3.open_bucket(through)
    publish.publish(work, target, records["tides"], items["tides"], make_show(), settings, NOON)
    add_episodes(target, records["tides"], items["tides"], settings, 1999)
    proxy.arm()
    publish.publish(work, target, records["storms"], items["storms"], make_show(), settings, NOON)
    seen = [line.partition("?")[0].replace(f"/{through.bucket}/{through.prefix}/", "") for line in proxy.seen()]
    own = {item.key for item in items["storms"] if item.key.startswith("episodes/")}
    written = [line.removeprefix("PUT ") for line in seen if line.startswith("PUT ")]
    assert sorted(written) == sorted([".showrunner.json", *own, "catalog.json", "index.html", "feed.xml"])
    assert not any("list-type" in line for line in proxy.seen())
    assert all(line.split("/")[1:2] in ([], ["storms"]) for line in seen)
    print(f"{len(seen)} requests, of which {len(written)} write")
    assert len(seen) <= 45


def add_episodes(target: Target, like: Episode, items: list[Item], settings: PublishConfig, number: int) -> None:
    """As many older episodes in catalog and feed; nobody asks for their files."""
    days = [dt.date(2026, 4, 30) - dt.timedelta(days=back) for back in range(number)]
    older = [
        like.model_copy(
            update={
                "guid": f"guid-{day}",
                "slug": f"day-{day}",
                "published": f"{day}T00:00:00+00:00",
                "page_url": like.page_url.replace("/tides/", f"/day-{day}/"),
                "enclosure": like.enclosure.model_copy(
                    update={"url": like.enclosure.url.replace("/tides/", f"/day-{day}/")}
                ),
            }
        )
        for day in days
    ]
    address = listing.Address(settings.base_url, items[0].key)

    def add(before: Catalog) -> Catalog:
        return before.model_copy(update={"episodes": (*before.episodes, *older)})

    made = listing.draft(target, add, make_show(), settings, address, NOON)
    listing.update(target, add, make_show(), settings, address, NOON, made=made)


# -- a local folder ----------------------------------------------------------------------------------------


def test_killed_before_every_change_of_a_folder(
    tmp_path: Path, work: Workspace, packaged: Packaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies before each rename that puts a file into its place, and before each that takes one away."""
    settings = folder_settings(tmp_path / "public")
    items, records = make_stand_items(packaged, settings)
    target, renames = FolderTarget(tmp_path / "public"), list[str]()
    rename = os.replace

    def put(slug: str) -> None:
        publish.publish(work, target, records[slug], items[slug], make_show(), settings, NOON)

    def die_at(number: int) -> None:
        if len(renames) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(source: Any, goal: Any, number: int) -> None:
        die_at(number)
        renames.append(str(goal))
        rename(source, goal)

    put("tides")
    monkeypatch.setattr(os, "replace", lambda source, goal: watched(source, goal, -1))
    shutil.copytree(target.root, tmp_path / "old")
    put("storms")
    whole, total = files(target.root), len(renames)
    feeds = {(place / "feed.xml").read_bytes() for place in (tmp_path / "old", target.root)}
    for number in range(total):
        shutil.rmtree(target.root)
        shutil.copytree(tmp_path / "old", target.root)
        pid = os.fork()
        if pid == 0:
            renames.clear()
            monkeypatch.setattr(os, "replace", lambda source, goal, at=number: watched(source, goal, at))
            try:
                put("storms")
            finally:
                os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        feed = (target.root / "feed.xml").read_bytes()
        assert feed in feeds
        assert_named_is_there(feed, settings.base_url, target)
        put("storms")
        assert files(target.root) == whole
    assert total >= 8


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
