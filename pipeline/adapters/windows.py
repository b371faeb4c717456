"""What overlapping windows of ten seconds say together: whose speech is the same, and who speaks at each moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.adapters.segmentation import FRAME_START, FRAME_STEP, FRAMES, RATE, SPEAKERS
from pipeline.models import Seconds

#: Who speaks in each window, [windows, FRAMES, SPEAKERS]; the speakers' order is each window's own.
Activity = NDArray[np.bool_]
#: (start, end, voice)
Track = tuple[Seconds, Seconds, int]

# With fewer frames to itself, a speaker is compared by overlapped speech too.
_FEWEST_OWN = 18


def frame_offsets(starts: Sequence[int]) -> NDArray[np.intp]:
    """The frame of the recording with which each window begins; `starts` in samples."""
    return np.rint(np.asarray(starts) / (RATE * FRAME_STEP)).astype(np.intp)


def own_speech(activity: Activity) -> Activity:
    """Each speaker's frames without those of others, where these suffice."""
    own = activity & (activity.sum(2, keepdims=True) < 2)
    enough = own.sum(1, keepdims=True) >= _FEWEST_OWN
    return np.where(enough, own, activity)


def share_embeddings(embeddings: NDArray[np.float32], activity: Activity, starts: Sequence[int]) -> NDArray[np.float32]:
    """Embeddings, [windows, SPEAKERS, dimension], in which windows that have none (NaN) get those of their neighbours.

    A speaker gets the mean of those who speak at the same moments for the most part, weighted by how long they do.
    """
    offsets, own = frame_offsets(starts), own_speech(activity)
    known = ~np.isnan(embeddings[..., 0])
    given = known.any(1)
    shared = embeddings.copy()
    for at in np.flatnonzero(activity.any((1, 2)) & ~given):
        sums = np.zeros(embeddings.shape[1:])
        seconds = np.zeros(SPEAKERS)
        for other in np.flatnonzero(given & (np.abs(offsets - offsets[at]) < FRAMES)):
            ahead = offsets[other] - offsets[at]
            there = own[other, max(0, -ahead) : FRAMES - max(0, ahead)].astype(np.int64)
            here = activity[at, max(0, ahead) : FRAMES - max(0, -ahead)].astype(np.int64)
            together, said = there.T @ here, there.sum(0)
            # Where both speak at once, the better match is whoever does not speak at other moments too.
            alike = np.where(2 * together >= said[:, None], together / np.maximum(said[:, None] + here.sum(0), 1), 0)
            for speaker in np.flatnonzero(known[other] & (alike.max(1) > 0)):
                match = alike[speaker].argmax()
                sums[match] += said[speaker] * embeddings[other, speaker]
                seconds[match] += said[speaker]
        found = seconds > 0
        shared[at, found] = sums[found] / np.linalg.norm(sums[found], axis=1, keepdims=True)
    return shared


def vote(activity: Activity, starts: Sequence[int], voices: NDArray[np.intp], duration: Seconds) -> list[Track]:
    """Who speaks when, of `voices`, [windows, SPEAKERS], in which -1 is nobody.

    At each moment as many speak as the windows over it find in the mean, and those whom most of them hear.
    """
    offsets = frame_offsets(starts)
    count, frames = max(1, int(voices.max()) + 1), int(offsets[-1]) + FRAMES
    votes = np.zeros((frames, count), dtype=np.int16)
    heard, windows = np.zeros(frames), np.zeros(frames)
    for at, offset in enumerate(offsets):
        heard[offset : offset + FRAMES] += activity[at].sum(1)
        windows[offset : offset + FRAMES] += 1
        for voice in np.unique(voices[at][voices[at] >= 0]):
            votes[offset : offset + FRAMES, voice] += activity[at][:, voices[at] == voice].any(1)
    together = np.minimum(np.rint(heard / np.maximum(windows, 1)), count)
    ranks = np.argsort(-votes, axis=1, kind="stable")
    speaks = np.zeros((frames, count), dtype=bool)
    np.put_along_axis(speaks, ranks, np.arange(count) < together[:, None], axis=1)
    return [track for voice in range(count) for track in _tracks(speaks[:, voice], voice, duration)]


def _tracks(speaks: NDArray[np.bool_], voice: int, duration: Seconds) -> Iterator[Track]:
    changes = np.flatnonzero(np.diff(speaks, prepend=False, append=False))
    for start, end in changes.reshape(-1, 2):
        begin = float(FRAME_START + start * FRAME_STEP)
        if begin < duration:
            yield begin, min(duration, float(FRAME_START + end * FRAME_STEP)), voice
