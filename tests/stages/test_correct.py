"""The correct stage: names change, times, speakers, ids and everything else stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.config import CorrectConfig, Glossary, Ruling, Term
from pipeline.models import Corrections, Person, Segment, Transcript, Word
from pipeline.stages import correct
from pipeline.store import Workspace

TERMS = ("Hedvig Kjærlund", "Skerrivaig", "HelmAI", "Node Harbour", "Jonathon Brandt", "BRYNE", "gyrostat", "Q")
GLOSSARY = Glossary(terms=tuple(Term(term=term) for term in TERMS))
SETTINGS = CorrectConfig()


def segment(number: int, text: str, start: float = 0.0, speaker: str | None = "A") -> Segment:
    words = tuple(
        Word(start=start + at * 0.5, end=start + at * 0.5 + 0.4, text=word, probability=0.5 + at / 100, speaker=speaker)
        for at, word in enumerate(text.split())
    )
    return Segment(id=number, start=start, end=start + len(words) * 0.5, text=text, speaker=speaker, words=words)


def transcript(*segments: Segment, language: str = "en") -> Transcript:
    return Transcript(language=language, duration=1000.0, model="test", segments=segments)


def test_a_corrected_word_keeps_its_time_probability_and_speaker(work: Workspace) -> None:
    heard = transcript(segment(3, "On Skerivaig, it rains."), segment(5, "Always.", 2.0))
    made, log = correct.run(work, heard, GLOSSARY, SETTINGS)
    assert made.segments[0].text == "On Skerrivaig, it rains."
    old, new = heard.segments[0].words, made.segments[0].words
    assert [word.text for word in new] == ["On", "Skerrivaig,", "it", "rains."]
    assert new[1] == old[1].model_copy(update={"text": "Skerrivaig,"})
    assert [new[at] is old[at] for at in (0, 2, 3)] == [True] * 3
    assert made.segments[1] is heard.segments[1]
    (correction,) = log.root
    assert (correction.segment, correction.start, correction.heard, correction.meant) == (
        3,
        0.5,
        "Skerivaig",
        "Skerrivaig",
    )


def test_words_that_become_one_take_the_time_of_both(work: Workspace) -> None:
    made, _ = correct.run(work, transcript(segment(0, "At helm a i. Yes.")), GLOSSARY, SETTINGS)
    assert made.segments[0].text == "At HelmAI. Yes."
    assert [(word.text, word.start, word.end, word.probability) for word in made.segments[0].words][1] == (
        ("HelmAI.", 0.5, 1.9, 0.51)
    )


def test_words_that_become_one_overlap_where_one_of_them_did(work: Workspace) -> None:
    said = segment(0, "At helm a i. Yes.")
    over = tuple(word.model_copy(update={"overlap": word.text == "a"}) for word in said.words)
    made, _ = correct.run(work, transcript(said.model_copy(update={"words": over})), GLOSSARY, SETTINGS)
    assert [word.overlap for word in made.segments[0].words] == [False, True, False]


def test_a_word_that_becomes_two_shares_its_time(work: Workspace) -> None:
    made, _ = correct.run(work, transcript(segment(0, "In nodeharbour's bay.")), GLOSSARY, SETTINGS)
    words = made.segments[0].words
    assert [word.text for word in words] == ["In", "Node", "Harbour's", "bay."]
    assert (words[1].start, words[2].end) == (0.5, 0.9)
    assert words[1].end == words[2].start
    assert 0.5 < words[1].end < 0.9


def test_a_name_is_not_sought_across_two_speakers(work: Workspace) -> None:
    said = segment(0, "Hedvig Kierlund")
    split = said.model_copy(update={"words": (said.words[0], said.words[1].model_copy(update={"speaker": "B"}))})
    made, log = correct.run(work, transcript(split), GLOSSARY, SETTINGS)
    assert [correction.heard for correction in log.root] == ["Kierlund"]
    assert [word.speaker for word in made.segments[0].words] == ["A", "B"]


def test_segments_without_words_have_their_text_corrected(work: Workspace) -> None:
    bare = Segment(id=1, start=4.0, end=5.0, text="On Skerivaig.")
    made, log = correct.run(work, transcript(bare), GLOSSARY, SETTINGS)
    assert made.segments[0] == bare.model_copy(update={"text": "On Skerrivaig."})
    assert log.root[0].start == 4.0


def test_without_a_change_the_transcript_is_the_same_object(work: Workspace) -> None:
    heard = transcript(segment(0, "On Skerivaig."))
    for glossary, settings in ((Glossary(), SETTINGS), (GLOSSARY, CorrectConfig(enabled=False))):
        made, log = correct.run(work, heard, glossary, settings)
        assert made is heard
        assert log == Corrections(())


def test_a_rejected_change_leaves_the_word(work: Workspace) -> None:
    heard = transcript(segment(0, "On Skerivaig."))
    made, log = correct.run(work, heard, GLOSSARY, SETTINGS, ("Skerivaig",))
    assert made is heard
    assert [(one.applied, one.outcome) for one in log.root] == [(False, "rejected")]


def test_a_rejection_at_one_second_leaves_the_word_there_and_only_there(work: Workspace) -> None:
    heard = transcript(segment(0, "On Skerivaig."), segment(1, "From Skerivaig, Skerivaig.", 30.0))
    there = Ruling(heard="Skerivaig", at=30.9, verdict="reject")
    made, log = correct.run(work, heard, GLOSSARY, SETTINGS, rulings=(there,))
    assert [one.text for one in made.segments] == ["On Skerrivaig.", "From Skerrivaig, Skerivaig."]
    assert [one.outcome for one in log.root] == ["applied", "applied", "rejected"]


def test_an_accepted_change_is_made_even_where_the_glossary_is_empty(work: Workspace) -> None:
    heard = transcript(segment(0, "On scary vague, it rains."))
    always = Ruling(heard="scary vague", meant="Skerrivaig", verdict="accept")
    made, log = correct.run(work, heard, Glossary(), SETTINGS, rulings=(always,))
    assert made.segments[0].text == "On Skerrivaig, it rains."
    assert [(one.rule, one.score, one.reasons) for one in log.root] == [("ruling", 1.0, ("a person accepted it",))]
    assert correct.run(work, heard, Glossary(), CorrectConfig(enabled=False), rulings=(always,))[0] is heard


def test_an_acceptance_of_what_is_not_heard_any_more_is_told(tmp_path: Path) -> None:
    notices: list[str] = []
    work = Workspace(tmp_path, notice=notices.append)
    lost = Ruling(heard="scary vague", meant="Skerrivaig", at=7.0, verdict="accept")
    correct.run(work, transcript(segment(0, "On scary vague.")), GLOSSARY, SETTINGS, rulings=(lost,))
    assert notices == ["overrides.yaml: 'scary vague' is not heard at 7 s, so it does not become 'Skerrivaig'"]


@pytest.mark.parametrize(
    "known",
    [
        {"guests": (Person(name="Jonathon Brandt"),)},
        {"title": "The boats of Jonathon Brandt"},
        {"speaker": "Jonathon Brandt"},
    ],
)
def test_guests_title_and_speakers_tell_who_is_meant(work: Workspace, known: dict[str, object]) -> None:
    speaker = str(known.pop("speaker", "A"))
    made, _ = correct.run(
        work, transcript(segment(0, "Thank you, Jonathan.", speaker=speaker)), GLOSSARY, SETTINGS, **known
    )  # type: ignore[arg-type]
    assert made.segments[0].text == "Thank you, Jonathon."


def test_terms_of_another_episode_do_not_count(work: Workspace) -> None:
    glossary = Glossary(terms=(Term(term="Skerrivaig", episodes=("one",)),))
    heard = transcript(segment(0, "On Skerivaig."))
    assert correct.run(work, heard, glossary, SETTINGS, slug="two")[0] is heard
    assert correct.run(work, heard, glossary, SETTINGS, slug="one")[0] is not heard


def test_a_language_without_word_frequencies_is_corrected_by_spelling(work: Workspace) -> None:
    made, _ = correct.run(work, transcript(segment(0, "Ar Skerivaig."), language="br"), GLOSSARY, SETTINGS)
    assert made.segments[0].text == "Ar Skerrivaig."


SOUNDS = "Hedvig Kierlund Kjærlund chairlund Skerivaig skerry vague helm a i HelmAI HELMAIM node harbour Jonathan"
WORDS = "Brant Brandt's brine bryne Brynes gyrostad giro stat the of , . ... ? 'Q' q — 日本 🎙️ שלום x-y-z don’t"
SAID = st.lists(st.sampled_from(f"{SOUNDS} {WORDS}".split()), max_size=14).map(" ".join)


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.lists(SAID, min_size=1, max_size=5), st.sampled_from(["strict", "balanced", "eager"]), st.booleans())
def test_times_stay_sorted_and_a_second_run_changes_nothing(texts: list[str], mode: str, bare: bool) -> None:
    work = Workspace.__new__(Workspace)
    settings = CorrectConfig.model_validate({"mode": mode})
    segments = [segment(number, text, number * 10.0) for number, text in enumerate(texts)]
    if bare:
        segments = [one.model_copy(update={"words": ()}) for one in segments]
    heard = transcript(*segments)
    made, log = correct.run(work, heard, GLOSSARY, settings)
    again, more = correct.run(work, made, GLOSSARY, settings)
    assert again == made
    assert not any(correction.applied for correction in more.root)
    for old, new in zip(heard.segments, made.segments, strict=True):
        assert (old.id, old.start, old.end, old.speaker) == (new.id, new.start, new.end, new.speaker)
        times = [time for word in new.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert all(old.start <= time <= old.end for time in times)
        assert not new.words or new.text.split() == [word.text for word in new.words]
    assert made is heard or any(correction.applied for correction in log.root)
