"""Glossaries from YAML, CSV and plain lists; what is wrong with them is told by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Term
from pipeline.errors import ConfigError
from pipeline.names import load_glossary


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fails(*paths: Path, root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_glossary(paths, root)
    assert caught.value.fix
    return caught.value.what


FULL = Term(
    term="Hedvig Kjærlund",
    kind="person",
    aliases=("Head Wig", "chairlund"),
    never=("Harland",),
    link="https://example.org/hk",
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "g.yaml",
            "terms:\n  - term: Hedvig Kjærlund\n    kind: person\n    aliases: [Head Wig, chairlund]\n"
            "    never: [Harland]\n    link: https://example.org/hk\n    notes:\n",
        ),
        (
            "g.csv",
            "term,kind,aliases,never,link\nHedvig Kjærlund,person,Head Wig; chairlund,Harland,https://example.org/hk\n\n",
        ),
        (
            "g.csv",
            "\ufeffterm;kind;aliases;never;link\r\nHedvig Kjærlund;person;Head Wig|chairlund;Harland;https://example.org/hk\r\n",
        ),
    ],
)
def test_yaml_and_csv_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    assert load_glossary([write(tmp_path, name, text)]).terms == (FULL,)


def test_a_name_alone_is_a_term_in_yaml_and_in_a_list(tmp_path: Path) -> None:
    listed = write(tmp_path, "g.txt", "# the crew\nNiamh Quillane\n\nNo\n")
    in_yaml = write(tmp_path, "g.yaml", "terms:\n- Niamh Quillane\n- No\n")
    assert load_glossary([listed]) == load_glossary([in_yaml])
    assert [term.term for term in load_glossary([listed]).terms] == ["Niamh Quillane", "No"]


@pytest.mark.parametrize("name", ["g.yaml", "g.csv", "g.txt"])
def test_an_empty_glossary_has_no_terms(tmp_path: Path, name: str) -> None:
    assert load_glossary([write(tmp_path, name, "")]).terms == ()


def test_an_absent_glossary_is_an_error_unless_it_is_optional(tmp_path: Path) -> None:
    for name in ("g.yaml", "g.csv"):
        assert "g" in fails(tmp_path / name, root=tmp_path)
        assert load_glossary([tmp_path / name], optional=True).terms == ()


def test_several_glossaries_are_one(tmp_path: Path) -> None:
    show = write(tmp_path, "show.yaml", "terms:\n- {term: Sonarkiv, aliases: [sonar keef]}\n- Skerrivaig\n")
    episode = write(tmp_path, "episode.csv", "term,kind,aliases\nSonarkiv,product,so narkive\nTideNet,product,\n")
    assert load_glossary([show, episode]).terms == (
        Term(term="Sonarkiv", kind="product", aliases=("sonar keef", "so narkive")),
        Term(term="Skerrivaig"),
        Term(term="TideNet", kind="product"),
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "g.yaml",
            "terms:\n  - term: A B\n    alias: [x]\n",
            "g.yaml:3 terms[0].alias: unknown key, did you mean 'aliases'?",
        ),
        ("g.yaml", "terms:\n  - term: [\n", "g.yaml:"),
        ("g.yaml", "- A\n", "g.yaml"),
        ("g.yaml", "terms:\n  - term: A\n    link: nowhere\n", "g.yaml:3 terms[0].link"),
        ("g.csv", "term,alias\nA,b\n", "g.csv:1 alias: unknown column, did you mean 'aliases'?"),
        ("g.csv", "term,aliases,Term \nA,b,C\n", "g.csv:1 term: stands twice"),
        ("g.csv", "kind\nperson\n", "g.csv:1: there is no column 'term'"),
        ("g.csv", "term,kind\nA,person\nB,beast\n", "g.csv:3 kind: "),
        ("g.csv", "term,kind\nA,person,more\n", "g.csv:2: has 3 values for 2 columns"),
        ("g.csv", 'term,notes\nA,"two\nlines"\n,x\n', "g.csv:4 term: is required and missing"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, name: str, text: str, told: str) -> None:
    assert fails(write(tmp_path, name, text), root=tmp_path).startswith(told)


def test_an_alias_of_two_terms_is_a_clash_told_with_both_places(tmp_path: Path) -> None:
    one = write(tmp_path, "one.yaml", "terms:\n- term: Sonarkiv\n  aliases:\n  - sonar\n  - the Archive\n")
    two = write(tmp_path, "two.csv", "term,aliases\nSonark,x\nSonarch,the archive\n")
    told = fails(one, two, root=tmp_path)
    assert told == "two.csv:3 aliases: 'the archive' is to mean 'Sonarch', but is an alias of 'Sonarkiv' in one.yaml:5"


def test_an_alias_that_is_another_term_is_a_clash(tmp_path: Path) -> None:
    path = write(tmp_path, "g.yaml", "terms:\n- term: Sonarkiv\n  aliases: [tidenet]\n- term: TideNet\n")
    assert fails(path, root=tmp_path) == (
        "g.yaml:3 aliases: 'tidenet' is to mean 'Sonarkiv', but is a term itself in g.yaml:4"
    )


def test_terms_of_different_episodes_may_share_an_alias(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "g.yaml",
        "terms:\n- {term: Ann Lee, aliases: [Annie], episodes: [one]}\n- {term: Anne Li, aliases: [Annie], episodes: [two]}\n",
    )
    assert len(load_glossary([path]).terms) == 2


def test_values_that_contradict_each_other_are_a_clash(tmp_path: Path) -> None:
    one = write(tmp_path, "one.yaml", "terms:\n- {term: Bryne, kind: product}\n")
    two = write(tmp_path, "two.yaml", "\nterms:\n- {term: Bryne, kind: place}\n")
    assert (
        fails(one, two, root=tmp_path) == "two.yaml:3 kind: 'Bryne' has kind 'place' here and 'product' in one.yaml:2"
    )
