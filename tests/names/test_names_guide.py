"""docs/names.md promises what happens to some sentences; it does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.names import correct_file

GUIDE = (Path(__file__).resolve().parents[2] / "docs/names.md").read_text(encoding="utf-8")
GLOSSARY = Glossary(
    terms=tuple(Term(term=term) for term in ("Hedvig Kjærlund", "Skerrivaig", "HelmAI", "Jonathon Brandt", "gyrostat"))
)
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \| [a-z]", GUIDE, re.MULTILINE)


@pytest.mark.parametrize(("heard", "written"), ROWS)
def test_the_guide_says_what_happens(heard: str, written: str) -> None:
    assert correct_file(heard, "a.txt", GLOSSARY, CorrectConfig())[0] == written


def test_the_guide_has_examples_of_both_kinds() -> None:
    assert sum(heard != written for heard, written in ROWS) >= 5
    assert sum(heard == written for heard, written in ROWS) >= 2
