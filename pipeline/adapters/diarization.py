"""Speaker diarization with the packaged networks, made for long recordings on few cores.

The steps are pyannote's (Bredin 2023, Interspeech): segment overlapping windows of 10 s, embed each window's
speakers, cluster the embeddings, and let the windows vote about every moment. What makes it fast: embeddings are taken
from every second window, from the frames where a speaker speaks alone, and what those leave open is settled by who
speaks at the same moments; each core has a batch of its own; pyannote.audio is not imported. Only the windows'
answers and embeddings are kept, a few megabytes an hour.

This module imports torch when it is imported: only the pyannote adapter does so, lazily.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline import resident
from pipeline.adapters import clustering, segmentation, windows
from pipeline.adapters.batches import Power, in_batches
from pipeline.adapters.campplus import DIMENSION, FRAME_RATE, FRAME_SAMPLES, SpeakerEncoder
from pipeline.adapters.clustering import Bounds
from pipeline.adapters.segmentation import FRAMES, RATE, SPEAKERS, WINDOW_SAMPLES, Segmentation
from pipeline.adapters.windows import Activity, Track
from pipeline.config import DiarizeConfig
from pipeline.models import Seconds

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

#: Lengths in frames that pieces are brought to, so that they can be batched; longer ones are cut to the last.
PIECE_FRAMES = (50, 100, 200, 300, 400)
#: With fewer frames to itself, a speaker is embedded from overlapped speech too.
FEWEST_CLEAN_FRAMES = 30
#: Windows that are embedded begin so many seconds apart.
EMBED_EVERY: Seconds = 5.0
# What speaks for less of a window than this does not take part in clustering, only in what comes of it.
_CLEAR_SHARE = 0.2
# The step of pyannote's own pipeline: min_cluster_size counts windows, and larger steps make fewer of them.
_USUAL_STEP = 0.1
# Windows and pieces that go through the networks together: few on a CPU, where they should stay in its cache.
_ON_CPU = (4, 8)
_ON_GPU = (32, 64)
_WINDOW_FRAMES = WINDOW_SAMPLES // RATE * FRAME_RATE
# The share of the work that segmentation is, for progress.
_SEGMENTATION = 0.4


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker in a window: the frames of the window's features that it is embedded from."""

    window: int
    speaker: int
    frames: NDArray[np.intp]


