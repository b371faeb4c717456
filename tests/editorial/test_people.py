"""Who is on an episode: speakers by name and role, and whom they speak of."""

import pytest
from talk_samples import Line, talk

from pipeline.config import Term
from pipeline.editorial.people import find_people, find_things, is_label
from pipeline.models import Person

HOST = Person(name="Ada Byron", href="https://example.org/ada")
GUEST = Person(name="Bruno Keel")
TERMS = (
    Term(term="Bruno Keel", kind="person", link="https://example.org/bruno"),
    Term(term="Zoe Quay", kind="person", link="https://example.org/zoe"),
    Term(term="The Lamp", kind="book", link="https://example.org/lamp"),
)
LINES: list[Line] = [
    ("Ada Byron", "Welcome back. Today Zoe Quay is away."),
    ("Bruno Keel", "I read The Lamp on the way."),
    ("SPEAKER_02", "So did I."),
    ("Cleo", "Me too."),
]


def test_speakers_come_with_their_roles_and_links_before_those_who_are_only_named() -> None:
    made = find_people(talk(LINES).segments, (HOST,), (GUEST,), TERMS)
    assert [(one.name, one.role, one.link) for one in made] == [
        ("Ada Byron", "host", "https://example.org/ada"),
        ("Bruno Keel", "guest", "https://example.org/bruno"),
        ("Cleo", "speaker", None),
        ("Zoe Quay", "mentioned", "https://example.org/zoe"),
    ]


@pytest.mark.parametrize("label", ["SPEAKER_01", "TRACK_02", "speaker 1", "Speaker"])
def test_a_label_is_nobody(label: str) -> None:
    assert is_label(label)
    assert find_people(talk([(label, "Hello there.")]).segments, (), (), ()) == ()


def test_a_speaker_called_by_a_first_name_is_the_host_or_guest_of_that_name() -> None:
    made = find_people(talk([("bruno", "Hello."), ("Ada", "Hello, Bruno Keel.")]).segments, (HOST,), (GUEST,), ())
    assert [(one.name, one.role) for one in made] == [("Ada Byron", "host"), ("Bruno Keel", "guest")]


def test_a_first_name_that_two_share_is_not_guessed() -> None:
    made = find_people(talk([("Ada", "Hello.")]).segments, (HOST, Person(name="Ada Lark")), (), ())
    assert [(one.name, one.role) for one in made] == [("Ada", "speaker")]


def test_a_host_who_neither_speaks_nor_is_named_is_not_there() -> None:
    assert find_people(talk([("Cleo", "Alone today.")]).segments, (HOST,), (GUEST,), TERMS)[0].name == "Cleo"


def test_a_guest_who_is_only_named_is_still_the_guest() -> None:
    made = find_people(talk([("SPEAKER_00", "With me is Bruno Keel.")]).segments, (HOST,), (GUEST,), ())
    assert [(one.name, one.role) for one in made] == [("Bruno Keel", "guest")]


def test_things_are_all_terms_that_are_nobody() -> None:
    (made,) = find_things(talk(LINES).segments, TERMS)
    assert (made.term, made.kind, made.link) == ("The Lamp", "book", "https://example.org/lamp")
