"""`showrunner feed` as people type it: what is printed, what a machine reads, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from checked_feed_sample import FEED
from release_samples import make_cover, release

from pipeline import feed_check
from pipeline.adapters import web
from pipeline.cli import main
from pipeline.project import Project
from pipeline.store import Workspace

Run = Callable[[str], tuple[int, str, str]]
BROKEN = FEED.replace('text="Education"', 'text="Educatoin"').replace("<itunes:duration>120", "<itunes:duration>1:20:0")


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a show of its own; its files lie in feeds/public/."""
    (tmp_path / "configs").mkdir()
    show = (root / "configs/show.yaml").read_text()
    (tmp_path / "configs/show.yaml").write_text(show)
    (tmp_path / "configs/cover.jpg").write_bytes(Path(make_cover().path).read_bytes())
    (tmp_path / "configs/publish.yaml").write_text("folder:\n  public_base_url: https://cdn.example.org/show\n")
    (tmp_path / "good.xml").write_text(FEED)
    (tmp_path / "broken.xml").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    monkeypatch.delenv("SHOWRUNNER_SHOW", raising=False)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(line: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["feed", *shlex.split(line)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def line_of(text: str) -> int:
    return BROKEN[: BROKEN.index(text)].count("\n") + 1


def publish(folder: Path, slug: str = "tides") -> None:
    project = Project.find(folder)
    release(Workspace(folder / "build"), project.publishing(), slug, show=project.show())


def test_a_good_feed_is_told_in_one_line(run: Run) -> None:
    assert run("--check good.xml") == (0, "0 errors, 0 warnings, 0 hints\n", "")


def test_a_finding_is_told_with_line_fix_and_source(run: Run) -> None:
    code, out, err = run("broken.xml --check")
    assert code == 1
    assert out.splitlines() == [
        "error: category",
        f"  broken.xml:{line_of('Educatoin')}: category 'Educatoin' is not in Apple's list; did you mean 'Education'?",
        "  fix: spell it as Apple's list does",
        "  source: https://podcasters.apple.com/support/1691-apple-podcasts-categories",
        "warning: duration",
        f"  broken.xml:{line_of('1:20:0')}: episode 'Tides': <itunes:duration> is '1:20:0'",
        "  fix: write whole seconds",
        "  source: https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification",
        "1 error, 1 warning, 0 hints",
    ]
    assert err == "error: broken.xml: 1 error\nfix: mend them as the lines above say\n"


def test_what_weighs_less_can_be_left_out_and_is_counted(run: Run) -> None:
    _, out, _ = run("--check broken.xml --level error")
    assert "duration" not in out
    assert out.endswith("1 error, 1 warning, 0 hints\n")


def test_a_machine_gets_a_list(run: Run) -> None:
    code, out, _ = run("--check broken.xml --json")
    found = json.loads(out)
    assert code == 1
    assert [(one["feed"], one["rule"], one["level"]) for one in found] == [
        ("broken.xml", "category", "error"),
        ("broken.xml", "duration", "warning"),
    ]
    assert found[0].keys() == {"feed", "rule", "level", "line", "what", "fix", "source"}


def test_of_many_places_some_are_shown(run: Run, folder: Path) -> None:
    (folder / "many.xml").write_text(FEED.replace("<channel>", "<channel>" + "<itunes:nope/>" * 12))
    assert run("--check many.xml")[1].count("there is no <itunes:nope>") == 5
    assert "… and 7 more (--all shows them)" in run("--check many.xml")[1]
    assert run("--check many.xml --all")[1].count("there is no <itunes:nope>") == 12


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("--check nowhere.xml", "error: nowhere.xml: No such file or directory"),
        (
            "--check http://127.0.0.1:9/feed.xml",
            "error: http://127.0.0.1:9/feed.xml: cannot be fetched, it refuses the connection",
        ),
        ("--check good.xml --against nowhere.xml", "error: nowhere.xml: No such file or directory"),
        ("--check", "error: https://cdn.example.org/show/feed.xml: nothing is published yet"),
        ("", "nothing is published yet"),
        ("good.xml --check --level loud", "'loud' is not one of"),
    ],
)
def test_where_nothing_can_be_read_the_code_is_two(run: Run, line: str, what: str) -> None:
    code, _, err = run(line)
    assert code == 2
    assert what in err
    assert "fix: " in err


