"""Fits the weights of topic turns on ../shared/data and shows how they do on episodes that they have not seen.

    .venv/bin/python -m benchmarks.fit_boundaries [--write]

Every episode weighs the same, in each table as far as it is of that kind. A known boundary marks the nearest sentence
within 12 s; sentences less than 22 s from a boundary are neither right nor wrong. Compilations are rarer in the data
than conversations, so that made ones, of other episodes, join them and count half.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.boundary_cases import Case, join_excerpts, load_cases
from benchmarks.segmentation_scores import Scores, mean, score
from pipeline import store
from pipeline.config import ChaptersConfig
from pipeline.editorial import evidence
from pipeline.editorial.boundaries import Bounds, choose

Floats = NDArray[np.float64]
Weights = dict[str, float]

_MEANT = ("meaning_100", "meaning_350", "dip", "words_100", "words_250", "arriving")
_UNCUED = (
    *_MEANT, "contrast", "names",
    "speaker", "turn_length", "host", "asking_late", "cast_peak",
    "ending",
)  # fmt: skip
_CUES = ("cues", "cue_first", "opening", "moving", "item", "item_soon", "reply", "closed")
_CAST = ("speaker", "turn_length", "host", "cast_400", "cast_1000", "cast_peak")
_MARKED, _UNSURE = 12.0, 22.0
_MADE, _MADE_WEIGHT = 8, 0.5


@dataclass(frozen=True)
class Table:
    """Which measures a table weighs, how strongly weights are held down, and whether it is for compilations."""

    measures: tuple[str, ...]
    regularisation: float
    compiled: bool


TABLES = {
    "CONVERSATION": Table((*_UNCUED, *_CUES), 0.03, compiled=False),
    "COMPILATION": Table((*_MEANT, *_CAST, "cues", "reply", "ending"), 0.2, compiled=True),
    "UNCUED": Table(_UNCUED, 0.03, compiled=False),
    "UNNAMED": Table((*_MEANT, "contrast", "names", "ending", *_CUES), 0.03, compiled=False),
}


@dataclass(frozen=True, eq=False)
class Measured:
    """A case, the value of each measure, which sentences begin a chapter, and how much each sentence counts."""

    case: Case
    measures: dict[str, Floats]
    label: Floats
    sure: Floats

    @classmethod
    def of(cls, case: Case) -> Measured:
        """The case, measured."""
        return cls(case, evidence.measure(case.transcript.segments, case.vectors), *_marks(case))

    def counts(self, *, compiled: bool) -> float:
        """How much the case is to count for a table."""
        share = float(self.measures["compiled"][0])
        return (share if compiled else 1 - share) * (_MADE_WEIGHT if self.case.source == "joined made" else 1)


def fit(cases: Sequence[Measured], table: Table) -> Weights:
    """The weights of a logistic regression over the table's measures, and its `bias`."""
    used = [case for case in cases if case.counts(compiled=table.compiled) > 0]
    rows = np.concatenate([np.stack([case.measures[name] for name in table.measures], axis=1) for case in used])
    label = np.concatenate([case.label for case in used])
    weight = np.concatenate([case.sure / case.sure.sum() * 500 * case.counts(compiled=table.compiled) for case in used])
    scale = rows.std(axis=0) + 1e-9
    kept = weight > 0
    model = LogisticRegression(C=table.regularisation, max_iter=1000)
    model.fit((rows / scale)[kept], label[kept], sample_weight=weight[kept])
    weights = dict(zip(table.measures, (model.coef_[0] / scale).tolist(), strict=True))
    return {**weights, "bias": float(model.intercept_[0])}


def held_out(cases: Sequence[Case]) -> dict[str, dict[str, Scores]]:
    """The scores of each case with weights fitted on all other episodes, and on all other sources."""
    measured, made = _measure_all(cases)
    return {
        "episodes": cross_validate(measured, made, by=lambda case: case.name),
        "sources": cross_validate(measured, made, by=lambda case: case.source),
    }


