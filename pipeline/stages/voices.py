"""voices: how each speaker of the episode sounds, where enrolled voices make that worth knowing."""

from __future__ import annotations

from pipeline.adapters import pcm, voiceprints
from pipeline.models import PreparedAudio, Turns, Voices
from pipeline.store import Workspace
from pipeline.voices import own_speech


def run(work: Workspace, audio: PreparedAudio, turns: Turns, wanted: bool) -> Voices:
    """A voice print for each speaker who talks alone somewhere, in the order of first speaking.

    Unless it is `wanted` there are none, and no model starts. Raises StageError when the weights cannot be had.
    """
    own = own_speech.find_own(turns.root) if wanted else {}
    speech = {speaker: picked for speaker, stretches in own.items() if (picked := own_speech.pick(stretches))}
    order = [speaker for speaker in dict.fromkeys(turn.speaker for turn in turns.root) if speaker in speech]
    if not order:
        return Voices(weights=voiceprints.WEIGHTS)
    taken = voiceprints.take(pcm.open_samples(work.path(audio.pcm)), [speech[speaker] for speaker in order])
    return Voices(
        weights=voiceprints.WEIGHTS,
        prints={speaker: voiceprint for speaker, voiceprint in zip(order, taken, strict=True) if voiceprint},
    )
