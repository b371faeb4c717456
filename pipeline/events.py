"""What a run of an episode tells while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stage was up to date."""

    stage: str


@dataclass(frozen=True, slots=True)
class Started:
    """A stage runs, and why."""

    stage: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advanced:
    """A running stage has done `done` of `total`."""

    stage: str
    done: float
    total: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """A running stage has something to tell that is no error."""

    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A stage ran for `seconds`."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What a stage would have made came from the cache, where it had taken `seconds` to make."""

    stage: str
    why: tuple[str, ...]
    seconds: float


Event = Skipped | Started | Advanced | Noticed | Finished | Taken


@dataclass(slots=True)
class Told:
    """What a running stage tells: passed on, and its notices kept for whoever takes the result from the cache."""

    stage: str
    report: Callable[[Event], None]
    notices: list[str] = field(default_factory=list)
    provisional: bool = False

    def progress(self, done: float, total: float) -> None:
        """The stage has done so much."""
        self.report(Advanced(self.stage, done, total))

    def notice(self, text: str) -> None:
        """The stage has something to tell."""
        self.notices.append(text)
        self.report(Noticed(self.stage, text))

    def aside(self, text: str) -> None:
        """Something of this run is told that has nothing to do with the result."""
        self.report(Noticed(self.stage, text))

    def mark_provisional(self) -> None:
        """The result only stands in for a better one."""
        self.provisional = True
