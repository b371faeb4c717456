"""Names: how many mis-heard ones are found, what is wrongly changed, and how long it takes, beside simpler ways.

Recall and precision are over ../shared/data/interview and our own sentences (names_heard.py). No harm is over the
prose of Debian's `fortunes` (`apt-get install fortunes`) and Python's own manual, and over the human transcripts of
../shared/data, with 300 terms of names_glossary.txt and names_heard.tsv that the text does not name. What is not
there is skipped with a word.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import names_heard
from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import correct_file

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
FORTUNES = Path("/usr/share/games/fortunes")
_TERMS = 300
HEADS = "Bal Cor Dun El Fen Gar Hol Ister Jor Kel Lum Mar Nor Oss Pel Quill Ros Sten Tor Ul Ver Wen Yar Zem"
MIDDLES = "a e i o u an er il on"
TAILS = "adine berg cott dale evar field gren hart ison jevic kin lund mont nov ostra pith quist rane sky tov"
Corrector = Callable[[list[str], list[str]], list[str]]


@dataclass(frozen=True)
class Row:
    """One line of the table; None is not measured."""

    what: str
    recall: float | None = None
    precision: float | None = None
    per_10k: float | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        cells = (self.recall, self.precision, self.per_10k, self.seconds)
        shown = ["-" if cell is None else f"{cell:.3f}" for cell in cells]
        return f"{self.what:<58}" + "".join(f"{cell:>11}" for cell in shown)


def ours(mode: str) -> Corrector:
    """The product's corrector."""

    def correct(lines: list[str], terms: list[str]) -> list[str]:
        glossary = Glossary(terms=tuple(Term(term=term) for term in terms))
        text, _ = correct_file("\n".join(lines), "in.txt", glossary, CorrectConfig.model_validate({"mode": mode}))
        return text.split("\n")

    return correct


def find_and_replace(lines: list[str], terms: list[str]) -> list[str]:
    """Terms in any case, which is what a list of aliases does before anybody has written one."""
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b", re.IGNORECASE)
    known = {term.casefold(): term for term in terms}
    return [pattern.sub(lambda found: known[found.group().casefold()], line) for line in lines]


def by_key(key: Callable[[str], str]) -> Corrector:
    """Runs of one to three words that share a key with a term, or with one name of a person."""

    def correct(lines: list[str], terms: list[str]) -> list[str]:
        forms = {key(form): form for form in reversed(_forms(terms))}
        return [_rewrite(line, lambda words: forms.get(key(words) or "-")) for line in lines]

    return correct


def by_ratio(threshold: float) -> Corrector:
    """Runs of one to three words whose rapidfuzz ratio to a form reaches a threshold."""
    from rapidfuzz import fuzz, process, utils

    known: dict[str, str | None] = {}

    def correct(lines: list[str], terms: list[str]) -> list[str]:
        forms = _forms(terms)

        def find(words: str) -> str | None:
            if words not in known:
                best = process.extractOne(
                    words, forms, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=threshold
                )
                known[words] = best[0] if best else None
            return known[words]

        return [_rewrite(line, find) for line in lines]

    return correct


def _forms(terms: list[str]) -> list[str]:
    parts = [word for term in terms for word in term.split() if len(term.split()) > 1 and word[:1].isupper()]
    return list(dict.fromkeys([*terms, *parts]))


