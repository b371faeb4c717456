import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats import read_rttm, write_rttm
from pipeline.models import Turn, Turns

TURNS = st.lists(
    st.builds(
        lambda start, length, name: Turn(start=start / 1000, end=(start + length) / 1000, speaker=name),
        st.integers(0, 10**7),
        st.integers(0, 10**6),
        st.sampled_from(["A", "SPEAKER_01", "Ægir"]),
    ),
    max_size=20,
)


@given(TURNS)
def test_turns_read_back_in_order_of_start(turns):
    ordered = sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker))
    assert read_rttm(write_rttm(Turns(tuple(turns)), "talk"), "talk.rttm") == Turns(tuple(ordered))


def test_line_is_as_nist_has_it_and_names_have_no_spaces():
    turns = Turns((Turn(start=1.5, end=3.75, speaker="Ada  Lovelace"),))
    assert write_rttm(turns, "my talk.wav") == ("SPEAKER my_talk.wav 1 1.500 2.250 <NA> <NA> Ada_Lovelace <NA> <NA>\n")


def test_comments_and_other_types_are_passed_over():
    text = ";; note\nSPKR-INFO a 1 <NA> <NA> <NA> unknown A <NA> <NA>\n\nSPEAKER a 1 0 1 <NA> <NA> A <NA>\n"
    assert read_rttm(text, "a.rttm") == Turns((Turn(start=0, end=1, speaker="A"),))


@pytest.mark.parametrize(
    "line",
    ["SPEAKER a 1 0 1", "SPEAKER a 1 zero 1 <NA> <NA> A <NA> <NA>", "SPEAKER a 1 0 -1 <NA> <NA> A <NA> <NA>",
     "SPEAKER a 1 nan 1 <NA> <NA> A <NA> <NA>"],
)  # fmt: skip
def test_broken_line_is_refused_with_its_number(line):
    with pytest.raises(InputError, match=r"^a\.rttm:2: "):
        read_rttm(f";; note\n{line}\n", "a.rttm")


def test_real_rttm_is_read(shared_data):
    turns = read_rttm((shared_data / "speech" / "sample.rttm").read_text(), "sample.rttm").root
    assert {turn.speaker for turn in turns} == {"speaker90", "speaker91"}
    assert all(0 <= turn.start < turn.end <= 30 for turn in turns)
