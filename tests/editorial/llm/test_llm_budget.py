"""Tokens, dollars, and cutting what is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import LlmConfig
from pipeline.editorial.engine import EngineError
from pipeline.editorial.llm.budget import Meter, count_tokens, cut, dollars


@given(st.lists(st.text(max_size=80), max_size=60), st.integers(5, 200))
def test_cutting_loses_nothing_and_fits(lines: list[str], most: int) -> None:
    parts = cut(lines, most)
    assert [at for part in parts for at in part] == list(range(len(lines)))
    assert all(len(part) == 1 or sum(count_tokens(lines[at]) + 1 for at in part) <= most for part in parts)


def test_parts_are_about_the_same_size() -> None:
    assert [len(part) for part in cut(["ten bytes."] * 110, 500)] == [56, 54]


@pytest.mark.parametrize(
    ("text", "least"),
    [("The sourdough rests in a cold cellar.", 8), ("Тесто отдыхает в погребе", 8), ("面团在地窖里休息", 8)],
)
def test_tokens_are_counted_rather_too_many(text: str, least: int) -> None:
    assert least <= count_tokens(text) <= 2.5 * least


def test_the_meter_adds_up_what_was_spent() -> None:
    meter = Meter(LlmConfig(max_tokens=1000))
    meter.require(900, 100)
    meter.spend(500, 100)
    meter.require(300, 100)
    with pytest.raises(EngineError, match=r"about 1,001 tokens, more than editorial.llm.max_tokens \(1,000\)"):
        meter.require(301, 100)


def test_a_cap_in_dollars_counts_both_prices() -> None:
    meter = Meter(LlmConfig(price_input=1, price_output=10, max_cost=0.02))
    assert meter.cost(1000, 1000) == pytest.approx(0.011)
    meter.spend(1000, 1000)
    with pytest.raises(EngineError, match=r"up to \$0.022, more than editorial.llm.max_cost \(\$0.02\)"):
        meter.require(1000, 1000)


def test_an_endpoint_without_prices_has_no_cost() -> None:
    assert Meter(LlmConfig()).cost(1000, 1000) is None


@pytest.mark.parametrize(("amount", "shown"), [(0, "$0"), (0.00042, "$0.00042"), (0.0123, "$0.012"), (1.234, "$1.23")])
def test_dollars(amount: float, shown: str) -> None:
    assert dollars(amount) == shown
