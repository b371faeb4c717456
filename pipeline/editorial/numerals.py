"""Numbers in a text, in digits and in English words, so that `three`, `3` and `2,000`, `two thousand` are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_SMALL = {word: value for value, word in enumerate(_SMALL_WORDS.split())}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)  # noqa: SIM905
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_CROWDS = {"dozen": 12, "dozens": 12, **{f"{word}s": value for word, value in _SCALES.items()}}
_SUFFIXES = {"k": 1_000, "m": 10**6, "bn": 10**9, "b": 10**9}
_ODD_ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_ORDINALS = {
    **{f"{word}th": value for word, value in _SMALL.items() if value > 3},
    **{f"{word[:-1]}ieth": value for word, value in _TENS.items()},
    **_ODD_ORDINALS,
}
_WORDS = {**_SMALL, **_TENS, **_ORDINALS}
#: What counts is said in words that mean more than a number; alone they are none.
_LOOSE = frozenset({"one", "first", "second"})
_UNITS = {
    "%": "%", "percent": "%", "percentage": "%",
    "$": "$", "dollar": "$", "dollars": "$", "bucks": "$", "usd": "$",
    "€": "€", "euro": "€", "euros": "€", "eur": "€",
    "£": "£", "pound": "£", "pounds": "£", "gbp": "£",
}  # fmt: skip
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[%$€£]")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_GLUE = re.compile(r"[\s-]*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, what it may mean (values, or a version or time as it stands), and its unit, if any.

    `loose` tells that it may be no number at all, as `one` and `first` often are not.
    """

    text: str
    readings: frozenset[Decimal | str]
    unit: str = ""
    loose: bool = False


def find_numbers(text: str) -> list[Number]:
    """The numbers of a text in order. Words are read in English only; digits in every language.

    >>> [sorted(map(str, one.readings)) for one in find_numbers("twenty nineteen, 2,000 and 2.5 million")]
    [['2019'], ['2', '2000'], ['2500000']]
    """
    tokens = [(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        end = _run_end(tokens, at, text)
        if end == at:
            at += 1
            continue
        words = [token for token, _, _ in tokens[at:end]]
        unit = _unit(tokens, at, end)
        loose = not unit and len(words) == 1 and words[0] in _LOOSE
        found.append(Number(text[tokens[at][1] : tokens[end - 1][2]], _read(words), unit, loose))
        at = end
    return found


def say_numbers(text: str) -> tuple[Number, ...]:
    """Every number that somebody said, however it may be taken: `twenty nineteen` is 2019, 20 and 19."""
    found: list[Number] = []
    for number in find_numbers(text):
        found.append(number)
        words = [token.lower() for token in _TOKEN.findall(number.text)]
        if len(words) > 1 and all(word in _WORDS for word in words):
            found += [Number(word, frozenset({Decimal(_WORDS[word])}), number.unit) for word in words]
        found += [
            Number(word, frozenset({Decimal(_SCALES[word])}), number.unit) for word in words[-1:] if word in _SCALES
        ]
    return tuple(found)


def is_said(number: Number, said: Sequence[Number]) -> bool:
    """Whether one of the numbers said may be this one; a percentage or a sum of money must be said as such."""
    return any(number.readings & one.readings and number.unit in ("", one.unit) for one in said)


def _run_end(tokens: Sequence[tuple[str, int, int]], at: int, text: str) -> int:
    """Where the number that begins at a token ends; at itself where none does."""
    end = at
    while end < len(tokens):
        word, start, _ = tokens[end]
        glued = end == at or _GLUE.fullmatch(text, tokens[end - 1][2], start) is not None
        counts = word in _WORDS or word in _SCALES or word in _CROWDS or word[0].isdigit()
        if end > at:
            before = tokens[end - 1][0]
            close = start == tokens[end - 1][2]
            counts = (
                word in _SCALES or word in _CROWDS
                or (word in _SUFFIXES and close and before[0].isdigit())
                or (word in _WORDS and (before in (*_SCALES, "and", "point") or _belongs(before, word)))
                or (word == "and" and before in ("hundred", "thousand") and _next_is_word(tokens, end))
                or (word == "point" and _next_is_word(tokens, end))
                or (word[0].isdigit() and before == "point")
            )  # fmt: skip
        if not glued or not counts:
            break
        end += 1
    return end


def _next_is_word(tokens: Sequence[tuple[str, int, int]], at: int) -> bool:
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    return following in _WORDS or following[:1].isdigit()


def _belongs(word: str, following: str) -> bool:
    """Whether two words make one number: `twenty five`, or a year, `twenty nineteen`."""
    return (word in _TENS and 0 < _WORDS[following] < 10) or (_two_digits(word) and _two_digits(following))


def _unit(tokens: Sequence[tuple[str, int, int]], begin: int, end: int) -> str:
    before = tokens[begin - 1][0] if begin else ""
    if before in ("$", "€", "£"):
        return _UNITS[before]
    following = [token for token, _, _ in tokens[end : end + 2]]
    return "%" if following == ["per", "cent"] else _UNITS.get(following[0], "") if following else ""


def _read(words: Sequence[str]) -> frozenset[Decimal | str]:
    if len(words) == 1 and words[0] in _CROWDS:
        return frozenset({Decimal(_CROWDS[words[0]])})
    if words[0][0].isdigit():
        scale = Decimal(1)
        for word in words[1:]:
            scale *= _SCALES.get(word) or _SUFFIXES.get(word) or _CROWDS.get(word) or 1
        tail = "".join(f".{word}" for word in words[1:] if word[0].isdigit())
        values = _read_digits(words[0] + tail)
        return frozenset(one * scale if isinstance(one, Decimal) else one for one in values)
    return frozenset({_read_words(words)})


def _read_digits(text: str) -> Iterator[Decimal | str]:
    """What digits with points and commas may mean: 2,000 and 2.000 either way, 1.2.3 and 10:30 as they stand."""
    if _THOUSANDS.fullmatch(text):
        yield Decimal(re.sub(r"\D", "", text))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        yield Decimal(text.replace(",", "."))
    elif (mixed := re.fullmatch(r"(\d{1,3}(?:,\d{3})+)\.(\d+)", text)) is not None:
        yield Decimal(f"{mixed[1].replace(',', '')}.{mixed[2]}")
    else:
        yield text


def _read_words(words: Sequence[str]) -> Decimal:
    whole, _, fraction = " ".join(words).partition(" point ")
    scale = Decimal(1)
    while (last := fraction.rpartition(" ")[2]) in _SCALES:
        fraction, scale = fraction.rpartition(" ")[0], scale * _SCALES[last]
    groups = whole.split()
    years = [other for one, other in pairwise(groups) if _two_digits(one) and _two_digits(other)]
    total = current = Decimal(0)
    for word in groups:
        if word in _SCALES or word in _CROWDS:
            size = _SCALES.get(word) or _CROWDS[word]
            current = (current or Decimal(1)) * size
            if size > 100:
                total, current = total + current, Decimal(0)
        elif word in _WORDS:
            shift = 100 if word in years[:1] and 0 < current < 100 else 1
            current = current * shift + _WORDS[word]
    digits = "".join(str(_WORDS.get(word, word)) for word in fraction.split())
    return (Decimal(f"{total + current}.{digits}") if digits.isdigit() else total + current) * scale


def _two_digits(word: str) -> bool:
    return 10 <= _WORDS.get(word, 0) < 100
