"""Embeddings of one voice get one number, also when there are many, few, alike, or more asked for than there are."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.adapters import clustering
from pipeline.adapters.clustering import Bounds, Labels, Vectors

USUAL = Bounds(threshold=0.7, smallest=5)


def talk(voices: int, count: int, *, spread: float = 0.6, seed: int = 3) -> tuple[Vectors, Labels, Labels]:
    """`count` embeddings of voices that take turns: the vectors, their windows (two in each), who they really are.

    `spread` is how far an embedding lies from its voice; voices lie 1.4 from one another.
    """
    chance = np.random.default_rng(seed)
    centres = np.linalg.qr(chance.standard_normal((192, voices)))[0].T
    truth = np.arange(count) % voices
    vectors = centres[truth] + spread / np.sqrt(192) * chance.standard_normal((count, 192))
    return vectors, np.arange(count) // 2, truth


def is_right(labels: Labels, truth: Labels) -> bool:
    """Whether the labels are the truth under other numbers."""
    return len(set(zip(labels.tolist(), truth.tolist(), strict=True))) == len(set(labels)) == len(set(truth))


@pytest.mark.parametrize("voices", [1, 2, 3, 12])
def test_as_many_voices_are_found_as_there_are(voices: int) -> None:
    vectors, windows, truth = talk(voices, 120)
    apart = windows if voices > 1 else np.arange(120)
    assert is_right(clustering.cluster(vectors, apart, USUAL), truth)


@pytest.mark.parametrize(
    ("fewest", "most", "found"), [(1, None, 3), (3, 3, 3), (1, 2, 2), (2, 2, 2), (1, 1, 1), (6, 6, 3)]
)
def test_the_number_of_voices_keeps_to_bounds_but_splits_nobody(fewest: int, most: int | None, found: int) -> None:
    vectors, windows, _ = talk(3, 90)
    labels = clustering.cluster(vectors, windows, Bounds(0.7, 5, fewest, most))
    assert len(set(labels)) == found


def test_a_known_guest_may_speak_less_than_a_voice_that_is_found() -> None:
    vectors, _, truth = talk(2, 120)
    few = np.sort(np.concatenate([np.flatnonzero(truth == 0), np.flatnonzero(truth == 1)[:3]]))
    windows = np.arange(len(few))
    assert len(set(clustering.cluster(vectors[few], windows, USUAL))) == 1
    known = clustering.cluster(vectors[few], windows, Bounds(0.7, 5, 2, 2))
    assert is_right(known, truth[few])


def alike(meet: int) -> int:
    """How many voices are found in forty embeddings of two that sound alike, of which the first so many meet."""
    chance = np.random.default_rng(5)
    one, other = np.linalg.qr(chance.standard_normal((192, 2)))[0].T
    centres = np.stack([one, one + 0.55 * other])
    truth = np.arange(40) % 2
    vectors = centres[truth] + 0.2 / np.sqrt(192) * chance.standard_normal((40, 192))
    windows = np.where(np.arange(40) < 2 * meet, np.arange(40) // 2, np.arange(40) + 100)
    return len(set(clustering.cluster(vectors, windows, USUAL)))


@pytest.mark.parametrize(("meet", "found"), [(0, 1), (1, 1), (6, 2)], ids=["never", "once, by chance", "often"])
def test_voices_that_sound_alike_are_two_when_they_meet_in_windows(meet: int, found: int) -> None:
    assert alike(meet) == found


def test_many_embeddings_are_clustered_like_few(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, windows, truth = talk(4, 400, spread=0.8)
    plain = clustering.cluster(vectors, windows, USUAL)
    monkeypatch.setattr(clustering, "MOST", 60)
    compared: list[int] = []
    merge = clustering._merge
    monkeypatch.setattr(
        clustering, "_merge", lambda groups, at: compared.append(len(groups.sizes)) or merge(groups, at)
    )
    assert np.array_equal(clustering.cluster(vectors, windows, USUAL), plain)
    assert is_right(plain, truth)
    assert len(compared) > 2
    assert max(compared) <= 60, "no more than MOST are ever compared with one another"


def test_a_single_embedding_is_one_voice() -> None:
    assert clustering.cluster(np.ones((1, 192)), np.zeros(1, dtype=np.intp), USUAL).tolist() == [0]
