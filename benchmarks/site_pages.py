"""Pages of a long show in Chromium: bytes, seconds to render, and what a browser needs that is slowed down four times.

An invented episode of three hours with 3,200 sentences, and the index of 2,000 episodes, on a phone's screen.
Usage: python -m benchmarks site_pages
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from pipeline import site
from pipeline.config import EpisodeConfig, Owner, Show
from pipeline.models import (
    Blob,
    Catalog,
    Chapter,
    Chapters,
    Enclosure,
    Episode,
    PackagedFile,
    Segment,
    ShowNotes,
    Transcript,
)
from pipeline.server import open_server

_BASE = "https://show.example"
_COVER = "cover-0123456789ab.jpg"
_HOURS = 3
_EPISODES = 2000
_SLOWER = 4
_LOADS = 5
_WORDS = ("tide", "machine", "hall", "brass", "and", "of", "iron", "thirty", "wheels", "draw", "one", "long", "night")
_SHOW = Show(
    title="A long show", description="Of many words.", author="Somebody", link=_BASE, categories=("Science",),
    owner=Owner(name="Somebody", email="somebody@show.example"),
)  # fmt: skip


def main() -> None:
    """Print a line for each page."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for file in site.static_files():
            (root / file.key).write_bytes(file.data)
        for page, render in (("episode", _render_episode), ("index", _render_index)):
            began = time.perf_counter()
            text = render()
            print(f"{page}: {len(text.encode()) / 1000:.0f} kB, rendered in {time.perf_counter() - began:.2f} s")
            (root / f"{page}.html").write_text(text.replace("../../", ""))
        server = open_server(root, 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _browse(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def _render_episode() -> str:
    said = random.Random(1)  # noqa: S311
    segments, moment = [], 0.0
    while moment < _HOURS * 3600 - 10:
        words = said.choices(_WORDS, k=said.randint(4, 14))
        end = moment + len(words) * 0.36
        speaker = f"Speaker {len(segments) // 5 % 4}"
        segments.append(Segment(id=len(segments), start=moment, end=end, text=" ".join(words) + ".", speaker=speaker))
        moment = round(end + 0.1, 3)
    length = _HOURS * 3600.0
    audio = PackagedFile(
        name="a.mp3", role="audio", media_type="audio/mpeg", blob=Blob(name="a.mp3", sha256="0" * 64, size=1)
    )
    return site.render_episode(
        site.PageContent(
            show=_SHOW,
            episode=EpisodeConfig(title="Three hours", date=dt.date(2026, 3, 2), guid="g", sources=("a.wav",)),
            slug="long",
            duration=length,
            transcript=Transcript(language="en", duration=length, model="none", segments=tuple(segments)),
            chapters=Chapters(chapters=tuple(Chapter(start=at * 360.0, title=f"Part {at}") for at in range(30))),
            notes=ShowNotes(summary=()),
            files=(audio,),
            cover_key=_COVER,
            base_url=_BASE,
        )
    )


def _render_index() -> str:
    said, newest = random.Random(2), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # noqa: S311
    episodes = tuple(
        Episode(
            guid=f"g{at}", slug=f"e{at}", title=" ".join(said.choices(_WORDS, k=6)), notes_html="", notes_text="",
            published=(newest - dt.timedelta(days=4 * at)).isoformat(), summary=" ".join(said.choices(_WORDS, k=60)),
            duration=3600, page_url=_BASE, enclosure=Enclosure(url=_BASE, length=1, type="audio/mpeg"), number=at + 1,
        )
        for at in range(_EPISODES)
    )  # fmt: skip
    return site.render_index(_SHOW, Catalog(show_guid="g", episodes=episodes), _COVER, _BASE)


def _browse(base: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", chromium_sandbox=False)
        for name, box in (("episode", "query"), ("index", "wanted")):
            for rule in ("as it is", "every part laid out"):
                seen = [_load(browser, f"{base}/{name}.html", box, rule != "as it is") for _ in range(_LOADS)]
                middle = {key: statistics.median(one[key] for one in seen) for key in seen[0]}
                print(f"{name}, {rule}: " + ", ".join(f"{key} {value:.0f} ms" for key, value in middle.items()))
        browser.close()


def _load(browser: Any, address: str, box: str, everything: bool) -> dict[str, float]:
    """Milliseconds until the page is loaded, spent on style and layout, and until a search for `machine` is shown."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    if everything:
        page.route("**/*.css", lambda route: route.fulfill(body=_without_laziness(), content_type="text/css"))
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    session.send("Performance.enable")
    page.goto(address, wait_until="load")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    spent = {one["name"]: one["value"] * 1000 for one in session.send("Performance.getMetrics")["metrics"]}
    searched = page.evaluate(
        """(box) => {
            const began = performance.now();
            find(box).value = "machine";
            find(box).dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect();
            return performance.now() - began;
        }""",
        box,
    )
    context.close()
    laid_out = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
    return {"loaded": loaded, "style and layout": laid_out, "search": searched}


def _without_laziness() -> bytes:
    return site.static_file("site.css").data.replace(b"content-visibility: auto", b"content-visibility: visible")
