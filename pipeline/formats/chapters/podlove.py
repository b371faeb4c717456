"""Chapters as XML: Podlove Simple Chapters, in a file of their own or inside a feed's item."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from pipeline.errors import InputError
from pipeline.formats.chapters.marks import Flaw, Mark
from pipeline.formats.clock import format_stamp, parse_moment
from pipeline.formats.paragraphs import clean_line
from pipeline.formats.xml import XmlError, parse_xml
from pipeline.models import Chapter

NAMESPACE = "http://podlove.org/simple-chapters"
_DECLARATION = re.compile(r"^\ufeff?<\?xml[^>\n]*\?>")  # it may tell of an encoding, and this is text already


def read_psc(text: str, name: str) -> Iterator[Mark | Flaw]:
    """The chapters of the one `psc:chapters` in a document. Raises InputError where there is none, or several."""
    try:
        root = parse_xml(_DECLARATION.sub("", text).encode())
    except XmlError as error:
        what = f"{name}:{error.line}: {error}"
        raise InputError(what, fix="export the chapters again, or take another format") from error
    lists = [node for node in root.walk() if node.name in (f"{{{NAMESPACE}}}chapters", f"{{{NAMESPACE}/}}chapters")]
    if len(lists) > 1:
        what = f"{name}:{lists[1].line}: holds the chapters of {len(lists)} episodes"
        raise InputError(what, fix="save this episode's <psc:chapters> element as a file of its own")
    for node in (child for one in lists for child in one.children if child.name.endswith("}chapter")):
        place, given = f"{name}:{node.line}", node.attributes
        start = parse_moment(given.get("start", ""))
        if start is None:
            title = clean_line(given.get("title", ""))
            yield Flaw(place, f"the start of {title!r} is {given.get('start', '')!r}, not h:m:s")
        else:
            title = clean_line(given.get("title", ""))
            yield Mark(start, title, place, url=given.get("href") or None, img=given.get("image") or None)


def write_psc(chapters: Iterable[Chapter]) -> str:
    """A document of Podlove Simple Chapters 1.2, to the millisecond, of what is in the table of contents."""
    lines = [
        f'  <psc:chapter start="{format_stamp(one.start)}" title="{html.escape(clean_line(one.title))}"'
        + (f' href="{html.escape(one.url)}"' if one.url else "")
        + (f' image="{html.escape(one.img)}"' if one.img else "")
        + "/>\n"
        for one in chapters
        if one.toc
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<psc:chapters version="1.2" xmlns:psc="{NAMESPACE}">\n'
    return f"{head}{''.join(lines)}</psc:chapters>\n"
