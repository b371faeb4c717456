"""The sentence embedding, for real: unit vectors that know what sentences mean."""

from pathlib import Path

import numpy as np
import pytest

from pipeline import weights
from pipeline.adapters import embeddings
from pipeline.errors import StageError

SENTENCES = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose again in March.", ""]


@pytest.mark.real
def test_like_meanings_lie_together_whatever_the_order_and_company() -> None:
    seen: list[float] = []
    made = embeddings.encode(SENTENCES, weights.sentence_embedding(), lambda done, total: seen.append(done / total))
    assert made.shape == (4, 384)
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert made[0] @ made[1] > 0.5 > made[0] @ made[2]
    assert seen == sorted(seen)
    assert seen[-1] == 1
    again = embeddings.encode([SENTENCES[2], SENTENCES[0], SENTENCES[2]], weights.sentence_embedding())
    assert again[0] == pytest.approx(made[2], abs=1e-5)
    assert (again[0] == again[2]).all()


@pytest.mark.real
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(StageError, match=str(tmp_path)):
        embeddings.encode(SENTENCES, tmp_path)


def test_vectors_come_back_in_half_precision(tmp_path: Path) -> None:
    vectors = np.array([[0.6, 0.8], [1.0, 0.0]], np.float32)
    (tmp_path / "v.npy").write_bytes(embeddings.to_npy(vectors))
    assert embeddings.read_npy(tmp_path / "v.npy") == pytest.approx(vectors, abs=1e-3)
