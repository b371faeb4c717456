"""What is wrong, or risky, in a glossary, by file and line: found before it rewrites a word that it should not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.adapters import wordlist
from pipeline.config import Glossary
from pipeline.names import phonetics
from pipeline.names.candidates import Candidate, Effort, Finder
from pipeline.names.glossary_files import Placed, find_clashes, find_contradictions, meet
from pipeline.names.lexicon import MIN_FUZZY, Form, Lexicon, to_letters
from pipeline.names.limits import is_silent
from pipeline.names.ordinary import Ordinariness
from pipeline.names.tokens import Token, tokenise

Level = Literal["error", "warning", "hint"]

#: Occurrences in a million words from which on an alias is an error, and from which on a warning.
_TOO_COMMON, _COMMON = 100.0, 1.0
_COMMON_ESTIMATE = 10.0  # the same for several words, which are not listed but estimated
_WORD_FROM = 4.0  # Zipf frequency from which on it is worth saying that a term is a word, or sounds like one
_ALIKE_PER_LETTER = 0.12  # distance up to which two names may be taken for each other
_MOST_COMPARED = 10_000  # of more terms it is not sought which sound alike: that would take minutes
_NAMED = 3  # so many ordinary words are named in a finding


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to know, about a line of a glossary file."""

    file: str
    line: int
    level: Level
    what: str
    fix: str


def check_glossary(terms: Sequence[Placed], language: str = "en") -> list[Finding]:
    """All findings about the terms of one or several files, in order of file and line.

    `language` (ISO 639-1) says how common words are; without a word list for it only the terms are compared.
    """
    checker = _Checker(terms, language)
    found = [
        *checker.find_duplicates(),
        *checker.find_clashing_aliases(),
        *checker.find_needless_aliases(),
        *checker.find_common_aliases(),
        *checker.find_terms_alike(),
        *checker.find_ordinary_terms(),
        *checker.find_words_alike(),
        *checker.find_limits(),
    ]
    files = list(dict.fromkeys(placed.file for placed in terms))
    return sorted(dict.fromkeys(found), key=lambda one: (files.index(one.file), one.line))


def per_million(zipf: float) -> str:
    """A Zipf frequency as occurrences in a million words: `3.0` -> `1`, `5.2` -> `158`."""
    times = 10 ** (zipf - 3)
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def _finding(placed: Placed, level: Level, what: str, fix: str, alias: str | None = None) -> Finding:
    return Finding(placed.file, placed.alias_lines.get(alias or "", placed.line), level, what, fix)


