"""Where a first hearing may have missed a name, what to listen for there, and what to believe of the second one.

A recogniser that is told of names hears them better, and also where nobody said them. So it is told of them only
where the corrector has a doubt, of the likeliest first; and of what it then hears only a name is taken, where first
something much like it was heard, and only if the words around it stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline import sentences
from pipeline.adapters import spelling, wordlist
from pipeline.config import CorrectConfig, Vocabulary
from pipeline.models import SecondHearing, Seconds, Segment, Transcript, Word
from pipeline.names import phonetics
from pipeline.names.decisions import Change
from pipeline.names.engine import find_changes
from pipeline.names.known import find_named
from pipeline.names.lexicon import MIN_FUZZY, Form, Lexicon, to_letters
from pipeline.names.ordinary import EVERYDAY
from pipeline.names.passage import Line
from pipeline.names.similarity import sound_distance
from pipeline.names.tokens import split_possessive, tokenise
from pipeline.names.transcripts import lay_out

_DOUBT_FROM = 0.005  # what is not worth a suggestion may still be worth a second hearing
_HARD = 0.5  # up to this probability of a word it may be another one
_SURE = 0.95  # from this score on the corrector needs no second hearing
_MORE_BEFORE, _MORE_AFTER = 4, 2  # so many more words than the name has may be exchanged for it, or come with it
_UNLIKE = 0.6  # the share of a name's letters that may be other than what was heard first
_PUNCTUATION = ".,;:!?…\"“”'‘’()[]"
_SAME_SOUND = 0.35  # distances up to that of another vowel cannot be heard


@dataclass(frozen=True, slots=True)
class Doubt:
    """Seconds [start, end) at which `heard` may be the glossary's `term`, written `meant`, by the corrector's score.

    `audible` tells that the two sound different, so that listening can tell them apart.
    """

    start: Seconds
    end: Seconds
    heard: str
    term: str
    meant: str
    score: float
    audible: bool = True

    @property
    def open(self) -> bool:
        """Whether a second hearing may bring more than the corrector knows."""
        return self.audible and self.score < _SURE


class Listener:
    """What is listened for in one episode: finds doubts, chooses hotwords and compares two hearings."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._lexicon = Lexicon.build(vocabulary.glossary)
        named = find_named(self._lexicon, vocabulary.present)
        self._present = [self._lexicon.entries[number].term.term for number in named]
        self._forms: dict[str, list[Form]] = {}
        for form in self._lexicon.forms:
            self._forms.setdefault(form.entry.term.term, []).append(form)

    def find_doubts(self, heard: Transcript) -> list[Doubt]:
        """The places where a term may have been mis-heard, in order."""
        lines = [lay_out(segment)[0] for segment in heard.segments]
        changes = find_changes(
            lines, self._lexicon, CorrectConfig(), language=heard.language, present=self._vocabulary.present,
            suggest_from=_DOUBT_FROM,
        )  # fmt: skip
        doubtful = [change for change in changes if change.rule != "alias"]
        everyday = _everyday((change.heard for change in doubtful), heard.language)
        return [
            _doubt(change, lines[change.spot.line], heard.segments[change.spot.line], everyday) for change in doubtful
        ]

    def find_strange(self, heard: Transcript) -> list[Word]:
        """The words that were hard to hear and are not said every day: a name far from them may be behind it."""
        hard = [word for word in heard.words() if word.probability < _HARD and len(_letters([word])) >= MIN_FUZZY]
        everyday = _everyday((word.text for word in hard), heard.language)
        return [word for word in hard if any(token.word not in everyday for token in tokenise(word.text))]

    def choose_hotwords(
        self, doubts: Sequence[Doubt], count: Callable[[Sequence[str]], int], budget: int
    ) -> tuple[tuple[str, ...], int]:
        """The terms to tell the recogniser of, and how many do not fit: the likeliest, who is present, then any.

        `count` tells how many tokens terms take together, of which there may be `budget`.
        """
        likely = [doubt.term for doubt in sorted(doubts, key=lambda doubt: -doubt.score)]
        chosen: list[str] = []
        wanted = list(dict.fromkeys([*likely, *self._present, *self._forms]))
        for term in wanted:
            if count([*chosen, term]) > budget:
                break
            chosen.append(term)
        return tuple(chosen), len(wanted) - len(chosen)

    def compare(
        self, first: Sequence[Word], second: Sequence[Word], doubts: Sequence[Doubt], hotwords: Sequence[str]
    ) -> tuple[list[Word], tuple[SecondHearing, ...]]:
        """The first words with the names of the second that can be believed, and for each doubt what came of it."""
        same = SequenceMatcher(None, _fold(first), _fold(second), autojunk=False)
        merged: list[Word] = []
        told: dict[Doubt, SecondHearing] = {}
        for kind, begin, end, other, until in same.get_opcodes():
            before, after = first[begin:end], second[other:until]
            here = [doubt for doubt in doubts if _touch(doubt, before)]
            if kind == "equal":
                merged += before
                told |= {one: _tell(one, one.heard, "", "the same was heard again") for one in here if one not in told}
                continue
            name, places = self._weigh(before, after, here, hotwords)
            merged += _put_into(after, name, before) if name else before
            told |= places
        return merged, tuple(sorted(told.values(), key=lambda place: (place.start, place.term)))

    def _weigh(
        self, before: Sequence[Word], after: Sequence[Word], here: Sequence[Doubt], hotwords: Sequence[str]
    ) -> tuple[str, dict[Doubt, SecondHearing]]:
        """The name for which to believe what the second hearing has in place of some words, and what came of doubts."""
        said = sentences.join(word.text for word in after)
        form = self._find_form(after, hotwords) if before else None
        if form is None:
            return "", {one: _tell(one, one.heard, said, "the name was not heard") for one in here}
        if any(one.meant == form.text and not one.audible for one in here):
            why = "the two sound the same: the text must tell"
            return "", {one: _tell(one, one.heard, said, why) for one in here}
        length = len(form.text.split())
        fits = len(before) <= length + _MORE_BEFORE and len(after) <= length + _MORE_AFTER * (form.role == "full")
        if not fits or not _is_like(before, after):
            return "", {one: _tell(one, one.heard, said, "more than the name was heard otherwise") for one in here}
        term, heard = form.entry.term.term, sentences.join(word.text for word in before)
        new = Doubt(before[0].start, before[-1].end, heard, term, form.text, 0.0)
        own = next((one for one in here if one.term == term), new)
        told = {one: _tell(one, one.heard, said, f"{term} was heard") for one in here}
        return form.text, told | {own: _tell(own, heard, said, "the name was heard", taken=True)}

    def _find_form(self, after: Sequence[Word], terms: Sequence[str]) -> Form | None:
        """The longest way of writing one of the terms that stands in what was heard, letter for letter."""
        forms = [form for term in terms for form in self._forms.get(term, ()) if _find_in(form.text, after) is not None]
        return max(forms, key=lambda form: len(form.text), default=None)


