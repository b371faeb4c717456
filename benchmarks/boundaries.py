"""Chapter boundaries against known ones beside TextTiling, embeddings alone, even spacing and none, for every source.

    .venv/bin/python -m benchmarks boundaries

"showrunner" stands for weights that were fitted without the episode that is scored: on all other episodes, or on all
other sources. The pipeline's own weights are fitted on all of them (`benchmarks/fit_boundaries.py`), so that scores
with those would flatter it. Nothing is told how many chapters there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks import boundary_rivals as rivals
from benchmarks import fit_boundaries
from benchmarks.boundary_cases import Case, load_cases
from benchmarks.segmentation_scores import Scores, mean, score

RIVALS: dict[str, Callable[[Case], list[float]]] = {
    "TextTiling (nltk), its own number": rivals.nltk_as_it_comes,
    "TextTiling (nltk), one in 5 min": rivals.nltk_deepest,
    "TextTiling (tf-idf), one in 5 min": rivals.text_tiling,
    "embeddings only, one in 5 min": rivals.cosine_dips,
    "even spacing, one in 5 min": rivals.even_spacing,
    "no boundaries": rivals.no_boundaries,
}


def print_table(methods: dict[str, dict[str, Scores]], cases: Sequence[Case]) -> None:
    """The mean figures of each method for each source, for all real episodes and for all joined ones."""
    groups = {source: [case for case in cases if case.source == source] for source in {one.source: 0 for one in cases}}
    groups["all real"] = [case for case in cases if not case.joined]
    groups["all joined"] = [case for case in cases if case.joined]
    print("| source (episodes) | method | Pk | WindowDiff | F1@15s | F1@30s | found | known |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for source, members in groups.items():
        for number, (method, scores) in enumerate(methods.items()):
            one = mean([scores[case.name] for case in members])
            label = f"{source} ({len(members)})" if number == 0 else ""
            print(
                f"| {label} | {method} | {one.pk:.3f} | {one.window_diff:.3f} | {one.f1_15:.3f} | {one.f1_30:.3f}"
                f" | {one.found:.1f} | {one.known:.1f} |"
            )


def main() -> None:
    """Print the table."""
    cases = load_cases()
    methods = {f"showrunner, other {what}": scores for what, scores in fit_boundaries.held_out(cases).items()}
    for name, method in RIVALS.items():
        methods[name] = {one.name: score(one.known, method(one), one.transcript.duration) for one in cases}
    print_table(methods, cases)


if __name__ == "__main__":
    main()
