"""A long show: its feed built from the catalog and checked, and one more episode published into it, to a folder.

Each runs in a process of its own, so that its memory is its own. Usage: python -m benchmarks publishing
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, best, show
from pipeline import catalog, feed_check, feed_pages, listing, store, targets, yaml_files
from pipeline.config import FolderConfig, PublishConfig, Show
from pipeline.models import Asset, Catalog, Chapter, Clip, Enclosure, Episode, Person

COUNT = 2000
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BASE = "https://cdn.example.org/show"
_TRANSCRIPTS = ("vtt", "text/vtt"), ("srt", "application/x-subrip"), ("json", "application/json"), ("html", "text/html")
_SHOW = Path(__file__).resolve().parent.parent / "configs/show.yaml"


def main() -> None:
    """Print the table."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as name:
        for step, what in _STEPS.items():
            report = Path(name) / f"{step}.json"
            cost = best([sys.executable, "-m", "benchmarks.publishing", step, str(report)], 3)
            told = json.loads(report.read_text())
            rows.append(Row(what, told["work"], told["seconds"], "", cost.peak_mb))
    show(f"Feed of {COUNT} episodes", rows)


_STEPS = {
    "one": "feed built and checked, one document",
    "pages": "feed built and checked, in pages of 1000",
    "publish": "one episode listed, to a folder",
}


def run(step: str, report: Path) -> None:
    """One of the steps; how long it took and on how much, as JSON. Memory includes the interpreter and the catalog."""
    shown, found = yaml_files.load(_SHOW, Show), make_catalog(COUNT)
    began = time.process_time()
    if step == "publish":
        written = _list_one_more(shown, found, report.with_suffix(".public"))
        seconds, work = written["seconds"], written["work"]
    else:
        settings = _settings(report.parent, 20_000 if step == "one" else 1000)
        pages = feed_pages.render(shown, found, settings, cover_url=f"{BASE}/cover.jpg", now=NOW)
        errors = [one for xml in pages.values() for one in feed_check.check(xml) if one.level == "error"]
        seconds, work = time.process_time() - began, f"{sum(map(len, pages.values())) / 1e6:.0f} MB of XML"
        if errors:
            raise SystemExit(f"the feed has errors: {errors[0].what}")
    report.write_text(json.dumps({"seconds": seconds, "work": work}))


def _list_one_more(shown: Show, found: Catalog, folder: Path) -> dict[str, Any]:
    settings = _settings(folder, 1000)
    target, address = targets.open_target(settings), listing.Address(BASE, "cover.jpg")
    store.write_atomic(folder / catalog.CATALOG, store.to_json(found))
    listing.update(target, lambda before: before, shown, settings, address, NOW)
    began = time.process_time()
    _, written = listing.update(
        target, lambda before: catalog.merge(before, make_episode(COUNT)), shown, settings, address, NOW
    )
    return {"seconds": time.process_time() - began, "work": f"writes {', '.join(written)}"}


def _settings(folder: Path, page: int) -> PublishConfig:
    return PublishConfig(folder=FolderConfig(path=str(folder), public_base_url=BASE), feed_page=page)


def make_catalog(count: int) -> Catalog:
    """A show of an episode every three days, newest first."""
    episodes = tuple(make_episode(number) for number in reversed(range(count)))
    return Catalog(show_guid="77314687-bb86-5f25-8d96-88271ff1450a", episodes=episodes)


def make_episode(number: int) -> Episode:
    """An episode with notes of 2.5 kB, ten chapters, four transcripts, a guest and a soundbite."""
    folder = f"{BASE}/episodes/e{number}"
    notes = [f"Line {line} of the notes about tide {number}, with a link to what was mentioned" for line in range(20)]
    day = dt.datetime(2009, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=3 * number)
    return Episode(
        guid=f"guid-{number}",
        slug=f"e{number}",
        title=f"Tide {number}",
        published=day.isoformat(),
        summary=notes[0],
        notes_html="".join(f'<p>{line}: <a href="https://example.org/{number}">here</a>.</p>' for line in notes),
        notes_text="\n".join(notes),
        duration=3000.0,
        enclosure=Enclosure(url=f"{folder}/e.mp3", length=48_000_000, type="audio/mpeg"),
        page_url=f"{folder}/index.html",
        season=1,
        number=number + 1,
        people=(Person(name="Ada Example", href="https://example.org/ada"),),
        transcripts=tuple(Asset(url=f"{folder}/t.{end}", type=kind, language="en") for end, kind in _TRANSCRIPTS),
        chapters=Asset(url=f"{folder}/chapters.json", type="application/json+chapters"),
        marks=tuple(Chapter(start=300.0 * at, title=f"Chapter {at}") for at in range(10)),
        soundbites=(Clip(start=60.0, duration=30.0, title="What the sea said"),),
    )


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
