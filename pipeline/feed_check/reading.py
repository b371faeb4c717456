"""Where a feed to be checked comes from: a file or an address."""

from __future__ import annotations

from pathlib import Path

from pipeline.adapters import web
from pipeline.adapters.web import Answer
from pipeline.errors import InputError

MOST_BYTES = 64 << 20
_FIX = "check the address in a browser"


def read(name: str) -> bytes:
    """A feed's bytes from a path or an http(s) URL. Raises InputError when there are none."""
    if is_address(name):
        return fetch(name).body
    try:
        with Path(name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {getattr(error, 'strerror', error)}", fix="name a feed's file or URL") from error
    if len(data) > MOST_BYTES:
        raise _too_long(name)
    return data


def is_address(name: str) -> bool:
    """Whether that is a URL, not a file."""
    return name.lower().startswith(("http://", "https://"))


def fetch(url: str) -> Answer:
    """What a server sends for a feed. Raises InputError when it is none, or longer than 64 MiB."""
    try:
        answer = web.fetch(url, headers=web.FROM_A_PAGE, limit=MOST_BYTES)
    except web.WebError as error:
        raise InputError(f"{url}: cannot be fetched, it {error}", fix=_FIX) from error
    if not answer.ok:
        raise InputError(f"{url}: cannot be fetched, the server says {answer.status}", fix=_FIX)
    if not answer.whole:
        raise _too_long(url)
    return answer


def _too_long(name: str) -> InputError:
    return InputError(f"{name}: is longer than {MOST_BYTES >> 20} MiB", fix="name a feed, not an audio file")
