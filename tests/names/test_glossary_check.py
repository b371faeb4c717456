"""Checking a glossary: every finding has its line, its level and a fix, and sound glossaries have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.names import glossary_check
from pipeline.names.glossary_check import Finding, check_glossary, per_million
from pipeline.names.glossary_files import read_terms


def check(folder: Path, *texts: str, language: str = "en") -> list[Finding]:
    terms = []
    for number, text in enumerate(texts):
        path = folder / f"{'abc'[number]}.yaml"
        path.write_text("terms:\n" + text, encoding="utf-8")
        terms += read_terms(path, folder)
    return check_glossary(terms, language)


CASES = [
    # duplicates
    ("- Ada Byrne\n- Ada Byrne\n", [("a.yaml", 3, "warning", "'Ada Byrne' stands in a.yaml:2 already")]),
    ("- {term: Zorbix, kind: product}\n- {term: Zorbix, kind: place}\n",
     [("a.yaml", 3, "error", "has kind 'place' here and 'product' in a.yaml:2")]),
    ("- OpenAI\n- Open AI\n", [("a.yaml", 3, "warning", "'Open AI' is 'OpenAI' (a.yaml:2) but for capitals")]),
    ("- {term: Zorbix, shows: [One]}\n- {term: ZORBIX, shows: [Two]}\n", []),
    # aliases against other entries, themselves and `never`
    ("- {term: Zorbix, aliases: [sore bricks]}\n- term: Vandelay\n  aliases:\n  - Vandal A\n  - sore bricks\n",
     [("a.yaml", 6, "error", "'sore bricks' is to mean 'Vandelay', but is an alias of 'Zorbix' in a.yaml:2")]),
    ("- {term: Vandelay, aliases: [zorbix]}\n- Zorbix\n",
     [("a.yaml", 2, "error", "'zorbix' is to mean 'Vandelay', but is a term itself in a.yaml:3")]),
    ("- Wojtek Drozd\n- {term: Vojta Hlinka, aliases: [wojtek]}\n",
     [("a.yaml", 3, "warning", "'wojtek' is the given name of 'Wojtek Drozd' (a.yaml:2)")]),
    ("- {term: Zorbix, aliases: [Zawrbix], never: [zawrbix]}\n", [("a.yaml", 2, "warning", "must never become it")]),
    ("- {term: Zorbix, aliases: [zorbix, zor bics, Zor Bics, '!?']}\n", [
        ("a.yaml", 2, "hint", "'zorbix' is the term itself"),
        ("a.yaml", 2, "hint", "'Zor Bics' says the same as 'zor bics'"),
        ("a.yaml", 2, "warning", "'!?' has no letters"),
    ]),
    # aliases that are ordinary words
    ("- {term: Zorbix, aliases: [open]}\n", [("a.yaml", 2, "error", "302 in a million words of en text become 'Zorbix'")]),
    ("- {term: Zorbix, aliases: [bricks]}\n", [("a.yaml", 2, "warning", "'bricks' would rewrite ordinary speech: ")]),
    ("- {term: Zorbix, aliases: [go on]}\n", [("a.yaml", 2, "error", "'go on' would rewrite ordinary speech: about")]),
    ("- {term: Zorbix, aliases: [sore bricks, zorbicks]}\n", []),
    # terms that are easily confused
    ("- Groq\n- Grok\n", [("a.yaml", 3, "warning", "'Grok' is said like 'Groq' (a.yaml:2)")]),
    ("- Jon Drozd\n- John Drozd\n", [("a.yaml", 3, "warning", "said like 'Jon Drozd'")]),
    ("- {term: Groq, episodes: [one]}\n- {term: Grok, episodes: [two]}\n", []),
    ("- Ada Byrne\n- Ada Lovelace\n- Byrne\n", []),
    ("- Skerrit Drozd\n- Skerret\n", []),
    # terms that are, or sound like, ordinary words
    ("- {term: Signal, case: fixed}\n", [("a.yaml", 2, "hint", "'signal' in small letters is left alone")]),
    ("- Signal\n", [("a.yaml", 2, "hint", "'signal' in small letters is left alone")]),
    ("- Clojure\n", [("a.yaml", 2, "hint", "'Clojure' sounds like 'closure' (13 in a million)")]),
    ("- {term: Clojure, never: [closure]}\n", []),
    # what cannot be found by sound
    ("- Zq\n", [("a.yaml", 2, "hint", "'Zq' has 2 letters: too short")]),
    ("- Рощина\n", [("a.yaml", 2, "hint", "it is found by spelling")]),
    ("- {term: Рощина, sounds_like: [Roshchina]}\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0].replace("\n", " ") for case in CASES])
def test_findings(text: str, expected: list[tuple[str, int, str, str]], tmp_path: Path) -> None:
    found = check(tmp_path, text)
    told = sorted((one.file, one.line, one.level, one.what) for one in found)
    assert len(told) == len(expected), told
    for one, (file, line, level, what) in zip(told, sorted(expected), strict=True):
        assert one[:3] == (file, line, level)
        assert what in one[3]
    assert all(one.fix for one in found)


def test_a_term_in_two_files_is_one_term_unless_they_contradict(tmp_path: Path) -> None:
    agreed = "- {term: Zorbix, kind: product}\n"
    assert check(tmp_path, agreed, "- {term: Zorbix, aliases: [sore bricks]}\n") == []
    (found,) = check(tmp_path, agreed, "- Vandelay\n- {term: Zorbix, kind: place}\n")
    assert (found.file, found.line, found.level) == ("b.yaml", 3, "error")


def test_findings_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    found = check(tmp_path, "- Zorbix\n- Zq\n- Zx\n", "- Zy\n- {term: ZORBIX, aliases: [open]}\n")
    assert [(one.file, one.line) for one in found] == [
        ("a.yaml", 3), ("a.yaml", 4), ("b.yaml", 2), ("b.yaml", 3), ("b.yaml", 3)
    ]  # fmt: skip


def test_without_a_word_list_only_the_terms_are_compared(tmp_path: Path) -> None:
    found = check(tmp_path, "- {term: Zorbix, aliases: [open]}\n- Groq\n- Grok\n", language="br")
    assert [(one.line, one.level) for one in found] == [(4, "warning")]


def test_an_empty_glossary_has_no_findings() -> None:
    assert check_glossary([]) == []


@pytest.mark.parametrize(("zipf", "text"), [(3.0, "1"), (2.0, "0.1"), (4.0, "10"), (5.2, "158"), (7.0, "10,000")])
def test_frequencies_are_told_per_million(zipf: float, text: str) -> None:
    assert per_million(zipf) == text


def test_of_very_many_terms_it_is_said_that_they_are_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glossary_check, "_MOST_COMPARED", 1)
    (found,) = check(tmp_path, "- Groq\n- Grok\n")
    assert (found.line, found.level) == (2, "hint")
    assert found.what == "2 terms are too many to compare: which of them sound alike is not told"
