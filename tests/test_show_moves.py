"""A show as a whole: what becomes due, a lost laptop, a new address, several shows in one checkout."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import feedparser
import pytest
import yaml
from click.testing import CliRunner, Result
from release_samples import COVER, NOON, MemoryTarget, folder_settings, make_show, release, two_published

from pipeline import moving, recovery, relisting
from pipeline.catalog import show_guid
from pipeline.cli import cli
from pipeline.config import PublishConfig
from pipeline.errors import ConfigError, InputError, StageError
from pipeline.models import Catalog
from pipeline.project import Project
from pipeline.relisting import Relisted
from pipeline.store import Workspace, silent, unheard

BASE = "https://cdn.example.org/show"
NEW = "https://new.example.net/pod"
TOMORROW = NOON + dt.timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> PublishConfig:
    return folder_settings(tmp_path / "public")


@pytest.fixture
def target(work: Workspace, settings: PublishConfig) -> MemoryTarget:
    """A show with two episodes that are listed and one that is dated tomorrow."""
    place = two_published(work, settings)
    release(work, settings, "later", target=place, date=TOMORROW)
    return place


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copytree(root / "configs", tmp_path / "ours/configs", ignore=shutil.ignore_patterns("voices"))
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path / "ours"))
    return Project(tmp_path / "ours")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments])


def guids(target: MemoryTarget) -> list[str]:
    return [entry.id for entry in feedparser.parse(target.objects["feed.xml"]).entries]


def list_due(target: MemoryTarget, settings: PublishConfig, now: dt.datetime) -> Relisted:
    return relisting.relist(target, relisting.unchanged, make_show(), settings, COVER, now=now, notice=unheard)


def test_an_episode_is_listed_when_its_date_has_come_and_not_before(
    target: MemoryTarget, settings: PublishConfig
) -> None:
    assert "guid-later" not in guids(target)
    assert any(key.startswith("episodes/later/") for key in target.objects), "its files are there already"
    assert list_due(target, settings, TOMORROW - dt.timedelta(seconds=1)).written == ()
    assert list_due(target, settings, TOMORROW).tells.added == ("About later",)
    assert guids(target)[0] == "guid-later"
    assert list_due(target, settings, TOMORROW).written == (), "a second look lists nothing twice"


def test_nothing_due_says_so_and_changes_nothing(project: Project, work: Workspace) -> None:
    release(work, project.publishing(), "tides", show=project.show())
    before = (project.root / "feeds/public/feed.xml").read_bytes()
    said = run("publish", "--due")
    assert (said.exit_code, said.output) == (0, "nothing has become due\n")
    assert (project.root / "feeds/public/feed.xml").read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["tides", "--due"], ["--due", "--dry-run"]])
def test_publish_takes_an_episode_or_due_alone(project: Project, arguments: list[str]) -> None:
    assert isinstance(run("publish", *arguments).exception, InputError)


def pull(project: Project, target: MemoryTarget, settings: PublishConfig, *, files: bool = True) -> recovery.Pulled:
    return recovery.pull(project, target, settings, files=files, progress=silent, notice=unheard)


def test_a_lost_laptop_loses_no_guid_no_date_and_no_file(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    done = pull(project, target, settings)
    assert set(done.made) == {"tides", "moons", "later"}
    for record in Catalog.model_validate_json(target.objects["catalog.json"]).episodes:
        episode = project.episode(record.slug)
        assert (episode.guid, episode.published.isoformat()) == (record.guid, record.published)
        assert (episode.season, episode.number, episode.guests) == (1, 3, record.people)
        sound = project.root / episode.sources[0]
        assert sound.read_bytes() == target.objects[record.enclosure.url.removeprefix(BASE + "/")]
        files = {path.name for path in (project.episodes / record.slug / "published").iterdir()}
        assert files == {key.rpartition("/")[2] for key in target.keys(f"episodes/{record.slug}/")}
    assert (project.feeds / "feed.xml").read_bytes() == target.objects["feed.xml"]


def test_pulling_again_leaves_everything_as_people_made_it(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    pull(project, target, settings)
    edited = project.episodes / "tides/episode.yaml"
    edited.write_text(edited.read_text().replace("About tides", "About the tides"))
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    done = pull(project, target, settings)
    assert (done.made, done.files) == ((), 0)
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_a_folder_of_another_episode_is_not_taken_for_the_published_one(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    (project.episodes / "tides").mkdir(parents=True)
    (project.episodes / "tides/episode.yaml").write_text("title: X\ndate: 2026-01-01\nguid: other\nsources: [x.wav]\n")
    with pytest.raises(InputError, match="belongs to another episode"):
        pull(project, target, settings)


def test_without_files_the_published_sound_is_the_source(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    assert pull(project, target, settings, files=False).files == 0
    assert project.episode("tides").sources[0].startswith(f"{BASE}/episodes/tides/")


def test_what_was_damaged_where_it_is_published_is_not_taken(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    key = next(key for key in target.keys("episodes/tides/") if key.endswith(".mp3"))
    target.objects[key] = b"noise"
    with pytest.raises(Exception, match="is damaged where it is published"):
        pull(project, target, settings)


@pytest.mark.parametrize("slug", ["../../etc", "/etc", "a/b", ".", ""])
def test_a_catalog_cannot_make_pull_write_elsewhere(
    project: Project, target: MemoryTarget, settings: PublishConfig, slug: str
) -> None:
    told = json.loads(target.objects["catalog.json"])
    told["episodes"][0]["slug"] = slug
    target.objects["catalog.json"] = json.dumps(told).encode()
    before = sorted(project.root.rglob("*"))
    with pytest.raises(StageError, match="is no episode's name"):
        pull(project, target, settings)
    assert sorted(project.root.rglob("*")) == before


def test_there_is_nothing_to_pull_where_nothing_is_published(project: Project, settings: PublishConfig) -> None:
    with pytest.raises(InputError, match="there is no show"):
        pull(project, MemoryTarget(), settings)


def test_a_lost_show_yaml_is_made_from_the_feed(
    project: Project, target: MemoryTarget, settings: PublishConfig
) -> None:
    (project.configs / "show.yaml").unlink()
    (project.configs / "cover.jpg").unlink()
    pull(project, target, settings)
    show = project.show()
    assert (project.root / show.cover).read_bytes() == COVER.read_bytes()
    assert (show.title, show.owner, show.categories) == (make_show().title, make_show().owner, make_show().categories)
    assert str(show.guid) == show_guid(f"{BASE}/feed.xml")


@pytest.fixture
def moved(target: MemoryTarget, settings: PublishConfig, tmp_path: Path) -> MemoryTarget:
    """The new place after the move."""
    new = MemoryTarget()
    after = settings.model_copy(update={"folder": settings.folder.model_copy(update={"public_base_url": NEW})})
    for _ in range(2):  # the second finds everything there
        done = moving.copy(
            target, new, make_show(), settings, after, COVER, now=NOON, progress=silent, notice=unheard
        )  # fmt: skip
    assert done.written == ()
    moving.announce(target, make_show(), settings, COVER, f"{NEW}/feed.xml", now=NOON, notice=unheard)
    return new


def test_after_a_move_both_feeds_name_the_new_address_and_the_same_show(
    target: MemoryTarget, moved: MemoryTarget
) -> None:
    old, new = (place.objects["feed.xml"].decode() for place in (target, moved))
    for feed in (old, new):
        assert f"<itunes:new-feed-url>{NEW}/feed.xml</itunes:new-feed-url>" in feed
        assert f"<podcast:guid>{show_guid(f'{BASE}/feed.xml')}</podcast:guid>" in feed
    assert guids(target) == guids(moved)
    assert [one.published for one in feedparser.parse(old).entries] == [
        one.published for one in feedparser.parse(new).entries
    ]


def test_after_a_move_everything_that_the_new_feed_names_is_there(moved: MemoryTarget) -> None:
    assert BASE not in moved.objects["feed.xml"].decode()
    assert BASE not in moved.objects["catalog.json"].decode()
    for entry in feedparser.parse(moved.objects["feed.xml"]).entries:
        url = entry.enclosures[0].href
        assert len(moved.objects[url.removeprefix(NEW + "/")]) == int(entry.enclosures[0].length)


def test_an_episode_that_is_not_due_moves_as_well(moved: MemoryTarget) -> None:
    assert "guid-later" not in guids(moved)
    assert any(one["guid"] == "guid-later" for one in json.loads(moved.objects["catalog.json"])["episodes"])


def test_a_move_to_where_the_show_is_makes_no_sense(target: MemoryTarget, settings: PublishConfig) -> None:
    with pytest.raises(ConfigError, match="is where the show is already"):
        moving.copy(target, target, make_show(), settings, settings, COVER, now=NOON, progress=silent, notice=unheard)


def test_the_command_moves_pins_the_guid_and_says_what_is_left_to_do(
    project: Project, work: Workspace, tmp_path: Path
) -> None:
    release(work, project.publishing(), "tides", show=project.show())
    place = tmp_path / "new.yaml"
    place.write_text(f"folder: {{path: {tmp_path / 'there'}, public_base_url: {NEW}}}\n")
    said = run("feed", "move", f"{NEW}/feed.xml", "--to", str(place))
    assert said.exit_code == 0, (said.output, said.exception)
    assert "permanent redirect (301)" in said.output
    assert (tmp_path / "there/feed.xml").is_file()
    show = project.show()
    assert (show.new_feed_url, str(show.guid)) == (f"{NEW}/feed.xml", show_guid("http://127.0.0.1:8000/feed.xml"))
    assert "# docs/configuration.md explains every key." in (project.configs / "show.yaml").read_text()


@pytest.mark.parametrize("url", ["new.example.net", "ftp://x.example/feed.xml", "http://127.0.0.1:8000/feed.xml"])
def test_an_address_that_cannot_be_is_refused(project: Project, url: str) -> None:
    assert isinstance(run("feed", "move", url).exception, InputError)


@pytest.fixture
def second(project: Project) -> Project:
    """The same checkout as its second show, `harbour`, sees it."""
    folder = project.root / "configs/shows/harbour"
    folder.mkdir(parents=True)
    text = (project.root / "configs/show.yaml").read_text()
    (folder / "show.yaml").write_text(text.replace("title: Salt and Brass", "title: Harbour Talk"))
    (folder / "glossary.yaml").write_text("terms:\n  - term: Quayle\n")
    return project.seen_by("harbour")


def test_two_shows_of_one_checkout_keep_apart(project: Project, second: Project, work: Workspace) -> None:
    for one, slug in ((project, "tides"), (second, "quays")):
        release(work, one.publishing(), slug, show=one.show())
    assert [e.title for e in feedparser.parse((project.root / "feeds/public/feed.xml").read_bytes()).entries] == [
        "About tides"
    ]
    feed = feedparser.parse((project.root / "feeds/harbour/public/feed.xml").read_bytes())
    assert (feed.feed.title, [e.title for e in feed.entries]) == ("Harbour Talk", ["About quays"])


def test_an_episode_belongs_to_the_show_that_it_names(project: Project, second: Project) -> None:
    for slug, whose in (("one", ""), ("two", "show: harbour\n")):
        (project.episodes / slug).mkdir(parents=True)
        text = f"title: T\ndate: 2026-01-01\nguid: {slug}\n{whose}sources: [x.wav]\n"
        (project.episodes / slug / "episode.yaml").write_text(text)
    assert project.job("one").settings.show.title == "Salt and Brass"
    job = project.job("two")
    assert job.settings.show.title == "Harbour Talk"
    assert {"Quayle", "Sonarkiv"} <= {term.term for term in job.settings.glossary.terms}, "its own and the common names"
    assert job.settings.publish.folder.path == str(project.root / "feeds/harbour/public")


def test_a_new_episode_is_that_of_the_show_it_was_made_for(
    second: Project, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = second.start_episode(root / "episodes/demo/recording.mp3")
    assert yaml.safe_load((second.episodes / slug / "episode.yaml").read_text())["show"] == "harbour"
    monkeypatch.setenv("SHOWRUNNER_SHOW", "harbour")
    assert Project.find() == second


def test_a_show_that_is_not_there_is_named_with_those_that_are(second: Project) -> None:
    with pytest.raises(ConfigError, match="configs/shows/harbor: there is no such show") as caught:
        second.seen_by("harbor")
    assert "did you mean 'harbour'?" in caught.value.fix
