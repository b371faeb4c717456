"""Show notes as Markdown, plain text and the HTML that podcast apps take, within the length that they take."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.adapters import html, note_templates
from pipeline.config import NoteTemplate, NoteTemplates
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_clock
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Chapters, Credit, NoteLine, Seconds, ShowNotes
from pipeline.site.wording import web_link

#: Apple cuts an episode's description here, counted in bytes of UTF-8.
LIMIT = 4000
#: Fewer lines with a time are no chapters to Spotify and YouTube.
_FEWEST_CHAPTERS = 3
_KINDS = ("person", "book", "paper", "organisation", "product", "place", "term", None)
#: Kinds of which a name alone, without a link, tells a reader something.
_TELLING = ("person", "book", "paper", "organisation", "product", "place")
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True)
class ChapterPart:
    """A chapter as notes list it; `covered` are sentences of what is said in it, or empty."""

    start: Seconds
    title: str
    link: str | None
    covered: str


@dataclass(frozen=True, slots=True)
class Thing:
    """Somebody or something that was mentioned, first at `start`."""

    name: str
    link: str | None
    start: Seconds


@dataclass(frozen=True, slots=True)
class ThingGroup:
    """What was mentioned of one kind of the glossary; `kind` is None for what has none."""

    kind: str | None
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class NoteParts:
    """What notes say: what templates see as `notes`. Times are the listener's, texts single lines.

    `summary` is a sentence an entry; `headline` is None where the summary says it already, or a person wrote that.
    `chapters` are none, or three and more of which the first begins at 0:00. `people` are those who speak.
    """

    headline: str | None
    summary: tuple[str, ...]
    chapters: tuple[ChapterPart, ...]
    people: tuple[Credit, ...]
    mentions: tuple[ThingGroup, ...]
    quotes: tuple[NoteLine, ...]
    keywords: tuple[str, ...]


def gather_parts(notes: ShowNotes, chapters: Chapters, summary: str | None, show: str = "") -> NoteParts:
    """The parts of an episode's notes; a person's own `summary` replaces the one that was found.

    What `show` is called is never news in its own notes.
    """
    sentences = split_sentences(summary) if summary else tuple(clean_line(line.text) for line in notes.summary)
    headline = clean_line(notes.headline.text) if notes.headline and not summary else None
    return NoteParts(
        headline=headline if headline and not _is_said(headline, sentences) else None,
        summary=sentences,
        chapters=_list_chapters(chapters.chapters, notes.covered),
        people=tuple(
            one.model_copy(update={"name": clean_line(one.name), "link": web_link(one.link)})
            for one in notes.people
            if one.role != "mentioned"
        ),
        mentions=_group_things(notes, show),
        quotes=tuple(_clean_quote(one) for one in notes.quotes),
        keywords=tuple(clean_line(one) for one in notes.keywords),
    )


def _is_said(headline: str, sentences: Sequence[str]) -> bool:
    """Whether the words of a headline stand, one after the other, in a sentence of the summary."""
    wanted = _spell(headline)
    return any(wanted in _spell(sentence) for sentence in sentences)


def _spell(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def match_covered(starts: Sequence[Seconds], covered: Sequence[NoteLine]) -> list[str]:
    """For chapters that begin at `starts` what is covered in each."""
    lines: list[list[str]] = [[] for _ in starts]
    for line in covered:
        lines[max(0, bisect_right(starts, line.start + 0.0005) - 1)].append(clean_line(line.text))
    return [" ".join(one) for one in lines]


def _list_chapters(chapters: Sequence[Chapter], covered: Sequence[NoteLine]) -> tuple[ChapterPart, ...]:
    """The chapters that apps can read as lines: the first at 0:00, each a second or more after the one before."""
    shown: list[Chapter] = []
    for one in chapters:
        is_later = not shown or format_clock(one.start) != format_clock(shown[-1].start)
        if one.title and is_later and (one.toc or not shown):
            shown.append(one)
    said = match_covered([one.start for one in shown], covered) if shown else []
    listed = [
        ChapterPart(one.start, clean_line(one.title), web_link(one.url), text)
        for one, text in zip(shown, said, strict=True)
    ]
    begins = bool(listed) and format_clock(listed[0].start) == "0:00"
    return tuple(listed) if begins and len(listed) >= _FEWEST_CHAPTERS else ()


def _group_things(notes: ShowNotes, show: str) -> tuple[ThingGroup, ...]:
    """What was mentioned by kind, without those who speak; what has no link only where its name alone tells.

    A name that is part of another one, such as a first name, is that one.
    """
    spoken_of = [(one.name, "person", one.link, one.start) for one in notes.people if one.role == "mentioned"]
    named = [(one.term, one.kind, one.link, one.start) for one in notes.mentions]
    things = {clean_line(term): (kind, web_link(href), start) for term, kind, href, start in (*named, *spoken_of)}
    elsewhere = [clean_line(one.name) for one in notes.people if one.role != "mentioned"] + [clean_line(show)]
    found: dict[str | None, list[Thing]] = {kind: [] for kind in _KINDS}
    for name, (kind, link, start) in sorted(things.items(), key=lambda thing: thing[1][2]):
        tells = link or (kind in _TELLING and not _is_part(name, [*things, *elsewhere]))
        if tells and name.casefold() not in {other.casefold() for other in elsewhere}:
            found.setdefault(kind, []).append(Thing(name, link, start))
    return tuple(ThingGroup(kind, tuple(group)) for kind, group in found.items() if group)


def _is_part(name: str, others: Iterable[str]) -> bool:
    return any(name != other and _spell(name) in _spell(other) for other in others)


def _clean_quote(line: NoteLine) -> NoteLine:
    speaker = clean_line(line.speaker) if line.speaker else None
    return line.model_copy(update={"text": clean_line(line.text), "speaker": speaker})


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each on one line."""
    return tuple(one for part in _SENTENCE_END.split(text) if (one := clean_line(part)))


