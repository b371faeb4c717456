"""Captions as pictures: a few lines of words, the one that is said now brighter, in the order of their script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.adapters import fonts
from pipeline.adapters.drawing import choose_font, shorten
from pipeline.models import Caption, Storyboard
from pipeline.pictures.palette import COLOURS, speaker_colour

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_DARK = COLOURS["dark"]
_SIZE, _NAME = 56, 34
_LINE = 76

#: Which caption is on the screen, and which of its words is said; -1 where there is none.
State = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word where it is drawn; `number` is its place in the caption."""

    number: int
    text: str
    x: float
    line: int


class CaptionPainter:
    """Draws the captions of a storyboard; `left_out` are words without a font, and a caption with any is not drawn."""

    def __init__(self, board: Storyboard, width: int, height: int) -> None:
        self._board, self._size = board, (width, height)
        texts = [board.glue.join(_plain(caption)) for caption in board.captions]
        self._fonts = [choose_font(text, _SIZE, board.language, bold=True) for text in texts]
        self.left_out = [text for text, font in zip(texts, self._fonts, strict=True) if font is None]

    def state(self, time: float) -> State:
        """What is to be seen at a second of the clip."""
        for number, caption in enumerate(self._board.captions):
            if caption.start <= time < caption.end:
                begun = [at for at, word in enumerate(caption.words) if word.start <= time]
                return number, (begun[-1] if begun else -1)
        return -1, -1

    def draw(self, state: State) -> Image:
        """The picture of a state, as large as the room for captions."""
        from PIL import Image, ImageDraw

        image = Image.new("RGB", self._size, _DARK["paper"])
        font = self._fonts[state[0]] if state[0] >= 0 else None
        if font is None:
            return image
        caption, canvas = self._board.captions[state[0]], ImageDraw.Draw(image)
        name = fonts.drawable(caption.speaker or "")
        label = choose_font(name, _NAME, self._board.language) if name else None
        if label:
            canvas.text((0, 0), shorten(name, label, self._size[0]), _DARK[speaker_colour(caption.colour)], label)
        for word in self._lay_out(_plain(caption), font):
            colour = _DARK["ink"] if word.number <= state[1] else _DARK["quiet"]
            colour = _DARK[speaker_colour(caption.colour)] if word.number == state[1] else colour
            canvas.text((word.x, 56 + word.line * _LINE), word.text, colour, font)
        return image

    def _lay_out(self, words: list[str], font: FreeTypeFont) -> list[_Placed]:
        gap, room = font.getlength(self._board.glue) if self._board.glue else 0.0, self._size[0]
        words = [shorten(word, font, room) for word in words]
        widths = [font.getlength(word) for word in words]
        lines: list[list[int]] = [[]]
        for number, width in enumerate(widths):
            used = sum(widths[at] + gap for at in lines[-1])
            if lines[-1] and used + width > room:
                lines.append([])
            lines[-1].append(number)
        backwards = fonts.is_right_to_left(" ".join(words))
        placed: list[_Placed] = []
        for line, numbers in enumerate(lines):
            order = _order(numbers, words) if backwards else numbers
            x = room - sum(widths[at] + gap for at in order) + gap if backwards else 0.0
            for at in order:
                placed.append(_Placed(at, words[at], x, line))
                x += widths[at] + gap
        return placed


def _plain(caption: Caption) -> list[str]:
    return [fonts.drawable(word.text) for word in caption.words]


def _order(numbers: list[int], words: list[str]) -> list[int]:
    """Words of a line from right to left as they stand from left to right: runs of the other direction keep theirs.

    Source: Unicode Annex 9, rule L2, on whole words.
    """
    runs: list[list[int]] = []
    for at in numbers:
        if runs and not fonts.is_right_to_left(words[at]) and not fonts.is_right_to_left(words[runs[-1][-1]]):
            runs[-1].append(at)
        else:
            runs.append([at])
    return [at for run in reversed(runs) for at in run]