class _Checker:
    """The terms with all that the checks ask of them."""

    def __init__(self, terms: Sequence[Placed], language: str) -> None:
        self.terms = terms
        self.language = language
        self.lexicon = Lexicon.build(Glossary(terms=tuple(placed.term for placed in terms)))
        self.finder = Finder(self.lexicon)
        texts = [text for placed in terms for text in (placed.term.term, *placed.term.aliases)]
        self.tokens: dict[str, list[Token]] = {text: tokenise(text) for text in texts}
        self.ordinary = Ordinariness.of((), (token for tokens in self.tokens.values() for token in tokens), language)

    def find_duplicates(self) -> Iterator[Finding]:
        """Terms that stand twice, and terms that differ only in capitals, accents and spaces."""
        same: dict[str, list[Placed]] = defaultdict(list)
        for placed in self.terms:
            letters = to_letters(self.tokens[placed.term.term])
            for other in same[letters] if letters else ():
                if not meet(placed.term, other.term):
                    continue
                if placed.term.term == other.term.term:
                    yield from self._compare_equal(other, placed)
                else:
                    yield _finding(
                        placed,
                        "warning",
                        f"{placed.term.term!r} is {other.term.term!r} ({other.place()}) but for capitals, accents or "
                        "spaces: which one is meant cannot be heard",
                        "keep the one that is right",
                    )
            same[letters].append(placed)

    def _compare_equal(self, first: Placed, second: Placed) -> Iterator[Finding]:
        contradictions = list(find_contradictions(first, second))
        for name, what in contradictions:
            yield _finding(second, "error", f"{name}: {what}", "make the two agree, or remove one")
        if not contradictions and first.file == second.file:
            what = f"{second.term.term!r} stands in {first.place()} already"
            yield _finding(second, "warning", what, "make one entry of the two")

    def find_clashing_aliases(self) -> Iterator[Finding]:
        """Aliases that mean two terms, are another's name, or must never become their own term."""
        for placed, alias, what in find_clashes(self.terms):
            yield _finding(placed, "error", what, "remove it from one of the two", alias)
        names: dict[str, list[Form]] = defaultdict(list)
        for form in self.lexicon.forms:
            if form.role != "full":
                names[form.letters].append(form)
        for placed in self.terms:
            never = {to_letters(tokenise(word)) for word in placed.term.never}
            for alias in placed.term.aliases:
                letters = to_letters(self.tokens[alias])
                if letters in never:
                    what = f"{alias!r} is an alias of {placed.term.term!r} and must never become it; the alias wins"
                    yield _finding(placed, "warning", what, "remove it from `aliases` or from `never`", alias)
                for form in names.get(letters, ()):
                    other = self.terms[form.entry.number]
                    if other.term.term != placed.term.term and meet(other.term, placed.term):
                        what = f"the alias {alias!r} is the {form.role} name of {other.term.term!r} ({other.place()})"
                        fix = f"remove the alias, or no {form.text} can be written any more"
                        yield _finding(placed, "warning", what, fix, alias)

    def find_needless_aliases(self) -> Iterator[Finding]:
        """Aliases that stand twice, are the term itself, or hold no letters."""
        for placed in self.terms:
            seen: dict[tuple[str, ...], str] = {}
            for alias in placed.term.aliases:
                stems = tuple(token.stem for token in self.tokens[alias])
                if not "".join(stems):
                    what = f"the alias {alias!r} has no letters, so that it is never found"
                    yield _finding(placed, "warning", what, "remove it", alias)
                elif alias.casefold() == placed.term.term.casefold():
                    what = f"the alias {alias!r} is the term itself"
                    yield _finding(placed, "hint", what, "remove it: capitals are mended without", alias)
                elif stems in seen:
                    what = f"the alias {alias!r} says the same as {seen[stems]!r}"
                    yield _finding(placed, "hint", what, "remove one of the two", alias)
                seen.setdefault(stems, alias)

    def find_common_aliases(self) -> Iterator[Finding]:
        """Aliases that would rewrite what people say every day."""
        for placed in self.terms if self.ordinary.known else ():
            for alias in placed.term.aliases:
                words = [token.word for token in self.tokens[alias]]
                zipf = self._frequency(words)
                times = 10 ** (zipf - 3)
                if times >= (_COMMON if len(words) == 1 else _COMMON_ESTIMATE):
                    about = "" if len(words) == 1 else "about "
                    yield _finding(
                        placed,
                        "error" if times >= _TOO_COMMON else "warning",
                        f"the alias {alias!r} would rewrite ordinary speech: {about}{per_million(zipf)} in a million "
                        f"words of {self.language} text become {placed.term.term!r}",
                        "remove it, or name it under `sounds_like`: then it counts only where the rest speaks for it",
                        alias,
                    )

    def _frequency(self, words: Sequence[str]) -> float:
        """The Zipf frequency of words in a row: listed for one, estimated for several."""
        if len(words) == 1:
            return self.ordinary.frequency(words[0])
        return self.ordinary.joint_share(words) + 9 if words else 0.0

    def find_terms_alike(self) -> Iterator[Finding]:
        """Terms of different letters that sound or look alike; each pair once, at the later of the two."""
        if len(self.terms) > _MOST_COMPARED:
            what = f"{len(self.terms):,} terms are too many to compare: which of them sound alike is not told"
            yield _finding(self.terms[0], "hint", what, f"check a part of them, {_MOST_COMPARED:,} at most")
            return
        for form in self.lexicon.forms:
            if form.role != "full" or len(form.letters) < MIN_FUZZY:
                continue
            placed = self.terms[form.entry.number]
            for near in self._near(tuple(token.stem for token in form.tokens), "all"):
                other = self.terms[near.form.entry.number]
                earlier = near.form.entry.number < form.entry.number
                if earlier and near.form.role == "full" and near.distance and meet(placed.term, other.term):
                    yield _finding(
                        placed,
                        "warning",
                        f"{placed.term.term!r} is {_likeness(near)} {other.term.term!r} ({other.place()}): one "
                        "that is heard for the other stays so",
                        "limit them to their `episodes` or `shows`, or list the aliases of each",
                    )

    def find_ordinary_terms(self) -> Iterator[Finding]:
        """Terms that are ordinary words as well."""
        for placed in self.terms:
            term, tokens = placed.term, self.tokens[placed.term.term]
            zipf = self.ordinary.frequency(tokens[0].word) if len(tokens) == 1 else 0.0
            if zipf < _WORD_FROM or term.kind == "person":
                continue
            if not term.term.islower():
                what = (
                    f"{term.term!r} is an ordinary word too, {per_million(zipf)} in a million: a "
                    f"{tokens[0].word!r} in small letters is left alone"
                )
                yield _finding(placed, "hint", what, "nothing; list as alias only what nobody says otherwise")

    def find_words_alike(self) -> Iterator[Finding]:
        """Terms that sound like ordinary words, which may be mis-heard for them."""
        alike: dict[int, dict[str, float]] = defaultdict(dict)
        for word, zipf in wordlist.common(self.language, _WORD_FROM).items() if self.ordinary.known else ():
            stem = phonetics.fold(word)
            for near in self._near((stem,), "sound") if len(stem) >= MIN_FUZZY else ():
                if near.form.role == "full" and near.distance and not near.plural:
                    alike[near.form.entry.number][word] = zipf
        for number, words in alike.items():
            placed = self.terms[number]
            words = {word: zipf for word, zipf in words.items() if word not in placed.term.never}
            commonest = sorted(words, key=lambda word: (-words[word], word))[:_NAMED]
            if commonest:
                named = ", ".join(f"{word!r} ({per_million(words[word])} in a million)" for word in commonest)
                yield _finding(
                    placed,
                    "hint",
                    f"{placed.term.term!r} sounds like {named}: it is corrected only where the context speaks for it",
                    f"if it goes wrong: `never: [{commonest[0]}]`",
                )

    def _near(self, stems: tuple[str, ...], effort: Effort) -> list[Candidate]:
        length = sum(map(len, stems))
        found = self.finder.find(stems, self.lexicon.index, effort)
        return [one for one in found if one.distance <= _ALIKE_PER_LETTER * length]

    def find_limits(self) -> Iterator[Finding]:
        """Terms that are found only as they are written, or by spelling alone."""
        for placed in self.terms:
            tokens = self.tokens[placed.term.term]
            letters = to_letters(tokens)
            if len(letters) < MIN_FUZZY and letters.isascii():
                short = f"has {len(letters) or 'no'} letter{'s' * (len(letters) != 1)}"
                what = f"{placed.term.term!r} {short}: too short to be found by sound"
                yield _finding(placed, "hint", what, "list under `aliases` what is heard for it")
            elif is_silent(placed.term):
                what = f"{placed.term.term!r} is in a script of which the sounds are not known: it is found by spelling"
                yield _finding(placed, "hint", what, "list under `aliases` what is heard for it")


def _likeness(near: Candidate) -> str:
    return "said like" if near.sound <= near.spelling else "spelled like"
