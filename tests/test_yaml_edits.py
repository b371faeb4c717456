"""An edit changes its own lines of a YAML file and no other: comments, order, quotes and spacing stay."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline import yaml_edits

OVERRIDES = """\
# my decisions
reject: ['Nev',   "Bob -> Rob"]  # both wrong

corrections:
    - {heard: x,  meant: y, verdict: accept}   # sure

# where it turns
chapters:
    - "0:00 Start"
    # the end
"""


def data(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def changed_lines(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


def add_ruling(tree: Any) -> None:
    yaml_edits.append(tree, "corrections", yaml_edits.inline_map({"heard": "a: b", "at": 12.5}))


def add_term(tree: Any) -> None:
    yaml_edits.append(tree, "terms", yaml_edits.block_map({"term": "X"}))


def add_alias(tree: Any) -> None:
    yaml_edits.append(tree["terms"][0], "aliases", "q", inline=True)


def test_a_new_item_stands_before_the_remark_on_what_follows() -> None:
    made = yaml_edits.edit(OVERRIDES, add_ruling)
    assert made == OVERRIDES.replace("# sure\n", "# sure\n    - {heard: 'a: b', at: 12.5}\n")


EDITS: list[tuple[str, Callable[[Any], None], list[str]]] = [
    ("# none yet\n", add_term, ["+ terms:", "+   - term: X"]),
    ("", add_term, ["+ terms:", "+   - term: X"]),
    ("terms: []  # none\n", add_term, ["- terms: []  # none", "+ terms:     # none", "+   - term: X"]),
    ("terms:\n- term: A # e\n# after\n\n- B\nx: 1\n", add_alias, ["+   aliases: [q]"]),
    ("terms:\n- term: A # e\n- B # f\n\n# end\nx: 1\n", add_term, ["+ - term: X"]),
    (
        "terms:\n  - term:   A\n    aliases:\n      - 'r' # why\n\n  # B\n  - B\n",
        add_alias,
        ["+       - q"],
    ),
    ("terms: [{term: A, aliases: [r]}]\n", add_alias, []),
    ("terms:\r\n  - term: A  \r\n  - B\r\n", add_term, ["+   - term: X"]),
]


@pytest.mark.parametrize(("text", "change", "lines"), EDITS)
def test_an_edit_touches_its_own_lines(text: str, change: Callable[[Any], None], lines: list[str]) -> None:
    made = yaml_edits.edit(text, change)
    expected = data(text) or {}
    change_plain(expected, change)
    assert data(made) == expected
    if lines:
        assert changed_lines(text, made) == lines
        assert ("\r\n" in text) == ("\r\n" in made)


def change_plain(tree: Any, change: Callable[[Any], None]) -> None:
    if change is add_term:
        tree["terms"] = [*(tree.get("terms") or ()), {"term": "X"}]
    else:
        tree["terms"][0].setdefault("aliases", []).append("q")


def test_the_last_item_of_a_list_goes_with_its_key() -> None:
    text = "terms:\n  - term: A\n    aliases: [Q, r]  # heard\n    never: [z]\n"
    made = yaml_edits.edit(text, lambda tree: yaml_edits.remove(tree["terms"][0], "aliases", "q"))
    assert made == text.replace("[Q, r]", "[r]   ")
    assert yaml_edits.edit(made, lambda tree: yaml_edits.remove(tree["terms"][0], "never", "Z")) == made.replace(
        "    never: [z]\n", ""
    )


WORDS = st.sampled_from(["Ada", "'Nev'", '"Bob: R"', "Kjærlund", "日本", "'no'", "null-ish", "a, b", "12"])
REMARK = st.sampled_from(["", "  # why", " # 'x': [", "   #"])
BETWEEN = st.sampled_from(["", "\n", "  # on its own\n", "# flush left\n\n", "\n    # deep\n"])


@st.composite
def glossaries(draw: st.DrawFn) -> tuple[str, bool]:
    """A glossary file, and whether its lists are indented in two ways."""
    text = draw(st.sampled_from(["", "# names of the show\n\n", "---\n"])) + "terms:" + draw(REMARK) + "\n"
    dash = draw(st.sampled_from(["- ", "  - ", "    -   "]))
    inner = draw(st.sampled_from([dash, dash, "  - "]))
    for _ in range(draw(st.integers(1, 4))):
        name = draw(WORDS.filter(lambda word: ", " not in word))
        lines = [f"{dash}term: {name}{draw(REMARK)}\n"]
        deep = " " * len(dash)
        if draw(st.booleans()):
            lines.append(f"{deep}kind:  person{draw(REMARK)}\n")
        style = draw(st.sampled_from(["none", "inline", "block"]))
        aliases = draw(st.lists(WORDS.filter(lambda word: ", " not in word), min_size=1, max_size=3, unique=True))
        if style == "inline":
            lines.append(f"{deep}aliases: [{', '.join(aliases)}]{draw(REMARK)}\n")
        elif style == "block":
            lines.append(f"{deep}aliases:\n")
            lines += [f"{deep}{inner}{alias}{draw(REMARK)}\n" for alias in aliases]
        text += "".join(lines) + draw(BETWEEN)
    return text + draw(st.sampled_from(["", "other: 1  # left alone\n"])), inner != dash


@settings(max_examples=150, deadline=None)
@given(glossaries(), st.data())
def test_comments_and_everything_else_survive_an_edit(drawn: tuple[str, bool], choice: st.DataObject) -> None:
    text, mixed = drawn
    expected = data(text)
    at = choice.draw(st.integers(0, len(expected["terms"]) - 1))
    expected["terms"][at].setdefault("aliases", []).append("new: one")
    expected["terms"].append({"term": "X"})

    def change(tree: Any) -> None:
        yaml_edits.append(tree["terms"][at], "aliases", "new: one", inline=True)
        add_term(tree)

    made = yaml_edits.edit(text, change)
    assert data(made) == expected
    assert mixed or yaml_edits.edit_items(text, "terms", lambda item: False, add_term) == yaml_edits.edit(
        text, add_term
    )
    left = iter(made.splitlines())
    lost = [line for line in text.splitlines() if "aliases: [" not in line and line not in left]
    assert mixed or not lost
    assert [line.partition("#")[2] for line in text.splitlines() if "#" in line] == [
        line.partition("#")[2] for line in made.splitlines() if "#" in line
    ]


@settings(max_examples=60, deadline=None)
@given(glossaries(), st.data())
def test_an_edit_of_some_items_is_that_of_the_whole(drawn: tuple[str, bool], choice: st.DataObject) -> None:
    text, mixed = drawn
    terms = [item["term"] for item in data(text)["terms"]]
    term = choice.draw(st.sampled_from(terms))

    def change(tree: Any) -> None:
        for item in tree["terms"]:
            if item["term"] == term:
                yaml_edits.append(item, "aliases", "new: one", inline=True)
        yaml_edits.append(tree, "terms", yaml_edits.block_map({"term": "X"}))

    made = yaml_edits.edit_items(text, "terms", lambda item: item["term"] == str(term), change)
    whole = yaml_edits.edit(text, change)
    assert data(made) == data(whole)
    assert mixed or made == whole


@pytest.mark.parametrize(
    "text",
    [
        "terms: [A, B]\n",
        "terms:\n- A\n-\n  term: B\n",
        "terms:\n- &a {term: A}\n- *a\n",
        "terms: B\n",
        "",
        "- A\n",
        "a: [\n",
    ],
)
def test_what_is_no_plain_list_is_edited_as_a_whole(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(yaml_edits, "edit", lambda text, change: asked.append(text) or "made")
    assert yaml_edits.edit_items(text, "terms", lambda item: False, add_term) == "made"
    assert asked[-1] == text


LIST = "a: 1 # x\nchapters:\n  - 0:00 A   # one\n  # of B\n  - '1:00 B'\n  - 2:00 C\n# tail\nb: 2\n"


@pytest.mark.parametrize(
    ("items", "lines"),
    [
        (["0:00 A", "1:00 B", "2:00 C"], []),
        (["0:00 A", "1:00 B"], ["-   - 2:00 C"]),
        (["0:00 A", "1:00 B", "2:00 C", "3:00 D: d"], ["+   - '3:00 D: d'"]),
        (["0:00 A", "1:01 B", "2:00 C"], ["-   - '1:00 B'", "+   - '1:01 B'"]),
        (["0:00 A", "0:30 X", "1:00 B", "2:00 C"], ["+   - 0:30 X"]),
    ],
)
def test_items_that_stay_in_a_list_keep_their_lines_and_remarks(items: list[str], lines: list[str]) -> None:
    made = yaml_edits.edit(LIST, lambda tree: yaml_edits.put_items(tree, "chapters", items))
    assert data(made) == {"a": 1, "chapters": items, "b": 2}
    assert changed_lines(LIST, made) == lines


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (LIST, "a: 1 # x\n# tail\nb: 2\n"),
        ("# h\nchapters:\n- {start: 1, title: x} # k\n# tail\n", "# h\n# tail\n"),
        ("b: 1\n\nchapters: [a,\n  b]\n\n# e\n", "b: 1\n\n\n# e\n"),
        ("b: 1\n", "b: 1\n"),
        ("", ""),
        ("{chapters: [a], b: 1}", "{b: 1}\n"),
    ],
)
def test_a_key_is_taken_out_with_its_lines_alone(text: str, made: str) -> None:
    assert yaml_edits.remove_key(text, "chapters") == made


@given(
    st.lists(st.text("ab:# 0'\"[{,-", max_size=6), max_size=5),
    st.lists(st.text("ab:# 0", max_size=4), min_size=1, max_size=5),
)
@settings(max_examples=60)
def test_whatever_the_items_were_the_list_holds_the_new_ones(old: list[str], new: list[str]) -> None:
    text = yaml_edits.edit("# h\nz: 1\n", lambda tree: yaml_edits.put_items(tree, "k", old))
    made = yaml_edits.edit(text + "# end\n", lambda tree: yaml_edits.put_items(tree, "k", new))
    assert data(made) == {"z": 1, "k": new}
    assert "# h\n" in made
    assert made.endswith("# end\n")
    assert data(yaml_edits.remove_key(made, "k")) == {"z": 1}
