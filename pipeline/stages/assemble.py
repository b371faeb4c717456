"""What listeners hear and when: the recording without its cuts, and other sound around it."""

from __future__ import annotations

from pipeline.config import AssembleConfig
from pipeline.models import Chapters, Edits, PreparedAudio, Programme, SourceFiles, Span, TimeMap
from pipeline.store import Workspace


def run(
    work: Workspace,
    audio: PreparedAudio,
    edits: Edits,
    chapters: Chapters,
    elements: SourceFiles,
    settings: AssembleConfig,
) -> Programme:
    """The programme of an episode, in listener seconds."""
    spans = (Span(start=0.0, end=audio.duration, heard_at=0.0),)
    return Programme(duration=audio.duration, times=TimeMap(spans=spans), stereo=audio.stereo)
