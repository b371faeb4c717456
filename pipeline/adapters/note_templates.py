"""The templates of configs/templates/, which people edit: read, and filled in with Jinja in its sandbox."""

from __future__ import annotations

import dataclasses
import re
import traceback
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pipeline.config import NoteTemplate, NoteTemplates
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_clock, format_duration, format_minutes
from pipeline.formats.paragraphs import clean_line
from pipeline.yaml_files import nearest

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_SHIPPED = Path(__file__).resolve().parent.parent.parent / "configs/templates"
_MOST_BYTES = 100_000
_BLANK_LINES = re.compile(r"\n{3,}")


def load_templates(folders: Sequence[Path], root: Path) -> NoteTemplates:
    """Each template from the first folder that has it, else as shipped; `root` shortens paths in messages.

    Raises ConfigError naming file and line of what cannot be read, or is no template.
    """
    read = {kind: _load([folder / f"notes.{kind}.j2" for folder in (*folders, _SHIPPED)], root) for kind in _KINDS}
    return NoteTemplates(**read)


_KINDS = ("html", "md", "txt")


def _load(paths: Sequence[Path], root: Path) -> NoteTemplate:
    found = next((path for path in paths if path.exists()), paths[-1])
    shown = str(found.relative_to(root)) if found.is_relative_to(root) else str(found)
    try:
        template = NoteTemplate(text=found.read_text(encoding="utf-8"), file=shown)
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(shown, f"cannot be read as UTF-8 text ({error})") from None
    if len(template.text.encode()) > _MOST_BYTES:
        raise _broken(shown, f"is longer than {_MOST_BYTES} bytes")
    _compile(template.text, shown)
    return template


def fill_in(template: NoteTemplate, **values: Any) -> str:
    """A template with its values, without runs of empty lines; in `.html.j2` every value is escaped.

    Raises ConfigError naming file and line of what there is not, or may not be done.
    """
    made = _compile(template.text, template.file)
    try:
        text = made.render(**values)
    except Exception as error:  # whatever a person's template does: TypeError of a filter, a division by zero
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == template.file]
        place = f"{template.file}:{lines[-1]}" if lines else template.file
        raise _broken(place, _tell(error)) from None
    kept = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return kept and f"{kept}\n"


def _tell(error: Exception) -> str:
    from jinja2 import TemplateError, TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r} to take in: each stands alone"
    said = str(error).partition("\n")[0]
    return said if isinstance(error, TemplateError) and said else f"{type(error).__name__}: {said}"


@lru_cache(maxsize=16)
def _compile(text: str, file: str) -> Template:
    from jinja2 import Template, TemplateSyntaxError

    environment = _environment()
    try:
        code = environment.compile(text, Path(file).name, file)
    except TemplateSyntaxError as error:
        raise _broken(f"{file}:{error.lineno}", str(error.message)) from None
    return Template.from_code(environment, code, environment.make_globals(None))


def _broken(place: str, problem: str) -> ConfigError:
    fix = "docs/notes.md lists what there is in a template; `git checkout configs/templates` undoes all edits"
    return ConfigError(f"{place}: {problem}", fix=fix)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import DictLoader, StrictUndefined, select_autoescape
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """A sandbox in which a model has its fields and nothing else: its methods could read files."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            """Whether a template may have this attribute."""
            if isinstance(obj, BaseModel) and attr not in type(obj).model_fields:
                return False
            return bool(super().is_safe_attribute(obj, attr, value))

    class Missing(StrictUndefined):
        """What a template names and there is not: an error that says what may have been meant."""

        @property
        def _undefined_message(self) -> str:
            if self._undefined_hint:
                return self._undefined_hint
            close = nearest(str(self._undefined_name), _fields_of(self._undefined_obj))
            return f"there is no {self._undefined_name!r}" + (f", did you mean {close!r}?" if close else "")

    made = Sandbox(
        loader=DictLoader({}),
        autoescape=select_autoescape(["html.j2"]),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "clock": format_clock,
        "minutes": format_minutes,
        "iso_duration": format_duration,
        "md": escape_markdown,
    }
    made.filters.update(filters)
    return made


def _fields_of(thing: Any) -> list[str]:
    if isinstance(thing, BaseModel):
        return list(type(thing).model_fields)
    return [field.name for field in dataclasses.fields(thing)] if dataclasses.is_dataclass(thing) else []


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", clean_line(text))
