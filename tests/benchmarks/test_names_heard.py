"""The corrector on our own sentences, of which the second half did not guide it: a floor under what docs/names.md says."""

from __future__ import annotations

import pytest

from benchmarks import names_heard


@pytest.mark.parametrize("half", names_heard.HALVES)
def test_most_names_are_found_and_most_look_alikes_left_alone(half: str) -> None:
    recall, precision = names_heard.tell_score(names_heard.run_cases(names_heard.read_cases(half), "balanced"))
    assert recall >= 0.93
    assert precision >= 0.86


def test_each_sentence_holds_what_was_heard_and_no_term_of_the_other_half() -> None:
    halves = [names_heard.read_cases(half) for half in names_heard.HALVES]
    assert all(case.heard in case.sentence and bool(case.heard) == bool(case.meant) for half in halves for case in half)
    assert {case.term for case in halves[0]}.isdisjoint(case.term for case in halves[1])
