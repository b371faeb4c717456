"""Named entities by spaCy's small English model: an extra that `make setup-ner` installs.

The model (en_core_web_sm 3.8, doi 10.5281/zenodo.1212303) was trained on written news and web text with capitals.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from pipeline import packaged_weights

Kind = Literal["person", "organisation", "product", "place", "term"]

LANGUAGE = "en"
#: What the labels of OntoNotes 5 are in a glossary; dates, numbers, languages and nations are no names to look after.
_KINDS: dict[str, Kind] = {
    "PERSON": "person",
    "ORG": "organisation",
    "PRODUCT": "product",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "WORK_OF_ART": "term",
    "EVENT": "term",
}
_UNUSED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")


@dataclass(frozen=True, slots=True)
class Entity:
    """Characters `start` to `end` of a text, and what kind of name stands there."""

    start: int
    end: int
    kind: Kind


def is_installed() -> bool:
    """Whether spaCy and its model are here."""
    return importlib.util.find_spec("spacy") is not None and packaged_weights.is_installed(packaged_weights.ENTITIES)


def find(texts: Sequence[str]) -> list[tuple[Entity, ...]]:
    """The names in each of the English texts, in order.

    Raises StageError when the model is not the one that was recorded.
    """
    model = _load()
    return [
        tuple(Entity(one.start_char, one.end_char, _KINDS[one.label_]) for one in document.ents if one.label_ in _KINDS)
        for document in model.pipe(texts)
    ]


def _load() -> Any:
    folder = packaged_weights.folder_of(packaged_weights.ENTITIES)
    with warnings.catch_warnings(), _without("torch"):
        warnings.simplefilter("ignore")  # what spaCy's dependencies say about each other on import
        import spacy

        return spacy.load(folder, exclude=_UNUSED)


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Keep a module that is not imported yet from being imported.

    spaCy imports torch where it is; this model does without, which spares two seconds and 200 MB.
    """
    absent = module not in sys.modules
    if absent:
        sys.modules[module] = None  # type: ignore[assignment] # how the import system is told so
    try:
        yield
    finally:
        if absent:
            del sys.modules[module]
