"""What tells that a name was heard: each source of evidence looks at one line and yields runs of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.adapters.entities import Entity, Kind
from pipeline.names.lexicon import PARTICLES
from pipeline.names.ordinary import EVERYDAY, Ordinariness
from pipeline.names.passage import Line
from pipeline.names.tokens import Token

_COMMONEST_NAME = 5.45  # Zipf frequency over which a word that begins a sentence is no given name
#: A word in small letters is looked at only where it is rarer than this, and the recogniser was less sure than that.
_UNCOMMON, _DOUBTED = 2.0, 0.6
_LONGEST = 6
_ARTICLES = ("a", "an", "the")
_PARTICLES = frozenset(PARTICLES.split())

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A line as the sources see it.

    `known` are the tokens that the glossary covers, `names` the stems that stand with a capital inside a sentence
    anywhere in the episode, `small` those that stand in small letters. `recognised` are the runs that a model of
    language takes for names here, with their kinds.
    """

    line: Line
    known: frozenset[int]
    ordinary: Ordinariness
    names: frozenset[str]
    small: frozenset[str]
    recognised: dict[Run, Kind] = field(default_factory=dict)


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
            if not _is_joined(heard.line, next_at):
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


def find_recognised(heard: Hearing) -> Iterator[Run]:
    """What a model of language takes for names, but for words that only begin a sentence here."""
    for first, last in heard.recognised:
        token = heard.line.tokens[first]
        plain = first == last and heard.ordinary.cased and token.opens and token.stem in heard.small
        if not plain and not heard.known.intersection(range(first, last + 1)):
            yield first, last


def locate(line: Line, entities: Iterable[Entity], *, cased: bool) -> dict[Run, Kind]:
    """The tokens of each entity, without an article; where capitals say something, from its first to its last."""
    located: dict[Run, Kind] = {}
    for entity in entities:
        inside = [
            at
            for at, token in enumerate(line.tokens)
            if token.start < entity.end and entity.start < token.end
            if (is_capital(token) if cased else token.word not in _ARTICLES)
        ]
        if inside and all(
            _is_joined(line, at) or _is_abbreviated(line, at) for at in range(inside[0] + 1, inside[-1] + 1)
        ):
            located[inside[0], inside[-1]] = entity.kind
    return located


def _is_joined(line: Line, at: int) -> bool:
    """Whether a token goes with the one before it: not across a spaced dash, nor from one speaker to the next."""
    token = line.tokens[at]
    return token.joined and at not in line.breaks and "- " not in line.text[line.tokens[at - 1].end : token.start]


def _is_abbreviated(line: Line, at: int) -> bool:
    """Whether the token before it ends in a full stop, as in `St. Mary`."""
    return line.text[line.tokens[at - 1].end : line.tokens[at].start] == ". " and at not in line.breaks


#: What tells names, by what is said of it to a reader.
SOURCES: dict[str, Source] = {
    "written with a capital": find_capitalised,
    "recognised as a name": find_recognised,
    "an uncommon word that was hard to hear": find_doubtful,
}


def is_capital(token: Token) -> bool:
    """Whether it is written with a capital anywhere."""
    return token.text[:1].isupper() or token.text[1:] != token.text[1:].lower()


def _is_name_word(heard: Hearing, at: int) -> bool:
    """Whether a token may be part of a name; at the beginning of a sentence its capital must be vouched for."""
    token = heard.line.tokens[at]
    if at in heard.known or not is_capital(token) or not any(map(str.isalpha, token.stem)):
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
    return at + 1 < len(tokens) and tokens[at + 1].joined and not tokens[at + 1].opens and is_capital(tokens[at + 1])
