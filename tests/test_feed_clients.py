"""Our feeds, read by the programs that listeners and directories use."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from feed_samples import (
    EVERYTHING_EPISODE,
    EVERYTHING_SHOW,
    FEED_URL,
    FILES,
    GUID,
    OTHER_GUID,
    SRI,
    everything,
    make_episode,
    render,
)
from test_feed_pages import documents, show_of

from pipeline import server
from pipeline.models import Enclosure

TITLE = EVERYTHING_EPISODE.title
OP3 = f"https://op3.dev/e,pg={GUID}/{FILES.removeprefix('https://')}"
FEEDS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: render(make_episode()),
    "everything": everything,
    "nothing listed": lambda: render(updated=None),
    "right to left, emoji, long": lambda: render(
        make_episode(title="مرحبا 👩‍👩‍👧 " * 2000, notes_html="<p>]]&gt;&amp;</p>")
    ),
    "a long show": lambda: documents(show_of(45))["feed.xml"],
    "an archive": lambda: documents(show_of(45))["feed-2.xml"],
}


def listen(xml: bytes) -> Any:
    return podcastparser.parse(FEED_URL, BytesIO(xml))


# -- every kind of feed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FEEDS)
def test_feedparser_reads_every_feed_without_complaint(name: str) -> None:
    xml = FEEDS[name]()
    found = feedparser.parse(xml)
    assert not found.bozo
    assert len(found.entries) == xml.count(b"<item>")
    assert all(entry.id and entry.enclosures for entry in found.entries)


@pytest.mark.parametrize("name", FEEDS)
def test_podcastparser_reads_every_feed(name: str) -> None:
    xml = FEEDS[name]()
    found = listen(xml)
    assert [one["guid"] for one in found["episodes"]] == [one.id for one in feedparser.parse(xml).entries]
    assert all(one["enclosures"] and one["published"] and one["title"] for one in found["episodes"])


@pytest.mark.real
@pytest.mark.parametrize("name", FEEDS)
def test_partytime_reads_every_feed(name: str, partytime: Callable[[bytes], dict[str, Any]]) -> None:
    xml = FEEDS[name]()
    found = partytime(xml)
    assert found["title"] == "Tide & Time"
    assert [one["guid"] for one in found["items"]] == [one.id for one in feedparser.parse(xml).entries]


@pytest.mark.real
def test_xmllint_finds_every_feed_well_formed(need: Callable[[str, str], str], tmp_path: Path) -> None:
    xmllint = need("xmllint", "apt-get install libxml2-utils")
    for number, make in enumerate(FEEDS.values()):
        (tmp_path / f"{number}.xml").write_bytes(make())
    subprocess.run([xmllint, "--noout", "--nonet", *map(str, tmp_path.glob("*.xml"))], check=True)


# -- the feed with everything: what each of them understands -----------------------------------------------


def test_feedparser_understands() -> None:
    found = feedparser.parse(everything())
    first = found.entries[0]
    assert (found.feed.title, found.feed.itunes_type, found.feed.itunes_complete) == ("Tide & Time", "serial", "Yes")
    assert {link.rel for link in found.feed.links} == {"alternate", "self", "hub", "first", "next"}
    assert found.feed["itunes_new-feed-url"] == "https://new.example.org/feed.xml"
    assert (first.title, first.itunes_season, first.itunes_episode, first.itunes_block) == (TITLE, "2", "7", 1)
    assert (first.enclosures[0].href, first.enclosures[0].length) == (f"{OP3}/tides-0123.mp3", "9600000")
    assert first.content[0].value == "<p>About <em>tides</em>.</p>"
    assert [one["title"] for one in first.psc_chapters.chapters] == ["Hello", "The <Moon> & us"]


def test_podcastparser_understands() -> None:
    found = listen(everything())
    first = found["episodes"][0]
    assert (found["paged_feed_next"], found["new_url"]) == (
        FEED_URL.replace("feed.", "feed-1."),
        EVERYTHING_SHOW.new_feed_url,
    )
    assert found["itunes_categories"] == [["Science", "Earth Sciences"], ["Education"]]
    assert (first["guid"], first["title"], first["total_time"], first["number"]) == ("guid-1", TITLE, 600, 7)
    assert first["enclosures"] == [{"url": f"{OP3}/tides-0123.mp3", "file_size": 9_600_000, "mime_type": "audio/mpeg"}]
    assert first["episode_art_url"] == f"{FILES}/cover-4567.png"
    assert first["published"] == 1777622400
    assert first["chapters"] == [
        {"start": 0, "title": "Hello"},
        {
            "start": 62,
            "title": "The <Moon> & us",
            "href": "https://example.org/moon",
            "image": "https://example.org/moon.jpg",
        },
    ]


@pytest.mark.real
def test_partytime_understands(partytime: Callable[[bytes], dict[str, Any]]) -> None:
    found = partytime(everything())
    assert set().union(*found["pc20support"].values()) == {
        "locked", "funding", "transcript", "chapters", "soundbite", "person", "location", "season", "episode",
        "trailer", "license", "guid", "alternateEnclosure", "value", "medium", "block", "socialInteract", "txt",
        "podroll",
    }  # fmt: skip
    assert (found["guid"], found["locked"], found["podcastOwner"]) == (GUID, True, "mara@example.org")
    assert found["pubsub"]["hub"] == "https://hub.example.org/"
    assert found["itunesCategory"] == ["Science > Earth Sciences", "Education"]
    assert found["podcastFunding"][0] == {"message": "Buy us a boat", "url": "https://example.org/support"}
    assert found["podcastLocation"] == {"name": "Cuxhaven", "osm": "R62570", "geo": "geo:53.86,8.69"}
    assert (found["trailers"][0]["title"], found["trailers"][0]["season"]) == ("Season two is coming", 2)
    assert [who["split"] for who in found["value"]["recipients"]] == [95, 5]
    assert found["podroll"][0]["feedGuid"] == OTHER_GUID
    first = found["items"][0]
    assert first["title"] == TITLE
    assert first["enclosure"] == {"url": f"{OP3}/tides-0123.mp3", "length": 9_600_000, "type": "audio/mpeg"}
    assert [(one["name"], one["role"]) for one in first["podcastPeople"]] == [
        ("Mara Quill", "Host"), ("Odo Fenn", "Audio Editor"), ("Ada Ström", "Guest")
    ]  # fmt: skip
    assert [one["type"] for one in first["podcastTranscripts"]] == [
        "text/vtt", "application/srt", "application/json", "text/html"
    ]  # fmt: skip
    assert first["podcastChapters"]["url"] == f"{FILES}/chapters-6.json"
    assert (first["podcastSeason"], first["podcastEpisode"]) == (
        {"number": 2, "name": "The North Sea"}, {"number": 7, "display": "Day 5"}
    )  # fmt: skip
    assert first["podcastSoundbites"][1] == {"startTime": 123.457, "duration": 42.25, "title": "Why the sea is salt"}
    assert [(one["type"], one["default"]) for one in first["alternativeEnclosures"]] == [
        ("audio/mpeg", True), ("audio/mp4", False), ("audio/ogg", False)
    ]  # fmt: skip
    assert first["alternativeEnclosures"][0]["integrity"] == {"type": "sri", "value": SRI}
    assert first["license"] == {"identifier": "Our own", "url": "https://example.org/licence.html"}
    assert first["podcastSocialInteraction"][0]["url"] == "https://social.example/@tide/2"
    assert {"value": "transcript, chapters, notes", "purpose": "ai-content"} in first["podcastTxt"]


# -- apps that subscribe and download ----------------------------------------------------------------------

SOUND = b"ID3 sound " * 500


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the feed with everything is served, with a sound that is there."""
    folder = tmp_path / "public"
    folder.mkdir()
    serving = server.open_server(folder, 0)
    base = f"http://127.0.0.1:{serving.server_port}"
    sound = Enclosure(url=f"{base}/tides.mp3", length=len(SOUND), type="audio/mpeg")
    first = EVERYTHING_EPISODE.model_copy(update={"enclosure": sound, "alternates": ()})
    show = EVERYTHING_SHOW.model_copy(update={"new_feed_url": None})
    (folder / "feed.xml").write_bytes(render(first, show=show, feed_url=f"{base}/feed.xml"))
    (folder / "tides.mp3").write_bytes(SOUND)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"{base}/feed.xml"
    serving.shutdown()
    thread.join()
    serving.server_close()


