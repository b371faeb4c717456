"""Who said each word: a path of speakers through the words, the cheapest by dynamic programming (Viterbi 1967).

Both the diarizer's turns and the recogniser's word times are off by some tenths of a second, and it shows where
speakers change. So a word has a price with each speaker, by how far its time would have to be wrong for it to lie in
a turn of theirs, and each change of speaker has a price, low after a sentence or a pause and high inside a clause.
Whoever makes the whole conversation cheapest said the words. Prices behave like negative log-likelihoods; the
constants below were fitted on made-up conversations, and doubling one moves few words (docs/speech.md).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log

from pipeline import sentences
from pipeline.models import Seconds, Turn, Word

#: How far times are usually wrong: so far outside a speaker's turn a word's middle costs log 2, and ten times log 101.
SLACK: Seconds = 0.1
#: A word costs so much more with a speaker who has to yield the floor there (see `exclusive_turns`).
YIELD = 0.05
#: What a change of speaker costs inside a sentence; `PAUSE` seconds of silence halve it.
CHANGE = 4.0
PAUSE: Seconds = 0.3
#: What it costs where a sentence has ended, or broken off.
CHANGE_AFTER_SENTENCE = 0.1
#: A turn that a short sentence fits holds it: each of its words costs so much more with anybody else.
ANSWER = 1.0
#: At most so many words are a short sentence; it fits a turn when both ends agree to `ANSWER_FIT`.
ANSWER_WORDS = 3
ANSWER_FIT: Seconds = 0.5

# What listeners say between somebody's words, where the recogniser often writes no full stop around it.
_BACKCHANNELS = frozenset(
    phrase.strip()
    for phrase in """
    yeah, yes, yep, yup, right, ok, okay, mm, hm, hmm, mhm, mmhm, mmhmm, mm-hmm, mm hmm, uh-huh, uhhuh, uh huh, ah, aha,
    wow, exactly, i see, i know, of course, no way, oh no, oh nice, oh yeah, oh wow, oh okay, got it, gotcha, all right,
    alright, that's right, that's true, that is true, makes sense, yeah yeah, yeah right, yeah exactly, yeah totally,
    yes exactly, right right, ja, genau, precies, oui, d'accord, sí, claro, sì, certo
    """.split(",")  # noqa: SIM905
)
_LONGEST_BACKCHANNEL = max(len(phrase.split()) for phrase in _BACKCHANNELS)
_BROKEN_OFF = re.compile(r"[-\u2013\u2014][\"'”’»]*$")
_EDGES = re.compile(r"^[^\w']+|[^\w']+$")


@dataclass(frozen=True, slots=True)
class Speech:
    """When one speaker talks: spans that ascend and do not touch, with their starts and their ends."""

    speaker: str
    starts: tuple[Seconds, ...]
    ends: tuple[Seconds, ...]

    def distance(self, time: Seconds) -> Seconds:
        """From a time to the nearest span; 0 inside one."""
        after = bisect_right(self.starts, time)
        before = time - self.ends[after - 1] if after else inf
        if before < 0:
            return 0.0
        return min(before, self.starts[after] - time) if after < len(self.starts) else before


def find_speakers(words: Sequence[Word], turns: Sequence[Turn], *, smooth: bool = True) -> list[str | None]:
    """The speaker of each word, all None without turns; `turns` are ordered by start and may overlap.

    Without `smooth` each word is judged by itself: whoever has the floor at its middle, else whoever is nearest.
    Takes time in proportion to words times speakers.
    """
    if not turns or not words:
        return [None] * len(words)
    speeches = split_speakers(turns)
    prices = _price_words(words, speeches, exclusive_turns(turns))
    if not smooth:
        return [speeches[_cheapest(row)].speaker for row in prices]
    changes = [_price_change(before, word) for before, word in pairwise(words)]
    for begin, end, holder in _find_answers(words, speeches):
        for row in prices[begin:end]:
            row[:] = [price if at == holder else price + ANSWER for at, price in enumerate(row)]
        for at in {begin - 1, end - 1} & set(range(len(changes))):
            changes[at] = CHANGE_AFTER_SENTENCE
    return [speeches[at].speaker for at in _cheapest_path(prices, changes)]


def find_overlap(words: Sequence[Word], speakers: Sequence[str | None], turns: Sequence[Turn]) -> list[bool]:
    """Whether somebody else has a turn, too, at the middle of each word that lies in a turn of its speaker."""
    speeches = {speech.speaker: speech for speech in split_speakers(turns)}
    found = []
    for word, speaker in zip(words, speakers, strict=True):
        middle = _middle(word)
        talking = {name for name, speech in speeches.items() if speech.distance(middle) == 0}
        found.append(speaker in talking and len(talking) > 1)
    return found


def split_speakers(turns: Sequence[Turn]) -> tuple[Speech, ...]:
    """A Speech a speaker, in order of first speaking."""
    spans: dict[str, list[tuple[Seconds, Seconds]]] = {}
    for turn in sorted(turns, key=lambda one: one.start):
        held = spans.setdefault(turn.speaker, [])
        if held and turn.start <= held[-1][1]:
            held[-1] = (held[-1][0], max(held[-1][1], turn.end))
        else:
            held.append((turn.start, turn.end))
    return tuple(
        Speech(speaker, tuple(start for start, _ in held), tuple(end for _, end in held))
        for speaker, held in spans.items()
    )


def exclusive_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns with at most one speaker at a time, ordered by start: who has the floor.

    Where one turn lies inside another, the longer keeps the floor around it and the shorter yields, since a
    recogniser writes down the voice that goes on; where two overlap at their ends, the middle parts them.
    """
    kept: list[Turn] = []
    for turn in sorted(turns, key=lambda one: (one.start, -one.end)):
        if kept and turn.start < kept[-1].end:
            floor = kept[-1]
            if turn.end <= floor.end:
                continue
            parting = floor.end if turn.speaker == floor.speaker else (turn.start + floor.end) / 2
            parting = max(parting, floor.start)
            kept[-1] = floor.model_copy(update={"end": parting})
            turn = turn.model_copy(update={"start": parting})
        if turn.end > turn.start:
            kept.append(turn)
    return tuple(turn for turn in kept if turn.end > turn.start)


