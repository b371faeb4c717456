"""Which embeddings are one voice: agglomerative clustering with centroid linkage, in memory that hours do not grow.

Two things are added to the clustering that pyannote does. How near two centroids must be depends on how much stands
behind them, because a mean of few embeddings is a rough one. And two speakers whom the segmentation tells apart in
the same windows, more than once, are two people however alike they sound.

What is compared at once is bounded: beyond `MOST` embeddings, consecutive blocks are first merged each by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Labels = NDArray[np.intp]

#: Embeddings that are compared with one another at once: 1000 are some 15 minutes of talk, and take 20 MB.
MOST = 1000
# A block of as many is merged down to this share of itself: of a thousand embeddings the nearest 750 merges are safe.
_KEPT = 4
# The squared distance that single embeddings may have more than means of many; the threshold is for those in between.
_ROUGHNESS = 0.15
_THRESHOLD_AT = 0.5
# Two clusters that meet in more windows than this, and in more than this share of the smaller one's, stay apart.
_CHANCE_MEETINGS = 1
_CHANCE_SHARE = 0.05
# No larger number of speakers takes apart what is nearer than this share of the threshold: that is one voice.
_SURELY_ONE = 0.75
# Clusters that meet come last in the order of merging, behind all that are merely far apart.
_APART = 1000.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What makes a voice, and how many there may be.

    `threshold` is the distance, between unit vectors, below which two voices of two embeddings each are one;
    `smallest` the number of embeddings that a voice has at least.
    """

    threshold: float
    smallest: int
    fewest: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class _Groups:
    """Clusters in the making: mean vectors, their embeddings' number, and in how many windows each two meet."""

    means: Vectors
    sizes: NDArray[np.float64]
    meetings: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Merge:
    """Cluster `gone` goes into `kept`; at a `distance` above 1 they are two voices."""

    kept: int
    gone: int
    distance: float


def cluster(vectors: Vectors, windows: Labels, bounds: Bounds) -> Labels:
    """The voice of each of [count, dimension] embeddings, numbered from 0; `windows`, ascending, tells where each is.

    There are fewer voices than `bounds.fewest` where the embeddings do not hold as many.
    """
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    members = _gather_blocks(units, windows, bounds.threshold)
    groups = _gather(units, windows, members)
    merges = _merge(groups, bounds.threshold)
    labels = _cut(merges, groups, bounds, min(bounds.smallest, max(1, round(0.1 * len(units)))))
    return labels[members]


