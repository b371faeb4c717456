"""Names that were heard and that the glossary does not know, those that sound alike together.

What may be a name is told by the sources of evidence in `name_sources`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.adapters.entities import Entity, Kind
from pipeline.config import Glossary, Term
from pipeline.models import Seconds, Transcript
from pipeline.names.candidates import Candidate, Finder
from pipeline.names.known import occurrences
from pipeline.names.lexicon import Lexicon, to_letters
from pipeline.names.name_sources import SOURCES, Hearing, Run, Source, is_capital, locate
from pipeline.names.ordinary import EVERYDAY, Ordinariness
from pipeline.names.passage import Line, Passage
from pipeline.names.transcripts import lay_out, start_of

#: Up to which Zipf frequency a word by itself, and the rarest word of several, is worth a line in the glossary.
_RARE_ENOUGH, _RARE_ENOUGH_WITH_OTHERS = 3.8, 4.5
_LONGEST_LETTERS = 80
_AROUND = 5  # words of context on each side
_ALIKE_BASE, _ALIKE_PER_LETTER = 0.1, 0.12  # up to which distance two spellings are taken for one name

Recogniser = Callable[[Sequence[str]], list[tuple[Entity, ...]]]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name was heard: the second, the words around it, and the recogniser's least probability.

    `kind` is what a model of language takes it for there.
    """

    start: Seconds
    text: str
    context: str
    probability: float | None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a name was written, how often, and with what mean probability (None where words have none)."""

    text: str
    count: int
    probability: float | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that may belong into the glossary: its spellings, the best first, and where it was heard, in order.

    `why` names the evidence, `near` is the glossary's term that it sounds like, which it may be a mis-hearing of.
    """

    spellings: tuple[Spelling, ...]
    mentions: tuple[Mention, ...]
    why: tuple[str, ...]
    near: str | None = None

    @property
    def name(self) -> str:
        """The best spelling."""
        return self.spellings[0].text

    @property
    def count(self) -> int:
        """How often it was heard."""
        return len(self.mentions)

    @property
    def kind(self) -> Kind | None:
        """What most mentions of several words are taken for; None for a single word, which a small model guesses at."""
        kinds = Counter(mention.kind for mention in self.mentions if mention.kind and " " in mention.text)
        most = max(kinds, key=lambda kind: kinds[kind], default=None)
        return most if most and 2 * kinds[most] > kinds.total() else None


def suggest_names(
    transcript: Transcript,
    glossary: Glossary,
    *,
    slug: str | None = None,
    show: str | None = None,
    sources: dict[str, Source] = SOURCES,
    recognise: Recogniser | None = None,
) -> list[Suggestion]:
    """The names in a corrected transcript that its glossary does not cover, the most frequent first.

    `slug` and `show` choose the terms that count here. Ordinary words, and names as common as Peter or London by
    themselves, are left out: a recogniser knows how to write them. `recognise` finds named entities in texts.
    """
    laid = [lay_out(segment) for segment in transcript.segments]
    lines = [line for line, _ in laid]
    tokens = [token for line in lines for token in line.tokens]
    lexicon = Lexicon.build(glossary, episode=slug, show=show)
    ordinary = Ordinariness.of(tokens, (), transcript.language)
    names = frozenset(token.stem for token in tokens if is_capital(token) and not token.opens)
    small = frozenset(token.stem for token in tokens if not token.capital)
    covered = _covered(lines, lexicon, ordinary)
    found: dict[str, list[Mention]] = defaultdict(list)
    why: dict[str, set[str]] = defaultdict(set)
    recognised = _recognise(lines, ordinary, recognise)
    for number, (segment, one) in enumerate(zip(transcript.segments, laid, strict=True)):
        heard = Hearing(one[0], covered[number], ordinary, names, small, recognised[number])
        for run, reasons in _gather(heard, sources).items():
            mention = _mention(heard, run, start_of(segment, one, run[0]))
            found[mention.text].append(mention)
            why[mention.text].update(reasons)
    finder = Finder(lexicon)
    return sorted(
        (_describe(cluster, found, why, finder, sources) for cluster in _cluster(found)),
        key=lambda one: (-one.count, one.mentions[0].start, one.name),
    )


def _recognise(lines: Sequence[Line], ordinary: Ordinariness, recognise: Recogniser | None) -> list[dict[Run, Kind]]:
    """What a recogniser finds in each line; text in capitals is read to it in small letters, which it knows better."""
    if recognise is None:
        return [{} for _ in lines]
    texts = [line.text for line in lines]
    if ordinary.shouted:
        texts = [small if len(small := text.lower()) == len(text) else text for text in texts]
    found = recognise(texts)
    return [locate(line, entities, cased=ordinary.cased) for line, entities in zip(lines, found, strict=True)]


def _covered(lines: Sequence[Line], lexicon: Lexicon, ordinary: Ordinariness) -> list[frozenset[int]]:
    """The tokens of each line that the glossary knows: terms, names of people, aliases, and rare words of a term."""
    known: dict[tuple[str, ...], None] = dict.fromkeys(lexicon.aliases)
    for form in lexicon.forms:
        known[tuple(token.stem for token in form.tokens)] = None
        for token in form.tokens:
            if ordinary.frequency(token.word) < EVERYDAY and len(token.stem) > 1:
                known[(token.stem,)] = None
    covered: list[set[int]] = [set() for _ in lines]
    for spot, _, _ in occurrences(Passage(lines), dict.fromkeys(known, True)):
        covered[spot.line].update(range(spot.first, spot.last + 1))
    return [frozenset(places) for places in covered]


