"""Names corrected in files: plain text, WebVTT, SubRip and transcript.json; all else in them stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from pipeline import store
from pipeline.config import CorrectConfig, Glossary
from pipeline.formats.captions import read_srt, read_vtt
from pipeline.formats.clock import parse_stamp
from pipeline.formats.readers import decode_text, find_encoding, read_transcript
from pipeline.models import Corrections
from pipeline.names.engine import find_changes
from pipeline.names.lexicon import Lexicon
from pipeline.names.passage import Line
from pipeline.names.transcripts import correct_transcript

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_VTT_MARKUP = re.compile(r"<[^>]*>")
_SRT_MARKUP = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0"}
_ENTITY = re.compile("|".join(_ENTITIES))


def correct_bytes(
    data: bytes, name: str, glossary: Glossary, settings: CorrectConfig, *, language: str = "en"
) -> tuple[bytes, Corrections]:
    """As `correct_file`, on the bytes of a file: its encoding (UTF-8 or UTF-16) and byte order mark stay."""
    mark, encoding = find_encoding(data)
    text = decode_text(data, name)
    made, log = correct_file(text, name, glossary, settings, language=language)
    return (data if made == text else mark + made.encode(encoding)), log


def correct_file(
    text: str, name: str, glossary: Glossary, settings: CorrectConfig, *, language: str = "en"
) -> tuple[str, Corrections]:
    """The text of a file with its names written right, and the log; `name` tells its kind by its ending.

    `.vtt`, `.srt` and `.json` (transcript.json) are known, all else is plain text, each line with its number in the
    log. `language` counts where the file does not tell. Raises InputError with file and line for what is malformed.
    """
    lexicon = Lexicon.build(glossary)
    kind = PurePath(name).suffix.lower()
    if kind == ".json":
        return _correct_json(text, name, lexicon, settings, language)
    pieces = _LINE_END.split(text)
    if kind in (".vtt", ".srt"):
        _ = read_vtt(text, name) if kind == ".vtt" else read_srt(text, name)
        spoken = list(_cue_lines(pieces[::2], _VTT_MARKUP if kind == ".vtt" else _SRT_MARKUP, kind == ".vtt"))
    else:
        spoken = [_Spoken(number, None, line, [*range(len(line) + 1)]) for number, line in enumerate(pieces[::2])]
    return _correct_lines(pieces, spoken, lexicon, settings, language)


def _correct_json(
    text: str, name: str, lexicon: Lexicon, settings: CorrectConfig, language: str
) -> tuple[str, Corrections]:
    corrected, log = correct_transcript(read_transcript(text, name, language), lexicon, settings)
    changed = any(correction.applied for correction in log.root)
    return (store.to_json(corrected).decode() if changed else text), log


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A line of speech: line `number` (from 0) of the file without markup.

    `origin` is the place in the file's line of each character and of the end, `start` the second at which the cue
    begins, `escaped` tells that `&` and `<` need an entity.
    """

    number: int
    start: float | None
    text: str
    origin: list[int]
    escaped: bool = False


def _cue_lines(lines: list[str], markup: re.Pattern[str], escaped: bool) -> Iterator[_Spoken]:
    """The lines of text under the time lines."""
    start: float | None = None
    for number, line in enumerate(lines):
        if "-->" in line:
            start = parse_stamp(line.split("-->")[0].strip())
        elif not line.strip():
            start = None
        elif start is not None:
            yield _Spoken(number, start, *_strip_markup(line, markup, escaped), escaped)


def _strip_markup(line: str, markup: re.Pattern[str], escaped: bool) -> tuple[str, list[int]]:
    text, origin, at = "", [], 0
    while at < len(line):
        tag = markup.match(line, at)
        entity = _ENTITY.match(line, at) if escaped else None
        if tag:
            at = tag.end()
            continue
        text += _ENTITIES[entity.group()] if entity else line[at]
        origin.append(at)
        at = entity.end() if entity else at + 1
    return text, [*origin, len(line)]


def _correct_lines(
    pieces: list[str], spoken: list[_Spoken], lexicon: Lexicon, settings: CorrectConfig, language: str
) -> tuple[str, Corrections]:
    lines = [Line.of(one.text) for one in spoken]
    changes = find_changes(lines, lexicon, settings, language=language)
    for change in reversed(changes):
        if change.outcome == "applied":
            one = spoken[change.spot.line]
            start, end = lines[change.spot.line].span(change.spot.first, change.spot.last)
            pieces[2 * one.number] = _replace(pieces[2 * one.number], one, start, end, change.meant)
    log = (
        change.as_correction(line=spoken[change.spot.line].number + 1, start=spoken[change.spot.line].start)
        for change in changes
    )
    return "".join(pieces), Corrections(tuple(log))


def _replace(line: str, spoken: _Spoken, start: int, end: int, meant: str) -> str:
    """The file's line with the text from `start` to `end` exchanged; markup inside of it goes behind."""
    begin, last = spoken.origin[start], spoken.origin[end - 1]
    until = last + 1
    if spoken.escaped:
        entity = _ENTITY.match(line, last)
        until = entity.end() if entity else until
        meant = meant.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inside = "".join(tag.group() for tag in _SRT_MARKUP.finditer(line, begin, until))
    return line[:begin] + meant + inside + line[until:]
