"""The glossary made searchable: every form in which a term may be written, how it sounds, and how it may be found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.config import Glossary, Term
from pipeline.names import phonetics
from pipeline.names.tokens import Token, tokenise

Role = Literal["full", "given", "family"]
PARTS: tuple[Role, Role] = ("given", "family")
MAX_WORDS = 4
MIN_FUZZY = 3

PARTICLES = "van von der den de del della di da dos das du la le el al bin ibn ben ter ten zu"
TITLES = ("dr", "prof", "mr", "mrs", "ms", "sir", "dame", "jr", "sr", "phd", "md", "ii", "iii", "iv")
#: A word of a person's name: one capital, or two where the first begins a prefix (`McKay`, `O'Neill`, `Levi-Strauss`).
_NAME_WORD = re.compile(r"(?:(?:Mac|Mc|Le|De|La|Di|Du|Van|Fitz|O['’])?[^\W\d_][^\W\d_A-Z]+(?:-|$))+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z\d]+|\d+")
_UNSAYABLE = re.compile(r"[bcdfgjklmnpqrtvxz](?=[bcdfgjkmnpqstvxz])[a-z]+[aeiouy]")
_NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {word: str(number) for number, word in enumerate(_NUMBER_WORDS.split())}


@dataclass(frozen=True, slots=True)
class Entry:
    """A glossary term that counts in this episode; `number` is its place in the lexicon."""

    number: int
    term: Term
    person: bool
    never: frozenset[str]
    given: str = ""
    family: str = ""

    def part(self, role: str) -> str:
        """The folded given or family name of a person."""
        return self.given if role == "given" else self.family


@dataclass(frozen=True, slots=True)
class Half:
    """The letters and the sounds of something that may be heard."""

    letters: str
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form(Half):
    """One way of writing an entry: in full, or a person by the given or the family name.

    `letters` is the folded text (or what it is said to sound like) without spaces and signs, `sounds` are its
    pronunciations as phones.
    """

    entry: Entry
    role: Role
    text: str
    tokens: tuple[Token, ...]
    halves: tuple[Half, Half] | None = None

    @property
    def stylised(self) -> bool:
        """Whether it has capitals where a word has none, as CLIP and DeepMind: then it is not that word."""
        return any(token.text[1:] != token.text[1:].lower() for token in self.tokens)

    @property
    def has_initials(self) -> bool:
        """Whether capitals follow one another in it, as in CLIP and OpenAI."""
        return re.search("[A-Z][^a-z]*[A-Z]", self.text) is not None


@dataclass(slots=True)
class Lexicon:
    """All forms of a glossary, found by their letters, by near letters, and by the consonants of their sound."""

    entries: list[Entry] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    aliases: dict[tuple[str, ...], Form] = field(default_factory=dict)
    index: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def build(cls, glossary: Glossary, *, episode: str | None = None, show: str | None = None) -> Lexicon:
        """The lexicon of the terms that count for that episode (slug) and show (title); None is any."""
        lexicon = cls()
        for term in glossary.terms:
            if _counts(term.episodes, episode) and _counts(term.shows, show):
                lexicon._add(term)
        lexicon.index = dict(lexicon.index)
        return lexicon

    def words_of(self, number: int) -> list[str]:
        """The words of an entry's term, as dictionaries list them."""
        return [token.word for token in tokenise(self.entries[number].term.term)]

    def _add(self, term: Term) -> None:
        names = _person_names(term)
        never = frozenset(to_letters(tokenise(word)) for word in term.never)
        given, family = (phonetics.fold(name or "") for name in names or ("", ""))
        entry = Entry(len(self.entries), term, names is not None, never, given, family)
        self.entries.append(entry)
        self._add_form(entry, "full", term.term, family=names[1] if names else None)
        for like in term.sounds_like:
            self._add_form(entry, "full", term.term, like)
        if names:
            for role, name in zip(PARTS, names, strict=True):
                if name and name != term.term:
                    self._add_form(entry, role, name)
        full = Form("", (), entry, "full", term.term, tuple(tokenise(term.term)))
        for alias in term.aliases:
            self.aliases.setdefault(tuple(token.stem for token in tokenise(alias)), full)

    def _add_form(
        self, entry: Entry, role: Role, text: str, like: str | None = None, family: str | None = None
    ) -> None:
        """File a way of writing the entry, under its own letters and sounds or those of what it sounds like."""
        tokens, sought = tuple(tokenise(text)), tuple(tokenise(like or text))
        letters = to_letters(sought)
        if not letters:
            return
        sounds = _pronounce(like or text, sought)
        keys = {letters: None}
        if len(letters) >= MIN_FUZZY:
            for phones in sounds or ("",):
                keys.update(dict.fromkeys(search_keys(letters, phonetics.to_skeleton(phones))))
        for key in keys:
            self.index[key].append(len(self.forms))
        halves = _halve(like or text, family) if role == "full" and entry.person else None
        self.forms.append(Form(letters, sounds, entry, role, text, tokens, halves))


