"""What a backfill writes down, what its next run takes up, and the report. No engine runs here."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from fake_work import FakeWork, items, make_plan

from pipeline.events import Noticed
from pipeline.project import Project
from pipeline.scale.backfill import Report, Tally, choose_items, run
from pipeline.scale.engine import Ended, Happened, Item, Plan, Problem, Told, Work
from pipeline.scale.ledger import Ledger, Outcome

PROBLEM = Problem("hear", "<b>no</b> speech was found", "check that & the recording")


class Scripted:
    """An engine that fails what is called so."""

    def run(self, items: Iterable[Item], plan: Plan, work: Work) -> Generator[Told]:
        for item in items:
            yield Happened(item.slug, Noticed("hear", "only its left channel is taken"))
            yield Ended(item, 1.5, 3600.0, PROBLEM if item.slug.startswith("bad") else None)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.of(Project(tmp_path), "/recordings")


def bring(ledger: Ledger, *slugs: str) -> Tally:
    return run(Scripted(), items(*slugs), make_plan(), FakeWork(ledger.folder), ledger, lambda told: None)


def test_each_outcome_is_written_down_before_anybody_hears_of_it(ledger: Ledger) -> None:
    seen = []

    def watch(told: Happened | Outcome) -> None:
        if isinstance(told, Outcome):
            lines = (ledger.folder / "outcomes.jsonl").read_text().splitlines()
            seen.append((told.slug, json.loads(lines[-1])["slug"]))

    tally = run(Scripted(), items("a", "bad", "b"), make_plan(), FakeWork(ledger.folder), ledger, watch)
    assert seen == [("a", "a"), ("bad", "bad"), ("b", "b")]
    assert (tally.done, tally.failed, tally.audio) == (2, 1, 7200.0)


CHOICES = [
    ({}, "a b bad c"),
    ({"retry": True}, "bad"),
    ({"limit": 2}, "bad c"),
    ({"limit": 1}, "bad"),
    ({"retry": True, "limit": 5}, "bad"),
]


@pytest.mark.parametrize(("options", "chosen"), CHOICES)
def test_a_second_run_takes_up_what_is_asked_for(options: dict[str, int], chosen: str, ledger: Ledger) -> None:
    bring(ledger, "a", "b", "bad")
    found = choose_items(items("a", "b", "bad", "c"), ledger.open(), **options)  # type: ignore[arg-type]
    assert [item.slug for item in found] == chosen.split()


def test_the_last_outcome_counts_and_half_a_line_is_passed_over(ledger: Ledger) -> None:
    bring(ledger, "a", "bad")
    with (ledger.folder / "outcomes.jsonl").open("a") as file:
        file.write('{"slug": "b", "sou')  # killed here
    assert ledger.open() == {"/recordings/a.wav": False, "/recordings/bad.wav": True}
    ledger.add(Outcome(slug="bad", source="/recordings/bad.wav", seconds=1))
    assert ledger.open() == {"/recordings/a.wav": False, "/recordings/bad.wav": False}
    assert len((ledger.folder / "outcomes.jsonl").read_text().splitlines()) == 2


def test_each_source_has_a_ledger_of_its_own(tmp_path: Path) -> None:
    names = ["/a/recordings", "/b/recordings", "-", "s3://shop/shows/", "https://example.org/feed.xml"]
    folders = [Ledger.of(Project(tmp_path), name).folder.name for name in names]
    assert [name.rpartition("-")[0] for name in folders] == ["recordings", "recordings", "stdin", "shows", "feed-xml"]
    assert len(set(folders)) == len(names)


def test_the_report_lists_everything_once_and_escapes_it(ledger: Ledger, tmp_path: Path) -> None:
    tally = bring(ledger, "a", "bad")
    wanted = items("a", "bad", "not-yet")
    page, failed = Report("<script>x()</script>", wanted, ledger, tally).write(tmp_path / "copy.html")
    written = json.loads((ledger.folder / "report.json").read_text())
    assert {key: written[key] for key in ("recordings", "done", "failed", "waiting", "sound_seconds")} == {
        "recordings": 3, "done": 1, "failed": 1, "waiting": 1, "sound_seconds": 3600.0
    }  # fmt: skip
    assert [(one["slug"], one.get("what"), one.get("fix")) for one in written["episodes"]] == [
        ("a", None, None), ("bad", PROBLEM.what, PROBLEM.fix)
    ]  # fmt: skip
    assert written["episodes"][0]["notes"] == ["hear: only its left channel is taken"]
    html = page.read_text()
    assert "&lt;script&gt;x()" in html
    assert "<script" not in html
    assert "&lt;b&gt;no&lt;/b&gt; speech was found" in html
    assert (tmp_path / "copy.html").read_text() == html
    assert failed.read_text() == "/recordings/bad.wav\n"


def test_a_report_of_nothing_is_a_report(ledger: Ledger) -> None:
    page, failed = Report("-", [], ledger, Tally()).write()
    assert json.loads((ledger.folder / "report.json").read_text())["episodes"] == []
    assert "<h2>" not in page.read_text()
    assert failed.read_text() == ""
