"""transcribe: the words that were said, each with its time, as Whisper hears them."""

from __future__ import annotations

from pipeline import hardware, sentences, weights
from pipeline.adapters import pcm, whisper
from pipeline.config import TranscribeConfig
from pipeline.errors import InputError, StageError
from pipeline.models import PreparedAudio, Seconds, Transcript
from pipeline.store import Workspace

#: Less speech than this may be a cough: then no words are a right answer.
ENOUGH_SPEECH: Seconds = 1.0


def run(work: Workspace, audio: PreparedAudio, settings: TranscribeConfig, language: str | None) -> Transcript:
    """The transcript, without speakers. `language` (episode.yaml) goes before the setting; without either it is found.

    Raises InputError when nobody speaks in the recording, StageError when the model cannot be had or wrote nothing
    for a recording with speech.
    """
    device = hardware.choose_device(settings.device, key="transcribe.device")
    model = weights.whisper(settings.model, cuda=device == "cuda", fallback=settings.fallback)
    if model.notice:
        work.notice(model.notice)
    heard = whisper.transcribe(
        pcm.open_samples(work.path(audio.pcm)),
        model,
        device=device,
        compute_type=settings.compute_type,
        language=language or settings.language,
        beam_size=settings.beam_size,
        batch_size=settings.batch_size,
        vad=settings.vad,
        progress=work.progress,
    )
    if not heard.words:
        raise _nothing_heard(heard, audio, model.name, device)
    return Transcript(
        language=heard.language,
        duration=audio.duration,
        model=f"faster-whisper {model.name} {whisper.choose_compute_type(settings.compute_type, device)}",
        segments=sentences.to_segments(heard.words),
    )


def _nothing_heard(heard: whisper.Heard, audio: PreparedAudio, model: str, device: str) -> InputError | StageError:
    speech = sum(stretch.length for stretch in heard.speech)
    if speech < ENOUGH_SPEECH:
        return InputError(
            f"no speech was found in {audio.duration:.0f} s of sound",
            fix="check that this is the right recording; for very quiet or noisy speech set transcribe.vad: false",
        )
    return StageError(
        f"there are {speech:.0f} s of speech, and {model} on {device} wrote no words for them",
        fix="set the language in episode.yaml, or try transcribe.device: cpu (old GPU drivers give silent results)",
    )
