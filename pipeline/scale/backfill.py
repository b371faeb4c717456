"""A backfill: what there is to do, done by an engine, written down as it ends, reported at the end."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.adapters import templates
from pipeline.events import Noticed
from pipeline.models import Seconds
from pipeline.scale.engine import Ended, Engine, Happened, Item, Plan, Work
from pipeline.scale.ledger import Ledger, Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run came to: episodes that ended well, and not; the sound of the former; how long it took."""

    done: int = 0
    failed: int = 0
    audio: Seconds = 0.0
    seconds: Seconds = 0.0

    def plus(self, outcome: Outcome) -> Tally:
        """With one more episode."""
        if outcome.failed:
            return replace(self, failed=self.failed + 1)
        return replace(self, done=self.done + 1, audio=self.audio + (outcome.audio or 0.0))


def choose_items(
    items: Sequence[Item], failed: Mapping[str, bool], *, retry: bool = False, limit: int | None = None
) -> list[Item]:
    """Which items a run takes up: all; with `retry` those that failed last time; with `limit` the first not finished.

    `failed` says of each source that was run before whether it failed.
    """
    chosen = [item for item in items if failed.get(item.source, False)] if retry else list(items)
    if limit is not None:
        chosen = [item for item in chosen if failed.get(item.source, True)][:limit]
    return chosen


def run(
    engine: Engine,
    items: Iterable[Item],
    plan: Plan,
    work: Work,
    ledger: Ledger,
    watch: Callable[[Happened | Outcome], None],
) -> Tally:
    """Bring all items through the plan. Each outcome is in the ledger before anybody hears of it.

    `watch` hears what the engine tells, and the outcome instead of an end. However this stops, the workers stop too.
    """
    began, tally = time.monotonic(), Tally()
    notes: defaultdict[str, list[str]] = defaultdict(list)
    with closing(engine.run(items, plan, work)) as told:
        for one in told:
            if isinstance(one, Ended):
                outcome = Outcome.of(one, notes.pop(one.item.slug, ()))
                ledger.add(outcome)
                tally = tally.plus(outcome)
                watch(outcome)
                continue
            if isinstance(one.event, Noticed):
                notes[one.slug].append(f"{one.event.stage}: {one.event.text}")
            watch(one)
    return replace(tally, seconds=time.monotonic() - began)


# -- the report ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """All recordings of a SOURCE and how each ended last; `run` is what this run came to."""

    source: str
    items: Sequence[Item]
    ledger: Ledger
    run: Tally

    def write(self, extra: Path | None = None) -> tuple[Path, Path]:
        """Write report.json, report.html and failed.txt to the ledger's folder, and to `extra` what its name ends in.

        Returns the page and the list of what failed. Raises StageError where a file cannot be written.
        """
        folder = self.ledger.folder
        store.write_pieces_atomic(folder / "report.json", self._as_json())
        store.write_pieces_atomic(folder / "report.html", self._as_html())
        failed = (f"{one.source}\n".encode() for one in self._outcomes() if one.failed)
        store.write_pieces_atomic(folder / "failed.txt", failed)
        if extra:
            made = folder / ("report.html" if extra.suffix.lower() in (".html", ".htm") else "report.json")
            store.copy_atomic(made, extra)
        return folder / "report.html", folder / "failed.txt"

    def summary(self) -> dict[str, Any]:
        """The numbers, without the episodes."""
        whole = Tally()
        for one in self._outcomes():
            whole = whole.plus(one)
        return {
            "source": self.source,
            "recordings": len(self.items),
            "done": whole.done,
            "failed": whole.failed,
            "waiting": len(self.items) - whole.done - whole.failed,
            "sound_seconds": round(whole.audio, 3),
            "run": {
                "done": self.run.done,
                "failed": self.run.failed,
                "sound_seconds": round(self.run.audio, 3),
                "seconds": round(self.run.seconds, 3),
            },
        }

    def _outcomes(self) -> Iterator[Outcome]:
        return self.ledger.read(frozenset(item.source for item in self.items))

    def _as_json(self) -> Iterator[bytes]:
        head = json.dumps(self.summary(), ensure_ascii=False, indent=1)
        yield f'{head[:-2]},\n "episodes": ['.encode()
        for at, one in enumerate(self._outcomes()):
            text = json.dumps(one.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
            yield f"{',' if at else ''}\n  {text}".encode()
        yield b"\n ]\n}\n"

    def _as_html(self) -> Iterator[bytes]:
        failed = (one for one in self._outcomes() if one.failed)
        done = (one for one in self._outcomes() if not one.failed)
        return templates.render_pieces("backfill.html", summary=self.summary(), failed=failed, done=done)
