"""Cuts put together: where a run of words begins and ends in the sound, and many cuts made one list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from pipeline.editing.quotes import Stretch
from pipeline.formats.clock import format_clock
from pipeline.models import Cut, Seconds, Word

#: A piece between two cuts without a word is not kept when it is shorter.
SHORTEST_PIECE: Seconds = 0.15
_CROSSFADE: Seconds = 0.02  # a shorter piece cannot be faded in and out
_AIR: Seconds = 0.05  # left beside a word where there is a pause
_BESIDE: Seconds = 0.05  # by which an edge may move to where it is quieter
_INSIDE: Seconds = 0.02  # a word is cut through when so much of it is on either side

#: The quietest second for a join near a wanted one, within bounds.
FindJoin = Callable[[Seconds, Seconds, Seconds], Seconds]
_REASONS = {
    "chosen": ("place that you named", "places that you named"),
    "filler": ("filler", "fillers"),
    "pause": ("long pause", "long pauses"),
    "head": ("silence at the beginning", "silences at the beginning"),
    "tail": ("silence at the end", "silences at the end"),
}


class Spoken:
    """When words are said, in order of time."""

    def __init__(self, words: Sequence[Word], duration: Seconds) -> None:
        self.duration = duration
        self._words = sorted(words, key=lambda word: (word.start, word.end))
        self._starts = [word.start for word in self._words]
        self._ends = list(accumulate((word.end for word in self._words), max))

    def gaps(self, shortest: Seconds) -> list[tuple[Seconds, Seconds]]:
        """Where nobody says a word for so long, the beginning and the end of the recording included."""
        ends, starts = [0.0, *self._ends], [*self._starts, self.duration]
        return [(end, start) for end, start in zip(ends, starts, strict=True) if start - end >= shortest]

    def around(self, start: Seconds, end: Seconds) -> tuple[Seconds, Seconds]:
        """The end of what is said before words from `start` to `end`, and the beginning of what is said after them."""
        before = bisect_left(self._starts, start)
        after = bisect_left(self._starts, max(end - _INSIDE, start + 1e-6))
        last = self._ends[before - 1] if before else 0.0
        return min(last, start), max(self._starts[after] if after < len(self._starts) else self.duration, end)

    def off_words(self, time: Seconds) -> Seconds:
        """A second that lies in no word: the nearer edge of the one in which it would."""
        for word in self._words[max(0, bisect_right(self._starts, time) - 8) : bisect_right(self._starts, time)]:
            if word.start + _INSIDE < time < word.end - _INSIDE:
                return word.start if time - word.start <= word.end - time else word.end
        return time

    def any_in(self, start: Seconds, end: Seconds) -> bool:
        """Whether a word has its middle there."""
        first = bisect_left(self._starts, start - 5)
        last = bisect_right(self._starts, end)
        return any(start <= (word.start + word.end) / 2 <= end for word in self._words[first:last])


def cut_words(words: Sequence[Word], stretch: Stretch, spoken: Spoken, find_join: FindJoin) -> tuple[Seconds, Seconds]:
    """Where to cut words out: the shorter of the pauses before and after goes with them, the longer one stays."""
    said = words[stretch.first : stretch.last + 1]
    start, end = min(word.start for word in said), max(word.end for word in said)
    before, after = spoken.around(start, end)
    if start - before >= after - end:
        from_, to = start - min(_AIR, (start - before) / 2), after - min(_AIR, (after - end) / 2)
    else:
        from_, to = before + min(_AIR, (start - before) / 2), end + min(_AIR, (after - end) / 2)
    low = find_join(from_, max(0.0, before - _BESIDE, from_ - _BESIDE), min(start, from_) + _BESIDE)
    high = find_join(to, max(end, to) - _BESIDE, min(spoken.duration, after + _BESIDE, to + _BESIDE))
    return low, max(low, high)


def cut_range(start: Seconds, end: Seconds, spoken: Spoken, find_join: FindJoin) -> tuple[Seconds, Seconds]:
    """Where to cut a range out: as it was given, through no word, and at the ends of the recording exactly."""

    def settle(time: Seconds) -> Seconds:
        if time <= 0 or time >= spoken.duration:
            return min(max(time, 0.0), spoken.duration)
        off = spoken.off_words(time)
        return find_join(off, max(0.0, off - _BESIDE), min(spoken.duration, off + _BESIDE))

    return settle(start), settle(end)


def merge(cuts: Iterable[Cut], spoken: Spoken) -> tuple[Cut, ...]:
    """The cuts in order, those that meet made one, and those with hardly anything between them."""
    merged: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        if merged and _belong_together(merged[-1], cut, spoken):
            merged[-1] = _unite(merged[-1], cut)
        elif cut.end > cut.start:
            merged.append(cut)
    return tuple(merged)


def _belong_together(one: Cut, other: Cut, spoken: Spoken) -> bool:
    between = other.start - one.end
    if between >= SHORTEST_PIECE:
        return False
    return between <= _CROSSFADE or not spoken.any_in(one.end, other.start)


def _unite(one: Cut, other: Cut) -> Cut:
    order = list(_REASONS)
    reason = min(one.reason, other.reason, key=order.index)
    text = " … ".join(filter(None, (one.text, other.text)))
    return Cut(start=one.start, end=max(one.end, other.end), reason=reason, text=text)


def describe(cuts: Sequence[Cut], rest: Seconds) -> str:
    """What was cut, in a sentence.

    >>> describe([Cut(start=1, end=2.5, reason="pause")], 60)
    'cut 1.5 s in 1 place: 1 long pause (1.5 s); 1:00 is left'
    """
    lengths = {reason: [cut.end - cut.start for cut in cuts if cut.reason == reason] for reason in _REASONS}
    parts = [
        f"{len(some)} {_REASONS[reason][len(some) > 1]} ({sum(some):.1f} s)" for reason, some in lengths.items() if some
    ]
    places = f"{len(cuts)} place{'s' * (len(cuts) > 1)}"
    return f"cut {sum(map(sum, lengths.values())):.1f} s in {places}: {', '.join(parts)}; {format_clock(rest)} is left"
