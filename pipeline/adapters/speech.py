"""Where somebody speaks, by the Silero VAD that faster-whisper carries, and the pieces in which it is recognised.

The sound is read in blocks, so that hours of it need no memory of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.models import Seconds

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
#: Pieces end where a silence of `GAP` seconds begins, or at their longest pause when `WINDOW` would be exceeded.
GAP: Seconds = 2.0
WINDOW: Seconds = 30.0
_PAD: Seconds = 0.3

_FRAME = 512  # samples that get one probability
_CONTEXT = 64  # samples of the frame before that the network sees too
_BLOCK = 1875 * _FRAME  # a minute
_ON, _OFF = 0.5, 0.35  # speech begins at one probability and lasts until the other
_SHORTEST, _SILENCE, _EDGE = 1600, 3200, 800  # samples of speech, of silence that ends it, and added on each side
_ENERGY = 320  # samples over which loudness is measured to find the quietest spot
_SMOOTH = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds [start, end) of the recording."""

    start: Seconds
    end: Seconds

    @property
    def length(self) -> Seconds:
        """In seconds."""
        return self.end - self.start

    def overlap(self, other: Stretch) -> Seconds:
        """How many seconds both have in common."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


def find_speech(samples: Samples) -> tuple[Stretch, ...]:
    """Where somebody speaks; `samples` are 16 kHz mono. Pauses under 0.2 s belong to the speech."""
    runs = [run for run in _find_runs(_probabilities(samples), len(samples)) if run[1] - run[0] > _SHORTEST]
    found = []
    for at, (begin, end) in enumerate(runs):
        before = runs[at - 1][1] if at else -2 * _EDGE
        after = runs[at + 1][0] if at + 1 < len(runs) else len(samples) + 2 * _EDGE
        start, stop = begin - min(_EDGE, (begin - before) // 2), end + min(_EDGE, (after - end) // 2)
        found.append(Stretch(max(0, start) / RATE, min(len(samples), stop) / RATE))
    return tuple(found)


def stretches(
    speech: Sequence[Stretch],
    duration: Seconds,
    quietest: Callable[[Seconds, Seconds], Seconds],
    *,
    gap: Seconds = GAP,
    window: Seconds = WINDOW,
) -> tuple[Stretch, ...]:
    """Speech joined across pauses shorter than `gap` into pieces that `window` holds, with a little sound around each.

    A piece that would exceed the window ends at its longest inner silence; speech without one is cut at the
    `quietest` second between two.
    """
    longest = window - 2 * _PAD
    groups: list[list[Stretch]] = []
    for one in (part for stretch in speech for part in _parted(stretch, longest, quietest)):
        if groups and one.start - groups[-1][-1].end < gap:
            groups[-1].append(one)
        else:
            groups.append([one])
    pieces = [piece for group in groups for piece in _fitting(group, longest)]
    padded: list[Stretch] = []
    for at, piece in enumerate(pieces):
        before = pieces[at - 1].end if at else -_PAD
        after = pieces[at + 1].start if at + 1 < len(pieces) else duration
        # Two neighbours share the silence between them, so that no word is heard twice.
        start = max(0.0, piece.start - min(_PAD, (piece.start - before) / 2))
        padded.append(Stretch(start, min(duration, piece.end + min(_PAD, max(0.0, after - piece.end) / 2))))
    return tuple(padded)


def find_quietest(samples: Samples, start: Seconds, end: Seconds) -> Seconds:
    """The middle of the quietest tenth of a second between two seconds."""
    import numpy as np

    part = np.asarray(samples[int(start * RATE) : int(end * RATE)])
    frames = part[: len(part) // _ENERGY * _ENERGY].reshape(-1, _ENERGY)
    if len(frames) < _SMOOTH:
        return (start + end) / 2
    smooth = np.convolve(np.square(frames).mean(axis=1), np.ones(_SMOOTH), mode="valid")
    return start + (int(smooth.argmin()) + _SMOOTH / 2) * _ENERGY / RATE


def _probabilities(samples: Samples) -> Iterator[float]:
    """For each frame how likely somebody speaks in it."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    session = get_vad_model().session
    hidden, cell = (np.zeros((1, 1, 128), np.float32) for _ in range(2))
    context = np.zeros(_CONTEXT, np.float32)
    for begin in range(0, len(samples), _BLOCK):
        block = np.asarray(samples[begin : begin + _BLOCK], np.float32)
        if not block.any():  # digital silence, of which a recording may have hours
            yield from (0.0 for _ in range(0, len(block), _FRAME))
            continue
        frames = np.pad(block, (0, -len(block) % _FRAME)).reshape(-1, _FRAME)
        before = np.vstack([context, frames[:-1, -_CONTEXT:]])
        given = {"input": np.hstack([before, frames]), "h": hidden, "c": cell}
        found, hidden, cell = session.run(None, given)
        context = frames[-1, -_CONTEXT:]
        yield from found.ravel().tolist()


def _find_runs(probabilities: Iterator[float], length: int) -> Iterator[tuple[int, int]]:
    """The samples [begin, end) of each run of speech: Silero's rule of two thresholds and a shortest silence."""
    begin = silent = None
    for at, probability in enumerate(probabilities):
        now = at * _FRAME
        if probability >= _ON:
            silent = None
            begin = now if begin is None else begin
        elif probability < _OFF and begin is not None:
            silent = now if silent is None else silent
            if now - silent >= _SILENCE:
                yield begin, silent
                begin = silent = None
    if begin is not None:
        yield begin, length


def _parted(stretch: Stretch, longest: Seconds, quietest: Callable[[Seconds, Seconds], Seconds]) -> Iterator[Stretch]:
    """The stretch in parts of at most that length."""
    while stretch.length > longest:
        cut = quietest(stretch.start + longest / 2, min(stretch.start + longest, stretch.end - 1.0))
        yield Stretch(stretch.start, cut)
        stretch = Stretch(cut, stretch.end)
    yield stretch


def _fitting(group: Sequence[Stretch], longest: Seconds) -> list[Stretch]:
    whole = Stretch(group[0].start, group[-1].end)
    if len(group) == 1 or whole.length <= longest:
        return [whole]
    cut = max(
        range(1, len(group)), key=lambda at: (round(group[at].start - group[at - 1].end, 2), -abs(2 * at - len(group)))
    )
    return [*_fitting(group[:cut], longest), *_fitting(group[cut:], longest)]
