"""What the corrector has decided about a passage so far, and the evidence that its decisions are for others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.models import Correction, Seconds
from pipeline.names.lexicon import PARTS, Form, Lexicon, Role, to_letters
from pipeline.names.ordinary import Ordinariness
from pipeline.names.passage import Passage, Spot
from pipeline.names.rulings import Rulings
from pipeline.names.tokens import Token
from pipeline.names.writing import is_written, write_name

_TELLING = 3.3  # a name that is rarer than this Zipf frequency tells who is meant

_REJECTED = "a person rejected it"

Outcome = Literal["applied", "suggested", "rejected"]


@dataclass(frozen=True, slots=True)
class Change:
    """What was heard at a spot and what it was meant to be, both without a possessive ending, which stays."""

    spot: Spot
    heard: str
    meant: str
    term: str
    rule: str
    score: float
    outcome: Outcome
    reasons: tuple[str, ...]

    def as_correction(
        self, *, segment: int | None = None, start: Seconds | None = None, line: int | None = None
    ) -> Correction:
        """The change as corrections.json has it, at that place."""
        return Correction(
            segment=segment,
            start=start,
            heard=self.heard,
            meant=self.meant,
            term=self.term,
            rule=self.rule,
            score=self.score,
            applied=self.outcome == "applied",
            line=line,
            outcome=self.outcome,
            reasons=self.reasons,
        )


@dataclass(slots=True)
class Decisions:
    """The state of the work on one passage.

    `settled` are (line, token) places that hold a name in full, `parts` those of one name of a person, written
    right, with the entries that it may be of and which name of theirs it is. `in_play` are the entries that are
    talked of, `hinted` those of whom a rare family name is said; `heard_as` is what one name of a person was heard
    as beside the other one. `touched` are the lines that changed since last asked.
    """

    passage: Passage
    lexicon: Lexicon
    ordinary: Ordinariness
    rulings: Rulings
    settled: set[tuple[int, int]] = field(default_factory=set)
    parts: dict[tuple[int, int], set[tuple[int, Role]]] = field(default_factory=dict)
    in_play: set[int] = field(default_factory=set)
    hinted: set[int] = field(default_factory=set)
    heard_as: set[tuple[int, Role, str]] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def is_open(self, spot: Spot) -> bool:
        """Whether nothing there is settled."""
        return self.settled.isdisjoint(spot.places)

    def settle(self, spot: Spot, entry: int) -> None:
        """The spot holds that entry in full, written right."""
        self.settled.update(spot.places)
        self.in_play.add(entry)

    def note_part(self, spot: Spot, form: Form) -> None:
        """The spot holds one name of a person, written right; a rare family name hints at who is talked of."""
        entry = form.entry.number
        for place in spot.places:
            self.parts.setdefault(place, set()).add((entry, form.role))
            word = self.passage.token(place).word
            if form.role == "family" and len(word) >= 4 and self.ordinary.frequency(word) < _TELLING:
                self.hinted.add(entry)

    def obey(self, spot: Spot, meant: str) -> None:
        """Write at the spot what a person has accepted there; it is no evidence, so that no other place changes."""
        forms = (form for form in self.lexicon.forms if form.text == meant)
        term = next((form.entry.term.term for form in forms), meant)
        heard = self.passage.heard(spot)
        self.settled.update(spot.places)
        self.changes.append(Change(spot, heard, meant, term, "ruling", 1.0, "applied", ("a person accepted it",)))

    def decide(self, spot: Spot, form: Form, plural: str, *, rule: str, score: float, reasons: tuple[str, ...]) -> None:
        """Apply a change, unless a person has rejected it. One name of a person may become part of a change to come."""
        change = self._describe(spot, form, plural, rule, score, reasons, "applied")
        if change.outcome == "rejected":
            self.settled.update(spot.places)
        elif form.role == "full" or len(form.tokens) > 1 or spot.first < spot.last:
            self._learn(spot, form)
            self.settle(spot, form.entry.number)
            self._rewrite(spot.places[-1], form.tokens[-1], plural)
            if spot.first < spot.last:
                self._rewrite(spot.places[0], form.tokens[0], "")
        else:
            self._learn(spot, form)
            self._rewrite(spot.places[0], form.tokens[0], plural)
            self.note_part(spot, form)
            self.touched.add(spot.line)
            change = self._with_partner(change, form)
        self.changes = [one for one in self.changes if not one.spot.meets(change.spot)]
        self.changes.append(change)

    def _rewrite(self, place: tuple[int, int], token: Token, plural: str) -> None:
        self.passage.replace(place, token.text + plural, token.stem + plural)

    def _with_partner(self, change: Change, form: Form) -> Change:
        """A change of one name of a person, or where the other one stands beside it, of the whole name."""
        partner = self._partner(change.spot, form)
        if partner is None:
            return change
        line, at = change.spot.line, change.spot.first
        both = Spot(line, min(at, partner), max(at, partner))
        self.settle(both, form.entry.number)
        whole = replace(change, spot=both, heard=self.passage.heard(both), meant=self.passage.written(both))
        if self.rulings.reject(both, whole.meant):
            return replace(whole, outcome="rejected", reasons=(_REJECTED, *whole.reasons))
        if to_letters(self.passage.lines[line].tokens[both.first : both.last + 1]) in form.entry.never:
            return replace(whole, outcome="rejected", reasons=("the glossary says never", *whole.reasons))
        return whole

    def _partner(self, spot: Spot, form: Form) -> int | None:
        """Where on the line the other name of the person stands right beside the one at the spot, written right."""
        step = 1 if form.role == "given" else -1
        beside = self.passage.after(spot) if step > 0 else self.passage.before(spot)
        at = spot.first + step
        other: Role = "family" if form.role == "given" else "given"
        known = (form.entry.number, other) in self.parts.get((spot.line, at), ())
        return at if known and beside is self.passage.words[spot.line][at] else None

    def suggest(
        self, spot: Spot, form: Form, plural: str, *, rule: str, score: float, reasons: tuple[str, ...]
    ) -> None:
        """Note a change that is not sure enough to be applied."""
        self.changes.append(self._describe(spot, form, plural, rule, score, reasons, "suggested"))

    def is_right(self, spot: Spot, form: Form, plural: str) -> bool:
        """Whether the spot already is the form, as the glossary or this text writes it."""
        written = self.passage.written(spot)
        return is_written(form, written.removesuffix(plural)) or written == self.meant(spot, form, plural)

    def meant(self, spot: Spot, form: Form, plural: str) -> str:
        """What would be written at the spot."""
        tokens = self.passage.tokens(spot)
        shout = self.ordinary.shouted and tokens[0].text.isupper()
        return write_name(form, plural, tokens, opens=self.passage.opens(spot), shout=shout)

    def _describe(
        self, spot: Spot, form: Form, plural: str, rule: str, score: float, reasons: tuple[str, ...], outcome: Outcome
    ) -> Change:
        heard, meant = self.passage.heard(spot), self.meant(spot, form, plural)
        if self.rulings.reject(spot, meant):
            outcome, reasons = "rejected", (_REJECTED, *reasons)
        return Change(spot, heard, meant, form.entry.term.term, rule, round(score, 3), outcome, reasons)

    def _learn(self, spot: Spot, form: Form) -> None:
        """Note what each name of a person was heard as beside the other one."""
        places = spot.places
        if form.role == "full" and form.entry.given and form.entry.family and len(places) == 2:
            stems = (self.passage.token(place).stem for place in places)
            self.heard_as.update((form.entry.number, role, stem) for role, stem in zip(PARTS, stems, strict=True))
        elif form.role != "full" and self._partner(spot, form) is not None:
            self.heard_as.add((form.entry.number, form.role, self.passage.token(places[0]).stem))
