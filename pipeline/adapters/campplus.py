"""CAM++ speaker embeddings (Wang et al. 2023, arXiv:2303.00332) from the packaged 3D-Speaker weights.

This module imports torch when it is imported: only `diarization` does so, lazily.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torchaudio.compliance.kaldi as kaldi
from numpy.typing import NDArray

from pipeline import packaged_weights
from pipeline.errors import StageError

RATE = 16000
DIMENSION = 192
#: Filterbank frames a second, and the samples that one frame needs.
FRAME_RATE = 100
FRAME_SAMPLES = 400
_MELS = 80


class SpeakerEncoder:
    """The network and its features; what pyannote asks of an embedding model."""

    sample_rate = RATE
    dimension = DIMENSION
    metric = "cosine"
    min_num_samples = FRAME_SAMPLES

    def __init__(self) -> None:
        code = packaged_weights.file_of(packaged_weights.CAMPPLUS, "camplusplus.py")
        # The file is loaded by itself: importing its package would load a whole other diarizer.
        spec = importlib.util.spec_from_file_location("camplusplus", code)
        if spec is None or spec.loader is None:
            raise StageError(f"{code}: cannot be loaded", fix="run `make setup` again")
        architecture = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(architecture)
        weights = packaged_weights.file_of(packaged_weights.CAMPPLUS, "campplus_cn_en_common.pt")
        self.network = architecture.CAMPPlus(feat_dim=_MELS, embedding_size=DIMENSION)
        self.network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self.network.eval()
        self.device = torch.device("cpu")

    def to(self, device: torch.device) -> SpeakerEncoder:
        """Move the network."""
        self.network.to(device)
        self.device = device
        return self

    def features(self, waveform: torch.Tensor) -> torch.Tensor:
        """Log-mel filterbanks, [frames, 80], of a [1, samples] waveform; a frame every 10 ms."""
        short = FRAME_SAMPLES - waveform.shape[1]
        padded = torch.nn.functional.pad(waveform, (0, short)) if short > 0 else waveform
        features: torch.Tensor = kaldi.fbank(padded, num_mel_bins=_MELS, dither=0.0, sample_frequency=RATE)
        return features

    def embed(self, pieces: Sequence[torch.Tensor]) -> NDArray[np.float32]:
        """One embedding, [192], for each of several equally long pieces of features, [frames, 80]."""
        batch = torch.stack([piece - piece.mean(0) for piece in pieces]).to(self.device)
        with torch.inference_mode():
            vectors: Any = self.network(batch)
        found: NDArray[np.float32] = vectors.float().cpu().numpy()
        return found
