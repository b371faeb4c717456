"""pyannote.audio: from samples to speaker turns."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline import hardware
from pipeline.adapters import torchaudio_repair
from pipeline.config import DiarizeConfig
from pipeline.errors import StageError
from pipeline.models import Seconds, Turn

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
#: Shorter turns are flicker of the segmentation, shorter than any word.
SHORTEST: Seconds = 0.05
# The share of the work that each of pyannote's steps takes here, for progress.
_STEPS = {"segmentation": (0.0, 0.4), "embeddings": (0.4, 1.0)}


def diarize(
    samples: Samples,
    settings: DiarizeConfig,
    *,
    speakers: int | None = None,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> tuple[Turn, ...]:
    """The speaker turns in 16 kHz mono samples, ordered by start, labelled in the order of first speaking.

    `speakers` is the number of people where it is known, else the settings' bounds hold. Raises StageError when the
    pipeline cannot be had.
    """
    duration = len(samples) / RATE
    if duration < SHORTEST:
        return ()
    with _quiet():
        pipeline = _load(settings)
        import torch

        torch.set_num_threads(hardware.cores())
        result = pipeline(
            {"waveform": torch.tensor(samples)[None], "sample_rate": RATE, "uri": "recording"},
            num_speakers=speakers,
            min_speakers=None if speakers else settings.min_speakers,
            max_speakers=None if speakers else settings.max_speakers,
            hook=_hook(duration, progress),
        )
    tracks = result.speaker_diarization.itertracks(yield_label=True)
    return order_turns(((span.start, span.end, str(label)) for span, _, label in tracks), duration)


def order_turns(tracks: Iterable[tuple[Seconds, Seconds, str]], duration: Seconds) -> tuple[Turn, ...]:
    """Turns by start, inside the recording, with labels renamed so that SPEAKER_00 is the first to speak."""
    inside = sorted((max(0.0, start), min(duration, end), label) for start, end, label in tracks)
    kept = [(start, end, label) for start, end, label in inside if end - start >= SHORTEST]
    order = {label: f"SPEAKER_{at:02d}" for at, label in enumerate(dict.fromkeys(label for _, _, label in kept))}
    return tuple(Turn(start=round(start, 3), end=round(end, 3), speaker=order[label]) for start, end, label in kept)


def _load(settings: DiarizeConfig) -> Any:
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    hardware.share_cores()
    torchaudio_repair.repair()
    import torch

    if settings.model == "packaged":
        from pipeline.adapters import diarization

        pipeline = diarization.build(settings)
    else:
        pipeline = _from_hub(settings.model)
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise StageError(
            "diarize.device is cuda, and PyTorch sees no CUDA device",
            fix="run `make setup SETUP=cuda`, or set device: auto",
        )
    if settings.device != "cpu" and torch.cuda.is_available():
        pipeline.to(torch.device("cuda"))
    return pipeline


def _from_hub(name: str) -> Any:
    from pyannote.audio import Pipeline

    try:
        pipeline = Pipeline.from_pretrained(name, token=os.environ.get("HF_TOKEN"))
    except Exception as error:  # whatever the hub's client and its HTTP library raise
        raise StageError(
            f"diarize.model {name} cannot be had ({type(error).__name__})",
            fix=f"accept its terms on huggingface.co/{name} and set HF_TOKEN; or set diarize.model: packaged",
        ) from error
    if pipeline is None:
        raise StageError(
            f"diarize.model {name} is gated or does not exist",
            fix=f"accept its terms on huggingface.co/{name} and set HF_TOKEN; or set diarize.model: packaged",
        )
    return pipeline


def _hook(duration: Seconds, progress: Callable[[float, float], None]) -> Callable[..., None]:
    def report(
        step: str, artefact: Any, file: Any = None, total: int | None = None, completed: int | None = None
    ) -> None:
        if step in _STEPS and total:
            begin, end = _STEPS[step]
            progress(duration * (begin + (end - begin) * min(1.0, (completed or 0) / total)), duration)

    return report


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings about torchcodec (sound is handed over in memory) and about reproducible TF32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
