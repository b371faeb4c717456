"""spaCy's model of English names: an extra, checked before it is loaded, with what it says in our terms."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline import packaged_weights
from pipeline.adapters import entities
from pipeline.adapters.entities import Entity

TEXTS = ["Yesterday Tim Cook of Microsoft met 20 Germans in Paris.", "", "🎙️ and nothing else"]


@pytest.mark.real
def test_names_are_found_with_their_place_and_kind_and_dates_and_numbers_are_not() -> None:
    found = entities.find(TEXTS * 2)
    assert found[3:] == found[:3]
    assert found[:3] == [
        (Entity(10, 18, "person"), Entity(22, 31, "organisation"), Entity(50, 55, "place")),
        (),
        (),
    ]


@pytest.mark.real
def test_torch_is_not_loaded_for_it() -> None:
    code = "import sys; from pipeline.adapters import entities; entities.find(['x']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.real
def test_the_model_is_the_recorded_one() -> None:
    folder = packaged_weights.folder_of(packaged_weights.ENTITIES)
    assert (folder / "ner/model").is_file()
    assert entities.is_installed()


def test_without_spacy_or_without_its_model_the_extra_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "spacy", None)
        assert not entities.is_installed()
    monkeypatch.setattr(packaged_weights, "_find", lambda part: None)
    assert not entities.is_installed()
