"""What a run found, scored: one record for each case and system, whose counts are added up over the recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.speech import score
from benchmarks.speech.cases import Recording
from benchmarks.speech.peers import Outcome, System
from benchmarks.speech.score import Attributed, TurnErrors, WordErrors
from benchmarks.speech.systems.result import Found
from pipeline.models import Turn, Word

#: Seconds on each side of a turn's boundary that are not scored, for the second of two figures.
COLLAR = 0.25


@dataclass(frozen=True, slots=True)
class Figures:
    """A case and a system; None is not measured. `wall` and `cpu` are seconds by part, of `seconds` of sound.

    `off_*` are seconds by which starts and ends of words are off. Speakers are counted over recordings.
    """

    case: str
    system: str
    kind: Literal["words", "turns", "spoken"]
    seconds: float
    failure: str | None = None
    words: WordErrors | None = None
    off_median: float | None = None
    off_95: float | None = None
    turns: TurnErrors | None = None
    turns_collar: TurnErrors | None = None
    speakers_found: int | None = None
    speakers: int | None = None
    right: Attributed | None = None
    cp: WordErrors | None = None
    wall: dict[str, float] | None = None
    cpu: dict[str, float] | None = None
    peak_mb: float | None = None


def of_words(case: str, system: System, recordings: Sequence[Recording], outcome: Outcome) -> Figures:
    """Words against the truth, where it is known."""
    errors, off = WordErrors(), []
    for one in recordings:
        found = outcome.found[one.name]
        if one.words is None:
            continue
        errors += score.count_word_errors(one.words, found["text"])
        if one.timed and found.get("words"):
            off += score.time_errors(one.words, [Word.model_validate(word) for word in found["words"]])
    return Figures(
        case,
        system.name,
        "words",
        sum(one.seconds for one in recordings),
        words=errors,
        off_median=score.quantile(off, 0.5),
        off_95=score.quantile(off, 0.95),
        wall=_add(outcome, recordings, "wall"),
        cpu=_add(outcome, recordings, "cpu"),
        peak_mb=outcome.peak_mb,
    )


def of_turns(case: str, system: System, recordings: Sequence[Recording], outcome: Outcome) -> Figures:
    """Turns against the truth, where it is known."""
    strict, collar, found_speakers, speakers = TurnErrors(), TurnErrors(), 0, 0
    known = [one for one in recordings if one.turns is not None]
    for one in known:
        found = [Turn(**turn) for turn in outcome.found[one.name]["turns"]]
        strict += score.count_turn_errors(one.turns or (), found, one.seconds, 0.0)
        collar += score.count_turn_errors(one.turns or (), found, one.seconds, COLLAR)
        found_speakers += len({turn.speaker for turn in found})
        speakers += len({turn.speaker for turn in one.turns or ()})
    return Figures(
        case,
        system.name,
        "turns",
        sum(one.seconds for one in recordings),
        turns=strict if known else None,
        turns_collar=collar if known else None,
        speakers_found=found_speakers,
        speakers=speakers,
        wall=_add(outcome, recordings, "wall"),
        cpu=_add(outcome, recordings, "cpu"),
        peak_mb=outcome.peak_mb,
    )


def of_spoken(case: str, name: str, recordings: Sequence[Recording], spoken: dict[str, Sequence[Word]]) -> Figures:
    """Words with speakers against the truth; only recordings of several people count."""
    right, cp = Attributed(), WordErrors()
    for one in recordings:
        right += score.attribute(one.words or (), spoken[one.name])
        cp += score.count_speaker_word_errors(one.words or (), spoken[one.name])
    return Figures(case, name, "spoken", sum(one.seconds for one in recordings), right=right, cp=cp)


def _add(outcome: Outcome, recordings: Sequence[Recording], clock: str) -> dict[str, float]:
    total: Counter[str] = Counter()
    for one in recordings:
        found: Found = outcome.found[one.name]
        total.update(found[clock])
    return dict(total)
