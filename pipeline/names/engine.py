"""The corrector: finds mis-heard names in lines of text and decides which to write right.

It goes in rounds. Names that stand in the text as the glossary has them, and aliases, are settled first; they show
what is talked of. Then every run of one to four words that might be a mis-heard name is judged, the surest first,
and each accepted name is itself evidence in the next round. What is settled is never touched again, so the rounds
end, and a second run over the result finds nothing more to do.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.config import CorrectConfig, Ruling
from pipeline.names import known
from pipeline.names.candidates import Candidate, Effort, Finder, Index
from pipeline.names.decisions import Change, Decisions
from pipeline.names.evidence import Evidence, Judge
from pipeline.names.lexicon import MAX_WORDS, Form, Lexicon, Role, to_letters
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
    suggest_from: float = SUGGEST_FROM,
) -> list[Change]:
    """The changes to these lines, in order; those that are applied do not overlap.

    `present` are texts that tell who and what the episode is about (guests, title); `reject` are a person's
    decisions about the whole text, `heard -> meant` or just `heard`, and `rulings` those that may be about a place.
    What scores less than `suggest_from` is left out.
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
    Rounds(decisions, settings, suggest_from).run()
    return sorted(decisions.changes, key=lambda change: (change.spot.line, change.spot.first))


@dataclass(slots=True)
class _Judged:
    spot: Spot
    candidate: Candidate
    evidence: Evidence
    unclear: bool


