"""Edit distances between spellings, by rapidfuzz."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast


@lru_cache(maxsize=1)
def edit_distance() -> Callable[..., int]:
    """`distance(a, b, score_cutoff=n)`: letters inserted, dropped or exchanged; n + 1 where there are more than n."""
    from rapidfuzz.distance import Levenshtein

    return cast(Callable[..., int], Levenshtein.distance)


def nearest(word: str, others: list[str], most: int) -> list[int]:
    """The places in `others` of the `most` nearest to the word by edit distance, nearest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    return [at for _, _, at in process.extract(word, others, scorer=Levenshtein.distance, limit=most)]
