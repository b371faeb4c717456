"""Prepared sound as numpy sees it: mapped from disk, so that hours of it need no memory of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: 16 kHz mono float32 samples.
    Samples = NDArray[np.float32]

_SILENCE = 10 ** (-60 / 20)  # what no peak of a sound passes where it is silent
_EDGE = 160  # samples that are left of the silence, so that no attack is cut


def open_samples(path: Path) -> Samples:
    """The samples of a headerless little-endian float32 file, read-only."""
    import numpy as np

    if path.stat().st_size < 4:  # an empty file cannot be mapped
        return np.zeros(0, dtype="<f4")
    return np.memmap(path, dtype="<f4", mode="r")


class StoredSamples:
    """The samples of such a file, of which each slice is read when it is asked for: hours of them take no memory."""

    def __init__(self, path: Path) -> None:
        self._path, self._length = path, path.stat().st_size // 4

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> Samples:
        import numpy as np

        begin, end, _ = part.indices(self._length)
        return np.fromfile(self._path, "<f4", max(0, end - begin), offset=4 * begin)


def trim_silence(samples: Samples) -> tuple[int, int] | None:
    """The samples [begin, end) between the silence before and after a sound; None where it is all silence."""
    import numpy as np

    heard = np.flatnonzero(np.abs(samples) > _SILENCE)
    if not len(heard):
        return None
    return max(0, int(heard[0]) - _EDGE), min(len(samples), int(heard[-1]) + 1 + _EDGE)
