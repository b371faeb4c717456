"""Draw the cover of the demo's show, Salt and Brass: configs/cover.jpg.

    python episodes/demo/make_cover.py

A brass tide wheel sinks into the sea like a sun. The font is the one that Pillow carries, so that
the cover comes out the same on every machine.
"""

import argparse
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = 1500
# Drawn four times as large and reduced: Pillow's shapes have no smooth edges of their own.
SCALE = 4

NIGHT = "#10263b"
BRASS = "#e3a849"
BRASS_DARK = "#b97f2c"
FOAM = "#f6ecd6"
SEA = ("#2f7f8c", "#236577", "#194c61", "#123a4e")

CENTRE = (750, 800)
HORIZON = 900

Point = tuple[float, float]


def scaled(*values: float) -> list[float]:
    """Points of the cover as pixels of the drawing."""
    return [value * SCALE for value in values]


def disc(draw: ImageDraw.ImageDraw, centre: Point, radius: float, fill: str) -> None:
    """A filled circle."""
    x, y = centre
    draw.ellipse(scaled(x - radius, y - radius, x + radius, y + radius), fill=fill)


def at(angle: float, radius: float) -> Point:
    """A point of the wheel, its angle clockwise from three o'clock."""
    return CENTRE[0] + radius * math.cos(angle), CENTRE[1] + radius * math.sin(angle)


def draw_wheel(draw: ImageDraw.ImageDraw, teeth: int = 31, root: float = 372, tip: float = 412) -> None:
    """A gear of 31 teeth, one for each wheel of the tide machine, with six holes and a hub."""
    pitch = math.tau / teeth
    outline: list[float] = []
    for tooth in range(teeth):
        angle = tooth * pitch - math.pi / 2
        corners = ((-0.30, root), (-0.17, tip), (0.17, tip), (0.30, root))
        for offset, radius in corners:
            outline += scaled(*at(angle + offset * pitch, radius))
    draw.polygon(outline, fill=BRASS)
    disc(draw, CENTRE, 318, BRASS_DARK)
    disc(draw, CENTRE, 304, BRASS)
    for hole in range(6):
        disc(draw, at(hole * math.tau / 6 - math.pi / 2, 205), 66, NIGHT)
    disc(draw, CENTRE, 84, BRASS_DARK)
    disc(draw, CENTRE, 38, NIGHT)


def draw_sea(draw: ImageDraw.ImageDraw) -> None:
    """Four swells, each nearer one longer, higher and darker."""
    for number, colour in enumerate(SEA):
        level = HORIZON + 10 + number * 125
        length = 430 + 130 * number
        height = 22 + 8 * number
        shift = 0.9 + 2.1 * number
        crest = [(x, level + height * math.sin(math.tau * x / length + shift)) for x in range(-10, SIZE + 11, 5)]
        shape = [*crest, (SIZE + 10, SIZE), (-10, SIZE)]
        draw.polygon([part for point in shape for part in scaled(*point)], fill=colour)


def draw_text(draw: ImageDraw.ImageDraw, text: str, *, y: float, size: float, spread: float, fill: str) -> None:
    """Text centred at y, its letters `spread` apart, thickened: the font has one weight."""
    font = ImageFont.load_default(size * SCALE)
    weight = round(size * SCALE * 0.028)
    widths = [font.getlength(letter) for letter in text]
    x = (SIZE * SCALE - sum(widths) - spread * SCALE * (len(text) - 1)) / 2
    for letter, width in zip(text, widths, strict=True):
        draw.text((x, y * SCALE), letter, font=font, fill=fill, stroke_width=weight, anchor="ls")
        x += width + spread * SCALE


def draw_cover() -> Image.Image:
    """Back to front: wheel, sea, title."""
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), NIGHT)
    draw = ImageDraw.Draw(image)
    draw_wheel(draw)
    draw_sea(draw)
    draw_text(draw, "SALT AND BRASS", y=262, size=134, spread=14, fill=FOAM)
    draw_text(draw, "MACHINES THAT READ THE SEA", y=1420, size=48, spread=14, fill=FOAM)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def main() -> None:
    """Draw the cover and save it."""
    parser = argparse.ArgumentParser(description="Draw the cover of the demo's show.")
    default = Path(__file__).parents[2] / "configs" / "cover.jpg"
    parser.add_argument("--out", type=Path, default=default)
    arguments = parser.parse_args()
    draw_cover().save(arguments.out, quality=90, optimize=True)


if __name__ == "__main__":
    main()
