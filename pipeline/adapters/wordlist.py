"""How common words are, from the lists that wordfreq ships (Speer 2022, doi 10.5281/zenodo.7199437)."""

from __future__ import annotations

import gzip
import importlib.util
from functools import lru_cache
from pathlib import Path


def look_up(words: set[str], language: str) -> dict[str, float]:
    """The Zipf frequency (log10 of occurrences in a thousand million words) of those of `words` that are listed.

    `words` are in lower case. The list is read directly, a bucket of equally common words at a time, because
    importing wordfreq and building its dictionary costs more than a whole transcript's correction.
    """
    found: dict[str, float] = {}
    for centibels, bucket in enumerate(_buckets(language)):
        for word in words.intersection(bucket):
            found[word] = 9 - centibels / 100
    return found


def common(language: str, at_least: float) -> dict[str, float]:
    """All listed words of at least that Zipf frequency, with theirs."""
    levels = _buckets(language)[: round((9 - at_least) * 100) + 1]
    return {word: 9 - centibels / 100 for centibels, bucket in enumerate(levels) for word in bucket}


def has(language: str) -> bool:
    """Whether there is a list for that ISO 639-1 code whose words are parted by spaces."""
    return language not in ("zh", "ja", "ko") and _file(language) is not None


def _file(language: str) -> Path | None:
    spec = importlib.util.find_spec("wordfreq")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else Path()
    return next(
        (path for size in ("large", "small") if (path := folder / f"{size}_{language}.msgpack.gz").is_file()), None
    )


@lru_cache(maxsize=2)
def _buckets(language: str) -> list[list[str]]:
    """Words by centibels below certainty, as wordfreq's cBpack format has them after its header."""
    import msgpack

    path = _file(language)
    if path is None:
        return []
    with gzip.open(path, "rb") as file:
        data: list[list[str]] = msgpack.load(file, raw=False)
    return data[1:]
