"""Names written as the glossary has them, in every word and segment, with a log that a person can overrule."""

from __future__ import annotations

from pipeline.config import CorrectConfig, Glossary
from pipeline.models import Corrections, Person, Transcript
from pipeline.names import Lexicon, correct_transcript
from pipeline.store import Workspace


def run(
    work: Workspace,
    attributed: Transcript,
    glossary: Glossary,
    settings: CorrectConfig,
    reject: tuple[str, ...] = (),
    guests: tuple[Person, ...] = (),
    hosts: tuple[Person, ...] = (),
    title: str = "",
    show: str | None = None,
    slug: str | None = None,
) -> tuple[Transcript, Corrections]:
    """The transcript with mis-heard names corrected, and what was changed, suggested or rejected, with reasons.

    Segments keep their ids, words their times; what holds no mis-heard name is the same object. `reject` are a
    person's decisions (`heard -> meant`, or `heard`); guests, hosts and title tell who is talked of; `slug` and
    `show` choose the terms that count here.
    """
    lexicon = Lexicon.build(glossary, episode=slug, show=show)
    people = [person.name for person in (*guests, *hosts)]
    return correct_transcript(attributed, lexicon, settings, present=[*people, title], reject=reject)
