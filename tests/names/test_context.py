"""What stands around a name decides: the rest of it, strangers, capitals, initials; by invented names."""

from __future__ import annotations

import pytest

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import correct_file

NAMES = (
    "Niamh Quillane",
    "Jonathon Brandt",
    "Peder Stikk",
    "Jorun Ive",
    "Sun-Hee Bo",
    "OTTER",
    "Nvorex",
    "LMN",
    "vLMN",
    "Crispian",
    "Osvald Remm",
    "Marla Ennet",
    "Zurra Höln",
)
TOLD = " ".join(f"We talked about {name} then." for name in NAMES)


def correct(text: str) -> str:
    """The text after a sentence for each name, so that all of them are talked of."""
    glossary = Glossary(terms=tuple(Term(term=name) for name in NAMES))
    return correct_file(f"{TOLD}\n{text}", "in.txt", glossary, CorrectConfig())[0].removeprefix(f"{TOLD}\n")


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("We met Neve Quillane there.", "We met Niamh Quillane there."),
        ("We met Neve Quillane. Then Neve left.", "We met Niamh Quillane. Then Niamh left."),
        ("It was Sun Hee Boe who won.", "It was Sun-Hee Bo who won."),
        ("They all use Otter for that.", "They all use OTTER for that."),
        ("They went to Zurra Holn for that.", "They went to Zurra Höln for that."),
        ("All of it is by Envorex now.", "All of it is by Nvorex now."),
        ("These L M Ns are slow.", "These LMNs are slow."),
        ("We run it on V L M N today.", "We run it on vLMN today."),
        ("We asked I think Professor Brant again.", "We asked I think Professor Brandt again."),
    ],
)
def test_what_is_near_the_rest_of_a_name_or_written_like_one_is_corrected(heard: str, meant: str) -> None:
    assert correct(heard) == meant


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The novels of Milton Brandte are long.", "the given name is somebody else's"),
        ("We met Walter Quillane there.", "the given name is unlike"),
        ("Now I've seen it, and I've told you.", "an apostrophe makes another word"),
        ("There was an otter in the river.", "small letters: the animal"),
        ("The bacon is crispier this way.", "small letters: a word of its own"),
        ("It is in the REM of the thing.", "initials are no person"),
        ("There are three Annads in town.", "nobody is talked of in the plural"),
    ],
)
def test_what_belongs_to_somebody_or_something_else_is_left_alone(text: str, why: str) -> None:
    assert correct(text) == text, why


def test_a_family_name_heard_as_an_ordinary_word_does_not_change_that_word_elsewhere() -> None:
    text = "It was by Peder Stick. He threw a stick."
    assert correct(text) == "It was by Peder Stikk. He threw a stick."
