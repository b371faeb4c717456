"""docs/feed-check.md lists every rule as the table has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import feed_check

ALL = [*feed_check.DOCUMENT_RULES, *feed_check.RULES, *feed_check.HISTORY_RULES, *feed_check.ONLINE_RULES]


def test_the_list_in_the_docs_is_what_the_program_prints(root: Path) -> None:
    text = (root / "docs/feed-check.md").read_text()
    _, _, listed = text.partition("<!-- printed by: showrunner feed --rules -->\n")
    assert listed.strip() == feed_check.describe_rules()


def test_names_are_given_once() -> None:
    names = [rule.name for rule in ALL]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_says_who_asks_for_what_and_how_to_mend_it(rule: feed_check.Rule[object]) -> None:
    assert rule.source.startswith("https://")
    assert rule.asks.endswith(".")
    assert rule.asks[0].isupper() or rule.asks.startswith(("podcast:", "itunes:", "rel=", "<"))
    assert rule.fix
    assert not rule.fix.endswith(".")
