"""A picture as shapes, before it is SVG or PNG: units are pixels of the scene, colours are names of the palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `tip` is what pointing at it, or a screen reader, tells."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Upright bars of one width, each its middle and how far it goes up and down from `y`."""

    y: float
    width: float
    colour: str
    bars: tuple[tuple[float, float], ...]
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Straight lines through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text on the base line `y`, cut with an ellipsis where it is wider than `room`."""

    x: float
    y: float
    size: int
    text: str
    colour: str = "ink"
    room: float = 1200.0
    anchor: Anchor = "start"
    bold: bool = False


Shape = Box | Bars | Line | Text


@dataclass(frozen=True, slots=True)
class Scene:
    """Shapes from back to front; `title` and `about` say in words what is to be seen."""

    width: int
    height: int
    title: str
    about: str
    shapes: tuple[Shape, ...]