def _doubt(change: Change, line: Line, segment: Segment, everyday: set[str]) -> Doubt:
    """A change that the corrector thinks of, and its seconds; an everyday word of the same sound is inaudible."""
    seconds, spot = line.seconds or [], change.spot
    start = seconds[spot.first] if seconds else segment.start
    end = seconds[spot.last + 1] if spot.last + 1 < len(seconds) else segment.end
    words = tokenise(change.heard)
    heard, meant = (_phones(text) for text in (change.heard, change.meant))
    common = all(token.word in everyday for token in words)
    audible = not (common and sound_distance(heard, meant, _SAME_SOUND) <= _SAME_SOUND)
    return Doubt(start, max(start, end), change.heard, change.term, change.meant, change.score, audible)


def _everyday(texts: Iterable[str], language: str) -> set[str]:
    """Those words of the texts that are said every day."""
    words = {token.word for text in texts for token in tokenise(text)}
    return {word for word, zipf in wordlist.look_up(words, language).items() if zipf >= EVERYDAY}


def _letters(words: Sequence[Word]) -> str:
    return to_letters(tokenise(sentences.join(word.text for word in words)))


def _phones(text: str) -> str:
    return "".join(phonetics.to_phones(token.stem) for token in tokenise(text))


def _fold(words: Sequence[Word]) -> list[str]:
    """What must be the same for two words to be, without case, accents and punctuation."""
    return [re.sub(r"\W", "", phonetics.fold(word.text)) for word in words]


def _touch(doubt: Doubt, words: Sequence[Word]) -> bool:
    """Whether the doubt is about one of these words."""
    return bool(words) and doubt.start < words[-1].end and words[0].start < doubt.end


def _find_in(name: str, words: Sequence[Word]) -> int | None:
    """Where the name begins that stands in the words letter for letter, but for punctuation and an ending; or None."""
    wanted = name.split()
    for at in range(len(words) - len(wanted) + 1):
        said = [
            word.text if word.text == own else _bare(word.text) for word, own in zip(words[at:], wanted, strict=False)
        ]
        if said == wanted or [*said[:-1], said[-1].removesuffix("s")] == wanted:
            return at
    return None


def _bare(text: str) -> str:
    return split_possessive(text.strip(_PUNCTUATION))[0]


def _is_like(before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether two runs of words have enough letters in common to be two hearings of one sound."""
    first, second = _letters(before), _letters(after)
    most = int(_UNLIKE * max(len(first), len(second)))
    return spelling.edit_distance()(first, second, score_cutoff=most) <= most


def _put_into(words: Sequence[Word], name: str, place: Sequence[Word]) -> list[Word]:
    """Words of the second hearing, without commas inside the name, in the time of those of the first."""
    at, length = _find_in(name, words) or 0, len(name.split())
    texts = [
        word.text.rstrip(",") if at <= number < at + length - 1 else word.text for number, word in enumerate(words)
    ]
    times: Sequence[Word] = place
    if len(words) != len(place):
        times = sentences.spread(" ".join(texts), place[0].start, max(word.end for word in place))
    return [
        Word(start=time.start, end=time.end, text=text, probability=word.probability)
        for text, word, time in zip(texts, words, times, strict=True)
    ]


def _tell(doubt: Doubt, heard: str, again: str, why: str, *, taken: bool = False) -> SecondHearing:
    return SecondHearing(
        start=doubt.start, end=doubt.end, heard=heard, again=again, term=doubt.term, taken=taken, why=why
    )