def render_notes(parts: NoteParts, templates: NoteTemplates, **about: Any) -> dict[str, str]:
    """`notes.html`, `notes.md` and `notes.txt`; each at most LIMIT bytes.

    `about` is what templates see besides `notes`. Raises ConfigError naming file and line of a template that fails,
    or that has more text of its own than fits.
    """
    return {
        "notes.html": _fit(parts, templates.html, lambda text: html.clean(text), about),
        "notes.md": _fit(parts, templates.md, lambda text: text, about),
        "notes.txt": _fit(parts, templates.txt, lambda text: text, about),
    }


def _fit(parts: NoteParts, template: NoteTemplate, finish: Callable[[str], str], about: dict[str, Any]) -> str:
    """The notes with as many parts left out as it takes, the least important first."""
    size = 0
    for kept in _shorter_and_shorter(parts):
        text = finish(note_templates.fill_in(template, notes=kept, **about))
        size = len(text.encode())
        if size <= LIMIT:
            return text
    raise ConfigError(
        f"{template.file}: makes {size} bytes even with nothing of the episode in it, and apps take {LIMIT}",
        fix="shorten the text that stands in the template",
    )


def _shorter_and_shorter(parts: NoteParts) -> Iterator[NoteParts]:
    """Keywords go first, then quotes, things, sentences of the summary, people, the chapters, then words."""
    yield parts
    if parts.keywords:
        yield (parts := replace(parts, keywords=()))
    for count in reversed(range(len(parts.quotes))):
        yield (parts := replace(parts, quotes=parts.quotes[:count]))
    while parts.mentions:
        yield (parts := replace(parts, mentions=_drop_thing(parts.mentions)))
    for count in reversed(range(1, len(parts.summary))):
        yield (parts := replace(parts, summary=parts.summary[:count]))
    for count in reversed(range(len(parts.people))):
        yield (parts := replace(parts, people=parts.people[:count]))
    if parts.chapters:
        yield (parts := replace(parts, chapters=()))
    first = parts.summary[0] if parts.summary else ""
    for size in range(min(len(first), LIMIT) - 1, 0, -100):
        yield replace(parts, summary=(first[:size].rpartition(" ")[0].rstrip() + "…",))
    yield replace(parts, summary=())
    yield replace(parts, summary=(), headline=None)


def _drop_thing(groups: tuple[ThingGroup, ...]) -> tuple[ThingGroup, ...]:
    """All but the last thing that has no link, or the last of all."""
    places = [(at, number) for at, group in enumerate(groups) for number in range(len(group.things))]
    bare = [(at, number) for at, number in places if not groups[at].things[number].link]
    at, number = (bare or places)[-1]
    things = groups[at].things[:number] + groups[at].things[number + 1 :]
    return tuple(
        replace(group, things=things) if other == at else group
        for other, group in enumerate(groups)
        if other != at or things
    )
