"""Sums and distances over the places between sentences: what is before each place and what after, and how far apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def around(rows: Floats, weights: Floats, width: float, sizes: Floats | None = None) -> tuple[Floats, Floats]:
    """Weighted sums of the rows before and after each place, as far as `width` in `sizes` (or in the weights)."""
    count = len(rows)
    ends = np.concatenate([[0.0], np.cumsum(weights if sizes is None else sizes)])
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows * weights[:, None], axis=0)])
    here = np.arange(count)
    first = np.minimum(np.searchsorted(ends, ends[:-1] - width), np.maximum(here - 1, 0))
    last = np.maximum(np.searchsorted(ends, ends[:-1] + width, side="right") - 1, here + 1)
    return sums[here] - sums[first], sums[np.minimum(last, count)] - sums[here]


def distance(one: Floats, other: Floats) -> Floats:
    """Cosine distances of rows; the first place, which has nothing before it, gets their mean."""
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    far = np.asarray(1 - (one * other).sum(axis=1) / (norms + 1e-9), float)
    far[0] = far[1:].mean()
    return far


def spread(rows: Floats, sizes: Floats, part: float, *, where_short: float) -> float:
    """The mean cosine distance between parts of about `part` in `sizes` that do not lie near each other.

    `where_short` is the answer where no two parts lie far enough apart.
    """
    number = np.floor(np.cumsum(sizes) / part).astype(int)
    sums = np.stack([sizes[number == one] @ rows[number == one] for one in np.unique(number)])
    unit = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
    apart = np.abs(np.subtract.outer(np.arange(len(unit)), np.arange(len(unit)))) > 3
    return float(1 - (unit @ unit.T)[apart].mean()) if apart.any() else where_short


def depth(far: Floats) -> Floats:
    """How high each place stands above the valleys on both sides (Hearst's depth score), on a smoothed line."""
    smooth = np.convolve(np.pad(far, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    left, right = smooth.copy(), smooth.copy()
    for at in range(1, len(smooth)):
        if smooth[at - 1] <= smooth[at]:
            left[at] = left[at - 1]
    for at in range(len(smooth) - 2, -1, -1):
        if smooth[at + 1] <= smooth[at]:
            right[at] = right[at + 1]
    return np.asarray(np.maximum(0, 2 * smooth - left - right), float)


def standardise(values: Floats) -> Floats:
    """Z-scores."""
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), float)


def highest_near(values: Floats, reach: int) -> Floats:
    """The highest value among `reach` places on both sides of each."""
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1), float)
