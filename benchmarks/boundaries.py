"""Chapter boundaries against known ones, beside three baselines, for every source in ../shared/data/chapters.

    .venv/bin/python -m benchmarks boundaries

The weights of topic turns were fitted on these same episodes; benchmarks/fit_boundaries.py shows the figures for
episodes that were left out, which are the ones to believe.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.boundary_cases import Case, load_cases
from benchmarks.segmentation_scores import Scores, mean, score
from pipeline.config import ChaptersConfig
from pipeline.editorial import evidence
from pipeline.editorial.boundaries import Bounds, choose
from pipeline.editorial.words import content_stems

_EVERY = 300.0
_SMOOTH = 7


def ours(case: Case) -> list[float]:
    """What the pipeline finds with its default settings."""
    return chapter_starts(case, evidence.topic_turns(case.transcript.segments, case.vectors), ChaptersConfig())


def chapter_starts(case: Case, turns: Sequence[float], settings: ChaptersConfig) -> list[float]:
    """The seconds of the second and later chapters for given topic turns."""
    starts = [segment.start for segment in case.transcript.segments]
    bounds = Bounds.of(
        case.transcript.duration, min_length=settings.min_length,
        per_hour_min=settings.per_hour_min, per_hour_max=settings.per_hour_max,
    )  # fmt: skip
    return [starts[at] for at in choose(turns, starts, case.transcript.duration, bounds)]


def even_spacing(case: Case) -> list[float]:
    """A boundary every five minutes."""
    return [float(one) for one in np.arange(_EVERY, case.transcript.duration - 30, _EVERY)]


def text_tiling(case: Case) -> list[float]:
    """TextTiling (Hearst 1997) over tf-idf of sentences; as many of the deepest dips as five minutes go into it."""
    stems = [content_stems(segment.text) for segment in case.transcript.segments]
    found = Counter(one for sentence in stems for one in set(sentence))
    column = {term: at for at, term in enumerate(found)}
    rows = np.zeros((len(stems), len(column)))
    for row, sentence in zip(rows, stems, strict=True):
        for one in sentence:
            row[column[one]] += math.log(len(stems) / found[one])
    return _deepest_dips(case, rows)


def cosine_dips(case: Case) -> list[float]:
    """The same with nothing but sentence embeddings."""
    return _deepest_dips(case, np.asarray(case.vectors, float))


def _deepest_dips(case: Case, rows: NDArray[np.float64], width: int = 20) -> list[float]:
    count = len(rows)
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    alike = np.ones(count)
    for at in range(1, count):
        before, after = sums[at] - sums[max(0, at - width)], sums[min(count, at + width)] - sums[at]
        alike[at] = before @ after / (np.linalg.norm(before) * np.linalg.norm(after) + 1e-9)
    alike = np.convolve(np.pad(alike, _SMOOTH // 2, mode="edge"), np.ones(_SMOOTH) / _SMOOTH, "valid")
    depth = np.zeros(count)
    for at in range(1, count):
        left = right = at
        while left > 1 and alike[left - 1] >= alike[left]:
            left -= 1
        while right < count - 1 and alike[right + 1] >= alike[right]:
            right += 1
        depth[at] = alike[left] + alike[right] - 2 * alike[at]
    starts = [segment.start for segment in case.transcript.segments]
    chosen: list[float] = []
    for at in np.argsort(-depth, kind="stable"):
        apart = all(abs(starts[at] - other) >= 30 for other in chosen)
        if len(chosen) < int(case.transcript.duration / _EVERY) and apart and starts[at] >= 30:
            chosen.append(starts[at])
    return sorted(chosen)


METHODS: dict[str, Callable[[Case], list[float]]] = {
    "showrunner": ours,
    "TextTiling (tf-idf)": text_tiling,
    "embeddings only": cosine_dips,
    "every 5 minutes": even_spacing,
}


def print_table(title: str, cases: Sequence[Case], scores: dict[str, Scores]) -> None:
    """Mean figures by source, for all real episodes and for all joined ones."""
    print(f"\n{title}\n{'':16}   n     Pk  WinDiff  F1@15  F1@30  found  known")
    groups = {source: [case for case in cases if case.source == source] for source in {one.source: 0 for one in cases}}
    groups["all real"] = [case for case in cases if not case.joined]
    groups["all joined"] = [case for case in cases if case.joined]
    for name, members in groups.items():
        one = mean([scores[case.name] for case in members])
        print(
            f"{name:16} {len(members):3}  {one.pk:.3f}    {one.window_diff:.3f}  {one.f1_15:.3f}  {one.f1_30:.3f}"
            f"  {one.found:5.1f}  {one.known:5.1f}"
        )


def main() -> None:
    """Print a table for each method."""
    cases = load_cases()
    for name, method in METHODS.items():
        print_table(name, cases, {one.name: score(one.known, method(one), one.transcript.duration) for one in cases})


if __name__ == "__main__":
    main()
