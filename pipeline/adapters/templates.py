"""HTML and text from the templates in pipeline/site/templates, with Jinja."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    from pipeline.formats.clock import format_clock, format_duration

    made = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(clock=format_clock, iso_duration=format_duration)
    return made


def render_pieces(template: str, **values: Any) -> Iterator[bytes]:
    """`render` for a page that may be long: its bytes as they are made."""
    for piece in _environment().get_template(template).generate(**values):
        yield piece.encode()


def render(template: str, **values: Any) -> str:
    """A template of pipeline/site/templates filled in; in `.html` ones every value is escaped."""
    return _environment().get_template(template).render(**values)
