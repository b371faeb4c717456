"""One transcript out of the words of several tracks: what two microphones heard goes once, all is put in order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations

from pipeline import sentences
from pipeline.models import Seconds, Word

#: Two tracks hear a word at the same time when its middles are so close.
SAME_TIME: Seconds = 0.3
#: A voice that reaches another microphone is so much weaker there, each by the measure of its own track.
WEAKER = 6.0
#: So many of the same words in a row are one voice, however loud; one or two may really be said by both.
ONE_VOICE = 3
#: A pause in which somebody else begins to talk cuts a sentence in two from this length on.
_GAP: Seconds = 0.25


def drop_doubles(tracks: Sequence[Sequence[Word]], loudness: Sequence[Sequence[float]]) -> tuple[tuple[Word, ...], ...]:
    """The words of each track without those that it overheard: the same at the same time as on a louder one.

    `loudness` is that of each word in dB against its own person's usual voice. Two people who say the same word at
    once, each as loud as usual, both keep it.
    """
    gone: set[tuple[int, int]] = set()
    for one, other in combinations(range(len(tracks)), 2):
        for run in _find_runs(tracks[one], tracks[other]):
            louder = sum(loudness[one][mine] - loudness[other][theirs] for mine, theirs in run) / len(run)
            if len(run) >= ONE_VOICE or abs(louder) >= WEAKER:
                gone |= {(other, theirs) if louder >= 0 else (one, mine) for mine, theirs in run}
    return tuple(
        tuple(word for place, word in enumerate(words) if (at, place) not in gone) for at, words in enumerate(tracks)
    )


def interleave(tracks: Sequence[Sequence[Word]]) -> tuple[Word, ...]:
    """All words in the order in which they are read: by time, but where two talk at once each finishes the sentence.

    A sentence is cut only where its speaker pauses and somebody else begins.
    """
    utterances: list[tuple[Seconds, int, Sequence[Word]]] = []
    for at, words in enumerate(tracks):
        begins = sorted(word.start for other, theirs in enumerate(tracks) if other != at for word in theirs)
        for run in sentences.split_words(words):
            utterances += [(part[0].start, at, part) for part in _cut_at_pauses(run, begins)]
    return tuple(word for _, _, part in sorted(utterances, key=lambda one: one[:2]) for word in part)


def _find_runs(ours: Sequence[Word], theirs: Sequence[Word]) -> Iterator[list[tuple[int, int]]]:
    """Runs of neighbouring words that are the same at the same time in both, as pairs of places."""
    run: list[tuple[int, int]] = []
    begin = 0
    for mine, word in enumerate(ours):
        while begin < len(theirs) and _middle(theirs[begin]) < _middle(word) - SAME_TIME:
            begin += 1
        first = max(begin, run[-1][1] + 1) if run else begin
        place = _find_same(word, theirs, first)
        if run and (place is None or (mine, place) != (run[-1][0] + 1, run[-1][1] + 1)):
            yield run
            run = []
        if place is not None:
            run.append((mine, place))
    if run:
        yield run


def _find_same(word: Word, theirs: Sequence[Word], begin: int) -> int | None:
    text = _bare(word)
    for place in range(begin, len(theirs)):
        if _middle(theirs[place]) > _middle(word) + SAME_TIME:
            return None
        if text and _bare(theirs[place]) == text:
            return place
    return None


def _cut_at_pauses(run: Sequence[Word], begins: Sequence[Seconds]) -> Iterator[Sequence[Word]]:
    first = 0
    for at in range(1, len(run)):
        pause, goes_on = run[at - 1].end, run[at].start
        if goes_on - pause >= _GAP and bisect_right(begins, goes_on) > bisect_right(begins, pause):
            yield run[first:at]
            first = at
    yield run[first:]


def _bare(word: Word) -> str:
    return re.sub(r"\W", "", word.text).casefold()


def _middle(word: Word) -> Seconds:
    return (word.start + word.end) / 2