@dataclass(slots=True)
class Rounds:
    """The judging of one passage, round by round.

    `shares` remembers for runs of words the share that they have together, and that of the rarest.

    `names` are the given and the family names of the persons, by entry.
    """

    decisions: Decisions
    settings: CorrectConfig
    suggest_from: float
    shares: dict[tuple[str, ...], tuple[float, float]] = field(default_factory=dict)
    names: dict[tuple[int, Role], Form] = field(init=False)
    finder: Finder = field(init=False)

    def __post_init__(self) -> None:
        forms = self.decisions.lexicon.forms
        self.finder = Finder(self.decisions.lexicon)
        self.names = {(form.entry.number, form.role): form for form in forms if form.role != "full"}

    def run(self) -> None:
        """Judge all that might be mis-heard until a round accepts nothing; then note the suggestions."""
        decisions = self.decisions
        finder, index = self.finder, decisions.lexicon.index
        narrow: Index = {}
        spots = self._spots(index, all_words=False)
        sought: set[int] = set()
        while True:
            likely = (
                set(range(len(decisions.lexicon.entries))) if self.prior() >= _ALL_LIKELY else set(decisions.in_play)
            )
            if likely - sought:
                _add(spots, self._spots(finder.narrowed(likely - sought), all_words=True))
                sought |= likely
                narrow = finder.narrowed(sought)
            _add(spots, self._beside_parts())
            _add(spots, self._heard_before())
            judged = self._judge(spots)
            if not self._accept(judged):
                break
            if decisions.touched:
                spots = {spot: found for spot, found in spots.items() if spot.line not in decisions.touched}
                _add(spots, self._spots(index, all_words=False, lines=sorted(decisions.touched)))
                _add(spots, self._spots(narrow, all_words=True, lines=sorted(decisions.touched)))
                decisions.touched.clear()
        self._suggest(judged)

    def _spots(self, index: Index, *, all_words: bool, lines: list[int] | None = None) -> dict[Spot, list[Candidate]]:
        """The spots that are near some term of the index.

        Unless for `all_words`, common words are passed over and words that are not rare looked up less
        thoroughly: terms that are not talked of otherwise would not be accepted there.
        """
        found: dict[Spot, list[Candidate]] = {}
        seen: dict[tuple[str, ...], list[Candidate]] = {}
        ordinary, passage = self.decisions.ordinary, self.decisions.passage
        most = _COMMONEST if all_words else min(_COMMONEST, self.prior() - 2.5)
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
                    candidates = seen[stems] = self.finder.find(stems, index, effort)
            if candidates:
                found[Spot(line, first, last)] = candidates
        return found

    def _beside_parts(self) -> dict[Spot, list[Candidate]]:
        """The spots beside one name of a person that might be the other one, though heard as another name."""
        passage, found = self.decisions.passage, defaultdict[Spot, list[Candidate]](list)
        for (line, at), parts in self.decisions.parts.items():
            for number, role in sorted(parts):
                spot = Spot(line, at - 1, at - 1) if role == "family" else Spot(line, at + 1, at + 1)
                form = self.names.get((number, "given" if role == "family" else "family"))
                if form is None or not 0 <= spot.first < len(passage.words[line]):
                    continue
                token = passage.token(spot.places[0])
                joined = passage.after(spot) if role == "family" else passage.before(spot)
                if joined is passage.token((line, at)) and (token.capital or not self.decisions.ordinary.cased):
                    found[spot] += self._compare(token.stem, [form])
        return found

    def _heard_before(self) -> dict[Spot, list[Candidate]]:
        """The spots of what a name of a person was heard as beside the rest of it."""
        known: dict[str, set[tuple[int, Role]]] = defaultdict(set)
        for number, role, stem in self.decisions.heard_as:
            known[stem].add((number, role))
        found: dict[Spot, list[Candidate]] = {}
        for (stem,), spot in self.decisions.passage.windows(1, starts=known) if known else ():
            forms = [self.names[name] for name in sorted(known[stem]) if name in self.names]
            found[Spot(*spot)] = self._compare(stem, forms)
        return found

    def _compare(self, stem: str, forms: Iterable[Form]) -> list[Candidate]:
        """The forms for a word of which something else tells that it may be one, if it is not among the commonest."""
        if self.decisions.ordinary.share(stem) >= _COMMONEST:
            return []
        candidates = (self.finder.compare(stem, form) for form in forms)
        return [candidate for candidate in candidates if candidate and candidate.distance]

    def consider(self) -> Iterator[tuple[Spot, Candidate]]:
        """All that a run would weigh if every term were likely to be talked of."""
        spots = self._spots(self.decisions.lexicon.index, all_words=True)
        for spot in spots:
            yield from ((spot, candidate) for candidate in self._worthwhile(spot, spots))

    def _worthwhile(self, spot: Spot, spots: dict[Spot, list[Candidate]]) -> list[Candidate]:
        """The candidates at a spot that would change something, if it is open."""
        if not self.decisions.is_open(spot):
            return []
        return [one for one in spots[spot] if self._may_become(spot, one) and not _is_padded(spot, one, spots)]

    def prior(self) -> float:
        """The log10 chance that any one term is talked of, by the share of the glossary that is."""
        decisions = self.decisions
        telling = sum(
            any(decisions.ordinary.frequency(word) < _TELLING for word in decisions.lexicon.words_of(number))
            for number in decisions.in_play
        )
        return math.log10((telling + 1) / (len(decisions.lexicon.entries) + 3))

    def _judge(self, spots: dict[Spot, list[Candidate]]) -> list[_Judged]:
        """The best candidate of each open spot that is worth a thought, the surest first."""
        judge = Judge(self.decisions, self.prior())
        judged = []
        for spot in spots:
            worthwhile = self._worthwhile(spot, spots)
            best = _choose([_Judged(spot, one, judge.weigh(one, spot), False) for one in worthwhile])
            if best and best.evidence.score >= self.suggest_from:
                judged.append(best)
        return sorted(judged, key=lambda one: (-one.evidence.odds, one.spot.line, one.spot.first, -one.spot.last))

    def _may_become(self, spot: Spot, candidate: Candidate) -> bool:
        """Whether it would change anything, and neither the glossary nor a right spelling speaks against it."""
        passage = self.decisions.passage
        form, tokens = candidate.form, passage.tokens(spot)
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
        if form.role == "full" and any(parts) and spot.first == spot.last:
            return False  # one name of a person, written right, is nothing else
        if heard == to_letters(form.tokens) and len(tokens) == len(form.tokens):
            named = tokens[0].capital and not passage.opens(spot) and self.decisions.ordinary.cased
            if (
                named
                and form.role == "full"
                and all(token.stem.isalpha() and "'" not in token.word for token in tokens)
            ):
                return True
            everyday = all(self.decisions.ordinary.frequency(token.word) >= EVERYDAY for token in tokens)
            return form.entry.term.case == "fixed" or not everyday
        return True

    def _accept(self, judged: list[_Judged]) -> bool:
        """Apply what is sure enough; tells whether anything was."""
        judge = Judge(self.decisions, self.prior())
        accepted = False
        taken: set[tuple[int, int]] = set()
        least = APPLY_FROM[self.settings.mode]
        exact = [one.spot for one in judged if one.candidate.distance == 0 and one.evidence.score >= least]
        for one in judged:
            if one.evidence.score < least:
                break
            if any(one.spot.lies_within(wider) for wider in exact):
                continue
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
        judge = Judge(self.decisions, self.prior())
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
    if candidate.distance == 0:
        return False
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
