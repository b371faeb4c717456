"""A programme brought to its loudness: measured, turned up or down, its peaks taken down, and encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.adapters import ffmpeg
from pipeline.adapters.encoders import Encoder
from pipeline.adapters.loudness import Meter, joined, measuring
from pipeline.adapters.speech_chain import SpeechGraph
from pipeline.models import Loudness, Seconds

_NEAR = 0.1  # LU: what is measured to one decimal cannot be met better
_SURE = 0.3  # LU that are made up for without measuring again: were it in vain, the encoding would still do
_TRIES = 4
_WORTH_PARTS = 300.0  # seconds from which a sound is measured in two halves, side by side
_CRUSHED = 0.25  # share of a gain's increase that must be heard, or it only presses peaks


@dataclass(frozen=True, slots=True)
class Sound:
    """A programme on disk: headerless float32 of `rate` Hz, round(seconds * rate) frames."""

    path: Path
    rate: int
    channels: int
    seconds: Seconds

    @property
    def options(self) -> list[str]:
        """The arguments that open it."""
        return ffmpeg.raw_sound(self.rate, self.channels, f"file:{self.path}")


@dataclass(frozen=True, slots=True)
class Level:
    """`gain` in dB, then a lookahead limiter at `limit` dBFS; `loudness` is the LUFS that come out, None for silence.

    The limiter takes down only what would pass it, for milliseconds, so that nothing pumps.
    """

    gain: float
    limit: float
    loudness: float | None

    @property
    def filters(self) -> list[str]:
        """As ffmpeg does it. No time moves: the limiter's lookahead is made up for."""
        limit = 10 ** (min(self.limit, 0.0) / 20)
        gain = f"volume={self.gain:.4f}dB:precision=float"
        return [gain, f"alimiter=limit={limit:.6f}:level=0:attack=5:release=50:latency=1"]


def measure_source(graph: SpeechGraph, progress: Callable[[float], None]) -> Loudness:
    """Loudness and true peak of what a graph decodes. Raises StageError when it does not decode."""
    meter = Meter()
    filters = f"{graph.filters};{graph.output}{measuring('true')}[measured]"
    arguments = [*graph.inputs, "-filter_complex", filters, "-map", "[measured]", "-f", "null", "-"]
    ffmpeg.check(
        ffmpeg.run(arguments, progress, hear=meter.hear), "the loudness of the recording could not be measured"
    )
    return meter.loudness()


def measure(sound: Sound, level: Level | None, check: Callable[[float], None] = lambda seconds: None) -> Loudness:
    """Loudness and highest sample of a programme, behind the gain and limiter of `level` where one is given.

    `check` is called now and then. Raises StageError when it cannot be measured.
    """
    chain = ",".join([*(level.filters if level else ()), measuring("sample")])

    def hear(part: Sequence[str]) -> Meter:
        meter = Meter()
        report = ffmpeg.run([*part, *sound.options, "-af", chain, "-f", "null", "-"], check, hear=meter.hear)
        ffmpeg.check(report, "the loudness could not be measured")
        return meter

    if sound.seconds < _WORTH_PARTS:
        return hear([]).loudness()
    half = f"{sound.seconds / 2:.3f}"
    # Halves whatever the machine: as many as it has cores would measure otherwise elsewhere.
    with ThreadPoolExecutor(2) as pool:
        return joined(list(pool.map(hear, (["-t", half], ["-ss", half]))))


def fit(sound: Sound, heard: Loudness | None, target: float, limit: float, check: Callable[[float], None]) -> Level:
    """The gain with which a sound is at `target` LUFS after a limiter at `limit` dBFS.

    `heard` is what the sound measures now (its peak may be of samples), None where that has changed. A limiter costs
    loudness, and how much is only known by measuring behind it; where louder only presses sparse peaks, it stays
    quieter. Silence gets no gain. `check` is called now and then. Raises StageError when it cannot be measured.
    """
    before = heard or measure(sound, None, check)
    if before.integrated is None or before.true_peak is None:
        return Level(0.0, limit, None)
    level = Level(target - before.integrated, limit, target)
    if before.true_peak + level.gain <= limit:
        return level
    level = _heard(sound, level, check)
    for _ in range(_TRIES):
        miss = target - (level.loudness or target)
        if abs(miss) <= _NEAR:
            break
        if abs(miss) <= _SURE:
            return replace(level, gain=level.gain + miss, loudness=target)
        wanted = _heard(sound, replace(level, gain=level.gain + miss), check)
        if abs((wanted.loudness or target) - (level.loudness or target)) < _CRUSHED * abs(miss):
            break
        level = wanted
    return level


def _heard(sound: Sound, level: Level, check: Callable[[float], None]) -> Level:
    """A level with the loudness that it really leads to."""
    return replace(level, loudness=measure(sound, level, check).integrated)


def encode(sound: Sound, level: Level, encoder: Encoder, target: Path, progress: Callable[[float], None]) -> Loudness:
    """Encode a levelled sound to `target` and measure, while that is written, what the packets decode to.

    No tags; the container tells the exact length. Raises StageError when it cannot be done or the disk is full.
    """
    meter = Meter()
    listen = ["-f", encoder.stream, "-i", "pipe:0", "-af", measuring("true"), "-f", "null", "-"]
    chain = ",".join([*level.filters, *encoder.filters(sound.channels)])
    write = [*sound.options, "-af", chain, "-map", "0:a:0", *encoder.options, "-f", "tee", encoder.outputs(target)]
    with ffmpeg.piped(listen, reads=True, hear=meter.hear) as listener:
        written = ffmpeg.run(write, progress, into=listener.input)
        heard = listener.finish()
    ffmpeg.check(written, f"{target.name} could not be encoded")
    ffmpeg.check(heard, f"{target.name} does not decode")
    return meter.loudness()
