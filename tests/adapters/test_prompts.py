"""configs/prompts: what people may change in them, and how their mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.adapters.prompts import fill_in, load_prompts
from pipeline.errors import ConfigError

CHAPTER = "Title this in {{ longest_title }} signs: {{ transcript }}"


def test_each_prompt_comes_from_the_first_folder_that_has_it(tmp_path: Path, root: Path) -> None:
    own, common = tmp_path / "own", tmp_path / "common"
    for folder, text in ((own, CHAPTER), (common, "not this: {{ transcript }}")):
        folder.mkdir()
        (folder / "chapter.md").write_text(text)
    (common / "system.md").write_text("Be brief.")
    prompts = load_prompts([own, common], 30)
    assert (prompts.chapter, prompts.system, prompts.longest_title) == (CHAPTER, "Be brief.", 30)
    assert prompts.episode == (root / "configs/prompts/episode.md").read_text()


@pytest.mark.parametrize("name", ["system", "chapter", "episode"])
def test_what_is_shipped_can_be_filled_in(name: str) -> None:
    prompts = load_prompts([], 40)
    values = dict.fromkeys(
        ("transcript", "language", "points", "quotes", "show", "about", "title", "people", "sentences", "keywords"), "…"
    )
    filled = fill_in(name, getattr(prompts, name), longest_title=40, count_quotes=3, **values)
    assert "{{" not in filled
    assert "{#" not in filled


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("chapter", "{{ transcript }}\n{% if %}", "chapter.md:2: Expected an expression"),
        ("chapter", "{{ transcript }", "chapter.md:1: unexpected '}'"),
        ("chapter", "{{ transcript }} {{ secret }}", "there is no {{ secret }} to fill in; there are language"),
        ("chapter", "Write a title.", "shows the model nothing: {{ transcript }} is missing"),
        ("episode", "{{ show }}", "shows the model nothing: {{ points }} is missing"),
        ("system", "x" * 20_001, "is longer than 20000 bytes"),
        ("system", b"\xff\xfe", "cannot be read as UTF-8 text"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, name: str, text: str | bytes, told: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / f"{name}.md").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load_prompts([tmp_path], 40)
    assert told in caught.value.what
    assert f"{name}.md" in caught.value.what


@pytest.mark.parametrize(
    "text",
    ["{{ transcript.__class__.__mro__ }}", "{{ transcript / 2 }}", "{{ transcript.nothing.more }}", "{{ 1 / 0 }}"],
)
def test_a_prompt_cannot_reach_out_and_fails_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match=r"configs/prompts/chapter.md: \w+Error"):
        fill_in("chapter", text, transcript="Hello.")
