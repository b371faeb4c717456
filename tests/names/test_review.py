"""Reviewing corrections: what is asked, what an answer writes, and that the next run obeys it."""

from __future__ import annotations

import pytest

from pipeline.config import CorrectConfig, Glossary, Overrides, Ruling, Term
from pipeline.models import Correction, Corrections, Segment, Transcript, Word
from pipeline.names import Lexicon, correct_transcript
from pipeline.names.review import Review, Verdict, edit_glossary, edit_overrides, find_term, list_questions, object_to

GLOSSARY = """\
# The names of the show.
terms:
  - term: "Geoff Hinton"   # the guest
    kind: person
    aliases: [Jeff Hinten, 'Chef Hinton']
  - BRYNE                  # a ferry
  - term: Skerrivaig

# the end
"""


def correction(heard: str, meant: str, term: str = "", start: float = 0.0, outcome: str = "suggested") -> Correction:
    return Correction.model_validate(
        {"segment": 0, "start": start, "heard": heard, "meant": meant, "term": term or meant, "rule": "sound", "score": 0.4,
         "applied": outcome == "applied", "outcome": outcome}
    )  # fmt: skip


def said(text: str) -> Transcript:
    words = tuple(
        Word(start=float(at), end=at + 0.5, text=word, probability=0.9, speaker="Ada")
        for at, word in enumerate(text.split())
    )
    segment = Segment(id=0, start=0.0, end=float(len(words)), text=text, speaker="Ada", words=words)
    return Transcript(language="en", duration=100.0, model="test", segments=(segment,))


def test_a_question_shows_the_words_around_the_very_place() -> None:
    log = Corrections((correction("brine", "BRYNE", start=4.0),))
    (question,) = list_questions(log, said("A brine bath and brine's end."), Overrides())
    assert (question.before, question.after, question.speaker) == ("A brine bath and ", "'s end.", "Ada")


def test_only_what_is_open_is_asked() -> None:
    log = Corrections(
        (
            correction("brine", "BRYNE", start=1.0),
            correction("brine", "BRYNE", start=4.0),
            correction("Skerivaig", "Skerrivaig", start=5.0, outcome="applied"),
            correction("Bryan", "BRYNE", start=6.0),
            correction("stat", "gyrostat", start=7.0, outcome="rejected"),
        )
    )
    here = Ruling(heard="brine", meant="BRYNE", at=4.4, verdict="reject")
    overrides = Overrides(corrections=(here,), reject=("Bryan -> BRYNE",))
    text = said("A brine bath and brine Skerivaig Bryan stat")
    assert [one.correction.start for one in list_questions(log, text, overrides)] == [1.0]
    assert [one.correction.start for one in list_questions(log, text, overrides, applied=True)] == [1.0, 5.0]


def test_all_but_a_decision_about_a_place_settle_the_same_words_further_on_and_undo_asks_again() -> None:
    log = Corrections(tuple(correction("brine", "BRYNE", start=at) for at in (1.0, 4.0)))
    review = Review(list_questions(log, said("A brine bath and brine"), Overrides()))
    assert review.answer("accept").at == 1
    verdicts: tuple[Verdict, ...] = ("always", "never", "accept throughout", "reject throughout")
    for verdict in verdicts:
        decided = review.answer(verdict)
        assert decided.question is None
        assert decided.undo() == review
    assert review.undo() is review
    assert review.skip().skip().question is None


