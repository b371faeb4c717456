"""A file counts when it has stopped growing, by the watcher's own clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.settling import Settling

A, B = Path("a.wav"), Path("b.wav")

#: What is seen at each second (the size; None for gone), and what is told of then.
TABLE = {
    "a file that lies there is finished after its time": ([5, 5, 5], [0, 0, 1]),
    "one that grows is not": ([1, 2, 3, 4, 4, 4], [0, 0, 0, 0, 0, 1]),
    "it is told of once": ([5, 5, 5, 5, 5], [0, 0, 1, 0, 0]),
    "and again when it has changed": ([5, 5, 5, 6, 6, 6], [0, 0, 1, 0, 0, 1]),
    "an empty one never is": ([0, 0, 0, 0], [0, 0, 0, 0]),
    "one that went and came back is another": ([5, 5, 5, None, 5, 5, 5], [0, 0, 1, 0, 0, 0, 1]),
}


@pytest.mark.parametrize(("seen", "told"), TABLE.values(), ids=TABLE)
def test_a_file_is_finished_when_it_stays_as_it_is(seen: list[int | None], told: list[int]) -> None:
    settling = Settling(patience=2)
    looks = [{} if size is None else {A: (size, 0)} for size in seen]
    assert [len(settling.look(look, now)) for now, look in enumerate(looks)] == told


def test_the_same_size_written_anew_is_another_file() -> None:
    settling = Settling(patience=1)
    assert [settling.look({A: (5, time)}, now) for now, time in enumerate((1, 2, 2))] == [[], [], [A]]


def test_it_waits_only_for_files_that_may_become_finished() -> None:
    settling = Settling(patience=1)
    for now, waits in enumerate((True, False)):
        settling.look({A: (5, 0), B: (0, 0)}, now)
        assert settling.waits is waits


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_whatever_is_told_of_was_the_same_for_as_long(sizes: list[int], patience: int) -> None:
    settling = Settling(patience)
    for now, size in enumerate(sizes):
        if settling.look({A: (size, 0)}, now):
            assert size
            assert set(sizes[max(0, now - patience) : now + 1]) == {size}
