"""What an episode is listened for: the terms that count there, without what has no sound, and who is on it."""

from __future__ import annotations

from pipeline.config import Glossary, Term
from pipeline.models import Person
from pipeline.stages import vocabulary
from pipeline.store import Workspace


def test_the_terms_of_this_episode_and_its_people_are_listened_for(work: Workspace) -> None:
    terms = (
        Term(term="Skerrivaig", link="https://example.org/", notes="a lighthouse", sounds_like=("scary vague",)),
        Term(term="HelmAI", episodes=("other",)),
        Term(term="gyrostat", shows=("Salt and Brass",)),
    )
    made = vocabulary.run(
        work, Glossary(terms=terms), (Person(name="Hedvig Kjærlund"),), (Person(name="Niamh Quillane"),),
        "The tide", "Salt and Brass", "tide",
    )  # fmt: skip
    assert made.glossary.terms == (Term(term="Skerrivaig", sounds_like=("scary vague",)), Term(term="gyrostat"))
    assert made.present == ("Hedvig Kjærlund", "Niamh Quillane", "The tide", "Salt and Brass")


def test_what_a_reader_sees_of_a_term_changes_nothing_for_the_ear(work: Workspace) -> None:
    bare, linked = Term(term="HelmAI"), Term(term="HelmAI", link="https://example.org/", notes="asked to be spelled so")
    assert vocabulary.run(work, Glossary(terms=(bare,))) == vocabulary.run(work, Glossary(terms=(linked,)))
