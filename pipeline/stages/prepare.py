"""The recording, decoded once to what speech models want: 16 kHz mono float32; a track for each person where it has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipeline import store
from pipeline.adapters import alignment, audio, crosstalk, pcm, speech, timeline
from pipeline.adapters.audio import AudioInfo, Decoded, Mix
from pipeline.adapters.timeline import Aligned
from pipeline.config import Placement, PrepareConfig
from pipeline.errors import InputError
from pipeline.models import Blob, PreparedAudio, PreparedTrack, Seconds, SourceFile
from pipeline.multitrack.clocks import Clock, begin_at_zero
from pipeline.multitrack.labels import label_of
from pipeline.store import Workspace

#: The sides of a stereo file whose sum is so many dB above their difference have too much in common for two people's.
_ALIKE = 6.0
#: So much speech is on each side that is a person's own.
_ENOUGH_SPEECH: Seconds = 1.0
_LISTENED: Seconds = 1800.0
#: A track that lies so close to the first one needs no notice.
_TOGETHER: Seconds = 0.01
_DEFAULT = PrepareConfig()


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A decoded file, or a side of one: its samples lie at `pcm`."""

    path: Path
    info: AudioInfo
    decoded: Decoded
    mix: Mix
    pcm: Path

    @property
    def stereo(self) -> bool:
        """Whether there is anything to hear in stereo; never on one side of it."""
        return self.mix == "both" and self.decoded.levels is not None and self.decoded.levels.differ


def run(
    work: Workspace, source: SourceFile, settings: PrepareConfig = _DEFAULT, placements: tuple[Placement, ...] = ()
) -> PreparedAudio:
    """Decode the source and describe it. A track for each person is put on one timeline and freed of the others.

    `placements` (episode.yaml) say where tracks begin; else that is found from the sound, and a track that shares
    none begins with the first. Raises InputError when a file is missing, empty, without audio, still growing, or
    truncated or damaged (with the second): half an episode is never taken for a whole one. StageError when ffmpeg is
    missing or the disk is full.
    """
    audio.check_ffmpeg()
    with ExitStack() as scratch:
        recorded = [
            _read(work, file, scratch.enter_context(work.scratch("audio.f32")), _part(work, at, len(source.files)))
            for at, file in enumerate(source.files)
        ]
        if len(recorded) > 1:
            clocks = _find_clocks(work, recorded, settings, placements)
            return _join(work, recorded, clocks, settings, scratch)
        if sides := _find_sides(work, recorded[0], settings, scratch):
            return _join(work, sides, [Clock()] * len(sides), settings, scratch)
        blob = work.keep(recorded[0].pcm, "audio.f32")
    return _describe(recorded[0], blob, recorded[0].decoded.seconds, stereo=recorded[0].stereo)


def _describe(
    recorded: _Recorded, blob: Blob, duration: Seconds, *, stereo: bool, own: tuple[PreparedTrack, ...] = ()
) -> PreparedAudio:
    return PreparedAudio(
        pcm=blob,
        sample_rate=audio.RATE,
        duration=duration,
        channels=recorded.info.channels,
        source_rate=recorded.info.sample_rate,
        codec=recorded.info.codec,
        tags=recorded.info.tags,
        mix="both" if own else recorded.mix,
        stereo=stereo,
        tracks=own,
    )


# -- one file ------------------------------------------------------------------------------------------


def _part(work: Workspace, at: int, parts: int) -> Callable[[float, float], None]:
    """Progress of one of several parts that are thought to take equally long."""
    if parts == 1:
        return work.progress
    return lambda done, total: work.progress(at + done / total if total else at, parts)


def _read(work: Workspace, source: SourceFile, target: Path, progress: Callable[[float, float], None]) -> _Recorded:
    path = Path(source.path)
    audio.check_file(path)
    before = path.stat()
    info = _probe(path, before)
    decoded, mix = _decode(path, info, target, lambda seconds: progress(seconds, info.duration or seconds))
    if mix != "both":
        work.notice(f"{path.name}: only its {mix} channel is taken: the other is silent or cancels it")
    _refuse_growing(path, before, source.size)
    audio.check_whole(path, info, decoded)
    return _Recorded(path, info, decoded, mix, target)


def _probe(path: Path, before: os.stat_result) -> AudioInfo:
    try:
        info = audio.probe(path)
        audio.require_audio(path, info)
    except InputError:
        _refuse_growing(path, before, before.st_size)
        raise
    return info


def _decode(path: Path, info: AudioInfo, pcm: Path, progress: Callable[[float], None]) -> tuple[Decoded, Mix]:
    """Decode with both channels mixed; once more where one is dead or they cancel each other."""
    decoded = audio.decode(path, info, pcm, "both", progress)
    mix: Mix = decoded.levels.mix if decoded.levels else "both"
    if mix != "both":
        decoded = audio.decode(path, info, pcm, mix, progress)
    return decoded, mix


def _refuse_growing(path: Path, before: os.stat_result, size: int) -> None:
    now = path.stat()
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or now.st_size != size:
        raise InputError(
            f"{path}: is still being written ({size} bytes when it was opened, {now.st_size} now)",
            fix="wait until the recording or copy is complete, then run again",
        )


# -- a person on each side of one file -----------------------------------------------------------------