def _price_words(words: Sequence[Word], speeches: Sequence[Speech], floor: Sequence[Turn]) -> list[list[float]]:
    """[words][speakers]: the price of each word with each speaker."""
    starts = [turn.start for turn in floor]
    prices = []
    for word in words:
        middle = _middle(word)
        row = [log(1 + (speech.distance(middle) / SLACK) ** 2) for speech in speeches]
        held = bisect_right(starts, middle) - 1
        if held >= 0 and middle < floor[held].end:
            row = [
                price if speech.speaker == floor[held].speaker else price + YIELD
                for price, speech in zip(row, speeches, strict=True)
            ]
        prices.append(row)
    return prices


def _price_change(before: Word, after: Word) -> float:
    if sentences.ends_sentence(before.text, after.text) or _BROKEN_OFF.search(before.text):
        return CHANGE_AFTER_SENTENCE
    return max(CHANGE_AFTER_SENTENCE, CHANGE / (1 + max(0.0, after.start - before.end) / PAUSE))


def _find_answers(words: Sequence[Word], speeches: Sequence[Speech]) -> Iterator[tuple[int, int, int]]:
    """(first word, word after the last, speaker): short sentences and the speakers whose turns they fit."""
    for begin, end in _find_short(words):
        start, until = words[begin].start, words[end - 1].end
        fits = [_misfit(speech, start, until) for speech in speeches]
        best = _cheapest(fits)
        if fits[best] < inf:
            yield begin, end, best


def _find_short(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Whole sentences of a few words, and back-channels wherever they stand: (first word, word after the last)."""
    followers = [*(word.text for word in words[1:]), None]
    ends = [sentences.ends_sentence(word.text, after) for word, after in zip(words, followers, strict=True)]
    bare = [_EDGES.sub("", word.text.lower()) for word in words]
    at = 0
    while at < len(words):
        size = _sentence_length(ends, at) or _backchannel_length(bare, at)
        if size:
            yield at, at + size
        at += size or 1


def _sentence_length(ends: Sequence[bool], begin: int) -> int:
    """How many words the short sentence that begins there has; 0 where none does."""
    if begin and not ends[begin - 1]:
        return 0
    return next((size for size, end in enumerate(ends[begin : begin + ANSWER_WORDS], 1) if end), 0)


def _backchannel_length(bare: Sequence[str], begin: int) -> int:
    sizes = range(min(_LONGEST_BACKCHANNEL, len(bare) - begin), 0, -1)
    return next((size for size in sizes if " ".join(bare[begin : begin + size]) in _BACKCHANNELS), 0)


def _misfit(speech: Speech, start: Seconds, end: Seconds) -> Seconds:
    """How far the ends of the speaker's turn there are from these; infinite where none fits."""
    last = bisect_right(speech.starts, start + ANSWER_FIT)
    off = inf
    for at in range(max(0, last - 2), last):
        early, late = abs(speech.starts[at] - start), abs(speech.ends[at] - end)
        if max(early, late) <= ANSWER_FIT:
            off = min(off, early + late)
    return off


def _cheapest_path(prices: Sequence[Sequence[float]], changes: Sequence[float]) -> list[int]:
    """The speaker of each word for which its prices and those of the changes between words add up to least."""
    totals, came_from = list(prices[0]), []
    for row, change in zip(prices[1:], changes, strict=True):
        best = _cheapest(totals)
        changed = totals[best] + change
        came_from.append([at if total <= changed else best for at, total in enumerate(totals)])
        totals = [min(total, changed) + price for total, price in zip(totals, row, strict=True)]
    path = [_cheapest(totals)]
    for sources in reversed(came_from):
        path.append(sources[path[-1]])
    return path[::-1]


def _cheapest(row: Sequence[float]) -> int:
    return min(range(len(row)), key=row.__getitem__)


def _middle(word: Word) -> Seconds:
    return (word.start + word.end) / 2
