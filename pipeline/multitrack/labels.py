"""What the speaker of a track is called until somebody names them."""

from __future__ import annotations

import re


def label_of(number: int) -> str:
    """The label of the track with that number, from 1.

    >>> label_of(2)
    'TRACK_02'
    """
    return f"TRACK_{number:02d}"


def number_of(label: str) -> int | None:
    """The number of the track, from 1, that a label belongs to; None for other labels."""
    found = re.fullmatch(r"TRACK_(\d\d)", label)
    return int(found[1]) if found else None
