"""pyannote's SpeakerDiarization with the packaged weights, and its slow step, the embeddings, done faster.

pyannote embeds every speaker of every window of 10 s by itself, each second ten times over. Here windows step by
`diarize.step` of their length, only speakers that speak are embedded, only from the frames where they do, and
pieces of one length go through the network together. This module imports torch and pyannote when it is imported:
only the pyannote adapter does so, lazily.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pyannote.audio import Model
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import AgglomerativeClustering

from pipeline import packaged_weights
from pipeline.adapters.campplus import DIMENSION, FRAME_RATE, SpeakerEncoder
from pipeline.config import DiarizeConfig
from pipeline.errors import StageError

#: Windows that pass through the segmentation network together.
SEGMENTATION_BATCH = 16
#: Pieces that pass through the embedding network together.
EMBEDDING_BATCH = 16
#: Lengths in frames that pieces are brought to, so that they can be batched; longer ones are cut to the last.
PIECE_FRAMES = (50, 100, 200, 300, 400)
#: With fewer frames to itself, a speaker is embedded from overlapped speech too.
FEWEST_CLEAN_FRAMES = 30
# The step of pyannote's own pipeline: min_cluster_size counts windows, and larger steps make fewer of them.
_USUAL_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker in a window: the frames of the window's features that it is embedded from."""

    window: int
    speaker: int
    frames: NDArray[np.intp]


class PackagedDiarization(SpeakerDiarization):
    """SpeakerDiarization whose embeddings come from a SpeakerEncoder, batched, and are clustered agglomeratively."""

    def __init__(self, encoder: SpeakerEncoder, step: float) -> None:
        weights = packaged_weights.file_of(packaged_weights.SEGMENTATION, "pytorch_model.bin")
        segmentation = Model.from_pretrained(str(weights))
        if segmentation is None:
            raise StageError(f"{weights}: pyannote cannot load it", fix="run `make setup` again")
        # OracleClustering is the one choice with which pyannote loads no embedding model of its own; a PLDA goes
        # with another clustering, but the constructor insists on one.
        super().__init__(
            segmentation=segmentation,
            segmentation_step=step,
            segmentation_batch_size=SEGMENTATION_BATCH,
            plda=object.__new__(PLDA),
            clustering="OracleClustering",
        )
        self._embedding = encoder
        self.klustering = "AgglomerativeClustering"
        self.clustering = AgglomerativeClustering(metric=encoder.metric)
        self._expects_num_speakers = self.clustering.expects_num_clusters

    def to(self, device: torch.device) -> PackagedDiarization:
        """Move both networks."""
        super().to(device)
        self._embedding.to(device)
        return self

    def get_embeddings(
        self,
        file: Any,
        binary_segmentations: Any,
        exclude_overlap: bool = False,
        hook: Callable[..., None] | None = None,
    ) -> NDArray[np.float32]:
        """Embeddings, [windows, speakers, 192]; NaN where a speaker is silent, which clustering passes over."""
        active = np.nan_to_num(binary_segmentations.data) > 0.5
        window = binary_segmentations.sliding_window
        embeddings = np.full((*active.shape[::2], DIMENSION), np.nan, dtype=np.float32)
        waiting: dict[int, list[tuple[Voice, torch.Tensor]]] = {length: [] for length in PIECE_FRAMES}
        for at in range(len(active)):
            features = self._features(file["waveform"], at * window.step, window.duration)
            for voice in find_voices(at, active[at], len(features), round(window.duration * FRAME_RATE)):
                piece = features[torch.from_numpy(fit_frames(voice.frames))]
                batch = waiting[len(piece)]
                batch.append((voice, piece))
                if len(batch) == EMBEDDING_BATCH:
                    self._embed(batch, embeddings)
            if hook:
                hook("embeddings", None, total=len(active), completed=at + 1)
        for batch in waiting.values():
            self._embed(batch, embeddings)
        return embeddings

    def _features(self, waveform: torch.Tensor, start: float, duration: float) -> torch.Tensor:
        begin = round(start * self._embedding.sample_rate)
        end = begin + round(duration * self._embedding.sample_rate)
        features: torch.Tensor = self._embedding.features(waveform[:, begin:end])
        return features

    def _embed(self, batch: list[tuple[Voice, torch.Tensor]], embeddings: NDArray[np.float32]) -> None:
        """Put a batch's embeddings in their places and empty it."""
        if batch:
            vectors = self._embedding.embed([piece for _, piece in batch])
            for (voice, _), vector in zip(batch, vectors, strict=True):
                embeddings[voice.window, voice.speaker] = vector
            batch.clear()


def build(settings: DiarizeConfig) -> PackagedDiarization:
    """The pipeline on the CPU, with its parameters set."""
    pipeline = PackagedDiarization(SpeakerEncoder(), settings.step)
    pipeline.instantiate(
        {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {
                "method": "centroid",
                "min_cluster_size": scale_cluster_size(settings.min_cluster_size, settings.step),
                "threshold": settings.threshold,
            },
        }
    )
    return pipeline


def scale_cluster_size(size: int, step: float) -> int:
    """The same amount of speech at another step: 12 windows that step by 0.1 are 5 that step by 0.25."""
    return max(1, min(20, round(size * _USUAL_STEP / step)))


def find_voices(window: int, active: NDArray[np.bool_], frames: int, full: int) -> Iterator[Voice]:
    """Who speaks in a window, and in which of its `frames` features (fewer than `full` in a last, short window).

    `active` is [segmentation frames, speakers]. Frames where others speak too are left out when enough remain.
    """
    clean = active & (active.sum(1, keepdims=True) < 2)
    nearest = ((np.arange(frames) + 0.5) / full * len(active)).astype(int).clip(max=len(active) - 1)
    for speaker in np.flatnonzero(active.any(0)):
        found = np.flatnonzero(clean[nearest, speaker])
        if len(found) < FEWEST_CLEAN_FRAMES:
            found = np.flatnonzero(active[nearest, speaker])
        if len(found):
            yield Voice(window, int(speaker), found)


def fit_frames(frames: NDArray[np.intp]) -> NDArray[np.intp]:
    """The frames brought to the next of PIECE_FRAMES: too few are repeated from the start, too many lose both ends."""
    length = next((length for length in PIECE_FRAMES if len(frames) <= length), PIECE_FRAMES[-1])
    surplus = max(0, len(frames) - length) // 2
    return np.resize(frames[surplus : surplus + length], length)
