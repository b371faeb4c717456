"""The places that a person named in episode.yaml and overrides.yaml, found in what was said."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.config import Place
from pipeline.editing.quotes import Said, Stretch
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_moment
from pipeline.models import Seconds

#: `at` is so many seconds from the place that it means, at most.
NEAR: Seconds = 60.0
_SHOWN = 8  # words of a place that are told


def find_range(place: Place, key: str, duration: Seconds) -> tuple[Seconds, Seconds]:
    """The seconds of a place that is given by time. Raises ConfigError when the recording ends before."""
    start, end = place.start or 0.0, place.end or 0.0
    late = start if start >= duration else end if duration + 1 < end < float("inf") else None
    if late is not None:
        raise ConfigError(
            f"{key}: {format_moment(late)} is after the end of the recording, which is {format_moment(duration)} long",
            fix="times are those of the recording, not of the published episode; `end` is its end",
        )
    return start, min(end, duration)


def find_words(place: Place, key: str, said: Said) -> Stretch:
    """The words of a place that is given by quoting them. Raises ConfigError where they are not said, or often."""
    if place.words is not None:
        return _choose(said.find(place.words), place.words, place.at, key, "words", said)
    first, last = place.from_words or "", place.to_words or ""
    begin = _choose(said.find(first), first, place.at, key, "from_words", said)
    ends = [one for one in said.find(last) if one.last >= begin.last and one.first >= begin.first]
    if not ends:
        raise ConfigError(
            f"{key}: {last!r} is not said after {first!r} at {_time(begin, said)}",
            fix=_suggest(last, "to_words", said),
        )
    return Stretch(begin.first, ends[0].last)


def _choose(found: Sequence[Stretch], quote: str, at: Seconds | None, key: str, part: str, said: Said) -> Stretch:
    if not found:
        raise ConfigError(f"{key}: nobody says {quote!r}", fix=_suggest(quote, part, said))
    if at is not None:
        best = min(found, key=lambda one: (abs(said.words[one.first].start - at), one.first))
        if abs(said.words[best.first].start - at) <= NEAR or at == float("inf"):
            return best
        raise ConfigError(
            f"{key}: {quote!r} is not said within a minute of {format_moment(at)}, but at {_times(found, said)}",
            fix="set `at` to one of these times; they are those of the recording",
        )
    if len(found) > 1:
        second = _time(found[1], said)
        example = f'{{words: "{quote}", at: {second}}}' if part == "words" else f"at: {second}"
        raise ConfigError(
            f"{key}: {quote!r} is said {len(found)} times: at {_times(found, said)}",
            fix=f"say which: {example}; or quote more of what is said",
        )
    return found[0]


def _suggest(quote: str, part: str, said: Said) -> str:
    near = said.nearest(quote)
    if not near:
        return f"quote the words of `{part}` as the transcript has them, or give times: 12:34-12:50"
    shown = "; ".join(f"{_time(one, said)} {said.text(one)!r}" for one in near)
    return f"quote the words as the transcript has them; most like it are: {shown}"


def _time(stretch: Stretch, said: Said) -> str:
    return format_moment(round(said.words[stretch.first].start, 1))


def _times(found: Sequence[Stretch], said: Said) -> str:
    shown = ", ".join(_time(one, said) for one in found[:_SHOWN])
    return shown + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
