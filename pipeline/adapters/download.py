"""Large files from the web straight to disk, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.adapters.web import AGENT, WebError

if TYPE_CHECKING:
    import urllib3

_PIECE = 1 << 18
_PATIENCE = 30.0
#: What is larger than this is no recording, and a server may send without end.
MOST_BYTES = 16 << 30
_OK, _PART = 200, 206


def download(url: str, path: Path, received: Callable[[int], None]) -> int:
    """Fetch `url` into `path`, whole or not at all; how many bytes it has. `received` hears of each further piece.

    Where an earlier try broke off, and the server still has the very file (RFC 9110, 13.1.5), only the rest is
    fetched. Raises WebError with the reason as a clause when it cannot be had, or is not as long as the server said.
    """
    import urllib3
    from urllib3.exceptions import HTTPError

    retries = urllib3.Retry(total=10, connect=3, read=3, redirect=10, backoff_factor=0.2)
    try:
        with urllib3.PoolManager(timeout=_PATIENCE, retries=retries) as pool:
            return _fetch(pool, url, path, received)
    except (HTTPError, ValueError) as error:
        raise WebError(f"cannot be fetched ({type(error).__name__})") from error


def _fetch(pool: urllib3.PoolManager, url: str, path: Path, received: Callable[[int], None]) -> int:
    answer = _ask(pool, url)
    mark = _mark(answer)
    total = _length(answer)
    part, have = find_part(path, mark, total)
    if have and mark:
        answer.close()
        answer = _ask(pool, url, range=f"bytes={have}-", if_range=mark)
        if answer.status == _OK:
            have = 0  # another file now, or a server that knows no ranges
    received(have)
    return finish(path, part, have, _pieces(answer), total, received)


def find_part(path: Path, mark: str | None, total: int | None) -> tuple[Path, int]:
    """Where a file that is being fetched to `path` grows, and how much of it is there.

    `mark` is what its server calls these very bytes (an ETag); without one nothing of an earlier try can be used.
    """
    name = store.digest_bytes((mark or "").encode())[:12]
    part = path.with_name(f".{path.name}.{name}.part")
    have = part.stat().st_size if mark and part.is_file() else 0
    return part, have if total is None or have < total else 0


def finish(
    path: Path, part: Path, have: int, pieces: Iterable[bytes], total: int | None, received: Callable[[int], None]
) -> int:
    """Add the rest to a part, and put the whole in its place; its bytes. Raises WebError when its length is wrong."""
    size = have

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise WebError(f"sends more than {MOST_BYTES >> 30} GB")
            received(len(piece))
            yield piece

    store.append(part, counted(), at=have)
    if total is not None and size != total:
        raise WebError(f"is {total} bytes long, and {size} of them came")
    store.move(part, path)
    return size


def _ask(pool: urllib3.PoolManager, url: str, **conditions: str) -> urllib3.BaseHTTPResponse:
    headers = {"user-agent": AGENT, "accept-encoding": "identity"}
    headers |= {name.replace("_", "-"): value for name, value in conditions.items()}
    answer = pool.request("GET", url, headers=headers, preload_content=False)
    if answer.status not in (_OK, _PART):
        answer.close()
        raise WebError(f"answers {answer.status}")
    return answer


def _mark(answer: urllib3.BaseHTTPResponse) -> str | None:
    """What the server calls these very bytes, where it says so: a strong ETag, else the time of the last change."""
    if answer.headers.get("content-encoding"):
        return None
    tag = answer.headers.get("etag", "")
    return tag if tag.startswith('"') else answer.headers.get("last-modified")


def _length(answer: urllib3.BaseHTTPResponse) -> int | None:
    told = answer.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and not answer.headers.get("content-encoding") else None


def _pieces(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from answer.stream(_PIECE, decode_content=True)
    finally:
        answer.close()
