"""Large files from the web straight to disk, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline import store
from pipeline.adapters.web import AGENT, WebError

_PIECE = 1 << 18
_PATIENCE = 30.0


def download(url: str, path: Path, received: Callable[[int], None]) -> int:
    """Fetch `url` into `path`, whole or not at all; how many bytes it has. `received` hears of each further piece.

    Raises WebError with the reason as a clause when it cannot be had, or ends before its Content-Length.
    """
    import urllib3
    from urllib3.exceptions import HTTPError

    size = 0

    def pieces(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        nonlocal size
        for piece in answer.stream(_PIECE, decode_content=True):
            size += len(piece)
            received(len(piece))
            yield piece

    try:
        with urllib3.PoolManager(timeout=_PATIENCE, retries=3) as pool:
            answer = pool.request("GET", url, headers={"user-agent": AGENT}, preload_content=False)
            if answer.status != 200:
                answer.close()
                raise WebError(f"answers {answer.status}")
            store.write_pieces_atomic(path, pieces(answer))
    except (HTTPError, ValueError) as error:
        raise WebError(f"cannot be fetched ({type(error).__name__})") from error
    return size
