"""Rules about pictures: what directories refuse of a show's or an episode's artwork."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.adapters import images
from pipeline.feed_check.findings import Finding
from pipeline.feed_check.sources import APPLE_ARTWORK

SMALLEST, LARGEST = 1400, 3000
FIX = "export a square RGB picture of 1400 to 3000 pixels as .jpg or .png"
_ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}


def check_artwork(path: Path) -> tuple[Finding, ...]:
    """What directories would refuse of a picture. Raises InputError when the file is none."""
    return tuple(
        Finding(rule="artwork", level="error", line=1, what=f"{path.name}: {what}", fix=FIX, source=APPLE_ARTWORK)
        for what in faults(images.measure(path), path.suffix.lower())
    )


def faults(picture: images.Picture, ending: str) -> Iterator[str]:
    """What is wrong with a picture of a file with that ending."""
    if _ENDINGS.get(ending) != picture.format:
        yield f"is {picture.format} in a file that ends in {ending or 'nothing'}"
    if picture.width != picture.height:
        yield f"is {picture.width} x {picture.height} pixels, not square"
    elif not SMALLEST <= picture.width <= LARGEST:
        yield f"is {picture.width} pixels wide"
    if picture.mode not in ("RGB", "P"):
        yield f"has the colours of {picture.mode}, not RGB"
