"""Fits the weights of topic turns on ../shared/data and shows how they do on episodes that they have not seen.

    .venv/bin/python -m benchmarks.fit_boundaries [--write]

Every episode weighs the same. A known boundary marks the nearest sentence within 12 s; sentences less than 22 s from
a boundary are neither right nor wrong. Joins are rarer in podcasts than in the data, so that made ones count half.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks import boundaries
from benchmarks.boundary_cases import Case, join_excerpts, load_cases
from benchmarks.segmentation_scores import Scores, score
from pipeline import store
from pipeline.config import ChaptersConfig
from pipeline.editorial import evidence

MEASURES = (
    "meaning_100", "meaning_350", "dip", "contrast", "words_100", "words_250", "arriving",
    "variety", "variety_x_cues", "variety_x_words",
    "speaker", "turn_length", "host", "cast_400", "cast_1000", "cast_peak",
    "cues", "cue_first", "opening", "reply", "asking", "ending",
)  # fmt: skip
_MARKED, _UNSURE = 12.0, 22.0
_REGULARISATION = 0.07
_MADE, _MADE_WEIGHT = 8, 0.5
Floats = NDArray[np.float64]
Fitted = tuple[dict[str, float], float]


def fit(cases: Sequence[Case], measured: dict[str, dict[str, Floats]], names: Sequence[str] = MEASURES) -> Fitted:
    """The weights and bias of a logistic regression over the named measures."""
    rows = np.concatenate([np.stack([measured[case.name][name] for name in names], axis=1) for case in cases])
    marks = [_marks(case) for case in cases]
    label = np.concatenate([one for one, _ in marks])
    weight = np.concatenate(
        [
            sure / sure.sum() * 500 * (_MADE_WEIGHT if case.source == "joined made" else 1)
            for case, (_, sure) in zip(cases, marks, strict=True)
        ]
    )
    scale = rows.std(axis=0) + 1e-9
    kept = weight > 0
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000)
    model.fit((rows / scale)[kept], label[kept], sample_weight=weight[kept])
    return dict(zip(names, (model.coef_[0] / scale).tolist(), strict=True)), float(model.intercept_[0])


def cross_validate(
    cases: Sequence[Case],
    made: Sequence[Case],
    measured: dict[str, dict[str, Floats]],
    names: Sequence[str] = MEASURES,
    *,
    by: Callable[[Case], str] = lambda case: case.name,
) -> dict[str, Scores]:
    """The scores of each case, with weights fitted without its group."""
    found: dict[str, Scores] = {}
    for group in sorted({by(case) for case in cases}):
        fitted = fit([*(case for case in cases if by(case) != group), *made], measured, names)
        for case in cases:
            if by(case) == group:
                turns = turns_with(fitted, measured[case.name], case)
                starts = boundaries.chapter_starts(case, turns, ChaptersConfig())
                found[case.name] = score(case.known, starts, case.transcript.duration)
    return found


def turns_with(fitted: Fitted, measures: dict[str, Floats], case: Case) -> list[float]:
    """The probabilities that these weights give."""
    weights, bias = fitted
    raw = bias + sum(weight * measures[name] for name, weight in weights.items())
    turns = 1 / (1 + np.exp(-np.asarray(raw)))
    turns[0] = 0
    return [float(turn) for turn in turns]


def _marks(case: Case) -> tuple[Floats, Floats]:
    """For each sentence whether a chapter begins with it, and how much that is to count."""
    starts = np.array([segment.start for segment in case.transcript.segments])
    label, sure = np.zeros(len(starts)), np.ones(len(starts))
    for known in case.known:
        sure[np.abs(starts - known) < _UNSURE] = 0
    for known in case.known:
        nearest = int(np.argmin(np.abs(starts - known)))
        if abs(starts[nearest] - known) < _MARKED:
            label[nearest] = sure[nearest] = 1
    label[0] = sure[0] = 0
    return label, sure


def _write(fitted: Fitted) -> None:
    weights, bias = fitted
    lines = "".join(f'    "{name}": {weight:.3f},\n' for name, weight in weights.items())
    text = (
        '"""What each measure of evidence.py counts for: fitted by benchmarks/fit_boundaries.py, not by hand."""\n\n'
        f"WEIGHTS: dict[str, float] = {{\n{lines}}}\nBIAS = {bias:.3f}\n"
    )
    store.write_text_atomic(Path(evidence.__file__).with_name("weights.py"), text)


def main() -> None:
    """Print cross-validated scores (by episode, by source) and, with --write, put the weights into the pipeline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into pipeline/editorial/weights.py")
    write = parser.parse_args().write
    cases, made = load_cases(), join_excerpts(_MADE)
    measured = {case.name: evidence.measure(case.transcript.segments, case.vectors) for case in [*cases, *made]}
    boundaries.print_table("weights fitted on all other episodes", cases, cross_validate(cases, made, measured))
    by_source = cross_validate(cases, made, measured, by=lambda case: case.source)
    boundaries.print_table("weights fitted on all other sources", cases, by_source)
    if write:
        _write(fit([*cases, *made], measured))


if __name__ == "__main__":
    main()
