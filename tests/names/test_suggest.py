"""Names heard in an episode that the glossary lacks: found, gathered by sound, and ready to paste."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.adapters.entities import Entity, Kind
from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.models import Segment, Transcript, Word
from pipeline.names import Lexicon, correct_transcript
from pipeline.names.glossary_files import Placed
from pipeline.names.name_sources import SOURCES, Hearing
from pipeline.names.suggest import as_yaml, suggest_names


def transcript(*texts: str, doubted: tuple[str, ...] = (), language: str = "en") -> Transcript:
    """A sentence every ten seconds, a word a second; the recogniser is 0.9 sure of words, 0.3 of the doubted."""
    segments = []
    for number, text in enumerate(texts):
        start = number * 10.0
        words = tuple(
            Word(
                start=start + at, end=start + at + 1, text=word, probability=0.3 if word.strip(".,") in doubted else 0.9
            )
            for at, word in enumerate(text.split())
        )
        segments.append(Segment(id=number, start=start, end=start + 10, text=text, words=words))
    return Transcript(language=language, duration=1000.0, model="test", segments=tuple(segments))


def names(*texts: str, terms: tuple[str | Term, ...] = (), doubted: tuple[str, ...] = ()) -> dict[str, int]:
    glossary = Glossary(terms=tuple(Term(term=one) if isinstance(one, str) else one for one in terms))
    return {one.name: one.count for one in suggest_names(transcript(*texts, doubted=doubted), glossary)}


FOUND = [
    ("Then Quillane came.", {"Quillane": 1}),
    ("We met Niamh Quillane's brother.", {"Niamh Quillane": 1}),
    ("We met Anna van der Velde here.", {"Anna van der Velde": 1}),
    ("We sailed to Skerrivaig, Lyngholt and home.", {"Skerrivaig": 1, "Lyngholt": 1}),
    ("James Marczwiel is here.", {"James Marczwiel": 1}),
    ("Skerrivaig is an island.", {"Skerrivaig": 1}),
    ("It runs on PyTorch and ROCm.", {"PyTorch": 1, "ROCm": 1}),
    ("Today I'm in London with Peter on Monday.", {}),
    ("However, I think. Perhaps Not.", {}),
    ("A gyrostat is a wheel. Gyrostat! Then the Gyrostat.", {"Gyrostat": 1}),
    ("WE ARE SHOUTING ABOUT THE SEA AND THE ISLAND OF SKERRIVAIG", {}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "found"), FOUND, ids=[case[0] for case in FOUND])
def test_what_is_taken_for_a_name(text: str, found: dict[str, int]) -> None:
    assert names(text) == found


KNOWN = [
    ("Skerrivaig", "We saw Skerrivaig and the Skerrivaigs.", {}),
    ("Niamh Quillane", "So Niamh came, and Quillane's boat.", {}),
    ("Lyngholt Museum", "At the Lyngholt, we saw it.", {}),
    (Term(term="Skerrivaig", aliases=("Scary Veig",)), "We saw Scary Veig there.", {}),
    (Term(term="Skerrivaig", episodes=("another",)), "We saw Skerrivaig.", {"Skerrivaig": 1}),
    ("Node Harbour", "We met Nils Quillane of Node Harbour.", {"Nils Quillane": 1}),
]


@pytest.mark.parametrize(("term", "text", "found"), KNOWN)
def test_what_the_glossary_covers_is_left_out(term: str | Term, text: str, found: dict[str, int]) -> None:
    glossary = Glossary(terms=(Term(term=term) if isinstance(term, str) else term,))
    suggested = suggest_names(transcript(text), glossary, slug="this")
    assert {one.name: one.count for one in suggested} == found


def test_what_was_corrected_is_covered() -> None:
    glossary = Glossary(terms=(Term(term="Skerrivaig"),))
    corrected, log = correct_transcript(transcript("We saw Skerivaig."), Lexicon.build(glossary), CorrectConfig())
    assert log.root[0].applied
    assert suggest_names(corrected, glossary) == []


def test_spellings_that_sound_alike_are_one_name_with_the_best_first() -> None:
    (found,) = suggest_names(
        transcript("So Greg Brokman came.", "I met Greg Brockman.", "And Greg Brockman left.", "Well, Brockman knew."),
        Glossary(),
    )
    assert [(one.text, one.count, one.probability) for one in found.spellings] == [
        ("Greg Brockman", 2, 0.9),
        ("Greg Brokman", 1, 0.9),
        ("Brockman", 1, 0.9),
    ]
    assert [(one.start, one.text) for one in found.mentions] == [
        (1.0, "Greg Brokman"),
        (12.0, "Greg Brockman"),
        (21.0, "Greg Brockman"),
        (31.0, "Brockman"),
    ]
    assert found.mentions[1].context == "I met Greg Brockman"
    assert found.why == ("written with a capital",)


def test_of_two_spellings_as_frequent_the_surer_one_is_the_best() -> None:
    (found,) = suggest_names(transcript("So Karlund came.", "So Carlund came.", doubted=("Carlund",)), Glossary())
    assert [one.text for one in found.spellings] == ["Karlund", "Carlund"]


def test_an_uncommon_word_in_small_letters_counts_only_where_it_was_hard_to_hear() -> None:
    text = "They polish the skerrivag by hand."
    assert names(text) == {}
    assert names(text, doubted=("skerrivag", "polish")) == {"skerrivag": 1}


def test_names_of_two_speakers_are_not_run_together() -> None:
    said = transcript("Thanks, Niamh Quillane here.").segments[0]
    words = tuple(word.model_copy(update={"speaker": "A" if at < 2 else "B"}) for at, word in enumerate(said.words))
    whole = transcript().model_copy(update={"segments": (said.model_copy(update={"words": words}),)})
    assert [one.name for one in suggest_names(whole, Glossary())] == ["Niamh", "Quillane"]


def test_a_name_near_one_of_the_glossary_says_so() -> None:
    (found,) = suggest_names(transcript("We saw Skerivaig."), Glossary(terms=(Term(term="Skerrivaig"),)))
    assert (found.name, found.near) == ("Skerivaig", "Skerrivaig")


def test_the_most_frequent_name_stands_first() -> None:
    assert list(names("Then Lyngholt came.", "Then Marczwiel came.", "Then Marczwiel left.")) == [
        "Marczwiel",
        "Lyngholt",
    ]


def test_a_language_without_a_word_list_goes_by_capitals() -> None:
    found = suggest_names(transcript("Ha Skerivaig a zo.", language="br"), Glossary())
    assert [one.name for one in found] == ["Skerivaig"]


def test_another_source_of_evidence_is_one_more_function() -> None:
    def know_boats(heard: Hearing) -> list[tuple[int, int]]:
        return [(at, at) for at, token in enumerate(heard.line.tokens) if token.stem == "gyrostat"]

    said = transcript("The gyrostat of Lyngholt.")
    assert [one.name for one in suggest_names(said, Glossary())] == ["Lyngholt"]
    found = suggest_names(said, Glossary(), sources=SOURCES | {"a machine": know_boats})
    assert [(one.name, one.why) for one in found] == [
        ("gyrostat", ("a machine",)),
        ("Lyngholt", ("written with a capital",)),
    ]


def recogniser(**kinds: Kind) -> Callable[[Sequence[str]], list[tuple[Entity, ...]]]:
    """A model that knows just these names (`_` for a space)."""

    def find(texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        return [
            tuple(
                Entity(text.index(name), text.index(name) + len(name), kind)
                for key, kind in kinds.items()
                if (name := key.replace("_", " ")) in text
            )
            for text in texts
        ]

    return find


RECOGNISED: list[tuple[str, dict[str, Kind], dict[str, Kind | None]]] = [
    ("So David Silver came.", {"David_Silver": "person"}, {"David Silver": "person"}),
    ("So David Silver came.", {}, {}),
    ("Deep Learning is deep.", {"Deep_Learning": "person"}, {}),
    ("Then the Silver Bridge Trust fell.", {"the_Silver_Bridge_Trust": "organisation"}, {}),
    ("Then the Lyngholt Trust fell.", {"the_Lyngholt_Trust": "organisation"}, {"Lyngholt Trust": "organisation"}),
    ("In London and Paris.", {"London": "place", "Paris": "place"}, {}),
    ("Skerrivaig it was.", {"Skerrivaig_it": "place"}, {"Skerrivaig": None}),
    ("Gyrostats hum. A gyrostats hum.", {"Gyrostats": "organisation"}, {}),
    ("We met beings-- from Lyngholt.", {"beings--": "person"}, {"Lyngholt": None}),
    ("Yes, Niamh Quillane - Niamh is.", {"Niamh_Quillane_-_Niamh": "person"}, {"Niamh Quillane": None}),
    (f"{'so it was that ' * 20}the sam altman and me", {"the_sam_altman": "person"}, {"sam altman": "person"}),
    (f"{'SO IT WAS THAT ' * 20}SAM ALTMAN AND ME", {"sam_altman": "person"}, {"SAM ALTMAN": "person"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "known", "found"), RECOGNISED, ids=[case[0][-40:] for case in RECOGNISED])
def test_what_a_model_of_language_adds(text: str, known: dict[str, Kind], found: dict[str, Kind | None]) -> None:
    suggested = suggest_names(transcript(text), Glossary(), recognise=recogniser(**known))
    assert {one.name: one.kind for one in suggested} == found


def test_the_kind_is_what_most_full_mentions_are_taken_for_and_stands_in_the_entry() -> None:
    texts = ("So Niamh Quillane came.", "And Niamh Quillaine left.", "Well, Niamh knew.")
    sure = recogniser(Niamh_Quillane="person", Niamh_Quillaine="person")
    (found,) = suggest_names(transcript(*texts), Glossary(), recognise=sure)
    assert (found.kind, found.why) == ("person", ("written with a capital", "recognised as a name"))
    assert as_yaml([found]).splitlines()[1] == "    kind: person  # a guess"
    torn = recogniser(Niamh_Quillane="person", Niamh_Quillaine="place")
    (found,) = suggest_names(transcript(*texts), Glossary(), recognise=torn)
    assert found.kind is None


def test_a_model_does_not_suggest_what_the_glossary_has() -> None:
    known = Glossary(terms=(Term(term="Node Harbour"),))
    recognise = recogniser(Nils_Quillane_of_Node_Harbour="person")
    (found,) = suggest_names(transcript("We met Nils Quillane of Node Harbour."), known, recognise=recognise)
    assert (found.name, found.why) == ("Nils Quillane", ("written with a capital",))


def test_the_entries_can_be_pasted_into_a_glossary() -> None:
    said = transcript("So Niamh Quillane came.", "So Niamh Quillain came.", "And Quillane, No Way, left.")
    text = as_yaml(suggest_names(said, Glossary()))
    assert text.splitlines()[:2] == [
        "  - term: Niamh Quillane  # heard 3 times: check the spelling",
        "    # aliases: [Niamh Quillane, Niamh Quillain]  # for when you write it otherwise",
    ]
    for pasted in (text, text.replace("# aliases", "aliases")):
        terms = Glossary.model_validate(yaml.safe_load("terms:\n" + pasted)).terms
        assert all(Placed(term, "g.yaml", 1) for term in terms)
        assert terms[0].term == "Niamh Quillane"
    assert as_yaml([]) == ""


@pytest.mark.parametrize("name", ["No", "Yes", "2001: A", "A, B", "null"])
def test_a_name_that_yaml_reads_otherwise_is_quoted(name: str) -> None:
    from pipeline.names.suggest import Mention, Spelling, Suggestion

    one = Suggestion((Spelling(name, 1, None),), (Mention(0.0, name, name, None),), ())
    (term,) = Glossary.model_validate(yaml.safe_load("terms:\n" + as_yaml([one]))).terms
    assert term.term == name


PIECES = [
    "Skerrivaig",
    "skerivag",
    "Niamh",
    "van",
    "I'm",
    "A" * 300,
    "日本",
    "שלום",
    "🎙️",
    "О'Нил",
    "...",
    "—",
    "No.",
    "GPUs",
    "'",
]


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), max_size=5), st.booleans())
def test_whatever_is_said_each_mention_is_text_of_its_second(texts: list[str], known: bool) -> None:
    said = transcript(*texts, doubted=("skerivag",))
    found = suggest_names(said, Glossary(terms=(Term(term="Niamh"),) if known else ()))
    places = [(mention.start, mention.text) for one in found for mention in one.mentions]
    assert len(set(places)) == len(places)
    for start, text in places:
        segment = said.segments[int(start // 10)]
        assert text in " ".join(segment.text.split())
        assert not (known and text == "Niamh")
    for one in found:
        assert sum(spelling.count for spelling in one.spellings) == one.count
    assert len(Glossary.model_validate(yaml.safe_load("terms:\n" + as_yaml(found)) if found else {}).terms) == len(
        found
    )


def test_names_of_a_real_conversation_are_found(shared_data: Path) -> None:
    lines = (shared_data / "interview" / "raw.txt").read_text().splitlines()
    segments = tuple(Segment(id=at, start=at, end=at + 1.0, text=line) for at, line in enumerate(lines))
    found = suggest_names(Transcript(language="en", duration=600.0, model="", segments=segments), Glossary())
    assert len(found) < 40
    assert {"Ilya Sutskover", "OpenAI", "DeepMind", "AlexNet", "Greg Brokman"} <= {one.name for one in found}
