"""Which terms a run of words might be a mis-hearing of, and how far they are apart; context is not looked at here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.adapters import spelling
from pipeline.names import phonetics
from pipeline.names.lexicon import MIN_FUZZY, NUMBERS, Form, Half, Lexicon, search_keys
from pipeline.names.similarity import differs_at_onset, sound_distance

Index = Mapping[str, list[int]]
Effort = Literal["letters", "sound", "all"]

#: A letter more, less or other costs a little less than an unrelated consonant.
_LETTER = 0.8
_LIMIT_PER_LETTER, _LIMIT_BASE = 0.22, 0.3
_SLACK = 2.0  # beside the rest of the name it may be that much less like
#: Where more forms than `_CROWD` sound so (a catalogue of part numbers), only the nearest in spelling are measured.
_CROWD, _NEAREST = 400, 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that the heard words may stand for; `plural` is the ending that they have besides (`s` or nothing).

    `sound` and `spelling` are distances where 1 is an unrelated consonant; `onset` tells that they begin with
    different sounds.
    """

    form: Form
    plural: str
    sound: float
    spelling: float
    onset: bool = False

    @property
    def distance(self) -> float:
        """The two distances as one."""
        return combine(self.sound, self.spelling)

    @property
    def rule(self) -> str:
        """What kind of likeness found it."""
        if self.distance == 0:
            return "spacing and case"
        return "sound" if self.sound <= self.spelling else "spelling"


def combine(sound: float, spelt: float) -> float:
    """Two distances as one: where sound or spelling is near, that excuses most of the other."""
    near, far = sorted((sound, spelt))
    return 0.75 * near + 0.25 * min(far, near + 2)


@dataclass(slots=True)
class Finder:
    """Looks windows up in a lexicon."""

    lexicon: Lexicon
    _words: dict[str, _Word] = field(default_factory=dict)
    _crowds: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def narrowed(self, entries: Iterable[int]) -> Index:
        """The index of some of the entries only."""
        wanted = set(entries)
        forms = self.lexicon.forms
        narrowed: dict[str, list[int]] = defaultdict(list)
        for key, numbers in self.lexicon.index.items():
            for number in numbers:
                if forms[number].entry.number in wanted:
                    narrowed[key].append(number)
        return dict(narrowed)

    def find(self, stems: tuple[str, ...], index: Index, effort: Effort) -> list[Candidate]:
        """The forms near these folded words: of the same letters, or the same consonants too, or all that are near."""
        found = self._near(stems, "", index, effort)
        last = stems[-1]
        spelled = len(stems) > 1 and len(last) == 2 and all(len(stem) == 1 for stem in stems[:-1])
        if (len(last) >= 4 or spelled) and last.endswith("s") and not last.endswith("ss"):
            singular = self._near((*stems[:-1], last[:-1]), "s", index, effort)
            known = {candidate.form.text for candidate in found if candidate.distance <= 0.35}
            found += [candidate for candidate in singular if candidate.form.text not in known]
        return found

    def _near(self, stems: tuple[str, ...], plural: str, index: Index, effort: Effort) -> list[Candidate]:
        words = [self._words.get(stem) or self._word(stem) for stem in stems]
        letters = "".join([word.letters for word in words])
        numbers: set[int] = set()
        for key in _keys(letters, words, effort):
            if key in index:
                numbers.update(index[key])
        if not numbers:
            return []
        phones = "".join([word.phones for word in words])
        found = []
        for number in sorted(numbers) if len(numbers) <= _CROWD else self._pick(letters, numbers):
            form = self.lexicon.forms[number]
            if form.letters == letters:
                distances: tuple[float, float] | None = (0.0, 0.0)
            elif form.halves and len(words) > 1:
                distances = _measure_halves(form.halves, words)
            else:
                distances = _measure(form, letters, phones)
            if distances:
                found.append(Candidate(form, plural, *distances, onset=differs_at_onset(phones, form.sounds)))
        return found

    def _pick(self, letters: str, numbers: set[int]) -> list[int]:
        """The forms of a crowd that are nearest in spelling; the answer is kept, since names are said again."""
        key = letters, len(numbers)
        if key not in self._crowds:
            crowd = sorted(numbers)
            near = spelling.nearest(letters, [self.lexicon.forms[number].letters for number in crowd], _NEAREST)
            self._crowds[key] = sorted(crowd[at] for at in near)
        return [number for number in self._crowds[key] if number in numbers]

    def compare(self, stem: str, form: Form) -> Candidate | None:
        """The form for one folded word, though it be less like than what `find` gives."""
        word = self._word(stem)
        distances = _measure(form, word.letters, word.phones, _SLACK)
        if distances is None:
            return None
        return Candidate(form, "", *distances, onset=differs_at_onset(word.phones, form.sounds))

    def _word(self, stem: str) -> _Word:
        word = self._words.get(stem)
        if word is None:
            phones = phonetics.to_phones(stem)
            word = self._words[stem] = _Word(NUMBERS.get(stem, stem), phones, phonetics.to_skeleton(phones))
        return word