def search_keys(letters: str, skeleton: str) -> list[str]:
    """Under what a word is filed and sought: two that are near in sound or spelling share one.

    Long skeletons are filed with each single consonant left out (as in SymSpell), which finds one dropped, added
    or exchanged; short ones as they are, and by their letters with one left out.
    """
    keys = ["/" + skeleton] if skeleton else []
    if len(skeleton) >= 4:
        keys += ["/" + phonetics.join_skeletons(skeleton[:at], skeleton[at + 1 :]) for at in range(len(skeleton))]
    elif 4 <= len(letters) <= 12:
        keys += [letters[:at] + letters[at + 1 :] for at in range(len(letters))]
    return keys


def to_letters(tokens: Iterable[Token]) -> str:
    """The folded letters of all tokens run together, numbers as digits: `GPT-four` -> `gpt4`."""
    return "".join(NUMBERS.get(token.stem, token.stem) for token in tokens)


def _counts(scope: tuple[str, ...], here: str | None) -> bool:
    return not scope or here is None or here.casefold() in (name.casefold() for name in scope)


def _halve(text: str, family: str | None) -> tuple[Half, Half] | None:
    """A person's name as what comes before the family name, and that; both must be heard for the whole to be."""
    lead = text.removesuffix(family or "")
    if lead == text:
        lead = text.rpartition(" ")[0]
    if not lead.strip():
        return None
    first, second = tokenise(lead), tokenise(text[len(lead) :])
    return Half(to_letters(first), _pronounce(lead, first)), Half(
        to_letters(second), _pronounce(text[len(lead) :], second)
    )


def _pronounce(text: str, tokens: Sequence[Token]) -> tuple[str, ...]:
    """As words, with capitals inside it read as letters (`OpenAI`), and where all is capitals, letter by letter.

    Where no English word begins so, the first letter may be said by its name (`em-nist`, `en-vidia`).
    """
    pieces = [piece for token in tokens for piece in _CAMEL.findall(token.text)]
    mixed = "".join(_sound_of_piece(piece) for piece in pieces)
    sounds = [mixed, "".join(phonetics.to_phones(token.stem) for token in tokens)]
    if text.isupper() and len(text) <= 5:
        sounds.append("".join(phonetics.spell_out(token.stem) for token in tokens))
    if len(tokens) == 1 and _UNSAYABLE.match(tokens[0].stem):
        stem = tokens[0].stem
        sounds.append(phonetics.spell_out(stem[0]) + phonetics.to_phones(stem[1:]))
    return tuple(sound for sound in dict.fromkeys(sounds) if sound)


def _sound_of_piece(piece: str) -> str:
    folded = phonetics.fold(piece)
    spelled = piece.isupper() and (len(piece) <= 2 or not re.search("[AEIOUY]", piece))
    return phonetics.spell_out(folded) if spelled else phonetics.to_phones(folded)


def _person_names(term: Term) -> tuple[str | None, str | None] | None:
    """A person's given and family name, as far as they can be told; None for what is no person.

    Where no kind is given, two to four words with capitals (particles aside) are taken for a person's name.
    """
    if term.given or term.family:
        return term.given, term.family
    words = [word for word in term.term.split() if phonetics.fold(word.strip(".,")) not in TITLES]
    if term.kind not in (None, "person") or not 2 <= len(words) <= 5:
        return (None, None) if term.kind == "person" else None
    if term.kind is None and not all(_is_name(word) for word in words):
        return None
    first = next(
        (at for at, word in enumerate(words) if at and phonetics.fold(word) in PARTICLES.split()), len(words) - 1
    )
    return words[0], " ".join(words[first:])


def _is_name(word: str) -> bool:
    return phonetics.fold(word) in PARTICLES.split() or _NAME_WORD.fullmatch(word) is not None
