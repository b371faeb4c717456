"""Titles and notes from a language model: a question a chapter, then one for the whole episode (map and reduce).

The model never writes a quote: it names numbers of lines. What it writes is only an offer: each point has to name the
lines that say it, and `grounding` throws out what they do not say, before the next question is made of it and again at
the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from textwrap import shorten

from pipeline.config import LlmConfig, NotesConfig, Prompts
from pipeline.editorial import grounding
from pipeline.editorial.engine import Brief, EngineError
from pipeline.editorial.llm.answers import ChapterDraft, EpisodeDraft
from pipeline.editorial.llm.asking import Asker, UnusableAnswerError
from pipeline.editorial.llm.guards import without_orders
from pipeline.editorial.llm.questions import (
    ChapterQuestion,
    EpisodeQuestion,
    ask_episode,
    ask_of_chapters,
    first_of_chapters,
)
from pipeline.models import NoteLine, ShowNotes
from pipeline.store import Workspace

#: More of the chapters' answers than this useless, and the model is too weak for the job.
_MOST_USELESS = 0.5
#: The longest headline and title of an episode, in characters.
_HEADLINE, _TITLE = 140, 100


class LanguageModel:
    """The engine behind an OpenAI-compatible endpoint (`editorial.engine: llm`)."""

    def __init__(self, settings: LlmConfig, prompts: Prompts, work: Workspace) -> None:
        self._settings = settings
        self._prompts = prompts
        self._work = work

    def title_chapters(self, brief: Brief, longest: int) -> tuple[str, ...]:
        """A title for each chapter from the first of its parts that has one that was said; "" for a silent one."""
        titles = [""] * len(brief.begins)
        asker = Asker(self._settings, self._work)
        for question, draft in self._read_chapters(without_orders(brief), asker):
            title = draft.title
            if not titles[question.chapter] and len(title) <= longest and not _misnamed(title, question.brief):
                titles[question.chapter] = title
        return tuple(titles)

    def write_notes(self, brief: Brief, settings: NotesConfig) -> ShowNotes:
        """Notes from the chapters' points; soundbite, people and mentions are left to others."""
        whole, brief = brief, without_orders(brief)
        if len(brief.segments) < len(whole.segments):
            withheld = len(whole.segments) - len(brief.segments)
            self._work.notice(f"sentences spoken to a language model: {withheld}, not shown to the language model")
        asker = Asker(self._settings, self._work)
        drafts = self._read_chapters(brief, asker, further=1)
        points = self._keep_said(list(chain.from_iterable(question.points(draft) for question, draft in drafts)), brief)
        if not drafts:
            return ShowNotes(summary=(), engine="llm")
        if not points:
            raise EngineError(f"nothing that {self._settings.model} wrote about the chapters was said in them")
        candidates = list(chain.from_iterable(question.quotes(draft) for question, draft in drafts))
        question = ask_episode(brief, points, candidates, settings, self._prompts, self._settings)
        asker.announce([question.question])
        try:
            draft = asker.ask(question.question, partial(_judge_episode, question=question, brief=brief))
        except UnusableAnswerError as error:
            raise EngineError(f"{self._settings.model} gave no answer that can be used ({error})") from None
        made = _to_notes(draft, question, points, settings)
        if not grounding.check_notes(made, brief)[0].summary:
            raise EngineError(f"the summary that {self._settings.model} wrote says what was not said")
        return made

    def _read_chapters(
        self, brief: Brief, asker: Asker, further: int = 0
    ) -> list[tuple[ChapterQuestion, ChapterDraft]]:
        """What the model makes of each chapter, or part of a long one, in order."""
        questions = ask_of_chapters(brief, self._prompts, self._settings)
        asker.announce([one.question for one in questions], further if questions else 0)
        found: list[tuple[ChapterQuestion, ChapterDraft]] = []
        useless: list[str] = []
        for number, question in enumerate(questions):
            self._work.progress(number, len(questions) + further)
            try:
                judge = partial(_judge_chapter, question=question, longest=self._prompts.longest_title)
                found.append((question, asker.ask(question.question, judge)))
            except UnusableAnswerError as error:
                useless.append(f"chapter {question.chapter + 1}: {error}")
        if len(useless) > _MOST_USELESS * len(questions):
            raise EngineError(f"{self._settings.model} gave no answer that can be used ({useless[0]})")
        for one in useless:
            self._work.notice(f"{self._settings.model} gave no answer that can be used: {one}")
        return found

    def _keep_said(self, points: Sequence[NoteLine], brief: Brief) -> list[NoteLine]:
        kept, refused = grounding.check_notes(ShowNotes(summary=tuple(points)), brief)
        if refused:
            one = refused[0]
            self._work.notice(
                f"{len(refused)} of {len(points)} points that {self._settings.model} wrote were left out, "
                f"such as {shorten(one.text, 80)!r}: it {one.why}"
            )
        return list(kept.summary)


def _judge_chapter(draft: ChapterDraft, *, question: ChapterQuestion, longest: int) -> list[str]:
    """What to tell the model about an answer: a title too long or not said, and no point that was said."""
    found: list[str] = []
    if len(draft.title) > longest:
        found.append(f"the title has {len(draft.title)} characters, and may have {longest}")
    found += [f"the title {fault}" for fault in _misnamed(draft.title, question.brief)]
    kept, refused = grounding.check_notes(ShowNotes(summary=tuple(question.points(draft))), question.brief)
    if not kept.summary:
        found += [f"the point {one.text!r} {one.why}" for one in refused[:2]] or ["no point names a line that is there"]
    return found


def _misnamed(title: str, shown: Brief) -> list[str]:
    """What is wrong with a chapter's title: what it says that was not said in what the model was shown."""
    return [one.why for one in grounding.check_titles([title], shown)[1]]


def _judge_episode(draft: EpisodeDraft, *, question: EpisodeQuestion, brief: Brief) -> list[str]:
    made = ShowNotes(
        headline=question.line(draft.headline),
        summary=tuple(filter(None, (question.line(one) for one in draft.summary))),
        title=question.line(draft.title),
    )
    kept, refused = grounding.check_notes(made, brief)
    found = [] if kept.summary else ["no sentence of the summary names a point that says it"]
    if len(draft.headline.text) > _HEADLINE:
        found.append(f"the headline has {len(draft.headline.text)} characters, and may have {_HEADLINE}")
    return found + [f"the {one.where} {one.text!r} {one.why}" for one in refused]


def _to_notes(
    draft: EpisodeDraft, question: EpisodeQuestion, points: Sequence[NoteLine], settings: NotesConfig
) -> ShowNotes:
    summary = {one.text.casefold(): one for one in reversed(draft.summary)}
    told = [one for one in draft.summary if summary[one.text.casefold()] is one]
    return ShowNotes(
        headline=question.line(draft.headline) if len(draft.headline.text) <= _HEADLINE else None,
        summary=tuple(filter(None, map(question.line, told[: settings.sentences]))),
        title=question.line(draft.title) if len(draft.title.text) <= _TITLE else None,
        covered=tuple(first_of_chapters(points, question.brief)),
        quotes=tuple(question.choose_quotes(draft.quotes, settings.quotes)),
        keywords=tuple(dict.fromkeys(draft.keywords))[: settings.keywords],
        engine="llm",
    )
