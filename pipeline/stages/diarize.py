"""diarize: who spoke when, as turns that may overlap."""

from __future__ import annotations

from pipeline.adapters import pcm, pyannote
from pipeline.config import DiarizeConfig
from pipeline.models import PreparedAudio, Turns
from pipeline.store import Workspace


def run(work: Workspace, audio: PreparedAudio, settings: DiarizeConfig, speakers: int | None) -> Turns:
    """The turns, ordered by start; SPEAKER_00 speaks first, SPEAKER_01 next. None where nobody speaks.

    `speakers` (episode.yaml) is the number of people, where it is known. Raises StageError when the model cannot be
    had.
    """
    turns = pyannote.diarize(
        pcm.open_samples(work.path(audio.pcm)), settings, speakers=speakers, progress=work.progress
    )
    return Turns(turns)
