"""The prompts of configs/prompts/, which people edit: read, checked, and filled in, with Jinja in its sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.config import Prompts
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

#: What may stand between {{ and }} in each prompt.
PLACES: dict[str, frozenset[str]] = {
    "system": frozenset({"language"}),
    "chapter": frozenset({"transcript", "language", "longest_title"}),
    "episode": frozenset(
        {
            "points", "quotes", "show", "about", "title", "people", "language",
            "sentences", "keywords", "count_quotes",
        }
    ),
}  # fmt: skip
_NEEDED = {"chapter": "transcript", "episode": "points"}
_MOST_BYTES = 20_000


def load_prompts(folders: Sequence[Path], longest_title: int) -> Prompts:
    """`system.md`, `chapter.md` and `episode.md`, each from the first folder that has it, or as shipped.

    Raises ConfigError naming file and line of what is no template, or names what a prompt cannot have.
    """
    shipped = Path(__file__).resolve().parent.parent.parent / "configs/prompts"
    texts = {name: _load([folder / f"{name}.md" for folder in (*folders, shipped)], name) for name in PLACES}
    return Prompts(**texts, longest_title=longest_title)


def fill_in(name: str, text: str, **values: Any) -> str:
    """A prompt with its places filled. Raises ConfigError where the template fails."""
    from jinja2 import TemplateError

    try:
        return _compile(text).render(**values).strip()
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise _broken(Path(f"configs/prompts/{name}.md"), f"{type(error).__name__}: {error}") from None


def _load(paths: Sequence[Path], name: str) -> str:
    from jinja2 import TemplateSyntaxError, meta

    found = next((path for path in paths if path.exists()), paths[-1])
    try:
        text = found.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(found, f"cannot be read as UTF-8 text ({error})") from None
    if len(text.encode()) > _MOST_BYTES:
        raise _broken(found, f"is longer than {_MOST_BYTES} bytes")
    try:
        named = meta.find_undeclared_variables(_environment().parse(text))
    except TemplateSyntaxError as error:
        raise _broken(Path(f"{found}:{error.lineno}"), str(error.message)) from None
    unknown = sorted(named - PLACES[name])
    if unknown:
        known = ", ".join(sorted(PLACES[name]))
        raise _broken(found, f"there is no {{{{ {unknown[0]} }}}} to fill in; there are {known}")
    if name in _NEEDED and _NEEDED[name] not in named:
        raise _broken(found, f"shows the model nothing: {{{{ {_NEEDED[name]} }}}} is missing")
    return text


def _broken(path: Path, problem: str) -> ConfigError:
    return ConfigError(f"{path}: {problem}", fix="edit it, or delete it: the prompt that showrunner ships is then used")


@lru_cache(maxsize=8)
def _compile(text: str) -> Template:
    return _environment().from_string(text)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # Prompts are text: nothing is escaped.
    return SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
