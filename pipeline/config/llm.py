"""configs/pipeline.yaml editorial.llm and configs/prompts/: which language model is asked, how, and at what cost."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pipeline.config.base import Section

_LOCAL_ENDINGS = (".local", ".lan", ".home", ".internal", ".localhost", ".home.arpa")


def _is_nearby(host: str) -> bool:
    """Whether a host is this machine or one of its own network, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_ENDINGS)


def _fault_of(url: str) -> str | None:
    """What is wrong with an endpoint's URL, told without it: people paste keys into URLs."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not re.fullmatch("[!-~]+", url):
        return "is no http(s) URL, such as http://localhost:11434/v1"
    if parts.username is not None or parts.query or parts.fragment:
        return "must hold no key or password; put the key into the variable that api_key_env names"
    if parts.scheme == "http" and not _is_nearby(host):
        return "would show transcript and key to everybody on the way; use https"
    return None


class LlmConfig(Section):
    """Any endpoint that speaks OpenAI's chat completions: where it is, what it can take, and what it may cost.

    `context` is how many tokens prompt and answer may have together, `max_answer` how many the answer; `timeout` is in
    seconds for one answer, `retries` counts after a failure of the network and after an answer that cannot be used.
    Prices are dollars per million tokens. `max_tokens` and `max_cost` cap what one stage of one run may spend.
    """

    base_url: str = "http://localhost:11434/v1"
    model: Annotated[str, Field(max_length=200, pattern=r"^\S*$")] = ""
    api_key_env: str = "OPENAI_API_KEY"
    output: Literal["auto", "json_schema", "json_object", "text"] = "auto"
    context: Annotated[int, Field(ge=2048)] = 4096
    max_answer: Annotated[int, Field(ge=200)] = 800
    timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    price_input: Annotated[float, Field(ge=0)] | None = None
    price_output: Annotated[float, Field(ge=0)] | None = None
    max_tokens: Annotated[int, Field(ge=0)] = 400_000
    max_cost: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        fault = _fault_of(self.base_url)
        if fault:
            raise ValueError(f"base_url {fault}")
        if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", self.api_key_env):
            raise ValueError("api_key_env must be the name of an environment variable, never the key itself")
        if self.max_answer > self.context // 2:
            raise ValueError(f"max_answer {self.max_answer} leaves too little of context {self.context} for the prompt")
        if self.max_cost is not None and (self.price_input is None or self.price_output is None):
            raise ValueError("max_cost needs price_input and price_output to be known")
        return self

    @property
    def host(self) -> str:
        """Where the endpoint is, as messages name it."""
        return urlsplit(self.base_url).netloc


class EditorialConfig(Section):
    """Who writes titles and notes: `extractive` takes them from what was said, `llm` asks a language model."""

    engine: Literal["extractive", "llm"] = "extractive"
    llm: LlmConfig = LlmConfig()

    @model_validator(mode="after")
    def _names_a_model(self) -> Self:
        if self.engine == "llm" and not self.llm.model:
            raise ValueError("engine llm needs llm.model, the name by which the endpoint knows the model")
        return self


class Prompts(Section):
    """What a language model is told: the texts of configs/prompts/, and how long a chapter title may be."""

    system: str
    chapter: str
    episode: str
    longest_title: int = 40
