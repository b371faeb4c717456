"""Transcripts as listeners' apps read them; the podcast namespace describes which formats they are."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from pipeline.formats.clock import format_clock, format_duration, format_stamp
from pipeline.formats.cues import make_captions
from pipeline.formats.paragraphs import clean_line, split_paragraphs
from pipeline.models import Transcript

MEDIA_TYPES = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "json": "application/json",
    "html": "text/html",
    "txt": "text/plain",
}
# Line lengths that the podcast namespace recommends.
_VTT_SIZE = (65, 2)
_SRT_SIZE = (32, 2)


def write_transcript(transcript: Transcript, kind: str, title: str = "") -> str:
    """The transcript as `vtt`, `srt`, `json` (podcast namespace 1.0.0), `html` (titled) or `txt`; times as they are."""
    if kind == "html":
        return write_html(transcript, title)
    return _WRITERS[kind](transcript)


def write_vtt(transcript: Transcript) -> str:
    """WebVTT with a voice tag in every cue that has a speaker."""
    width, height = _VTT_SIZE
    blocks = ["WEBVTT\n"]
    for caption in make_captions(transcript.segments, width=width, height=height):
        voice = f"<v {_escape_vtt(caption.speaker)}>" if caption.speaker else ""
        said = _escape_vtt("\n".join(caption.lines))
        blocks.append(f"{format_stamp(caption.start / 1000)} --> {format_stamp(caption.end / 1000)}\n{voice}{said}\n")
    return "\n".join(blocks)


def write_srt(transcript: Transcript) -> str:
    """SubRip; the first caption of each speech opens with its speaker's name."""
    width, height = _SRT_SIZE
    captions = make_captions(transcript.segments, width=width, height=height, name_speakers=True)
    return "\n".join(
        f"{number}\n{format_stamp(caption.start / 1000, ',')} --> {format_stamp(caption.end / 1000, ',')}\n"
        + "\n".join(caption.lines)
        + "\n"
        for number, caption in enumerate(captions, 1)
    )


def write_json(transcript: Transcript) -> str:
    """The podcast namespace's JSON transcript 1.0.0, one entry a segment."""
    segments = [
        {
            **({"speaker": clean_line(segment.speaker)} if segment.speaker else {}),
            "startTime": round(segment.start, 3),
            "endTime": round(segment.end, 3),
            "body": clean_line(segment.text),
        }
        for segment in transcript.segments
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


def write_html(transcript: Transcript, title: str) -> str:
    """The podcast namespace's HTML transcript: `cite`, `time` and `p` for each paragraph, in a whole document."""
    parts = [
        f'<!doctype html>\n<html lang="{html.escape(transcript.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(clean_line(title))}</title>\n</head>\n<body>\n"
    ]
    for paragraph in split_paragraphs(transcript.segments):
        if paragraph.speaker:
            parts.append(f"<cite>{html.escape(clean_line(paragraph.speaker))}:</cite>\n")
        stamp = f'<time datetime="{format_duration(paragraph.start)}">{format_clock(paragraph.start)}</time>'
        parts.append(f"{stamp}\n<p>{html.escape(paragraph.text, quote=False)}</p>\n")
    return "".join([*parts, "</body>\n</html>\n"])


def write_txt(transcript: Transcript) -> str:
    """Plain text: `[1:02] Name: words`, a paragraph a line, a blank line between."""
    lines = []
    for paragraph in split_paragraphs(transcript.segments):
        name = f"{clean_line(paragraph.speaker)}: " if paragraph.speaker else ""
        lines.append(f"[{format_clock(paragraph.start)}] {name}{paragraph.text}\n")
    return "\n".join(lines)


def _escape_vtt(text: str) -> str:
    return html.escape(text, quote=False)


_WRITERS: dict[str, Callable[[Transcript], str]] = {
    "vtt": write_vtt,
    "srt": write_srt,
    "json": write_json,
    "txt": write_txt,
}
