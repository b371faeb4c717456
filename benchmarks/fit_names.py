"""Fits the weights of the corrector's evidence and shows how it does on names that the fit has not seen.

    .venv/bin/python -m benchmarks.fit_names

What Whisper base hears of some 700 spoken names (spoken_names.py) is mixed with human talk, 25 terms a text, and so is
the first half of names_heard.tsv. Each candidate that the engine would weigh is a row: its features, and whether it
is what was said. The weights are those of a logistic regression, with `elsewhere` held at its value in evidence.py
and every other drawn to it; weights on which the data say little stay as they are. Printed, for evidence.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks import names, names_heard, spoken_names
from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import Lexicon, engine, known
from pipeline.names.decisions import Decisions
from pipeline.names.evidence import WEIGHTS, Judge
from pipeline.names.lexicon import to_letters
from pipeline.names.ordinary import Ordinariness
from pipeline.names.passage import Line, Passage
from pipeline.names.rulings import Rulings
from pipeline.names.tokens import tokenise

#: On these single sentences say nothing, or the recogniser's doubt is not there to be weighed.
FIXED = ("elsewhere", "told", "alone", "unsure", "stranger", "address", "people", "initials")
_TERMS, _FILLER = 25, 800
_PULL = 2.0  # how many rows of evidence a step of 1 away from the present weight must be worth
_MODES = ("strict", "balanced", "eager")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wanted:
    """A line of a text: what it should become, and the term and the name in it where there is one."""

    text: str
    wanted: str
    term: str = ""
    said: str = ""


@dataclass(frozen=True)
class Row:
    """A candidate: its features, and whether it is what was said."""

    features: dict[str, float]
    right: bool


def make_texts(utterances: Sequence[spoken_names.Utterance], talk: Sequence[str]) -> list[list[Wanted]]:
    """Texts of 25 names each, their sentences strewn among human talk."""
    chance = random.Random(11)  # noqa: S311
    terms = sorted({one.term for one in utterances})
    chance.shuffle(terms)
    texts = []
    for first in range(0, len(terms), _TERMS):
        here = set(terms[first : first + _TERMS])
        lines = [Wanted(one.text, one.wanted, one.term, one.said) for one in utterances if one.term in here]
        at = chance.randrange(max(1, len(talk) - _FILLER))
        lines += [Wanted(text, text) for text in talk[at : at + _FILLER]]
        chance.shuffle(lines)
        texts.append(lines)
    return texts


def collect(lines: Sequence[Wanted]) -> list[Row]:
    """Every candidate in a text, weighed with what the engine comes to know of it in the end."""
    lexicon = Lexicon.build(Glossary(terms=tuple(Term(term=term) for term in _terms(lines))))
    finished = _begin(lines, lexicon)
    rounds = engine.Rounds(finished, CorrectConfig(), engine.SUGGEST_FROM)
    rounds.run()
    fresh = _begin(lines, lexicon)
    fresh.in_play = finished.in_play
    judge = Judge(fresh, rounds.prior())
    rows = []
    for spot, candidate in engine.Rounds(fresh, CorrectConfig(), engine.SUGGEST_FROM).consider():
        line, form = lines[spot.line], candidate.form
        start, end = fresh.passage.lines[spot.line].span(spot.first, spot.last)
        written = line.text[:start] + fresh.meant(spot, form, candidate.plural) + line.text[end:]
        right = bool(line.term) and _plain(written) == _plain(line.wanted)
        if right or form.entry.term.term != line.term:  # a part of the right name, or its wrong form, is neither
            rows.append(Row(judge.features(candidate, spot), right))
    return rows


def _begin(lines: Sequence[Wanted], lexicon: Lexicon) -> Decisions:
    passage = Passage([Line.of(line.text) for line in lines])
    said = (token for line in passage.lines for token in line.tokens)
    ordinary = Ordinariness.of(said, (token for form in lexicon.forms for token in form.tokens), "en")
    decisions = Decisions(passage, lexicon, ordinary, Rulings.find(passage, ()))
    known.settle_exact(decisions)
    return decisions


def _terms(lines: Sequence[Wanted]) -> list[str]:
    return sorted({line.term for line in lines if line.term})


def _plain(text: str) -> str:
    return to_letters(tokenise(text))


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """The weights that make the rows most probable, as log10 odds."""
    free = [name for name in WEIGHTS if name not in FIXED]
    table = np.array([[row.features.get(name, 0.0) for name in free] for row in rows])
    given = np.array([sum(WEIGHTS[name][0] * row.features.get(name, 0.0) for name in FIXED) for row in rows])
    right = np.array([row.right for row in rows], dtype=float)
    start = np.array([WEIGHTS[name][0] for name in free])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = np.log(10) * (table @ weights + given)
        off = weights - start
        slope = table.T @ (1 / (1 + np.exp(-odds)) - right) * np.log(10) + 2 * _PULL * off
        return float((np.logaddexp(0, odds) - right * odds).sum() + _PULL * off @ off), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B")
    return dict(zip(free, found.x.tolist(), strict=True))


def tell_fit(rows: Sequence[Row], weights: dict[str, float]) -> str:
    """Mean log loss, and the share of right candidates that score 0.6 with the precision there."""
    table = {name: weights.get(name, WEIGHTS[name][0]) for name in WEIGHTS}
    odds = np.array([sum(table[name] * value for name, value in row.features.items()) for row in rows])
    right = np.array([row.right for row in rows])
    loss = np.mean(np.logaddexp(0, np.log(10) * odds) - right * np.log(10) * odds)
    sure = odds >= np.log10(0.6 / 0.4)
    return f"log loss {loss:.4f}  found {right[sure].sum() / right.sum():.3f}  right of those {right[sure].mean():.3f}"


def run_texts(texts: Sequence[Sequence[Wanted]], mode: str) -> tuple[float, float]:
    """Recall and precision of the whole engine, as it is, over lines in which a name was mis-heard."""
    right = wrong = sought = 0
    for lines in texts:
        made = names.ours(mode)([line.text for line in lines], _terms(lines))
        for line, written in zip(lines, made, strict=True):
            misheard = _plain(line.text) != _plain(line.wanted)
            sought += misheard
            right += misheard and _plain(written) == _plain(line.wanted)
            wrong += _plain(written) not in (_plain(line.text), _plain(line.wanted))
    return right / sought, right / max(1, right + wrong)


def main() -> None:
    """Print how well the present and the fitted weights do on names that are held out, and the fitted ones."""
    talk = [part for text in names.read_talks() or names.read_prose() for part in re.split(r"(?<=[.?!])\s+", text)]
    talk = [text for text in talk if 20 < len(text) < 200]
    utterances = spoken_names.read_utterances()
    seen = make_texts([one for one in utterances if not one.held], talk)
    held = make_texts([one for one in utterances if one.held], talk)
    written = [Wanted(one.sentence, one.wanted, one.term, one.meant) for one in names_heard.read_cases("a")]
    rows = [row for lines in [*seen, written] for row in collect(lines)]
    unseen = [row for lines in held for row in collect(lines)]
    print(f"{len(rows):,} candidates, {sum(row.right for row in rows):,} right; held out {len(unseen):,}")
    fitted = fit(rows)
    for what, weights in (("present", {}), ("fitted", fitted)):
        print(f"{what} weights, held-out candidates: {tell_fit(unseen, weights)}")
    for name, weight in fitted.items():
        print(f"    {name:<14}{WEIGHTS[name][0]:+7.2f} -> {weight:+7.2f}")
    for mode in _MODES:
        print(
            "held-out names with the present weights, {}: recall {:.3f}  precision {:.3f}".format(
                mode, *run_texts(held, mode)
            )
        )


if __name__ == "__main__":
    main()
