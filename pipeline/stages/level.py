"""Gains that bring all speakers to one level."""

from __future__ import annotations

from pipeline.config import LevelConfig
from pipeline.models import Levels, PreparedAudio, Turns
from pipeline.store import Workspace


def run(work: Workspace, audio: PreparedAudio, turns: Turns, settings: LevelConfig) -> Levels:
    """What each speaker is turned up or down by, and the envelope that does it."""
    return Levels()
