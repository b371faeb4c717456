"""RTTM, NIST's Rich Transcription Time Marked: one line a turn (RT-09 evaluation plan, appendix A)."""

from __future__ import annotations

import math

from pipeline.errors import InputError
from pipeline.models import Turn, Turns

_FIX = "a turn reads: SPEAKER file 1 start duration <NA> <NA> name <NA> <NA>"


def write_rttm(turns: Turns, file_id: str) -> str:
    """Turns as RTTM with times in seconds to the millisecond; spaces in names become underscores."""
    name = _as_field(file_id)
    return "".join(
        f"SPEAKER {name} 1 {turn.start:.3f} {turn.end - turn.start:.3f} <NA> <NA> {_as_field(turn.speaker)} <NA> <NA>\n"
        for turn in turns.root
    )


def read_rttm(text: str, name: str) -> Turns:
    """The SPEAKER lines of an RTTM file `name`, ordered by start; other types and `;;` comments are passed over.

    Raises InputError with file and line for a SPEAKER line that is not whole.
    """
    turns = [
        _read_turn(line.split(), f"{name}:{number}")
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)
        if line.startswith("SPEAKER")
    ]
    return Turns(tuple(sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker))))


def _read_turn(fields: list[str], place: str) -> Turn:
    if len(fields) < 8:
        raise InputError(f"{place}: a SPEAKER line needs at least 8 fields, this one has {len(fields)}", fix=_FIX)
    try:
        start, duration = float(fields[3]), float(fields[4])
    except ValueError as error:
        raise InputError(f"{place}: start and duration must be seconds, not {fields[3:5]}", fix=_FIX) from error
    if not (math.isfinite(start) and math.isfinite(duration) and start >= 0 and duration >= 0):
        raise InputError(f"{place}: start and duration must not be negative or infinite", fix=_FIX)
    return Turn(start=start, end=round(start + duration, 6), speaker=fields[7])


def _as_field(text: str) -> str:
    """RTTM has no quoting: a field is a run of characters without blanks."""
    return "_".join(text.split()) or "<NA>"
