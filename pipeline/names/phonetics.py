"""How a spelling sounds, roughly: letters to phones for English ears, tolerant of names from elsewhere.

The rules follow common English letter-to-sound correspondences, with the digraphs of Slavic, German, Dutch and
romanised Chinese names that a recogniser meets. One character a phone: vowels `a e i o u`, glides `y w h`,
consonants `p b t d k g f v s z m n l r`, and `T` thin, `S` ship, `Z` vision, `C` chin, `J` gin, `N` sing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPECIAL = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "th", "þ": "th", "ı": "i", "ŋ": "ng"}
)

#: Tried in this order at each position, the first that fits wins; `^` and `$` are the ends of the word.
_RULES: tuple[tuple[str, str], ...] = (
    (r"^(?:kn|gn|pn|mn)", "n"),
    (r"^ps", "s"),
    (r"^wr", "r"),
    (r"^mc(?=[^eiy])", "mak"),
    (r"^x", "z"),
    (r"tsch|tch|cz", "C"),
    (r"sch(?=[aeioulmnrw]|$)", "S"),
    (r"sch", "sk"),
    (r"shch|szcz", "SC"),
    (r"rz(?=[aeiouy])", "rZ"),
    (r"dzh|dj|dg(?=[eiy])", "J"),
    (r"zh", "Z"),
    (r"s[hz]", "S"),
    (r"kh", "k"),
    (r"(?<=[aeiou])gh(?![aeiou])", ""),
    (r"gh", "g"),
    (r"ph", "f"),
    (r"th", "T"),
    (r"ch(?=[lnr])", "k"),
    (r"ch", "C"),
    (r"ck|cq", "k"),
    (r"sc(?=[eiy])", "s"),
    (r"cc(?=[eiy])|x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"qu(?=[aeioy])", "kw"),
    (r"[cq]", "k"),
    (r"[st]ion", "San"),
    (r"tz", "ts"),
    (r"g(?=[eiy])|j", "J"),
    (r"ng(?![aeiouy])", "N"),
    (r"wh", "w"),
    (r"w(?=sk|cz)", "v"),
    (r"(?<=[aeiouy])w(?![aeiouyh])", "u"),
    (r"w(?![aeiouyh])", "v"),
    (r"mb$", "m"),
    (r"(?<=[aeiouybdgjlmnrv])h(?![aeiouy])|(?<=[bdgjlmnr])h", ""),
    (r"(?:ei|i)gh", "a"),
    (r"eo(?=[fr])", "e"),
    (r"ee|ea|ie(?![nrt])|ey$", "i"),
    (r"a[iey]|e[iy]", "e"),
    (r"oo|ou|ue|ew(?!sk|cz)|eu", "u"),
    (r"au|oa|ow(?!sk|cz)|oe", "o"),
    (r"[iy](?=[aeou])", "y"),
    (r"y", "i"),
    (r"(?<=[aeiouy][^aeiouy])e$|(?<=[aeiouy][^aeiouy][^aeiouy])e$", ""),
)
_RULE = re.compile("|".join(f"({pattern})" for pattern, _ in _RULES))
_PHONES = (None, *(phones for _, phones in _RULES))
_VOWEL = re.compile("[aeiouy]")
_REPEATS = re.compile(r"(.)\1+")

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_NAMES_OF_LETTERS = (
    "e bi si di i ef Ji eC ai Je ke el em en o pi kyu ar es ti yu vi dabalyu eks wai zi "
    "ziro wan tu Tri for faiv siks sevan et nain"
)
_LETTER_NAMES = dict(zip(_LETTERS, _NAMES_OF_LETTERS.split(), strict=True))

#: Sounds that a recogniser and its writers exchange freely share a class; vowels and glides have none.
_CLASSES = str.maketrans(
    dict(zip("pbtdTkgfvwszSZCJmnNlr", "PPTTTKKFFFSSSSSSMNNLR", strict=True)) | dict.fromkeys("aeiouyh", None)
)


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """The text in lower case without accents, ligatures and apostrophes: `Kjærlund’s` -> `kjaerlunds`."""
    if text.isascii():
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’ʼ")


@lru_cache(maxsize=1 << 17)
def to_phones(word: str) -> str:
    """The phones of one folded word; empty where the script is not Latin, for which there is no model here."""
    if not word.isascii():
        return ""
    if word.isdigit():
        return spell_out(word) if len(word) <= 2 else ""
    if len(word) <= 5 and not _VOWEL.search(word):
        return spell_out(word)
    sounds = _RULE.sub(lambda found: _PHONES[found.lastindex or 0] or "", word)
    return _REPEATS.sub(r"\1", sounds)


def spell_out(letters: str) -> str:
    """The phones of an abbreviation read letter by letter: `ai` -> `eai`; signs are silent."""
    return "".join(_LETTER_NAMES.get(letter, "") for letter in letters)


@lru_cache(maxsize=1 << 17)
def to_skeleton(phones: str) -> str:
    """The consonant classes of a word in order, repeats made one: what survives most mis-hearings."""
    return _REPEATS.sub(r"\1", phones.translate(_CLASSES))


def join_skeletons(first: str, second: str) -> str:
    """The skeleton of two words said without a pause."""
    return first + second[1:] if first and second and first[-1] == second[0] else first + second
