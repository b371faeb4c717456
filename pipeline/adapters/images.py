"""Pictures, with Pillow: looking at them, where only the header is read, and making them small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
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
    from PIL import Image

    with _refusing(path), Image.open(path) as image:
        return Picture(image.width, image.height, image.format or "unknown", image.mode)


def look_at(data: bytes) -> Picture | None:
    """What kind of picture begins with these bytes; None when it is none that can be used."""
    from PIL import Image

    try:
        with _refusing(Path("picture")), Image.open(BytesIO(data)) as image:
            return Picture(image.width, image.height, image.format or "unknown", image.mode)
    except InputError:
        return None


def shrink(path: Path, side: int) -> bytes:
    """The middle of a picture as a square JPEG, `side` pixels each way. Raises what `measure` raises."""
    from PIL import Image, ImageOps

    made = BytesIO()
    with _refusing(path), Image.open(path) as image:
        image.draft("RGB", (side, side))
        square = ImageOps.fit(image.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
        square.save(made, "JPEG", quality=82, optimize=True, progressive=True)
    return made.getvalue()


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Raise InputError for what Pillow cannot read or dares not to."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file", fix="show.yaml names the cover") from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        what = f"{path}: is not a picture that can be used ({type(error).__name__})"
        raise InputError(what, fix="give a .jpg or .png of 1400 to 3000 pixels square") from error
