"""pyannote's SpeakerDiarization as it comes: its own step, and one masked window for every speaker of every window.

The weights, the clustering and its threshold are the product's. Batches are those of the pipelines on the hub.
"""

from __future__ import annotations

from pipeline import packaged_weights
from pipeline.adapters import torchaudio_repair

torchaudio_repair.repair()

import numpy as np  # noqa: E402
import torch  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from pyannote.audio import Audio, Model  # noqa: E402
from pyannote.audio.core.plda import PLDA  # noqa: E402
from pyannote.audio.pipelines import SpeakerDiarization  # noqa: E402
from pyannote.audio.pipelines.clustering import AgglomerativeClustering  # noqa: E402

from benchmarks.speech.systems import result  # noqa: E402
from pipeline.adapters.campplus import SpeakerEncoder  # noqa: E402
from pipeline.config import DiarizeConfig  # noqa: E402

_BATCH = 32


class _Embedding(SpeakerEncoder):
    """What pyannote calls: waveforms [batch, 1, samples] and masks [batch, frames] to vectors [batch, 192]."""

    def __call__(self, waveforms: torch.Tensor, masks: torch.Tensor | None = None) -> NDArray[np.float32]:
        found = np.full((len(waveforms), self.dimension), np.nan, dtype=np.float32)
        for at, waveform in enumerate(waveforms):
            features = self.features(waveform)
            if masks is not None:
                wanted = torch.nn.functional.interpolate(masks[at][None, None], size=len(features), mode="nearest")
                features = features[wanted[0, 0] > 0.5]
            if len(features):
                found[at] = self.embed([features])[0]
        return found


def main() -> None:
    """Diarize each file."""
    torch.set_num_threads(result.CORES)
    result.run(find_turns)


def find_turns(audio: str, watch: result.Stopwatch) -> result.Found:
    """The turns, overlap and all."""
    sound = {"waveform": torch.from_numpy(result.samples_of(audio))[None], "sample_rate": result.RATE}
    with watch.part("diarize"):
        found = _load()({**sound, "uri": "recording"}).speaker_diarization
    return {"turns": [result.turn(one.start, one.end, str(who)) for one, _, who in found.itertracks(yield_label=True)]}


def _load() -> SpeakerDiarization:
    segmentation = Model.from_pretrained(
        str(packaged_weights.file_of(packaged_weights.SEGMENTATION, "pytorch_model.bin"))
    )
    # With any other choice of clustering the constructor downloads an embedding model and a PLDA of its own.
    pipeline = SpeakerDiarization(
        segmentation=segmentation,
        segmentation_step=0.1,
        segmentation_batch_size=_BATCH,
        embedding_batch_size=_BATCH,
        embedding_exclude_overlap=True,
        plda=object.__new__(PLDA),
        clustering="OracleClustering",
    )
    pipeline._embedding = _Embedding()
    pipeline._audio = Audio(sample_rate=result.RATE, mono="downmix")
    pipeline.klustering = "AgglomerativeClustering"
    pipeline.clustering = AgglomerativeClustering(metric=_Embedding.metric)
    pipeline._expects_num_speakers = pipeline.clustering.expects_num_clusters
    clustering = {"method": "centroid", "min_cluster_size": 12, "threshold": DiarizeConfig().threshold}
    return pipeline.instantiate({"segmentation": {"min_duration_off": 0.0}, "clustering": clustering})


if __name__ == "__main__":
    main()
