"""Reading the YAML that people edit: every mistake is told with file, line, key and a likely remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import ConfigError

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]
_SECRET = re.compile(r"//[^/\s]*@")  # the user and password of a URL


def load(path: Path, model: type[M], *, root: Path | None = None, optional: bool = False) -> M:
    """Read one YAML file into its model.

    `root` shortens the path in messages. An absent or empty file gives the model's defaults when `optional`.
    Raises ConfigError with `file:line key: problem` for a missing file, bad YAML, unknown keys and bad values.
    """
    shown = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if optional:
            return model.model_validate({})
        raise ConfigError(
            f"{shown}: there is no such file", fix=f"create {shown}; docs/configuration.md shows one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{shown}: cannot be read as UTF-8 text ({error})", fix="save the file as UTF-8 and check its rights"
        ) from error
    return parse(text, model, shown)


def parse(text: str, model: type[M], shown: str) -> M:
    """Read YAML text, called `shown` in messages, into its model. Raises ConfigError as `load`."""
    found = _understand(text, model, shown)
    assert isinstance(found, model)  # noqa: S101 - tells mypy what lru_cache forgets
    return found


@lru_cache(maxsize=64)
def _understand(text: str, model: type[BaseModel], shown: str) -> BaseModel:
    """The same text is understood once: thousands of episodes share a show, and YAML takes milliseconds."""
    data = _parse(text, shown)
    try:
        return model.model_validate({} if data is None else data)
    except ValidationError as error:
        raise ConfigError(
            _describe(error, model, text, shown), fix=f"edit {shown}; docs/configuration.md lists every key"
        ) from None


def _parse(text: str, shown: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or str(error)).splitlines()[0]
        raise ConfigError(
            f"{shown}:{line}: not valid YAML: {problem}", fix=f"check the indentation and quotes around line {line}"
        ) from None
    except (YAMLError, ValueError) as error:
        raise ConfigError(f"{shown}: not valid YAML: {error}", fix="check the indentation and quotes") from None
    except RecursionError:
        raise ConfigError(f"{shown}: has brackets in brackets, hundreds deep", fix="close them") from None


def _describe(error: ValidationError, model: type[BaseModel], text: str, shown: str) -> str:
    """All problems, one a line, each `file:line key: what`."""
    tree = _with_lines(text)
    seen: dict[str, None] = {}
    for item in error.errors():
        location = _in_file(tree, item["loc"])
        line = _line(tree, location)
        key = dotted(location) or "(the whole file)"
        if item["type"] == "extra_forbidden":
            hint = nearest(str(location[-1]), _siblings(model, location))
            problem = "unknown key" + (f", did you mean '{hint}'?" if hint else "")
        elif item["type"] == "missing":
            problem = "is required and missing"
        else:
            problem = item["msg"].removeprefix("Value error, ")
            if isinstance(item["input"], str | int | float | bool):
                problem += f" (it is {_SECRET.sub('//…@', repr(item['input']))})"
        seen[f"{shown}:{line} {key}: {problem}"] = None
    return "\n".join(seen)


def _with_lines(text: str) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="rt").load(text)


def _in_file(tree: Any, location: Location) -> Location:
    """The part of pydantic's location that exists in the file: union branches put type names between keys."""
    found: list[int | str] = []
    node = tree
    for part in location:
        if isinstance(node, dict) and (part in node or part == location[-1]):
            found.append(part)
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            found.append(part)
            node = node[part]
    return tuple(found)


def _line(tree: Any, location: Location) -> int:
    """The line (from 1) of the deepest part of the location that stands in the file."""
    node, line = tree, 1
    for part in location:
        if isinstance(node, dict) and part in node:
            line = node.lc.key(part)[0] + 1  # type: ignore[attr-defined]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1  # type: ignore[attr-defined]
        else:
            break
        node = node[part]
    return int(line)


def dotted(location: Iterable[int | str]) -> str:
    """`("terms", 3, "alias")` as people read it: `terms[3].alias`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _siblings(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that would have been right where the last part of the location stands."""
    current: list[type[BaseModel]] = [model]
    for part in location[:-1]:
        if isinstance(part, str):
            current = [
                inner
                for one in current
                if part in one.model_fields
                for inner in _models_in(one.model_fields[part].annotation)
            ]
    return [name for one in current for name in one.model_fields]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for argument in getattr(annotation, "__args__", ()) for inner in _models_in(argument)]


def nearest(key: str, choices: list[str]) -> str | None:
    """The choice that was probably meant."""
    close = difflib.get_close_matches(key, choices, n=1, cutoff=0.6)
    return close[0] if close else None
