"""Transcripts that people bring: our JSON and other tools', WebVTT, SubRip and plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

from pipeline.errors import InputError
from pipeline.formats.captions import Cue, read_srt, read_vtt, split_lines, split_name
from pipeline.formats.clock import parse_stamp
from pipeline.models import Segment, Transcript, Word

_CLOCK = re.compile(r"[\[(]?(\d+(?::\d{2}){1,2}(?:[.,]\d{1,3})?)[\])]?\s+(?=\S)", re.ASCII)
_FOR_EVER = 1e9  # seconds; a larger number is not a time in a recording
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_FIX_JSON = 'give "segments": a list of objects with "start", "end" and "text" (docs/formats.md)'


def decode_text(data: bytes, name: str) -> str:
    """The text of a file: UTF-8, or UTF-16 where a byte order mark says so. Raises InputError with file and line."""
    mark, encoding = find_encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = len(split_lines(error.object[: error.start].decode(encoding)))
        at = len(mark) + error.start
        raise InputError(
            f"{name}:{line}: byte {at + 1} of the file (0x{data[at]:02X}) is not {encoding.upper()} text",
            fix=f"save it as UTF-8; from old Windows programs: iconv -f WINDOWS-1252 -t UTF-8 {name} > new.txt",
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(f"{name}:{line}: this is not text (it holds zero bytes)", fix="give a text file")
    return text


def find_encoding(data: bytes) -> tuple[bytes, str]:
    """The byte order mark at the head of a file, which may be empty, and the encoding of what follows."""
    return next(((mark, encoding) for mark, encoding in _MARKS.items() if data.startswith(mark)), (b"", "utf-8"))


def read_transcript(text: str, name: str, language: str = "en") -> Transcript:
    """The transcript in a .vtt, .srt, .json or .txt file called `name`; another ending is judged by the content.

    `language` is what to assume where the file does not say. Raises InputError with file and line (or key).
    """
    kind = PurePath(name).suffix.lower().removeprefix(".")
    return _READERS.get(kind, _READERS[_guess_kind(text)])(text, name, language)


def _guess_kind(text: str) -> str:
    head = text.removeprefix("\ufeff").lstrip()
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith(("{", "[{")):
        return "json"
    return "srt" if re.match(r"(?:\d+\s*\n)?\s*[\d:]+,\d+\s*-->", head) else "txt"


def _from_cues(cues: Sequence[Cue], language: str) -> Transcript:
    ordered = sorted(cues, key=lambda cue: cue.start)
    segments = tuple(
        Segment(id=number, start=cue.start, end=cue.end, text=cue.text, speaker=cue.speaker)
        for number, cue in enumerate(ordered)
    )
    return _transcript(segments, language)


def _transcript(segments: tuple[Segment, ...], language: str, model: str = "unknown") -> Transcript:
    duration = max((segment.end for segment in segments), default=0.0)
    return Transcript(language=language, duration=duration, model=model, segments=segments)


def _read_vtt(text: str, name: str, language: str) -> Transcript:
    return _from_cues(read_vtt(text, name), language)


def _read_srt(text: str, name: str, language: str) -> Transcript:
    return _from_cues(read_srt(text, name), language)


def _read_txt(text: str, name: str, language: str) -> Transcript:
    """A segment a line; `[1:02] Name: words` where it says so, else with the time and speaker of the line before."""
    segments: list[Segment] = []
    time, speaker = 0.0, None
    for line in split_lines(text):
        said = line.strip()
        stamp = _CLOCK.match(said)
        if stamp:
            time, said = max(time, parse_stamp(stamp.group(1)) or 0.0), said[stamp.end() :]
        named, said = split_name(said)
        speaker = named or speaker
        if said:
            segments.append(Segment(id=len(segments), start=time, end=time, text=said, speaker=speaker))
    ends = [segment.start for segment in segments[1:]] + [time]
    timed = tuple(one.model_copy(update={"end": end}) for one, end in zip(segments, ends, strict=False))
    return _transcript(timed, language)


def _read_json(text: str, name: str, language: str) -> Transcript:
    """Ours, the podcast namespace's (`startTime`, `body`), or a Whisper tool's (`word`, `score`)."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: this is not JSON ({error.msg})", fix=_FIX_JSON) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise InputError(f"{name}: this JSON cannot be a transcript ({error})", fix=_FIX_JSON) from error
    rows = data.get("segments") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InputError(f'{name}: there is no list "segments" in it', fix=_FIX_JSON)
    segments = [_segment(row, number, f"{name} segments[{number}]") for number, row in enumerate(rows)]
    if len({segment.id for segment in segments}) < len(segments):
        segments = [segment.model_copy(update={"id": number}) for number, segment in enumerate(segments)]
    known = data if isinstance(data, dict) else {}
    language, model = (
        value if isinstance(value, str) and value else default
        for value, default in ((known.get("language"), language), (known.get("model"), "unknown"))
    )
    made = _transcript(tuple(sorted(segments, key=lambda one: one.start)), language, model)
    duration = known.get("duration")
    if isinstance(duration, int | float) and made.duration < duration < _FOR_EVER:
        return made.model_copy(update={"duration": float(duration)})
    return made


def _segment(row: Any, number: int, place: str) -> Segment:
    if not isinstance(row, dict):
        raise InputError(f"{place}: must be an object", fix=_FIX_JSON)
    start = _time(row, ("start", "startTime"), place)
    end = _time(row, ("end", "endTime"), place, default=start)
    if end < start:
        raise InputError(f"{place}: ends before it starts", fix="swap or correct its times")
    said = row.get("text", row.get("body"))
    if not isinstance(said, str):
        raise InputError(f'{place}.text: must be a string (or "body")', fix=_FIX_JSON)
    identity = row.get("id")
    return Segment(
        id=identity if isinstance(identity, int) else number,
        start=start,
        end=end,
        text=said.strip(),
        speaker=_speaker(row),
        words=_words(row.get("words") or [], place),
    )


def _words(rows: Any, place: str) -> tuple[Word, ...]:
    """A segment's words, or none of them where any came without times (aligners leave such)."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{place}.words: must be a list of objects", fix=_FIX_JSON)
    if not all({"start", "end"} <= row.keys() for row in rows):
        return ()
    words = []
    for number, row in enumerate(rows):
        at = f"{place}.words[{number}]"
        start, end = _time(row, ("start",), at), _time(row, ("end",), at)
        said, sure = row.get("text", row.get("word")), row.get("probability", row.get("score", 1.0))
        if not isinstance(said, str) or not isinstance(sure, int | float) or end < start:
            raise InputError(f"{at}: wants text, start, end (not before start) and a probability", fix=_FIX_JSON)
        word = Word(start=start, end=end, text=said.strip(), probability=float(sure), speaker=_speaker(row))
        words.append(word.model_copy(update={"overlap": row.get("overlap") is True}))
    return tuple(words)


def _time(row: dict[str, Any], keys: tuple[str, ...], place: str, default: float | None = None) -> float:
    value = next((row[key] for key in keys if row.get(key) is not None), default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _FOR_EVER:
        raise InputError(f"{place}.{keys[0]}: must be seconds (0 or more), not {value!r}", fix=_FIX_JSON)
    return float(value)


def _speaker(row: dict[str, Any]) -> str | None:
    value = row.get("speaker")
    return value if isinstance(value, str) and value else None


_READERS: dict[str, Callable[[str, str, str], Transcript]] = {
    "vtt": _read_vtt,
    "srt": _read_srt,
    "txt": _read_txt,
    "json": _read_json,
}
