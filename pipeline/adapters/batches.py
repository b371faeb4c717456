"""Batches through a network: one for each core, or as large as the GPU holds.

This module imports torch when it is imported: only the pyannote adapter and what it loads do so, lazily.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch

from pipeline.errors import StageError

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Power:
    """What networks run on: a device, and how many batches go through at once."""

    device: torch.device
    workers: int = 1


def in_batches(
    items: Sequence[Item], size: int, make: Callable[[Sequence[Item]], Made], power: Power
) -> Iterator[tuple[Sequence[Item], Made]]:
    """Each batch of at most `size` items, in order, with what `make` makes of it.

    A batch that a GPU's memory does not hold is halved, and so are those after it. Raises StageError when it does not
    hold even one item.
    """
    if power.workers > 1:
        batches = [items[at : at + size] for at in range(0, len(items), size)]
        with _pool(power.workers) as pool:
            yield from zip(batches, pool.map(make, batches), strict=True)
        return
    at = 0
    while at < len(items):
        batch = items[at : at + size]
        try:
            made = make(batch)
        except torch.OutOfMemoryError as error:
            if len(batch) == 1:
                raise StageError(
                    "the GPU's memory holds not even one window of 10 s",
                    fix="end what else uses the GPU, or set diarize.device: cpu",
                ) from error
            size = len(batch) // 2
            torch.cuda.empty_cache()
            continue
        yield batch, made
        at += len(batch)


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads whose operations each use one core: networks this small gain little from several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)
