"""Which models stay loaded between episodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline import resident


class Loader:
    """Counts how often it loads."""

    loaded = 0

    def __call__(self) -> int:
        self.loaded += 1
        return self.loaded


@pytest.fixture
def keeping() -> Iterator[None]:
    resident.start_keeping()
    yield
    resident.stop_keeping()


def test_a_command_of_its_own_keeps_nothing() -> None:
    load = Loader()
    assert [resident.load("ear", "base", load), resident.load("ear", "base", load)] == [1, 2]
    assert not resident.keeps()


def test_a_worker_loads_a_model_once_and_again_only_when_another_is_wanted(keeping: None) -> None:
    load = Loader()
    wanted: list[Any] = ["base", "base", "large", "large", "base"]
    assert [resident.load("ear", name, load) for name in wanted] == [1, 1, 2, 2, 3]
    assert resident.load("eye", "base", load) == 4
    assert resident.load("ear", "base", load) == 3, "another kind does not drive it out"


def test_what_is_dropped_is_loaded_again(keeping: None) -> None:
    load = Loader()
    resident.load("ear", "base", load)
    resident.drop("ear")
    resident.drop("never there")
    assert resident.load("ear", "base", load) == 2


def test_a_model_that_cannot_be_loaded_is_tried_again(keeping: None) -> None:
    def fail() -> int:
        raise OSError("no such file")

    with pytest.raises(OSError, match="no such file"):
        resident.load("ear", "base", fail)
    assert resident.load("ear", "base", lambda: 7) == 7
