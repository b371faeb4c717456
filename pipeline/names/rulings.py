"""What a person ruled about corrections, found again in the text by what was heard and, for one place, its second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.config import Ruling
from pipeline.models import Corrections
from pipeline.names.passage import Line, Passage, Spot
from pipeline.names.tokens import tokenise

#: A rerun may hear a word this many seconds earlier or later than it was when a person ruled.
TOLERANCE = 1.0


@dataclass(slots=True)
class Rulings:
    """Spots where a person decided: what is to be written there, and what must not be (`""`: nothing else at all)."""

    accepted: dict[Spot, str] = field(default_factory=dict)
    rejected: dict[Spot, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def find(cls, passage: Passage, rulings: Iterable[Ruling]) -> Rulings:
        """The rulings at their spots. One about a place overrules one about the episode, a later one an earlier."""
        found = cls()
        in_order = [known for known in map(_bare, rulings) if known]
        spots = _spots_of(passage, {_stems(ruling.heard) for ruling in in_order})
        for ruling in sorted(in_order, key=lambda ruling: ruling.at is not None):
            heard = [
                spot
                for spot in spots.get(_stems(ruling.heard), ())
                if passage.heard(spot).casefold() == ruling.heard.casefold()
            ]
            for spot in heard if ruling.at is None else _nearest(passage, heard, ruling.at):
                found._note(spot, ruling)
        return found

    def reject(self, spot: Spot, meant: str) -> bool:
        """Whether a person does not want the spot to become this."""
        return not self.rejected.get(spot, set()).isdisjoint(("", meant))

    def _note(self, spot: Spot, ruling: Ruling) -> None:
        meant = ruling.meant or ""
        if ruling.verdict == "accept":
            self.accepted[spot] = meant
        else:
            self.rejected[spot].add(meant)
            if meant in ("", self.accepted.get(spot)):
                self.accepted.pop(spot, None)


def read_rejection(text: str) -> Ruling:
    """A line of `reject`, `heard -> meant` or `heard`, as a ruling about the whole episode."""
    heard, _, meant = text.partition("->")
    return Ruling.model_construct(heard=heard.strip(), meant=meant.strip() or None, at=None, verdict="reject")


def applies(ruling: Ruling, heard: str, meant: str, second: float | None) -> bool:
    """Whether a ruling is about this change at this second."""
    bare = _bare(ruling) or ruling
    return (
        bare.heard.casefold() == heard.casefold()
        and (bare.meant in (None, meant) or bare.verdict == "accept")
        and (bare.at is None or (second is not None and abs(second - bare.at) <= TOLERANCE))
    )


def missed(rulings: Iterable[Ruling], log: Corrections) -> list[Ruling]:
    """The acceptances of which nothing came, since what was heard is not there (any more)."""
    return [
        ruling
        for ruling in rulings
        if ruling.verdict == "accept" and not any(applies(ruling, one.heard, one.meant, one.start) for one in log.root)
    ]


def _bare(ruling: Ruling) -> Ruling | None:
    """The ruling without punctuation around what was heard, nor a possessive ending; None where no word is left."""
    line = Line.of(ruling.heard)
    if not line.tokens:
        return None
    start, end = line.span(0, len(line.tokens) - 1)
    meant = ruling.meant and (ruling.meant.removesuffix(line.tokens[-1].ending) or ruling.meant)
    return ruling.model_copy(update={"heard": ruling.heard[start:end], "meant": meant})


def _stems(heard: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokenise(heard))


def _spots_of(passage: Passage, sought: set[tuple[str, ...]]) -> dict[tuple[str, ...], list[Spot]]:
    found: dict[tuple[str, ...], list[Spot]] = defaultdict(list)
    if sought:
        starts = {stems[0] for stems in sought}
        for stems, spot in passage.windows(max(map(len, sought)), starts=starts):
            if stems in sought:
                found[stems].append(Spot(*spot))
    return found


def _nearest(passage: Passage, spots: Sequence[Spot], second: float) -> list[Spot]:
    """The spot nearest to a second, if one is near enough."""
    away = [(abs(at - second), spot) for spot in spots if (at := passage.second(spot)) is not None]
    near = [one for one in away if one[0] <= TOLERANCE]
    return [min(near, key=lambda one: (one[0], one[1].line, one[1].first))[1]] if near else []
