"""The figures by which chapter boundaries are judged."""

import pytest

from benchmarks.segmentation_scores import f1, pk_and_window_diff


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    [
        ([100, 200], [100, 200], 1.0),
        ([100, 200], [110, 500], 0.5),
        ([100], [90, 110], 2 / 3),  # a boundary is matched once
        ([100], [131], 0.0),
        ([], [], 1.0),
        ([], [100], 0.0),
    ],
)
def test_f1_within_thirty_seconds(known: list[float], found: list[float], expected: float) -> None:
    assert f1(known, found, 30) == pytest.approx(expected)


def test_the_same_boundaries_make_no_error() -> None:
    assert pk_and_window_diff([100, 300], [100, 300], 600) == (0, 0)


def test_missing_and_surplus_boundaries_cost() -> None:
    none, _ = pk_and_window_diff([100, 300, 500], [], 600)
    near, _ = pk_and_window_diff([100, 300, 500], [105, 300, 500], 600)
    assert 0 < near < none < 1


def test_window_diff_sees_two_boundaries_where_one_is_known_and_pk_does_not() -> None:
    pk, window_diff = pk_and_window_diff([300], [300, 310], 600)
    assert pk < window_diff
