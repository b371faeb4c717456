"""What a sentence claims that can be looked up: names, numbers and quotes; and whether a passage bears it out.

Strict on purpose: a name or number that cannot be found counts as invented, because a sentence that is left out costs
less than a false one. What is not a name, number or quote may be paraphrased freely, as long as a third of
its content words were said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.adapters import wordlist
from pipeline.editorial import numerals
from pipeline.editorial.words import STOP_WORDS, part_sentences, stem
from pipeline.models import Segment
from pipeline.sentences import join

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’.&][^\W_]+)*[+#]*|\d[^\W_]*(?:[.,][^\W_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:…。！？]['\"”’)\]]*\s|\s[-–—]\s|[\"“„«(\[])\s*$")
_CLOSE = re.compile(r"[\s\-‐‑/·&]*")
_BETWEEN_NAMES = re.compile(r"[ \u00a0-]|\s?&\s?")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|„([^„“”]+)[“”]|«([^«»]+)»|(?<!\w)[‘']([^‘’']+\s[^‘’']+)[’'](?!\w)")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\b(?:[\w-]+\.)+(?:com|org|net|io|dev|fm|co|edu|gov|app|ai)\b")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_PRONOUN = re.compile(r"I(?:['’](?:m|ve|d|ll|s))?")
#: Words this common in a language (Zipf scale, a few hundred words) begin sentences and name nothing.
_EVERYDAY = 5.5
#: So much of what a sentence is about must have been said.
_SUPPORT = 1 / 3
_SAME_LETTERS = 5
_HARDLY = "says hardly anything that was said there"
#: How notes speak of an episode: these begin sentences, and need not have been said themselves.
_EDITORIAL_WORDS = """
episode podcast show interview conversation discussion talk chat recording host guest speaker listener audience chapter
topic subject summary highlight takeaway overview introduction intro outro background welcome closing
discuss discussing explain explaining describe describing explore explored exploring cover covering share shared sharing
argue argued arguing recall recalled reflect ask asked answer answered introduce introduced introducing compare
compared comparing learn learned learnt discover hear join joined consider considered reveal revealed suggest suggested
warn warned mention mentioned outline outlined outlining present dive delve delved diving delving unpack walk break
trace tracing look finally meanwhile together along plus key main according starting beginning following despite
throughout including
"""
_EDITORIAL = frozenset(map(stem, _EDITORIAL_WORDS.split()))


def normalise(text: str) -> str:
    """Text as quotes are compared: apostrophes and quotation marks straight, any white space one space, NFC.

    Nothing else is forgiven: capitals, punctuation and every word must be as they were said.
    """
    straight = re.sub("[’‘ʼ]", "'", re.sub("[“”„«»]", '"', unicodedata.normalize("NFC", text)))
    return " ".join(straight.split())


def is_quoted(quote: str, said: str) -> bool:
    """Whether a quote stands in what was said, word for word, and begins and ends with whole words."""
    wanted, text = normalise(quote), normalise(said)
    if not wanted:
        return False
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None or (
        _UNSPACED.search(wanted) is not None and wanted in text
    )


@dataclass(frozen=True)
class Passage:
    """What was said in some segments; what it names, counts and says is found when first asked for."""

    segments: Sequence[Segment]

    @cached_property
    def text(self) -> str:
        """Its words as they are read."""
        return join(segment.text.strip() for segment in self.segments)

    @cached_property
    def parted(self) -> str:
        """The same with its sentences parted."""
        return part_sentences(self.text)

    @cached_property
    def words(self) -> str:
        """The stems of its words in order, with a space around each, and a bar where punctuation parts two."""
        parts: list[str] = []
        last = 0
        for match in _WORD.finditer(self.parted):
            parts += [] if _CLOSE.fullmatch(self.parted, last, match.start()) else ["|"]
            parts.append(stem(match.group()))
            last = match.end()
        return _spaced(parts)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(self.words.split()) - {"|"}

    @cached_property
    def numbers(self) -> tuple[numerals.Number, ...]:
        """Every number in it."""
        return numerals.say_numbers(self.text)

    @cached_property
    def initials(self) -> str:
        """The first letters of its words, by which an abbreviation is known."""
        return "".join(word[0] for word in self.words.split())

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How its words begin, by which inflected forms are known."""
        return frozenset(word[:_SAME_LETTERS] for word in self.vocabulary)


@dataclass(frozen=True)
class Ground:
    """What an episode lets one name anywhere: who speaks, what the show calls itself, and what is no name at all.

    `known` are names and texts that need not be in a passage, `small` the stems of words said in small letters.
    `terms` are a glossary's terms in small letters that were never said: capitals do not give these away.
    """

    language: str
    known: tuple[str, ...] = ()
    small: frozenset[str] = frozenset()
    terms: tuple[str, ...] = ()
    _everyday: dict[str, bool] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, language: str, known: Iterable[str], segments: Iterable[Segment], terms: Iterable[str]) -> Ground:
        """`known` as they are written; `terms` those of the glossary's that were not said."""
        small = {
            stem(match.group()) for segment in segments for match in _WORD.finditer(segment.text)
            if match.group().islower()
        }  # fmt: skip
        lower = tuple(_spaced(stems(term)) for term in terms if term.islower())
        return cls(language, tuple(_spaced(stems(one)) for one in dict.fromkeys(known)), frozenset(small), lower)

    def knows(self, names: Sequence[str]) -> bool:
        """Whether the words (stems) stand together in something known."""
        wanted = _spaced(names)
        return any(wanted in one for one in self.known)

    def is_ordinary(self, word: str) -> bool:
        """Whether a capital at the beginning of a sentence may hide a word that is no name."""
        lower = word.lower().replace("’", "'")
        bare = stem(word)
        if lower in STOP_WORDS or bare in self.small or bare in _EDITORIAL:
            return True
        if lower not in self._everyday:
            listed = wordlist.look_up({lower}, self.language) if wordlist.has(self.language) else {}
            self._everyday[lower] = listed.get(lower, 0.0) >= _EVERYDAY
        return self._everyday[lower]


