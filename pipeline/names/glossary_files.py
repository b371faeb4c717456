"""Glossaries as people keep them: YAML, CSV or a plain list, several made into one, clashes told by file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline import yaml_files
from pipeline.config import Glossary, Term
from pipeline.errors import ConfigError, InputError
from pipeline.formats import decode_text

_LISTS = frozenset({"aliases", "sounds_like", "never", "episodes", "shows"})
_COLUMNS = tuple(Term.model_fields)
_EXAMPLE = "term,kind,aliases,link"


@dataclass(frozen=True, slots=True)
class Placed:
    """A term with the file and line (from 1) where it stands, and the lines of its aliases."""

    term: Term
    file: str
    line: int
    alias_lines: dict[str, int] = field(default_factory=dict)

    def place(self, alias: str | None = None) -> str:
        """`configs/glossary.yaml:12`: where the term, or one of its aliases, stands."""
        return f"{self.file}:{self.alias_lines.get(alias or '', self.line)}"


def load_glossary(paths: Sequence[Path], root: Path | None = None, *, optional: bool = False) -> Glossary:
    """The glossary of all files (.yaml, .yml, .csv, or .txt with a term a line) together, in their order.

    A term that stands in several is one term: lists are joined, and what only one says counts. `root` shortens
    the paths in messages; absent files are empty ones when `optional`. Raises ConfigError with file and line for
    what cannot be read, values that contradict each other, and an alias that means two terms.
    """
    return merge(placed for path in paths for placed in read_terms(path, root, optional=optional))


def read_terms(path: Path, root: Path | None = None, *, optional: bool = False) -> list[Placed]:
    """The terms of one file with their places. Raises ConfigError with file and line."""
    shown = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    if optional and not path.exists():
        return []
    text = _read_text(path, shown)
    kind = path.suffix.lower()
    if kind not in (".csv", ".tsv", ".txt"):
        return _read_yaml(text, shown)
    return list(_read_list(text, shown) if kind == ".txt" else _read_csv(text, shown))


def _read_text(path: Path, shown: str) -> str:
    try:
        return decode_text(path.read_bytes(), shown)
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such file", fix="check the path") from None
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read ({error.strerror})", fix="give a file that you may read") from error
    except InputError as error:
        raise ConfigError(error.what, fix=error.fix) from error


def _read_yaml(text: str, shown: str) -> list[Placed]:
    """A fast reading of what is right; whatever is wrong is told by yaml_files."""
    try:
        data, lines = _scan_yaml(text)
        terms = Glossary.model_validate(data).terms
    except ValueError:
        return [Placed(term, shown, 1) for term in yaml_files.parse(text, Glossary, shown).terms]
    return [Placed(term, shown, *line) for term, line in zip(terms, lines, strict=True)]


def _scan_yaml(text: str) -> tuple[dict[str, Any], list[tuple[int, dict[str, int]]]]:
    """The data of a glossary file, every scalar as written, and the lines of its terms. Raises ValueError.

    libyaml reads ten thousand terms in the time in which the round-trip reader reads a hundred.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    if node is None:
        return {}, []
    data = _plain(node)
    if not isinstance(data, dict):
        raise ValueError("not a mapping")
    terms = next((value for key, value in node.value if key.value == "terms"), None)
    items: list[Any] = terms.value if terms is not None and terms.id == "sequence" else []
    return data, [(item.start_mark.line + 1, dict(_alias_lines(item))) for item in items]


def _plain(node: Any) -> Any:
    if node.id == "sequence":
        return [_plain(item) for item in node.value]
    if node.id == "mapping":
        if any(key.id != "scalar" for key, _ in node.value):
            raise ValueError("a key is no text")
        data = {key.value: _plain(value) for key, value in node.value}
        if len(data) < len(node.value):
            raise ValueError("a key stands twice")
        return data
    return None if node.style in (None, "") and node.value in ("", "~", "null") else node.value


def _alias_lines(item: Any) -> Iterator[tuple[str, int]]:
    for key, value in item.value if item.id == "mapping" else ():
        if key.value == "aliases" and value.id == "sequence":
            for alias in value.value:
                if alias.id == "scalar":
                    yield alias.value, alias.start_mark.line + 1


def _read_list(text: str, shown: str) -> Iterator[Placed]:
    for line, written in enumerate(text.splitlines(), 1):
        if written.strip() and not written.lstrip().startswith("#"):
            yield _checked({"term": written.strip()}, shown, line)


