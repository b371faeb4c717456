"""Where a show goes to a break or a sponsor's message, and where it comes back."""

import numpy as np
import pytest
from talk_samples import talk

from pipeline.editorial import breaks

TALK = [("Ada", "The tide is high in the harbour and the boats lie very still there tonight.")] * 4
ADVERT = [("Ada", "Brassworks makes horns and valves of polished brass for every ship and for every sailor.")] * 4


def marked(lines: list[tuple[str, str]], changes: int | None = None) -> tuple[list[int], list[int]]:
    """The sentences that gain, and those that lose; meaning changes at `changes`."""
    contrast = np.array([float(at == changes) for at in range(len(lines))])
    odds = breaks.odds(talk(lines).segments, contrast, "en")
    return np.flatnonzero(odds > 0).tolist(), np.flatnonzero(odds < 0).tolist()


def test_a_break_begins_after_it_is_announced_and_ends_where_the_show_says_so() -> None:
    lines = [*TALK, ("Ada", "We'll be right back."), *ADVERT, ("Ada", "And we're back."), *TALK]
    assert marked(lines) == ([5, 9], [6, 7, 8])


def test_a_message_begins_with_the_sponsor_and_ends_where_meaning_changes() -> None:
    lines = [*TALK, ("Ada", "This episode is brought to you by Brassworks."), *ADVERT, *TALK]
    assert marked(lines, changes=9) == ([4, 9], [5, 6, 7, 8])


def test_a_break_whose_message_was_cut_out_is_one_boundary() -> None:
    assert marked([*TALK, ("Ada", "We'll be right back."), ("Ada", "Welcome back."), *TALK]) == ([5], [])


@pytest.mark.parametrize("last", ["We'll be right back.", "This episode is brought to you by Brassworks."])
def test_a_sign_at_the_very_end_is_no_error(last: str) -> None:
    marked([*TALK, ("Ada", last)])


def test_talk_without_breaks_is_left_alone() -> None:
    assert marked([*TALK, *TALK]) == ([], [])