def find_fault(text: str, passage: Passage, ground: Ground, *, titled: bool = False) -> str | None:
    """What a text claims that the passage does not say, as the end of a sentence; None where all was said.

    `titled` text is written with capitals that say nothing, as titles are, and must be in the words of the passage.
    """
    for number in numerals.find_numbers(text):
        if not number.loose and not numerals.is_said(number, passage.numbers):
            return f"has the number {number.text!r}, which was not said there"
    for quote in find_quoted(text):
        if not is_quoted(quote, passage.text):
            return f"quotes {quote!r}, which was not said there in these words"
    for address in _ADDRESS.findall(text):
        if normalise(address).lower().strip(".,;") not in normalise(passage.text).lower():
            return f"gives the address {address!r}, which was not said there"
    for name in find_names(text, ground, titled=titled):
        if not _is_named(name, passage, ground):
            return f"names {' '.join(name)!r}, which was not said there"
    return _unsupported(text, passage, ground, whole=titled)


def find_quoted(text: str) -> Iterator[str]:
    """What stands in quotation marks, without the punctuation that a sentence lends it."""
    for match in _QUOTED.finditer(text):
        quote = next(group for group in match.groups() if group is not None).strip().rstrip(".,;:!?…").strip()
        if quote:
            yield quote


def find_names(text: str, ground: Ground, *, titled: bool = False) -> list[tuple[str, ...]]:
    """The names in a text, each as its words: capitals inside a sentence, and at its beginning unless ordinary."""
    text = part_sentences(text)
    names: list[list[str]] = []
    last = -1
    for match in _WORD.finditer(text):
        word = match.group()
        if not any(map(str.isupper, word)) or _PRONOUN.fullmatch(word):
            continue
        opens = titled or _OPENS.search(text, 0, match.start()) is not None
        if opens and not any(map(str.isupper, word[1:])) and ground.is_ordinary(word):
            continue
        together = last >= 0 and _BETWEEN_NAMES.fullmatch(text, last, match.start()) is not None
        if not together:
            names.append([])
        names[-1].append(word)
        last = -1 if titled or word[-2:] in ("'s", "’s") else match.end()
    return [tuple(name) for name in names]


def _is_named(name: Sequence[str], passage: Passage, ground: Ground) -> bool:
    words = [stem(word) for word in name]
    if _spaced(words) in passage.words or ground.knows(words):
        return True
    if len(name) > 1:  # an abbreviation or a version stands beside a name without belonging to it
        cuts = [at for at in range(1, len(name)) if not (name[at - 1][1:].islower() and name[at][1:].islower())]
        return any(_is_named(name[:at], passage, ground) and _is_named(name[at:], passage, ground) for at in cuts)
    return name[0].removesuffix("s").isupper() and len(words[0]) > 1 and words[0] in passage.initials


def _unsupported(text: str, passage: Passage, ground: Ground, *, whole: bool) -> str | None:
    missing_term = next((term for term in ground.terms if term in _spaced(stems(text))), None)
    if missing_term and missing_term not in passage.words:
        return f"names {missing_term.strip()!r}, which was not said there"
    if _UNSPACED.search(text):
        pairs = {text[at : at + 2] for at in range(len(text) - 1) if _UNSPACED.match(text[at])}
        found = sum(pair in passage.text for pair in pairs)
        return _HARDLY if found < _SUPPORT * len(pairs) else None
    content = [word for word in stems(text) if _carries_meaning(word)]
    lacking = [word for word in content if not _is_supported(word, passage) and not ground.knows([word])]
    if whole and lacking:
        return f"has the word {lacking[0]!r}, which was not said there"
    return (
        None if len(content) - len(lacking) >= _SUPPORT * len(content) else "says hardly anything that was said there"
    )


def _carries_meaning(word: str) -> bool:
    """Whether a word, no number, says what a sentence is about."""
    return len(word) > 1 and not word[0].isdigit() and word not in STOP_WORDS and word not in _EDITORIAL


def _is_supported(word: str, passage: Passage) -> bool:
    return word in passage.vocabulary or (len(word) >= _SAME_LETTERS and word[:_SAME_LETTERS] in passage.beginnings)


def stems(text: str) -> list[str]:
    """The stems of a text's words, by which names are compared: capitals, plurals and possessives say nothing."""
    return [stem(word) for word in _WORD.findall(part_sentences(text))]


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
