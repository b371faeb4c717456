"""What came of each recording of a backfill: a line as each ends, so that nothing is lost and memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import store
from pipeline.models import Seconds
from pipeline.new_episode import slugify
from pipeline.project import Project
from pipeline.scale.engine import Ended

_FOLDER = ".backfill"


class Outcome(BaseModel):
    """How an episode ended: finished, or at `stage` for the reason `what`, with what can be done about it.

    `seconds` is how long workers were busy with it, `audio` how long its recording is, `notes` what stages had to tell.
    """

    model_config = ConfigDict(frozen=True)

    slug: str
    source: str
    seconds: Seconds
    audio: Seconds | None = None
    stage: str | None = None
    what: str | None = None
    fix: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it was not finished."""
        return self.what is not None

    @classmethod
    def of(cls, ended: Ended, notes: Sequence[str] = ()) -> Outcome:
        """What an engine told, to be written down."""
        problem = ended.problem
        return cls(
            slug=ended.item.slug,
            source=ended.item.source,
            seconds=round(ended.seconds, 3),
            audio=None if ended.audio is None else round(ended.audio, 3),
            stage=problem.stage if problem else None,
            what=problem.what if problem else None,
            fix=problem.fix if problem else None,
            notes=tuple(notes),
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The folder of one backfill, named after its SOURCE: outcomes.jsonl, report.json, report.html, failed.txt."""

    folder: Path

    @classmethod
    def of(cls, project: Project, source: str) -> Ledger:
        """The ledger of what SOURCE names; the same SOURCE has the same one."""
        place = source if "://" in source or source == "-" else str(Path(source).expanduser().resolve())
        called = "stdin" if source == "-" else slugify(place.rstrip("/").rpartition("/")[2])
        name = f"{called}-{store.digest_bytes(place.encode())[:8]}"
        return cls(project.episodes / _FOLDER / name)

    def open(self) -> dict[str, bool]:
        """Whether each recording failed when it was run last, by source; older lines and half ones are swept up."""
        last = {one.source: one for one in self._read()}
        store.write_pieces_atomic(self._outcomes, (_line(one) for one in last.values()))
        return {source: one.failed for source, one in last.items()}

    def add(self, outcome: Outcome) -> None:
        """Write down how an episode ended."""
        store.append(self._outcomes, [_line(outcome)])

    def read(self, sources: frozenset[str]) -> Iterator[Outcome]:
        """How each of these recordings ended last, in the order in which they did, one at a time."""
        lines = {one.source: at for at, one in enumerate(self._read())}
        yield from (one for at, one in enumerate(self._read()) if lines[one.source] == at and one.source in sources)

    @property
    def _outcomes(self) -> Path:
        return self.folder / "outcomes.jsonl"

    def _read(self) -> Iterator[Outcome]:
        try:
            file = self._outcomes.open("rb")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                try:
                    yield Outcome.model_validate_json(line)
                except ValidationError:  # half a line, of a run that was killed
                    continue


def _line(outcome: Outcome) -> bytes:
    return outcome.model_dump_json(exclude_none=True).encode() + b"\n"
