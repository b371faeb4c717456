"""Rules about the file: can it be read, in which encoding, is it RSS, are the namespaces what apps look for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from pipeline.feed_check.feed import Document, Feed, quoted
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import ONCE, PLACES, PODCAST_ON_GITHUB, PREFIXES, shown

_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_SPACE = re.compile(r"""\sxmlns(?::[\w.-]+)?\s*=\s*["']([^"'<>]*)["']""")
_PAGE = re.compile(rb"\s*<!doctype\s+html|\s*<html[\s>]", re.IGNORECASE)
_HEAD = 64 << 10  # bytes in which a feed declares its namespaces


def not_well_formed(document: Document) -> Iterator[Hit]:
    """The document cannot be parsed."""
    return _fault(document, "syntax")


def doctype(document: Document) -> Iterator[Hit]:
    """It has a document type, and so could have entities that never end or that read other files."""
    return _fault(document, "doctype")


def too_deep(document: Document) -> Iterator[Hit]:
    """Its elements nest without end."""
    return _fault(document, "depth")


def _fault(document: Document, kind: str) -> Iterator[Hit]:
    if document.fault and document.fault.kind == kind:
        yield (
            document.fault.line,
            _what_it_is(document.data) or f"the feed {document.fault}{_wrong_byte(document.data)}",
        )


def _what_it_is(data: bytes) -> str | None:
    """What it is instead of a feed, where that can be seen."""
    if not data.strip():
        return "the feed is empty"
    return "this is a web page (HTML), not a feed" if _PAGE.match(data[:1000]) else None


def _wrong_byte(data: bytes) -> str:
    """`; byte 0xF6 is no UTF-8` where that is why."""
    declared = _ENCODING.search(data[:300])
    if declared and declared.group(1).lower() != b"utf-8":
        return ""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"; byte 0x{data[error.start]:02X} is no UTF-8"
    return ""


def encoding(document: Document) -> Iterator[Hit]:
    """It is not UTF-8."""
    declared = _ENCODING.search(document.data[:300])
    if document.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield 1, "the feed is UTF-16"
    elif declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        yield 1, f"the feed says that it is {declared.group(1).decode()}"


def byte_order_mark(document: Document) -> Iterator[Hit]:
    """Bytes before <?xml confuse some readers."""
    if document.data.startswith(b"\xef\xbb\xbf"):
        yield 1, "the feed begins with a byte order mark"


def not_rss(document: Document) -> Iterator[Hit]:
    """It is well-formed, and not a feed that podcast apps read."""
    root = document.root
    if root is None:
        return
    if root.name != "rss" or root.first("channel") is None:
        yield root.line, f"the feed is {quoted(root.name)} without a <channel>, not RSS 2.0"


def rss_version(document: Document) -> Iterator[Hit]:
    """It does not say that it is RSS 2.0."""
    if document.root is not None and document.root.name == "rss" and document.root.attributes.get("version") != "2.0":
        yield document.root.line, f"<rss> has version {quoted(document.root.attributes.get('version'))}"


def misspelled_namespaces(document: Document) -> Iterator[Hit]:
    """A namespace's address that is nearly right means nothing to an app."""
    known = [space.strip("{}") for space in (*PREFIXES, PODCAST_ON_GITHUB)]
    for line, space in _declared(document):
        near = [name for name in known if _plain(name) == _plain(space)] or difflib.get_close_matches(space, known, 1)
        if space not in known and near and difflib.SequenceMatcher(None, _plain(space), _plain(near[0])).ratio() > 0.9:
            yield line, f"the namespace {quoted(space)} should be {near[0]!r}"


def podcast_namespace_on_github(document: Document) -> Iterator[Hit]:
    """The podcast namespace goes by its second name."""
    for line, space in _declared(document):
        if space == PODCAST_ON_GITHUB.strip("{}"):
            yield line, "the podcast namespace is named by its address at GitHub"


def _declared(document: Document) -> Iterator[tuple[int, str]]:
    if document.root is None:
        return
    text = document.data[:_HEAD].decode(errors="replace")
    for found in _SPACE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group(1)


def _plain(space: str) -> str:
    return space.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/#")


def unknown_elements(feed: Feed) -> Iterator[Hit]:
    """An element that its namespace does not have is read by nobody."""
    for name, nodes in feed._by_name.items():
        space = name.rpartition("}")[0]
        if name in PLACES or name == "channel" or (space and space + "}" not in PREFIXES):
            continue
        local = [one.rpartition("}")[2] for one in PLACES if one.rpartition("}")[0] == space]
        near = difflib.get_close_matches(name.rpartition("}")[2], local, 1, 0.7)
        told = f"; did you mean {shown(name.rpartition('}')[0] + '}' * bool(space) + near[0])}?" if near else ""
        for node in nodes:
            yield node, f"there is no {shown(name)}{told}"


def misplaced_elements(feed: Feed) -> Iterator[Hit]:
    """An element in the wrong place is overlooked."""
    for parent in (feed.channel, *feed.items):
        for node in parent.children:
            where = PLACES.get(node.name)
            if where is not None and parent.name not in where:
                right = " or ".join(f"<{name}>" for name in sorted(where)) or "another element"
                yield node, f"{shown(node.name)} stands in <{parent.name}>, not in {right}"


def repeated_elements(feed: Feed) -> Iterator[Hit]:
    """Of what may stand once, apps take the first or the last."""
    for parent in (feed.channel, *feed.items):
        once, seen = ONCE[parent.name], dict[str, int]()
        for node in parent.children:
            if node.name in seen and node.name in once:
                yield node, f"{shown(node.name)} stands on line {seen[node.name]} already"
            seen.setdefault(node.name, node.line)