def _gather(heard: Hearing, sources: dict[str, Source]) -> dict[Run, list[str]]:
    """What the sources found that is not ordinary, in order; of runs that overlap the longest, with all reasons."""
    found: dict[Run, list[str]] = defaultdict(list)
    for name, source in sources.items():
        for run in source(heard):
            if _is_rare(heard, run):
                found[run].append(name)
    kept: dict[Run, list[str]] = {}
    for run in sorted(found, key=lambda one: (one[0] - one[1], one[0])):
        over = next((one for one in kept if one[0] <= run[1] and run[0] <= one[1]), run)
        kept.setdefault(over, []).extend(reason for reason in found[run] if reason not in kept[over])
    return dict(sorted(kept.items()))


def _is_rare(heard: Hearing, run: Run) -> bool:
    """Whether it is worth a line in the glossary: as uncommon words are, and a person's full name of no other words."""
    tokens = heard.line.tokens[run[0] : run[1] + 1]
    if sum(len(token.word) for token in tokens) > _LONGEST_LETTERS:
        return False
    full = len(tokens) > 1 and heard.recognised.get(run) == "person"
    if full and heard.small.isdisjoint(token.stem for token in tokens):
        return True
    limit = _RARE_ENOUGH if len(tokens) == 1 else _RARE_ENOUGH_WITH_OTHERS
    return min(heard.ordinary.frequency(token.word) for token in tokens) < limit


def _mention(heard: Hearing, run: Run, start: Seconds) -> Mention:
    line, (first, last) = heard.line, run
    begin, end = line.span(first, last)
    left, right = max(0, first - _AROUND), min(len(line.tokens) - 1, last + _AROUND)
    context = line.text[line.tokens[left].start : line.tokens[right].end]
    sure = None if line.sure is None else min(line.sure[first : last + 1])
    said = " ".join(line.text[begin:end].split())
    return Mention(start, said, " ".join(context.split()), sure, heard.recognised.get(run))


def _cluster(found: dict[str, list[Mention]]) -> list[list[str]]:
    """The spellings that sound alike together, the best first: the most frequent, then the surest.

    One name of a person goes with the full name, which counts for it, and a plural with its singular. Greedy, so
    that A near B near C does not make A and C one name.
    """
    count = {text: sum(len(found.get(part, ())) for part in {text, *text.split()}) for text in found}
    ranked = sorted(
        found,
        key=lambda text: (
            " " not in text,
            text.endswith("s") and text[:-1] in found,
            -count[text],
            -(_surety(found[text]) or 0.0),
            text,
        ),
    )
    finder = Finder(Lexicon.build(Glossary(terms=tuple(Term(term=text) for text in ranked))))
    clusters: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for text in ranked:
        heads = [owner[one] for one in _alike(text, finder) if one in owner]
        owner[text] = min(heads, key=ranked.index, default=text)
        clusters.setdefault(owner[text], []).append(text)
    return list(clusters.values())


def _alike(text: str, finder: Finder) -> list[str]:
    """The terms of a lexicon that a spelling is another one of, or one name of a person; the nearest first."""
    tokens = Line.of(text).tokens
    stems = tuple(token.stem for token in tokens)
    if not to_letters(tokens):
        return []
    near = [one for one in finder.find(stems, finder.lexicon.index, "all") if _is_alike(one, stems)]
    near.sort(key=lambda one: (one.distance, one.form.entry.number))
    return [one.form.entry.term.term for one in near]


def _is_alike(candidate: Candidate, stems: tuple[str, ...]) -> bool:
    length = min(len(candidate.form.letters), sum(map(len, stems)))
    return candidate.distance <= _ALIKE_BASE + _ALIKE_PER_LETTER * length


def _surety(mentions: Sequence[Mention]) -> float | None:
    known = [mention.probability for mention in mentions if mention.probability is not None]
    return round(sum(known) / len(known), 3) if known else None


def _describe(
    cluster: list[str],
    found: dict[str, list[Mention]],
    why: dict[str, set[str]],
    glossary: Finder,
    sources: dict[str, Source],
) -> Suggestion:
    spellings = tuple(Spelling(text, len(found[text]), _surety(found[text])) for text in cluster)
    mentions = sorted((one for text in cluster for one in found[text]), key=lambda one: one.start)
    reasons = tuple(name for name in sources if any(name in why[text] for text in cluster))
    near = Counter(term for text in cluster for term in _alike(text, glossary)[:1]).most_common(1)
    return Suggestion(spellings, tuple(mentions), reasons, near[0][0] if near else None)


def as_yaml(suggestions: Iterable[Suggestion]) -> str:
    """Entries for the glossary's `terms`; the spellings stand as a comment, to be used where the name is mended.

    A single name of a person is no alias there: the whole name would be written for it.
    """
    entries = []
    for one in suggestions:
        aliases = [each.text for each in one.spellings if " " in each.text or " " not in one.name]
        times = "once" if one.count == 1 else f"{one.count} times"
        entries.append(f"  - term: {_flow([one.name])[1:-1]}  # heard {times}: check the spelling\n")
        if one.kind:
            entries.append(f"    kind: {one.kind}  # a guess\n")
        entries.append(f"    # aliases: {_flow(aliases)}  # for when you write it otherwise\n")
    return "".join(entries)


def _flow(texts: list[str]) -> str:
    import yaml

    return str(yaml.safe_dump(texts, default_flow_style=True, allow_unicode=True, width=float("inf"))).strip()
