"""What a model's answer may look like, and what is made of one that looks different."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editorial.llm.answers import ChapterDraft, EpisodeDraft, read_answer, schema_of

GOOD: dict[str, Any] = {"title": "Rye", "points": [{"text": "Rye is dark.", "lines": [1, 2]}], "quotes": [2]}
DRAFT = ChapterDraft.model_validate(GOOD)


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Sure, here you are:\n{}\nHope that helps!", "<think>{{hm}} {{}}</think>{}", " \n{} \n"],
)
def test_the_object_is_found_whatever_stands_around_it(around: str) -> None:
    assert (
        read_answer(around.replace("{{", "{").replace("}}", "}").replace("{}", json.dumps(GOOD)), ChapterDraft) == DRAFT
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": ""}, "title: must say something"),
        ({"title": "…"}, "title: must say something"),
        ({"title": "Rye " * 40}, "title: String should have at most 120 characters"),
        ({"title": "See https://rye.example"}, "title: must be plain text without links and markup"),
        ({"title": "<b>Rye</b>"}, "title: must be plain text"),
        ({"title": "[Rye](/rye)"}, "title: must be plain text"),
        ({"title": "Rye\x07"}, "title: must be plain text"),
        ({"title": None}, "title: Input should be a valid string"),
        ({"points": []}, "points: Tuple should have at least 1 item"),
        ({"points": [{"text": "Rye.", "lines": []}]}, "points.0.lines: Tuple should have at least 1 item"),
        ({"points": [{"text": "Rye.", "lines": [0]}]}, "points.0.lines.0: Input should be greater than or equal to 1"),
        ({"points": [{"text": "Rye.", "lines": ["one"]}]}, "points.0.lines.0: Input should be a valid integer"),
        ({"quotes": [1, 2, 3, 4]}, "quotes: Tuple should have at most 3 items"),
        ({"quotes": ["Rye is dark."]}, "quotes.0: Input should be a valid integer"),
        ({"more": 1}, "more: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told_by_its_place(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        read_answer(json.dumps({**GOOD, **changed}), ChapterDraft)
    assert told in str(caught.value)


def test_lines_are_flattened_before_they_are_judged() -> None:
    assert read_answer(json.dumps({**GOOD, "title": " Rye \n flour "}), ChapterDraft).title == "Rye flour"


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_no_answer_breaks_the_reader(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_answer(text, ChapterDraft)


@pytest.mark.parametrize("text", ["{" * 5000, "[" * 5000, '{"a":' * 5000])
def test_an_answer_nested_without_end_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match="there is no JSON object"):
        read_answer(text, ChapterDraft)


def keys_of(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        return set(schema).union(*map(keys_of, schema.values()))
    return set().union(*map(keys_of, schema)) if isinstance(schema, list) else set()


@pytest.mark.parametrize("draft", [ChapterDraft, EpisodeDraft])
def test_the_schema_is_one_that_strict_endpoints_take(draft: type[ChapterDraft]) -> None:
    """Without references, and with every key required and no other allowed, as OpenAI's strict mode wants it."""
    made = schema_of(draft, {"lines": 9, "points": 7, "quotes": 5})
    assert not keys_of(made) & {"$ref", "$defs", "default", "description"}
    assert made["additionalProperties"] is False
    assert set(made["required"]) == set(made["properties"])
    assert made["properties"]["quotes"]["items"] == {"type": "integer", "minimum": 1, "maximum": 5}


def test_the_schema_asks_for_as_many_as_are_wanted() -> None:
    made = schema_of(EpisodeDraft, {}, {"summary": 2, "keywords": 0})["properties"]
    assert [made[name]["maxItems"] for name in ("summary", "keywords", "quotes")] == [2, 0, 10]
