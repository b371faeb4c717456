"""Words into sentence-like segments: what subtitles, corrections, topics and notes refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.models import Seconds, Segment, Transcript, Word

#: A silence in seconds that ends a segment whatever the punctuation says.
PAUSE: Seconds = 2.0
#: A segment longer than this many seconds or words is cut at its best inner place.
LONGEST: Seconds = 20.0
MOST_WORDS = 50

# Scripts written without spaces between words: Thai to Burmese, Khmer, kana, Han, their punctuation and wide forms.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_UNSPACED_EDGE = re.compile(f"[{_UNSPACED}]")
_CLOSED = re.compile(r"(?P<mark>[.!?\u2026\u3002\uff01\uff1f\u0964\u061f]+)[\"'”’»)\]}」』]*$")
_CLAUSE = re.compile(r"[,;:\u2014\u2013\u3001\uff0c\uff1b][\"'”’»)\]}]*$")
_INITIALS = re.compile(r"[\"'“‘(\[]*(?:[^\W\d_]\.)+$")
# Before a name these never end a sentence; the others end one when a capital follows.
_TITLES = frozenset("mr mrs ms dr prof st rev hon gen gov lt sgt hr fr mme mlle sra dhr mevr vs".split())  # noqa: SIM905
_SHORT = frozenset("sr jr etc inc ltd co corp dept est approx vol bzw usw evtl bijv uds".split())  # noqa: SIM905


def join(texts: Iterable[str]) -> str:
    """Words as they are read: a space between two, except inside scripts that use none.

    >>> join(["Good", "morning."]), join(["今日", "は"])
    ('Good morning.', '今日は')
    """
    joined = ""
    for text in texts:
        glued = bool(joined and text and _UNSPACED_EDGE.match(joined[-1]) and _UNSPACED_EDGE.match(text[0]))
        joined += text if glued or not joined else f" {text}"
    return joined


def ends_sentence(text: str, following: str | None = None) -> bool:
    """Whether a word closes a sentence; abbreviations and initials do so only when nothing comes after them.

    >>> [ends_sentence(one, "Smith") for one in ("Dr.", "J.", "done.", "“Done.”", "3.5")]
    [False, False, True, True, False]
    """
    found = _CLOSED.search(text)
    if not found:
        return False
    if following is None or found["mark"] != ".":
        return True
    bare = re.sub(r"\W", "", text).lower()
    if _INITIALS.match(text) or bare in _TITLES:
        return False
    return bare not in _SHORT or following.lstrip("\"'“‘([")[:1].isupper()


def split_words(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """Cut words into runs: at sentence ends, long pauses, new speakers or languages, and where still too long."""
    runs: list[tuple[Word, ...]] = []
    begin = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        if (
            following is None
            or ends_sentence(word.text, following.text)
            or (following.speaker, following.language) != (word.speaker, word.language)
            or following.start - word.end >= PAUSE
        ):
            runs += _shorten(tuple(words[begin : at + 1]))
            begin = at + 1
    return tuple(runs)


def to_segments(words: Sequence[Word]) -> tuple[Segment, ...]:
    """The words as segments, numbered from 0, each a run of `split_words` and so from one speaker."""
    return tuple(
        Segment(
            id=number,
            start=run[0].start,
            end=max(word.end for word in run),
            text=join(word.text for word in run),
            speaker=run[0].speaker,
            words=run,
            language=run[0].language,
        )
        for number, run in enumerate(split_words(words))
    )


def resegment(transcript: Transcript) -> Transcript:
    """A transcript, from wherever it came, cut as our own are; a segment without word times gets shared-out ones."""
    words = [word for segment in transcript.segments for word in words_of(segment)]
    return transcript.model_copy(update={"segments": to_segments(words)})


def words_of(segment: Segment) -> tuple[Word, ...]:
    """The segment's words, made from its text where it has none; those without a speaker take the segment's."""
    if not segment.words:
        return spread(segment.text, segment.start, segment.end, segment.speaker)
    if segment.speaker is None or all(word.speaker for word in segment.words):
        return segment.words
    return tuple(
        word if word.speaker else word.model_copy(update={"speaker": segment.speaker}) for word in segment.words
    )


def spread(text: str, start: Seconds, end: Seconds, speaker: str | None = None) -> tuple[Word, ...]:
    """Words for a text without word times: each takes a share of [start, end] by its length."""
    parts = text.split()
    total = sum(len(part) + 1 for part in parts)
    words: list[Word] = []
    done = 0
    for part in parts:
        begin, done = done, done + len(part) + 1
        span = end - start
        words.append(
            Word(start=start + span * begin / total, end=start + span * done / total, text=part, speaker=speaker)
        )
    return tuple(words)


def _shorten(run: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The run, cut until no part is too long, where a clause ends or the speaker breathes, near the middle if equal."""
    if len(run) < 2 or (run[-1].end - run[0].start <= LONGEST and len(run) <= MOST_WORDS):
        return [run]
    quarter = max(1, len(run) // 4)
    best = max(range(quarter, max(quarter + 1, len(run) - quarter + 1)), key=lambda cut: _cut_worth(run, cut))
    return [*_shorten(run[:best]), *_shorten(run[best:])]


def _cut_worth(run: tuple[Word, ...], cut: int) -> tuple[float, int]:
    clause = 0.5 if _CLAUSE.search(run[cut - 1].text) else 0.0
    pause = min(1.0, max(0.0, run[cut].start - run[cut - 1].end))
    return round(clause + pause, 2), -abs(2 * cut - len(run))
