"""What is said, as the tags of a sound file hold it: a plain text, or lines with their times."""

from __future__ import annotations

from pipeline.formats.paragraphs import clean_line, split_paragraphs
from pipeline.models import Seconds, Transcript


def write_lyrics(transcript: Transcript) -> str:
    """The transcript without times: a paragraph a line, with its speaker's name, and a blank line between."""
    paragraphs = ((one.speaker, one.text) for one in split_paragraphs(transcript.segments))
    return "\n\n".join(_said(speaker, text) for speaker, text in paragraphs if text)


def time_lyrics(transcript: Transcript) -> tuple[tuple[Seconds, str], ...]:
    """A line a segment with the second at which it begins; a speaker is named where they begin to speak."""
    lines, before = [], None
    for segment in transcript.segments:
        if text := clean_line(segment.text):
            lines.append((segment.start, _said(segment.speaker if segment.speaker != before else None, text)))
            before = segment.speaker
    return tuple(lines)


def _said(speaker: str | None, text: str) -> str:
    return f"{clean_line(speaker)}: {text}" if speaker else text
