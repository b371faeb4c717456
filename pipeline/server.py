"""A web server for a published folder: byte ranges, right types, CORS, and nothing outside the folder."""

from __future__ import annotations

import email.utils
import errno
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from pipeline.errors import InputError, StageError

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
_CHAPTERS = re.compile(r"chapters(-[0-9a-f]{12})?\.json")
_HASHED = re.compile(r"-[0-9a-f]{12}\.")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_PIECE = 64 * 1024
_IDLE_SECONDS = 30.0

Log = Callable[[str], None]


def serve(folder: Path, port: int, *, ready: Log = lambda url: None, log: Log = lambda line: None) -> None:
    """Serve `folder` on 127.0.0.1 until the process is interrupted.

    `ready` is called once with the address, `log` with a line for each answer. Raises what `open_server` raises.
    """
    with open_server(folder, port, log=log) as server:
        ready(f"http://127.0.0.1:{server.server_port}")
        server.serve_forever()


def open_server(folder: Path, port: int, *, log: Log = lambda line: None) -> ThreadingHTTPServer:
    """A server that is bound and not yet serving; port 0 takes a free one.

    Raises InputError when there is no such folder, StageError when the port cannot be had.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder", fix="publish an episode first, or name another folder")
    try:
        return _Server(folder.resolve(), port, log)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is taken by another program" if taken else f"cannot be used ({error})"
        raise StageError(f"port {port} of 127.0.0.1 {why}", fix="choose another with --port") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, root: Path, port: int, log: Log) -> None:
        self.root, self.log = root, log
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, except that a client went away: browsers do so all the time."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.log(f"error: {error!r}")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "showrunner"
    sys_version = ""
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_OPTIONS(self) -> None:
        self._begin(HTTPStatus.NO_CONTENT)
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD")
        self.send_header("Access-Control-Allow-Headers", "Range, If-None-Match, If-Range")
        self.send_header("Access-Control-Max-Age", "86400")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        self.server.log(format % args)

    def _answer(self, *, body: bool) -> None:
        path = self._find_file()
        if path is None:
            return
        try:
            file = path.open("rb")
        except OSError:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send_file(path, file, body)

    def _find_file(self) -> Path | None:
        """The file that is asked for, or None when an answer has been given already."""
        asked = unquote(urlsplit(self.path).path)
        if "\0" in asked or any(part.startswith(".") for part in asked.split("/")):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        try:
            path = (self.server.root / asked.lstrip("/")).resolve()
            if path.is_dir() and path.is_relative_to(self.server.root):
                if not asked.endswith("/"):
                    self._redirect(urlsplit(self.path).path + "/")
                    return None
                path = (path / "index.html").resolve()
            found = path.is_relative_to(self.server.root) and path.is_file()
        except OSError:  # a name that is too long, a loop of links
            found = False
        if not found:
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return path

    def _send_file(self, path: Path, file: BinaryIO, body: bool) -> None:
        state = os.fstat(file.fileno())
        tag = f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
        if _matches(self.headers.get("If-None-Match"), tag):
            self._begin(HTTPStatus.NOT_MODIFIED, tag=tag)
            self.end_headers()
            return
        try:
            span = self._wanted_span(tag, state)
        except ValueError:
            self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{state.st_size}"})
            return
        first, length = (span.first, span.last - span.first + 1) if span else (0, state.st_size)
        self._begin(HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK, tag=tag)
        self.send_header("Content-Type", media_type(path))
        self.send_header("Content-Length", str(length))
        self.send_header("Last-Modified", email.utils.formatdate(state.st_mtime, usegmt=True))
        self.send_header("Cache-Control", "max-age=31536000, immutable" if _HASHED.search(path.name) else "no-cache")
        if span:
            self.send_header("Content-Range", f"bytes {span.first}-{span.last}/{state.st_size}")
        self.end_headers()
        if body:
            file.seek(first)
            self._copy(file, length)

    def _wanted_span(self, tag: str, state: os.stat_result) -> Span | None:
        """The asked part; None for all of it, also where the file has changed since the client's copy (If-Range)."""
        asked, condition = self.headers.get("Range"), self.headers.get("If-Range")
        same = condition in (None, tag, email.utils.formatdate(state.st_mtime, usegmt=True))
        return parse_range(asked, state.st_size) if asked and same else None

    def _copy(self, file: BinaryIO, length: int) -> None:
        """Send `length` bytes; a listener who goes away (players do when they seek) is no error."""
        try:
            while length > 0 and (piece := file.read(min(_PIECE, length))):
                self.wfile.write(piece)
                length -= len(piece)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        if length > 0:
            self.close_connection = True

    def _begin(self, status: HTTPStatus, *, tag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Accept-Ranges", "bytes")
        if tag:
            self.send_header("ETag", tag)

    def _redirect(self, path: str) -> None:
        self._begin(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _refuse(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        said = f"{status.value} {status.phrase}\n".encode()
        self._begin(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)


def media_type(path: Path) -> str:
    """The Content-Type that a file is served with."""
    if _CHAPTERS.fullmatch(path.name):
        return "application/json+chapters"
    return _TYPES.get(path.suffix.lower(), "application/octet-stream")


def parse_range(header: str, size: int) -> Span | None:
    """The one span that a Range header asks of `size` bytes; None where it is to be ignored (RFC 9110, 14.2).

    Ignored are other units, several ranges and nonsense. Raises ValueError when the span lies outside the file.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found.group(1) or found.group(2)):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < begin:
            return None
    if begin >= size or end < begin:
        raise ValueError(f"{header} lies outside of {size} bytes")
    return Span(begin, end)


def _matches(condition: str | None, tag: str) -> bool:
    if condition is None:
        return False
    return condition.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in condition.split(","))
