"""Windows vote about each moment, and speakers of one window are known by those of another."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.adapters import windows
from pipeline.adapters.segmentation import FRAMES, RATE, window_starts

STARTS = [0, 40_000, 80_000]


def activity() -> windows.Activity:
    """One person until 6 s, another from 5 s on, in three windows 2.5 s apart that number them differently."""
    speaks = np.zeros((3, FRAMES, 3), dtype=bool)
    at = np.arange(FRAMES) / FRAMES * 10
    for window, (first, second) in enumerate(((0, 1), (2, 0), (1, 2))):
        speaks[window, at + 2.5 * window < 6, first] = True
        speaks[window, at + 2.5 * window >= 5, second] = True
    return speaks


VOICES = np.array([[0, 1, -1], [1, -1, 0], [-1, 0, 1]])


def test_windows_agree_on_who_speaks_when_overlap_and_all() -> None:
    tracks = windows.vote(activity(), STARTS, VOICES, 14.0)
    assert [voice for _, _, voice in tracks] == [0, 1]
    assert tracks[0][1] == pytest.approx(6, abs=0.05)
    assert tracks[1][:2] == (pytest.approx(5, abs=0.05), 14.0), "nothing reaches over the end"


def test_a_window_alone_against_two_is_outvoted() -> None:
    wrong = VOICES.copy()
    wrong[1] = [0, -1, 1]
    tracks = windows.vote(activity(), STARTS, wrong, 15.0)
    heard_by_all_three = [voice for start, end, voice in tracks if start < 9.9 and end > 6.1]
    assert heard_by_all_three == [1]


def test_nobody_speaks_where_no_window_hears_anybody() -> None:
    assert windows.vote(np.zeros((3, FRAMES, 3), bool), STARTS, np.full((3, 3), -1), 15.0) == []


def test_embeddings_go_to_those_who_speak_at_the_same_moments() -> None:
    embeddings = np.full((3, 3, 2), np.nan, dtype=np.float32)
    embeddings[0, 0], embeddings[0, 1] = (1, 0), (0, 1)
    embeddings[2, 1], embeddings[2, 2] = (1, 0), (0, 1)
    shared = windows.share_embeddings(embeddings, activity(), STARTS)
    assert shared[1, 2].tolist() == [1, 0]
    assert shared[1, 0].tolist() == [0, 1]
    assert np.isnan(shared[1, 1]).all(), "who is silent gets none"
    assert np.array_equal(shared[[0, 2]], embeddings[[0, 2]], equal_nan=True)


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [(0, []), (0.3, [0]), (10, [0]), (12.5, [0, 2.5]), (13, [0, 2.5, 5])],
)
def test_windows_cover_every_sample(seconds: float, starts: list[float]) -> None:
    assert window_starts(round(seconds * RATE), 40_000) == [round(start * RATE) for start in starts]
