"""Intros, outros and other sound mixed into a programme on disk, each as loud as its speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.adapters import ffmpeg
from pipeline.adapters.loudness import Meter, measuring
from pipeline.adapters.mastering import Sound
from pipeline.models import Element, Point, SourceFiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK = 1 << 16


def mix_in(sound: Sound, elements: Sequence[Element], files: SourceFiles, speech: float | None) -> None:
    """Add each element to the programme where it begins, times its envelope, at `speech` LUFS where that is known.

    An element that is heard several times is measured once. What would sound beyond the end of the programme is left
    out. Raises StageError when an element does not decode.
    """
    gains: dict[tuple[int, float, float], float] = {}
    for element in elements:
        part = (element.file, element.begin, element.end)
        if part not in gains:
            gains[part] = _gain(sound, element, files, speech)
        _add(sound, element, files, gains[part])


def _gain(sound: Sound, element: Element, files: SourceFiles, speech: float | None) -> float:
    """The dB that bring an element to the loudness of the speech; none for silence."""
    meter = Meter()
    arguments = [*_decoding(sound, element, files, measuring("sample")), "-f", "null", "-"]
    ffmpeg.check(ffmpeg.run(arguments, hear=meter.hear), _what(element, files, "its loudness could not be measured"))
    heard = meter.loudness().integrated
    return 0.0 if heard is None or speech is None else speech - heard


def _add(sound: Sound, element: Element, files: SourceFiles, gain: float) -> None:
    import numpy as np

    total = sound.path.stat().st_size // (4 * sound.channels)
    start = at = round(element.start * sound.rate)
    raw = ["-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    programme = np.memmap(sound.path, "<f4", "r+", shape=(total, sound.channels)) if total else None
    with ffmpeg.piped([*_decoding(sound, element, files), *raw], writes=True) as decoder:
        while data := decoder.output.read(_BLOCK * 4 * sound.channels):
            frames = np.frombuffer(data, "<f4").reshape(-1, sound.channels)
            if programme is not None and at < total:
                frames = frames[: total - at]
                factors = _factors(element.envelope, gain, at - start, len(frames), sound.rate)
                programme[at : at + len(frames)] += frames * factors[:, None]
            at += len(frames)
        ffmpeg.check(decoder.finish(), _what(element, files, "could not be decoded"))
    if programme is not None:
        programme.flush()


def _decoding(sound: Sound, element: Element, files: SourceFiles, *filters: str) -> list[str]:
    """The arguments that decode an element's seconds of its file, to the sample, as the programme's sound is."""
    layout = {1: "mono", 2: "stereo"}[sound.channels]
    begin, end = round(element.begin * sound.rate), round(element.end * sound.rate)
    chain = [
        f"aresample={sound.rate}:async=1",
        f"aformat=sample_fmts=flt:channel_layouts={layout}",
        f"atrim=start_sample={begin}:end_sample={end}",
        "asetpts=N/SR/TB",
        *filters,
    ]
    path = Path(files.files[element.file].path)
    return [*ffmpeg.input_options(path), "-map", "0:a:0", "-af", ",".join(chain)]


def _factors(envelope: tuple[Point, ...], gain: float, begin: int, count: int, rate: int) -> NDArray[np.float32]:
    """What `count` frames from frame `begin` of an element on are multiplied with."""
    import numpy as np

    decibels = np.full(count, gain)
    if envelope:
        seconds = np.arange(begin, begin + count) / rate
        decibels += np.interp(seconds, [point.at for point in envelope], [point.gain for point in envelope])
    return (10 ** (decibels / 20)).astype(np.float32)


def _what(element: Element, files: SourceFiles, what: str) -> str:
    return f"{files.files[element.file].path}: {what}"
