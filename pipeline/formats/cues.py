"""Segments cut into captions that fit a screen, timed by their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.formats.clock import milliseconds
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Seconds, Segment

_CLAUSE_ENDS = tuple(",;:.?!…、。，？！")
_FULL_ENOUGH = 0.6  # a caption this full may end where a clause does
_PAUSE: Seconds = 1.5


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its times; `spaced` where a space stands before it."""

    text: str
    start: Seconds
    end: Seconds
    spaced: bool


@dataclass(slots=True)
class Caption:
    """Lines shown from `start` to `end`, in whole milliseconds, said by `speaker`."""

    start: int
    end: int
    lines: list[str]
    speaker: str | None


def make_captions(
    segments: Iterable[Segment], *, width: int, height: int, name_speakers: bool = False
) -> list[Caption]:
    """Captions of at most `height` lines of `width` characters, their starts ascending, each at least 1 ms long.

    With `name_speakers` a caption in which another speaker begins opens with `Name: `, whatever its length.
    """
    captions: list[Caption] = []
    for segment in segments:
        tokens = [piece for token in split_tokens(segment) for piece in _cut(token, width)]
        speaker = clean_line(segment.speaker) if segment.speaker else None
        changed = not captions or captions[-1].speaker != speaker
        lead = f"{speaker}:" if name_speakers and changed and speaker else ""
        captions.extend(
            Caption(milliseconds(start), milliseconds(end), lines, speaker)
            for start, end, lines in _fill(tokens, width, height, lead)
        )
    return _untangle(captions)


def split_tokens(segment: Segment) -> list[Token]:
    """The words of a segment's text with their times; times are shared out by letters where words and text differ."""
    text, position, tokens = clean_line(segment.text), 0, []
    for word in segment.words:
        said = clean_line(word.text)
        at = text.find(said, position)
        if at < 0 or text[position:at].strip():
            return _interpolate(text, segment)
        tokens.append(Token(said, word.start, word.end, at > position))
        position = at + len(said)
    return tokens if not text[position:].strip() else _interpolate(text, segment)


def _interpolate(text: str, segment: Segment) -> list[Token]:
    per_letter = (segment.end - segment.start) / max(1, len(text))
    tokens, position = [], 0
    for said in text.split():
        at = text.index(said, position)
        position = at + len(said)
        begin, end = segment.start + at * per_letter, segment.start + position * per_letter
        tokens.append(Token(said, begin, end, at > 0))
    return tokens


def _cut(token: Token, width: int) -> Iterator[Token]:
    """A word wider than a line (a URL, or a script without spaces) in pieces that fit."""
    if len(token.text) <= width:
        yield token
        return
    per_letter = (token.end - token.start) / len(token.text)
    for at in range(0, len(token.text), width):
        piece = token.text[at : at + width]
        start = token.start + at * per_letter
        yield Token(piece, start, start + len(piece) * per_letter, token.spaced and at == 0)


def _fill(tokens: Iterable[Token], width: int, height: int, lead: str) -> Iterator[tuple[Seconds, Seconds, list[str]]]:
    lines: list[str] = [lead] if lead else []
    start: Seconds | None = None
    end: Seconds = 0.0
    for token in tokens:
        if start is not None and (
            not _fits(token, lines, width, height) or _may_end(lines, token, end, width * height)
        ):
            yield start, end, lines
            lines, start = [], None
        space = " " if token.spaced or lines == [lead] else ""
        if lines and len(lines[-1]) + len(space) + len(token.text) <= width:
            lines[-1] += space + token.text
        else:
            lines.append(token.text)
        start, end = token.start if start is None else start, token.end
    if start is not None:
        yield start, end, lines


def _fits(token: Token, lines: list[str], width: int, height: int) -> bool:
    return len(lines) < height or len(lines[-1]) + token.spaced + len(token.text) <= width


def _may_end(lines: list[str], token: Token, end: Seconds, room: int) -> bool:
    if token.start - end > _PAUSE:
        return True
    return lines[-1].endswith(_CLAUSE_ENDS) and sum(map(len, lines)) >= _FULL_ENOUGH * room


def _untangle(captions: list[Caption]) -> list[Caption]:
    """Starts that ascend, ends after starts, and no caption that hides the next."""
    latest = 0
    for caption in captions:
        caption.start = latest = max(caption.start, latest)
    for caption, following in zip(captions, [*captions[1:], None], strict=True):
        if following and caption.end > following.start > caption.start:
            caption.end = following.start
        caption.end = max(caption.end, caption.start + 1)
    return captions
