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
