"""configs/templates/: how a show words its notes."""

from __future__ import annotations

from pydantic import Field

from pipeline.config.base import Section


class NoteTemplate(Section):
    """A template's text; `file` names it in messages, and nothing depends on where it lies."""

    text: str
    file: str = Field(exclude=True)


class NoteTemplates(Section):
    """notes.html.j2, notes.md.j2 and notes.txt.j2."""

    html: NoteTemplate
    md: NoteTemplate
    txt: NoteTemplate
