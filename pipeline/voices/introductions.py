"""What people call each other: "my guest today is …", "I'm …", "thank you, Pieter". Only ever suggestions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.models import Seconds, Segment
from pipeline.voices.spoken_names import Spelling, read_names

Whom = Literal["self", "next", "last"]

#: A speaker as diarization or a track of its own calls it, whom nobody has named.
LABEL = re.compile(r"(?:SPEAKER|TRACK)_\d+")
#: Somebody who is introduced or thanked speaks within so many seconds.
NEAR: Seconds = 90.0
#: What hints must be worth together. Among several people a lone "thank you, Ada" may be meant for anybody.
ENOUGH, ENOUGH_OF_TWO = 2.0, 1.0
#: Who is introduced among several people need not be who speaks next, unless it is a new voice.
_HEARD_BEFORE = 0.6
#: That a host or guest has the name settles what is equal, and makes nothing enough by itself.
_EXPECTED = 0.4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who a speaker might be: the name, and where (seconds, sentence) and how it was said best; never applied."""

    speaker: str
    name: str
    start: Seconds
    sentence: str
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words after which a name comes, whom it means, what that is worth, and how to say so."""

    before: re.Pattern[str]
    whom: Whom
    worth: float
    why: str


@dataclass(frozen=True, slots=True)
class _Hint:
    speaker: str
    name: str
    worth: float
    segment: Segment
    why: str


def _cue(before: str, whom: Whom, worth: float, why: str) -> _Cue:
    return _Cue(re.compile(rf"(?<!\w)(?:{before})[,:]?\s+(?=\w)", re.IGNORECASE), whom, worth, why)


_GUEST = r"(?:co-?hosts?|guests?|co-?panelists?|colleagues?|friends?|(?:guest|co-?)\s?hosts?)"
_TODAY = r"(?: (?:today|tonight|again|here|now|once again|this week|in the studio|on the (?:show|line|phone)))*"
_CUES = (
    _cue(r"I'm|I am|my name is|my name's", "self", 3.0, "says so"),
    _cue(rf"(?:with|joining|joins) (?:me|us){_TODAY} (?:is|are)", "next", 2.0, "is introduced"),
    _cue(rf"joining (?:me|us){_TODAY}|joined{_TODAY} by(?: (?:my|our) {_GUEST})?", "next", 2.0, "is introduced"),
    _cue(
        rf"(?:my|our|today's|this week's|the) (?:(?:special|first|next|other|fellow|good|dear|usual) )*{_GUEST}"
        rf"{_TODAY}(?: is| are|,? as always)?",
        "next",
        2.0,
        "is introduced",
    ),
    _cue(
        rf"(?:I'm|we're|I am|we are)(?: \w+)? (?:talking|speaking|chatting|sitting(?: down)?|here){_TODAY} (?:with|to)"
        rf"(?: (?:my|our) {_GUEST})?",
        "next",
        2.0,
        "is introduced",
    ),
    _cue(r"please welcome|let me introduce|introducing", "next", 2.0, "is introduced"),
    _cue(r"welcome(?: back)?(?: to the (?:show|podcast|program(?:me)?))?", "next", 1.5, "is welcomed"),
    _cue(r"(?:over|back) to you|take it away|go ahead|what about you|how about you", "next", 1.0, "is asked"),
    _cue(r"how are you(?: doing)?|what do you think", "next", 1.0, "is asked"),
    _cue(r"(?:thank you|thanks)(?: so much| very much| again| a lot)?", "last", 1.5, "is thanked"),
    _cue(r"(?:nice|good|great|happy|glad|pleased|excited|thrilled) to [\w\s]{3,30}", "last", 1.0, "is greeted"),
    _cue(r"(?:hi|hey|hello|good (?:morning|afternoon|evening))(?: there)?", "last", 1.0, "is greeted"),
)
#: The name comes first: "Wojciech, welcome to the show."
_ADDRESSED = re.compile(
    r",\s+(?P<welcome>welcome|thank you|thanks|good to|great to|nice to)|"
    r",\s+(?:what|how|why|where|when|who|can you|could you|do you|did you|are you|would you|tell|maybe you)\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"^(?:(?:so|well|okay|ok|now|yeah|yes|and|but|all right|alright|great|right),?\s+)*", re.IGNORECASE
)


def suggest(segments: Sequence[Segment], known: Iterable[str] = ()) -> tuple[Suggestion, ...]:
    """Names for the speakers that have none, from what is said; the best for each, in the order of first speaking.

    `known` are people who may be there (guests, hosts, enrolled voices): a name that sounds like one of theirs is
    written so. A name is suggested to one speaker at most, and not at all when somebody is called so already.
    """
    speakers = list(dict.fromkeys(segment.speaker for segment in segments if segment.speaker))
    unnamed = [speaker for speaker in speakers if LABEL.fullmatch(speaker)]
    if not unnamed:
        return ()
    hints = list(_find_hints(segments))
    taken = [speaker for speaker in speakers if speaker not in unnamed]
    spelling = Spelling.of([*taken, *known], [hint.name for hint in hints])
    found: dict[tuple[str, str], list[_Hint]] = defaultdict(list)
    for hint in hints:
        name = spelling.write(hint.name)
        if hint.speaker in unnamed and not any(spelling.same(name, other) for other in taken):
            found[hint.speaker, name].append(hint)
    enough = ENOUGH if len(speakers) > 2 else ENOUGH_OF_TWO
    return tuple(_choose(unnamed, found, set(known), enough))


def _choose(
    unnamed: list[str], found: dict[tuple[str, str], list[_Hint]], expected: set[str], enough: float
) -> Iterator[Suggestion]:
    worth = {
        pair: sum(sorted((hint.worth for hint in hints), reverse=True)[:3])
        + (_EXPECTED if pair[1] in expected else 0.0)
        for pair, hints in found.items()
    }
    best: dict[str, tuple[str, str]] = {}
    for pair in sorted(found, key=lambda pair: (-worth[pair], found[pair][0].segment.id)):
        rivals = [other for other in worth if other != pair and (other[0] == pair[0] or other[1] == pair[1])]
        clear = all(worth[other] < worth[pair] for other in rivals)
        if clear and worth[pair] >= enough and pair[0] not in best and pair[1] not in [one[1] for one in best.values()]:
            best[pair[0]] = pair
    for speaker in unnamed:
        if speaker in best:
            hints = found[best[speaker]]
            told = max(hints, key=lambda hint: (hint.worth, -hint.segment.start))
            yield Suggestion(
                speaker, best[speaker][1], told.segment.start, told.segment.text, told.why, worth[best[speaker]]
            )


def _find_hints(segments: Sequence[Segment]) -> Iterator[_Hint]:
    first = {segment.speaker: at for at, segment in reversed(list(enumerate(segments)))}
    several = len(first.keys() - {None}) > 2
    for at, segment in enumerate(segments):
        if not segment.speaker:
            continue
        for whom, worth, why, names in _read(segment.text):
            heard = _resolve(segments, at, whom, len(names))
            for speaker, name in zip(heard, names, strict=False):
                unsure = several and whom == "next" and first[speaker] < at
                yield _Hint(speaker, name, worth * (_HEARD_BEFORE if unsure else 1.0), segment, why)


def _read(text: str) -> Iterator[tuple[Whom, float, str, list[str]]]:
    """Who is meant by which names in a sentence, what that is worth, and why."""
    text = text.replace("’", "'")
    for cue in _CUES:
        for found in cue.before.finditer(text):
            names = read_names(text[found.end() :], alone=cue.whom == "self")
            if names:
                yield cue.whom, cue.worth, cue.why, names
    begin = _BEGINNING.match(text)
    names = read_names(text[begin.end() if begin else 0 :], alone=False)
    if len(names) == 1:
        addressed = _ADDRESSED.match(text, text.find(names[0]) + len(names[0]))
        if addressed:
            is_welcome = addressed["welcome"] is not None
            yield "next", 1.5 if is_welcome else 1.0, "is welcomed" if is_welcome else "is asked", names


def _resolve(segments: Sequence[Segment], at: int, whom: Whom, count: int) -> list[str]:
    """The speakers that are meant: oneself, or the next others, or the one before (the next where nobody was)."""
    here = segments[at]
    if whom == "self":
        return [here.speaker] if here.speaker and count == 1 else []
    before = (one for one in reversed(segments[:at]) if here.start - one.end <= NEAR)
    after = (one for one in segments[at + 1 :] if one.start - here.end <= NEAR)
    if whom == "last":
        last = _others(before, here.speaker, 1)
        if last:
            return last
    return _others(after, here.speaker, count)


def _others(segments: Iterable[Segment], speaker: str | None, count: int) -> list[str]:
    found: dict[str, None] = {}
    for segment in segments:
        if segment.speaker and segment.speaker != speaker:
            found[segment.speaker] = None
        if len(found) == count:
            break
    return list(found)