def _find_sides(
    work: Workspace, recorded: _Recorded, settings: PrepareConfig, scratch: ExitStack
) -> list[_Recorded] | None:
    """Left and right as tracks, where they are two people's microphones or the settings say so."""
    levels = recorded.decoded.levels
    if settings.stereo == "mix" or levels is None or recorded.mix != "both":
        return None
    if settings.stereo == "auto" and abs(levels.middle - levels.side) > _ALIKE:
        return None
    sides: list[_Recorded] = []
    for side in ("left", "right"):
        target = scratch.enter_context(work.scratch(f"{side}.f32"))
        decoded = audio.decode(recorded.path, recorded.info, target, side, lambda seconds: None)
        sides.append(_Recorded(recorded.path, recorded.info, decoded, side, target))
    if settings.stereo == "auto":
        if not _are_two_people(*(pcm.StoredSamples(one.pcm) for one in sides)):
            return None
        work.notice(
            f"{recorded.path.name}: has a person on each side, left and right are taken as two tracks "
            "(prepare.stereo: mix undoes that)"
        )
    return sides


def _are_two_people(left: pcm.StoredSamples, right: pcm.StoredSamples) -> bool:
    sides = (left, right)
    length = min(map(len, sides))
    in_turns = crosstalk.hold_two_people(*(crosstalk.measure(Aligned(side, Clock()), length) for side in sides))
    if not in_turns and alignment.share_sound(*map(alignment.flatten, sides)):
        return False
    heard = [speech.find_speech(side[: round(_LISTENED * audio.RATE)]) for side in sides]
    return all(sum(one.length for one in speech) >= _ENOUGH_SPEECH for speech in heard)


# -- several tracks ------------------------------------------------------------------------------------


def _find_clocks(
    work: Workspace, recorded: Sequence[_Recorded], settings: PrepareConfig, placements: Sequence[Placement]
) -> list[Clock]:
    """When each track begins: as episode.yaml says, else as the sound that it shares with another says, else at 0."""
    given = [*placements, *[Placement()] * (len(recorded) - len(placements))]
    clocks: dict[int, Clock] = {
        at: Clock(one.offset or 0.0, one.drift) for at, one in enumerate(given) if at == 0 or one.offset is not None
    }
    if settings.align and len(clocks) < len(recorded):
        flat = [alignment.flatten(pcm.StoredSamples(one.pcm)) for one in recorded]
        waiting = [at for at in range(len(recorded)) if at not in clocks]
        tried: set[tuple[int, int]] = set()
        while pairs := [(at, to) for at in waiting for to in clocks if (at, to) not in tried]:
            at, to = pairs[0]
            tried.add((at, to))
            if found := alignment.match(flat[to], flat[at]):
                clocks[at] = found.clock.seen_from(clocks[to])
                waiting.remove(at)
                work.notice(_tell_match(recorded[at].path.name, recorded[to].path.name, found))
        for at in waiting:
            if flat[at].any():
                work.notice(
                    f"{recorded[at].path.name}: shares no sound with the other tracks; it is taken to begin with "
                    f"{recorded[0].path.name} (tracks: [{{}}, {{offset: 1.5}}] in episode.yaml places it)"
                )
    return list(begin_at_zero([clocks.get(at, clocks[0]) for at in range(len(recorded))]))


def _tell_match(name: str, other: str, found: alignment.Match) -> str:
    start, drift = found.clock.start, found.clock.drift
    when = f"{abs(start):.3f} s {'after' if start > 0 else 'before'}" if abs(start) >= _TOGETHER else "together with"
    pace = f", its clock is {abs(drift):.1f} ppm {'fast' if drift > 0 else 'slow'}" if drift else ""
    return f"{name}: begins {when} {other}{pace}; {found.agreeing} of {found.places} places agree"


def _join(
    work: Workspace,
    recorded: Sequence[_Recorded],
    clocks: Sequence[Clock],
    settings: PrepareConfig,
    scratch: ExitStack,
) -> PreparedAudio:
    """One timeline with their sum, and each track with its own person's voice only."""
    aligned = [_align(work, one.pcm, clock, scratch) for one, clock in zip(recorded, clocks, strict=True)]
    length = round(max(one.end for one in aligned) * audio.RATE)
    levels = [crosstalk.measure(one, length) for one in aligned]
    for one, level in zip(recorded, levels, strict=True):
        if crosstalk.is_silent(level):
            work.notice(f"{one.path.name}: nobody is heard on this track; the episode goes on without it")
    voices = crosstalk.find_voices(levels, crosstalk=settings.crosstalk)
    own = tuple(
        PreparedTrack(
            label=label_of(number),
            pcm=_keep(work, timeline.own_sound(aligned[at], voices[at], length), f"track-{number}.f32"),
            channels=one.info.channels,
            mix=one.mix,
            stereo=one.stereo,
            start=clocks[at].start,
            drift=clocks[at].drift,
            voiced=round(float(voices[at].sum()) * timeline.HOP / audio.RATE, 2),
        )
        for at, (number, one) in enumerate(enumerate(recorded, 1))
    )
    mixed = _keep(work, timeline.mix(aligned, length), "audio.f32")
    return _describe(recorded[0], mixed, length / audio.RATE, stereo=any(one.stereo for one in recorded), own=own)


def _align(work: Workspace, samples: Path, clock: Clock, scratch: ExitStack) -> Aligned:
    """A track on the timeline; one whose clock drifts is copied by the right one, since it is read several times."""
    track = Aligned(pcm.StoredSamples(samples), clock)
    if not clock.drift:
        return track
    straight = scratch.enter_context(work.scratch("straight.f32"))
    store.write_pieces_atomic(straight, timeline.straighten(track))
    return Aligned(pcm.StoredSamples(straight), Clock(clock.start))


def _keep(work: Workspace, pieces: Iterable[bytes], name: str) -> Blob:
    with work.scratch(name) as path:
        store.write_pieces_atomic(path, pieces)
        return work.keep(path, name)
