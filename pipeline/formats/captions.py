"""Readers of WebVTT (W3C webvtt1) and SubRip captions: lenient in what people's tools write, strict about times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.formats.clock import parse_stamp
from pipeline.models import Seconds

_LINE_END = re.compile(r"\r\n|\r|\n")
_TIMING = re.compile(r"\s*(\S+)\s*-->\s*(\S+)(\s.*)?")
_VTT_TAG = re.compile(r"<(/?)([a-z0-9:.]*)((?:\.[^\s>]*)?)(?:\s+([^>]*))?>", re.IGNORECASE)
_SRT_TAG = re.compile(r"</?(?:[ibus]|font)(?:\s[^>]*)?>|\{\\[^}]*\}", re.IGNORECASE)
_PARTICLE = r"(?:[a-z]{1,3}\s+)"
_NAME = re.compile(rf"([^\W_a-z][^\s:]*(?:\s+{_PARTICLE}{{0,2}}[^\Wa-z][^\s:]*){{0,4}}):\s+(?=\S)")
_FIX_TIMES = "a time line reads 00:00:01.000 --> 00:00:02.500 (hours may be missing; SubRip has commas)"


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from `start` to `end`; `line` (from 1) is where its first line of text stands in the file."""

    start: Seconds
    end: Seconds
    speaker: str | None
    text: str
    line: int


def split_lines(text: str) -> list[str]:
    """Lines by any of the three line ends, and by nothing else, so that numbers agree with an editor's."""
    return _LINE_END.split(text.removeprefix("\ufeff"))


def split_name(text: str) -> tuple[str | None, str]:
    """`Ada Lovelace: Good evening.` -> the name and the words; None where no name of up to five words leads."""
    found = _NAME.match(text)
    return (" ".join(found.group(1).split()), text[found.end() :]) if found else (None, text)


def read_vtt(text: str, name: str) -> tuple[Cue, ...]:
    """The cues of a WebVTT file, one for each voice in them; NOTE, STYLE and REGION blocks are passed over.

    Raises InputError with file and line for a missing header, a block without times, or times that run backwards.
    """
    lines = split_lines(text)
    if not re.match(r"WEBVTT(?:\s|$)", lines[0]):
        raise InputError(f"{name}:1: a WebVTT file begins with WEBVTT", fix="add that line, or name the file .srt")
    cues: list[Cue] = []
    for number, block in _blocks(lines, name, skip=("WEBVTT", "NOTE", "STYLE", "REGION")):
        start, end, body = _timed(block, number, name)
        voices = _split_voices("\n".join(body), cues[-1].speaker if cues else None)
        cues.extend(_share_out(voices, start, end, number + len(block) - len(body)))
    return tuple(cues)


def read_srt(text: str, name: str) -> tuple[Cue, ...]:
    """The cues of a SubRip file; `Name: ` at the head of one says who speaks from there on.

    Raises InputError with file and line for a block without times or times that run backwards.
    """
    cues: list[Cue] = []
    for number, block in _blocks(split_lines(text), name, skip=()):
        start, end, body = _timed(block, number, name)
        speaker, said = split_name(" ".join(_SRT_TAG.sub("", " ".join(body)).split()))
        if said:
            heard = speaker or (cues[-1].speaker if cues else None)
            cues.append(Cue(start, end, heard, said, number + len(block) - len(body)))
    return tuple(cues)


def _blocks(lines: list[str], name: str, skip: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between blank ones, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
            continue
        if block and not (skip and re.match(rf"(?:{'|'.join(skip)})(?:\s|$)", block[0]) and "-->" not in block[0]):
            yield number - len(block), block
        block = []


def _timed(block: list[str], number: int, name: str) -> tuple[Seconds, Seconds, list[str]]:
    """A block's times and the lines of text under them; an identifier may stand above."""
    at = 1 if "-->" not in block[0] and len(block) > 1 and "-->" in block[1] else 0
    place = f"{name}:{number + at}"
    found = _TIMING.fullmatch(block[at])
    start, end = (parse_stamp(found.group(1)), parse_stamp(found.group(2))) if found else (None, None)
    if start is None or end is None:
        raise InputError(f"{place}: expected a time line, found {block[at][:60]!r}", fix=_FIX_TIMES)
    if end < start:
        raise InputError(f"{place}: this cue ends before it starts", fix="swap or correct its times")
    return start, end, block[at + 1 :]


def _split_voices(payload: str, speaker: str | None) -> list[tuple[str | None, str]]:
    """(speaker, text) runs of a cue; text before the first voice belongs to who spoke last."""
    runs: list[tuple[str | None, str]] = []
    position = 0
    for tag in [*_VTT_TAG.finditer(payload), None]:
        said = payload[position : tag.start() if tag else None]
        if runs and runs[-1][0] == speaker:
            said = runs.pop()[1] + said
        runs.append((speaker, said))
        if tag is None:
            break
        position = tag.end()
        if tag.group(2).split(".")[0].lower() == "v" and not tag.group(1):
            speaker = " ".join(html.unescape(tag.group(4) or "").split()) or None
    return [(who, plain) for who, said in runs if (plain := " ".join(html.unescape(said).split()))]


def _share_out(voices: list[tuple[str | None, str]], start: Seconds, end: Seconds, line: int) -> Iterator[Cue]:
    """A cue for each voice, its time by its share of the letters."""
    letters, done = sum(len(said) for _, said in voices), 0
    for speaker, said in voices:
        begin = start + (end - start) * done / letters
        done += len(said)
        yield Cue(round(begin, 3), round(start + (end - start) * done / letters, 3), speaker, said, line)
