"""chapters: where topics turn, as many as the evidence bears within the bounds, titled in the words of the episode."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.config import ChaptersConfig
from pipeline.editorial import boundaries, titles
from pipeline.errors import ConfigError, StageError
from pipeline.formats.clock import format_clock, parse_stamp
from pipeline.models import Chapter, Chapters, Seconds, Topics, Transcript
from pipeline.store import Workspace


def run(
    work: Workspace, transcript: Transcript, topics: Topics, settings: ChaptersConfig, chosen: Sequence[str] | None
) -> Chapters:
    """Chapters that begin at sentence starts, the first at 0, each ending where the next begins.

    `chosen` (overrides.yaml: `0:00 Title` lines) is a person's decision and is taken as it is. An episode shorter
    than two chapters of `min_length`, or one without words, is a single chapter.
    Raises ConfigError naming the line of `chosen` that cannot be used.
    """
    if chosen:
        return _fill_ends(read_lines(chosen, transcript.duration), transcript.duration)
    check_fit(transcript, topics)
    begins = find_begins(transcript, topics, settings)
    named = titles.make_titles(transcript.segments, begins, transcript.language, settings.max_title)
    starts = [0.0, *(transcript.segments[at].start for at in begins[1:])]
    return _fill_ends(list(zip(starts, named, strict=True)), transcript.duration)


def find_begins(transcript: Transcript, topics: Topics, settings: ChaptersConfig) -> tuple[int, ...]:
    """The numbers of the segments that chapters begin with, from 0."""
    bounds = boundaries.Bounds.of(
        transcript.duration, min_length=settings.min_length,
        per_hour_min=settings.per_hour_min, per_hour_max=settings.per_hour_max,
    )  # fmt: skip
    starts = [segment.start for segment in transcript.segments]
    return (0, *boundaries.choose(topics.turns, starts, transcript.duration, bounds))


def check_fit(transcript: Transcript, topics: Topics) -> None:
    """Raises StageError when the topics were found in another transcript."""
    if topics.segments != tuple(segment.id for segment in transcript.segments):
        raise StageError("the topics belong to another transcript", fix="run again with --from topics")


def read_lines(lines: Sequence[str], duration: Seconds) -> list[tuple[Seconds, str]]:
    """The start and title of each `0:00 Title` line of overrides.yaml. Raises ConfigError naming the bad line."""
    found: list[tuple[Seconds, str]] = []
    for number, line in enumerate(lines):
        stamp, _, title = line.strip().partition(" ")
        start = parse_stamp(stamp)
        if start is None or not title.strip():
            _refuse(number, line, "is not a time and a title")
        elif not found and start > 0:
            _refuse(number, line, "must begin at 0:00, since it is the first")
        elif found and start <= found[-1][0]:
            _refuse(number, line, "does not come after the chapter before it")
        elif found and start >= duration:
            _refuse(number, line, f"begins after the end of the recording ({format_clock(duration)})")
        else:
            found.append((start, " ".join(title.split())))
    return found


def _refuse(number: int, line: str, problem: str) -> None:
    raise ConfigError(
        f"overrides.yaml chapters[{number}]: {line!r} {problem}",
        fix="write one chapter a line, such as '0:00 Start' and '1:02:03 The foghorn', in order of time",
    )


def _fill_ends(starts: Sequence[tuple[Seconds, str]], duration: Seconds) -> Chapters:
    ends = [*(start for start, _ in starts[1:]), max(duration, starts[-1][0])]
    return Chapters(
        chapters=tuple(
            Chapter(start=start, title=title, end=end) for (start, title), end in zip(starts, ends, strict=True)
        )
    )