def cross_validate(
    cases: Sequence[Measured], made: Sequence[Measured], *, by: Callable[[Case], str], talk: str = "CONVERSATION"
) -> dict[str, Scores]:
    """The scores of each case, with weights fitted without its group; `talk` names the table for conversations."""
    found: dict[str, Scores] = {}
    for group in sorted({by(one.case) for one in cases}):
        known = [*(one for one in cases if by(one.case) != group), *made]
        conversation = fit(known, TABLES[talk])
        compilation = conversation if talk == "UNNAMED" else fit(known, TABLES["COMPILATION"])
        for one in cases:
            if by(one.case) == group:
                turns = evidence.mix(one.measures, conversation, compilation)
                starts = chapter_starts(one.case, turns.tolist())
                found[one.case.name] = score(one.case.known, starts, one.case.transcript.duration)
    return found


def chapter_starts(case: Case, turns: Sequence[float]) -> list[float]:
    """The seconds of the second and later chapters for given topic turns, with the pipeline's default settings."""
    settings, starts = ChaptersConfig(), [segment.start for segment in case.transcript.segments]
    bounds = Bounds.of(
        case.transcript.duration, min_length=settings.min_length,
        per_hour_min=settings.per_hour_min, per_hour_max=settings.per_hour_max,
    )  # fmt: skip
    return [starts[at] for at in choose(turns, starts, case.transcript.duration, bounds)]


def _measure_all(cases: Sequence[Case], *, named: bool = True) -> tuple[list[Measured], list[Measured]]:
    both = (cases, join_excerpts(_MADE))
    known, made = ([Measured.of(case if named else _without_names(case)) for case in part] for part in both)
    return known, made


def _without_names(case: Case) -> Case:
    """The case as it is when nobody told the speakers apart."""
    segments = tuple(one.model_copy(update={"speaker": None, "words": ()}) for one in case.transcript.segments)
    return replace(case, transcript=case.transcript.model_copy(update={"segments": segments}))


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


def _write(tables: dict[str, Weights]) -> None:
    text = '"""What each measure of evidence.py counts for: fitted by benchmarks/fit_boundaries.py, not by hand."""\n'
    for name, weights in tables.items():
        lines = "".join(f'    "{measure}": {weight:.3f},\n' for measure, weight in weights.items())
        text += f"\n{name}: dict[str, float] = {{\n{lines}}}\n"
    store.write_text_atomic(Path(evidence.__file__).with_name("weights.py"), text)


def main() -> None:
    """Print mean held-out scores and, with --write, put weights fitted on everything into the pipeline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into pipeline/editorial/weights.py")
    write = parser.parse_args().write
    cases = load_cases()
    measured, made = _measure_all(cases)
    unnamed, made_unnamed = _measure_all(cases, named=False)
    ways = {
        "other episodes": cross_validate(measured, made, by=lambda case: case.name),
        "other sources": cross_validate(measured, made, by=lambda case: case.source),
        "other episodes, no phrases": cross_validate(measured, made, by=lambda case: case.name, talk="UNCUED"),
        "other episodes, no speakers": cross_validate(unnamed, made_unnamed, by=lambda case: case.name, talk="UNNAMED"),
    }
    for others, scores in ways.items():
        for joined in (False, True):
            one = mean([scores[two.case.name] for two in measured if two.case.joined == joined])
            figures = f"Pk {one.pk:.3f}  F1@15 {one.f1_15:.3f}  F1@30 {one.f1_30:.3f}  found {one.found:.1f}"
            print(f"{'joined' if joined else 'real':7} {others:28} {figures}")
    if write:
        every = {name: [*unnamed, *made_unnamed] if name == "UNNAMED" else [*measured, *made] for name in TABLES}
        _write({name: fit(every[name], table) for name, table in TABLES.items()})


if __name__ == "__main__":
    main()
