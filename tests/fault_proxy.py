"""A proxy in front of an S3 server that does, at one request, what networks, servers and power cuts do.

A process of its own, so that who publishes can be forked and killed: `with running(endpoint) as proxy`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["cut", "truncate", "500", "503", "403", "skew", "expired", "kill"]
_CONTROL = b"/-fault-"
_CODES = {
    "500": ("500 Internal Server Error", "InternalError", "We encountered an internal error."),
    "503": ("503 Service Unavailable", "SlowDown", "Please reduce your request rate."),
    "403": ("403 Forbidden", "AccessDenied", "Access Denied."),
    "expired": ("400 Bad Request", "ExpiredToken", "The provided token has expired."),
    "skew": ("403 Forbidden", "RequestTimeTooSkewed", "The difference between the request time and ours is too large."),
}


@dataclass(frozen=True)
class Fault:
    """What happens at the request with that `number` (from 0): the server got it (`after`) or not.

    With `lasting` it happens at all later ones too. `pid` is who dies of `kill`.
    """

    kind: Kind
    number: int
    after: bool = False
    lasting: bool = False
    pid: int = 0

    def hits(self, number: int) -> bool:
        return number == self.number or (self.lasting and number > self.number)


@dataclass(frozen=True)
class Proxy:
    """A running proxy, seen from the test."""

    endpoint: str

    def arm(self, fault: Fault | None = None) -> None:
        """Count from 0 again, with this fault ahead."""
        self._ask({"fault": asdict(fault) if fault else None})

    def seen(self) -> list[str]:
        """The requests since `arm`, as `PUT /bucket/key`."""
        found: list[str] = self._ask({})["seen"]
        return found

    def _ask(self, data: Any) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        url = f"{self.endpoint}{_CONTROL.decode()}"
        with opener.open(url, json.dumps(data).encode(), timeout=30) as answer:
            return json.loads(answer.read())


@contextmanager
def running(endpoint: str) -> Iterator[Proxy]:
    """A proxy for the server at `endpoint` (http://127.0.0.1:PORT), on a free port, for the length of a block."""
    argv = [sys.executable, __file__, endpoint.rpartition(":")[2]]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Proxy(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.kill()


# -- in the proxy's own process ------------------------------------------------------------------------------


@dataclass
class _State:
    port: int
    fault: Fault | None = None
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def control(self, body: bytes) -> bytes:
        with self.lock:
            asked = json.loads(body)
            if "fault" in asked:
                self.seen.clear()
                self.fault = Fault(**asked["fault"]) if asked["fault"] else None
            return json.dumps({"seen": self.seen}).encode()

    def count(self, line: bytes) -> Fault | None:
        """Note a request; the fault that it meets."""
        with self.lock:
            number = len(self.seen)
            self.seen.append(b" ".join(line.split(b" ")[:2]).decode())
            return self.fault if self.fault and self.fault.hits(number) else None


def _serve(port: int) -> None:
    state = _State(port)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_converse, args=(state, client), daemon=True).start()


def _converse(state: _State, client: socket.socket) -> None:
    """All requests of one connection, one after the other, over one connection to the server."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = socket.create_connection(("127.0.0.1", state.port))
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with (
        client,
        server,
        client.makefile("rb") as asked,
        server.makefile("rb") as answered,
        suppress(OSError, _GoneError),
    ):
        while True:
            head = _read_head(asked)
            if b"\r\nexpect: 100-continue" in head.lower():
                client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                head = _without(head, b"expect")
            body = asked.read(_length(head))
            if head.split(b" ")[1] == _CONTROL:
                client.sendall(_answer("200 OK", state.control(body)))
                continue
            fault = state.count(head)
            if fault and not fault.after:
                _hurt(fault, client, b"")
            server.sendall(head + body)
            answer = _read_answer(answered, is_head=head.startswith(b"HEAD"))
            if fault:
                _hurt(fault, client, answer)
            client.sendall(answer)


class _GoneError(Exception):
    """The connection is over."""


def _hurt(fault: Fault, client: socket.socket, answer: bytes) -> None:
    """Do the damage, and end the connection."""
    if fault.kind == "kill":
        os.kill(fault.pid, signal.SIGKILL)
    elif fault.kind == "truncate":
        client.sendall(answer[: len(answer) // 2])
    elif fault.kind in _CODES:
        status, code, message = _CODES[fault.kind]
        xml = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        client.sendall(_answer(status, xml, close=True))
    raise _GoneError


def _answer(status: str, body: bytes, *, close: bool = False) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/xml", f"Content-Length: {len(body)}"]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def _read_head(source: Any) -> bytes:
    lines = []
    while (line := source.readline(1 << 16)) not in (b"\r\n", b""):
        lines.append(line)
    if not line:
        raise _GoneError
    return b"".join([*lines, b"\r\n"])


def _read_answer(source: Any, *, is_head: bool) -> bytes:
    head = _read_head(source)
    status = head.split(b" ")[1]
    if is_head or status in (b"204", b"304"):
        return head
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        return head + _read_chunks(source)
    data: bytes = head + source.read(_length(head))
    return data


def _read_chunks(source: Any) -> bytes:
    pieces = []
    while True:
        line = source.readline()
        size = int(line.split(b";")[0], 16)
        pieces += [line, source.read(size + 2)]
        if size == 0:
            return b"".join(pieces)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _without(head: bytes, header: bytes) -> bytes:
    lines = head.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(header + b":"))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
