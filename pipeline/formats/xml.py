"""A small XML reader that knows the line of everything; it opens nothing and expands no entity of the document's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

_MAX_DEPTH = 100


@dataclass(slots=True, eq=False)
class Node:
    """An element: `name` is `{namespace}local`, or `local` without one; `text` is its own text, `line` from 1."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    def all(self, name: str) -> Iterator[Node]:
        """The children with that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Node | None:
        """The first child with that name."""
        return next(self.all(name), None)

    def walk(self) -> Iterator[Node]:
        """The element and all that are in it, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


class XmlError(ValueError):
    """Cannot be read: not well-formed, a document type of its own, or too deep; `line` is where."""

    def __init__(self, what: str, line: int, kind: Literal["syntax", "doctype", "depth"]) -> None:
        super().__init__(what)
        self.line = line
        self.kind = kind


def parse_xml(data: bytes) -> Node:
    """The root element of a document. Raises XmlError."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    names: dict[str, str] = {}
    open_node = top = Node("", 1, {})
    depth = 0
    texts: list[list[str]] = [[]]  # of the open elements

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal open_node, depth
        depth += 1
        if depth > _MAX_DEPTH:
            what = f"has more than {_MAX_DEPTH} elements inside each other"
            raise XmlError(what, parser.CurrentLineNumber, "depth")
        named = {_qualified(key): value for key, value in attributes.items()} if attributes else {}
        name = names.get(name) or names.setdefault(name, _qualified(name))
        node = Node(name, parser.CurrentLineNumber, named, parent=open_node)
        open_node.children.append(node)
        texts.append([])
        open_node = node

    def end(name: str) -> None:
        nonlocal open_node, depth
        depth -= 1
        open_node.text = "".join(texts.pop())
        open_node = open_node.parent or top

    def text(data: str) -> None:
        texts[-1].append(data)

    def refuse(*args: object) -> None:
        what = "has a document type declaration, which a feed must not have"
        raise XmlError(what, parser.CurrentLineNumber, "doctype")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = f"is not well-formed XML ({expat.ErrorString(error.code)}, column {error.offset + 1})"
        raise XmlError(what, error.lineno, "syntax") from error
    except XmlError:
        raise
    except (LookupError, ValueError) as error:
        raise XmlError("is in an encoding that no app knows", 1, "syntax") from error
    root = top.children[0]
    root.parent = None
    return root


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name
