"""The stretch of an episode that makes somebody want to hear the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.editorial import statements
from pipeline.editorial.grounding import SOUNDBITE_TITLE
from pipeline.editorial.polish import shorten
from pipeline.editorial.reading import Reading
from pipeline.models import Seconds, Soundbite

SHORTEST: Seconds = 15.0
LONGEST: Seconds = 60.0
#: Long enough for a thought, short enough to share.
_BEST = (20.0, 45.0)
#: A silence this long inside makes it sound cut.
_GAP: Seconds = 2.5
_HOST = 0.6


@dataclass(frozen=True, slots=True)
class _Stretch:
    rows: range
    sentences: range
    start: Seconds
    end: Seconds
    worth: float


def find_soundbite(reading: Reading) -> Soundbite | None:
    """15 to 60 seconds of one speaker, from the beginning of a sentence to the end of one, with nobody talking over.

    Its title is its best sentence word for word, at most 128 characters. None where nobody speaks for so long.
    """
    best = max(_stretches(reading), key=lambda one: (one.worth, -one.start), default=None)
    if best is None:
        return None
    title = _title(reading, best.sentences)
    segments = reading.brief.segments
    if title is None:
        return None
    return Soundbite(
        start=best.start,
        end=best.end,
        title=title,
        segments=tuple(segments[row].id for row in best.rows),
        speaker=segments[best.rows[0]].speaker,
    )


def _stretches(reading: Reading) -> Iterator[_Stretch]:
    said, segments = reading.said, reading.brief.segments
    ends = [max(segments[row].end for row in one.rows) for one in said]
    for begin, first in enumerate(said):
        if not first.whole or not reading.alone[begin]:
            continue
        for end in range(begin, len(said)):
            one = said[end]
            apart = end > begin and one.start - ends[end - 1] > _GAP
            if one.speaker != first.speaker or apart or not reading.quotable[end] or ends[end] - first.start > LONGEST:
                break
            if one.whole and ends[end] - first.start >= SHORTEST:
                rows = range(first.rows[0], one.rows[-1] + 1)
                sentences = range(begin, end + 1)
                yield _Stretch(rows, sentences, first.start, ends[end], _worth(reading, sentences, ends[end]))


def _worth(reading: Reading, sentences: range, end: Seconds) -> float:
    """How good a stretch is: a strong beginning and end, telling sentences, a guest, and neither short nor long."""
    said = [reading.said[at] for at in sentences]
    values = [
        (0.3 + reading.central[at] + reading.keys[at])
        * (0.3 + reading.alone[at])
        * statements.strength(reading.said[at])
        for at in sentences
    ]
    if any(one.asks for one in said) or any(row in reading.selling for one in said for row in one.rows):
        return 0.0
    length = end - said[0].start
    fit = 1.0 if _BEST[0] <= length <= _BEST[1] else 0.8
    host = _HOST if said[0].speaker in reading.hosts else 1.0
    opening = 0.3 + reading.alone[sentences[0]]
    titled = 1.0 if _title(reading, sentences) else 0.0
    return float(sum(values) / len(values) + 0.5 * max(values)) * opening * fit * host * titled


def _title(reading: Reading, sentences: Sequence[int]) -> str | None:
    ranked = sorted(
        sentences,
        key=lambda at: (-(0.1 + reading.alone[at]) * statements.strength(reading.said[at])
                        * (0.3 + reading.central[at] + reading.keys[at]), at),
    )  # fmt: skip
    for at in ranked:
        text = reading.said[at].text
        short = text if len(text) <= SOUNDBITE_TITLE else (shorten(text, SOUNDBITE_TITLE) or "").rstrip(".")
        if short and len(short.split()) >= 4:
            return short
    return None
