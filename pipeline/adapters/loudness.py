"""Loudness by EBU R 128, as ffmpeg's ebur128 measures it."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Sequence
from typing import Literal

from pipeline.errors import StageError
from pipeline.models import Loudness

_FIGURE = re.compile(r"^\s+(I|LRA|Peak):\s+(\S+) (?:LUFS|LU|dBFS)$")
_MOMENTARY = re.compile(r" M: *(-?[\d.]+)")
_SHORT_TERM = re.compile(r" S: *(-?[\d.]+)")
_GATE = -70.0  # LUFS: the absolute gate of ITU-R BS.1770; what never passes it has no loudness
_RELATIVE_GATE = -10.0  # LU below the loudness of all that passes the absolute one
_FRAMES_A_SECOND = 10  # that ebur128 tells of


class Meter:
    """Takes the log of an ffmpeg whose filters end with a `measuring` one, line by line."""

    def __init__(self) -> None:
        self._figures: dict[str, float] = {}
        self._frames, self._short_term = 0, list[float]()
        self.momentary = array("f")  # LUFS of the 400 ms that end at each tenth of a second

    def hear(self, line: str) -> None:
        """Take a line."""
        if "TARGET:" in line:
            self._frames += 1
            if found := _MOMENTARY.search(line):
                self.momentary.append(float(found[1]))
            if self._frames % _FRAMES_A_SECOND == 0 and (found := _SHORT_TERM.search(line)):
                self._short_term.append(max(float(found[1]), _GATE))
        elif figure := _FIGURE.match(line):
            self._figures[figure[1]] = float(figure[2])

    def loudness(self) -> Loudness:
        """What was measured, to one decimal; integrated and range None where nothing passes the absolute gate."""
        if "I" not in self._figures:
            raise StageError("the loudness could not be measured", fix="run `showrunner doctor`, then run with --force")
        silent = self._figures["I"] <= _GATE
        peak = self._figures.get("Peak", -math.inf)
        return Loudness(
            integrated=None if silent else self._figures["I"],
            range=None if silent else self._figures.get("LRA"),
            true_peak=peak if math.isfinite(peak) else None,
            short_term=tuple(self._short_term),
        )


def joined(parts: Sequence[Meter]) -> Loudness:
    """The loudness and peak of a sound that was measured in parts, its range and short-term loudness left out.

    The blocks of all parts are gated together, as if they had been one sound; the few that a cut spoils are forgotten
    among thousands. Source: ITU-R BS.1770-4, annex 1: blocks of 400 ms that overlap by three quarters.
    """
    blocks = [block for part in parts for block in part.momentary if block > _GATE]
    peaks = [peak for part in parts if (peak := part.loudness().true_peak) is not None]
    integrated = None
    if blocks:
        gate = _mean(blocks) + _RELATIVE_GATE
        integrated = _mean([block for block in blocks if block > gate])
    return Loudness(integrated=integrated, range=None, true_peak=max(peaks, default=None))


def _mean(blocks: Sequence[float]) -> float:
    return 10 * math.log10(math.fsum(10 ** (block / 10) for block in blocks) / len(blocks))


def measuring(peak: Literal["sample", "true"]) -> str:
    """The filter whose log a `Meter` understands; a true peak (4x oversampled) takes three times as long.

    Source: EBU R 128, Tech 3341 and 3342, ITU-R BS.1770-4.
    """
    return f"ebur128=peak={peak}:framelog=info"
