"""What was done to an episode's sound: loudness, speakers, cuts, other sound, encodings. Figures, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import runner
from pipeline.adapters import heard_levels
from pipeline.errors import InputError
from pipeline.models import (
    Cut,
    Edits,
    Element,
    Encoded,
    Levels,
    Loudness,
    MasteredAudio,
    Programme,
    Seconds,
    Transcript,
    Turn,
    Turns,
)
from pipeline.runner import Job
from pipeline.store import Workspace

_BOTH = 3.01  # LU that the same sound is louder from two loudspeakers


@dataclass(frozen=True, slots=True)
class HeardSpeaker:
    """A speaker's loudness before and after in LUFS, the dB that they were given, and how long they speak alone."""

    speaker: str
    before: float | None
    gain: float
    after: float | None
    seconds: Seconds


@dataclass(frozen=True, slots=True)
class SoundReport:
    """`spread` is how many LU the loudest speaker is above the softest; `removed` the seconds cut for each reason."""

    before: Loudness
    after: Loudness
    recorded: Seconds
    duration: Seconds
    speakers: tuple[HeardSpeaker, ...]
    spread: float | None
    removed: dict[str, Seconds]
    cuts: tuple[Cut, ...]
    elements: tuple[Element, ...]
    formats: tuple[Encoded, ...]


def report(job: Job, work: Workspace) -> SoundReport:
    """Read an episode's artifacts and measure its speakers in the finished audio.

    Raises InputError for an episode whose sound is not made yet.
    """
    if not (job.build / "mastered.json").is_file():
        raise InputError(
            f"episodes/{job.slug}: its sound is not made yet", fix=f"showrunner run {job.slug} --until master"
        )
    mastered = runner.read_artifact(job.build, "mastered", MasteredAudio)
    edits = runner.read_artifact(job.build, "edits", Edits)
    programme = runner.read_artifact(job.build, "programme", Programme)
    speakers = _hear(job, work, mastered)
    heard = [one.after for one in speakers if one.after is not None]
    return SoundReport(
        before=mastered.before,
        after=mastered.after,
        recorded=edits.duration,
        duration=mastered.duration,
        speakers=speakers,
        spread=round(max(heard) - min(heard), 1) if len(heard) > 1 else None,
        removed=_add_up(edits.cuts),
        cuts=edits.cuts,
        elements=programme.elements,
        formats=(
            Encoded(audio=mastered.audio, media_type=mastered.media_type, bitrate=mastered.bitrate),
            *mastered.alternates,
        ),
    )


def _hear(job: Job, work: Workspace, mastered: MasteredAudio) -> tuple[HeardSpeaker, ...]:
    turns = runner.read_artifact(job.build, "turns", Turns).root
    levels = runner.read_artifact(job.build, "levels", Levels)
    names = _name(turns, runner.read_artifact(job.build, "transcript", Transcript)) if turns else {}
    louder = _BOTH if mastered.channels == 2 else 0.0
    with work.scratch("heard.f32") as scratch:
        path = job.build / mastered.audio.name
        after = heard_levels.measure_speakers(path, mastered.channels, turns, mastered.times, scratch)
    loudness = {voice.speaker: voice.loudness for voice in after}
    return tuple(
        HeardSpeaker(
            speaker=names.get(one.speaker, one.speaker),
            before=_shift(one.loudness, louder),
            gain=one.gain,
            after=_shift(loudness.get(one.speaker), louder),
            seconds=one.seconds,
        )
        for one in levels.speakers
    )


def _shift(loudness: float | None, by: float) -> float | None:
    return None if loudness is None else round(loudness + by, 1)


def _name(turns: Sequence[Turn], said: Transcript) -> dict[str, str]:
    """For each label of a turn the name that its speech mostly has in the transcript."""
    shared: dict[tuple[str, str], float] = {}
    at = 0
    for segment in said.segments:
        while at < len(turns) and turns[at].end <= segment.start:
            at += 1
        for turn in turns[at:]:
            if turn.start >= segment.end:
                break
            both = min(turn.end, segment.end) - max(turn.start, segment.start)
            if segment.speaker and both > 0:
                key = (turn.speaker, segment.speaker)
                shared[key] = shared.get(key, 0.0) + both
    best = sorted(shared.items(), key=lambda item: (item[1], item[0]))
    return {label: name for (label, name), _ in best}


def _add_up(cuts: Sequence[Cut]) -> dict[str, Seconds]:
    found: dict[str, Seconds] = {}
    for cut in cuts:
        found[cut.reason] = round(found.get(cut.reason, 0.0) + cut.end - cut.start, 3)
    return found
