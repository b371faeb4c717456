"""The sound that listeners get: as loud as it should be, no peak above the ceiling, encoded once and not tagged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.adapters import audio as recordings
from pipeline.adapters import mastering, mixdown
from pipeline.adapters.mastering import Measured, Mp3
from pipeline.adapters.mixdown import Placed
from pipeline.config import MasterConfig
from pipeline.errors import StageError
from pipeline.models import (
    Levels,
    Loudness,
    MasteredAudio,
    PreparedAudio,
    Programme,
    SourceFile,
    SourceFiles,
    Span,
    TimeMap,
)
from pipeline.multitrack.clocks import Clock
from pipeline.store import Workspace

_HEADROOM = 0.3  # dB that the limiter stays below the ceiling: what MP3 adds to the peaks of most speech
_CLOSE = 0.3  # LU off the target that another encoding would not be worth
_ROUNDING = 0.1  # dB by which a peak that is measured to one decimal may really be higher
_TOLERATED = 0.5  # LU off the target that nobody needs to hear of
_ATTEMPTS = 5


def run(
    work: Workspace,
    source: SourceFile,
    audio: PreparedAudio,
    elements: SourceFiles,
    levels: Levels,
    programme: Programme,
    settings: MasterConfig,
) -> MasteredAudio:
    """Measure the source, bring it to the target loudness under the true-peak ceiling, and encode it as MP3.

    Several tracks are summed first, where `audio` says that they lie. Stereo that is the same on both sides, or has a
    dead side, becomes mono. Silence stays as it is. Raises StageError when ffmpeg fails, the disk is full, the source
    changed meanwhile, or no encoding stays under the ceiling.
    """
    recordings.check_ffmpeg()
    if not source.others:
        fold = recordings.to_stereo(audio.channels) if audio.stereo else recordings.to_mono(audio.channels, audio.mix)
        return _master(work, Path(source.path), fold, audio, settings, _Watch(work, audio.duration))
    with work.scratch("mixdown.flac") as mixed:
        watch = _Watch(work, audio.duration, passes=4)
        mixdown.mix_down(_place(source, audio), settings.sample_rate, audio.stereo, mixed, watch.next())
        return _master(work, mixed, [], audio, settings, watch)


def _place(source: SourceFile, audio: PreparedAudio) -> list[Placed]:
    return [
        Placed(Path(file.path), track.channels, track.mix, track.stereo, Clock(track.start, track.drift))
        for file, track in zip(source.files, audio.tracks, strict=True)
    ]


def _master(
    work: Workspace, path: Path, filters: list[str], audio: PreparedAudio, settings: MasterConfig, watch: _Watch
) -> MasteredAudio:
    channels = 2 if audio.stereo else 1
    target = settings.loudness_stereo if audio.stereo else settings.loudness_mono
    before = mastering.measure(path, filters, watch.next())
    mp3 = Mp3(
        gain=0.0 if before.loudness.integrated is None else target - before.loudness.integrated,
        limit=settings.true_peak - _HEADROOM,
        rate=settings.sample_rate,
        channels=channels,
        bitrate=settings.bitrate_stereo if audio.stereo else settings.bitrate_mono,
    )
    with work.scratch("mastered.mp3") as made:
        after = _encode_until_right(path, filters, mp3, made, target, settings.true_peak, watch)
        _check_length(path, audio.duration, after.seconds)
        _tell_of_a_miss(work, path, after.loudness, target)
        blob = work.keep(made, "mastered.mp3")
    return MasteredAudio(
        audio=blob,
        media_type="audio/mpeg",
        duration=after.seconds,
        sample_rate=mp3.rate,
        channels=channels,
        bitrate=mp3.bitrate,
        before=before.loudness,
        after=after.loudness,
        times=TimeMap(spans=(Span(start=0.0, end=after.seconds, heard_at=0.0),)),
    )


class _Watch:
    """Progress over passes of the same length: measure, encode, measure; further ones leave it at the end."""

    def __init__(self, work: Workspace, seconds: float, passes: int = 3) -> None:
        self._work, self._seconds, self._passes, self._begun = work, seconds, passes, -1

    def next(self) -> Callable[[float], None]:
        self._begun += 1
        length, total = self._seconds, self._passes * self._seconds
        done = min(self._begun, self._passes - 1) * length
        return lambda seconds: self._work.progress(done + min(seconds, length), total)


def _encode_until_right(
    path: Path, filters: list[str], mp3: Mp3, made: Path, target: float, ceiling: float, watch: _Watch
) -> Measured:
    """Encode and measure what came out; where it is off, encode again with gain and limiter moved by as much."""
    for attempt in range(_ATTEMPTS):
        mastering.encode_mp3(path, filters, mp3, made, watch.next())
        after = mastering.measure(made, [], watch.next())
        over = _excess(after.loudness, ceiling)
        # Louder only helps so far: sparse peaks would be crushed, so the last attempts see to the ceiling alone.
        miss = _miss(after.loudness, target) if attempt < _ATTEMPTS - 3 else 0.0
        if over <= 0 and abs(miss) <= _CLOSE:
            return after
        mp3 = Mp3(mp3.gain + miss, mp3.limit - max(over, 0.0), mp3.rate, mp3.channels, mp3.bitrate)
    raise StageError(
        f"{path}: its peaks stay {over:.1f} dB above the ceiling of {ceiling:g} dBTP after {_ATTEMPTS} encodings",
        fix="set a higher bit rate or a lower master.true_peak in configs/pipeline.yaml",
    )


def _miss(heard: Loudness, target: float) -> float:
    return 0.0 if heard.integrated is None else target - heard.integrated


def _excess(heard: Loudness, ceiling: float) -> float:
    return 0.0 if heard.true_peak is None else round(heard.true_peak - ceiling + _ROUNDING, 1)


def _tell_of_a_miss(work: Workspace, path: Path, heard: Loudness, target: float) -> None:
    if abs(_miss(heard, target)) > _TOLERATED:
        work.notice(f"{path.name}: ends at {heard.integrated:.1f} LUFS, not {target:g}: its peaks leave no more room")


def _check_length(path: Path, expected: float, made: float) -> None:
    if abs(expected - made) > 0.25:
        raise StageError(
            f"{path}: is {made:.1f} s long now and was {expected:.1f} s when it was prepared",
            fix="leave the recording unchanged while it is processed, then run again",
        )