def _rewrite(line: str, find: Callable[[str], str | None]) -> str:
    words = list(re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", line))
    made, at, skip = "", 0, 0
    for first in range(len(words)):
        if first < skip:
            continue
        for many in (3, 2, 1):
            run = words[first : first + many]
            said = line[run[0].start() : run[-1].end()]
            meant = find(said) if len(run) == many and not re.search(r"[,.;:!?]", said) else None
            if meant:
                made += line[at : run[0].start()] + meant
                at, skip = run[-1].end(), first + many
                break
    return made + line[at:]


def score(correct: Corrector, what: str) -> Row:
    """Recall and precision on the interview; each changed line without a right change counts against precision."""
    folder = DATA / "interview"
    lines = (folder / "raw.txt").read_text().split("\n")
    terms = (folder / "terms.txt").read_text().split("\n")
    with (folder / "names.tsv").open() as file:
        truth = [(int(row["line"]) - 1, row["meant"]) for row in csv.DictReader(file, delimiter="\t")]
    begun = time.perf_counter()
    made = correct(lines, [term for term in terms if term])
    took = time.perf_counter() - begun
    right = [line for line, meant in truth if made[line].count(meant) > lines[line].count(meant)]
    changed = [number for number, (old, new) in enumerate(zip(lines, made, strict=True)) if old != new]
    wrong = sum(number not in right for number in changed)
    words = sum(len(line.split()) for line in lines)
    precision = len(right) / max(1, len(right) + wrong)
    return Row(what, len(right) / len(truth), precision, len(changed) / words * 1e4, took)


def harm(correct: Corrector, what: str, prose: list[str]) -> Row:
    """Changes in clean prose with 300 terms that it does not name, in pieces of a three-hour transcript."""
    terms = read_strangers(prose)
    words = sum(len(line.split()) for line in prose)
    begun, changed = time.perf_counter(), 0
    for piece in _pieces(prose, 30_000):
        changed += sum(old != new for old, new in zip(piece, correct(piece, terms), strict=True))
    return Row(
        f"{what} ({words:,} words, {len(terms)} terms)", None, None, changed / words * 1e4, time.perf_counter() - begun
    )


def _pieces(lines: Iterable[str], size: int) -> Iterable[list[str]]:
    piece: list[str] = []
    words = 0
    for line in lines:
        piece.append(line)
        words += len(line.split())
        if words >= size:
            yield piece
            piece, words = [], 0
    if piece:
        yield piece


def read_strangers(prose: list[str]) -> list[str]:
    """300 terms that the prose does not name."""
    said = "\n".join(prose).casefold()
    terms = [line for line in (HERE / "names_glossary.txt").read_text().splitlines() if not line.startswith("#")]
    terms += [case.term for half in names_heard.HALVES for case in names_heard.read_cases(half)]
    return [term for term in dict.fromkeys(terms) if term.casefold() not in said][:_TERMS]


def read_prose() -> list[str]:
    """The lines of Debian's fortunes and of Python's own manual; empty where the fortunes are not installed."""
    from pydoc_data.topics import topics

    files = sorted(path for path in FORTUNES.glob("*") if path.is_file() and "." not in path.name)
    texts = [path.read_text(errors="replace") for path in files]
    return [line for text in [*texts, *(topics.values() if texts else ())] for line in text.split("\n")]


def read_talks() -> list[str]:
    """What was said in the human transcripts; empty where they are not there."""
    files = sorted([*DATA.glob("chapters/*/*.json"), *DATA.glob("shownotes/*.json")])
    texts = (segment["text"] for path in files for segment in json.loads(path.read_text())["segments"])
    return [" ".join(text.split()) for text in texts]


def speed(prose: list[str], count: int) -> Row:
    """30,000 words with so many made-up terms."""
    names = [
        head + middle + tail
        for head, middle, tail in itertools.product(*(part.split() for part in (HEADS, MIDDLES, TAILS)))
    ]
    pairs = (f"{given} {family}" for given, family in zip(names, reversed(names), strict=True))
    terms = list(
        itertools.islice(
            itertools.chain(names, pairs, (f"{name}{tail}" for name in names for tail in TAILS.split())), count
        )
    )
    piece = next(iter(_pieces(prose, 30_000)))
    begun = time.perf_counter()
    ours("balanced")(piece, terms)
    return Row(f"30,000 words with {len(terms):,} terms", seconds=time.perf_counter() - begun)


def main() -> None:
    """Print the table."""
    from metaphone import doublemetaphone

    rivals = {
        "aliases only (find and replace)": find_and_replace,
        "Double Metaphone alone": by_key(lambda words: doublemetaphone(words)[0]),
    }
    print(f"{'':<58}{'recall':>11}{'precision':>11}{'per 10,000':>11}{'seconds':>11}")
    if (DATA / "interview").is_dir():
        for mode in ("strict", "balanced", "eager"):
            print(score(ours(mode), f"interview: ours, {mode}"))
        for what, correct in rivals.items():
            print(score(correct, f"interview: {what}"))
        best = max((score(by_ratio(at), f"interview: rapidfuzz alone, ratio {at}") for at in range(60, 96, 5)), key=_f1)
        print(best)
        rivals["rapidfuzz alone"] = by_ratio(float(best.what.split()[-1]))
    else:
        print("interview: skipped, ../shared/data is not here")
    for half, mode in itertools.product(names_heard.HALVES, ("strict", "balanced", "eager")):
        begun = time.perf_counter()
        recall, precision = names_heard.tell_score(names_heard.run_cases(names_heard.read_cases(half), mode))
        took = time.perf_counter() - begun
        print(Row(f"our own sentences, half {half}: ours, {mode}", recall, precision, None, took))
    prose, talks = read_prose(), read_talks()
    for name, text in (("prose", prose), ("human transcripts", talks)):
        if not text:
            print(f"no harm, {name}: skipped, not here")
            continue
        for mode in ("strict", "balanced", "eager"):
            print(harm(ours(mode), f"{name}: ours, {mode}", text))
    if prose:
        sample = next(iter(_pieces(prose, 30_000)))
        for what, correct in rivals.items():
            print(harm(correct, f"prose: {what}", sample))
    for count in (1_000, 10_000) if prose or talks else ():
        print(speed(prose or talks, count))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _f1(row: Row) -> float:
    recall, precision = row.recall or 0.0, row.precision or 0.0
    return 2 * recall * precision / max(recall + precision, 1e-9)
