"""Which terms a run of words might be a mis-hearing of, and how far they are apart; context is not looked at here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

from pipeline.adapters import spelling
from pipeline.names import phonetics
from pipeline.names.lexicon import MIN_FUZZY, NUMBERS, Form, Half, Lexicon, search_keys
from pipeline.names.similarity import differs_at_onset, sound_distance

Index = Mapping[str, list[int]]

#: A letter more, less or other costs a little less than an unrelated consonant.
_LETTER = 0.8
_LIMIT_PER_LETTER, _LIMIT_BASE = 0.22, 0.3


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

    def find(self, stems: tuple[str, ...], index: Index, *, thorough: bool) -> list[Candidate]:
        """The forms near these folded words; unless `thorough`, only those of the same letters or consonants."""
        found = self._near(stems, "", index, thorough)
        last = stems[-1]
        if len(last) >= 4 and last.endswith("s") and not last.endswith("ss"):
            singular = self._near((*stems[:-1], last[:-1]), "s", index, thorough)
            known = {candidate.form.text for candidate in found if candidate.distance <= 0.35}
            found += [candidate for candidate in singular if candidate.form.text not in known]
        return found

    def _near(self, stems: tuple[str, ...], plural: str, index: Index, thorough: bool) -> list[Candidate]:
        words = [self._word(stem) for stem in stems]
        letters, phones = "".join([word.letters for word in words]), "".join([word.phones for word in words])
        skeleton = reduce(phonetics.join_skeletons, [word.skeleton for word in words])
        apart = "".join([word.skeleton for word in words])
        silent = [not word.phones for word in words]
        if any(silent) and not all(silent):  # scripts, or long numbers, that do not make one sound with the rest
            keys = [letters]
        elif thorough and len(letters) >= MIN_FUZZY:
            keys = [letters, *search_keys(letters, skeleton)]
            if apart != skeleton:  # `con net` lacks a consonant of `ConvNet` between the two n
                keys += search_keys(letters, apart)
        else:
            keys = [letters, "/" + skeleton]
        numbers: set[int] = set()
        for key in keys:
            if key in index:
                numbers.update(index[key])
        found = []
        for number in sorted(numbers):
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


def _measure(meant: Half, letters: str, phones: str) -> tuple[float, float] | None:
    """How far what was heard is from it, by sound and by spelling; None where it is too far to be thought of."""
    if meant.letters == letters:
        return 0.0, 0.0
    if len(letters) < MIN_FUZZY or len(meant.letters) < MIN_FUZZY:
        return None
    limit = _LIMIT_BASE + _LIMIT_PER_LETTER * max(len(letters), len(meant.letters))
    most = int(limit * 1.6 / _LETTER) + 1
    edits = spelling.edit_distance()(letters, meant.letters, score_cutoff=most)
    if edits > most:
        return None
    spelt = edits * _LETTER
    sound = min([sound_distance(phones, said, limit + 1) for said in meant.sounds if phones], default=spelt)
    sound = min(sound, limit + 1)
    return (sound, spelt) if combine(sound, spelt) <= limit else None


def _measure_halves(halves: tuple[Half, Half], words: list[_Word]) -> tuple[float, float] | None:
    """The distance of words from a person's name, given and family name each near by itself."""
    best: tuple[float, float] | None = None
    for split in range(1, len(words)):
        parts = [
            _measure(half, "".join([word.letters for word in some]), "".join([word.phones for word in some]))
            for half, some in zip(halves, (words[:split], words[split:]), strict=True)
        ]
        if parts[0] and parts[1]:
            both = parts[0][0] + parts[1][0], parts[0][1] + parts[1][1]
            if best is None or combine(*both) < combine(*best):
                best = both
    return best
