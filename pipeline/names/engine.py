"""The corrector: finds mis-heard names in lines of text and decides which to write right.

It goes in rounds. Names that stand in the text as the glossary has them, and aliases, are settled first; they show
what is talked of. Then every run of one to four words that might be a mis-heard name is judged, the surest first,
and each accepted name is itself evidence in the next round. What is settled is never touched again, so the rounds
end, and a second run over the result finds nothing more to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.config import CorrectConfig, Ruling
from pipeline.names import known
from pipeline.names.candidates import Candidate, Effort, Finder, Index
from pipeline.names.decisions import Change, Decisions
from pipeline.names.evidence import Evidence, Judge
from pipeline.names.lexicon import MAX_WORDS, Lexicon, to_letters
from pipeline.names.ordinary import EVERYDAY, Ordinariness
from pipeline.names.passage import Line, Passage, Spot
from pipeline.names.rulings import Rulings, read_rejection

APPLY_FROM = {"strict": 0.9, "balanced": 0.6, "eager": 0.4}
SUGGEST_FROM = 0.1

_TELLING = 3.5  # a term with a word rarer than this Zipf frequency is not said by chance
_ALL_LIKELY = -1.7  # from this log10 chance on, any term of the glossary may well be talked of
_COMMONEST = -3.8  # log10 of the share from which on words are never taken for a name that was mis-heard
_RARE = -5.8  # log10 of a word's share under which it is looked up thoroughly
_WORTH_OF_WORD = 0.3  # by how much each word must bring a run of words nearer to a name to belong to it
_CLEAR_LEAD = 0.4  # log10 odds by which the best of several terms must be ahead


def find_changes(
    lines: Sequence[Line],
    lexicon: Lexicon,
    settings: CorrectConfig,
    *,
    language: str = "en",
    present: Iterable[str] = (),
    reject: Iterable[str] = (),
    rulings: Iterable[Ruling] = (),
) -> list[Change]:
    """The changes to these lines, in order; those that are applied do not overlap.

    `present` are texts that tell who and what the episode is about (guests, title); `reject` are a person's
    decisions about the whole text, `heard -> meant` or just `heard`, and `rulings` those that may be about a place.
    """
    ruled = [*map(read_rejection, reject), *rulings]
    if not settings.enabled or not (lexicon.forms or lexicon.aliases or ruled):
        return []
    passage = Passage(lines)
    said = (token for line in lines for token in line.tokens)
    ordinary = Ordinariness.of(said, (token for form in lexicon.forms for token in form.tokens), language)
    decisions = Decisions(passage, lexicon, ordinary, Rulings.find(passage, ruled))
    known.apply_accepted(decisions)
    known.settle_exact(decisions)
    known.apply_aliases(decisions)
    known.note_present(decisions, present)
    _Rounds(decisions, settings).run()
    return sorted(decisions.changes, key=lambda change: (change.spot.line, change.spot.first))


@dataclass(slots=True)
class _Judged:
    spot: Spot
    candidate: Candidate
    evidence: Evidence
    unclear: bool


@dataclass(slots=True)
class _Rounds:
    """`shares` remembers for runs of words the share that they have together, and that of the rarest."""

    decisions: Decisions
    settings: CorrectConfig
    shares: dict[tuple[str, ...], tuple[float, float]] = field(default_factory=dict)

    def run(self) -> None:
        """Judge all that might be mis-heard until a round accepts nothing; then note the suggestions."""
        decisions = self.decisions
        finder = Finder(decisions.lexicon)
        index: Index = finder.lexicon.index
        narrow: Index = {}
        spots = self._spots(finder, index, all_words=False)
        sought: set[int] = set()
        while True:
            likely = set(range(len(finder.lexicon.entries))) if self._prior() >= _ALL_LIKELY else set(decisions.in_play)
            if likely - sought:
                _add(spots, self._spots(finder, finder.narrowed(likely - sought), all_words=True))
                sought |= likely
                narrow = finder.narrowed(sought)
            judged = self._judge(spots)
            if not self._accept(judged):
                break
            if decisions.touched:
                spots = {spot: found for spot, found in spots.items() if spot.line not in decisions.touched}
                _add(spots, self._spots(finder, index, all_words=False, lines=sorted(decisions.touched)))
                _add(spots, self._spots(finder, narrow, all_words=True, lines=sorted(decisions.touched)))
                decisions.touched.clear()
        self._suggest(judged)

    def _spots(
        self, finder: Finder, index: Index, *, all_words: bool, lines: list[int] | None = None
    ) -> dict[Spot, list[Candidate]]:
        """The spots that are near some term of the index.

        Unless for `all_words`, common words are passed over and words that are not rare looked up less
        thoroughly: terms that are not talked of otherwise would not be accepted there.
        """
        found: dict[Spot, list[Candidate]] = {}
        seen: dict[tuple[str, ...], list[Candidate]] = {}
        ordinary, passage = self.decisions.ordinary, self.decisions.passage
        most = _COMMONEST if all_words else min(_COMMONEST, self._prior() - 2.5)
        for stems, (line, first, last) in passage.windows(MAX_WORDS, lines):
            candidates = seen.get(stems)
            if candidates is None:
                share = self.shares.get(stems)
                if share is None:
                    words = [token.word for token in passage.words[line][first : last + 1]]
                    share = self.shares[stems] = ordinary.joint_share(words), min(map(ordinary.share, words))
                candidates = seen[stems] = []
                if share[0] < most:
                    effort = _effort(len(stems), rare=share[1] < _RARE, likely=all_words)
                    candidates = seen[stems] = finder.find(stems, index, effort)
            if candidates:
                found[Spot(line, first, last)] = candidates
        return found

    def _prior(self) -> float:
        """The log10 chance that any one term is talked of, by the share of the glossary that is."""
        decisions = self.decisions
        telling = sum(
            any(decisions.ordinary.frequency(word) < _TELLING for word in decisions.lexicon.words_of(number))
            for number in decisions.in_play
        )
        return math.log10((telling + 1) / (len(decisions.lexicon.entries) + 3))

    def _judge(self, spots: dict[Spot, list[Candidate]]) -> list[_Judged]:
        """The best candidate of each open spot that is worth a thought, the surest first."""
        judge = Judge(self.decisions, self._prior())
        judged = []
        for spot, candidates in spots.items():
            if not self.decisions.is_open(spot):
                continue
            weighed = [
                _Judged(spot, candidate, judge.weigh(candidate, spot), False)
                for candidate in candidates
                if self._may_become(spot, candidate) and not _is_padded(spot, candidate, spots)
            ]
            best = _choose(weighed)
            if best and best.evidence.score >= SUGGEST_FROM:
                judged.append(best)
        return sorted(judged, key=lambda one: (-one.evidence.odds, one.spot.line, one.spot.first, -one.spot.last))

    def _may_become(self, spot: Spot, candidate: Candidate) -> bool:
        """Whether it would change anything, and neither the glossary nor a right spelling speaks against it."""
        form, tokens = candidate.form, self.decisions.passage.tokens(spot)
        heard = to_letters(tokens)
        if form.entry.never & {heard, heard.removesuffix(candidate.plural), *(token.stem for token in tokens)}:
            return False
        parts = [self.decisions.parts.get(place, set()) for place in spot.places]
        if (
            any(parts)
            if form.role != "full"
            else all(any(form.entry.number == one for one, _ in part) for part in parts)
        ):
            return False
        if self.decisions.is_right(spot, form, candidate.plural):
            return False
        if heard == to_letters(form.tokens) and len(tokens) == len(form.tokens):
            everyday = all(self.decisions.ordinary.frequency(token.word) >= EVERYDAY for token in tokens)
            return form.entry.term.case == "fixed" or not everyday
        return True

    def _accept(self, judged: list[_Judged]) -> bool:
        """Apply what is sure enough; tells whether anything was."""
        judge = Judge(self.decisions, self._prior())
        accepted = False
        taken: set[tuple[int, int]] = set()
        for one in judged:
            if one.evidence.score < APPLY_FROM[self.settings.mode]:
                break
            if one.unclear or not self.decisions.is_open(one.spot) or not taken.isdisjoint(one.spot.places):
                continue
            accepted = True
            taken.update(one.spot.places)
            self.decisions.decide(
                one.spot,
                one.candidate.form,
                one.candidate.plural,
                rule=one.candidate.rule,
                score=one.evidence.score,
                reasons=judge.explain(one.candidate, one.spot, one.evidence),
            )
        return accepted

    def _suggest(self, judged: list[_Judged]) -> None:
        """Note what was not sure enough, the best of what overlaps."""
        judge = Judge(self.decisions, self._prior())
        taken: set[tuple[int, int]] = set()
        for one in judged:
            if self.decisions.is_open(one.spot) and taken.isdisjoint(one.spot.places):
                taken.update(one.spot.places)
                self.decisions.suggest(
                    one.spot,
                    one.candidate.form,
                    one.candidate.plural,
                    rule=one.candidate.rule,
                    score=one.evidence.score,
                    reasons=judge.explain(one.candidate, one.spot, one.evidence)
                    + (("another term fits as well",) if one.unclear else ()),
                )


def _effort(words: int, *, rare: bool, likely: bool) -> Effort:
    """How thoroughly to look a run of words up, by whether one of them is rare and the terms are likely."""
    if words == MAX_WORDS or not (rare or likely):
        return "sound" if words <= 2 or rare else "letters"
    return "all" if rare or words <= 2 else "sound"


def _is_padded(spot: Spot, candidate: Candidate, spots: dict[Spot, list[Candidate]]) -> bool:
    """Whether fewer of the words are as near to the same form, so that the others do not belong to it."""
    for first in range(spot.first, spot.last + 1):
        for last in range(first, spot.last + 1):
            fewer = spot.last - spot.first - last + first
            for other in spots.get(Spot(spot.line, first, last), ()) if fewer else ():
                if other.form is candidate.form and other.distance < candidate.distance + _WORTH_OF_WORD * fewer:
                    return True
    return False


def _choose(weighed: list[_Judged]) -> _Judged | None:
    """The likeliest of several candidates for one spot, unclear where another term is nearly as likely.

    What was learned from the uncorrected text may decide for a candidate but makes none unclear: a second run, which
    does not know it, must come to the same end.
    """
    if not weighed:
        return None
    weighed.sort(key=lambda one: (-one.evidence.lasting, one.candidate.form.text))
    best = weighed[0]
    told = max(weighed, key=lambda one: one.evidence.odds)
    if told.evidence.odds > told.evidence.lasting and told.evidence.odds >= best.evidence.lasting:
        return told
    rival = next((one for one in weighed if one.candidate.form.text != best.candidate.form.text), None)
    best.unclear = rival is not None and best.evidence.lasting - rival.evidence.lasting < _CLEAR_LEAD
    return best


def _add(spots: dict[Spot, list[Candidate]], more: dict[Spot, list[Candidate]]) -> None:
    for spot, candidates in more.items():
        spots[spot] = list(dict.fromkeys([*spots.get(spot, []), *candidates]))
