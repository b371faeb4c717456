"""What stands in an element of a feed, and how it gets there: text that XML may hold, as long as apps show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "psc": "http://podlove.org/simple-chapters",
    "fh": "http://purl.org/syndication/history/1.0",
}
#: Characters of a value, by PSP-1.
MAX_CHARACTERS = 255
#: Bytes of a description, by PSP-1.
MAX_BYTES = 4000
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JOINERS = "\u200d\ufe0f"


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in one element; attributes that are None are left out, and text is cut to `limit` characters."""

    text: str | None = None
    attributes: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    children: tuple[tuple[str, Value], ...] = ()
    cdata: bool = False
    limit: int | None = MAX_CHARACTERS


#: None makes no element, a sequence one for each entry; a plain value is the element's text.
Value = str | int | Content | Sequence[Content] | None


def truth(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def xml_text(text: str) -> str:
    """Text without the characters that XML forbids, and without white space around it (PSP-1)."""
    # Text that can be printed, which is nearly all, has none of them, and str knows so sooner than re.
    return (text if text.isprintable() else _FORBIDDEN.sub("", text)).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of what XML may hold: longer text ends after a word, with an ellipsis.

    >>> cut("The sea is never quite silent", 16)
    'The sea is…'
    """
    text = xml_text(text)
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head if text[limit - 1].isspace() else head.rpartition(" ")[0]
    # A text without spaces is cut anywhere, but never inside an emoji that is joined of several.
    kept = at_word if len(at_word) > limit // 2 else head.rstrip(_JOINERS)
    return kept.rstrip() + "…"


def cut_bytes(text: str, limit: int) -> str:
    """Plain text within `limit` bytes of UTF-8, cut at the end of a line where it is too long."""
    if len(text.encode()) <= limit:
        return text
    head = text.encode()[: limit - 4].decode(errors="ignore")
    return (head.rpartition("\n")[0] or head) + "\n…"


def append(parent: Any, name: str, value: Value) -> None:
    """Add the element `prefix:name`, or none or several, to a parent."""
    for content in _contents(value):
        element = _library().SubElement(parent, _tag(name))
        if content.text is not None:
            text = cut(content.text, content.limit) if content.limit else xml_text(content.text)
            element.text = _library().CDATA(text) if content.cdata else text
        for key, attribute in content.attributes.items():
            if attribute is not None:
                element.set(key, truth(attribute) if isinstance(attribute, bool) else xml_text(str(attribute)))
        for child, inner in content.children:
            append(element, child, inner)


@cache
def _library() -> Any:
    from lxml import etree

    return etree


@cache
def _tag(name: str) -> str:
    """`{namespace}local`, as lxml writes names."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _contents(value: Value) -> Iterator[Content]:
    if value is None:
        return
    if isinstance(value, Content):
        yield value
    elif isinstance(value, str | int):
        yield Content(str(value))
    else:
        yield from value
