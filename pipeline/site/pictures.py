"""The cover as pages show it: small, square, and named after the cover that it was made of."""

from __future__ import annotations

import re

#: Pixels a side: sharp at the 280 that pages show on a screen of twice the density, and enough for link previews.
SMALL_SIDE = 640
#: What the small picture of an episode's own is called among its files.
SMALL_COVER = "cover-small.jpg"
_COVER = re.compile(r"cover-([0-9a-f]{12})\.\w+")


def small_cover_key(cover_key: str) -> str:
    """Where the small cover is, beside the cover: `cover-0123456789ab.png` -> `cover-small-0123456789ab.jpg`."""
    found = _COVER.fullmatch(cover_key)
    return f"cover-small-{found.group(1)}.jpg" if found else cover_key
