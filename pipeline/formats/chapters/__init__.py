"""Chapter lists of other programs, both ways: which format a file is in, reading it, writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath

from pipeline.formats.chapters import ffmetadata, plain, podcast_json, podlove, tables
from pipeline.formats.chapters.marks import SHOWN, Flaw, Mark, as_chapters, check
from pipeline.formats.readers import decode_text
from pipeline.models import Chapter

_READERS: dict[str, Callable[[str, str], Iterator[Mark | Flaw]]] = {
    "text": plain.read_description,
    "audacity": tables.read_labels,
    "mp4chaps": plain.read_mp4chaps,
    "psc": podlove.read_psc,
    "json": podcast_json.read_json,
    "ffmetadata": ffmetadata.read_ffmetadata,
    "csv": tables.read_csv,
}
_WRITERS: dict[str, Callable[[Iterable[Chapter]], str]] = {
    "text": plain.write_description,
    "audacity": tables.write_labels,
    "mp4chaps": plain.write_mp4chaps,
    "psc": podlove.write_psc,
    "json": podcast_json.write_json,
    "ffmetadata": ffmetadata.write_ffmetadata,
    "csv": tables.write_csv,
}
#: Every format by its name on the command line.
KINDS = tuple(_READERS)
_ENDINGS = {
    ".labels.txt": "audacity",
    ".chapters.txt": "mp4chaps",
    ".txt": "text",
    ".psc": "psc",
    ".xml": "psc",
    ".rss": "psc",
    ".json": "json",
    ".ffmeta": "ffmetadata",
    ".ffmetadata": "ffmetadata",
    ".csv": "csv",
    ".tsv": "csv",
}


def kind_by_name(name: str) -> str | None:
    """The format that a file's ending stands for."""
    return next((kind for ending, kind in _ENDINGS.items() if PurePath(name).name.lower().endswith(ending)), None)


def kind_by_content(text: str) -> str:
    """The format of a text that may have any name."""
    head = text.removeprefix("\ufeff").lstrip()
    if head.startswith(ffmetadata.HEAD):
        return "ffmetadata"
    if head.startswith("<"):
        return "psc"
    if head.startswith("{") or head.removeprefix("[").lstrip().startswith("{"):
        return "json"
    if tables.is_labels(head):
        return "audacity"
    if head.startswith(("#,", "#;", "#\t")):
        return "csv"
    return "mp4chaps" if plain.is_mp4chaps(head) else "text"


def read_chapters(data: bytes, name: str, kind: str | None = None) -> list[Mark | Flaw]:
    """What stands for chapters in the bytes of a file called `name`, in the file's order.

    Its ending tells the format, and its content where that is `.txt` or no ending that is known. Raises InputError for
    what is no text, or not in the format at all.
    """
    text = decode_text(data, name)
    told = kind_by_name(name)
    return list(_READERS[kind or (kind_by_content(text) if told in (None, "text") else told)](text, name))


def write_chapters(chapters: Sequence[Chapter], kind: str) -> str:
    """The chapters in one of KINDS."""
    return _WRITERS[kind](chapters)


__all__ = [
    "KINDS",
    "SHOWN",
    "Flaw",
    "Mark",
    "as_chapters",
    "check",
    "kind_by_content",
    "kind_by_name",
    "read_chapters",
    "write_chapters",
]
