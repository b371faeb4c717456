"""Models that stay loaded in a worker that runs one episode after the other; in any other process none does."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

#: What is loaded, by kind, with the key under which it was; None in a process that keeps nothing.
_held: dict[str, tuple[Hashable, Any]] | None = None


def start_keeping() -> None:
    """From now on this process keeps what it loads."""
    global _held
    _held = {} if _held is None else _held


def stop_keeping() -> None:
    """Let go of all, and keep nothing from now on."""
    global _held
    _held = None


def keeps() -> bool:
    """Whether this process keeps what it loads."""
    return _held is not None


def load(kind: str, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` loads, or what it loaded before under the same key; of each kind the last one is kept.

    The key must hold all that `make` depends on, and what is loaded must give the same answers however often it is
    used: an episode's artifacts may not depend on which ones came before it.
    """
    if _held is None:
        return make()
    if kind not in _held or _held[kind][0] != key:
        drop(kind)  # first, so that two of a kind are never in memory
        _held[kind] = (key, make())
    found: T = _held[kind][1]
    return found


def drop(kind: str) -> None:
    """Let go of what is kept of a kind, if anything is."""
    if _held is not None:
        _held.pop(kind, None)
