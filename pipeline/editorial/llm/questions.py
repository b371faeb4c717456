"""What is asked of a language model: about each chapter from its lines, about the episode from the chapters' points.

Lines, points and quotes are numbered from 1 in each question, so that an answer can only point to what was shown, and a
question about a chapter stays the same, with its answer, when others change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.adapters.prompts import fill_in
from pipeline.config import LlmConfig, NotesConfig, Prompts
from pipeline.editorial.engine import Brief
from pipeline.editorial.llm import budget
from pipeline.editorial.llm.answers import ChapterDraft, EpisodeDraft, Told, schema_of
from pipeline.editorial.llm.asking import Question
from pipeline.editorial.llm.guards import says_something
from pipeline.models import NoteLine, Segment

#: So many words make a quote; and so much of the question may be sentences to choose from.
_QUOTE_WORDS = range(6, 61)
_QUOTES_SHARE = 0.25
_QUOTES_SHOWN = 15


@dataclass(frozen=True, slots=True)
class ChapterQuestion:
    """A question about a chapter (from 0), or a part of it, and the brief of what it shows alone."""

    question: Question[ChapterDraft]
    chapter: int
    brief: Brief

    def points(self, draft: ChapterDraft) -> list[NoteLine]:
        """The answer's points with the segments that they name; without those that name none."""
        lines = ((point.text, self._pick(point.lines)) for point in draft.points)
        return [_cite(text, picked) for text, picked in lines if picked]

    def quotes(self, draft: ChapterDraft) -> list[NoteLine]:
        """The lines that the answer would quote, word for word as they are in the transcript."""
        picked = (segment for segment in self._pick(draft.quotes) if len(segment.text.split()) in _QUOTE_WORDS)
        return [
            NoteLine(text=one.text.strip(), start=one.start, segments=(one.id,), speaker=one.speaker) for one in picked
        ]

    def _pick(self, numbers: Iterable[int]) -> list[Segment]:
        segments = self.brief.segments
        return [segments[number - 1] for number in sorted(set(numbers)) if number <= len(segments)]


@dataclass(frozen=True, slots=True)
class EpisodeQuestion:
    """The question about the whole episode, with the points and the sentences to quote that it shows, in order."""

    question: Question[EpisodeDraft]
    brief: Brief
    points: tuple[NoteLine, ...]
    candidates: tuple[NoteLine, ...]

    def line(self, told: Told) -> NoteLine | None:
        """A sentence of the answer with all segments of the points that it names; None where it names none."""
        named = {self.points[number - 1].segments for number in told.points if number <= len(self.points)}
        ids = {one for segments in named for one in segments}
        cited = [segment for segment in self.brief.segments if segment.id in ids]
        return _cite(told.text, cited) if cited else None

    def choose_quotes(self, numbers: Sequence[int], count: int) -> list[NoteLine]:
        """The quotes that the answer chose, up to `count`, then others from chapters that have none; in order."""
        named = [number - 1 for number in dict.fromkeys(numbers) if number <= len(self.candidates)]
        chosen = [self.candidates[at] for at in named[:count]]
        for one in self.candidates:
            if len(chosen) < count and self._chapter(one) not in {self._chapter(other) for other in chosen}:
                chosen.append(one)
        return sorted(chosen, key=lambda one: one.start)

    def _chapter(self, line: NoteLine) -> int:
        return bisect_right(self.brief.starts, line.start)


def ask_of_chapters(brief: Brief, prompts: Prompts, settings: LlmConfig) -> list[ChapterQuestion]:
    """A question about each chapter in which somebody says something, several about a long one.

    Raises EngineError where the context has no room for them.
    """
    language = brief.transcript.language
    system = fill_in("system", prompts.system, language=language)

    def ask(transcript: str) -> str:
        return fill_in(
            "chapter", prompts.chapter, transcript=transcript, language=language, longest_title=prompts.longest_title
        )

    bare = ask("")
    most = budget.room(settings, system, bare, str(schema_of(ChapterDraft, {})))
    found: list[ChapterQuestion] = []
    for chapter in range(len(brief.begins)):
        shown = [segment for segment in brief.chapter(chapter) if says_something(segment.text)]
        sizes = [_number(number, segment, None) for number, segment in enumerate(shown, start=1)]
        for part in budget.cut(sizes, most):
            segments = tuple(shown[part.start : part.stop])
            question = Question(
                system, ask(_transcribe(segments, most)), f"{system}\n{bare}", ChapterDraft,
                (("lines", len(segments)), ("quotes", len(segments))),
            )  # fmt: skip
            alone = brief.transcript.model_copy(update={"segments": segments})
            part_brief = replace(brief, transcript=alone, begins=(0,), starts=(segments[0].start,), titles=())
            found.append(ChapterQuestion(question, chapter, part_brief))
    return found


