"""What a new feed changes for listeners: which episodes come, go or read differently, and a diff cut to read."""

from __future__ import annotations

import difflib
import html
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_ITEM = re.compile(r"<item>.*?</item>", re.DOTALL)
_GUID = re.compile(r"<guid[^>]*>(.*?)</guid>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_WIDTH = 110
_MOST_LINES = 120


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """Titles of the episodes that are `added`, `changed` or `removed`, and the `diff` in unified form, cut if long."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()


def compare(old: bytes, new: bytes) -> FeedChanges:
    """The changes from one feed to the next; no bytes stand for no feed. Each episode is compared by its guid.

    Notes are long lines in a feed: here they are broken, so that a changed word shows as one short line.
    """
    before, after = old.decode(errors="replace"), new.decode(errors="replace")
    was, becomes = _items(before), _items(after)
    changed = [guid for guid, text in becomes.items() if guid in was and was[guid] != text]
    return FeedChanges(
        added=tuple(_title(text) for guid, text in becomes.items() if guid not in was),
        changed=tuple(_title(becomes[guid]) for guid in changed),
        removed=tuple(_title(text) for guid, text in was.items() if guid not in becomes),
        diff=_cut(list(_differences(before, after, was, becomes))),
    )


def _items(feed: str) -> dict[str, str]:
    found = _ITEM.findall(feed)
    return {_first(_GUID, item) or str(number): item for number, item in enumerate(found)}


def _title(item: str) -> str:
    return html.unescape(_first(_TITLE, item)) or "an episode without a title"


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].strip() if found else ""


def _differences(before: str, after: str, was: dict[str, str], becomes: dict[str, str]) -> Iterator[str]:
    yield from _diff("the show", _ITEM.sub("", before), _ITEM.sub("", after))
    for guid in [*becomes, *(guid for guid in was if guid not in becomes)]:
        old, new = was.get(guid, ""), becomes.get(guid, "")
        if old != new:
            yield from _diff(_title(new or old), old, new)


def _diff(name: str, old: str, new: str) -> Iterator[str]:
    lines = list(difflib.unified_diff(_lines(old), _lines(new), "", "", lineterm="", n=0))
    if lines:
        yield f"@@ {name} @@"
        yield from (line for line in lines[2:] if not line.startswith("@@"))


def _lines(text: str) -> list[str]:
    """The text in lines that fit a terminal, one for each element and sentence."""
    apart = text.replace("><", ">\n<").replace(". ", ".\n")
    return [piece for line in apart.splitlines() for piece in textwrap.wrap(line.strip(), _WIDTH)]


def _cut(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= _MOST_LINES:
        return tuple(lines)
    return (*lines[:_MOST_LINES], f"… and {len(lines) - _MOST_LINES} more lines")
