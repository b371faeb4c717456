"""What a language model is asked for, and how its answers are read: JSON of one shape, in plain sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

Draft = TypeVar("Draft", bound=BaseModel)

_MARKUP = re.compile(r"https?://|www\.|</?\w+[^>]*>|\[[^\]]*\]\(|[{}\x00-\x1f]|```|<\|")


def _flatten(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _must_be_plain(text: str) -> str:
    if _MARKUP.search(text):
        raise ValueError("must be plain text without links and markup")
    if not any(map(str.isalnum, text)):
        raise ValueError("must say something")
    return text


_ONE_LINE, _PLAIN = BeforeValidator(_flatten), AfterValidator(_must_be_plain)
_Title = Annotated[str, Field(max_length=120), _ONE_LINE, _PLAIN]
_Sentence = Annotated[str, Field(max_length=400), _ONE_LINE, _PLAIN]
_Keyword = Annotated[str, Field(max_length=60), _ONE_LINE, _PLAIN]
#: The number of a line, point or quote, from 1, as it stands in the prompt.
_Number = Annotated[int, Field(ge=1)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Answer):
    """A sentence about a chapter, and the numbers of the lines that say it."""

    text: _Sentence
    lines: Annotated[tuple[_Number, ...], Field(min_length=1, max_length=6)]


class ChapterDraft(_Answer):
    """What a chapter is about: a title, points of which the first sums it up, and lines worth quoting."""

    title: _Title
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=4)]
    quotes: Annotated[tuple[_Number, ...], Field(max_length=3)]


class Told(_Answer):
    """A sentence about the episode, and the numbers of the points that it comes from."""

    text: _Sentence
    points: Annotated[tuple[_Number, ...], Field(min_length=1, max_length=6)]


class EpisodeDraft(_Answer):
    """What an episode is about, from the points of its chapters."""

    headline: Told
    summary: Annotated[tuple[Told, ...], Field(min_length=1, max_length=20)]
    title: Told
    keywords: Annotated[tuple[_Keyword, ...], Field(max_length=30)]
    quotes: Annotated[tuple[_Number, ...], Field(max_length=10)]


def schema_of(
    draft: type[BaseModel], most: Mapping[str, int], counts: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The JSON schema of an answer, written out in full.

    `most` are the highest numbers that stand in the prompt, by the name of the list that has them (`lines`, `points`,
    `quotes`), `counts` how many entries a list of the answer may have where that is less than its type allows.
    """
    made = _model_schema(draft)
    filled: dict[str, Any] = _fill({**made, "$defs": {}}, made.get("$defs", {}), most, "")
    del filled["$defs"]
    for name, count in (counts or {}).items():
        filled["properties"][name]["maxItems"] = count
    return filled


@lru_cache
def _model_schema(draft: type[BaseModel]) -> dict[str, Any]:
    return draft.model_json_schema()


def _fill(node: Any, named: Mapping[str, Any], most: Mapping[str, int], key: str) -> Any:
    if isinstance(node, list):
        return [_fill(one, named, most, key) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _fill(named[node["$ref"].rpartition("/")[2]], named, most, key)
    if node.get("type") == "integer":
        return {**node, "maximum": max(1, most.get(key, 1))}
    plain = {name: one for name, one in node.items() if name not in ("title", "description") or isinstance(one, dict)}
    return {
        name: {inner: _fill(one, named, most, inner) for inner, one in value.items()}
        if name == "properties"
        else _fill(value, named, most, key)
        for name, value in plain.items()
    }


def read_answer(text: str, draft: type[Draft]) -> Draft:
    """The draft in an answer, whatever stands around its JSON: thoughts, a fence, politeness.

    Raises ValueError with what is wrong with it, as the model is told.
    """
    objects = _find_objects(text)
    if not objects:
        raise ValueError("there is no JSON object in it")
    try:
        return draft.model_validate(objects[-1])
    except ValidationError as error:
        raise ValueError("; ".join(_describe(one) for one in error.errors()[:3])) from None


def _find_objects(text: str) -> list[dict[str, Any]]:
    """Every JSON object in a text that is in no other one."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found


def _describe(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "it"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