def _gather_blocks(units: Vectors, windows: Labels, threshold: float) -> Labels:
    """The embeddings in at most MOST groups: consecutive blocks of them are merged as far as that is safe."""
    members = np.arange(len(units))
    while (count := int(members.max(initial=-1)) + 1) > MOST:
        merged, made = np.empty_like(members), 0
        for first in range(0, count, MOST):
            block = (members >= first) & (members < first + MOST)
            inner = members[block] - first
            groups = _gather(units[block], windows[block], inner)
            fewest = -(-len(groups.sizes) // _KEPT)
            merges = [merge for merge in _merge(groups, threshold)[:-fewest] if merge.distance < _APART]
            labels = _replay(merges, len(groups.sizes))
            merged[block] = made + labels[inner]
            made += int(labels.max()) + 1
        if made == count:  # everything meets everything
            break
        members = merged
    return members


def _gather(units: Vectors, windows: Labels, members: Labels) -> _Groups:
    count = int(members.max(initial=-1)) + 1
    sizes = np.bincount(members, minlength=count).astype(float)
    means = np.zeros((count, units.shape[1]))
    np.add.at(means, members, units)
    meetings = np.zeros((count, count))
    for apart in range(1, len(windows)):
        # Embeddings of one window lie side by side, so that few rounds find all its pairs.
        pairs = np.flatnonzero(windows[apart:] == windows[:-apart])
        if not len(pairs):
            break
        np.add.at(meetings, (members[pairs], members[pairs + apart]), 1)
    return _Groups(means / sizes[:, None], sizes, meetings + meetings.T)


def _merge(groups: _Groups, threshold: float) -> list[_Merge]:
    """All merges, nearest first, until one cluster is left."""
    means, sizes, meetings = groups.means.copy(), groups.sizes.copy(), groups.meetings.copy()
    count = len(sizes)
    distances = np.stack([_distances(at, means, sizes, meetings, threshold) for at in range(count)])
    np.fill_diagonal(distances, np.inf)
    merges: list[_Merge] = []
    for _ in range(count - 1):
        kept, gone = divmod(int(distances.argmin()), count)
        merges.append(_Merge(kept, gone, float(distances[kept, gone])))
        both = sizes[kept] + sizes[gone]
        means[kept] = (means[kept] * sizes[kept] + means[gone] * sizes[gone]) / both
        sizes[kept] = both
        meetings[kept] += meetings[gone]
        meetings[:, kept] = meetings[kept]
        row = np.where(np.isinf(distances[kept]), np.inf, _distances(kept, means, sizes, meetings, threshold))
        row[gone] = np.inf
        distances[kept], distances[:, kept] = row, row
        distances[gone], distances[:, gone] = np.inf, np.inf
    return merges


def _distances(
    at: int, means: Vectors, sizes: NDArray[np.float64], meetings: NDArray[np.float64], threshold: float
) -> NDArray[np.float64]:
    """From one cluster to all, as shares of the distance that their sizes allow; those that stay apart come last."""
    rough = _ROUGHNESS * ((1 / sizes[at] + 1 / sizes) / 2 - _THRESHOLD_AT)
    allowed = np.sqrt(np.maximum(threshold**2 + rough, (threshold / 2) ** 2))
    met = meetings[at] > np.maximum(_CHANCE_MEETINGS, _CHANCE_SHARE * np.minimum(sizes[at], sizes))
    distances: NDArray[np.float64] = np.linalg.norm(means - means[at], axis=1) / allowed + _APART * met
    return distances


def _replay(merges: list[_Merge], count: int) -> Labels:
    """The cluster of each of `count` groups after some merges, numbered by their first members."""
    kept = np.arange(count)
    for merge in merges:
        kept[kept == merge.gone] = merge.kept
    labels: Labels = np.unique(kept, return_inverse=True)[1]
    return labels


def _cut(merges: list[_Merge], groups: _Groups, bounds: Bounds, smallest: int) -> Labels:
    """The clusters at the threshold, or nearest to it with as many large ones as the bounds ask for."""
    usual = next((at for at, merge in enumerate(merges) if merge.distance > 1), len(merges))
    first = next((at for at, merge in enumerate(merges) if merge.distance >= _SURELY_ONE), len(merges))
    labels = np.zeros(len(groups.sizes), dtype=np.intp)
    # Somebody who is known to be there may have spoken less than is asked of a voice that is found.
    for least in range(smallest, max(1, smallest // 2) - 1, -1):
        large = _count_large(merges, groups.sizes, least)
        wanted = min(max(large[usual], bounds.fewest), bounds.most or len(groups.sizes))
        cut = min(range(first, len(large)), key=lambda at: (abs(large[at] - wanted), abs(at - usual)))
        labels = _give_small(groups, _replay(merges[:cut], len(groups.sizes)), least)
        if large[cut] >= bounds.fewest:
            break
    return labels


def _count_large(merges: list[_Merge], sizes: NDArray[np.float64], least: int) -> list[int]:
    """How many clusters hold at least so many embeddings, before any merge and after each."""
    sizes = sizes.copy()
    large = [int((sizes >= least).sum())]
    for merge in merges:
        before = int(sizes[merge.kept] >= least) + int(sizes[merge.gone] >= least)
        sizes[merge.kept] += sizes[merge.gone]
        large.append(large[-1] - before + int(sizes[merge.kept] >= least))
    return large


def _give_small(groups: _Groups, labels: Labels, least: int) -> Labels:
    """Clusters with fewer embeddings go to the most similar one with enough; all are one where none has."""
    count = int(labels.max(initial=-1)) + 1
    sizes = np.bincount(labels, groups.sizes, minlength=count)
    large = np.flatnonzero(sizes >= least)
    if not len(large):
        return np.zeros_like(labels)
    means = np.zeros((count, groups.means.shape[1]))
    np.add.at(means, labels, groups.means * groups.sizes[:, None])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    nearest = (means @ means[large].T).argmax(1)
    nearest[large] = np.arange(len(large))
    given: Labels = nearest[labels]
    return given
