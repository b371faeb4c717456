"""From samples to speaker turns: with the packaged networks, or with a pyannote.audio pipeline from the hub."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from pipeline import hardware, resident
from pipeline.adapters import torchaudio_repair
from pipeline.config import DiarizeConfig
from pipeline.errors import StageError
from pipeline.models import Seconds, Turn

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
#: Shorter turns are flicker of the segmentation, shorter than any word.
SHORTEST: Seconds = 0.05
#: Batches that are worked on at once on a CPU: each takes some 100 MB.
MOST_WORKERS = 8
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
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    hardware.share_cores()
    torchaudio_repair.repair()
    with _quiet(), _released():
        find = _find_packaged if settings.model == "packaged" else _find_with_pipeline
        return order_turns(find(samples, settings, speakers, progress), duration)


def _find_packaged(
    samples: Samples, settings: DiarizeConfig, speakers: int | None, progress: Callable[[float, float], None]
) -> list[tuple[Seconds, Seconds, str]]:
    import torch

    from pipeline.adapters import batches, diarization

    device = choose_device(settings.device)
    workers = min(hardware.cores(), MOST_WORKERS) if device == "cpu" else 1
    power = batches.Power(torch.device(device), workers)
    tracks = diarization.find_tracks(samples, settings, power, speakers=speakers, progress=progress)
    return [(start, end, str(voice)) for start, end, voice in tracks]


def _find_with_pipeline(
    samples: Samples, settings: DiarizeConfig, speakers: int | None, progress: Callable[[float, float], None]
) -> list[tuple[Seconds, Seconds, str]]:
    import torch

    pipeline = resident.load("pyannote", settings.model, lambda: _from_hub(settings.model))
    pipeline.to(torch.device(choose_device(settings.device)))
    result = pipeline(
        {"waveform": torch.tensor(samples)[None], "sample_rate": RATE, "uri": "recording"},
        num_speakers=speakers,
        min_speakers=None if speakers else settings.min_speakers,
        max_speakers=None if speakers else settings.max_speakers,
        hook=_hook(len(samples) / RATE, progress),
    )
    tracks = result.speaker_diarization.itertracks(yield_label=True)
    return [(span.start, span.end, str(label)) for span, _, label in tracks]


def order_turns(tracks: Iterable[tuple[Seconds, Seconds, str]], duration: Seconds) -> tuple[Turn, ...]:
    """Turns by start, inside the recording, with labels renamed so that SPEAKER_00 is the first to speak."""
    inside = sorted((max(0.0, start), min(duration, end), label) for start, end, label in tracks)
    kept = [(start, end, label) for start, end, label in inside if end - start >= SHORTEST]
    order = {label: f"SPEAKER_{at:02d}" for at, label in enumerate(dict.fromkeys(label for _, _, label in kept))}
    return tuple(Turn(start=round(start, 3), end=round(end, 3), speaker=order[label]) for start, end, label in kept)


def choose_device(wanted: str) -> Literal["cpu", "cuda"]:
    """Where the networks run: `auto` is the GPU when PyTorch can use it.

    Raises StageError when CUDA was asked for and cannot be had.
    """
    import torch

    if wanted == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if wanted == "auto":
        return "cpu"
    broken = "PyTorch cannot start the GPU", "look at what `nvidia-smi` says, or set device: auto"
    what, fix = hardware.torch_problem(torch.version.cuda) or broken
    raise StageError(f"diarize.device is cuda, and {what}", fix=fix)


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
def _released() -> Iterator[None]:
    """Leave none of the GPU's memory to PyTorch: the next stage may be another library's."""
    import torch

    try:
        yield
    finally:
        if torch.cuda.is_available():
            gc.collect()
            torch.cuda.empty_cache()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings about torchcodec (sound is handed over in memory) and about reproducible TF32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
