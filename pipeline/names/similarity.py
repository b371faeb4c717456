"""How far apart two names are, by sound and by spelling: the cost of the cheapest way from one to the other.

Costs stand for how unlikely a recogniser is to make that exchange: 1 is a consonant for an unrelated one. The
alignment is the weighted edit distance of Wagner and Fischer (1974), with phones grouped as in Editex (Zobel and
Dart 1996).
"""

from __future__ import annotations

from functools import lru_cache

_DROPPED = {**dict.fromkeys("aeiou", 0.35), **dict.fromkeys("ywh", 0.35), "r": 0.55, "t": 0.8, "d": 0.8, "n": 0.8}

#: Pairs that are easily taken for each other; every other pair of consonants costs 1.
_NEAR = {
    0.15: "sz SZ CS JZ CJ nN td iy uw ei vw",
    0.25: "pb kg fv TT Tt Ts zZ Ss ae ou ao au eo",
    0.35: "Td fT vb vT JS zJ Cs sJ gJ mn lr ai io iu eu ry JY yJ hk tC dJ wo kC",
    0.6: "bd pt kt gd hw pf bm lw rw nl nd hf sf sT tp yl mN gN vm",
}


_OPEN = frozenset("aeiouyh")
_VOWELS = tuple("aeiou")
_CONSONANTS = tuple("bdfghjklmnprstvwzyTSZCJN")


def _exchange_costs() -> dict[str, float]:
    costs = {}
    for cost, pairs in _NEAR.items():
        for pair in pairs.split():
            costs[pair] = costs[pair[::-1]] = cost
    for vowel in _VOWELS:
        for other in _VOWELS:
            costs.setdefault(vowel + other, 0.3)
        for consonant in _CONSONANTS:
            for pair in (vowel + consonant, consonant + vowel):
                costs.setdefault(pair, 1.2)
    return costs


_EXCHANGED = _exchange_costs()


@lru_cache(maxsize=1 << 17)
def sound_distance(heard: str, meant: str, limit: float) -> float:
    """The cost of turning the phones of one into the other's; infinite once it is sure to exceed `limit`."""
    if heard == meant:
        return 0.0
    row = [0.0]
    for phone in meant:
        row.append(row[-1] + _DROPPED.get(phone, 1.0))
    for phone in heard:
        drop = _DROPPED.get(phone, 1.0)
        diagonal, best = row[0], row[0] + drop
        row[0] = least = best
        for column, other in enumerate(meant, 1):
            above = row[column]
            if phone != other:
                diagonal += _EXCHANGED.get(phone + other, 1.0)
                best += _DROPPED.get(other, 1.0)
                if diagonal < best:
                    best = diagonal
                if above + drop < best:
                    best = above + drop
            else:
                best = diagonal
            diagonal, row[column] = above, best
            if best < least:
                least = best
        if least > limit:
            return float("inf")
    return row[-1]


def differs_at_onset(heard: str, sounds: tuple[str, ...]) -> bool:
    """Whether what was heard begins unlike every pronunciation of a name; vowels and glides begin alike."""
    if not heard or not sounds:
        return False
    first = heard[0]
    return not any(
        first == said[0] or _EXCHANGED.get(first + said[0], 1.0) < 0.5 or (first in _OPEN and said[0] in _OPEN)
        for said in sounds
    )
