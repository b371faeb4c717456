"""`showrunner subscribers`: what a podcaster types and reads, and that no secret stands where it does not belong."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
import yaml
from click.testing import CliRunner, Result
from release_samples import release

from pipeline import private, recovery
from pipeline.cli import cli
from pipeline.cli.console import explain
from pipeline.config import PrivatePublishing
from pipeline.project import Project
from pipeline.store import Workspace

SECRET = "correct-horse-battery-staple-and-32-more"
GUID = "0c7d9f0e-3c0b-5d1e-9f65-2f1f5a0a4a11"
Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A private show, with its key in the environment."""
    shutil.copytree(root / "configs", tmp_path / "ours/configs", ignore=shutil.ignore_patterns("voices"))
    show = tmp_path / "ours/configs/show.yaml"
    show.write_text(f"private: true\nguid: {GUID}\n" + show.read_text())
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path / "ours"))
    monkeypatch.setenv(private.KEY, SECRET)
    return Project(tmp_path / "ours")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command, and have what it prints with what an error would print."""

    def call(*arguments: str) -> Result:
        done = CliRunner().invoke(cli, list(arguments))
        if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
            done.exit_code = explain(done.exception)
            done.output_bytes += capsys.readouterr().err.encode()
        return done

    return call


def settings(project: Project) -> PrivatePublishing:
    found = project.publishing()
    assert isinstance(found, PrivatePublishing)
    return found


def published(project: Project) -> Path:
    return project.root / "feeds/public"


def publish(work: Workspace, project: Project, slug: str = "tides") -> None:
    release(work, project.publishing(), slug, show=project.show())


def feed(project: Project, url: str) -> Path:
    return published(project) / url.removeprefix(f"{settings(project).root_url}/")


def address(said: Result) -> str:
    return str(re.findall(r"http\S+", said.output)[0])


def test_somebody_who_is_added_gets_a_feed_and_one_who_is_revoked_loses_it(
    project: Project, work: Workspace, run: Run
) -> None:
    publish(work, project)
    said = run("subscribers", "add", "Anna", "Ben Okafor")
    assert said.exit_code == 0
    urls = dict(re.findall(r"^(.+): (http\S+)$", said.output, re.M))
    assert list(urls) == ["Anna", "Ben Okafor"]
    assert all(feedparser.parse(feed(project, url).read_bytes()).entries for url in urls.values())
    assert "the feed is gone" in run("subscribers", "revoke", "ben okafor").output
    assert [feed(project, url).is_file() for url in urls.values()] == [True, False]
    assert [one.name for one in project.subscribers().subscribers] == ["Anna"]
    back = run("subscribers", "add", "Ben Okafor")
    assert address(back) not in urls.values(), "an address that was taken back is never given again"
    assert feed(project, address(back)).is_file()


def test_a_new_address_ends_the_old_one(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    before = address(run("subscribers", "add", "Anna"))
    after = address(run("subscribers", "reissue", "Anna"))
    assert (feed(project, before).exists(), feed(project, after).is_file()) == (False, True)


def test_before_the_first_episode_the_address_is_told_with_a_word_that_nothing_is_there_yet(
    project: Project, work: Workspace, run: Run
) -> None:
    said = run("subscribers", "add", "Anna")
    assert "as soon as an episode is published" in said.output
    publish(work, project)
    assert feed(project, address(said)).is_file()


def test_the_file_keeps_what_people_wrote_and_has_no_secret(project: Project, work: Workspace, run: Run) -> None:
    path = project.configs / "subscribers.yaml"
    path.write_text("# our members\nsubscribers:\n  - Carla   # since May\n  - {name: Dan, issue: 3}\n")
    for arguments in (("add", "Anna"), ("reissue", "Carla"), ("revoke", "Dan")):
        assert run("subscribers", *arguments).exit_code == 0
    text = path.read_text()
    assert text.startswith("# our members\n")
    assert "# since May" in text
    assert yaml.safe_load(text) == {"subscribers": [{"name": "Carla", "issue": 2}, {"name": "Anna"}]}


def test_addresses_are_shown_only_when_asked_for(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    url = address(run("subscribers", "add", "Anna"))
    assert run("subscribers", "list").output == "Anna: has a feed\n"
    assert url in run("subscribers", "list", "--urls").output
    assert "url" not in json.loads(run("subscribers", "list", "--json").output)[0]
    assert json.loads(run("subscribers", "list", "--json", "--urls").output)[0]["url"] == url


def test_a_name_taken_out_by_hand_is_told_and_keeps_its_feed(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    url = address(run("subscribers", "add", "Anna"))
    (project.configs / "subscribers.yaml").unlink()
    assert "`subscribers revoke` ends it" in run("subscribers", "list").output
    assert run("subscribers", "revoke", "Anna").exit_code == 0
    assert not feed(project, url).exists()


def test_rotating_moves_files_and_not_feeds(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    url = address(run("subscribers", "add", "Anna"))
    old = settings(project).files
    said = run("subscribers", "rotate")
    assert said.exit_code == 0, said.output
    new = settings(project).files
    assert new != old
    assert not (published(project) / old).exists()
    assert new in feed(project, url).read_text()
    assert old not in feed(project, url).read_text()


@pytest.mark.parametrize(("arguments", "what"), [
    (["add", "Anna"], "is a subscriber already"),
    (["add", "ANNA"], "is a subscriber already"),
    (["add", "Ben", "ben"], "is named twice"),
    (["add", "a/b"], "cannot be a subscriber's name"),
    (["add", ".."], "cannot be a subscriber's name"),
    (["add", " "], "cannot be a subscriber's name"),
    (["add", "x" * 101], "cannot be a subscriber's name"),
    (["add", "line\nbreak"], "cannot be a subscriber's name"),
    (["revoke", "Ana"], "did you mean 'Anna'?"),
    (["reissue", "Zacharias"], "is nobody in configs/subscribers.yaml"),
    (["rotate"], "nothing is published yet"),
])  # fmt: skip
def test_what_cannot_be_done_changes_nothing(project: Project, run: Run, arguments: list[str], what: str) -> None:
    path = project.configs / "subscribers.yaml"
    path.write_text("subscribers: [Anna]\n")
    said = run("subscribers", *arguments)
    assert (said.exit_code, what in said.output) == (2, True), said.output
    assert path.read_text() == "subscribers: [Anna]\n"


@pytest.mark.parametrize(("text", "what"), [
    ("subscribers: [Anna, anna]", "there twice"),
    ("subscribers: [{name: Anna, isue: 2}]", "did you mean 'issue'"),
    ("epoch: 0", "epoch"),
    ("subscribers: [{name: ../x}]", "without slashes"),
])  # fmt: skip
def test_mistakes_in_the_list_are_told_with_their_line(project: Project, run: Run, text: str, what: str) -> None:
    (project.configs / "subscribers.yaml").write_text(text + "\n")
    said = run("subscribers", "list")
    assert (said.exit_code, what in said.output) == (2, True), said.output
    assert "configs/subscribers.yaml:1" in said.output


@pytest.mark.parametrize("arguments", [["list"], ["add", "Ben"], ["revoke", "Anna"], ["reissue", "Anna"], ["rotate"]])
def test_with_another_key_nothing_is_changed(
    project: Project, work: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    publish(work, project)
    run("subscribers", "add", "Anna")
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    monkeypatch.setenv(private.KEY, SECRET[::-1])
    said = run("subscribers", *arguments)
    assert (said.exit_code, f"another {private.KEY}" in said.output) == (2, True), said.output
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_a_show_for_everybody_has_no_subscribers(project: Project, run: Run) -> None:
    path = project.configs / "show.yaml"
    path.write_text(path.read_text().replace("private: true\n", ""))
    said = run("subscribers", "list")
    assert (said.exit_code, "the show is for everybody" in said.output) == (2, True)


def test_a_private_show_has_no_single_address_to_move(project: Project, run: Run) -> None:
    said = run("feed", "move", "https://new.example.org/feed.xml")
    assert (said.exit_code, "no single address" in said.output) == (2, True)


@pytest.mark.parametrize("lost", [("show.yaml", "subscribers.yaml"), ("subscribers.yaml",), ()])
def test_a_lost_laptop_is_brought_back_with_the_key(
    project: Project, work: Workspace, run: Run, lost: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "fetch_cover", lambda project, url: None)  # nobody serves the folder
    publish(work, project)
    run("subscribers", "add", "Anna", "Ben")
    run("subscribers", "rotate")
    run("subscribers", "reissue", "Ben")
    before = settings(project)
    for name in lost:
        (project.configs / name).unlink()
    said = run("pull")
    assert said.exit_code == 0, said.output
    assert project.show().private
    assert settings(project) == before
    assert (project.episodes / "tides/episode.yaml").is_file()


def test_doctor_says_what_is_wrong_with_the_key(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import doctor

    def found() -> tuple[str, str]:
        return next((one.state, one.detail) for one in doctor._publishing(project) if one.name == "private key")

    assert found()[0] == "ok"
    monkeypatch.delenv(private.KEY)
    assert found() == ("missing", f"{private.KEY}: is not set, and the addresses of a private show are made with it")


def test_the_key_is_in_nothing_that_is_written_or_printed(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    said = "".join(
        run(*arguments.split()).output
        for arguments in (
            "subscribers add Anna", "subscribers list --urls", "subscribers reissue Anna", "subscribers rotate",
            "publish --due", "feed --check", "pull", "subscribers revoke Anna", "subscribers revoke Anna",
        )
    )  # fmt: skip
    assert "Anna" in said
    assert SECRET not in said
    files = [path for path in project.root.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_whoever_does_not_ask_for_addresses_reads_none(project: Project, work: Workspace, run: Run) -> None:
    publish(work, project)
    run("subscribers", "add", "Anna")
    now = settings(project)
    said = "".join(
        run(*arguments.split()).output
        for arguments in (
            "publish --due", "publish --due --json", "subscribers list", "pull", "subscribers rotate",
            "unpublish tides", "subscribers revoke Anna",
        )
    )  # fmt: skip
    for folder in (now.files, now.owner, now.seats[0].folder, settings(project).files):
        assert folder not in said


def test_a_fresh_key_is_printed_alone(run: Run) -> None:
    done = CliRunner().invoke(cli, ["subscribers", "key"])
    assert re.fullmatch(r"[\w-]{43}\n", done.stdout)
    assert private.KEY in done.stderr
