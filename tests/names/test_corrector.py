"""What is corrected and what is left alone, by invented names; the engine runs on real word frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import Lexicon, candidates, correct_file
from pipeline.names.decisions import Change
from pipeline.names.engine import find_changes
from pipeline.names.lexicon import Half
from pipeline.names.passage import Line

SHOW = (
    Term(term="Niamh Quillane", kind="person"),
    Term(term="Wojciech Marczwiel", kind="person"),
    Term(term="Hedvig Kjærlund", kind="person"),
    Term(term="Jonathon Brandt", kind="person"),
    Term(term="Kristoffer Vael", kind="person"),
    Term(term="Sonarkiv", kind="product"),
    Term(term="TideNet", kind="product"),
    Term(term="HelmAI", kind="organisation"),
    Term(term="BRYNE", kind="product"),
    Term(term="Node-RED", kind="product"),
    Term(term="Skerrivaig", kind="place"),
    Term(term="gyrostat", kind="term"),
)


def correct(text: str, *terms: Term | str, mode: str = "balanced") -> str:
    glossary = Glossary(terms=tuple(Term(term=term) if isinstance(term, str) else term for term in terms or SHOW))
    return correct_file(text, "in.txt", glossary, CorrectConfig.model_validate({"mode": mode}))[0]


def changes(
    lines: Sequence[str], terms: Sequence[Term] = SHOW, *, present: Sequence[str] = (), reject: Sequence[str] = ()
) -> list[Change]:
    return find_changes(
        [Line.of(line) for line in lines],
        Lexicon.build(Glossary(terms=tuple(terms))),
        CorrectConfig(),
        present=present,
        reject=reject,
    )


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Today I talk to Neem Quillayne.", "Today I talk to Niamh Quillane."),
        ("The work of Hedvig Kierlund is here.", "The work of Hedvig Kjærlund is here."),
        ("We ask Kierlund's daughter.", "We ask Kjærlund's daughter."),
        ("That is Marchwiel’s idea.", "That is Marczwiel’s idea."),
        ("It runs on Sonar Kiev these days.", "It runs on Sonarkiv these days."),
        ("It runs on sonarkeev these days.", "It runs on Sonarkiv these days."),
        ("We trained a tidenett and two tidenetts.", "We trained a TideNet and two TideNets."),
        ("He left for helm a i last year.", "He left for HelmAI last year."),
        ("He left for Helm AI last year.", "He left for HelmAI last year."),
        ("He left for HelmAIM last year.", "He left for HelmAI last year."),
        ("The ferry to Skerivaig is late.", "The ferry to Skerrivaig is late."),
        ("A Skerivaig-based company.", "A Skerrivaig-based company."),
        ("Gyrostad is what we call it.", "Gyrostat is what we call it."),
        ("Inside it a gyrostad turns.", "Inside it a gyrostat turns."),
    ],
)
def test_a_misheard_name_is_written_right_and_keeps_its_endings(heard: str, meant: str) -> None:
    assert correct(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Niamh Quillane and Wojciech Marczwiel talk about Sonarkiv on Skerrivaig.",
        "Kjærlund's machines; the TideNets of HelmAI's people.",
        "The nets lie on the brine, and the helm is tied.",
        "Marching while the band plays, he was tired of the tide.",
        "The node red lamps of the harbour.",
        "A brand of herring in brine.",
        "Nothing here is a name at all, and I would know.",
        "Jonathan said so, and Christopher too.",
    ],
)
def test_right_names_and_ordinary_words_are_left_alone(text: str) -> None:
    assert correct(text) == text


def test_a_given_name_is_corrected_once_the_full_name_was_heard_so() -> None:
    text = "I met Jonathan Brant. Then Jonathan said it. Thanks, Jonathan!"
    assert correct(text) == "I met Jonathon Brandt. Then Jonathon said it. Thanks, Jonathon!"


def test_a_given_name_beside_another_family_name_is_somebody_else() -> None:
    text = "I met Jonathan Brant. Jonathan Whitfield was there."
    assert correct(text) == "I met Jonathon Brandt. Jonathan Whitfield was there."


def test_a_guest_of_the_episode_is_known_by_the_given_name_alone() -> None:
    said = ["Thank you, Christopher.", "So Christopher, how did it begin?"]
    by_default = [change.outcome for change in changes(said)]
    assert "applied" not in by_default
    with_guest = changes(said, present=["Kristoffer Vael"])
    assert [(change.heard, change.meant, change.outcome) for change in with_guest] == [
        ("Christopher", "Kristoffer", "applied"),
        ("Christopher", "Kristoffer", "applied"),
    ]


def test_the_name_of_a_line_may_go_on_in_the_next() -> None:
    assert correct("We spoke to Hedvig\nKierlund about it.") == "We spoke to Hedvig\nKjærlund about it."


def test_an_alias_is_always_applied_with_its_endings_and_only_at_word_boundaries() -> None:
    term = Term(term="Skerrivaig", aliases=("scary bay", "Skerry"))
    text = "Scary bay, SCARY BAY's harbour, a Skerry, the skerries, Skerrymen and scary bays."
    assert correct(text, term) == (
        "Skerrivaig, Skerrivaig's harbour, a Skerrivaig, the skerries, Skerrymen and Skerrivaigs."
    )


def test_an_alias_inside_the_right_name_is_not_an_alias() -> None:
    assert correct("Hedvig Kjærlund, Lund", Term(term="Hedvig Kjærlund", aliases=("Kjærlund", "Lund"))) == (
        "Hedvig Kjærlund, Hedvig Kjærlund"
    )


def test_words_that_must_never_become_the_term_do_not() -> None:
    assert correct("The Sonarkeev ran.", Term(term="Sonarkiv", never=("sonarkeev",))) == "The Sonarkeev ran."


def test_sounds_like_gives_a_name_the_sound_that_its_spelling_hides() -> None:
    plain, told = Term(term="Siobhra Ní Aoibh"), Term(term="Siobhra Ní Aoibh", sounds_like=("Shivra Nee Eev",))
    assert correct("Here is Shivra Nee Eve.", plain) == "Here is Shivra Nee Eve."
    assert correct("Here is Shivra Nee Eve.", told) == "Here is Siobhra Ní Aoibh."


def test_case_fixed_holds_where_the_default_follows_the_sentence() -> None:
    assert correct("Gyrostat spins.", Term(term="gyrostat")) == "Gyrostat spins."
    assert correct("Gyrostat spins.", Term(term="gyrostat", case="fixed")) == "gyrostat spins."


def test_a_rejected_change_is_logged_and_not_made() -> None:
    for decision in ("Skerivaig", "skerivaig -> Skerrivaig"):
        (change,) = changes(["On Skerivaig it rains."], reject=[decision])
        assert (change.outcome, change.heard, change.meant) == ("rejected", "Skerivaig", "Skerrivaig")
    assert changes(["On Skerivaig it rains."], reject=["Skerivaig -> Elsewhere"])[0].outcome == "applied"


def test_two_terms_that_fit_equally_leave_the_choice_to_a_person() -> None:
    terms = [Term(term="Marczwiel"), Term(term="Marschwiel")]
    assert [change.outcome for change in changes(["This is Marchwiel now."], terms)] == ["suggested"]


def test_strict_applies_less_and_eager_more_than_balanced() -> None:
    text = "Thank you, Jonathan. I use tide net daily, and bryan too."
    made = {mode: correct(text, mode=mode) for mode in ("strict", "balanced", "eager")}
    changed = [sum(a != b for a, b in zip(text.split(), made[mode].split(), strict=False)) for mode in made]
    assert changed == sorted(changed)


def test_every_change_tells_its_reasons_and_a_score() -> None:
    (change,) = changes(["On Skerivaig it rains."])
    assert 0.9 < change.score <= 1
    assert any("common" in reason for reason in change.reasons)
    assert any("sounds" in reason for reason in change.reasons)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("X", "x marks the X and ex."),
        (".*", "Anything .* at all (and [more])."),
        ("C++", "We see plus plus, C and C++."),
        ("🎙️", "A microphone 🎙️ and a mic 🎤."),
        ("שלום", "He said שלום and left."),
        ("!!!", "Wow!!!"),
    ],
)
def test_odd_terms_do_no_harm(term: str, text: str) -> None:
    assert correct(text, term) == text


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("We met 🎙️ Skerivaig there.", "We met 🎙️ Skerrivaig there."),
        ("We met Skerivaig there.", "We met 🎙️ Skerrivaig there."),
        ("We met 🎙️ Skerrivaig there.", "We met 🎙️ Skerrivaig there."),
    ],
)
def test_a_sign_in_a_name_is_written_once(heard: str, meant: str) -> None:
    assert correct(heard, "🎙️ Skerrivaig") == meant


def test_in_a_crowd_of_names_that_sound_alike_only_the_nearest_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [f"Zorb{number}vik" for number in range(1000, 3000)]
    measured: list[str] = []
    measure = candidates._measure

    def watched(meant: Half, *heard: Any) -> tuple[float, float] | None:
        measured.append(meant.letters)
        return measure(meant, *heard)

    monkeypatch.setattr(candidates, "_measure", watched)
    assert correct("It came with zorb 2468 vik.", *crowd) == "It came with Zorb2468vik."
    assert len(set(measured)) < 200


def test_names_in_other_scripts_are_found_by_their_spelling() -> None:
    assert correct("Это Александер Петрофский здесь.", "Александр Петровский") == "Это Александр Петровский здесь."
    assert correct("これは東京大挙です。", Term(term="東京大学", aliases=("東京大挙",))) == "これは東京大学です。"


def test_terms_count_only_in_their_episodes_and_shows() -> None:
    term = Term(term="Skerrivaig", episodes=("one",), shows=("Salt and Brass",))
    glossary = Glossary(terms=(term,))
    assert Lexicon.build(glossary, episode="one", show="Salt and Brass").entries
    assert Lexicon.build(glossary).entries
    assert not Lexicon.build(glossary, episode="two").entries
    assert not Lexicon.build(glossary, episode="one", show="Other").entries


def test_a_word_that_the_recogniser_was_unsure_of_is_likelier_misheard() -> None:
    line = Line.of("And then Bryan ran.")
    scores = []
    for probability in (0.3, 0.99):
        lines = [Line(line.text, line.tokens, [1.0, 1.0, probability, 1.0])]
        found = find_changes(lines, Lexicon.build(Glossary(terms=(Term(term="Bryann"),))), CorrectConfig())
        scores.append(found[0].score)
    assert scores[0] > scores[1]
