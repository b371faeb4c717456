"""Pictures, with Pillow: looking at them, where only the header is read, and making them small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

_QUALITIES = (90, 80, 70, 60)
_STEP = 0.75  # of the pixels a side, where no quality is small enough
_WHITE = (255, 255, 255)


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
        square = ImageOps.fit(_to_srgb(image), (side, side), Image.Resampling.LANCZOS)
        square.save(made, "JPEG", quality=82, optimize=True, progressive=True)
    return made.getvalue()


def fit_for_tags(path: Path, side: int, limit: int) -> bytes:
    """The whole picture as a plain JPEG for a sound file: no side above `side` pixels, at most `limit` bytes (10,000+).

    Baseline and sRGB, since cars and older players show nothing else, and without what the file says besides (place,
    camera). Nothing is enlarged; quality goes before pixels do. Raises what `measure` raises.
    """
    from PIL import Image

    with _refusing(path), Image.open(path) as image:
        image.draft("RGB", (side, side))
        whole = _to_srgb(image)
    while True:
        whole.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        for quality in _QUALITIES:
            made = BytesIO()
            whole.save(made, "JPEG", quality=quality)
            if made.tell() <= limit:
                return made.getvalue()
        side = round(max(whole.size) * _STEP)


def _to_srgb(image: Pixels) -> Pixels:
    """A picture as it is meant to be seen, in 8-bit sRGB: turned upright, on white where one can look through it."""
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 bits a pixel: Pillow would cut the values off, not scale them
        upright = upright.point(lambda value: value * (1 / 256)).convert("L")
    if not upright.has_transparency_data:
        return _by_profile(upright)
    seen = upright.convert("RGBA")
    ground = Image.new("RGB", seen.size, _WHITE)
    ground.paste(_by_profile(seen.convert("RGB")), mask=seen.getchannel("A"))
    return ground


def _by_profile(image: Pixels) -> Pixels:
    """RGB through the colour profile that a picture brings, where it brings one that can be used."""
    from PIL import ImageCms

    if profile := image.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError):
            seen = ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
            if seen:
                seen.info.clear()
                return seen
    plain = image.convert("RGB")
    plain.info.clear()  # or the profile of before would be written into the JPEG
    return plain


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
