"""Waveform: how loud the finished sound is where, so that pictures of it need not listen again."""

from __future__ import annotations

from pipeline.adapters import peaks
from pipeline.models import MasteredAudio, Waveform
from pipeline.store import Workspace

_COLUMNS = 1800


def run(work: Workspace, mastered: MasteredAudio) -> Waveform:
    """The levels of 1800 equal stretches, of which there are fewer pixels in any picture.

    Raises StageError when the sound does not decode.
    """
    levels = peaks.measure_levels(
        work.path(mastered.audio), mastered.duration, mastered.sample_rate, mastered.channels, _COLUMNS
    )
    return Waveform(columns=_COLUMNS, levels=work.keep_bytes(levels, "waveform.levels"))