def test_a_page_that_is_no_feed_is_an_error_of_the_feed(run: Run, folder: Path) -> None:
    (folder / "page.xml").write_text("<html><body>404</body></html>")
    code, out, _ = run("--check page.xml")
    assert code == 1
    assert "the feed is 'html' without a <channel>, not RSS 2.0" in out


def test_a_feed_is_held_against_an_older_one(run: Run, folder: Path) -> None:
    (folder / "old.xml").write_text(FEED.replace("guid-storms", "guid-of-old"))
    code, out, _ = run("--check good.xml --against old.xml")
    assert code == 1
    assert "its guid is 'guid-storms', and was published as 'guid-of-old'" in out


def test_the_feed_itself_is_shown_without_check(run: Run) -> None:
    assert run("good.xml") == (0, FEED + "\n", "")


def test_the_rules_can_be_read(run: Run) -> None:
    code, out, _ = run("--rules")
    assert code == 0
    assert out.count("\n| `") == len(
        (*feed_check.DOCUMENT_RULES, *feed_check.RULES, *feed_check.HISTORY_RULES, *feed_check.ONLINE_RULES)
    )


def test_the_shows_own_feed_is_checked_as_it_is_published(run: Run, folder: Path) -> None:
    publish(folder)
    code, out, err = run("--check")
    assert (code, err) == (0, "")
    assert "0 errors, 0 warnings, " in out
    assert "<rss" in run("")[1]


def test_the_shows_own_feed_is_checked_with_the_settings_of_today(run: Run, folder: Path) -> None:
    publish(folder)
    show = folder / "configs/show.yaml"
    show.write_text(show.read_text() + "\nguid: 9b024349-ccf0-5f69-a609-6b82873eab3c\n")
    code, _, err = run("--check")
    assert code == 2
    assert "belongs to the show with guid" in err
    show.write_text(show.read_text().replace("guid: ", "# guid: ").replace("language: en", "language: xx"))
    code, out, err = run("--check")
    assert code == 1
    assert "<language> is 'xx'" in out
    assert "note: checked as the next publishing writes it, which differs from what is published" in err


def test_the_archives_of_a_long_show_are_checked_with_it(run: Run, folder: Path) -> None:
    settings = folder / "configs/publish.yaml"
    settings.write_text(settings.read_text() + "feed_page: 10\n")
    publish(folder)
    public = folder / "feeds/public/catalog.json"
    catalog = json.loads(public.read_text())
    (one,) = catalog["episodes"]
    changes = [
        {"guid": f"g{n}", "slug": f"e{n}", "published": f"2026-01-{n:02}T00:00:00+00:00"} for n in range(19, 0, -1)
    ]
    public.write_text(json.dumps(catalog | {"episodes": [one, *(one | change for change in changes)]}))
    assert run("--check")[0] == 0
    show = folder / "configs/show.yaml"
    show.write_text(show.read_text().replace("language: en", "language: xx"))
    code, out, _ = run("--check --level error")
    assert code == 1
    assert re.findall(r"^  (\S+):\d+: <language>", out, re.MULTILINE) == ["feed.xml", "feed-1.xml"]


def test_online_asks_for_what_the_feed_names(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(client: web.Client, url: str, **more: object) -> web.Answer:
        asked.append(url)
        raise web.WebError("is not asked in tests")

    monkeypatch.setattr(web.Client, "ask", ask)
    code, out, err = run("--check good.xml --online")
    assert code == 1
    assert "https://cdn.example.org/show/cover.jpg" in asked
    assert "error: file-missing" in out
    assert "online: asking for the files that the feed names" in err
    asked.clear()
    run("--check good.xml")
    assert asked == []


def test_an_address_is_asked_online_unless_told_not_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(client: web.Client, url: str, **more: object) -> web.Answer:
        asked.append(url)
        return web.Answer(url, 200, {}, FEED.encode())

    monkeypatch.setattr(web.Client, "ask", ask)
    assert run("--check https://cdn.example.org/show/feed.xml --offline") == (0, "0 errors, 0 warnings, 0 hints\n", "")
    assert asked == ["https://cdn.example.org/show/feed.xml"]
    _, out, _ = run("--check https://cdn.example.org/show/feed.xml")
    assert len(asked) > 10
    assert "warning: feed-caching\n  line 1: the feed is served with neither ETag nor Last-Modified" in out
