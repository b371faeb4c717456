"""What the corrector cannot do for a glossary or a language, said in a sentence each."""

from __future__ import annotations

from pipeline.adapters import wordlist
from pipeline.config import Glossary, Term
from pipeline.names import phonetics
from pipeline.names.tokens import tokenise

_NAMED = 3


def is_silent(term: Term) -> bool:
    """Whether the term is written in a script of which no sounds are known here, so that only its spelling counts."""
    stems = [token.stem for text in (term.term, *term.sounds_like) for token in tokenise(text)]
    return any(not stem.isascii() for stem in stems) and not any(map(phonetics.to_phones, stems))


def tell_limits(glossary: Glossary, language: str) -> list[str]:
    """The terms that are sought by spelling alone, and a language of which it is not known how common its words are."""
    told = []
    silent = [term.term for term in glossary.terms if is_silent(term)]
    if silent:
        more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
        named = ", ".join(silent[:_NAMED]) + more
        told.append(f"no phonetic model for the script of {named}: sought by spelling alone")
    if glossary.terms and not wordlist.has(language):
        told.append(f"no word frequencies for language '{language}': common words are guessed by their length")
    return told
