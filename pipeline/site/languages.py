"""What a page has to know of the language in which people speak."""

from __future__ import annotations

from typing import Literal

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_WITHOUT_SPACES = frozenset({"ja", "yue", "zh"})


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written, from its BCP 47 tag; a script that is named in the tag does not count."""
    return "rtl" if _primary(language) in _RIGHT_TO_LEFT else "ltr"


def between_sentences(language: str) -> str:
    """What stands between two sentences: a space, or nothing."""
    return "" if _primary(language) in _WITHOUT_SPACES else " "


def locale(language: str) -> str | None:
    """`en_GB` for `en-GB`, as Open Graph wants it; None where the tag names no country."""
    parts = language.split("-")
    country = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), None)
    return f"{parts[0].lower()}_{country.upper()}" if country else None


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
