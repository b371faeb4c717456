"""A small XML reader that knows the line of everything; it opens nothing and expands no entity of the document's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

_MAX_DEPTH = 100


@dataclass(slots=True)
class Node:
    """An element: `name` is `{namespace}local`, or `local` without one; `text` is its own text, `line` from 1."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Node]:
        """The children with that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Node | None:
        """The first child with that name."""
        return next(self.all(name), None)

    def walk(self) -> Iterator[Node]:
        """The element and all that are in it."""
        yield self
        for child in self.children:
            yield from child.walk()


class XmlError(ValueError):
    """Not well-formed, or with a document type of its own; `line` is where."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def parse_xml(data: bytes) -> Node:
    """The root element of a document. Raises XmlError."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    top = Node("", 1, {})
    open_nodes = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > _MAX_DEPTH:
            raise XmlError(f"has more than {_MAX_DEPTH} elements inside each other", parser.CurrentLineNumber)
        named = {_qualified(key): value for key, value in attributes.items()}
        node = Node(_qualified(name), parser.CurrentLineNumber, named)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(name: str) -> None:
        open_nodes.pop()

    def text(data: str) -> None:
        open_nodes[-1].text += data

    def refuse(*args: object) -> None:
        raise XmlError("has a document type declaration, which a feed must not have", parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(f"is not well-formed XML ({expat.ErrorString(error.code)})", error.lineno) from error
    return top.children[0]


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name
