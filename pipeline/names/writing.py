"""How a name is written in the place of what was heard: its case and its plural."""

from __future__ import annotations

import re

from pipeline.names.lexicon import Form
from pipeline.names.tokens import Token

_SIBILANT = re.compile(r"(?:[sxz]|[cs]h)$", re.IGNORECASE)


def write_name(form: Form, plural: str, heard: list[Token], *, opens: bool = False, shout: bool = False) -> str:
    """The form's text with the plural of what was heard.

    Where a sentence `opens`, a term in small letters keeps the capital of what was heard; where the text around is
    all capitals (`shout`), so is the name.
    """
    text = form.text
    if heard[-1].ending:
        text = text.removesuffix(form.tokens[-1].ending)
    case = form.entry.term.case
    sentence = case == "sentence" or (case is None and text.islower() and text.isalpha())
    if sentence and opens and heard[0].text[:1].isupper():
        text = text[:1].upper() + text[1:]
    if shout and case != "fixed":
        text = text.upper()
    if plural:
        text += "es" if _SIBILANT.search(text) and not text.isupper() else "s"
    return text


def is_written(form: Form, text: str) -> bool:
    """Whether `text` (without endings) is the form as the glossary writes it.

    A hyphen in the place of a space, and then the case too, is a matter of grammar and not of hearing; a term in
    small letters may begin with a capital.
    """
    if text == form.text:
        return True
    case = form.entry.term.case
    if case == "fixed":
        return False
    if form.text.islower() and text[1:] == form.text[1:] and text.casefold() == form.text:
        return True
    return "-" in form.text and form.role == "full" and _spaced(text).casefold() == _spaced(form.text).casefold()


def _spaced(text: str) -> str:
    return re.sub(r"[\s\u00a0]*[-‐‑\s\u00a0][\s\u00a0]*", " ", text)
