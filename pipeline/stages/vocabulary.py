"""vocabulary: the names that transcribe listens for, fixed when the episode is first heard."""

from __future__ import annotations

from pipeline.config import Glossary, Vocabulary
from pipeline.models import Person
from pipeline.names import Lexicon
from pipeline.store import Workspace

#: What a term says for readers or about where it counts, and nothing about how it is said.
_UNHEARD = {"link": None, "notes": None, "episodes": (), "shows": ()}


def run(
    work: Workspace,
    glossary: Glossary,
    guests: tuple[Person, ...] = (),
    hosts: tuple[Person, ...] = (),
    title: str = "",
    show: str | None = None,
    slug: str | None = None,
) -> Vocabulary:
    """The glossary's terms that count for this episode (`slug`) and show, with who and what it is about."""
    lexicon = Lexicon.build(glossary, episode=slug, show=show)
    terms = tuple(entry.term.model_copy(update=_UNHEARD) for entry in lexicon.entries)
    present = (*(person.name for person in (*guests, *hosts)), title, show or "")
    return Vocabulary(glossary=Glossary(terms=terms), present=tuple(text for text in present if text))
