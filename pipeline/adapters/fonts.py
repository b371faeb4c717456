"""Fonts for what Pillow draws: DejaVu Sans, which matplotlib brings, and for other scripts what fontconfig knows."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_NOWHERE = "\U0010fffd"  # a letter that no font has: what is drawn for it is what is drawn for any missing one
_SHAPED = ("ARABIC", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "KHMER", "SYRIAC", "MYANMAR", "SINHALA")
_PROBE = 24


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which of the fonts in it."""

    path: str
    index: int = 0


def drawable(text: str) -> str:
    """The text without what never is a letter: emoji and invisible signs. What is left may still lack a font."""
    kept = "".join(sign for sign in text if unicodedata.category(sign) not in ("So", "Sk", "Cf", "Cs", "Co", "Cn"))
    return " ".join(kept.split())


def find_face(text: str, language: str = "", *, bold: bool = False) -> Face | None:
    """A font that has every letter of the text; None where this machine has none, or cannot join its letters."""
    if any(unicodedata.name(sign, "").startswith(_SHAPED) for sign in text) and not _can_shape():
        return None
    for face in _own_faces(bold):
        if _covers(face, text):
            return face
    others = "".join(sorted({sign for sign in text if sign > "\u024f"}))
    asked = _ask_fontconfig(others, language.partition("-")[0].lower(), bold) if others else None
    return asked if asked and _covers(asked, text) else None


@lru_cache(maxsize=64)
def open_face(face: Face | None, size: int) -> FreeTypeFont:
    """The font in a size of pixels; without a face the one that is in Pillow, which has the letters of ASCII."""
    from PIL import ImageFont

    if face is None:
        return ImageFont.load_default(size)  # type: ignore[return-value]
    engine = ImageFont.Layout.RAQM if _can_shape() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=engine)


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script that runs from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


@lru_cache(maxsize=1)
def _can_shape() -> bool:
    from PIL import features

    return bool(features.check("raqm")) and bool(features.check("fribidi"))


@lru_cache(maxsize=2)
def _own_faces(bold: bool) -> tuple[Face, ...]:
    found = importlib.util.find_spec("matplotlib")
    folders = [Path(one) / "mpl-data/fonts/ttf" for one in (found.submodule_search_locations or ())] if found else []
    files = [folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf") for folder in folders]
    return tuple(Face(str(path)) for path in files if path.is_file())


@lru_cache(maxsize=256)
def _ask_fontconfig(letters: str, language: str, bold: bool) -> Face | None:
    if shutil.which("fc-match") is None:
        return None
    wanted = f"sans-serif:charset={' '.join(f'{ord(sign):x}' for sign in letters[:200])}"
    wanted += (f":lang={language}" if language.isalpha() else "") + (":bold" if bold else "")
    command = ["fc-match", "-f", "%{file}\n%{index}", wanted]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return Face(lines[0], int(lines[1]) & 0xFFFF) if len(lines) == 2 and lines[1].isdigit() else None


def _covers(face: Face, text: str) -> bool:
    """Whether no letter of the text is drawn as the font's sign for a missing one."""
    return all(_has(face, sign) for sign in set(text) if not sign.isspace())


@lru_cache(maxsize=4096)
def _has(face: Face, sign: str) -> bool:
    if unicodedata.category(sign) in ("Mn", "Cf", "Cc"):
        return True
    return _picture(face, sign) != _picture(face, _NOWHERE)


@lru_cache(maxsize=4096)
def _picture(face: Face, sign: str) -> tuple[tuple[int, int], bytes]:
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(face.path, _PROBE, index=face.index, layout_engine=ImageFont.Layout.BASIC)
        drawn = font.getmask(sign)
    except OSError:  # a font of pictures in one size only, or a file that Pillow cannot read
        return (0, 0), b""
    return drawn.size, bytes(drawn)
