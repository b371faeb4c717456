"""Making HTML from notes safe and small enough for a feed, with nh3."""

from __future__ import annotations

import html as entities
import re

#: What Apple shows in an episode's description. Source: PSP-1, item description.
TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"})
_LINE_END = re.compile(r"<br\s*/?>|</(?:p|li|ol|ul|div|h[1-6])\s*>", re.IGNORECASE)
_BLOCK_END = re.compile(rb"</(?:p|li|ol|ul)>")
_CUT_TAG_OR_ENTITY = re.compile(r"(?:<[^>]*|&[^;\s]*)\Z")


def clean(html: str) -> str:
    """HTML with only TAGS in it, links only to http, https and mailto; safe to put into a CDATA section."""
    import nh3

    safe = nh3.clean(
        html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
    )
    return safe.replace("]]>", "]]&gt;")


def from_text(text: str) -> str:
    """Plain text as paragraphs of clean HTML, one for each of its lines."""
    return "".join(f"<p>{entities.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())


def to_text(html: str) -> str:
    """What HTML says without its tags, a line for each block; plain text stays as it is, but for its empty lines."""
    import nh3

    bare = entities.unescape(nh3.clean(_LINE_END.sub("\n", html), tags=set()))
    return "\n".join(line for part in bare.splitlines() if (line := " ".join(part.split())))


def shorten(html: str, limit: int) -> str:
    """The beginning of clean HTML in at most `limit` bytes of UTF-8, cut between blocks, with every tag closed."""
    data = html.encode()
    if len(data) <= limit:
        return html
    for end in reversed([found.end() for found in _BLOCK_END.finditer(data, 0, limit)]):
        cut = clean(data[:end].decode()) + "<p>…</p>"
        if len(cut.encode()) <= limit:
            return cut
    for size in range(limit, 0, -16):  # the first block is too long alone, and its closing tags need room
        cut = clean(_CUT_TAG_OR_ENTITY.sub("", data[:size].decode(errors="ignore")) + "…")
        if len(cut.encode()) <= limit:
            return cut
    return ""
