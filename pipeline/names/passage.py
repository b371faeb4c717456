"""A text in lines, or a transcript in segments, as the corrector sees it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.names.tokens import Token, to_word, tokenise

#: A line that ends in one of these (or in a letter) goes on in the next.
_WITHIN = tuple(",;-–—")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, cue or segment; `sure` holds the recogniser's probability of each token where it is known.

    `seconds` are the times at which the tokens begin, where these are known.
    """

    text: str
    tokens: list[Token]
    sure: list[float] | None = None
    breaks: frozenset[int] = frozenset()
    seconds: list[float] | None = None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where in the text tokens `first` to `last` stand, a possessive ending left out."""
        token = self.tokens[last]
        return self.tokens[first].start, token.end - len(token.ending)

    @classmethod
    def of(cls, text: str) -> Line:
        """A line of which only the text is known."""
        return cls(text, tokenise(text))


@dataclass(frozen=True, slots=True)
class Spot:
    """Tokens `first` to `last` (included) of a line."""

    line: int
    first: int
    last: int

    @property
    def places(self) -> list[tuple[int, int]]:
        """Its tokens as (line, token) pairs."""
        return [(self.line, at) for at in range(self.first, self.last + 1)]

    def lies_within(self, wider: Spot) -> bool:
        """Whether the other has all its tokens and more."""
        return self != wider and self.line == wider.line and wider.first <= self.first and self.last <= wider.last

    def meets(self, other: Spot) -> bool:
        """Whether the two have a token in common."""
        return self.line == other.line and self.first <= other.last and other.first <= self.last


class Passage:
    """Lines that follow one another. Their tokens change as names are written right; their places do not."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.words = [list(line.tokens) for line in lines]

    def tokens(self, spot: Spot) -> list[Token]:
        """The tokens at a spot, as they are by now."""
        return self.words[spot.line][spot.first : spot.last + 1]

    def token(self, place: tuple[int, int]) -> Token:
        """The token at a place, as it is by now."""
        return self.words[place[0]][place[1]]

    def replace(self, place: tuple[int, int], text: str, stem: str) -> None:
        """Write the token at a place otherwise, its possessive ending kept."""
        token = self.token(place)
        self.words[place[0]][place[1]] = replace(token, text=text + token.ending, word=to_word(text), stem=stem)

    def heard(self, spot: Spot) -> str:
        """The text that was heard at a spot, without a possessive ending."""
        line = self.lines[spot.line]
        start, end = line.span(spot.first, spot.last)
        return line.text[start:end]

    def second(self, spot: Spot) -> float | None:
        """When what stands at a spot begins to be said, if that is known."""
        seconds = self.lines[spot.line].seconds
        return None if seconds is None else seconds[spot.first]

    def written(self, spot: Spot) -> str:
        """The text at a spot as it is by now, without a possessive ending."""
        line, tokens = self.lines[spot.line], self.tokens(spot)
        text = tokens[0].text
        for one, other in pairwise(tokens):
            text += line.text[one.end : other.start] + other.text
        return text[: len(text) - len(tokens[-1].ending)]

    def before(self, spot: Spot) -> Token | None:
        """The token right before a spot with nothing but a space or a line's end between, else None."""
        tokens = self.words[spot.line]
        if spot.first:
            return tokens[spot.first - 1] if self._joined(spot.line, spot.first) else None
        return self.words[spot.line - 1][-1] if self._goes_on(spot.line - 1) and self._leads(spot.line) else None

    def after(self, spot: Spot) -> Token | None:
        """The token right after a spot with nothing but a space or a line's end between, else None."""
        tokens = self.words[spot.line]
        if spot.last + 1 < len(tokens):
            return tokens[spot.last + 1] if self._joined(spot.line, spot.last + 1) else None
        return self.words[spot.line + 1][0] if self._goes_on(spot.line) and self._leads(spot.line + 1) else None

    def opens(self, spot: Spot) -> bool:
        """Whether a sentence begins at the spot, or may."""
        if spot.first:
            return self.words[spot.line][spot.first].opens
        last = self.lines[spot.line - 1].text.rstrip()[-1:] if spot.line else ""
        return not (last.isalnum() or last in _WITHIN)

    def _joined(self, line: int, at: int) -> bool:
        """Whether a token goes on from the one before it, said by the same speaker."""
        return self.words[line][at].joined and at not in self.lines[line].breaks

    def _goes_on(self, line: int) -> bool:
        """Whether a line ends in a word, so that what it says may go on in the next."""
        if line < 0 or not self.words[line]:
            return False
        return not self.lines[line].text[self.words[line][-1].end :].strip()

    def _leads(self, line: int) -> bool:
        """Whether there is such a line and it begins with a word."""
        if line >= len(self.words) or not self.words[line]:
            return False
        return not self.lines[line].text[: self.words[line][0].start].strip()

    def windows(
        self, most: int, lines: Iterable[int] | None = None, starts: Container[str] | None = None
    ) -> Iterator[tuple[tuple[str, ...], tuple[int, int, int]]]:
        """Every run of up to `most` tokens that are not parted by punctuation, as folded words, with its spot's values.

        With `starts` only those that begin with one of these words.
        """
        for number in range(len(self.lines)) if lines is None else lines:
            tokens, breaks = self.words[number], self.lines[number].breaks
            for first, token in enumerate(tokens):
                if starts is not None and token.stem not in starts:
                    continue
                stems: tuple[str, ...] = (token.stem,)
                yield stems, (number, first, first)
                for last in range(first + 1, min(first + most, len(tokens))):
                    token = tokens[last]
                    if not token.joined or last in breaks:
                        break
                    stems = (*stems, token.stem)
                    yield stems, (number, first, last)
