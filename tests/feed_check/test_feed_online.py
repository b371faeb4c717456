"""Each rule about what servers answer: a show on a server of ours that keeps all of them, broken in one place at a time."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from checked_feed_sample import FEED, SELF
from PIL import Image

from pipeline import feed_check
from pipeline.adapters import sound_heads, web
from pipeline.feed_check import asking

STORMS, TIDES = "/show/episodes/storms/", "/show/episodes/tides/"
FRAME = bytes((0xFF, 0xF3, 0x18, 0xC4)) + bytes(32)  # MPEG-2 layer III, 8 kbit/s, 16 kHz, mono: 36 ms
TAG = b"ID3\x04\x00\x00" + bytes((0, 1, 0x48, 0)) + bytes(25_600)  # longer than what is fetched at first


def picture(size: tuple[int, int] = (1400, 1400), mode: str = "RGB", kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind)
    return made.getvalue()


def chapters(*starts: object, **more: object) -> bytes:
    return json.dumps({"version": "1.2.0", "chapters": [{"startTime": start} for start in starts]} | more).encode()


@dataclass(frozen=True)
class File:
    """What the server answers for a path."""

    body: bytes = b""
    type: str = "audio/mpeg"
    status: int = 200
    head: int = 200
    ranges: bool = True
    cors: bool = True
    etag: str | None = None
    asks_etag: bool = True
    location: str | None = None
    more_than_there_is: int = 0
    endless: bool = False
    silent: bool = False


@dataclass
class Site:
    """A server with the sample show on it."""

    base: str
    files: dict[str, File] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def feed(self, old: str = "", new: str = "") -> bytes:
        """The sample feed with this server's addresses, and the file sizes that it has, changed in one place."""
        text = FEED.replace("https://cdn.example.org", self.base)
        text = text.replace('length="5000"', f'length="{len(self.files[STORMS + "episode.mp3"].body)}"')
        assert old in text
        return (text.replace(old, new) if old else text).encode()

    def check(self, xml: bytes | None = None, **more: Any) -> tuple[feed_check.Finding, ...]:
        """Fetch the feed and ask for everything that it names."""
        served = self.files["/show/feed.xml"]
        self.files["/show/feed.xml"] = replace(served, body=xml or served.body or self.feed())
        answer = feed_check.fetch(self.base + "/show/feed.xml")
        silent = {self.base + path for path, file in self.files.items() if file.silent}
        return feed_check.check_online(answer.body, answer=answer, client=Chooser(silent), **more)


class Chooser(web.Client):
    """Has no patience with those who are known not to answer, and all of it with the others."""

    def __init__(self, silent: set[str]) -> None:
        super().__init__()
        self.silent, self.hasty = silent, web.Client(patience=0.1)

    def ask(self, url: str, **more: Any) -> web.Answer:
        return self.hasty.ask(url, **more) if url in self.silent else super().ask(url, **more)


def sample_files() -> dict[str, File]:
    sound = TAG + FRAME * 5083
    return {
        "/show/feed.xml": File(b"", "application/rss+xml", etag='"1"'),
        "/show/feed-2.xml": File(b"<rss/>", "application/rss+xml"),
        "/show/feed-9.xml": File(b"<rss/>", "application/rss+xml"),
        "/show/cover.jpg": File(picture(), "image/jpeg"),
        "/show/trailer.mp3": File(b"x"),
        STORMS + "cover.png": File(picture(kind="PNG"), "image/png"),
        STORMS + "episode.mp3": File(sound),
        STORMS + "transcript.vtt": File(b"WEBVTT\n\n00:01.000 --> 03:02.000\n<v Mara>Hello.\n", "text/vtt"),
        STORMS + "transcript.html": File(b"<p>Hello.</p>", "text/html; charset=utf-8"),
        STORMS + "chapters.json": File(chapters(0, 62.5), "application/json+chapters"),
        TIDES + "episode.m4a": File(b"m4a" + bytes(6997), "audio/mp4"),
        TIDES + "transcript.srt": File(b"1\n00:00:01,000 --> 00:01:02,000\nHello.\n", "application/x-subrip"),
    }


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server.site
        site.asked.append((self.command, self.path))
        file = site.files.get(self.path, File(status=404, head=404))
        if file.silent:
            site.over.wait(20)
            self.close_connection = True
            return
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")) if file.ranges else None
        body, status = file.body, file.head if self.command == "HEAD" else file.status
        if file.location:
            body, status = b"", 302
        elif file.etag and file.asks_etag and self.headers.get("If-None-Match") == file.etag:
            body, status = b"", 304
        elif span and status == 200:
            first, last = int(span.group(1)), min(int(span.group(2)), len(body) - 1)
            body, status = body[first : last + 1], 206
        self.send_response(status)
        self.send_header("Content-Type", file.type)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(file.body)}")
        if file.location:
            self.send_header("Location", file.location)
        if file.cors and self.headers.get("Origin"):
            self.send_header("Access-Control-Allow-Origin", "*")
        if file.etag:
            self.send_header("ETag", file.etag)
        if file.endless:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body) + file.more_than_there_is))
        self.end_headers()
        if self.command != "HEAD":
            self._send(body, file)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, body: bytes, file: File) -> None:
        try:
            self.wfile.write(body)
            while file.endless and not self.server.site.over.is_set():
                self.wfile.write(bytes(1 << 16))
        except ConnectionError:
            pass
        self.close_connection = self.close_connection or bool(file.more_than_there_is)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    site: Site


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    return sample_files()


