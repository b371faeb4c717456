"""WhisperX's VAD, batched transcription and alignment, with its defaults and int8.

Its alignment downloads a network from PyTorch's server and NLTK's splitter of sentences, which are not always in reach.
What it costs hardly depends on what was learnt, so that a network of the same shape with random weights and an
untrained splitter are run for their seconds, and the word times that come of them are thrown away.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pipeline import weights
from pipeline.adapters import torchaudio_repair

torchaudio_repair.repair()

import torch  # noqa: E402
import whisperx  # noqa: E402
import whisperx.alignment  # noqa: E402
from nltk.tokenize import PunktSentenceTokenizer  # noqa: E402
from whisperx.alignment import DEFAULT_ALIGN_MODELS_TORCH  # noqa: E402

from benchmarks.speech.systems import result  # noqa: E402

#: The command's default.
_BATCH = 8


def main() -> None:
    """Transcribe each file."""
    torch.set_num_threads(result.CORES)
    aligner, metadata = make_random_aligner()
    result.run(partial(find_text, aligner=aligner, metadata=metadata))


def find_text(audio: str, watch: result.Stopwatch, *, aligner: Any, metadata: dict[str, Any]) -> result.Found:
    """The text; word times would come of the alignment."""
    folder = weights.whisper("base", cuda=False, fallback=False).path
    samples = result.samples_of(audio)
    with watch.part("transcribe"):
        model = whisperx.load_model(str(folder), "cpu", compute_type="int8", threads=result.CORES)
        found = model.transcribe(samples, batch_size=_BATCH)
    text = " ".join(one["text"].strip() for one in found["segments"])
    with watch.part("align"):
        whisperx.align(found["segments"], aligner, metadata, samples, "cpu")
    return {"text": text}


def make_random_aligner() -> tuple[Any, dict[str, Any]]:
    """What whisperx.load_align_model gives for English, but for the weights."""
    import torchaudio

    whisperx.alignment.nltk_load = lambda _: PunktSentenceTokenizer()
    bundle = getattr(torchaudio.pipelines, DEFAULT_ALIGN_MODELS_TORCH["en"])
    torch.manual_seed(0)
    network = torchaudio.models.wav2vec2_model(**bundle._params).eval()
    labels = {letter.lower(): at for at, letter in enumerate(bundle.get_labels())}
    return network, {"language": "en", "dictionary": labels, "type": "torchaudio"}


if __name__ == "__main__":
    main()
