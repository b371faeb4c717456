"""Looking at pictures with Pillow; only the header is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError


@dataclass(frozen=True, slots=True)
class Picture:
    """Width and height in pixels, Pillow's name of the file format (JPEG, PNG) and of the colour mode (RGB, CMYK)."""

    width: int
    height: int
    format: str
    mode: str


def measure(path: Path) -> Picture:
    """What kind of picture a file is. Raises InputError when it is none, or one that would fill the memory."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return Picture(image.width, image.height, image.format or "unknown", image.mode)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file", fix="show.yaml names the cover") from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        what = f"{path}: is not a picture that can be used ({type(error).__name__})"
        raise InputError(what, fix="give a .jpg or .png of 1400 to 3000 pixels square") from error