@dataclass(frozen=True, slots=True)
class _Word:
    letters: str
    phones: str
    skeleton: str


def _keys(letters: str, words: list[_Word], effort: Effort) -> list[str]:
    """Under what to look words up. Scripts, or long numbers, make no sound with other words; signs are not said."""
    said = [word for word in words if word.phones or any(map(str.isalnum, word.letters))]
    if effort == "letters" or not said:
        return [letters]
    skeleton = said[0].skeleton
    for word in said[1:]:
        if (not word.phones) != (not said[0].phones):
            return [letters]
        skeleton = phonetics.join_skeletons(skeleton, word.skeleton)
    if effort == "sound" or len(letters) < MIN_FUZZY:
        return [letters, "/" + skeleton]
    keys = [letters, *search_keys(letters, skeleton)]
    apart = "".join([word.skeleton for word in words])
    if apart != skeleton:  # `con net` lacks a consonant of `ConvNet` between the two n
        keys += search_keys(letters, apart)
    return keys


def _measure(meant: Half, letters: str, phones: str, slack: float = 1.0) -> tuple[float, float] | None:
    """How far what was heard is from it, by sound and by spelling; None where it is too far to be thought of."""
    if meant.letters == letters:
        return 0.0, 0.0
    if len(letters) < MIN_FUZZY or len(meant.letters) < MIN_FUZZY:
        alike = phones in meant.sounds and len(phones) > 1
        return (0.0, _LETTER * spelling.edit_distance()(letters, meant.letters)) if alike else None
    limit = (_LIMIT_BASE + _LIMIT_PER_LETTER * max(len(letters), len(meant.letters))) * slack
    most = int(limit * 1.6 / _LETTER) + 1
    edits = spelling.edit_distance()(letters, meant.letters, score_cutoff=most)
    if edits > most:
        return None
    spelt = edits * _LETTER
    sound = min([sound_distance(phones, said, limit + 1) for said in meant.sounds if phones], default=spelt)
    sound = min(sound, limit + 1)
    return (sound, spelt) if combine(sound, spelt) <= limit else None


def _measure_halves(halves: tuple[Half, Half], words: list[_Word]) -> tuple[float, float] | None:
    """The distance of words from a person's name, given and family name each near by itself.

    It is that of the half that is less like, as if the whole were as unlike: a name that is right in one half and
    wrong in the other is somebody else's.
    """
    best: tuple[float, float] | None = None
    for split in range(1, len(words)):
        lead = _measure(halves[0], *_join(words[:split]))
        rest = _measure(halves[1], *_join(words[split:])) if lead else None
        if lead and rest:
            both = _weigh_halves((lead, rest), halves)
            if best is None or combine(*both) < combine(*best):
                best = both
    return best


def _weigh_halves(
    parts: tuple[tuple[float, float], tuple[float, float]], halves: tuple[Half, Half]
) -> tuple[float, float]:
    lengths = [len(half.letters) for half in halves]
    worse = max((0, 1), key=lambda at: combine(*parts[at]) / lengths[at])
    scale = (sum(lengths) / lengths[worse] + 1) / 2
    sound, spelt = (max(parts[0][at] + parts[1][at], parts[worse][at] * scale) for at in (0, 1))
    return sound, spelt


def _join(words: list[_Word]) -> tuple[str, str]:
    return "".join([word.letters for word in words]), "".join([word.phones for word in words])
