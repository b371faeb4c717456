"""Fits the weights of chapter titles to titles that people gave (../shared/data/chapters/real).

    .venv/bin/python -m benchmarks fit_titles

Prints how alike our titles are to people's for every source when it was left out of the fitting, and the weights for
all, as they stand in pipeline/editorial/title_weights.py. What is fitted is the chance that each phrase of a chapter
is drawn (a softmax), so that the drawn title is as much as possible like that chapter's and unlike the others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.note_cases import Case, embed, load_cases, rouge_l
from pipeline.editorial import titles
from pipeline.editorial.reading import Reading

Floats = NDArray[np.float64]
#: Titles that say where in the episode they stand, not what it is about.
_PLACES = frozenset(
    {"intro", "preamble", "introduction", "thank you", "tooltips", "guest introductions", "audience questions"}
)
_SHRINK = 0.06
_STEPS = 300
_RATE = 0.05
_OTHERS = 0.5


@dataclass(frozen=True)
class Choice:
    """A chapter: the measures of its phrases [phrases, measures], how good a title each is, and what people wrote."""

    source: str
    measures: Floats
    good: Floats
    alike: Floats
    rouge: Floats


def read_choices(cases: Sequence[Case]) -> tuple[list[str], list[Choice]]:
    """Every chapter that people gave a title of its own, with the names of the measures."""
    names: list[str] = []
    choices: list[Choice] = []
    for case in cases:
        reading = Reading.of(case.brief)
        human = embed(case.titles)
        for number, measured in enumerate(titles.measure_chapters(case.brief, reading.phrases, reading.lexicon)):
            if not case.titles[number] or case.titles[number].lower() in _PLACES or not measured:
                continue
            names = list(measured[0][2])
            shown = [titles.cased(phrase.text, "en") for phrase, _, _ in measured]
            alike = embed(shown) @ human.T
            others = np.delete(alike, [at for at, one in enumerate(case.titles) if not one or at == number], axis=1)
            rouge = np.array([rouge_l(case.titles[number], one) for one in shown])
            own = alike[:, number]
            good = 0.5 * own + 0.5 * rouge - _OTHERS * others.mean(axis=1)
            rows = np.array([[values[name] for name in names] for _, _, values in measured])
            choices.append(Choice(case.source, rows, good, own, rouge))
    return names, choices


def fit(choices: Sequence[Choice]) -> Floats:
    """The weights, by Adam on the expected goodness of what is drawn."""
    rows = np.concatenate([one.measures for one in choices])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = [(one.measures - middle) / spread for one in choices]
    weights = np.zeros(rows.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        slope = -2 * _SHRINK * weights / len(weights)
        for measures, one in zip(scaled, choices, strict=True):
            chance = np.exp(measures @ weights - (measures @ weights).max())
            chance /= chance.sum()
            slope += measures.T @ (chance * (one.good - chance @ one.good)) / len(choices)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights += _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(weights / spread)


def main() -> None:
    """Leave one source out at a time, then fit all."""
    names, choices = read_choices(load_cases())
    alike, rouge = [], []
    for source in sorted({one.source for one in choices}):
        weights = fit([one for one in choices if one.source != source])
        left = [one for one in choices if one.source == source]
        best = [int(np.argmax(one.measures @ weights)) for one in left]
        alike += [float(one.alike[at]) for one, at in zip(left, best, strict=True)]
        rouge += [float(one.rouge[at]) for one, at in zip(left, best, strict=True)]
        print(f"{source:12} {len(left):3} chapters left out: cosine {np.mean(alike[-len(left) :]):.3f}, "
              f"ROUGE-L {np.mean(rouge[-len(left) :]):.3f}")  # fmt: skip
    print(f"all          {len(alike):3} chapters           cosine {np.mean(alike):.3f}, ROUGE-L {np.mean(rouge):.3f}")
    for name, weight in zip(names, fit(choices), strict=True):
        print(f'    "{name}": {weight:.2f},')
