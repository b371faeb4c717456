"""Who speaks in an episode, as far as is known: names that were given, voices that were known, and suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Identities, Identity, Seconds, Segment
from pipeline.voices import introductions
from pipeline.voices.introductions import LABEL, Suggestion
from pipeline.voices.spoken_names import Spelling

#: A voice that is less like an enrolled one is not worth a word.
WORTH_TELLING = 0.5


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody in the transcript: a name or a label, the seconds of what is said, and what may be behind a label.

    `voice` is what comparing voices found: of a name, when that is where it comes from; of a label, the nearest.
    """

    speaker: str
    seconds: Seconds
    voice: Identity | None = None
    suggestion: Suggestion | None = None

    @property
    def is_named(self) -> bool:
        """Whether it is somebody's name."""
        return not LABEL.fullmatch(self.speaker)


def list_speakers(
    segments: Sequence[Segment], identities: Identities, people: Iterable[str] = (), enrolled: Iterable[str] = ()
) -> tuple[Speaker, ...]:
    """Everybody who speaks, in the order of first speaking; `people` are the hosts and guests."""
    people, seconds = tuple(people), dict[str, float]()
    for segment in segments:
        if segment.speaker:
            seconds[segment.speaker] = seconds.get(segment.speaker, 0.0) + segment.end - segment.start
    named = {one.name: one for one in identities.root if one.name}
    nearest = {one.speaker: one for one in identities.root if one.name is None}
    found = {one.speaker: one for one in introductions.suggest(segments, (*people, *enrolled))}
    speakers = [
        Speaker(one, round(said, 1), named.get(one) or nearest.get(one), found.get(one))
        for one, said in seconds.items()
    ]
    return tuple(_with_the_last(speakers, people, segments))


def describe(one: Speaker) -> list[str]:
    """What is thought of a speaker without a name, best first, a line each."""
    lines: list[str] = []
    if one.is_named:
        return lines
    if one.suggestion:
        told = one.suggestion
        where = f": “{told.sentence}”" if told.sentence else ""
        lines.append(f"perhaps {told.name}, who {told.why}{where}")
    if one.voice and one.voice.nearest and (one.voice.score or 0.0) >= WORTH_TELLING:
        lines.append(f"sounds most like {one.voice.nearest}, not surely: {one.voice.why}")
    return lines


def likely_name(one: Speaker) -> str | None:
    """The name to offer for a label: what was said before what it sounds like."""
    if one.suggestion:
        return one.suggestion.name
    if one.voice and one.voice.nearest and (one.voice.score or 0.0) >= WORTH_TELLING:
        return one.voice.nearest
    return None


def _with_the_last(speakers: list[Speaker], people: Sequence[str], segments: Sequence[Segment]) -> list[Speaker]:
    """With the one host or guest who is left suggested for the one speaker who is."""
    spelling = Spelling.of((), ())
    present = [one.suggestion.name if one.suggestion else one.speaker for one in speakers]
    left = [name for name in people if not any(spelling.same(name, other) for other in present)]
    open_ = [one for one in speakers if not one.is_named and not one.suggestion]
    if len(left) != 1 or len(open_) != 1 or len(speakers) > len(set(people)):
        return speakers
    start = next(segment.start for segment in segments if segment.speaker == open_[0].speaker)
    last = Suggestion(open_[0].speaker, left[0], start, "", "is the only one left of the hosts and guests", 0.5)
    return [replace(one, suggestion=last) if one is open_[0] else one for one in speakers]
