"""What a run tells as JSON lines, for whoever collects logs: `--log json`, or SHOWRUNNER_LOG=json."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from typing import Any

import click

from pipeline.errors import ConfigError
from pipeline.events import Advanced, Event

VARIABLE = "SHOWRUNNER_LOG"
_KINDS = ("text", "json")


def choose(kind: str) -> None:
    """Tell everything after this as `kind`, in child processes too. Raises ConfigError for a kind that is not there."""
    if kind not in _KINDS:
        raise ConfigError(f"{VARIABLE}={kind}: is no way to log", fix=f"one of: {', '.join(_KINDS)}")
    os.environ[VARIABLE] = kind


def as_json() -> bool:
    """Whether lines are for a machine."""
    return os.environ.get(VARIABLE) == "json"


def write(level: str, event: str, **about: Any) -> None:
    """One line on standard error: `time` (RFC 3339, UTC), `level`, `event`, and what is known besides."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    known = {name: value for name, value in about.items() if value is not None}
    click.echo(json.dumps({"time": now, "level": level, "event": event, **known}, ensure_ascii=False), err=True)


def write_event(episode: str | None, event: Event) -> None:
    """The line of one event of a run; progress within a stage is for people only."""
    if isinstance(event, Advanced):
        return
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    about = {slot: getattr(event, slot) for slot in event.__slots__}
    write("notice" if name == "noticed" else "info", f"stage_{name}", episode=episode, **about)