def find_tracks(
    samples: Samples,
    settings: DiarizeConfig,
    power: Power,
    *,
    speakers: int | None = None,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> list[Track]:
    """(start, end, voice) of everybody who speaks in 16 kHz mono samples; each voice's own tracks in order.

    Raises StageError when the weights cannot be had, or the device's memory holds not even one window.
    """
    step = round(settings.step * WINDOW_SAMPLES)
    starts = segmentation.window_starts(len(samples), step)
    duration = len(samples) / RATE

    def advance(begin: float, end: float) -> Callable[[float], None]:
        return lambda share: progress(duration * (begin + (end - begin) * share), duration)

    activity = segment(samples, starts, power, advance(0.0, _SEGMENTATION))
    if not activity.any():
        return []
    embeddings = embed(samples, starts, activity, power, advance(_SEGMENTATION, 1.0))
    embeddings = windows.share_embeddings(embeddings, activity, starts)
    bounds = Bounds(
        settings.threshold,
        scale_cluster_size(settings.min_cluster_size, settings.step),
        speakers or settings.min_speakers or 1,
        speakers or settings.max_speakers,
    )
    return windows.vote(activity, starts, name_voices(embeddings, activity, bounds), duration)


def segment(samples: Samples, starts: Sequence[int], power: Power, advance: Callable[[float], None]) -> Activity:
    """Who speaks in each window, [windows, FRAMES, SPEAKERS]; the network does not hear windows of digital silence."""
    network = resident.load(f"segmentation on {power.device}", None, lambda: Segmentation().to(power.device))
    activity = np.zeros((len(starts), FRAMES, SPEAKERS), dtype=bool)
    heard = [at for at, start in enumerate(starts) if segmentation.has_sound(samples, start)]
    size = _ON_GPU[0] if power.device.type == "cuda" else _ON_CPU[0]
    done = 0
    for batch, found in in_batches(
        heard, size, lambda batch: network.find_activity(samples, [starts[at] for at in batch]), power
    ):
        activity[list(batch)] = found
        done += len(batch)
        advance(done / len(heard))
    return activity


def embed(
    samples: Samples, starts: Sequence[int], activity: Activity, power: Power, advance: Callable[[float], None]
) -> NDArray[np.float32]:
    """Unit embeddings, [windows, SPEAKERS, 192], of the windows that are embedded; NaN for the rest and for silence."""
    encoder = resident.load(f"voices on {power.device}", None, lambda: SpeakerEncoder().to(power.device))
    embeddings = np.full((*activity.shape[::2], DIMENSION), np.nan, dtype=np.float32)
    ends = len(samples)
    every = max(1, round(EMBED_EVERY * RATE / (starts[1] - starts[0]))) if len(starts) > 1 else 1
    chosen = [at for at in range(len(starts)) if at % every == 0 or at == len(starts) - 1]
    voices = [
        voice
        for at in chosen
        for voice in find_voices(at, activity[at], max(1, (ends - starts[at] - FRAME_SAMPLES) * FRAME_RATE // RATE + 1))
    ]
    # One length after the other, so that those that go through the network together are equally long.
    voices.sort(key=lambda voice: len(voice.frames))

    def vectors(batch: Sequence[Voice]) -> NDArray[np.float32]:
        return encoder.embed([_features(encoder, samples, starts[voice.window], voice.frames) for voice in batch])

    size = _ON_GPU[1] if power.device.type == "cuda" else _ON_CPU[1]
    done = 0
    for length in PIECE_FRAMES:
        alike = [voice for voice in voices if len(voice.frames) == length]
        for batch, found in in_batches(alike, size, vectors, power):
            for voice, vector in zip(batch, found, strict=True):
                embeddings[voice.window, voice.speaker] = vector / np.linalg.norm(vector)
            done += len(batch)
            advance(done / len(voices))
    return embeddings


def _features(encoder: SpeakerEncoder, samples: Samples, start: int, frames: NDArray[np.intp]) -> torch.Tensor:
    """The features of some frames of the window that begins at a sample."""
    hop = RATE // FRAME_RATE
    first = int(frames.min())
    begin = start + first * hop
    cut = samples[begin : start + int(frames.max()) * hop + FRAME_SAMPLES]
    features = encoder.features(torch.tensor(cut)[None])
    return features[torch.from_numpy(frames - first)]


def find_voices(window: int, active: Activity, frames: int) -> Iterator[Voice]:
    """Who speaks in a window, and in which of its `frames` features, brought to one of PIECE_FRAMES.

    `active` is [FRAMES, SPEAKERS]. Frames where others speak too are left out when enough remain.
    """
    clean = active & (active.sum(1, keepdims=True) < 2)
    places = np.arange(min(frames, _WINDOW_FRAMES))
    nearest = ((places + 0.5) / _WINDOW_FRAMES * FRAMES).astype(int)
    for speaker in np.flatnonzero(active.any(0)):
        found = np.flatnonzero(clean[nearest, speaker])
        if len(found) < FEWEST_CLEAN_FRAMES:
            found = np.flatnonzero(active[nearest, speaker])
        if len(found):
            yield Voice(window, int(speaker), fit_frames(found))


def fit_frames(frames: NDArray[np.intp]) -> NDArray[np.intp]:
    """The frames brought to the next of PIECE_FRAMES: too few are repeated from the start, too many lose both ends."""
    length = next((length for length in PIECE_FRAMES if len(frames) <= length), PIECE_FRAMES[-1])
    surplus = max(0, len(frames) - length) // 2
    return np.resize(frames[surplus : surplus + length], length)


def name_voices(embeddings: NDArray[np.float32], activity: Activity, bounds: Bounds) -> NDArray[np.intp]:
    """The voice of each window's speakers, [windows, SPEAKERS]; -1 for who is silent or was never embedded."""
    known = ~np.isnan(embeddings[..., 0])
    clear = (activity & (activity.sum(2, keepdims=True) < 2)).sum(1) >= _CLEAR_SHARE * FRAMES
    places, speakers = np.nonzero(known & clear)
    if not len(places):
        return np.where(activity.any(1), 0, -1)
    chosen = embeddings[places, speakers].astype(np.float64)
    labels = clustering.cluster(chosen, places, bounds)
    means = np.stack([chosen[labels == voice].mean(0) for voice in range(labels.max() + 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    named = np.full(known.shape, -1)
    named[known] = (embeddings[known] @ means.T).argmax(1)
    return named


def scale_cluster_size(size: int, step: float) -> int:
    """The same amount of speech at another step: 12 windows that step by 0.1 are 5 that step by 0.25."""
    return max(1, round(size * _USUAL_STEP / step))
