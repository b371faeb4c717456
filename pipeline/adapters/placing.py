"""Where each sample of a recording lies in a programme: spans put on the listener's timeline, joins made inaudible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from pipeline.models import TimeMap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: Interleaved sound: float32, [frames, channels].
    Frames = NDArray[np.float32]

_HALF_JOIN = 0.005  # seconds that a crossfade reaches to each side of a join
_APART = 2  # frames between two spans that come from rounding alone
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames [begin, end) of a recording, heard from frame `at` on.

    `rise` and `fall` are the lengths of the fades at its ends. Beside a join they reach beyond the frames that are
    kept: `begin` and `end` count that in, and two pieces overlap there.
    """

    begin: int
    end: int
    at: int
    rise: int = 0
    fall: int = 0

    @property
    def until(self) -> int:
        """The frame of the programme at which it is over."""
        return self.at + self.end - self.begin


class Reader(Protocol):
    """Gives frames [begin, end) of a recording, in about ascending order; silence beyond its end."""

    def __call__(self, begin: int, end: int) -> Frames:
        """Read them."""


def lay_out(times: TimeMap, length: int, rate: int) -> list[Piece]:
    """The pieces of a recording of `length` frames that a time map keeps, in order, with their fades.

    A second is frame round(second * rate) on both sides. Where two spans meet, each reaches 5 ms into what was cut
    beside it, and they are crossfaded over these 10 ms around the join: no time changes. Where a span meets nothing,
    and the recording itself neither begins nor ends, it fades within its own 5 ms.
    """
    pieces = _joined(
        Piece(round(span.start * rate), min(round(span.end * rate), length), round(span.heard_at * rate))
        for span in times.spans
    )
    half = round(_HALF_JOIN * rate)
    for index, piece in enumerate(pieces):
        room = (piece.end - piece.begin) // 2
        if piece.begin > 0 and not (index and _meet(pieces[index - 1], piece)):
            pieces[index] = replace(pieces[index], rise=min(half, room))
        if piece.end < length and not (index + 1 < len(pieces) and _meet(piece, pieces[index + 1])):
            pieces[index] = replace(pieces[index], fall=min(half, room))
    rooms = [max(0, (piece.end - piece.begin - _APART) // 2) for piece in pieces]
    for index in range(len(pieces) - 1):
        if _meet(pieces[index], pieces[index + 1]):
            before, after = min(half, rooms[index]), min(half, rooms[index + 1])
            pieces[index : index + 2] = _crossfade(pieces[index], pieces[index + 1], before, after, length)
    return pieces


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """The same without joins at which nothing was cut, and without pieces that hold nothing."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.end <= piece.begin:
            continue
        if found and found[-1].end == piece.begin and found[-1].until == piece.at:
            found[-1] = replace(found[-1], end=piece.end)
        else:
            found.append(piece)
    return found


def _meet(one: Piece, following: Piece) -> bool:
    return abs(following.at - one.until) <= _APART


def _crossfade(one: Piece, following: Piece, before: int, after: int, length: int) -> tuple[Piece, Piece]:
    """Two pieces that meet, longer by what they share: at most `before` and `after` frames around the join."""
    before, after = min(before, following.begin), min(after, length - one.end)
    shared = one.until + after - (following.at - before)
    if shared <= _APART:
        return one, following
    return (
        replace(one, end=one.end + after, fall=shared),
        replace(following, begin=following.begin - before, at=following.at - before, rise=shared),
    )


def place(pieces: Sequence[Piece], total: int, channels: int, read: Reader) -> Iterator[Frames]:
    """The `total` frames of a programme in blocks: the pieces where they belong, silence between them."""
    line = _Timeline(channels)
    for piece, settled in zip(pieces, [*(piece.at for piece in pieces[1:]), total], strict=False):
        yield from line.take(min(piece.at, total))
        for begin in range(piece.begin, piece.end, _BLOCK):
            end = min(begin + _BLOCK, piece.end)
            at = piece.at + begin - piece.begin
            line.add(at, _faded(read(begin, end), piece, begin))
            yield from line.take(min(at + end - begin, settled, total))
    yield from line.take(total)


class _Timeline:
    """A programme that is put together and taken away from its front at the same time."""

    def __init__(self, channels: int) -> None:
        import numpy as np

        self._done, self._pending = 0, np.zeros((0, channels), np.float32)

    def add(self, at: int, frames: Frames) -> None:
        """Sum `frames` into the programme from frame `at` on, which must not be taken yet."""
        import numpy as np

        at -= self._done
        if not len(self._pending) and not at:
            self._pending = frames
            return
        grown = np.zeros((max(len(self._pending), at + len(frames)), frames.shape[1]), np.float32)
        grown[: len(self._pending)] = self._pending
        grown[at : at + len(frames)] += frames
        self._pending = grown

    def take(self, until: int) -> Iterator[Frames]:
        """All that is not taken yet, up to frame `until`, in blocks."""
        import numpy as np

        while self._done < until:
            size = min(until - self._done, len(self._pending) or _BLOCK)
            ready, self._pending = self._pending[:size], self._pending[size:]
            self._done += size
            yield ready if len(ready) else np.zeros((size, self._pending.shape[1]), np.float32)


def _faded(frames: Frames, piece: Piece, begin: int) -> Frames:
    """Frames of a piece from `begin` on, with its fades.

    Both sides of a crossfade add up to one. Equal power would suit strangers better, but a constant that lies under a
    whole recording would become a thump at every join.
    """
    import numpy as np

    first, last = begin - piece.begin, piece.end - begin
    gains = np.ones(len(frames), np.float32)
    if first < piece.rise:
        gains *= _slope(np.arange(first, first + len(frames)), piece.rise)
    if last - len(frames) < piece.fall:
        gains *= _slope(np.arange(last - 1, last - 1 - len(frames), -1), piece.fall)
    elif first >= piece.rise:
        return frames
    return frames * gains[:, None]


def _slope(index: NDArray[np.int64], length: int) -> NDArray[np.float32]:
    """A raised cosine from 0 to 1 over `length` frames, 1 beyond; at mirrored places two of them add up to 1."""
    import numpy as np

    along = np.clip((index + 0.5) / length, 0.0, 1.0)
    return (0.5 - 0.5 * np.cos(np.pi * along)).astype(np.float32)
