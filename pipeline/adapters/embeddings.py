"""Sentence embeddings through CTranslate2: from sentences to unit vectors, and the .npy bytes in which they are kept.

A sentence-transformers folder is converted once to CTranslate2's int8 form in the user's cache. That takes a fifth
of the processor time of PyTorch's float32 at a mean cosine of 0.994 to it, and spares its seconds of importing.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import hardware, packaged_weights, resident, store
from pipeline.adapters import torchaudio_repair
from pipeline.errors import StageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_QUANTIZATION = "int8"
_BATCH = 32
#: Sentences between two reports of progress.
_STRIDE = 8 * _BATCH
_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")


def encode(
    texts: Sequence[str], model: Path, progress: Callable[[float, float], None] = lambda done, total: None
) -> NDArray[np.float32]:
    """The embeddings of sentences, shape [texts, dimensions], of length 1; equal texts are computed once.

    `model` is a folder as sentence-transformers writes it, with a BERT-like encoder and mean or first-token pooling.
    The same machine gives the same bits. Raises StageError naming the folder when it holds no such model.
    """
    import numpy as np

    encoder = resident.load("sentences", (model, hardware.cores()), lambda: _load(model))
    different = sorted(set(texts), key=lambda text: (len(text), text))
    made = np.zeros((len(different), encoder.dimensions), np.float32)
    for begin in range(0, len(different), _BATCH):
        if begin % _STRIDE == 0:
            progress(begin, len(different))
        made[begin : begin + _BATCH] = encoder.embed(different[begin : begin + _BATCH])
    progress(len(different), len(different))
    row = {text: number for number, text in enumerate(different)}
    return made[[row[text] for text in texts]]


def to_npy(vectors: NDArray[np.floating]) -> bytes:
    """The vectors in half precision, as an .npy file."""
    import numpy as np

    file = io.BytesIO()
    np.save(file, vectors.astype(np.float16), allow_pickle=False)
    return file.getvalue()


def read_npy(path: Path) -> NDArray[np.float32]:
    """The vectors that `to_npy` stored."""
    import numpy as np

    stored: NDArray[np.float16] = np.load(path, allow_pickle=False)
    return stored.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Encoder:
    encoder: Any
    tokenizer: Any
    first_token: bool
    dimensions: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        tokens = [one.ids for one in self.tokenizer.encode_batch(list(texts))]
        hidden = np.array(self.encoder.forward_batch(tokens).last_hidden_state)
        pooled = [
            states[0] if self.first_token else states[: len(ids)].mean(axis=0)
            for states, ids in zip(hidden, tokens, strict=True)
        ]
        vectors = np.stack(pooled)
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _load(model: Path) -> _Encoder:
    import ctranslate2
    import tokenizers

    try:
        pooling = _pooling(model)
        length = json.loads((model / "sentence_bert_config.json").read_text())["max_seq_length"]
        tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
        folder = _converted(model)
        encoder = ctranslate2.Encoder(str(folder), device="cpu", compute_type="int8", intra_threads=hardware.cores())
    except StageError:
        raise
    except Exception as error:  # tokenizers raises Exception itself, the others a handful of kinds
        raise StageError(
            f"{model}: cannot be loaded as a sentence embedding ({error})",
            fix="set topics.model in configs/pipeline.yaml to `packaged` or to a sentence-transformers folder",
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(length or 512)
    return _Encoder(
        encoder, tokenizer, bool(pooling.get("pooling_mode_cls_token")), int(pooling["word_embedding_dimension"])
    )


def _pooling(model: Path) -> dict[str, Any]:
    """How the model makes one vector of many; refuses what this adapter cannot do."""
    steps = [one["type"].rpartition(".")[2] for one in json.loads((model / "modules.json").read_text())]
    pooling: dict[str, Any] = json.loads((model / "1_Pooling/config.json").read_text())
    ways = {key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True}
    if set(steps) - {"Transformer", "Pooling", "Normalize"} or not ways <= {
        "pooling_mode_cls_token",
        "pooling_mode_mean_tokens",
    }:
        raise ValueError(f"its steps {', '.join(steps)} with {', '.join(sorted(ways))} are not supported")
    return pooling


def _converted(model: Path) -> Path:
    """The model in CTranslate2's form: made when it is first needed, under a name that changes with its weights."""
    import ctranslate2

    weights = next((model / name for name in _WEIGHT_FILES if (model / name).is_file()), None)
    if weights is None:
        raise ValueError(f"there is neither {' nor '.join(_WEIGHT_FILES)}")
    name = f"sentences-{store.digest_file(weights)[:16]}-{_QUANTIZATION}-ctranslate2-{ctranslate2.__version__}"
    folder = packaged_weights.cache_folder() / name
    if not folder.is_dir():
        _convert(model, folder)
    return folder


def _convert(model: Path, folder: Path) -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    torchaudio_repair.repair()
    from ctranslate2.converters import TransformersConverter
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".converting-"))
    try:
        TransformersConverter(str(model)).convert(str(making / "made"), quantization=_QUANTIZATION)
        try:
            (making / "made").rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
