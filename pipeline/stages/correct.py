"""Names written as the glossary has them, in every word and segment, with a log that a person can overrule."""

from __future__ import annotations

from pipeline.config import CorrectConfig, Glossary, Ruling
from pipeline.models import Corrections, Person, Transcript
from pipeline.names import Lexicon, correct_transcript, missed, tell_limits
from pipeline.store import Workspace


def run(
    work: Workspace,
    attributed: Transcript,
    glossary: Glossary,
    settings: CorrectConfig,
    reject: tuple[str, ...] = (),
    rulings: tuple[Ruling, ...] = (),
    guests: tuple[Person, ...] = (),
    hosts: tuple[Person, ...] = (),
    title: str = "",
    show: str | None = None,
    slug: str | None = None,
) -> tuple[Transcript, Corrections]:
    """The transcript with mis-heard names corrected, and what was changed, suggested or rejected, with reasons.

    Segments keep their ids, words their times; what holds no mis-heard name is the same object. `reject` are a
    person's decisions about the whole episode (`heard -> meant`, or `heard`), `rulings` those that may be about one
    place; guests, hosts and title tell who is talked of; `slug` and `show` choose the terms that count here.
    """
    lexicon = Lexicon.build(glossary, episode=slug, show=show)
    for limit in tell_limits(glossary, attributed.language) if settings.enabled else ():
        work.notice(limit)
    people = [person.name for person in (*guests, *hosts)]
    made, log = correct_transcript(
        attributed, lexicon, settings, present=[*people, title], reject=reject, rulings=rulings
    )
    for ruling in missed(rulings, log) if settings.enabled else ():
        place = "" if ruling.at is None else f" at {ruling.at:g} s"
        work.notice(f"overrides.yaml: {ruling.heard!r} is not heard{place}, so it does not become {ruling.meant!r}")
    return made, log
