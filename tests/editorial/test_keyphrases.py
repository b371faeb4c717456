"""Phrases that a text is about, and the keywords among them."""

import pytest

from pipeline.editorial.keyphrases import Lexicon, Phrase, find_phrases, rank_keywords


def phrases_in(*texts: str) -> dict[str, Phrase]:
    return {phrase.text: phrase for phrase in find_phrases(texts, Lexicon(texts, "en"))}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("We watched the brass machine for a while.", "brass machine"),
        ("The keeper of instruments came.", "keeper of instruments"),
        ("I asked Hedvig Kjærlund about it.", "Hedvig Kjærlund"),
        ("Kjærlund's wheels turn.", "Kjærlund"),
        ("We wrote it in C++ then.", "C++"),
        ("See LDK #4117 for more.", "LDK #4117"),
        ("That is Bitcoin Core 29.2 now.", "Bitcoin Core 29.2"),
    ],
)
def test_a_phrase_is_found(text: str, phrase: str) -> None:
    assert phrase in phrases_in(text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("brass, machine", "brass machine"),  # never across punctuation
        ("the machine of", "machine of"),
        ("really quickly", "quickly"),
        ("They might've gone", "might've"),
        ("You know what I mean", "mean"),
        ("It took 20 to 30 years", "20 to 30"),
        ("After 90 seconds", "90 seconds"),
        ("In Oslo in 1924", "Oslo in 1924"),
    ],
)
def test_what_is_no_phrase(text: str, absent: str) -> None:
    assert absent not in phrases_in(text)


def test_a_word_is_spelled_as_it_is_inside_sentences() -> None:
    assert "foghorn" in phrases_in("Foghorn noise is loud.", "We heard the foghorn.", "That foghorn again.")


def test_plural_and_possessive_are_the_same_phrase() -> None:
    assert phrases_in("the foghorn", "two foghorns", "the foghorn's tank")["foghorn"].count == 3


def test_a_part_of_a_longer_phrase_does_not_stand_beside_it() -> None:
    found = phrases_in("the block template", "a block template", "one block template")
    assert "block template" in found
    assert "template" not in found


def test_a_noun_phrase_is_sounder_than_an_adjective() -> None:
    found = phrases_in("The gate is explicit.", "It is very explicit.", "He saw the gate.", "Behind the gate we stood.")
    assert found["gate"].soundness > found["explicit"].soundness


def test_keywords_say_different_things_and_leave_the_speakers_out() -> None:
    texts = [
        "Ada Holm saw the brass machine.",
        "The brass machine hummed.",
        "A foghorn and the brass machine.",
        "The foghorn.",
    ]
    made = rank_keywords(find_phrases(texts, Lexicon(texts, "en")), ["Ada Holm"], 5)
    assert {"brass machine", "foghorn"} <= set(made)
    assert not {"Ada Holm", "Ada", "machine", "brass"} & set(made)


def test_as_many_keywords_as_asked_for() -> None:
    texts = ["The foghorn, the tide, the harbour, the lantern, the cellar."]
    found = find_phrases(texts, Lexicon(texts, "en"))
    assert len(rank_keywords(found, [], 3)) == 3
    assert rank_keywords(found, [], 0) == ()


def test_a_language_without_a_word_list_has_phrases_too() -> None:
    texts = ["Den store tågluren hördes", "tågluren tystnade"]
    assert any("tågluren" in phrase.text for phrase in find_phrases(texts, Lexicon(texts, "xx")))


def test_a_noun_that_is_elsewhere_part_of_a_name_is_a_phrase() -> None:
    texts = ["We packed the van. The van was full."]
    assert any(phrase.text == "van" for phrase in find_phrases(texts, Lexicon(texts, "en")))


def test_the_end_of_a_name_is_known_as_such() -> None:
    texts = ["We run Bitcoin Core here.", "Another Bitcoin Core release.", "The Core of it."]
    found = {phrase.text: phrase for phrase in find_phrases(texts, Lexicon(texts, "en"))}
    assert (found["Bitcoin Core"].headless, found["Core"].headless) == (0, 2)
