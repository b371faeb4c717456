"""Learning a voice from a recording: one person, long enough, and nobody else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.adapters import pcm, pyannote, voiceprints
from pipeline.config import DiarizeConfig, EnrolledVoice, VoiceSample
from pipeline.errors import InputError
from pipeline.formats.clock import format_clock
from pipeline.models import Seconds, SourceFile, Turn, VoicePrint
from pipeline.store import Workspace
from pipeline.voices import folder as files
from pipeline.voices import matching, own_speech

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

#: A voice is learnt from so much speech at least.
LEAST: Seconds = 5.0
#: Of a longer recording or range only the beginning is heard.
MOST_HEARD: Seconds = 300.0
#: Another voice may say so much ("mhm") before a recording is refused: seconds, or this share of all speech.
_ASIDE: Seconds = 1.0
_ASIDE_SHARE = 0.05


def learn(path: Path, settings: DiarizeConfig, start: Seconds | None = None, end: Seconds | None = None) -> VoiceSample:
    """The voice that speaks between two seconds of a recording, or in all of it.

    Raises InputError when that is not in the recording, nobody or more than one person speaks there, or too little is
    said; StageError when a model cannot be had.
    """
    from pipeline.stages import prepare

    with tempfile.TemporaryDirectory(prefix="showrunner-") as scratch:
        work = Workspace(Path(scratch))
        source = SourceFile(path=str(path), sha256=store.digest_file(path), size=path.stat().st_size)
        audio = prepare.run(work, source)
        begin, stop = _range(path.name, audio.duration, start, end)
        samples = pcm.open_samples(work.path(audio.pcm))
        heard = samples[round(begin * voiceprints.RATE) : round(stop * voiceprints.RATE)]
        whole = start is None and end is None
        place = path.name if whole else f"{path.name}, {format_clock(begin)} to {format_clock(stop)}"
        turns = pyannote.diarize(heard, settings)
        voiceprint = take(heard, turns, _only_speaker(turns, place, begin), place)
    return VoiceSample(source=path.name, sha256=source.sha256, start=start, end=end, voiceprint=voiceprint)


def take(samples: Samples, turns: Sequence[Turn], speaker: str, place: str) -> VoicePrint:
    """The voice print of one speaker of `turns`. Raises InputError, naming `place`, when too little is said alone."""
    picked = own_speech.pick(own_speech.find_own(turns).get(speaker, ()))
    said = sum(end - start for start, end in picked)
    voiceprint = voiceprints.take(samples, [picked])[0] if said >= LEAST else None
    if voiceprint is None:
        raise InputError(
            f"{place}: {said:.1f} s of speech without another voice are too short to know a voice by",
            fix=f"take a stretch in which this person speaks alone for {LEAST:g} s or more",
        )
    return voiceprint


def find_likest(voice: EnrolledVoice, others: Sequence[EnrolledVoice]) -> tuple[float, str] | None:
    """Which of the other voices sounds likest, as cosine and name."""
    own = _mean(voice)
    alike = [
        (matching.compare(own, _mean(one)), one.name)
        for one in others
        if one.name != voice.name and one.weights == voice.weights
    ]
    return max(alike, default=None)


def refresh_clips(folder: Path, settings: DiarizeConfig, tell: Callable[[str], None]) -> None:
    """Learn the clips that are new or changed, and forget what was learnt from those that are gone.

    Raises InputError, naming the clip, when a voice cannot be learnt from it.
    """
    clips = files.list_clips(folder)
    _forget_missing(folder, {path.name for path in clips}, tell)
    for path, name in clips.items():
        digest, voice = store.digest_file(path), files.find(folder, name)
        known = voice.samples if voice and voice.weights == voiceprints.WEIGHTS else ()
        if any((sample.clip, sample.sha256) == (path.name, digest) for sample in known):
            continue
        tell(f"configs/voices/{path.name}: learning the voice of {name}")
        sample = learn(path, settings).model_copy(update={"clip": path.name})
        if voice and voice.weights != voiceprints.WEIGHTS and all(one.clip for one in voice.samples):
            files.keep(folder, voice, ())
        elif voice:
            files.keep(folder, voice, tuple(one for one in voice.samples if one.clip != path.name))
        files.add(folder, name, sample, model=voiceprints.MODEL, weights=voiceprints.WEIGHTS)


def _forget_missing(folder: Path, clips: set[str], tell: Callable[[str], None]) -> None:
    for voice in files.load(folder):
        kept = tuple(sample for sample in voice.samples if sample.clip is None or sample.clip in clips)
        if kept != voice.samples:
            files.keep(folder, voice, kept)
            rest = f"{len(kept)} other samples stay" if kept else "it is known no more"
            tell(f"configs/voices: a clip of {voice.name} is gone, so what was learnt from it is forgotten; {rest}")


def _range(name: str, duration: Seconds, start: Seconds | None, end: Seconds | None) -> tuple[Seconds, Seconds]:
    """What to hear of a recording. Raises InputError when it is not in it."""
    begin, stop = start or 0.0, duration if end is None else end
    length = format_clock(duration)
    if begin >= duration or stop > duration + 0.5:
        raise InputError(
            f"{name}: has no {format_clock(begin if begin >= duration else stop)}, it is {length} long",
            fix=f"give --from and --to between 0:00 and {length}",
        )
    if stop <= begin:
        raise InputError(
            f"{name}: --to {format_clock(stop)} is not after --from {format_clock(begin)}",
            fix="give the stretch as --from 0:30 --to 1:00",
        )
    return begin, min(stop, duration, begin + MOST_HEARD)


def _only_speaker(turns: Sequence[Turn], place: str, begin: Seconds) -> str:
    """Who speaks. Raises InputError when it is nobody, or somebody else too."""
    said: dict[str, float] = {}
    for turn in turns:
        said[turn.speaker] = said.get(turn.speaker, 0.0) + turn.end - turn.start
    if not said:
        raise InputError(f"{place}: nobody speaks there", fix="name a stretch in which the person speaks")
    main = max(said, key=lambda speaker: said[speaker])
    others = sum(said.values()) - said[main]
    if others > max(_ASIDE, _ASIDE_SHARE * sum(said.values())):
        first = next(turn for turn in turns if turn.speaker != main)
        raise InputError(
            f"{place}: {len(said)} voices speak, the second from {format_clock(begin + first.start)}",
            fix="choose with --from and --to a stretch of one voice, or cut the clip to one",
        )
    return main


def _mean(voice: EnrolledVoice) -> matching.Vector:
    return matching.average([sample.voiceprint for sample in voice.samples])
