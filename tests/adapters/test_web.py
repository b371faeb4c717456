"""Asking servers: what comes back, what is refused, and that nothing takes for ever."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.adapters import web

Reply = Callable[[BaseHTTPRequestHandler], None]


def send(handler: BaseHTTPRequestHandler, body: bytes = b"", status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content_length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def to(location: str) -> Reply:
    return lambda handler: send(handler, b"moved", 302, location=location)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not over.is_set():
        try:
            handler.wfile.write(bytes(65_536))
        except OSError:
            return


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    over.wait(20)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"half", content_length="8")
    handler.close_connection = True


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"no HTTP at all\r\n\r\n")
    handler.close_connection = True


def once(handler: BaseHTTPRequestHandler) -> None:
    """One answer a connection, which is kept open until the next question and closed without one."""
    if handler.connection in answered_once:
        handler.close_connection = True
    else:
        answered_once.append(handler.connection)
        send(handler, b"once")


def part(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"12", 206, content_range="bytes 1-2/10", content_type="Audio/MPEG; x=y")


over = threading.Event()
answered_once: list[object] = []
BOMB = gzip.compress(bytes(20_000_000))
SITE: dict[str, Reply] = {
    "/once": once,
    "/hello": lambda handler: send(handler, b"hello"),
    "/who": lambda handler: send(handler, str(handler.headers["user-agent"]).encode()),
    "/gone": lambda handler: send(handler, b"", 404),
    "/part": part,
    "/there": to("/hello"),
    "/circle": to("/circle"),
    "/file": to("file:///etc/passwd"),
    "/endless": endless,
    "/silent": silent,
    "/cut": cut_off,
    "/nonsense": nonsense,
    "/bomb": lambda handler: send(handler, BOMB, content_encoding="gzip"),
    **{f"/far{number}": to(f"/far{number + 1}") for number in range(12)},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        SITE[self.path](self)

    def do_HEAD(self) -> None:
        SITE[self.path](self)

    def do_POST(self) -> None:
        if self.connection in answered_once:
            self.close_connection = True
            return
        send(self, self.rfile.read(int(self.headers["content-length"])), 202)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are what is tested."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    over.clear()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        over.set()
        server.shutdown()
        thread.join()


def test_an_answer_is_told_whole(base: str) -> None:
    answer = web.fetch(base + "/hello", limit=100)
    assert (answer.status, answer.body, answer.ok, answer.whole, answer.redirects) == (200, b"hello", True, True, ())
    assert answer.headers["content-length"] == "5"


def test_redirects_are_followed_and_counted(base: str) -> None:
    answer = web.fetch(base + "/there", limit=100)
    assert (answer.url, answer.body, answer.redirects) == (base + "/hello", b"hello", (base + "/there",))


def test_a_part_tells_how_long_the_whole_is(base: str) -> None:
    answer = web.Client().ask(base + "/part", headers={"range": "bytes=1-2"})
    assert (answer.status, answer.size, answer.media_type) == (206, 10, "audio/mpeg")


def test_head_has_no_body(base: str) -> None:
    answer = web.Client().ask(base + "/hello", method="HEAD")
    assert (answer.body, answer.size) == (b"", 5)


def test_what_is_posted_arrives(base: str) -> None:
    assert web.Client().ask(base + "/hello", method="POST", body=b"ping").body == b"ping"


def test_it_says_who_asks(base: str) -> None:
    assert web.fetch(base + "/who", limit=1000).body.startswith(b"Showrunner/")


def test_a_refusal_is_an_answer(base: str) -> None:
    answer = web.fetch(base + "/gone", limit=100)
    assert (answer.status, answer.ok) == (404, False)


@pytest.mark.parametrize("path", ["/endless", "/bomb", "/hello"])
def test_no_more_is_read_than_is_allowed(base: str, path: str) -> None:
    answer = web.fetch(base + path, limit=3)
    assert (len(answer.body), answer.whole) == (3, False)


def test_a_body_just_as_long_as_allowed_is_whole(base: str) -> None:
    assert web.fetch(base + "/hello", limit=5).whole


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/circle", "sends us round in a circle"),
        ("/far0", "sends us on more than 10 times"),
        ("/file", "is not an http or https address"),
        ("/silent", "does not answer within 0.3 s"),
        ("/cut", "breaks the answer off"),
        ("/nonsense", "breaks the answer off"),
    ],
)
def test_what_is_no_answer_has_a_reason(base: str, path: str, why: str) -> None:
    with pytest.raises(web.WebError, match=why):
        web.Client(patience=0.3 if path == "/silent" else 10).ask(base + path)


def test_an_answer_may_take_so_long_and_no_longer(base: str) -> None:
    with pytest.raises(web.WebError, match="takes too long"):
        web.Client(deadline=-1).ask(base + "/hello")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:9/", "refuses the connection"),
        ("ftp://127.0.0.1/", "is not an http or https address"),
        ("feed.xml", "is not an http or https address"),
        ("http://", "is not an http or https address"),
        ("http://[::1", "is not an http or https address"),
        ("http://exämple.org/", "is not an http or https address"),
        ("http://127.0.0.1/a b", "is not an http or https address"),
        ("http://127.0.0.1:99999/", "cannot be asked"),
    ],
)
def test_an_address_that_leads_nowhere_has_a_reason(url: str, why: str) -> None:
    with pytest.raises(web.WebError, match=why):
        web.fetch(url, limit=1)


def test_after_an_answer_that_was_cut_connections_are_free_again(base: str) -> None:
    client = web.Client()
    for path in ("/endless", "/there", "/bomb") * 3:
        client.ask(base + path, limit=3)
    assert client.ask(base + "/hello").body == b"hello"


def test_a_kept_connection_that_the_server_closed_costs_no_answer(base: str) -> None:
    client = web.Client()
    assert [client.ask(base + "/once").body for _ in range(3)] == [b"once"] * 3


def test_what_is_posted_is_never_posted_twice(base: str) -> None:
    client = web.Client()
    client.ask(base + "/once")
    with pytest.raises(web.WebError, match="breaks the answer off"):
        client.ask(base + "/once", method="POST", body=b"x")