@pytest.fixture
def site(server: Server, files: dict[str, File]) -> Iterator[Site]:
    server.site = Site(f"http://127.0.0.1:{server.server_port}", dict(files))
    yield server.site
    server.site.over.set()


#: rule, path, what is different there, which other rules that breaks as well.
CASES: tuple[tuple[str, str, dict[str, Any], set[str]], ...] = (
    ("feed-type", "/show/feed.xml", {"type": "text/html"}, set()),
    ("feed-type", "/show/feed.xml", {"type": "text/xml; charset=iso-8859-1"}, set()),
    ("feed-cors", "/show/feed.xml", {"cors": False}, set()),
    ("feed-caching", "/show/feed.xml", {"etag": None}, set()),
    ("feed-not-modified", "/show/feed.xml", {"asks_etag": False}, set()),
    ("redirects", "/show/trailer.mp3", {"location": "/1"}, set()),
    ("file-missing", STORMS + "episode.mp3", {"status": 404, "head": 404}, set()),
    ("file-missing", STORMS + "episode.mp3", {"location": STORMS + "episode.mp3"}, set()),
    ("file-missing", STORMS + "episode.mp3", {"location": "file:///etc/passwd"}, set()),
    ("file-missing", STORMS + "chapters.json", {"silent": True}, set()),
    ("file-missing", STORMS + "transcript.vtt", {"more_than_there_is": 9}, set()),
    ("file-missing", STORMS + "cover.png", {"status": 403, "head": 403}, set()),
    ("link-broken", "/show/trailer.mp3", {"head": 404}, set()),
    ("link-broken", "/show/feed-2.xml", {"silent": True}, set()),
    ("head-request", STORMS + "episode.mp3", {"head": 405}, set()),
    ("head-request", "/show/cover.jpg", {"head": 501}, set()),
    ("byte-range", TIDES + "episode.m4a", {"ranges": False}, set()),
    ("byte-range", STORMS + "episode.mp3", {"ranges": False, "endless": True}, set()),
    ("enclosure-length", TIDES + "episode.m4a", {"body": bytes(7001)}, set()),
    ("served-type", TIDES + "episode.m4a", {"type": "application/octet-stream"}, set()),
    ("served-type", STORMS + "chapters.json", {"type": "text/plain"}, set()),
    ("file-cors", STORMS + "transcript.vtt", {"cors": False}, set()),
    ("audio-cors", STORMS + "episode.mp3", {"cors": False}, set()),
    ("artwork", "/show/cover.jpg", {"body": picture(mode="CMYK")}, set()),
    ("artwork", "/show/cover.jpg", {"body": picture((1399, 1399))}, set()),
    ("artwork", "/show/cover.jpg", {"body": picture(kind="PNG")}, set()),
    ("artwork", "/show/cover.jpg", {"body": b"not a picture"}, set()),
    ("artwork", "/show/cover.jpg", {"body": picture(kind="PNG")[:20]}, set()),
    ("episode-artwork", STORMS + "cover.png", {"body": picture((3000, 2000), kind="PNG")}, set()),
    ("artwork-size", "/show/cover.jpg", {"body": picture() + bytes(600_000)}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": b"{"}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": b"[" * 100_000}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": b"\xff\xff"}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": b"[]"}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": chapters(0, version=1)}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": chapters(0, "0:10")}, set()),
    ("chapters-file", STORMS + "chapters.json", {"body": chapters(0, True)}, set()),
    ("chapters-file", STORMS + "chapters.json", {"endless": True}, set()),
    ("chapters-times", STORMS + "chapters.json", {"body": chapters()}, set()),
    ("chapters-times", STORMS + "chapters.json", {"body": chapters(5, 10)}, set()),
    ("chapters-times", STORMS + "chapters.json", {"body": chapters(0, 20, 10)}, set()),
    ("chapters-times", STORMS + "chapters.json", {"body": chapters(0, 200)}, set()),
    ("transcript-file", STORMS + "transcript.vtt", {"body": b"1\n00:01,000 --> 00:02,000\nHello.\n"}, set()),
    ("transcript-file", STORMS + "transcript.vtt", {"body": b"WEBVTT\n"}, set()),
    ("transcript-file", STORMS + "transcript.html", {"body": b" \n"}, set()),
    ("transcript-file", TIDES + "transcript.srt", {"body": b"1\n00:00:02,000 --> 00:00:01,000\nHello.\n"}, set()),
    ("transcript-file", TIDES + "transcript.srt", {"body": "Ångström".encode("latin-1")}, set()),
    ("transcript-times", STORMS + "transcript.vtt", {"body": b"WEBVTT\n\n00:01.000 --> 09:02.000\nHello.\n"}, set()),
)  # fmt: skip

