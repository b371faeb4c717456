"""The figures of a run as Markdown tables: a row for each case, a column for each system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from benchmarks.speech.figures import Figures

NOTHING = "–"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(share: float | None, digits: int = 1) -> str:
    """A share as per cent."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}"


def show(figures: Sequence[Figures]) -> str:
    """Every table of a run, with the reasons for what is missing."""
    words = [one for one in figures if one.kind == "words"]
    turns = [one for one in figures if one.kind == "turns"]
    spoken = [one for one in figures if one.kind == "spoken"]
    parts = [
        _pivot("Words: WER in per cent (words put in)", words, _word_errors),
        _pivot("Words: how far starts and ends are off in ms, median / 95 % of them", words, _times),
        _pivot("Speakers: DER in per cent, collar 0 / ±0.25 s, overlap scored (speakers found/there)", turns, _turns),
        _pivot("Who said what: words with the right speaker in per cent, all / within 1 s of a change", spoken, _right),
        _pivot("Who said what: cpWER in per cent (words without a speaker)", spoken, _cp),
        _pivot("Words: seconds for a second of sound, CPU / wall; peak MB", words, _cost),
        _pivot("Speakers: seconds for a second of sound, CPU / wall; peak MB", turns, _cost),
    ]
    failed: dict[str, list[str]] = {}
    for one in figures:
        if one.failure:
            failed.setdefault(f"{one.system}, {one.kind}: {one.failure}", []).append(one.case)
    if failed:
        lines = [f"- {what} ({', '.join(of)})" for what, of in failed.items()]
        parts.append("\n".join(["### Not run", *lines]))
    return "\n\n".join(part for part in parts if part)


def _pivot(title: str, figures: Sequence[Figures], cell: Callable[[Figures], str]) -> str:
    cells = {(one.case, one.system): "failed" if one.failure else cell(one) for one in figures}
    systems = list(dict.fromkeys(one.system for one in figures))
    cases = [
        case
        for case in dict.fromkeys(one.case for one in figures)
        if any(cells.get((case, system), NOTHING) != NOTHING for system in systems)
    ]
    if not cases:
        return ""
    rows = [[case, *(cells.get((case, system), NOTHING) for system in systems)] for case in cases]
    return f"### {title}\n{markdown(['', *systems], rows)}"


def _word_errors(one: Figures) -> str:
    return f"{percent(one.words.rate)} ({one.words.inserted})" if one.words else NOTHING


def _times(one: Figures) -> str:
    if one.off_median is None or one.off_95 is None:
        return NOTHING
    return f"{1000 * one.off_median:.0f} / {1000 * one.off_95:.0f}"


def _turns(one: Figures) -> str:
    if not one.turns or not one.turns_collar or not one.turns.speech:
        return NOTHING
    return f"{percent(one.turns.rate)} / {percent(one.turns_collar.rate)} ({one.speakers_found}/{one.speakers})"


def _right(one: Figures) -> str:
    return f"{percent(one.right.share)} / {percent(one.right.near_share)}" if one.right else NOTHING


def _cp(one: Figures) -> str:
    return f"{percent(one.cp.rate)} ({one.right.orphans})" if one.cp and one.right else NOTHING


def _cost(one: Figures) -> str:
    if not one.cpu:
        return NOTHING
    ratio = [sum(seconds.values()) / one.seconds for seconds in (one.cpu, one.wall)]
    return f"{ratio[0]:.3f} / {ratio[1]:.3f}; {one.peak_mb:.0f}"
