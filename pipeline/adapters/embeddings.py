"""sentence-transformers: from sentences to unit vectors, and the .npy bytes in which they are stored."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.adapters import torchaudio_repair
from pipeline.errors import StageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 32
#: Sentences between two reports of progress.
_STRIDE = 256


def encode(
    texts: Sequence[str], model: Path, progress: Callable[[float, float], None] = lambda done, total: None
) -> NDArray[np.float32]:
    """The embeddings of sentences, shape [texts, dimensions], of length 1; equal texts are computed once.

    `model` is a folder that sentence-transformers reads. The same machine gives the same bits. Raises StageError
    naming the folder when it holds no such model.
    """
    import numpy as np

    different = sorted(set(texts), key=lambda text: (len(text), text))
    encoder = _load(model)
    parts = []
    for begin in range(0, len(different), _STRIDE):
        progress(begin, len(different))
        some = different[begin : begin + _STRIDE]
        parts.append(encoder.encode(some, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False))
    progress(len(different), len(different))
    if not parts:
        return np.zeros((0, encoder.get_embedding_dimension() or 0), np.float32)
    row = {text: number for number, text in enumerate(different)}
    return np.concatenate(parts)[[row[text] for text in texts]]


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


def _load(model: Path):  # type: ignore[no-untyped-def]
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    torchaudio_repair.repair()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(model), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise StageError(
            f"{model}: cannot be loaded as a sentence-transformers model ({error})",
            fix="set topics.model in configs/pipeline.yaml to `packaged` or to a folder of such a model",
        ) from error