#: rule, what stands in the feed, what is put there.
IN_THE_FEED: tuple[tuple[str, str, str], ...] = (
    ("duration-real", "<itunes:duration>183", "<itunes:duration>187"),
    ("feed-address", 'xml" href="', 'xml" href="http://elsewhere.example/'),
)
#: Of an answer to the feed that came the long way.
BY_REDIRECT = {"downgrade": ("https://old.example.org/feed.xml", "http://old.example.org/feed.xml")}


def rules(found: tuple[feed_check.Finding, ...]) -> set[str]:
    return {one.rule for one in found}


def test_a_good_server_breaks_no_rule(site: Site) -> None:
    assert site.check() == ()


@pytest.mark.parametrize(("rule", "path", "changes", "also"), CASES)
def test_each_rule_finds_its_fault_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch, rule: str, path: str, changes: dict[str, Any], also: set[str]
) -> None:
    monkeypatch.setattr(asking, "LARGEST_TEXT", 1 << 20)
    before = site.feed()
    site.files |= {f"/{n}": File(location=f"/{n + 1}") for n in range(1, 5)} | {"/5": File(b"x")}
    site.files[path] = replace(site.files[path], **changes)
    assert rules(site.check(before)) == {rule, *also}


@pytest.mark.parametrize(("rule", "old", "new"), IN_THE_FEED)
def test_what_the_feed_says_is_held_against_what_is_there(site: Site, rule: str, old: str, new: str) -> None:
    assert rules(site.check(site.feed(old, new))) == {rule}


def test_a_redirect_from_https_to_http_is_told() -> None:
    answer = web.Answer(
        SELF, 200, {"content-type": "text/xml", "access-control-allow-origin": "*"}, b"", BY_REDIRECT["downgrade"]
    )
    found = feed_check.check_online(FEED.encode(), answer=answer, newest=0, client=SilentClient())
    assert {one.what for one in found if one.rule == "downgrade"} == {
        "'https://old.example.org/feed.xml' sends on to 'http://old.example.org/feed.xml'"
    }


class SilentClient(web.Client):
    """Reaches nobody."""

    def ask(self, url: str, **more: Any) -> web.Answer:
        raise web.WebError("is not asked in tests")


def test_every_rule_has_a_server_that_breaks_it() -> None:
    shown = {case[0] for case in CASES} | {case[0] for case in IN_THE_FEED} | BY_REDIRECT.keys()
    assert {rule.name for rule in feed_check.ONLINE_RULES} == shown


def test_each_address_is_asked_for_once_whoever_names_it(site: Site) -> None:
    site.check()
    assert site.asked.count(("GET", "/show/cover.jpg")) == 1
    assert site.asked.count(("HEAD", STORMS + "episode.mp3")) == 1  # though it is a source of the encoding as well
    assert [path for method, path in site.asked if "ipfs" in path] == []


@pytest.mark.parametrize(
    ("newest", "there"), [(0, set()), (1, {STORMS}), (2, {STORMS, TIDES}), (None, {STORMS, TIDES})]
)
def test_only_the_newest_episodes_files_are_asked_for(site: Site, newest: int | None, there: set[str]) -> None:
    site.check(newest=newest)
    paths = {path for _, path in site.asked}
    assert {episode for episode in (STORMS, TIDES) if any(path.startswith(episode) for path in paths)} == there
    assert "/show/cover.jpg" in paths


def test_progress_is_told_to_the_end(site: Site) -> None:
    told: list[tuple[int, int]] = []
    site.check(progress=lambda done, total: told.append((done, total)))
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert len(told) == 12


def test_of_audio_only_the_first_bytes_are_fetched_and_its_length_is_right(site: Site) -> None:
    site.check()
    assert site.asked.count(("GET", STORMS + "episode.mp3")) == 2  # the tag's head, and the frames behind it
    assert sound_heads.begin_of_sound(TAG) == len(TAG)
    assert sound_heads.mp3_length(FRAME * 100, len(FRAME) * 5083) == pytest.approx(183.0, abs=0.1)


@pytest.mark.parametrize("head", [b"", b"ID3", b"RIFF" * 99, bytes(5000), b"\xff\xfb" * 2000])
def test_what_is_no_mp3_has_no_length(head: bytes) -> None:
    assert sound_heads.begin_of_sound(head) == 0
    assert sound_heads.mp3_length(head, 5000) is None


def test_no_feed_asks_nobody() -> None:
    assert feed_check.check_online(b"<html/>", client=SilentClient()) == ()
