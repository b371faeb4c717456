"""Asking web servers, with urllib3: http and https only, redirects counted, time and size limited."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from pipeline import __version__
from pipeline.models import Seconds

if TYPE_CHECKING:
    from urllib3 import PoolManager

AGENT = f"Showrunner/{__version__} (podcast publishing; asks on behalf of the person who runs it)"
#: Who sends this learns whether pages of other sites may read the file: servers tell only where a page asks.
FROM_A_PAGE = {"origin": "https://podcast-player.example"}
MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PIECE = 64 << 10
_A_HOST = 4  # connections to one server at a time


class WebError(Exception):
    """No usable answer; the text is the reason as a clause: `does not answer within 10 s`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Names of `headers` are in small letters; `url` is the last of the redirects.

    `redirects` are the addresses that sent us on, in order. `whole` is False where `body` was cut at the limit.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    redirects: tuple[str, ...] = ()
    whole: bool = True

    @property
    def ok(self) -> bool:
        """Whether the thing was there."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in small letters; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def size(self) -> int | None:
        """The whole thing's bytes as the server tells them, of a part too (Content-Range)."""
        told = self.headers.get("content-range", "").rpartition("/")[2] or self.headers.get("content-length", "")
        return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


@dataclass(slots=True)
class Client:
    """Keeps connections between questions, at most four to a server; may be used by several threads.

    `patience`: seconds to wait for a connection, and for the next bytes. `deadline`: seconds for a whole answer.
    """

    patience: Seconds = 10.0
    deadline: Seconds = 60.0
    _pools: dict[str, PoolManager] = field(default_factory=dict)

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = 1 << 20,
    ) -> Answer:
        """One answer, after redirects, with at most `limit` bytes of its body. Raises WebError."""
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        ends, passed = time.monotonic() + self.deadline, list[str]()
        wanted = {"user-agent": AGENT, "accept-encoding": "identity", **(headers or {})}
        while True:
            if not is_web_address(url):
                raise WebError("is not an http or https address in ASCII")
            try:
                answer, onward = self._ask_once(url, method, wanted, body, limit, ends)
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                raise WebError(self._reason(error)) from error
            if onward is None or method not in ("GET", "HEAD"):
                return Answer(url, answer.status, answer.headers, answer.body, tuple(passed), answer.whole)
            passed.append(url)
            url = onward
            if url in passed:
                raise WebError("sends us round in a circle of redirects")
            if len(passed) > MOST_REDIRECTS:
                raise WebError(f"sends us on more than {MOST_REDIRECTS} times")

    def _ask_once(
        self, url: str, method: str, headers: Mapping[str, str], body: bytes | None, limit: int, ends: float
    ) -> tuple[Answer, str | None]:
        """The answer to one request, and the address that it sends us on to."""
        response = self._request(url, method, headers, body)
        finished = False
        try:
            said = {name.lower(): value for name, value in response.headers.items()}
            onward = said.get("location") if response.status in _REDIRECTS else None
            data, whole = (b"", True) if onward or method == "HEAD" else _read(response, limit, ends)
            finished = whole and not onward
        finally:
            if not finished:  # what is left of the body may be without end
                response.close()
            response.release_conn()
        return Answer(url, response.status, said, data, whole=whole), onward and urljoin(url, onward)

    def _request(self, url: str, method: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        """One request; a question once more, over a new connection, where a kept one was closed (RFC 9112, 9.3.1)."""
        from urllib3.exceptions import ProtocolError

        how: dict[str, Any] = {"preload_content": False, "redirect": False, "retries": False}
        try:
            return self._pool(url).request(method, url, headers=headers, body=body, **how)
        except ProtocolError as error:
            if method not in ("GET", "HEAD") or not any(isinstance(why, ConnectionError) for why in error.args):
                raise
            return Client(self.patience)._pool(url).request(method, url, headers=headers, **how)

    def _pool(self, url: str) -> PoolManager:
        """The connections for a scheme, through a proxy where the environment names one (HTTPS_PROXY, NO_PROXY)."""
        from urllib.request import getproxies, proxy_bypass

        from urllib3 import PoolManager, ProxyManager, Timeout

        parts = urlsplit(url)
        near = parts.hostname in _LOOPBACK or proxy_bypass(parts.hostname or "")  # no proxy can reach this machine
        proxy = None if near else getproxies().get(parts.scheme)
        if (proxy or "") not in self._pools:
            settings: dict[str, Any] = {
                "maxsize": _A_HOST,
                "block": True,
                "timeout": Timeout(connect=self.patience, read=self.patience),
            }
            made = ProxyManager(proxy, **settings) if proxy else PoolManager(**settings)
            return self._pools.setdefault(proxy or "", made)
        return self._pools[proxy or ""]

    def _reason(self, error: Exception) -> str:
        """Why there was no answer, as a person understands it."""
        from http.client import HTTPException

        from urllib3 import exceptions as known

        if isinstance(error, known.ProxyError):
            return "cannot be reached through the proxy"
        if isinstance(error, known.NameResolutionError):
            return "has a host that nobody knows"
        if isinstance(error, known.NewConnectionError | ConnectionRefusedError):
            return "refuses the connection"
        if isinstance(error, known.TimeoutError | TimeoutError):
            return f"does not answer within {self.patience:g} s"
        if isinstance(error, known.SSLError):
            return f"has no valid certificate ({str(error).rpartition(': ')[2].rstrip(') ')})"
        if isinstance(error, known.ProtocolError | known.DecodeError | HTTPException | ConnectionError):
            return "breaks the answer off"
        return f"cannot be asked ({type(error).__name__})"


def fetch(url: str, *, headers: Mapping[str, str] | None = None, limit: int) -> Answer:
    """One GET with connections of its own. Raises WebError."""
    return Client().ask(url, headers=headers, limit=limit)


def is_web_address(url: str) -> bool:
    """Whether that is an absolute http or https address in ASCII, without white space."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and min(url) > " "


def _read(response: Any, limit: int, ends: float) -> tuple[bytes, bool]:
    """The first `limit` bytes of a body, and whether that was all of it."""
    pieces, size = list[bytes](), 0
    while size <= limit:
        if time.monotonic() > ends:
            raise WebError("takes too long to answer")
        piece = response.read1(min(_PIECE, limit + 1 - size), decode_content=True)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:limit], False
