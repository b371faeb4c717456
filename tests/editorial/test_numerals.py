"""Numbers in words and digits: what is said is recognised however it is written, and nothing else is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editorial.numerals import find_numbers, is_said, say_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("three", "3"),
        ("2,000", "2000"),
        ("two thousand", "2000"),
        ("twenty-five", "25"),
        ("a hundred and five", "105"),
        ("one hundred and twenty-five thousand", "125000"),
        ("2.5 million", "2500000"),
        ("three point five million", "3500000"),
        ("5k", "5000"),
        ("twenty nineteen", "2019"),
        ("nineteen eighty-four", "1984"),
        ("two thousand nineteen", "2019"),
        ("the 1990s", "1990"),
        ("1,234.5", "1234.5"),
        ("26 point 1", "26.1"),
        ("3rd", "3"),
        ("third", "3"),
        ("millions of them", "1000000"),
    ],
)
def test_a_number_has_one_value_in_words_and_digits(text: str, value: str) -> None:
    (number,) = find_numbers(text)
    assert Decimal(value) in number.readings


@pytest.mark.parametrize(
    ("claimed", "said", "fine"),
    [
        ("three", "we have 3 dogs", True),
        ("2019", "back in twenty nineteen", True),
        ("2000", "back in two thousand nineteen", False),
        ("50%", "fifty percent of it", True),
        ("50%", "fifty of them", False),
        ("fifty", "50 per cent", True),
        ("$5", "five dollars", True),
        ("$5", "five euros", False),
        ("4 million", "it was 4", False),
        ("millions", "two million people", True),
        ("v0.14.0", "release v0.14.0 is out", True),
        ("v0.14.1", "release v0.14.0 is out", False),
        ("10:30", "at 10:30", True),
        ("six", "one two three", False),
        ("2000", "2.000 Menschen", True),
    ],
)
def test_a_number_counts_as_said_when_its_value_and_unit_were(claimed: str, said: str, fine: bool) -> None:
    (number,) = find_numbers(claimed)
    assert is_said(number, say_numbers(said)) is fine


def test_one_and_first_are_often_no_numbers() -> None:
    assert all(number.loose for number in find_numbers("one of them came first"))


@given(st.integers(0, 10**12))
def test_digits_are_read_back(value: int) -> None:
    assert Decimal(value) in find_numbers(f"it has {value} parts")[0].readings
    assert Decimal(value) in find_numbers(f"it has {value:,} parts")[0].readings


@given(st.text(st.sampled_from("0123456789.,: -aknt%$"), max_size=20))
def test_whatever_has_a_number_says_that_number(text: str) -> None:
    said = say_numbers(text)
    assert all(is_said(number, said) for number in find_numbers(text))
