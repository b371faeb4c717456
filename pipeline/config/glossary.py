"""configs/glossary.yaml, and what of it an episode was heard with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator

from pipeline.config.base import Name, Section, Url


class Term(Section):
    """A name as it must be written; only `term` is needed.

    `aliases` are mis-hearings that always mean it, `sounds_like` spellings that sound as it does, `never` words
    that must not become it. `given` and `family` are a person's names where the term does not show them.
    `case: fixed` writes the name as it stands everywhere, `sentence` capitalises it only where a sentence
    begins. With `episodes` (slugs) or `shows` (titles) it counts only there.
    """

    term: Name
    kind: Literal["person", "organisation", "product", "place", "book", "paper", "term"] | None = None
    aliases: tuple[Name, ...] = ()
    sounds_like: tuple[Name, ...] = ()
    never: tuple[Name, ...] = ()
    given: Name | None = None
    family: Name | None = None
    case: Literal["fixed", "sentence"] | None = None
    episodes: tuple[Name, ...] = ()
    shows: tuple[Name, ...] = ()
    link: Url | None = None
    notes: str | None = None


class Glossary(Section):
    """configs/glossary.yaml: the names of the show; a term that is only a name may stand as a plain string."""

    terms: tuple[Term, ...] = ()

    @field_validator("terms", mode="before")
    @classmethod
    def _names_are_terms(cls, value: Any) -> Any:
        return [{"term": one} if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


class Vocabulary(Section):
    """What the recogniser listens for in one episode: the terms that count there and, in `present`, who is on it.

    It stays as it was when the episode was first heard, so that a later glossary edit makes nobody listen again.
    """

    glossary: Glossary
    present: tuple[str, ...] = ()
