"""A scene as SVG 1.1 that is small, needs no font of its own, says what it shows, and follows light and dark."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape

from pipeline.formats.paragraphs import clean_line
from pipeline.pictures.palette import COLOURS
from pipeline.pictures.scene import Bars, Box, Line, Scene, Shape, Text

_FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif"
_AVERAGE = 0.57  # of a letter's size is its width, in the widest of the usual fonts


def write_svg(scene: Scene) -> str:
    """The picture as a document of its own."""
    used = dict.fromkeys(["paper", *(shape.colour for shape in scene.shapes)])
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{scene.width}" height="{scene.height}" ',
            f'viewBox="0 0 {scene.width} {scene.height}" role="img" aria-labelledby="title about">\n',
            f'<title id="title">{_plain(scene.title)}</title>\n<desc id="about">{_plain(scene.about)}</desc>\n',
            f"<style>\n{_style(used)}</style>\n",
            f'<rect class="paper" width="{scene.width}" height="{scene.height}"/>\n',
            *(f"{_write(shape)}\n" for shape in scene.shapes),
            "</svg>\n",
        ]
    )


def estimate_width(text: str, size: float) -> float:
    """About how wide a line of text is in an unknown font."""
    return sum(size if unicodedata.east_asian_width(sign) in "WF" else _AVERAGE * size for sign in text)


def shorten_to(text: str, size: float, room: float) -> str:
    """A line of text that fits, cut with an ellipsis; nothing where not even three letters would."""
    text = clean_line(text)
    if estimate_width(text, size) <= room:
        return text
    kept = text
    while kept and estimate_width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if len(kept) >= 3 else ""


def _style(used: Iterable[str]) -> str:
    names = list(used)
    light, dark = ("".join(f".{name}{{color:{COLOURS[theme][name]}}}" for name in names) for theme in ("light", "dark"))
    return (
        "rect,text{fill:currentColor}path{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}"
        f"text{{font-family:{_FONTS};unicode-bidi:plaintext}}.bold{{font-weight:650}}.faint{{opacity:.35}}\n"
        f"{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n"
    )


def _write(shape: Shape) -> str:
    if isinstance(shape, Box):
        place = f'class="{shape.colour}" x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" '
        size = f'height="{_n(shape.height)}"'
        tip = f"><title>{_plain(shape.tip)}</title></rect>" if shape.tip else "/>"
        return f"<rect {place}{size}{tip}"
    if isinstance(shape, Bars):
        drawn = "".join(f"M{_n(x)} {_n(shape.y - reach)}v{_n(2 * reach)}" for x, reach in shape.bars)
        faint = " faint" if shape.faint else ""
        return f'<path class="{shape.colour}{faint}" stroke-width="{_n(shape.width)}" d="{drawn}"/>'
    if isinstance(shape, Line):
        drawn = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in shape.points)
        dashes = ' stroke-dasharray="6 6"' if shape.dashed else ""
        return f'<path class="{shape.colour}" stroke-width="{_n(shape.width)}"{dashes} d="{drawn}"/>'
    return _write_text(shape)


def _write_text(shape: Text) -> str:
    text = shorten_to(shape.text, shape.size, shape.room)
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    bold = " bold" if shape.bold else ""
    place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{shape.size}"{anchor}'
    return f'<text class="{shape.colour}{bold}" {place}>{escape(text)}</text>'


def _plain(text: str) -> str:
    return escape(clean_line(text))


def _n(number: float) -> str:
    """A number to a tenth, as short as it can be written."""
    return f"{number:.1f}".removesuffix(".0") if round(number, 1) else "0"
