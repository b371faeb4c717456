"""diarize: who spoke when, as turns that may overlap."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.adapters import pcm, pyannote, speech
from pipeline.config import DiarizeConfig
from pipeline.models import PreparedAudio, PreparedTrack, Turn, Turns
from pipeline.store import Workspace


def run(work: Workspace, audio: PreparedAudio, settings: DiarizeConfig, speakers: int | None) -> Turns:
    """The turns, ordered by start; SPEAKER_00 speaks first, SPEAKER_01 next. None where nobody speaks.

    Where each person has a track, the turns are where the tracks have speech, under the tracks' labels, and no model of
    speakers is needed. `speakers` (episode.yaml) is the number of people, where it is known; a notice says when fewer
    voices are heard. Raises StageError when the model cannot be had.
    """
    if audio.tracks:
        return _turns_of_tracks(work, audio.tracks)
    turns = pyannote.diarize(
        pcm.open_samples(work.path(audio.pcm)), settings, speakers=speakers, progress=work.progress
    )
    _tell_missing(work, turns, settings, speakers)
    return Turns(turns)


def _tell_missing(work: Workspace, turns: Sequence[Turn], settings: DiarizeConfig, speakers: int | None) -> None:
    """A number of people that is not heard is the user's to look into: one of the two is wrong."""
    found, wanted = len({turn.speaker for turn in turns}), speakers or settings.min_speakers or 1
    if turns and found < wanted:
        asked = f"episode.yaml says {speakers} speakers" if speakers else f"diarize.min_speakers is {wanted}"
        heard = "only one voice is" if found == 1 else f"only {found} voices are"
        work.notice(f"{asked}, and {heard} told apart")


def _turns_of_tracks(work: Workspace, tracks: Sequence[PreparedTrack]) -> Turns:
    turns = [
        Turn(start=round(one.start, 3), end=round(one.end, 3), speaker=track.label)
        for track in tracks
        for one in speech.find_speech(pcm.open_samples(work.path(track.pcm)))
    ]
    return Turns(tuple(sorted(turns, key=lambda turn: (turn.start, turn.speaker))))
