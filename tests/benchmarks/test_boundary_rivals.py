"""The other ways to find boundaries that ours is compared with."""

from collections.abc import Callable

import pytest
from talk_samples import bag_vectors, talk

from benchmarks import boundary_rivals as rivals
from benchmarks.boundary_cases import Case

TIDE = [("Ada", "The tide rises in the harbour and the boats in the harbour wait for the tide.")] * 30
BREAD = [("Bruno", "The baker kneads the dough with flour and bakes the dough in a hot oven.")] * 30


def case() -> Case:
    said = talk([*TIDE, *BREAD], pace=0.8)
    vectors = bag_vectors([segment.text for segment in said.segments])
    return Case("made up", "made up", said, vectors, (said.segments[30].start,))


@pytest.mark.parametrize("method", [rivals.nltk_deepest, rivals.text_tiling, rivals.cosine_dips])
def test_each_finds_where_two_plain_topics_meet(method: Callable[[Case], list[float]]) -> None:
    one = case()
    assert any(abs(found - one.known[0]) <= 30 for found in method(one))


def test_nltk_chooses_its_own_number() -> None:
    one = case()
    assert all(0 < found < one.transcript.duration for found in rivals.nltk_as_it_comes(one))


def test_even_spacing_and_none_know_nothing() -> None:
    one = case()
    assert rivals.even_spacing(one) == [300.0, 600.0]
    assert rivals.no_boundaries(one) == []