def _read_csv(text: str, shown: str) -> Iterator[Placed]:
    """Rows under a line of column names; values of a list are parted by `;` (or `|`)."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
        if not columns:
            return
        _check_columns(columns, shown)
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) > len(columns):
                    raise ConfigError(
                        f"{shown}:{line}: has {len(row)} values for {len(columns)} columns",
                        fix="put values that hold the separator in double quotes",
                    )
                yield _checked(_row(dict(zip(columns, row, strict=False)), delimiter), shown, line)
            line = rows.line_num + 1
    except csv.Error as error:
        raise ConfigError(f"{shown}:{rows.line_num}: not valid CSV: {error}", fix="check the quotes") from error


def _check_columns(columns: list[str], shown: str) -> None:
    for name in columns:
        if name not in _COLUMNS:
            close = yaml_files.nearest(name, list(_COLUMNS))
            hint = f", did you mean '{close}'?" if close else ""
            raise ConfigError(
                f"{shown}:1 {name or '(empty)'}: unknown column{hint}",
                fix=f"begin the file with the names of its columns, such as {_EXAMPLE}",
            )
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice:
        raise ConfigError(f"{shown}:1 {twice}: stands twice in the first line", fix="make one column of the two")
    if "term" not in columns:
        raise ConfigError(f"{shown}:1: there is no column 'term'", fix=f"begin the file with {_EXAMPLE}")


def _row(cells: dict[str, str], delimiter: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in _LISTS:
            parts = cell.replace("|", ";" if delimiter != ";" else "|").split(";" if delimiter != ";" else "|")
            data[name] = [part.strip() for part in parts if part.strip()]
        elif cell.strip():
            data[name] = cell.strip()
    return data


def _checked(data: dict[str, Any], shown: str, line: int) -> Placed:
    try:
        return Placed(Term.model_validate(data), shown, line)
    except ValidationError as error:
        first = error.errors()[0]
        where = yaml_files.dotted(first["loc"]) or "term"
        problem = "is required and missing" if first["type"] == "missing" else first["msg"]
        raise ConfigError(f"{shown}:{line} {where}: {problem}", fix=f"edit line {line} of {shown}") from None


def merge(terms: Iterable[Placed]) -> Glossary:
    """One glossary of all terms, equal ones joined. Raises ConfigError where two places contradict each other."""
    joined: dict[str, Placed] = {}
    for placed in terms:
        known = joined.get(placed.term.term)
        joined[placed.term.term] = placed if known is None else _join(known, placed)
    _check_aliases(joined)
    return Glossary(terms=tuple(placed.term for placed in joined.values()))


def _join(first: Placed, second: Placed) -> Placed:
    for name, what in find_contradictions(first, second):
        raise ConfigError(f"{second.place()} {name}: {what}", fix="make the two agree, or remove one")
    values = first.term.model_dump()
    for name, new in second.term.model_dump().items():
        old = values[name]
        if name in ("episodes", "shows"):
            values[name] = tuple(dict.fromkeys(old + new)) if old and new else ()
        elif name in _LISTS:
            values[name] = tuple(dict.fromkeys(old + new))
        elif old is None:
            values[name] = new
    lines = {**second.alias_lines, **first.alias_lines}
    return Placed(Term.model_validate(values), first.file, first.line, lines)


def find_contradictions(first: Placed, second: Placed) -> Iterator[tuple[str, str]]:
    """The keys that say one thing here and another there of the same term, and what they say."""
    values = first.term.model_dump()
    for name, new in second.term.model_dump().items():
        old = values[name]
        if name not in _LISTS and old is not None and new is not None and old != new:
            yield name, f"{first.term.term!r} has {name} {new!r} here and {old!r} in {first.place()}"


def _check_aliases(terms: dict[str, Placed]) -> None:
    for placed, alias, what in find_clashes(terms.values()):
        raise ConfigError(f"{placed.place(alias)} aliases: {what}", fix="remove it from one of the two")


def find_clashes(terms: Iterable[Placed]) -> Iterator[tuple[Placed, str, str]]:
    """Aliases that mean two terms, or are another term themselves, where both count: the term, the alias, and why."""
    terms = list(terms)
    owners: dict[str, list[tuple[Placed, str | None]]] = {}
    for placed in terms:
        owners.setdefault(placed.term.term.casefold(), []).append((placed, None))
    for placed in terms:
        for alias in placed.term.aliases:
            for other, as_alias in owners.get(alias.casefold(), ()):
                if other.term.term != placed.term.term and meet(other.term, placed.term):
                    what = f"an alias of {other.term.term!r}" if as_alias else "a term itself"
                    meant = f"{alias!r} is to mean {placed.term.term!r}"
                    yield placed, alias, f"{meant}, but is {what} in {other.place(as_alias)}"
            owners.setdefault(alias.casefold(), []).append((placed, alias))


def meet(first: Term, second: Term) -> bool:
    """Whether two terms count in some episode together."""
    pairs = ((first.episodes, second.episodes), (first.shows, second.shows))
    return all(not one or not other or set(one) & set(other) for one, other in pairs)
