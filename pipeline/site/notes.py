"""Show notes as text, Markdown and the HTML that podcast apps take, within the length that they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.adapters import html, templates
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Chapters, Mention, NoteLine, ShowNotes

#: Apple cuts an episode's description here, counted in bytes of UTF-8.
LIMIT = 4000
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True)
class NoteParts:
    """What notes say, most important first; `summary` is a sentence an entry."""

    summary: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    mentions: tuple[Mention, ...]
    quotes: tuple[NoteLine, ...]


def gather_parts(notes: ShowNotes, chapters: Chapters, summary: str | None) -> NoteParts:
    """The parts of an episode's notes; a person's own `summary` replaces the one that was found."""
    sentences = split_sentences(summary) if summary else tuple(clean_line(line.text) for line in notes.summary)
    listed = tuple(
        one.model_copy(update={"title": clean_line(one.title)}) for one in chapters.chapters if one.toc and one.title
    )
    return NoteParts(
        summary=sentences,
        chapters=listed if len(listed) > 1 else (),
        mentions=tuple(mention for mention in notes.mentions if mention.link),
        quotes=tuple(one.model_copy(update={"text": clean_line(one.text)}) for one in notes.quotes),
    )


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each on one line."""
    return tuple(one for part in _SENTENCE_END.split(text) if (one := clean_line(part)))


def render_notes(parts: NoteParts) -> dict[str, str]:
    """`notes.html`, `notes.md` and `notes.txt`; each at most LIMIT bytes."""
    return {
        "notes.html": _fit(parts, lambda kept: html.clean(templates.render("notes.html", notes=kept))),
        "notes.md": _fit(parts, lambda kept: templates.render("notes.md", notes=kept, md=escape_markdown)),
        "notes.txt": _fit(parts, lambda kept: templates.render("notes.txt", notes=kept)),
    }


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", clean_line(text))


def _fit(parts: NoteParts, write: Callable[[NoteParts], str]) -> str:
    """The notes with as many parts, from the end, left out as it takes."""
    text = ""
    for kept in _shorter_and_shorter(parts):
        text = write(kept)
        if len(text.encode()) <= LIMIT:
            return text
    return text


def _shorter_and_shorter(parts: NoteParts) -> Iterator[NoteParts]:
    """Quotes go first, then links, then sentences of the summary, then the chapters, then words."""
    yield parts
    for count in reversed(range(len(parts.quotes))):
        yield (parts := replace(parts, quotes=parts.quotes[:count]))
    for count in reversed(range(len(parts.mentions))):
        yield (parts := replace(parts, mentions=parts.mentions[:count]))
    for count in reversed(range(1, len(parts.summary))):
        yield (parts := replace(parts, summary=parts.summary[:count]))
    if parts.chapters:
        yield (parts := replace(parts, chapters=()))
    first = parts.summary[0] if parts.summary else ""
    for size in range(min(len(first), LIMIT) - 1, 0, -100):
        yield replace(parts, summary=(first[:size].rpartition(" ")[0].rstrip() + "…",))
    yield replace(parts, summary=())
