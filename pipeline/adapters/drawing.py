"""Scenes painted as PNG with Pillow, and lines of text that never show a sign for a missing letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.adapters import fonts
from pipeline.pictures.palette import COLOURS, Theme
from pipeline.pictures.scene import Bars, Box, Line, Scene, Text

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_FINER = 2  # times as large is the picture drawn, and then made smaller: smooth edges
_FAINT = 0.35


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture as PNG, and the texts that are not in it since no font here has their letters."""

    png: bytes
    left_out: tuple[str, ...]


def paint(scene: Scene, theme: Theme, language: str = "") -> Painted:
    """The picture on light or dark ground. What has no letter, such as emoji, is left out of texts without a word."""
    from PIL import Image, ImageDraw

    colours, left_out = COLOURS[theme], []
    image = Image.new("RGB", (scene.width * _FINER, scene.height * _FINER), colours["paper"])
    canvas = ImageDraw.Draw(image)
    for shape in scene.shapes:
        if not isinstance(shape, Text):
            _draw(canvas, shape, colours)
    image = image.resize((scene.width, scene.height), Image.Resampling.BOX)
    canvas = ImageDraw.Draw(image)
    for shape in scene.shapes:
        if isinstance(shape, Text) and not _write(canvas, shape, colours[shape.colour], language):
            left_out.append(shape.text)
    made = BytesIO()
    image.save(made, "PNG", compress_level=9)
    return Painted(made.getvalue(), tuple(dict.fromkeys(left_out)))


def choose_font(text: str, size: int, language: str = "", *, bold: bool = False) -> FreeTypeFont | None:
    """A font for a line of text; None where no font here has all of its letters."""
    face = fonts.find_face(text, language, bold=bold)
    if face is None and not text.isascii():
        return None
    return fonts.open_face(face, size)


def shorten(text: str, font: FreeTypeFont, room: float) -> str:
    """A line that fits into so many pixels, cut with three dots."""
    if font.getlength(text) <= room:
        return text
    kept = text
    while kept and font.getlength(f"{kept.rstrip()}...") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}..." if kept.strip() else ""


def _draw(canvas: ImageDraw, shape: Box | Bars | Line, colours: dict[str, str]) -> None:
    fill = colours[shape.colour]
    if isinstance(shape, Box):
        canvas.rectangle(_scaled(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height), fill)
    elif isinstance(shape, Line):
        for begin, end in zip(shape.points, shape.points[1:], strict=False):
            for x, y, to_x, to_y in _dashes(begin, end) if shape.dashed else [(*begin, *end)]:
                canvas.line([x * _FINER, y * _FINER, to_x * _FINER, to_y * _FINER], fill, round(shape.width * _FINER))
    else:
        fill = blend(colours["card"], fill, _FAINT) if shape.faint else fill
        half = shape.width / 2
        for x, reach in shape.bars:
            # Round ends go beyond the bar, as they do in the SVG.
            box = _scaled(x - half, shape.y - reach - half, x + half, shape.y + reach + half)
            canvas.rounded_rectangle(box, half * _FINER, fill)


def _scaled(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    x, y = round(left * _FINER), round(top * _FINER)
    return x, y, max(x, round(right * _FINER) - 1), max(y, round(bottom * _FINER) - 1)


def _dashes(begin: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float, float, float]]:
    """A level line in pieces of six pixels with six between them."""
    (left, y), (right, _) = begin, end
    return [(x, y, min(right, x + 6), y) for x in _steps(left, right, 12)]


def _steps(begin: float, end: float, step: float) -> list[float]:
    return [begin + number * step for number in range(int((end - begin) // step) + 1)]


@lru_cache(maxsize=64)
def blend(under: str, over: str, share: float) -> str:
    """The colour of `over` laid on `under`, `share` of it being opaque."""
    parts = ((int(under[at : at + 2], 16), int(over[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in parts)


def _write(canvas: ImageDraw, shape: Text, fill: str, language: str) -> bool:
    """Draw a line of text; False where it cannot be drawn whole, and then nothing is."""
    text = fonts.drawable(shape.text)
    font = choose_font(text, shape.size, language, bold=shape.bold)
    if font is None:
        return False
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
    canvas.text((shape.x, shape.y), shorten(text, font, shape.room), fill, font, anchor=anchor)
    return True
