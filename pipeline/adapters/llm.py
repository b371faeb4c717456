"""A language model behind any endpoint that speaks OpenAI's chat completions, asked with the openai client.

Endpoints differ in what they take: the strictest way of asking for JSON is tried first, and what an endpoint refuses is
left out from then on. Nothing that an endpoint says of an error is passed on, since it may repeat the key; the
errors here are worded by what they mean.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from pipeline.config import LlmConfig
from pipeline.errors import StageError

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

Message = dict[str, str]

#: More than this is no answer to anything asked here, in bytes.
_MOST_BYTES = 4 << 20
_CONNECT = 10.0
#: Where an endpoint takes a seed, the same question has the same answer.
_SEED = 20_000
#: No answer holds this by chance.
_SHORTEST_KEY = 8
_FORMATS = {
    "auto": ("schema", "plain schema", "json", "text"),
    "json_schema": ("schema", "plain schema"),
    "json_object": ("json",),
    "text": ("text",),
}
#: Limits that some endpoints refuse in a schema; without them the answer is checked afterwards all the same.
_LIMITS = ("maxLength", "minLength", "minimum", "maximum", "minItems", "maxItems")
_TOO_LONG = re.compile(
    r"context.?(?:length|size|window)|maximum context|too many tokens|prompt is too long|n_ctx", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote, whether it was `cut` at the limit, and how many tokens were read and written, if told."""

    text: str
    cut: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class Endpoint:
    """One endpoint, and what it turned out to take. Its key is read from the environment when it is asked."""

    def __init__(self, settings: LlmConfig) -> None:
        self._settings = settings
        self._formats = list(_FORMATS[settings.output])
        self._left_out: set[str] = set()
        self._limit = "max_tokens"

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        """The model's answer to `messages` (`role`, `content`), in JSON that fits `schema` where it can be made to.

        An endpoint that knows no schemas is told the schema in words. Connections that fail, 429 and 5xx are
        tried again, `retries` times. Raises StageError: out of reach, too slow, no such model, key refused, no
        credit, prompt too long, no chat endpoint.
        """
        import openai

        with explained(self._settings):
            while True:
                try:
                    return self._ask_once(messages, schema)
                except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                    if _is_too_long(error) or not self._give_way(_detail(error)):
                        raise

    @cached_property
    def _client(self) -> OpenAI:
        return _make_client(self._settings)

    def _ask_once(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        kind = self._formats[0]
        told = list(messages)
        if kind in ("json", "text"):
            order = (
                f"\n\nAnswer with one JSON object and nothing else. It must fit this JSON schema: {_compact(schema)}"
            )
            told[-1] = {**told[-1], "content": told[-1]["content"] + order}
        request: dict[str, Any] = {
            "model": self._settings.model,
            "messages": told,
            "temperature": 0,
            "seed": _SEED,
            self._limit: self._settings.max_answer,
            "response_format": _response_format(kind, schema),
        }
        wanted = {name: value for name, value in request.items() if name not in self._left_out and value is not None}
        until = time.monotonic() + self._settings.timeout * (self._settings.retries + 1)
        with self._client.chat.completions.with_streaming_response.create(**wanted) as response:
            body = _read_all(response.iter_bytes(), until, self._settings)
        return self._understand(body)

    def _understand(self, body: bytes) -> Answer:
        try:
            made = _Completion.model_validate_json(body)
        except ValidationError:
            raise _no_endpoint(self._settings) from None
        first, usage = made.choices[0], made.usage or _Usage()
        text = first.message.content or ""
        key = _key(self._settings)
        if len(key) >= _SHORTEST_KEY and key in text:
            what = f"{self._settings.host} wrote the key into its answer; the answer was thrown away"
            raise StageError(what, fix="use another endpoint, and make a new key")
        return Answer(text, first.finish_reason == "length", usage.prompt_tokens, usage.completion_tokens)

    def _give_way(self, detail: str) -> bool:
        """Leave out what the endpoint refused, or else ask for JSON less strictly; whether anything was left to try."""
        if self._limit == "max_tokens" and "max_completion_tokens" in detail:
            self._limit = "max_completion_tokens"
            return True
        for name in ("temperature", "seed"):
            if name in detail and name not in self._left_out:
                self._left_out.add(name)
                return True
        if len(self._formats) > 1:
            del self._formats[0]
            return True
        return False


def check(settings: LlmConfig) -> str:
    """Whether the endpoint answers and has the model, in words. Raises StageError as `Endpoint.ask`."""
    import openai

    with explained(settings), _make_client(settings, timeout=min(settings.timeout, _CONNECT), retries=0) as client:
        try:
            names = [one.id for one in client.models.list()]
        except openai.NotFoundError:  # not every server lists what it has
            return f"{settings.host} answers; whether it has {settings.model} shows at the first episode"
    if not any(name in (settings.model, f"{settings.model}:latest") for name in names):
        raise _no_model(settings)
    return f"{settings.model} at {settings.host}"


@contextmanager
def explained(settings: LlmConfig) -> Iterator[None]:
    """Turn what the openai client raises inside into StageError, in words that hold neither key nor answer."""
    import httpx2
    import openai

    host, model = settings.host, settings.model
    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise _too_slow(settings) from error
    except httpx2.HTTPError as error:  # what the body of an answer raises while it is read
        fix = "run again; if it stays, look at what the endpoint logs"
        raise StageError(f"{host} hung up in the middle of an answer", fix=fix) from error
    except openai.APIConnectionError as error:
        fix = "start it, or correct editorial.llm.base_url in configs/pipeline.yaml"
        raise StageError(f"{host} cannot be reached", fix=fix) from error
    except openai.APIStatusError as error:
        raise _refused(error, settings) from None
    except openai.OpenAIError as error:
        fix = "check editorial.llm in configs/pipeline.yaml"
        raise StageError(f"{host} could not be asked for {model} ({type(error).__name__})", fix=fix) from None


def _refused(error: APIStatusError, settings: LlmConfig) -> StageError:
    code, host, variable = error.status_code, settings.host, settings.api_key_env
    if _is_too_long(error):
        fix = "set editorial.llm.context to what the model takes"
        return StageError(f"the prompt is longer than {settings.model} at {host} takes ({code})", fix=fix)
    if code == 404:
        return _no_model(settings)
    if code == 429:
        what = f"{host} asks for a pause, or the account has no credit left (429)"
        return StageError(what, fix="run again later, or look at the account")
    if code in (401, 403):
        state = "check the key in" if _key(settings) else "put the key into"
        return StageError(f"{host} refuses the key ({code})", fix=f"{state} the environment variable {variable}")
    if code == 402:
        return StageError(f"{host} wants to be paid (402)", fix="look at the account")
    if code >= 500:
        return StageError(f"{host} is broken or overloaded ({code})", fix="run again later")
    return StageError(f"{host} refuses the question ({code})", fix="check editorial.llm in configs/pipeline.yaml")


def _no_model(settings: LlmConfig) -> StageError:
    what = f"{settings.host} has no model {settings.model}"
    return StageError(what, fix="correct editorial.llm.model, or base_url, which mostly ends in /v1")


def _no_endpoint(settings: LlmConfig) -> StageError:
    what = f"{settings.host} does not answer as an OpenAI-compatible endpoint does"
    return StageError(what, fix="correct editorial.llm.base_url, which mostly ends in /v1")


def _too_slow(settings: LlmConfig) -> StageError:
    what = f"{settings.model} at {settings.host} did not answer within {settings.timeout:g} seconds"
    return StageError(what, fix="raise editorial.llm.timeout, or take a faster model")


def _read_all(pieces: Iterator[bytes], until: float, settings: LlmConfig) -> bytes:
    """A body that comes in pieces, each in time, and all of them before `until`: one that drips has an end, too."""
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > _MOST_BYTES:
            raise StageError(f"{settings.host} answers without end", fix="correct editorial.llm.base_url")
        if time.monotonic() > until:
            raise _too_slow(settings)
    return bytes(found)


def _response_format(kind: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    if kind == "text":
        return None
    if kind == "json":
        return {"type": "json_object"}
    asked = schema if kind == "schema" else without_limits(schema)
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": asked}}


def without_limits(schema: Any) -> Any:
    """A JSON schema without lengths and ranges, which not every endpoint takes."""
    if isinstance(schema, Mapping):
        return {name: without_limits(one) for name, one in schema.items() if name not in _LIMITS}
    return [without_limits(one) for one in schema] if isinstance(schema, list) else schema


def _compact(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def _is_too_long(error: APIStatusError) -> bool:
    return error.status_code == 413 or (error.status_code < 500 and _TOO_LONG.search(_detail(error)) is not None)


def _detail(error: APIStatusError) -> str:
    """All that the endpoint says of an error; to look for words in, never to show."""
    return json.dumps(error.body, default=str) if error.body is not None else ""


def _key(settings: LlmConfig) -> str:
    return os.environ.get(settings.api_key_env, "").strip()


def _make_client(settings: LlmConfig, *, timeout: float | None = None, retries: int | None = None) -> OpenAI:
    import openai

    key = _key(settings)
    if not re.fullmatch("[!-~]*", key):
        fix = f"set {settings.api_key_env} again, to the key alone"
        raise StageError(f"the key in {settings.api_key_env} has signs in it that no key has", fix=fix)
    whole = settings.timeout if timeout is None else timeout
    return openai.OpenAI(
        base_url=settings.base_url,
        api_key=key or "none",  # servers at home ask for none, and the client wants one
        timeout=openai.Timeout(whole, connect=min(whole, _CONNECT)),
        max_retries=settings.retries if retries is None else retries,
    )
