"""How loud a sound is in each of many equal stretches, with numpy from one streaming decode."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.adapters import ffmpeg, pipes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FULL = 32768.0


def measure_levels(path: Path, duration: float, rate: int, channels: int, columns: int, *, start: float = 0.0) -> bytes:
    """Two bytes for each of `columns` stretches of `duration` seconds: highest sample and root mean square of all.

    255 is full scale; of several channels the loudest sample counts. Less sound than `duration` leaves the last
    stretches silent. Raises StageError when the file does not decode.
    """
    seek = ["-ss", f"{start:.3f}", "-t", f"{duration:.3f}"] if start or duration else []
    options = ["-map", "0:a:0", "-c:a", "pcm_s16le", "-ac", str(channels), "-ar", str(rate), "-f", "s16le"]
    decode = pipes.read_pieces(
        ["-threads", "1", *seek, *ffmpeg.input_options(path), *options], f"{path}: its waveform could not be measured"
    )
    return _fold(_samples(decode), max(1, round(duration * rate)), channels, columns)


def _samples(pieces: Generator[bytes]) -> Generator[NDArray[np.int16]]:
    """The samples of the pieces, channels interleaved; the half of one that a piece ends with waits for the other."""
    import numpy as np

    rest = b""
    for piece in pieces:
        piece = rest + piece
        end = len(piece) - len(piece) % 2
        rest = piece[end:]
        yield np.frombuffer(piece[:end], "<i2")


def _fold(samples: Iterable[NDArray[np.int16]], frames: int, channels: int, columns: int) -> bytes:
    import numpy as np

    highest, lowest = np.zeros(columns, np.int16), np.zeros(columns, np.int16)
    power = np.zeros(columns, np.float64)
    edges = np.arange(columns + 1, dtype=np.int64) * frames // columns * channels
    done = 0
    for part in samples:
        part = part[: max(0, int(edges[-1]) - done)]
        if not len(part):
            continue
        first, last = (int(np.searchsorted(edges, at, "right")) - 1 for at in (done, done + len(part) - 1))
        held = np.arange(first, last + 1)
        held = held[edges[held + 1] > edges[held]]  # of a sound shorter than its columns some hold nothing
        starts = np.maximum(edges[held] - done, 0)
        highest[held] = np.maximum(highest[held], np.maximum.reduceat(part, starts))
        lowest[held] = np.minimum(lowest[held], np.minimum.reduceat(part, starts))
        power[held] += np.add.reduceat(np.square(part, dtype=np.float32), starts)
        done += len(part)
    peaks = np.maximum(highest.astype(np.float64), -lowest.astype(np.float64)) / _FULL
    means = np.sqrt(power / np.maximum(np.diff(edges), 1)) / _FULL
    both = np.stack([peaks, means], axis=1)
    return np.clip(np.ceil(both * 255), 0, 255).astype(np.uint8).tobytes()
