"""What Whisper invents, repeats or stretches, found by what is known of text and of speech."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from math import ceil
from typing import Any

from pipeline.adapters.speech import Stretch
from pipeline.models import Seconds, Word

#: Whisper's own limits for text that repeats itself, is improbable, or stands where nobody speaks.
_COMPRESSION = 2.4
_LOG_PROBABILITY = -1.0
_NO_SPEECH = 0.6
#: Nobody says more letters in a second; auctioneers come to 25. A short text may be a little off.
_LETTERS_A_SECOND = 35
_FEW_LETTERS = 12
#: Words that follow one another so often are a loop: `no, no, no` is not one, `thank you` five times is.
_REPEATS = {1: 8, 2: 5, 3: 4}
_LONG_REPEATS = 3
_LONGEST_LOOP = 12
_ECHO = 4  # words from which on a piece that says just what the one before did echoes it
#: So much speech between two words was skipped: nobody draws a breath inside speech for so long.
_SKIPPED: Seconds = 2.0
_EDGE: Seconds = 0.1

# A word takes at most this long: the slowest speech is some 3 syllables a second, and a held vowel comes on top.
_WORD_BASE: Seconds = 0.6
_WORD_LETTER: Seconds = 0.12


def is_suspect(segment: Any, speech: Seconds, before: str = "") -> bool:
    """Whether a segment as faster-whisper gives it was not said, as far as can be told.

    Its text repeats itself or the text `before`, is improbable, stands where nobody speaks, or is more than can be
    said in the `speech` seconds that there are.
    """
    silent = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _LOG_PROBABILITY / 2
    if silent or segment.compression_ratio > _COMPRESSION or segment.avg_logprob < _LOG_PROBABILITY:
        return True
    words = _bare_words(segment.text)
    letters = sum(map(len, words))
    if letters > _FEW_LETTERS + _LETTERS_A_SECOND * speech:
        return True
    return has_loop(words) or (len(words) >= _ECHO and words == _bare_words(before))


def has_loop(words: Sequence[str]) -> bool:
    """Whether some words follow themselves again and again."""
    for length in range(1, min(_LONGEST_LOOP, len(words) // 2) + 1):
        most = _REPEATS.get(length, _LONG_REPEATS)
        for at in range(len(words) - length * most + 1):
            if all(words[at + step] == words[at + step % length] for step in range(length, length * most)):
                return True
    return False


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


def find_skipped(words: Sequence[Word], speech: Sequence[Stretch], longest: Seconds) -> tuple[Stretch, ...]:
    """Where somebody speaks for two seconds or more and no word was written, in stretches of up to `longest`.

    `words` in order, as `tidy` leaves them.
    """
    if not speech:
        return ()
    bounds = [0.0, *(bound for word in words for bound in (word.start, word.end)), speech[-1].end]
    skipped: list[Stretch] = []
    for begin, end in zip(bounds[::2], bounds[1::2], strict=True):
        if end - begin < _SKIPPED:
            continue
        first = max(0, bisect_right(speech, begin, key=lambda one: one.start) - 1)
        after = bisect_right(speech, end, key=lambda one: one.start)
        parts = [Stretch(max(one.start, begin), min(one.end, end)) for one in speech[first:after] if one.end > begin]
        if sum(part.length for part in parts) >= _SKIPPED:
            skipped += _joined(parts, begin, end, longest)
    return tuple(skipped)


def within(words: Sequence[Word], before: Word | None, after: Word | None) -> list[Word]:
    """The words of a skipped stretch without the ends of its neighbours, which are heard at its edges again."""
    kept = list(words)
    if before and kept and _bare_words(kept[0].text) == _bare_words(before.text):
        kept = kept[1:]
    if after and kept and _bare_words(kept[-1].text) == _bare_words(after.text):
        kept = kept[:-1]
    return kept


def _joined(parts: Sequence[Stretch], begin: Seconds, end: Seconds, longest: Seconds) -> list[Stretch]:
    """Neighbouring stretches as one while it is not too long, with a little sound around, inside [begin, end)."""
    joined: list[Stretch] = []
    for part in (piece for whole in parts for piece in _halved(whole, longest)):
        if joined and part.end - joined[-1].start <= longest:
            joined[-1] = Stretch(joined[-1].start, part.end)
        else:
            joined.append(part)
    return [Stretch(max(begin, one.start - _EDGE), min(end, one.end + _EDGE)) for one in joined]


def _halved(part: Stretch, longest: Seconds) -> list[Stretch]:
    count = max(1, ceil(part.length / longest))
    step = part.length / count
    return [Stretch(part.start + at * step, part.start + (at + 1) * step) for at in range(count)]


def _nearest(speech: Sequence[Stretch], word: Word) -> Stretch | None:
    after = bisect_right(speech, word.start, key=lambda one: one.start)
    return min(speech[max(0, after - 1) : after + 2], key=lambda one: _distance(one, word), default=None)


def _distance(stretch: Stretch, word: Word) -> Seconds:
    """How far apart they are; negative by as much as they overlap."""
    return max(word.start, stretch.start) - min(word.end, stretch.end)


def _bare_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
