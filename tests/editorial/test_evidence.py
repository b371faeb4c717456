"""How likely a topic turns before a sentence."""

import numpy as np
import pytest
from talk_samples import bag_vectors, talk

from pipeline.editorial import evidence, windows
from pipeline.editorial.weights import COMPILATION, CONVERSATION, UNCUED, UNNAMED
from pipeline.models import Segment

PLAIN = [("Ada", "The tide is high in the harbour."), ("Bruno", "The tide runs out of the harbour again.")] * 12


def turns_of(lines: list[tuple[str, str]], language: str = "en") -> tuple[float, ...]:
    segments = talk(lines).segments
    return evidence.topic_turns(segments, bag_vectors([segment.text for segment in segments]), language)


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


def test_where_no_speaker_is_known_words_and_phrases_decide() -> None:
    other = [("", "A baker kneads dough with flour."), ("", "The dough rests while the baker buys flour.")] * 6
    turns = turns_of([*(("", text) for _, text in PLAIN[:12]), ("", "Okay, moving on to bread."), *other])
    assert turns[12] == max(turns) > 0.1


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "So, kommen wir zum nächsten Thema, dem Hafen."),
        ("fr", "Alors, passons à la prochaine question sur le port."),
        ("es", "Bueno, pasemos a la siguiente pregunta sobre el puerto."),
    ],
)
def test_an_announcement_counts_in_its_own_language_only(language: str, line: str) -> None:
    changed = [*PLAIN[:12], ("Ada", line), *PLAIN[13:]]
    assert turns_of(changed, language)[12] > 2 * turns_of(changed, "en")[12]


def test_without_known_phrases_new_words_still_make_a_turn() -> None:
    other = [("Ada", "A baker kneads dough with flour."), ("Bruno", "The dough rests while the baker buys flour.")] * 6
    turns = turns_of([*PLAIN[:12], *other], "nn")
    assert turns[12] == max(turns)


def test_a_sponsors_message_begins_and_ends_a_chapter() -> None:
    lines = [
        *PLAIN[:12],
        ("Ada", "This episode is brought to you by Brassworks."),
        *[("Ada", "Brassworks makes horns and valves of polished brass for every ship.")] * 6,
        *PLAIN[12:],
    ]
    turns = turns_of(lines)
    likeliest = sorted(range(len(turns)), key=lambda at: -turns[at])[:2]
    assert sorted(likeliest) == [12, 19]


def test_a_script_without_spaces_has_words_to_compare() -> None:
    tide, bread = "港口的潮汐今天很高。", "面包师用面粉做面团。"
    turns = turns_of([("", one) for one in [tide] * 12 + [bread] * 12], "zh")
    assert turns[12] == max(turns)


def conversation_and_compilation() -> tuple[float, float]:
    names = [("Ada", "Bruno"), ("Cleo", "Dan"), ("Eve", "Finn"), ("Gus", "Hal"), ("Ida", "Jon"), ("Kim", "Leo")]
    text = "The tide is high in the harbour of this town and nobody there knows why it stays so high. " * 12
    same = [(speaker, text) for _ in names for speaker in names[0]]
    other = [(speaker, text) for pair in names for speaker in pair]
    shares = []
    for lines in (same, other):
        segments = talk(lines).segments
        shares.append(float(evidence.measure(segments, bag_vectors([one.text for one in segments]))["compiled"][0]))
    return shares[0], shares[1]


def test_an_episode_whose_people_never_stay_is_a_compilation() -> None:
    assert conversation_and_compilation() == (0.0, 1.0)


def test_depth_is_that_of_the_dip_and_zero_on_slopes() -> None:
    far = np.array([0, 0, 0, 0, 1, 0, 0, 0, 0], float)
    depth = windows.depth(far)
    assert depth.argmax() == 4
    assert depth[0] == depth[-1] == 0


def test_every_weight_has_its_measure() -> None:
    segments = talk(PLAIN).segments
    measures = evidence.measure(segments, bag_vectors([segment.text for segment in segments]))
    assert set(CONVERSATION) | set(COMPILATION) | set(UNCUED) | set(UNNAMED) <= {*measures, "bias"}
    assert all(len(values) == len(segments) and np.isfinite(values).all() for values in measures.values())


def test_sentences_that_overlap_in_time_have_no_negative_pause() -> None:
    segments = [Segment(id=0, start=0, end=9, text="One."), Segment(id=1, start=3, end=12, text="Two.")]
    assert list(evidence.pauses(segments)) == [0, 0]
