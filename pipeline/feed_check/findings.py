"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pipeline.feed_check.feed import episode_name
from pipeline.formats.xml import Node
from pipeline.models import Model

Level = Literal["error", "warning", "hint"]
LEVELS: tuple[Level, ...] = ("error", "warning", "hint")

#: A place that breaks a rule (an element, or a line of the document), and how.
Hit = tuple[Node | int, str]
Subject = TypeVar("Subject")


class Finding(Model):
    """Something wrong with a feed: the rule, its weight, the line (from 1), what it is, the fix, and who says so."""

    rule: str
    level: Level
    line: int
    what: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """One thing that a feed must do: `asks` says it, `find` yields each place that does not, `source` says who asks.

    An error is what apps or directories refuse or play wrongly, a warning what some of them get wrong, a hint what
    would serve listeners better.
    """

    name: str
    level: Level
    asks: str
    fix: str
    source: str
    find: Callable[[Subject], Iterator[Hit]]


def apply(rules: Iterable[Rule[Subject]], subject: Subject) -> tuple[Finding, ...]:
    """All findings of some rules: errors first, then by line."""
    found = [
        Finding(
            rule=rule.name,
            level=rule.level,
            line=place if isinstance(place, int) else place.line,
            what=_with_episode(place, what),
            fix=rule.fix,
            source=rule.source,
        )
        for rule in rules
        for place, what in rule.find(subject)
    ]
    return in_order(found)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by line."""
    return tuple(sorted(findings, key=lambda one: (LEVELS.index(one.level), one.line)))


def _with_episode(place: Node | int, what: str) -> str:
    name = None if isinstance(place, int) else episode_name(place)
    return f"{name}: {what}" if name else what
