"""What needs no judgement: what a person accepted, names that are written right, aliases, what the episode is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from pipeline.names.decisions import Decisions
from pipeline.names.lexicon import Form, Lexicon
from pipeline.names.ordinary import EVERYDAY
from pipeline.names.passage import Line, Passage, Spot

T = TypeVar("T")

_LONGEST = 8


def apply_accepted(decisions: Decisions) -> None:
    """Write what a person has accepted, whatever else speaks against it; of two that overlap the longer one counts."""
    accepted = decisions.rulings.accepted
    for spot in sorted(accepted, key=lambda spot: (spot.first - spot.last, spot.line, spot.first)):
        if decisions.is_open(spot):
            decisions.obey(spot, accepted[spot])


def settle_exact(decisions: Decisions) -> None:
    """Settle every name that is written as the glossary has it.

    One name of a person is only noted as a part: with its neighbour it may still turn out to be of another.
    """
    forms: dict[tuple[str, ...], list[Form]] = defaultdict(list)
    for form in decisions.lexicon.forms:
        forms[tuple(token.stem for token in form.tokens)].append(form)
    for spot, plural, found in occurrences(decisions.passage, forms):
        for form in found:
            if not decisions.is_right(spot, form, plural):
                continue
            if form.role == "full":
                decisions.settle(spot, form.entry.number)
            else:
                decisions.note_part(spot, form)


def apply_aliases(decisions: Decisions) -> None:
    """Write the term for each alias, which a person vouches for; of two that overlap the longer one counts.

    An alias with a plural s is left where that is an everyday word of its own (`new`, `news`).
    """
    found = list(occurrences(decisions.passage, decisions.lexicon.aliases))
    for spot, plural, form in sorted(found, key=lambda one: (one[0].first - one[0].last, one[0].line, one[0].first)):
        tokens = decisions.passage.tokens(spot)
        everyday = plural and len(tokens) == 1 and decisions.ordinary.frequency(tokens[0].word) >= EVERYDAY
        if decisions.is_open(spot) and not everyday:
            decisions.decide(spot, form, plural, rule="alias", score=1.0, reasons=(f"an alias of {form.text}",))


def note_present(decisions: Decisions, present: Iterable[str]) -> None:
    """Note the entries that are named in full in `present` (guests, title)."""
    decisions.in_play.update(find_named(decisions.lexicon, present))


def find_named(lexicon: Lexicon, texts: Iterable[str]) -> list[int]:
    """The entries that are named in full in these texts, in their order."""
    full = {form.letters: form.entry.number for form in lexicon.forms if form.role == "full"}
    windows = Passage([Line.of(text) for text in texts]).windows(_LONGEST)
    found = (full.get("".join(stems)) for stems, _ in windows)
    return list(dict.fromkeys(number for number in found if number is not None))


def occurrences(passage: Passage, known: Mapping[tuple[str, ...], T]) -> Iterator[tuple[Spot, str, T]]:
    """Where one of the known runs of folded words stands, with the plural ending it has there."""
    most = min(_LONGEST, max(map(len, known), default=0))
    firsts = {stems[0] for stems in known}
    firsts |= {stem + plural for stem in firsts for plural in ("s", "es")}
    for stems, spot in passage.windows(most, starts=firsts):
        for plural in ("", "s", "es"):
            if stems[-1].endswith(plural) and len(stems[-1]) > len(plural):
                found = known.get((*stems[:-1], stems[-1].removesuffix(plural)))
                if found is not None:
                    yield Spot(*spot), plural, found
