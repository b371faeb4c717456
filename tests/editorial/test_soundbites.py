"""The soundbite: one speaker, whole sentences, 15 to 60 seconds, nobody talking over."""

from hypothesis import given, settings
from hypothesis import strategies as st
from talk_samples import THREE_TOPICS, TOPICS, Line, bag_vectors, talk

from pipeline.editorial.engine import Brief
from pipeline.editorial.reading import Reading
from pipeline.editorial.soundbites import find_soundbite
from pipeline.models import Soundbite, Transcript


def bite_of(said: Transcript) -> Soundbite | None:
    return find_soundbite(Reading.of(Brief(said, bag_vectors([one.text for one in said.segments]), (0,), (0.0,))))


def test_a_guest_s_thought_is_the_soundbite() -> None:
    said = talk(THREE_TOPICS, pace=0.8)
    bite = bite_of(said)
    assert bite is not None
    assert bite.speaker == "Bruno"
    assert bite.title in " ".join(said.segments[row].text for row in bite.segments)


def test_what_somebody_talks_over_is_not_used() -> None:
    said = talk(THREE_TOPICS, pace=0.8)
    loud = tuple(
        segment.model_copy(update={"words": tuple(word.model_copy(update={"overlap": True}) for word in segment.words)})
        for segment in said.segments
    )
    assert bite_of(said.model_copy(update={"segments": loud})) is None


def test_an_advertisement_is_no_soundbite() -> None:
    selling: list[Line] = [("Bruno", f"{text} Use the code BREAD for ten percent off.") for _, text in TOPICS[0]]
    assert bite_of(talk(selling, pace=0.8)) is None


def test_short_answers_give_none() -> None:
    assert bite_of(talk([("Ada", "Yes."), ("Bruno", "No, never.")] * 5)) is None


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from([*THREE_TOPICS, ("", "[music]"), ("Ada", "and then the wind")]), max_size=20),
    st.sampled_from([0.2, 0.5, 1.0, 3.0]),
)
def test_a_soundbite_is_always_what_the_namespace_asks_for(lines: list[Line], pace: float) -> None:
    said = talk(lines, pace=pace)
    bite = bite_of(said)
    if bite is not None:
        rows = [said.segments[row] for row in bite.segments]
        assert 15 <= bite.end - bite.start <= 60
        assert (bite.start, bite.end) == (rows[0].start, rows[-1].end)
        assert {one.speaker for one in rows} == {bite.speaker}
        assert 0 < len(bite.title) <= 128
