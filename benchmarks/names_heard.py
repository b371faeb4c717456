"""Sentences as recognisers write them, by ourselves: names of many kinds and origins, and ordinary words like them.

names_heard.tsv has a sentence a line with what was heard in it and what was meant; where both are empty, nothing may
change. Its terms are in two halves: the engine was developed by the first, the second only tells how well it does.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import Lexicon
from pipeline.names.decisions import Change
from pipeline.names.engine import find_changes
from pipeline.names.passage import Line

FILE = Path(__file__).with_name("names_heard.tsv")
HALVES = ("a", "b")


@dataclass(frozen=True)
class Heard:
    """A sentence; `heard` and `meant` are empty where nothing may change, `kind` says why it is hard."""

    term: str
    kind: str
    heard: str
    meant: str
    sentence: str

    @property
    def half(self) -> str:
        """`a`, by which the engine was developed, or `b`."""
        return HALVES[zlib.crc32(self.term.encode()) % 2]

    @property
    def wanted(self) -> str:
        """The sentence with the name written right."""
        return self.sentence.replace(self.heard, self.meant, 1) if self.heard else self.sentence


@dataclass(frozen=True)
class Outcome:
    """What became of a sentence."""

    case: Heard
    written: str
    changes: list[Change]

    @property
    def right(self) -> bool:
        """Whether a name was to be found and was."""
        return bool(self.case.heard) and self.written == self.case.wanted

    @property
    def wrong(self) -> bool:
        """Whether the sentence was changed into anything but what was meant."""
        return self.written not in (self.case.sentence, self.case.wanted)


def read_cases(half: str) -> list[Heard]:
    """The sentences of a half in a shuffled order that is always the same."""
    with FILE.open(encoding="utf-8") as file:
        cases = [Heard(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    cases = [case for case in cases if case.half == half]
    return sorted(cases, key=lambda case: zlib.crc32(case.sentence.encode()))


def run_cases(cases: list[Heard], mode: str) -> list[Outcome]:
    """Correct the sentences as one transcript, with all terms in one glossary."""
    terms = sorted({case.term for case in cases})
    lexicon = Lexicon.build(Glossary(terms=tuple(Term(term=term) for term in terms)))
    lines = [Line.of(case.sentence) for case in cases]
    changes = find_changes(lines, lexicon, CorrectConfig.model_validate({"mode": mode}))
    outcomes = []
    for number, case in enumerate(cases):
        here = [change for change in changes if change.spot.line == number]
        written = case.sentence
        for change in reversed(here):
            if change.outcome == "applied":
                start, end = lines[number].span(change.spot.first, change.spot.last)
                written = written[:start] + change.meant + written[end:]
        outcomes.append(Outcome(case, written, here))
    return outcomes


def tell_score(outcomes: list[Outcome]) -> tuple[float, float]:
    """Recall and precision; a sentence that was changed otherwise counts against precision."""
    right, wrong = sum(one.right for one in outcomes), sum(one.wrong for one in outcomes)
    return right / sum(bool(one.case.heard) for one in outcomes), right / max(1, right + wrong)


def main() -> None:
    """Print the score of a half by kind, and with --list what was missed and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="a")
    parser.add_argument("--mode", default="balanced")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    outcomes = run_cases(read_cases(options.half), options.mode)
    print("recall {:.3f}  precision {:.3f}".format(*tell_score(outcomes)))
    sought = Counter(one.case.kind for one in outcomes if one.case.heard)
    found = Counter(one.case.kind for one in outcomes if one.right)
    print("  ".join(f"{kind} {found[kind]}/{count}" for kind, count in sought.most_common()))
    for one in outcomes if options.list else ():
        if one.wrong or (one.case.heard and not one.right):
            print("WRONG " if one.wrong else "MISSED", one.case.term, "|", one.case.sentence, "|", one.written)
            for change in one.changes:
                print("       ", change.outcome, change.heard, "->", change.meant, change.score, change.reasons)


if __name__ == "__main__":
    main()
