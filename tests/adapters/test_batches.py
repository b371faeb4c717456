"""Batches keep their order on any machine; one that a GPU does not hold is halved."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from pipeline.adapters.batches import Power, in_batches
from pipeline.errors import StageError

CPU = torch.device("cpu")


@pytest.mark.parametrize("workers", [1, 3])
def test_batches_come_in_order_whoever_works(workers: int) -> None:
    threads = torch.get_num_threads()
    made = list(in_batches(range(10), 4, sum, Power(CPU, workers)))
    assert [(list(batch), total) for batch, total in made] == [
        ([0, 1, 2, 3], 6),
        ([4, 5, 6, 7], 22),
        ([8, 9], 17),
    ]
    assert torch.get_num_threads() == threads, "other stages' threads are as they were"


def test_a_batch_that_the_memory_does_not_hold_is_halved_and_nothing_is_lost() -> None:
    tried: list[int] = []

    def make(batch: Sequence[int]) -> int:
        tried.append(len(batch))
        if len(batch) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return sum(batch)

    made = list(in_batches(range(10), 8, make, Power(CPU)))
    assert [item for batch, _ in made for item in batch] == list(range(10))
    assert tried == [8, 4, 2, 2, 2, 2, 2], "once small enough, it stays so"


def test_memory_that_holds_not_even_one_is_an_error_with_a_way_out() -> None:
    def make(batch: Sequence[int]) -> int:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(StageError, match="not even one window") as caught:
        list(in_batches(range(4), 4, make, Power(CPU)))
    assert "diarize.device: cpu" in caught.value.fix


def test_an_error_in_one_worker_ends_the_work() -> None:
    def make(batch: Sequence[int]) -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(in_batches(range(10), 2, make, Power(CPU, 2)))
