"""Large files from a server that breaks off, changes its mind, or lies about lengths. The server here is scripted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.adapters import download
from pipeline.adapters.web import WebError

BODY = bytes(range(256)) * 4000  # a megabyte


@dataclass
class Host:
    """A server of one file: after how many bytes it breaks off (once), and what it was asked for."""

    body: bytes = BODY
    etag: str | None = '"v1"'
    ranges: bool = True
    breaks_at: int | None = None
    told_length: int | None = None
    status: int = 200
    asked: list[str | None] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked, mark = handler.headers.get("Range"), handler.headers.get("If-Range")
        self.asked.append(asked)
        start = int(asked[6:-1]) if asked and self.ranges and mark == self.etag else 0
        rest = self.body[start:]
        handler.send_response(206 if start else self.status)
        handler.send_header("Content-Length", str(self.told_length or len(rest)))
        if self.etag:
            handler.send_header("ETag", self.etag)
        handler.end_headers()
        breaks, self.breaks_at = self.breaks_at, None
        handler.wfile.write(rest if breaks is None else rest[:breaks])
        handler.close_connection = True


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/a.mp3"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


def fetch(host: Host, path: Path) -> int:
    return download.download(host.url, path, lambda more: None)


def break_off(host: Host, path: Path) -> None:
    host.breaks_at = 600_000
    with pytest.raises(WebError):
        fetch(host, path)
    assert not path.exists(), "what is not whole never has the name of the whole"


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "source.mp3"
    break_off(host, path)
    counted: list[int] = []
    assert download.download(host.url, path, counted.append) == len(BODY)
    assert path.read_bytes() == BODY
    assert host.asked[-1] is not None, "the rest alone was asked for"
    assert counted[0] == int(host.asked[-1][6:-1]) > 0
    assert sum(counted) == len(BODY)
    assert [one.name for one in tmp_path.iterdir()] == ["source.mp3"]


CHANGES = [
    ("another file now", {"etag": '"v2"', "body": BODY[::-1]}),
    ("a server that knows no ranges", {"ranges": False}),
    ("a server that does not say what it has", {"etag": None}),
    ("a weak mark, which two files may share", {"etag": 'W/"v1"'}),
    ("a shorter file under the same mark", {"body": BODY[:1000]}),
]


@pytest.mark.parametrize("changes", [case[1] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_where_it_cannot_go_on_it_begins_anew(changes: dict[str, object], host: Host, tmp_path: Path) -> None:
    path = tmp_path / "source.mp3"
    break_off(host, path)
    for name, value in changes.items():
        setattr(host, name, value)
    assert fetch(host, path) == len(host.body)
    assert path.read_bytes() == host.body


def test_what_a_server_refuses_or_cuts_short_is_told(host: Host, tmp_path: Path) -> None:
    host.told_length = len(BODY) + 5
    with pytest.raises(WebError, match=r"cannot be fetched|came"):
        fetch(host, tmp_path / "a.mp3")
    host.status = 404
    with pytest.raises(WebError, match="answers 404"):
        fetch(host, tmp_path / "a.mp3")
    assert not (tmp_path / "a.mp3").exists()


def test_a_server_that_sends_without_end_is_left(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 1000)
    with pytest.raises(WebError, match="sends more than"):
        fetch(host, tmp_path / "a.mp3")
