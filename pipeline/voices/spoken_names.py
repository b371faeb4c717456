"""Names of people as they stand in a sentence, and one spelling for those that sound alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.names.phonetics import fold, to_phones
from pipeline.names.similarity import sound_distance

_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?(?:[^\W\d_][\w'’-]*\.?)*")
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof", "professor", "sir", "dame", "doctor"))
_PARTICLES = frozenset("van von de der den del della di da dos la le du bin ibn al ter ten".split())  # noqa: SIM905
_AND = re.compile(r",?\s+and\s+|,\s+|\s+&\s+")
#: What begins with a capital and is no name of a person: after "I'm" most of all.
_NEVER = frozenset(
    """i i'm i'll i'd i've it it's the a an and but so yes no yeah okay ok well oh god jesus lord everyone everybody all
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december english american british irish scottish welsh french german italian spanish dutch danish
    swedish norwegian finnish polish czech russian ukrainian greek turkish indian chinese japanese korean australian
    canadian mexican brazilian african asian european jewish muslim catholic protestant buddhist hindu
    you your my our we they he she this that these those there here what who how why when where if in on at to of for
    from with by as is are was were do does did not let's thanks thank hello hi hey welcome today now then
    uh um hmm mm ah er wow gosh cool nice sure right exactly absolutely
    another one some any just like really very also again sorry part episode chapter mr president
    """.split()  # noqa: SIM905
)
_MOST_WORDS = 4
#: How far apart two names may sound, for each phone of the shorter: `Sergi` and `Sergey` are 0.1.
_ALIKE = 0.15
_SHORT = 4  # so few phones must all be the same: Ada is not Ida


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the names of the people around are written: `people` known beforehand, `heard` in full in the talk."""

    people: tuple[str, ...]
    heard: tuple[str, ...]

    @classmethod
    def of(cls, people: Iterable[str], heard: Iterable[str]) -> Spelling:
        """From the names that are known, and all those that were read."""
        in_full = [name for name in dict.fromkeys(heard) if " " in name]
        return cls(tuple(dict.fromkeys(people)), tuple(in_full))

    def write(self, name: str) -> str:
        """The known name that sounds like it; a first or last name alone is that of the one person who has it."""
        for names, fits in (
            (self.people, _shares_a_name),
            (self.people, self.same),
            (self.heard, _shares_a_name),
        ):
            fitting = [one for one in names if fits(name, one)]
            if len(fitting) == 1:
                return fitting[0]
        return name

    def same(self, name: str, other: str) -> bool:
        """Whether two names sound like one person's: all words alike, or one word like the other's first or last."""
        words, others = _sounds(name), _sounds(other)
        if len(words) == 1 or len(others) == 1:
            short, long = sorted((words, others), key=len)
            return any(_is_alike(short[0], word) for word in {long[0], long[-1]})
        return _is_alike("".join(words), "".join(others)) or (
            _is_alike(words[0], others[0]) and _is_alike(words[-1], others[-1])
        )


def read_names(text: str, *, alone: bool) -> list[str]:
    """The names that a text begins with: one, or several with commas and `and` between them.

    A single word is a name only where something ends after it when it is `alone`, as after "I'm".

    >>> read_names("Ada Example and Dr. Grace van Houten, who build ships.", alone=False)
    ['Ada Example', 'Grace van Houten']
    >>> read_names("Ada.", alone=True), read_names("Danish people.", alone=True)
    (['Ada'], [])
    """
    names: list[str] = []
    at = 0
    while True:
        name, end = _read_one(text, at)
        if not name or (
            alone and " " not in name and not re.match(r"\s*(?:[,.;:!?]|and\b|from\b|here\b|$)", text[end:])
        ):
            return names
        names.append(name)
        between = _AND.match(text, end)
        if not between or alone:
            return names
        at = between.end()


def _read_one(text: str, at: int) -> tuple[str, int]:
    """The name at a place of the text, titles left out, and where it ends."""
    words: list[str] = []
    end = at
    for found in _WORD.finditer(text, at):
        word, between = found[0], text[end : found.start()]
        if (words and between != " ") or (not words and between.strip()):
            break
        bare = word.removesuffix(".").removesuffix("'s").removesuffix("’s")
        if not words and bare.lower() in _TITLES:
            at = end = found.end()
            continue
        if len(bare) < 2 and not word.endswith("."):
            break
        if not (bare[0].isupper() or (words and bare in _PARTICLES)) or bare.lower().partition("-")[0] in _NEVER:
            break
        is_initial = len(bare) == 1
        words.append(word if is_initial else bare)
        end = found.end() if is_initial else found.start() + len(bare)
        if len(words) == _MOST_WORDS or (word != bare and not is_initial):
            break
    while words and words[-1] in _PARTICLES:
        end -= len(words.pop()) + 1
    return " ".join(words), end


def _shares_a_name(name: str, other: str) -> bool:
    """Whether the two are one, or one of them is the first or last name of the other."""
    short, long = sorted(([fold(word) for word in one.split()] for one in (name, other)), key=len)
    return short == long or (len(short) == 1 and len(long) > 1 and short[0] in (long[0], long[-1]))


def _sounds(name: str) -> Sequence[str]:
    words = [fold(word) for word in name.split()]
    return [to_phones(word) or word for word in words if word] or [""]


def _is_alike(one: str, other: str) -> bool:
    if one == other or min(len(one), len(other)) < _SHORT:
        return one == other
    limit = _ALIKE * min(len(one), len(other))
    return sound_distance(one, other, limit) <= limit
