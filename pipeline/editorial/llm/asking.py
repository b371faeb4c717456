"""Asking a language model until its answer can be used: what it wrote is kept, what went wrong is told to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from pydantic import ValidationError

from pipeline.adapters import llm
from pipeline.config import LlmConfig
from pipeline.editorial.engine import EngineError
from pipeline.editorial.llm.answers import Draft, read_answer, schema_of
from pipeline.editorial.llm.budget import Meter, count_tokens, dollars
from pipeline.editorial.llm.guards import repeats
from pipeline.errors import StageError
from pipeline.store import Workspace, digest_bytes, to_json

#: Answers lie here in an episode's build folder, named by the digest of their questions.
FOLDER = "llm"
#: An endpoint that counted so few tokens for a prompt did not read all of it; no text has so many bytes a token.
_MOST_BYTES_A_TOKEN = 9
_LONGEST_COMPLAINT = 400
Judge = Callable[[Draft], Sequence[str]]


class UnusableAnswerError(Exception):
    """The model answered, again and again, what cannot be used: why."""


@dataclass(frozen=True, slots=True)
class Question(Generic[Draft]):
    """What is asked: the two messages, the shape of the answer, and its highest numbers and longest lists.

    `instructions` are the messages without what was said in the episode; an answer that repeats them is none.
    """

    system: str
    prompt: str
    instructions: str
    draft: type[Draft]
    most: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The shape of the answer as the endpoint is told."""
        return schema_of(self.draft, dict(self.most), dict(self.counts))

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        return count_tokens(self.system) + count_tokens(self.prompt)

    def key(self, model: str) -> str:
        """What its answer is kept under: the digest of all that the answer depends on."""
        parts = [model, self.system, self.prompt, self.schema]
        return digest_bytes(json.dumps(parts, sort_keys=True).encode())


class Asker:
    """Asks one endpoint, within the caps, and keeps each answer in the workspace: the same question is paid once."""

    def __init__(self, settings: LlmConfig, work: Workspace) -> None:
        self._settings = settings
        self._work = work
        self._endpoint = llm.Endpoint(settings)
        self._meter = Meter(settings)
        self._announced = self._cut = False

    def announce(self, questions: Sequence[Question[Draft]], further: int = 0) -> None:
        """Tell, once, how many tokens and dollars the questions will take that have no answer yet.

        `further` questions will follow that are not known yet; each is counted as a full context.
        Raises EngineError above a cap.
        """
        pending = [one for one in questions if self._kept(one) is None]
        if self._announced or not pending:
            return
        self._announced = True
        count = len(pending) + further
        most_out = count * self._settings.max_answer
        tokens_in = sum(one.tokens for one in pending) + further * (self._settings.context - self._settings.max_answer)
        self._meter.require(tokens_in, most_out)
        cost = self._meter.cost(tokens_in, most_out)
        times = "once" if count == 1 else f"{count} times"
        self._work.notice(
            f"asks {self._settings.model} at {self._settings.host} {times}: about {tokens_in:,} tokens to read and at "
            f"most {most_out:,} to write" + ("" if cost is None else f", at most {dollars(cost)}")
        )

    def ask(self, question: Question[Draft], judge: Judge[Draft]) -> Draft:
        """The answer to a question: one that `judge` has no complaints about, if there is one in all tries.

        Raises UnusableAnswerError when no answer had the right shape, EngineError when the endpoint does not work.
        """
        kept = self._kept(question)
        if kept is not None:
            return kept
        best: tuple[int, Draft] | None = None
        complaint = ""
        for _ in range(self._settings.retries + 1):
            try:
                draft = self._ask_once(question, complaint)
            except UnusableAnswerError as error:
                complaint = str(error)
                continue
            complaints = judge(draft)
            if best is None or len(complaints) < best[0]:
                best = (len(complaints), draft)
            if not complaints:
                break
            complaint = "; ".join(complaints)
        if best is None:
            raise UnusableAnswerError(complaint)
        self._work.keep_bytes(to_json(best[1]), self._file(question))
        return best[1]

    def _ask_once(self, question: Question[Draft], complaint: str) -> Draft:
        prompt = question.prompt
        if complaint:
            prompt += f"\n\nYour last answer could not be used: {complaint[:_LONGEST_COMPLAINT]}. Answer again."
        messages = [{"role": "system", "content": question.system}, {"role": "user", "content": prompt}]
        size = question.tokens + count_tokens(prompt) - count_tokens(question.prompt)
        self._meter.require(size, self._settings.max_answer)
        try:
            answer = self._endpoint.ask(messages, question.schema)
        except StageError as error:
            raise EngineError(f"{error.what}; {error.fix}") from error
        self._meter.spend(answer.tokens_in or size, answer.tokens_out or count_tokens(answer.text))
        self._watch_cut(answer.tokens_in or size, len((question.system + prompt).encode()))
        return self._read(question, answer)

    def _watch_cut(self, tokens: int, size: int) -> None:
        """Tell, once, of an endpoint that seems to drop the beginning of prompts, as some do without a word."""
        if tokens * _MOST_BYTES_A_TOKEN < size and not self._cut:
            self._cut = True
            self._work.notice(
                f"{self._settings.host} read only {tokens:,} tokens of a prompt of about {size // 4:,}: give it a "
                "larger context, or set editorial.llm.context to the one that it has"
            )

    def _read(self, question: Question[Draft], answer: llm.Answer) -> Draft:
        try:
            draft = read_answer(answer.text, question.draft)
        except ValueError as error:
            if answer.cut:
                raise UnusableAnswerError("it was too long and cut off; write shorter") from None
            if repeats(answer.text, question.instructions):
                raise UnusableAnswerError("it repeats the question") from None
            raise UnusableAnswerError(str(error)) from None
        if repeats(answer.text, question.instructions):
            raise UnusableAnswerError("it repeats the question")
        return draft

    def _kept(self, question: Question[Draft]) -> Draft | None:
        """The answer of an earlier run; one that is damaged is none."""
        try:
            data = (self._work.folder / self._file(question)).read_bytes()
            return question.draft.model_validate_json(data)
        except (OSError, ValidationError):
            return None

    def _file(self, question: Question[Draft]) -> str:
        return f"{FOLDER}/{question.key(self._settings.model)}.json"