PLACES: list[tuple[str, Verdict, str]] = [
    ("", "accept", "corrections:\n  - {heard: brine, meant: BRYNE, at: 4.25, verdict: accept}\n"),
    ("# mine\nreject: ['x']\n", "reject",
     "# mine\nreject: ['x']\ncorrections:\n  - {heard: brine, meant: BRYNE, at: 4.25, verdict: reject}\n"),
    ("# mine\n", "reject throughout", "# mine\ncorrections:\n  - {heard: brine, meant: BRYNE, verdict: reject}\n"),
    ("# mine\n", "never", "# mine\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "verdict", "after"), PLACES)
def test_a_decision_about_a_place_goes_into_the_overrides(before: str, verdict: Verdict, after: str) -> None:
    assert edit_overrides(before, correction("brine", "BRYNE", start=4.25), verdict) == after


LASTING: list[tuple[Correction, Verdict, str, str]] = [
    (correction("Jeffrey Hinton", "Geoff Hinton"), "always", "'Chef Hinton']", "'Chef Hinton', Jeffrey Hinton]"),
    (correction("Chef Hinton", "Geoff Hinton"), "never", "[Jeff Hinten, 'Chef Hinton']",
     "[Jeff Hinten]\n    never: [Chef Hinton]"),
    (correction("brines", "BRYNEs", "BRYNE"), "always", "- BRYNE    ", "- {term: BRYNE, aliases: [brine]}"),
    (correction("brine", "BRYNE"), "never", "- BRYNE    ", "- {term: BRYNE, never: [brine]}"),
    (correction("Jeff", "Geoff", "Geoff Hinton"), "always", "Skerrivaig\n",
     "Skerrivaig\n  - term: Geoff\n    kind: person\n    aliases: [Jeff]\n"),
    (correction("jeff hinten", "Geoff Hinton"), "always", "", ""),
    (correction("Sally", "Skerrivaig"), "reject", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "verdict", "old", "new"), LASTING)
def test_a_decision_for_ever_goes_into_the_glossary(change: Correction, verdict: Verdict, old: str, new: str) -> None:
    made = edit_glossary(GLOSSARY, change, verdict)
    assert made.replace(" ", "") == (GLOSSARY.replace(old, new) if old else GLOSSARY).replace(" ", "")
    if "{" not in new:
        assert made == (GLOSSARY.replace(old, new) if old else GLOSSARY)


def test_never_after_always_takes_the_alias_back() -> None:
    change = correction("brine", "BRYNE")
    always = edit_glossary("terms:\n  - term: BRYNE\n", change, "always")
    assert edit_glossary(always, change, "never") == "terms:\n  - term: BRYNE\n    never: [brine]\n"


TARGETS = [
    (correction("Brokmans", "Brockmans", "Brockman"), ("Brockman", "Brokman")),
    (correction("gyrostad", "Gyrostat", "gyrostat"), ("gyrostat", "gyrostad")),
    (correction("Jeff", "Geoff", "Geoff Hinton"), ("Geoff", "Jeff")),
    (correction("s", "Qs", "Q"), ("Qs", "s")),
]


@pytest.mark.parametrize(("change", "target"), TARGETS)
def test_an_alias_is_of_the_term_that_stands_in_its_place(change: Correction, target: tuple[str, str]) -> None:
    assert find_term(change) == target


def test_the_glossary_is_not_made_to_contradict_itself() -> None:
    glossary = Glossary(terms=(Term(term="BRYNE", aliases=("Bryan",)), Term(term="Brian Example"), Term(term="Skerri")))
    assert "alias of 'BRYNE' already" in str(object_to(correction("bryan", "Brian Example"), "always", glossary))
    assert "a term of the glossary itself" in str(object_to(correction("Skerri", "BRYNE"), "always", glossary))
    assert "no term of the glossary" in str(object_to(correction("Skerri", "Other"), "never", glossary))
    assert object_to(correction("brine", "BRYNE"), "always", glossary) is None
    assert object_to(correction("bryan", "Brian Example"), "accept", glossary) is None


HEARD = "Hello Chef Hinton. Then brine and brine."
RULED: list[tuple[tuple[str, ...], tuple[Ruling, ...], str]] = [
    ((), (), "Hello Geoff Hinton. Then brine and brine."),
    ((), (Ruling(heard="Brine", meant="BRYNE", at=6.6, verdict="accept"),), "Hello Geoff Hinton. Then brine and BRYNE."),
    ((), (Ruling(heard="brine", meant="BRYNE", at=8.1, verdict="accept"),), "Hello Geoff Hinton. Then brine and brine."),
    ((), (Ruling(heard="brine", meant="BRYNE", verdict="accept"),), "Hello Geoff Hinton. Then BRYNE and BRYNE."),
    ((), (Ruling(heard="brine", meant="Elspeth", at=4.0, verdict="accept"),),
     "Hello Geoff Hinton. Then Elspeth and brine."),
    (("brine",), (Ruling(heard="brine", meant="BRYNE", at=4.0, verdict="accept"),),
     "Hello Geoff Hinton. Then BRYNE and brine."),
    ((), (Ruling(heard="brine", meant="BRYNE", at=4.0, verdict="reject"),
          Ruling(heard="brine", meant="BRYNE", verdict="accept")), "Hello Geoff Hinton. Then brine and BRYNE."),
    ((), (Ruling(heard="Chef Hinton", verdict="reject"),), HEARD),
    (("chef hinton -> Geoff Hinton",), (), HEARD),
    (("-> Geoff Hinton", "", " ", "Chef Hinton -> Else"), (), "Hello Geoff Hinton. Then brine and brine."),
    ((), (Ruling(heard="Chef Hinton", meant="Geoff Hinton", at=30.0, verdict="reject"),),
     "Hello Geoff Hinton. Then brine and brine."),
]  # fmt: skip


@pytest.mark.parametrize(("reject", "rulings", "text"), RULED)
def test_a_ruling_counts_at_its_place_or_for_the_whole_episode(
    reject: tuple[str, ...], rulings: tuple[Ruling, ...], text: str
) -> None:
    terms = (Term(term="Geoff Hinton", aliases=("Chef Hinton",)), Term(term="BRYNE", never=("brine",)))
    lexicon = Lexicon.build(Glossary(terms=terms))
    made, log = correct_transcript(said(HEARD), lexicon, CorrectConfig(), reject=reject, rulings=rulings)
    assert made.segments[0].text == text
    assert [word.text for word in made.segments[0].words] == text.split()
    for one in log.root:
        assert one.outcome != "rejected" or one.reasons[0] == "a person rejected it"


def test_a_whole_name_that_is_rejected_stays_where_half_of_it_was_heard_right() -> None:
    lexicon = Lexicon.build(Glossary(terms=(Term(term="Jonathon Brandt", kind="person"),)))
    text = said("Thank you Jonathan Brandt.")
    made, log = correct_transcript(text, lexicon, CorrectConfig())
    assert made.segments[0].text == "Thank you Jonathon Brandt."
    again = Ruling(heard=log.root[0].heard, meant=log.root[0].meant, at=log.root[0].start, verdict="reject")
    assert correct_transcript(text, lexicon, CorrectConfig(), rulings=(again,))[0] is text


def test_never_holds_for_a_whole_name_of_which_half_was_heard_right() -> None:
    never = Term(term="Jonathon Brandt", kind="person", never=("Jonathan Brandt",))
    text = said("Thank you Jonathan Brandt.")
    made, log = correct_transcript(text, Lexicon.build(Glossary(terms=(never,))), CorrectConfig())
    assert made is text
    assert [one.reasons[0] for one in log.root] == ["the glossary says never"]