def run(command: list[str], **environment: str) -> str:
    """What a program of an app prints."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.mark.real
def test_gpodder_subscribes_and_downloads(address: str, tmp_path: Path, need: Callable[[str, str], str]) -> None:
    gpo = need("gpo", "apt-get install gpodder")
    folders = {"GPODDER_HOME": str(tmp_path / "home"), "GPODDER_DOWNLOAD_DIR": str(tmp_path / "downloads")}
    run([gpo, "subscribe", address], **folders)
    assert "Tide & Time" in run([gpo, "list"], **folders)
    run([gpo, "download"], **folders)
    assert [path.read_bytes() for path in (tmp_path / "downloads").rglob("*.mp3")] == [SOUND]


@pytest.mark.real
def test_newsboat_subscribes_and_podboat_downloads(
    address: str, tmp_path: Path, need: Callable[[str, str], str]
) -> None:
    """podboat wants a terminal, which tmux is."""
    newsboat, podboat = (need(name, "apt-get install newsboat") for name in ("newsboat", "podboat"))
    tmux = need("tmux", "apt-get install tmux")
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "urls").write_text(f"{address}\n")
    settings = f'podcast-auto-enqueue yes\ndownload-path "{tmp_path}/downloads"\n'
    (tmp_path / "config").write_text(settings)
    own = {"HOME": str(home), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""}
    files = ["-C", str(tmp_path / "config")]
    run([newsboat, "-q", "-u", str(tmp_path / "urls"), *files, "-c", str(tmp_path / "cache.db"), "-x", "reload"], **own)
    queue = home / ".newsboat/queue"
    assert address.replace("feed.xml", "tides.mp3") in queue.read_text()
    (tmp_path / "downloads").mkdir()
    socket = ["-S", str(tmp_path / "tmux")]
    podboat_here = f"{podboat} -a -C {tmp_path}/config -q {queue}"
    run([tmux, *socket, "new-session", "-d", "-x", "80", "-y", "24", podboat_here], **own)
    sound = tmp_path / "downloads/tides.mp3"
    try:
        for _ in range(600):
            if sound.is_file() and sound.stat().st_size >= len(SOUND):
                break
            threading.Event().wait(0.05)
    finally:
        subprocess.run([tmux, *socket, "kill-server"], check=False, capture_output=True)
    assert sound.read_bytes() == SOUND
