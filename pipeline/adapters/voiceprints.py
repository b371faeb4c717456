"""Voice prints from samples: the mean CAM++ embedding of pieces of somebody's speech."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline import hardware, packaged_weights, resident
from pipeline.adapters import torchaudio_repair
from pipeline.models import Seconds, VoicePrint

if TYPE_CHECKING:
    import torch

    from pipeline.adapters.campplus import SpeakerEncoder
    from pipeline.adapters.pcm import Samples

RATE = 16000
MODEL = packaged_weights.CAMPPLUS.name
#: The digest that a voice print goes with: those of other weights cannot be compared.
WEIGHTS = packaged_weights.CAMPPLUS.files["campplus_cn_en_common.pt"].sha256
#: Pieces of 3 s: at this length the network tells voices apart well, and equal lengths go through it together.
PIECE_FRAMES = 300
_BATCH = 8
_DECIMALS = 4


def take(samples: Samples, speech: Sequence[Sequence[tuple[Seconds, Seconds]]]) -> list[VoicePrint | None]:
    """A voice print for each list of (start, end) stretches of one voice; None where these hold no 10 ms.

    Raises StageError when the weights cannot be had.
    """
    torchaudio_repair.repair()
    hardware.share_cores()
    import torch

    from pipeline.adapters.campplus import SpeakerEncoder

    torch.set_num_threads(hardware.cores())
    encoder = resident.load("voices on cpu", None, SpeakerEncoder)
    return [_take(encoder, samples, stretches) for stretches in speech]


def _take(encoder: SpeakerEncoder, samples: Samples, stretches: Sequence[tuple[Seconds, Seconds]]) -> VoicePrint | None:
    import numpy as np
    import torch

    cuts = [samples[round(start * RATE) : round(end * RATE)] for start, end in stretches]
    frames = [encoder.features(torch.tensor(cut)[None]) for cut in cuts if len(cut)]
    if not frames:
        return None
    pieces = _cut(torch.cat(frames))
    vectors = np.concatenate([encoder.embed(pieces[at : at + _BATCH]) for at in range(0, len(pieces), _BATCH)])
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = units.mean(0, dtype=np.float64)
    unit = mean / np.linalg.norm(mean)
    seconds = sum(map(len, cuts)) / RATE
    return VoicePrint(vector=tuple(round(float(value), _DECIMALS) for value in unit), seconds=round(seconds, 2))


def _cut(frames: torch.Tensor) -> list[torch.Tensor]:
    """Pieces of one length; what is left over at the end is dropped, and too little is said again and again."""
    import numpy as np
    import torch

    if len(frames) < PIECE_FRAMES:
        return [frames[torch.from_numpy(np.resize(np.arange(len(frames)), PIECE_FRAMES))]]
    return [frames[at : at + PIECE_FRAMES] for at in range(0, len(frames) - PIECE_FRAMES + 1, PIECE_FRAMES)]
