"""Templates that a show changes: where they come from, what they may do, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import packaged_samples as sample
import pytest

from pipeline.adapters.note_templates import fill_in, load_templates
from pipeline.config import NoteTemplate
from pipeline.errors import ConfigError
from pipeline.models import Credit
from pipeline.stages import STAGES
from pipeline.store import digest_model


def template(text: str, kind: str = "html") -> NoteTemplate:
    return NoteTemplate(text=text, file=f"configs/templates/notes.{kind}.j2")


def test_each_template_is_the_shows_else_the_checkouts_else_as_shipped(tmp_path: Path) -> None:
    for folder, name in (("show", "notes.md.j2"), ("configs", "notes.md.j2"), ("configs", "notes.txt.j2")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(folder)
    found = load_templates([tmp_path / "show", tmp_path / "configs"], tmp_path)
    assert (found.md.text, found.txt.text) == ("show", "configs")
    assert "notes.chapters" in found.html.text
    assert (found.md.file, found.txt.file) == ("show/notes.md.j2", "configs/notes.txt.j2")


def test_an_edited_template_touches_the_package_alone_and_its_place_nothing() -> None:
    assert [stage.name for stage in STAGES if "templates" in stage.config.values()] == ["package"]
    one = load_templates([], Path.cwd())
    moved = one.model_copy(update={"md": one.md.model_copy(update={"file": "elsewhere"})})
    edited = one.model_copy(update={"md": one.md.model_copy(update={"text": "x"})})
    assert digest_model(moved) == digest_model(one) != digest_model(edited)


BROKEN = [
    ("a\n{{ nope }}", "html.j2:2: there is no 'nope'"),
    ("{{ person.nam }}", "html.j2:1: there is no 'nam', did you mean 'name'?"),
    ("{% if x %}", "html.j2:1: Unexpected end of template"),
    ("\n{{ person | nofilter }}", "html.j2:2: No filter named 'nofilter'"),
    ("{{ show.parse_file('/etc/passwd') }}", "html.j2:1: access to attribute 'parse_file' of 'Show' object is unsafe"),
    ("{{ ''.__class__.__mro__ }}", "html.j2:1: access to attribute '__class__' of 'str' object is unsafe"),
    ("{{ 1 / 0 }}", "html.j2:1: ZeroDivisionError: division by zero"),
    ("{% include '/etc/passwd' %}", "html.j2:1: there is no template '/etc/passwd' to take in"),
    ("{% for i in range(10**9) %}x{% endfor %}", "html.j2:1: OverflowError: Range too big"),
    ("{% macro a() %}{{ a() }}{% endmacro %}\n{{ a() }}", "html.j2:1: RecursionError"),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_mistake_is_told_with_file_and_line(text: str, problem: str) -> None:
    person = Credit(name="Ada", role="guest", start=0, segment=0)
    with pytest.raises(ConfigError) as caught:
        fill_in(template(text), person=person, show=sample.SHOW)
    assert str(caught.value).startswith(f"configs/templates/notes.{problem}")
    assert "docs/notes.md" in caught.value.fix


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"{% for %}", "notes.md.j2:1: Expected an expression"),
        (b"caf\xe9", "notes.md.j2: cannot be read as UTF-8 text"),
        (b"x" * 100_001, "notes.md.j2: is longer than 100000 bytes"),
    ],
)
def test_a_template_that_is_none_is_told_before_anything_runs(data: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md.j2").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load_templates([tmp_path], tmp_path)
    assert str(caught.value).startswith(problem)


def test_values_are_escaped_in_html_and_nowhere_else_but_where_asked() -> None:
    said = "<b>& *x*"
    assert fill_in(template("{{ said }}"), said=said) == "&lt;b&gt;&amp; *x*\n"
    assert fill_in(template("{{ said }}", "txt"), said=said) == "<b>& *x*\n"
    assert fill_in(template("{{ said | md }}", "md"), said=said) == "\\<b\\>\\& \\*x\\*\n"


def test_empty_lines_come_one_at_a_time_and_nothing_is_nothing() -> None:
    assert fill_in(template("\n\na\n\n\n\nb\n\n", "txt")) == "a\n\nb\n"
    assert fill_in(template("{% if false %}x{% endif %}\n\n", "txt")) == ""


def test_times_are_written_so_that_apps_take_only_chapters_for_chapters() -> None:
    text = "{{ 754.9 | clock }} {{ 754.9 | minutes }} {{ 3.0 | minutes }} {{ 3600.0 | minutes }}"
    assert fill_in(template(text, "txt")) == "12:34 12 min 34 s 3 s 1 h 0 min 0 s\n"
