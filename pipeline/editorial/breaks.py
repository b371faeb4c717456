"""Where a show goes to a break or to a sponsor's message and where it comes back: chapters begin at both.

The episodes that the other weights are fitted on were cut before the adverts went in, so what a break counts for is
set by hand: someone who says "this episode is brought to you by" leaves little doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.editorial import cues
from pipeline.editorial.windows import Floats
from pipeline.models import Seconds, Segment

#: Log-odds for a place next to a spoken sign, for the likeliest end of a message, and within a message.
_SPOKEN, _LIKELY, _WITHIN = 5.0, 3.5, -2.0
#: A sponsor's message lasts from here to there.
_SHORTEST, _LONGEST = 12.0, 120.0


def odds(segments: Sequence[Segment], contrast: Floats, language: str | None) -> Floats:
    """Log-odds that a chapter begins with each sentence because of a break; `contrast` tells where meaning changes.

    A break begins after "we'll be right back", a message with the words that name the sponsor; both end where
    somebody says so, or where the meaning changes most within two minutes.
    """
    found = np.zeros(len(segments))
    at = 1
    while at < len(segments):
        begin = _begin_at(segments, at, language)
        if begin is None:
            known = cues.in_language(segments[at].language or language or "")
            if known and known.comes_back(segments[at].text):
                found[at] = _SPOKEN
            at += 1
            continue
        end, weight = _end_of(segments, begin, contrast, language)
        found[begin + 1 : end] = _WITHIN
        found[begin] = _SPOKEN
        if end < len(segments):
            found[end] = weight
        at = max(end, begin) + 1
    return found


def _begin_at(segments: Sequence[Segment], at: int, language: str | None) -> int | None:
    """The sentence that a break begins with, where this one goes to a break or names the sponsor."""
    known = cues.in_language(segments[at].language or language or "")
    if known is None:
        return None
    if known.begins_advert(segments[at].text):
        return at
    return at + 1 if known.goes_to_break(segments[at].text) and at + 1 < len(segments) else None


def _end_of(segments: Sequence[Segment], begin: int, contrast: Floats, language: str | None) -> tuple[int, float]:
    """The sentence that the show goes on with, and how sure that is; past the last one where it does not."""
    likeliest: int | None = None
    for at in range(begin, len(segments)):
        known = cues.in_language(segments[at].language or language or "")
        if known and known.comes_back(segments[at].text):
            return at, _SPOKEN
        since: Seconds = segments[at].start - segments[begin].start
        if since > _LONGEST:
            break
        if since >= _SHORTEST and (likeliest is None or contrast[at] > contrast[likeliest]):
            likeliest = at
    return (likeliest, _LIKELY) if likeliest is not None else (len(segments), 0.0)
