"""The colours of pictures: those of the page (pipeline/site/static/site.css), on light and on dark ground."""

from __future__ import annotations

from typing import Literal

#: How many speakers have a colour of their own; the next one has the first again.
SPEAKERS = 6
Theme = Literal["light", "dark"]

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "paper": "#f6f8f7", "card": "#ffffff", "ink": "#16211f", "quiet": "#53625f", "line": "#dae2df",
        "v1": "#0b6b62", "v2": "#a3420f", "v3": "#5f43a8", "v4": "#775800", "v5": "#94265f", "v6": "#1f5f9f",
    },
    "dark": {
        "paper": "#101716", "card": "#182221", "ink": "#e5edeb", "quiet": "#9fb0ac", "line": "#2a3836",
        "v1": "#77d4c6", "v2": "#f4a57d", "v3": "#bfabf7", "v4": "#e4c460", "v5": "#f29cc4", "v6": "#92c4f4",
    },
}  # fmt: skip


def speaker_colour(number: int) -> str:
    """The name of a speaker's colour; of nobody's where the number is 0."""
    return f"v{number}" if number else "quiet"
