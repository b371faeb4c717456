from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from pipeline.adapters import websub

TOPIC = "https://cdn.example.org/show/feed.xml?a=1&b=ü"


@dataclass
class Hub:
    """A WebSub hub on this machine that remembers what it is told."""

    status: int = 204
    told: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hub() -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            state.told.append(parse_qs(body.decode()))
            self.send_response(state.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{serving.server_port}/"
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_hub_is_told_which_feed_changed(hub: Hub, status: int) -> None:
    hub.status = status
    assert websub.ping(hub.url, TOPIC) is None
    assert hub.told == [{"hub.mode": ["publish"], "hub.url": [TOPIC], "hub.topic": [TOPIC]}]


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_a_hub_that_refuses_is_no_error_but_told(hub: Hub, status: int) -> None:
    hub.status = status
    assert websub.ping(hub.url, TOPIC) == f"answers {status}"


def test_a_hub_that_is_not_there_is_no_error_but_told() -> None:
    assert websub.ping("http://127.0.0.1:9/", TOPIC) == "refuses the connection"
