"""Which language a recording is in, or each of its pieces, by what Whisper thinks of some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.adapters.speech import Stretch
from pipeline.models import Seconds

Chances = Mapping[Stretch, Mapping[str, float]]

_SURE = 0.8
_CERTAIN = 0.9
_EVERY: Seconds = 300.0  # besides two, one piece is tried for each five minutes
_LEAST, _MOST = 2, 5
_ENOUGH: Seconds = 3.0  # a shorter piece says too little to bring in a language of its own
_PLENTY: Seconds = 10.0


def sample(pieces: Sequence[Stretch]) -> list[Stretch]:
    """The pieces by which to tell the language: some of the longer ones, spread over the recording."""
    wanted = min(_MOST, _LEAST + int((pieces[-1].end - pieces[0].start) / _EVERY))
    share = len(pieces) / wanted
    parts = (pieces[int(at * share) : int((at + 1) * share)] for at in range(wanted))
    return [max(part, key=lambda piece: piece.length) for part in parts if part]


def most_spoken(chances: Chances) -> str:
    """The likeliest language of all, each piece counting by its length."""
    total: dict[str, float] = defaultdict(float)
    for piece, by_language in chances.items():
        for language, chance in by_language.items():
            total[language] += chance * piece.length
    return max(sorted(total), key=lambda language: total[language])


def surely_spoken(chances: Chances) -> tuple[str, ...]:
    """The languages that a piece of some length is surely in, in order of first being spoken."""
    return _spoken(chances, _SURE, _ENOUGH)


def are_several(chances: Chances) -> bool:
    """Whether more than one language is spoken beyond doubt: a piece of one that was wrongly heard must not tell so."""
    return len(_spoken(chances, _CERTAIN, _PLENTY)) > 1


def _spoken(chances: Chances, sure: float, enough: Seconds) -> tuple[str, ...]:
    found = {
        language: None
        for piece, by_language in chances.items()
        for language, chance in by_language.items()
        if chance >= sure and piece.length >= enough
    }
    return tuple(found)


def settle(pieces: Sequence[Stretch], chances: Chances, main: str) -> dict[Stretch, str]:
    """The language of each piece, among those that are surely spoken; a short or unclear piece has its neighbour's."""
    known = surely_spoken(chances) or (main,)
    settled: dict[Stretch, str] = {}
    last = None
    for piece in pieces:
        best = max(known, key=lambda language: chances[piece].get(language, 0.0))
        clear = chances[piece].get(best, 0.0) >= (0.5 if piece.length >= _ENOUGH else _SURE)
        last = settled[piece] = best if clear or last is None else last
    return settled
