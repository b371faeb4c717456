"""What the corrector cannot do is said, not hidden."""

from __future__ import annotations

import pytest

from pipeline.config import CorrectConfig, Glossary, Term
from pipeline.models import Segment, Transcript
from pipeline.names import tell_limits
from pipeline.stages import correct
from pipeline.store import Workspace

RUSSIAN = Term(term="Светлана Рощина")
ALONE = "no phonetic model for the script of {}: sought by spelling alone"


@pytest.mark.parametrize(
    ("terms", "language", "told"),
    [
        ([Term(term="Hedvig Kjærlund"), Term(term="T5"), Term(term="2001")], "en", []),
        ([RUSSIAN], "ru", [ALONE.format("Светлана Рощина")]),
        ([RUSSIAN.model_copy(update={"sounds_like": ("Svetlana",)})], "ru", []),
        ([Term(term=name) for name in "אבגדה"], "he", [ALONE.format("א, ב, ג and 2 more")]),
        (
            [Term(term="Kerné")],
            "br",
            ["no word frequencies for language 'br': common words are guessed by their length"],
        ),
        ([], "br", []),
    ],
)
def test_limits_of_a_glossary_and_a_language(terms: list[Term], language: str, told: list[str]) -> None:
    assert tell_limits(Glossary(terms=tuple(terms)), language) == told


def test_the_stage_tells_them_and_a_switched_off_stage_does_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    told: list[str] = []
    work = Workspace(tmp_path_factory.mktemp("build"), notice=told.append)
    said = Segment(id=0, start=0.0, end=1.0, text="Светлана Рощена пришла.")
    heard = Transcript(language="ru", duration=1.0, model="test", segments=(said,))
    made, _ = correct.run(work, heard, Glossary(terms=(RUSSIAN,)), CorrectConfig())
    assert made.segments[0].text == "Светлана Рощина пришла."
    assert told == [ALONE.format("Светлана Рощина")]
    correct.run(work, heard, Glossary(terms=(RUSSIAN,)), CorrectConfig(enabled=False))
    assert len(told) == 1
