"""Who is on an episode and who is spoken of, as far as the show's files and the transcript tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.config import Term
from pipeline.editorial.mentions import find_mentions
from pipeline.models import Credit, Mention, Person, Segment

#: What a speaker is called until somebody names them.
_LABEL = re.compile(r"(?:SPEAKER|TRACK|UNKNOWN)[ _-]?\d*", re.IGNORECASE)


def find_people(
    segments: Sequence[Segment], hosts: Sequence[Person], guests: Sequence[Person], terms: Sequence[Term]
) -> tuple[Credit, ...]:
    """Hosts, guests, other speakers and the glossary's people that were spoken of, each in order of appearance.

    A host or guest is there who speaks or is named; a speaker without a name is left out. Links are those of the
    show's and the episode's files, else of the glossary. A speaker called by the first name of a single host or guest
    is that person.
    """
    people = {term.term: term for term in terms if term.kind == "person"}
    known = [*((one, "host") for one in hosts), *((one, "guest") for one in guests)]
    named = find_mentions(segments, [*people.values(), *(Term(term=one.name) for one, _ in known if one.name.strip())])
    found: dict[str, Credit] = {}
    for segment in segments:
        name = segment.speaker
        if name and not is_label(name):
            person, role = _recognise(name, known)
            shown = person.name if person else name
            found.setdefault(shown, _credit(shown, role, person, people, segment.start, segment.id))
    for mention in named:
        person, role = next(((one, role) for one, role in known if one.name == mention.term), (None, "mentioned"))
        credit = _credit(mention.term, role, person, people, mention.start, mention.segment)
        if not _is_same_as_any(mention.term, found):
            found.setdefault(mention.term, credit)
    order = ("host", "guest", "speaker", "mentioned")
    return tuple(sorted(found.values(), key=lambda one: (order.index(one.role), one.start, one.name)))


def find_things(segments: Sequence[Segment], terms: Sequence[Term]) -> tuple[Mention, ...]:
    """What was mentioned that is nobody: books, papers, products, organisations, places and other terms."""
    return find_mentions(segments, [term for term in terms if term.kind != "person"])


def is_label(speaker: str) -> bool:
    """Whether a speaker is only numbered: `SPEAKER_01`, `TRACK_02`."""
    return _LABEL.fullmatch(speaker.strip()) is not None


def _recognise(name: str, known: Sequence[tuple[Person, str]]) -> tuple[Person | None, str]:
    """The host or guest whom a speaker's name means."""
    exact = [pair for pair in known if pair[0].name.casefold() == name.casefold()]
    first = [pair for pair in known if pair[0].name.casefold().split()[:1] == [name.casefold()]]
    matching = exact or first
    return matching[0] if len(exact) or len(first) == 1 else (None, "speaker")


def _is_same_as_any(name: str, found: dict[str, Credit]) -> bool:
    """Whether somebody mentioned by a full name is a speaker known by the first."""
    first = name.split()[0]
    return any(one.casefold() == first.casefold() for one in found)


def _credit(name: str, role: str, person: Person | None, people: dict[str, Term], start: float, segment: int) -> Credit:
    link = person.href if person else None
    term = people.get(name)
    return Credit.model_validate(
        {"name": name, "role": role, "link": link or (term.link if term else None), "start": start, "segment": segment}
    )