def ask_episode(
    brief: Brief,
    points: Sequence[NoteLine],
    quotes: Sequence[NoteLine],
    wanted: NotesConfig,
    prompts: Prompts,
    settings: LlmConfig,
) -> EpisodeQuestion:
    """The question about the whole episode; of very many points as many as fit, the first of each chapter first."""
    language = brief.transcript.language
    system = fill_in("system", prompts.system, language=language)

    def ask(shown: Sequence[NoteLine], quotable: Sequence[NoteLine]) -> str:
        return fill_in(
            "episode", prompts.episode, points=_enumerate(shown), quotes=_enumerate(quotable), language=language,
            show=_harmless(brief.show), about=_harmless(brief.about), title=_harmless(brief.title),
            people=_introduce(brief), sentences=wanted.sentences, keywords=wanted.keywords, count_quotes=wanted.quotes,
        )  # fmt: skip

    bare = ask((), ())
    most = budget.room(settings, system, bare, str(schema_of(EpisodeDraft, {})))
    offered = quotes if wanted.quotes else ()
    candidates = _fit(offered, brief, int(most * _QUOTES_SHARE))[:_QUOTES_SHOWN]
    left = most - sum(map(_size, candidates))
    shown = _fit(points, brief, left)
    question = Question(
        system, ask(shown, candidates), f"{system}\n{bare}", EpisodeDraft,
        (("points", len(shown)), ("quotes", len(candidates))),
        (("summary", wanted.sentences), ("keywords", wanted.keywords), ("quotes", wanted.quotes)),
    )  # fmt: skip
    return EpisodeQuestion(question, brief, tuple(shown), tuple(candidates))


def first_of_chapters(points: Iterable[NoteLine], brief: Brief) -> list[NoteLine]:
    """The first point of each chapter that has one."""
    firsts: dict[int, NoteLine] = {}
    for point in points:
        firsts.setdefault(bisect_right(brief.starts, point.start), point)
    return [firsts[chapter] for chapter in sorted(firsts)]


def _cite(text: str, segments: Sequence[Segment]) -> NoteLine:
    return NoteLine(text=text, start=segments[0].start, segments=tuple(segment.id for segment in segments))


def _harmless(text: str) -> str:
    """Text in one line, without signs that could end the marks around what was said."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


def _number(number: int, segment: Segment, before: str | None) -> str:
    """A line of the transcript, with its speaker where that is another one than before."""
    speaker = f"{_harmless(segment.speaker)}: " if segment.speaker and segment.speaker != before else ""
    return f"{number} {speaker}{_harmless(segment.text)}"


def _transcribe(segments: Sequence[Segment], most: int) -> str:
    befores = (None, *(segment.speaker for segment in segments))
    lines = (_number(number, *pair) for number, pair in enumerate(zip(segments, befores, strict=False), start=1))
    return "\n".join(line.encode()[: 3 * most].decode(errors="ignore") for line in lines)


def _enumerate(lines: Sequence[NoteLine]) -> str:
    return "\n".join(f"{number} {_harmless(line.text)}" for number, line in enumerate(lines, start=1))


def _size(line: NoteLine) -> int:
    return budget.count_tokens(line.text) + 2


def _fit(lines: Sequence[NoteLine], brief: Brief, most: int) -> list[NoteLine]:
    """As many of the lines as fit, in order: the first of every chapter, then the second, of long chapters first."""
    chapters = [bisect_right(brief.starts, line.start) - 1 for line in lines]
    lengths = {chapter: len(brief.rows(chapter)) for chapter in chapters if chapter >= 0}
    ranks = [chapters[:at].count(chapter) for at, chapter in enumerate(chapters)]
    order = sorted(range(len(lines)), key=lambda at: (ranks[at], -lengths.get(chapters[at], 0), at))
    taken: list[int] = []
    for at in order:
        if _size(lines[at]) > most:
            break
        most -= _size(lines[at])
        taken.append(at)
    return [lines[at] for at in sorted(taken)]


def _introduce(brief: Brief) -> str:
    people = [*((one.name, "host") for one in brief.hosts), *((one.name, "guest") for one in brief.guests)]
    return _harmless(", ".join(f"{name} ({role})" for name, role in people))
