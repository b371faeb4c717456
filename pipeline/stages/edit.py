"""What is taken out of the recording before anybody hears it."""

from __future__ import annotations

from pipeline.config import EditConfig
from pipeline.models import Edits, PreparedAudio, Transcript
from pipeline.store import Workspace


def run(work: Workspace, audio: PreparedAudio, transcript: Transcript, settings: EditConfig) -> Edits:
    """The cuts of an episode, in source seconds."""
    return Edits(duration=audio.duration)
