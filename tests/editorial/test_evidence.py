"""How likely a topic turns before a sentence."""

import numpy as np
import pytest
from talk_samples import bag_vectors, talk

from pipeline.editorial import evidence
from pipeline.editorial.weights import WEIGHTS
from pipeline.models import Segment

PLAIN = [("Ada", "The tide is high in the harbour."), ("Bruno", "The tide runs out of the harbour again.")] * 12


def turns_of(lines: list[tuple[str, str]]) -> tuple[float, ...]:
    segments = talk(lines).segments
    return evidence.topic_turns(segments, bag_vectors([segment.text for segment in segments]))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_sentences_turn_nowhere(count: int) -> None:
    assert turns_of([("Ada", "Good morning.")] * count) == (0.0,) * count


def test_every_sentence_has_a_probability_and_the_first_has_none() -> None:
    turns = turns_of(PLAIN)
    assert len(turns) == len(PLAIN)
    assert turns[0] == 0
    assert all(0 <= turn <= 1 for turn in turns)


@pytest.mark.parametrize(
    "line",
    [
        ("Ada", "So let's move on to the next question about the harbour tide."),
        ("Ada", "Okay, now tell us about the tide in the harbour?"),
    ],
)
def test_an_announcement_makes_a_turn_likelier(line: tuple[str, str]) -> None:
    changed = [*PLAIN[:12], line, *PLAIN[13:]]
    assert turns_of(changed)[12] > 2 * turns_of(PLAIN)[12]


def test_new_words_make_a_turn_likelier() -> None:
    other = [("Ada", "A baker kneads dough with flour."), ("Bruno", "The dough rests while the baker buys flour.")] * 6
    turns = turns_of([*PLAIN[:12], *other])
    assert turns[12] == max(turns)


def test_a_new_cast_makes_a_turn_likelier() -> None:
    others = [({"Ada": "Cleo", "Bruno": "Dan"}[speaker], text) for speaker, text in PLAIN[12:]]
    assert turns_of([*PLAIN[:12], *others])[12] > 2 * turns_of(PLAIN)[12]


def test_a_silence_makes_a_turn_likelier() -> None:
    segments = talk(PLAIN).segments
    late = tuple(
        one.model_copy(update={"start": one.start + 4, "end": one.end + 4}) if one.id >= 12 else one for one in segments
    )
    vectors = bag_vectors([segment.text for segment in segments])
    assert evidence.topic_turns(late, vectors)[12] > 1.5 * evidence.topic_turns(segments, vectors)[12]


def test_speakers_may_be_unknown() -> None:
    assert len(turns_of([("", text) for _, text in PLAIN])) == len(PLAIN)


def test_depth_is_that_of_the_dip_and_zero_on_slopes() -> None:
    far = np.array([0, 0, 0, 0, 1, 0, 0, 0, 0], float)
    depth = evidence._depth(far)
    assert depth.argmax() == 4
    assert depth[0] == depth[-1] == 0


def test_every_weight_has_its_measure() -> None:
    segments = talk(PLAIN).segments
    measures = evidence.measure(segments, bag_vectors([segment.text for segment in segments]))
    assert set(WEIGHTS) <= set(measures)
    assert all(len(values) == len(segments) and np.isfinite(values).all() for values in measures.values())


def test_sentences_that_overlap_in_time_have_no_negative_pause() -> None:
    segments = [Segment(id=0, start=0, end=9, text="One."), Segment(id=1, start=3, end=12, text="Two.")]
    assert list(evidence.pauses(segments)) == [0, 0]
