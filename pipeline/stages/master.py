"""The sound that listeners get: as loud as it should be, no peak above the ceiling, encoded once and not tagged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import hardware
from pipeline.adapters import audio as recordings
from pipeline.adapters import elements as other_sound
from pipeline.adapters import mastering, rendering, speech_chain
from pipeline.adapters.encoders import MEDIA_TYPES, Encoder
from pipeline.adapters.mastering import Level, Sound
from pipeline.adapters.speech_chain import SpeechGraph
from pipeline.config import MasterConfig
from pipeline.errors import StageError
from pipeline.models import (
    Blob,
    Encoded,
    Levels,
    Loudness,
    MasteredAudio,
    PreparedAudio,
    Programme,
    Seconds,
    SourceFile,
    SourceFiles,
)
from pipeline.store import Workspace

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
    """Put the programme together, bring it to the target loudness under the true-peak ceiling, and encode it.

    Silence stays as it is. `before` is the recording as it came, on its own timeline; `after` is what the MP3 decodes
    to. Raises StageError when ffmpeg fails, the disk is full, the source changed meanwhile, or no encoding stays
    under the ceiling.
    """
    recordings.check_ffmpeg()
    wanted = _Wanted.of(settings, programme.stereo)
    mp3, *others = wanted.encoders
    watch = _Watch(work, programme.duration, passes=2 + len(wanted.encoders))
    with work.scratch("programme.f32") as path:
        sound = Sound(path, settings.sample_rate, 2 if programme.stereo else 1, programme.duration)
        graph = _decoding(source, audio, levels, settings, sound)
        speech = rendering.render(graph, programme, audio.duration, sound, watch.next())
        other_sound.mix_in(sound, programme.elements, elements, speech.integrated)
        heard = None if programme.elements else speech
        level = mastering.fit(sound, heard, wanted.loudness, wanted.ceiling - mp3.headroom, watch.check)
        plain = _decoding(source, audio, Levels(), settings.model_copy(update={"preset": "off"}), sound)
        before, first, *rest = _at_once(
            watch,
            [
                lambda: mastering.measure_source(plain, watch.next()),
                *(_encoding(work, sound, level, one, wanted, watch) for one in wanted.encoders),
            ],
        )
    _tell_of_a_miss(work, Path(source.path), first.loudness, wanted.loudness)
    return MasteredAudio(
        audio=first.blob,
        media_type=MEDIA_TYPES[mp3.kind],
        duration=programme.duration,
        sample_rate=sound.rate,
        channels=sound.channels,
        bitrate=first.bitrate,
        before=before,
        after=first.loudness,
        times=programme.times,
        alternates=tuple(
            Encoded(audio=made.blob, media_type=MEDIA_TYPES[one.kind], bitrate=made.bitrate)
            for one, made in zip(others, rest, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What comes out: LUFS, dBTP, and the encodings, the MP3 first."""

    loudness: float
    ceiling: float
    encoders: tuple[Encoder, ...]

    @staticmethod
    def of(settings: MasterConfig, stereo: bool) -> _Wanted:
        """What the settings ask for."""
        bitrate = settings.alternate_bitrate_stereo if stereo else settings.alternate_bitrate_mono
        return _Wanted(
            settings.loudness_stereo if stereo else settings.loudness_mono,
            settings.true_peak,
            (
                Encoder("mp3", settings.bitrate_stereo if stereo else settings.bitrate_mono, settings.vbr),
                *(Encoder(kind, bitrate) for kind in settings.alternates),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """A finished encoding, what it decodes to, and its mean bit rate in kbit/s."""

    blob: Blob
    loudness: Loudness
    bitrate: int


def _decoding(
    source: SourceFile, audio: PreparedAudio, levels: Levels, settings: MasterConfig, sound: Sound
) -> SpeechGraph:
    """The graph that decodes the recording as these settings want it, with its files beside the programme's sound."""
    scratch = sound.path.with_name(f"speech-{settings.preset}")
    scratch.mkdir(exist_ok=True)
    return speech_chain.build(source, audio, levels, settings, sound.rate, sound.channels, scratch)


def _encoding(
    work: Workspace, sound: Sound, level: Level, encoder: Encoder, wanted: _Wanted, watch: _Watch
) -> Callable[[], _Made]:
    """What makes one encoding and keeps it."""

    def encode() -> _Made:
        name = f"mastered.{encoder.kind}"
        with work.scratch(name) as made:
            heard = _encode_until_right(sound, level, encoder, made, wanted, watch.next())
            blob = work.keep(made, name)
        seconds = max(1 / sound.rate, sound.seconds)
        return _Made(blob, heard, encoder.bitrate if encoder.constant else round(blob.size * 8 / seconds / 1000))

    return encode


def _encode_until_right(
    sound: Sound, level: Level, encoder: Encoder, made: Path, wanted: _Wanted, progress: Callable[[float], None]
) -> Loudness:
    """Encode; where what came out is off, encode again with gain and limiter moved by as much."""
    level = replace(level, limit=wanted.ceiling - encoder.headroom)
    for attempt in range(_ATTEMPTS):
        after = mastering.encode(sound, level, encoder, made, progress)
        over = _excess(after, wanted.ceiling)
        # The last attempts see to the ceiling alone.
        miss = _miss(after, level.loudness) if attempt < _ATTEMPTS - 3 else 0.0
        if over <= 0 and abs(miss) <= _CLOSE:
            return after
        level = replace(level, gain=level.gain + miss, limit=level.limit - max(over, 0.0))
    raise StageError(
        f"{made.name}: its peaks stay {over:.1f} dB above the ceiling of {wanted.ceiling:g} dBTP "
        f"after {_ATTEMPTS} encodings",
        fix="set a higher bit rate or a lower master.true_peak in configs/pipeline.yaml",
    )


def _miss(heard: Loudness, target: float | None) -> float:
    return 0.0 if heard.integrated is None or target is None else target - heard.integrated


def _excess(heard: Loudness, ceiling: float) -> float:
    return 0.0 if heard.true_peak is None else round(heard.true_peak - ceiling + _ROUNDING, 1)


def _tell_of_a_miss(work: Workspace, path: Path, heard: Loudness, target: float) -> None:
    if abs(_miss(heard, target)) > _TOLERATED:
        work.notice(f"{path.name}: ends at {heard.integrated:.1f} LUFS, not {target:g}: its peaks leave no more room")


class _StoppedError(Exception):
    """Somebody else failed, and this work is not needed any more."""


class _Watch:
    """Progress over passes of the same length that may run side by side, and the end of all when one fails."""

    def __init__(self, work: Workspace, seconds: Seconds, passes: int) -> None:
        self._work, self._seconds, self._done = work, seconds, [0.0] * passes
        self._begun, self._lock, self._stop = -1, threading.Lock(), threading.Event()

    def next(self) -> Callable[[float], None]:
        """What the next pass calls with its second. A pass that starts over is told where it was until it is there."""
        with self._lock:
            self._begun += 1
            index = self._begun
        return lambda seconds: self._tell(index, seconds)

    def _tell(self, index: int, seconds: float) -> None:
        self.check()
        with self._lock:
            self._done[index] = max(self._done[index], min(seconds, self._seconds))
            self._work.progress(sum(self._done), self._seconds * len(self._done))

    def check(self, seconds: float = 0.0) -> None:
        """Raise _StoppedError when no pass is needed any more."""
        if self._stop.is_set():
            raise _StoppedError

    def stop(self) -> None:
        """End all passes."""
        self._stop.set()


def _at_once(watch: _Watch, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the tasks return, as many at a time as there are cores; the first that fails ends all."""
    with ThreadPoolExecutor(max(2, hardware.cores())) as pool:
        running = [pool.submit(task) for task in tasks]
        try:
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            for one in done:
                one.result()
        except BaseException:
            watch.stop()
            raise
        return [one.result() for one in running]
