"""What Whisper invents, repeats or stretches, found by what is known of text and of speech."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from pipeline.adapters.speech import Stretch
from pipeline.models import Seconds, Word

#: Whisper's own limits for text that repeats itself, is improbable, or stands where nobody speaks.
_COMPRESSION = 2.4
_LOG_PROBABILITY = -1.0
_NO_SPEECH = 0.6
# A word takes at most this long: the slowest speech is some 3 syllables a second, and a held vowel comes on top.
_WORD_BASE: Seconds = 0.6
_WORD_LETTER: Seconds = 0.12


def is_suspect(segment: Any) -> bool:
    """Whether a segment as faster-whisper gives it repeats itself, is improbable, or stands where nobody speaks."""
    repeats = segment.compression_ratio > _COMPRESSION
    silent = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _LOG_PROBABILITY / 2
    return bool(repeats or silent or segment.avg_logprob < _LOG_PROBABILITY)


def tidy(words: Sequence[Word], speech: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words with times that can be: inside speech, no longer than a word takes, ascending, not overlapping.

    A word that lies wholly outside speech, further than half a second away, was invented and goes.
    """
    kept: list[Word] = []
    for word in sorted(words, key=lambda one: one.start):
        near = _nearest(speech, word)
        if near is None or _distance(near, word) > 0.5:
            continue
        start, end = max(word.start, near.start), min(word.end, near.end)
        if end <= start:  # just outside: keep Whisper's own times
            start, end = word.start, word.end
        longest = _WORD_BASE + _WORD_LETTER * len(word.text)
        if end - start > longest:
            # A first word stretches backwards into the silence before it, any other forwards into the one after.
            first = not kept or start - kept[-1].end > 0.5
            start, end = (end - longest, end) if first else (start, start + longest)
        floor = kept[-1].end if kept else 0.0
        start = max(start, floor)
        kept.append(word.model_copy(update={"start": round(start, 3), "end": round(max(end, start), 3)}))
    return tuple(kept)


def _nearest(speech: Sequence[Stretch], word: Word) -> Stretch | None:
    after = bisect_right(speech, word.start, key=lambda one: one.start)
    return min(speech[max(0, after - 1) : after + 2], key=lambda one: _distance(one, word), default=None)


def _distance(stretch: Stretch, word: Word) -> Seconds:
    """How far apart they are; negative by as much as they overlap."""
    return max(word.start, stretch.start) - min(word.end, stretch.end)
