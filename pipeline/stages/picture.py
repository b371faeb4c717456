"""Pictures of the sound."""

from __future__ import annotations

from pipeline.config import PictureConfig
from pipeline.models import Chapters, MasteredAudio, Pictures, Programme, ShowNotes, Transcript
from pipeline.store import Workspace


def run(
    work: Workspace,
    mastered: MasteredAudio,
    programme: Programme,
    transcript: Transcript,
    chapters: Chapters,
    notes: ShowNotes,
    settings: PictureConfig,
) -> Pictures:
    """The pictures of an episode, in listener seconds."""
    return Pictures()
