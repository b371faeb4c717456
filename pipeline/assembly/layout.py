"""When everything is heard: stretches of the talk and the cues between them, on the listener's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isinf

from pipeline.assembly.cues import Cue
from pipeline.assembly.placing import Break
from pipeline.assembly.talk import AFTER, BEFORE, Stretch, Talk
from pipeline.models import Seconds, Span


@dataclass(frozen=True, slots=True)
class Run:
    """A part of the talk that nothing interrupts: source seconds, and when somebody first and last speaks in it.

    `speech` is counted from its beginning, without what was cut.
    """

    pieces: tuple[Stretch, ...]
    speech: tuple[Stretch, ...]

    @property
    def length(self) -> Seconds:
        """In seconds."""
        return sum(end - start for start, end in self.pieces)

    @property
    def first_word(self) -> Seconds:
        """When somebody begins to speak; at once where nobody does."""
        return self.speech[0][0] if self.speech else 0.0

    @property
    def last_word(self) -> Seconds:
        """When the last one stops."""
        return self.speech[-1][1] if self.speech else self.length


@dataclass(frozen=True, slots=True)
class Played:
    """A cue that is heard from `start` on."""

    cue: Cue
    start: Seconds

    @property
    def end(self) -> Seconds:
        """In listener seconds."""
        return self.start + self.cue.length


@dataclass(frozen=True, slots=True)
class Layout:
    """The programme in listener seconds: pieces of the talk, cues, and when somebody speaks."""

    spans: tuple[Span, ...]
    played: tuple[Played, ...]
    speech: tuple[Stretch, ...]
    duration: Seconds


def lay_out(talk: Talk, breaks: Sequence[Break], gap: Seconds) -> Layout:
    """Put the talk and its breaks one after the other, music over the words beside it, and `gap` around all else."""
    inner = [one for one in breaks if not isinf(one.at)]
    runs = _split(talk, [one.at for one in inner])
    before = next((one.cues for one in breaks if one.at == BEFORE), ())
    after = next((one.cues for one in breaks if one.at == AFTER), ())
    rows = _fit([before, *(one.cues for one in inner), after], runs)
    spans: list[Span] = []
    played: list[Played] = []
    speech: list[Stretch] = []
    begun = over = 0.0
    for number, cues in enumerate(rows):
        last = runs[number - 1] if number else None
        placed = _play(cues, begun, over, last, gap)
        played += placed
        if number < len(runs):
            begun = _begin(runs[number], placed, over, gap)
            spans += _heard(runs[number].pieces, begun)
            speech += [(begun + start, begun + end) for start, end in runs[number].speech]
            over = begun + runs[number].length
    duration = max([over, *(one.end for one in played)])
    return Layout(tuple(spans), tuple(played), tuple(speech), round(duration, 6))


def _split(talk: Talk, times: Sequence[Seconds]) -> list[Run]:
    """The talk in the parts between these times, of which none is without sound."""
    edges = [0.0, *times, talk.duration]
    speech, runs = talk.speech(), []
    for start, end in pairwise(edges):
        pieces = [(max(start, one), min(end, other)) for one, other in talk.kept if other > start and one < end]
        runs.append(Run(tuple(pieces), tuple(_within(pieces, speech))))
    return runs


def _within(pieces: Sequence[Stretch], speech: Sequence[Stretch]) -> list[Stretch]:
    """When somebody speaks in these pieces, one put after the other."""
    found, passed = [], 0.0
    for start, end in pieces:
        found += [
            (passed + max(one, start) - start, passed + min(other, end) - start)
            for one, other in speech
            if other > start and one < end
        ]
        passed += end - start
    return found


def _fit(rows: Sequence[tuple[Cue, ...]], runs: Sequence[Run]) -> list[tuple[Cue, ...]]:
    """The cues with no more of them under the talk than there is talk beside them, and none over another cue."""
    fitted = [list(_overlapping_edges(cues)) for cues in rows]
    for run, (left, right) in zip(runs, pairwise(fitted), strict=True):
        room = run.last_word - run.first_word
        wanted = (left[-1].lead_out if left else 0.0) + (right[0].lead_in if right else 0.0)
        if wanted > room:
            share = room / wanted
            if left:
                left[-1] = replace(left[-1], lead_out=left[-1].lead_out * share)
            if right:
                right[0] = replace(right[0], lead_in=right[0].lead_in * share)
    return [tuple(cues) for cues in fitted]


def _overlapping_edges(cues: tuple[Cue, ...]) -> list[Cue]:
    """Only the first cue of several begins under the talk, and only the last one ends under it."""
    last = len(cues) - 1
    return [
        replace(cue, lead_in=0.0 if at else cue.lead_in, lead_out=cue.lead_out if at == last else 0.0)
        for at, cue in enumerate(cues)
    ]


def _play(cues: Sequence[Cue], begun: Seconds, over: Seconds, last: Run | None, gap: Seconds) -> list[Played]:
    """The cues after a run that was heard from `begun` to `over`."""
    placed: list[Played] = []
    for cue in cues:
        if placed:
            start = placed[-1].end + gap
        elif last is None:
            start = 0.0
        elif cue.lead_in:
            start = begun + last.last_word - cue.lead_in
        else:
            start = over + gap
        placed.append(Played(cue, round(start, 6)))
    return placed


def _begin(run: Run, placed: Sequence[Played], over: Seconds, gap: Seconds) -> Seconds:
    """When a run is heard after these cues: its first word over the end of the last one, or after it."""
    if not placed:
        return over
    last = placed[-1]
    if not last.cue.lead_out:
        return round(max(over, last.end + gap), 6)
    return round(max(over, last.start, last.end - last.cue.lead_out - run.first_word), 6)


def _heard(pieces: Sequence[Stretch], begun: Seconds) -> list[Span]:
    spans: list[Span] = []
    for start, end in pieces:
        spans.append(Span(start=start, end=end, heard_at=round(begun, 6)))
        begun += end - start
    return spans
