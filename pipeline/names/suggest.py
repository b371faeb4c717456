"""Names that were heard and that the glossary does not know, those that sound alike together.

What may be a name is told by sources of evidence: each looks at one line and yields runs of tokens. Adding a
recogniser of named entities means adding one more function to `SOURCES`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.config import Glossary, Term
from pipeline.models import Seconds, Transcript
from pipeline.names.candidates import Candidate, Finder
from pipeline.names.known import occurrences
from pipeline.names.lexicon import PARTICLES, Lexicon, to_letters
from pipeline.names.ordinary import EVERYDAY, Ordinariness
from pipeline.names.passage import Line, Passage
from pipeline.names.tokens import Token
from pipeline.names.transcripts import lay_out, start_of

#: Up to which Zipf frequency a word by itself, and the rarest word of several, is worth a line in the glossary.
_RARE_ENOUGH, _RARE_ENOUGH_WITH_OTHERS = 3.8, 4.5
_COMMONEST_NAME = 5.45  # Zipf frequency over which a word that begins a sentence is no given name
#: A word in small letters is looked at only where it is rarer than this, and the recogniser was less sure than that.
_UNCOMMON, _DOUBTED = 2.0, 0.6
_LONGEST, _LONGEST_LETTERS = 6, 80
_AROUND = 5  # words of context on each side
_ALIKE_BASE, _ALIKE_PER_LETTER = 0.1, 0.12  # up to which distance two spellings are taken for one name
_PARTICLES = frozenset(PARTICLES.split())

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A line as the sources see it.

    `known` are the tokens that the glossary covers, `names` the stems that stand with a capital inside a sentence
    anywhere in the episode, `small` those that stand in small letters.
    """

    line: Line
    known: frozenset[int]
    ordinary: Ordinariness
    names: frozenset[str]
    small: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name was heard: the second, the words around it, and the recogniser's least probability."""

    start: Seconds
    text: str
    context: str
    probability: float | None


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


Source = Callable[[Hearing], Iterable[Run]]


def find_capitalised(heard: Hearing) -> Iterator[Run]:
    """Runs of words with a capital where a sentence does not ask for one: the longest, with particles inside."""
    tokens = heard.line.tokens
    at = 0
    while at < len(tokens) and heard.ordinary.cased:
        if not _is_name_word(heard, at):
            at += 1
            continue
        last = at
        for next_at in range(at + 1, len(tokens)):
            if not tokens[next_at].joined or next_at in heard.line.breaks:
                break
            if _is_name_word(heard, next_at):
                last = next_at
            elif tokens[next_at].stem not in _PARTICLES:
                break
        if last - at < _LONGEST:
            yield at, last
        at = last + 1


def find_doubtful(heard: Hearing) -> Iterator[Run]:
    """Uncommon words in small letters of which the recogniser was not sure."""
    for at, token in enumerate(heard.line.tokens):
        if at in heard.known or not token.stem.isalpha() or len(token.stem) < 4 or heard.line.sure is None:
            continue
        rare = heard.ordinary.known and heard.ordinary.share(token.word) + 9 < _UNCOMMON
        if rare and heard.line.sure[at] < _DOUBTED and not (heard.ordinary.cased and token.capital):
            yield at, at


#: What tells names, by what is said of it to a reader.
SOURCES: dict[str, Source] = {
    "written with a capital": find_capitalised,
    "an uncommon word that was hard to hear": find_doubtful,
}


def suggest_names(
    transcript: Transcript,
    glossary: Glossary,
    *,
    slug: str | None = None,
    show: str | None = None,
    sources: dict[str, Source] = SOURCES,
) -> list[Suggestion]:
    """The names in a corrected transcript that its glossary does not cover, the most frequent first.

    `slug` and `show` choose the terms that count here. Ordinary words, and names as common as Peter or London by
    themselves, are left out: a recogniser knows how to write them.
    """
    laid = [lay_out(segment) for segment in transcript.segments]
    lines = [line for line, _ in laid]
    tokens = [token for line in lines for token in line.tokens]
    lexicon = Lexicon.build(glossary, episode=slug, show=show)
    ordinary = Ordinariness.of(tokens, (), transcript.language)
    names = frozenset(token.stem for token in tokens if _is_capital(token) and not token.opens)
    small = frozenset(token.stem for token in tokens if not token.capital)
    covered = _covered(lines, lexicon, ordinary)
    found: dict[str, list[Mention]] = defaultdict(list)
    why: dict[str, set[str]] = defaultdict(set)
    for number, (segment, one) in enumerate(zip(transcript.segments, laid, strict=True)):
        heard = Hearing(one[0], covered[number], ordinary, names, small)
        for (first, last), reasons in _gather(heard, sources).items():
            mention = _mention(one[0], first, last, start_of(segment, one, first))
            found[mention.text].append(mention)
            why[mention.text].update(reasons)
    finder = Finder(lexicon)
    return sorted(
        (_describe(cluster, found, why, finder, sources) for cluster in _cluster(found)),
        key=lambda one: (-one.count, one.mentions[0].start, one.name),
    )


def _is_capital(token: Token) -> bool:
    return token.text[:1].isupper() or token.text[1:] != token.text[1:].lower()


def _is_name_word(heard: Hearing, at: int) -> bool:
    """Whether a token may be part of a name; at the beginning of a sentence its capital must be vouched for."""
    token = heard.line.tokens[at]
    if at in heard.known or not _is_capital(token) or not any(map(str.isalpha, token.stem)):
        return False
    frequency = heard.ordinary.frequency(token.word)
    if len(token.stem) == 1 or ("'" in token.word and frequency >= EVERYDAY):
        return False  # `I`, `I'm`
    if not token.opens:
        return True
    if token.stem in heard.small or frequency >= _COMMONEST_NAME:
        return False
    return token.stem in heard.names or (heard.ordinary.known and (frequency < EVERYDAY or _goes_on(heard, at)))


def _goes_on(heard: Hearing, at: int) -> bool:
    tokens = heard.line.tokens
    return at + 1 < len(tokens) and tokens[at + 1].joined and not tokens[at + 1].opens and _is_capital(tokens[at + 1])


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
    words = [token.word for token in heard.line.tokens[run[0] : run[1] + 1]]
    if sum(map(len, words)) > _LONGEST_LETTERS:
        return False
    limit = _RARE_ENOUGH if len(words) == 1 else _RARE_ENOUGH_WITH_OTHERS
    return min(map(heard.ordinary.frequency, words)) < limit


def _mention(line: Line, first: int, last: int, start: Seconds) -> Mention:
    begin, end = line.span(first, last)
    left, right = max(0, first - _AROUND), min(len(line.tokens) - 1, last + _AROUND)
    context = line.text[line.tokens[left].start : line.tokens[right].end]
    sure = None if line.sure is None else min(line.sure[first : last + 1])
    return Mention(start, " ".join(line.text[begin:end].split()), " ".join(context.split()), sure)


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
        entries.append(f"    # aliases: {_flow(aliases)}  # for when you write it otherwise\n")
    return "".join(entries)


def _flow(texts: list[str]) -> str:
    import yaml

    return str(yaml.safe_dump(texts, default_flow_style=True, allow_unicode=True, width=float("inf"))).strip()
