"""The speech of a programme, decoded in one stream and put on the listener's timeline to the sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipeline.adapters import ffmpeg, loudness, placing
from pipeline.adapters.loudness import Meter
from pipeline.adapters.mastering import Sound
from pipeline.adapters.speech_chain import SpeechGraph
from pipeline.errors import StageError
from pipeline.models import Loudness, Programme, Seconds

if TYPE_CHECKING:
    from pipeline.adapters.placing import Frames

_CLOSE: Seconds = 0.25  # by which a recording may decode to another length than when it was prepared
_KEPT = 1 << 12  # frames that can be read once more: what the pieces beside a cut may both reach into
_BLOCK = 1 << 16
_SAMPLE = 4  # bytes


def render(
    graph: SpeechGraph,
    programme: Programme,
    duration: Seconds,
    sound: Sound,
    progress: Callable[[float], None],
) -> Loudness:
    """Write a programme's speech to where `sound` is to lie and measure it on the way, in one pass.

    It has exactly round(programme.duration * rate) frames; those of elements stay silent. `graph` decodes a recording
    of `duration` seconds. Raises StageError when it does not decode, is of another length, or the disk is full.
    """
    rate, channels, target = sound.rate, sound.channels, sound.path
    length, total = round(duration * rate), round(programme.duration * rate)
    decode = [*graph.inputs, "-filter_complex", graph.filters, "-map", graph.output, *_raw_output(rate, channels)]
    measure = [*ffmpeg.raw_sound(rate, channels), "-af", loudness.measuring("sample"), "-f", "null", "-"]
    meter = Meter()
    with (
        ffmpeg.piped(decode, writes=True) as decoder,
        ffmpeg.piped(measure, reads=True, hear=meter.hear) as listener,
        target.open("wb") as file,
    ):
        recording = _Recording(decoder.output, channels)
        done = 0
        for block in placing.place(placing.lay_out(programme.times, length, rate), total, channels, recording.read):
            data = block.data.cast("B")
            _write(file, data, target)
            listener.send(data)
            done += len(block)
            progress(done / rate)
        decoded = recording.drain() / rate
        ffmpeg.check(decoder.finish(), "the recording could not be decoded")
        ffmpeg.check(listener.finish(), "the loudness could not be measured")
    _check_length(graph, duration, decoded)
    return meter.loudness()


def _raw_output(rate: int, channels: int) -> list[str]:
    return ["-ar", str(rate), "-ac", str(channels), "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]


def _write(file: IO[bytes], data: memoryview, target: Path) -> None:
    try:
        file.write(data)
    except OSError as error:
        what = f"{target}: cannot be written ({error.strerror})"
        raise StageError(what, fix="free disk space, then run again") from error


def _check_length(graph: SpeechGraph, expected: Seconds, decoded: Seconds) -> None:
    if abs(expected - decoded) > _CLOSE:
        path = next(one for one in graph.inputs if one.startswith("file:")).removeprefix("file:")
        raise StageError(
            f"{path}: is {decoded:.1f} s long now and was {expected:.1f} s when it was prepared",
            fix="leave the recording unchanged while it is processed, then run again",
        )


class _Recording:
    """Decoded sound as it comes out of a pipe, read once from front to end."""

    def __init__(self, pipe: IO[bytes], channels: int) -> None:
        import numpy as np

        self._pipe, self._channels = pipe, channels
        self._position, self._length, self._ended = 0, 0, False
        self._kept = np.zeros((0, channels), np.float32)  # the frames before `_position`

    def read(self, begin: int, end: int) -> Frames:
        """Frames [begin, end), silent beyond the end of the recording."""
        import numpy as np

        while self._position < begin:
            self._next(min(_BLOCK, begin - self._position))
        again = self._kept[len(self._kept) - (self._position - begin) :] if self._position > begin else self._kept[:0]
        fresh = self._next(end - self._position) if end > self._position else self._kept[:0]
        return np.concatenate([again[: end - begin], fresh]) if len(again) else fresh

    def _next(self, count: int) -> Frames:
        import numpy as np

        frames = np.zeros((count, self._channels), np.float32)
        view = frames.data.cast("B")
        filled = 0
        while filled < len(view) and not self._ended:
            got = self._pipe.readinto(view[filled:])  # type: ignore[attr-defined]
            filled, self._ended = filled + got, not got
        self._position += count
        self._kept = frames[-_KEPT:] if count >= _KEPT else np.concatenate([self._kept, frames])[-_KEPT:]
        self._length += filled // (_SAMPLE * self._channels)
        return frames

    def drain(self) -> int:
        """Read to the end; how many frames there were."""
        while not self._ended:
            self._next(_BLOCK)
        return self._length
