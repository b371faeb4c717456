"""`showrunner glossary`: findings by line with an exit code, and suggestions as a table, JSON and YAML."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from pipeline import runner, store
from pipeline.adapters import entities
from pipeline.adapters.entities import Entity
from pipeline.cli import main
from pipeline.config import Glossary
from pipeline.models import Segment, Transcript


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "configs/glossary.yaml").write_text("terms:\n- Skerrivaig\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    return tmp_path


@pytest.fixture
def episode(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode whose stages up to the names are said to be up to date."""
    folder = project / "episodes/e"
    (folder / "build").mkdir(parents=True)
    (folder / "episode.yaml").write_text("title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n")
    texts = ("Now Niamh Quillane is here.", "We saw Skerrivaig.", "So Niamh Quillain left.", "And Skerivaig is far.")
    segments = tuple(Segment(id=at, start=at * 40.0, end=at * 40.0 + 9, text=text) for at, text in enumerate(texts))
    heard = Transcript(language="en", duration=200.0, model="test", segments=segments)
    store.write_atomic(folder / "build/transcript.json", store.to_json(heard))
    asked: list[object] = []
    monkeypatch.setattr(
        runner, "run", lambda job, **how: asked.append(how["until"]) or set(asked) == {"correct"} or 1 / 0
    )
    monkeypatch.setattr(entities, "is_installed", lambda: False)
    return folder


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["glossary", *arguments])
    return ended.value.code if isinstance(ended.value.code, int) else 1


def test_check_tells_each_finding_by_line_with_a_fix_and_fails_on_errors(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "configs/glossary.yaml").write_text("terms:\n- Groq\n- Grok\n- {term: Zorbix, aliases: [open]}\n")
    assert call("check") == 2
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].startswith("configs/glossary.yaml:3 warning: 'Grok' is said like 'Groq' (configs/glossary.yaml:2)")
    assert lines[2].startswith("configs/glossary.yaml:4 error: the alias 'open' would rewrite ordinary speech: 302 in")
    assert [line[:7] for line in lines[1::2]] == ["  fix: ", "  fix: "]
    assert lines[4] == "3 terms: 1 error, 1 warning, 0 hints"
    assert printed.err.splitlines()[0] == "error: configs/glossary.yaml: 1 error"


def test_check_of_named_files_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "extra.csv").write_text("term,aliases\nZorbix,sore bricks\nGrok,\n")
    (project / "more.txt").write_text("Groq\n")
    assert call("check", "extra.csv", "more.txt", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["file"], found["line"], found["level"]) == ("more.txt", 1, "warning")
    assert set(found) == {"file", "line", "level", "what", "fix"}


def test_a_sound_glossary_passes_and_a_missing_one_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("check") == 0
    assert capsys.readouterr().out == "1 term: 0 errors, 0 warnings, 0 hints\n"
    assert call("check", "nowhere.yaml") == 2
    assert "nowhere.yaml: there is no such file" in capsys.readouterr().err


def test_common_words_are_those_of_the_language(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "configs/glossary.yaml").write_text("terms:\n- {term: Zorbix, aliases: [immer]}\n")
    assert call("check") == 0
    assert call("check", "--language", "de") == 2
    assert "in a million words of de text" in capsys.readouterr().out


def test_suggest_shows_a_table(episode: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("suggest", "e") == 0
    assert capsys.readouterr().out.splitlines() == [
        "   2  Niamh Quillain  0:00, 1:20  “Now Niamh Quillane is here”",
        "                      also heard as Niamh Quillane (1)",
        "   1  Skerivaig       2:00  “And Skerivaig is far”",
        "                      sounds like Skerrivaig, which the glossary has",
        "2 names that the glossary does not have; --yaml prints entries for it",
        "note: found by rules; after `make setup-ner` spaCy looks for names too, and tells people from things",
    ]


def test_with_the_extra_suggest_tells_the_kinds_and_needs_no_note(
    episode: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entities, "is_installed", lambda: True)
    monkeypatch.setattr(
        entities, "find", lambda texts: [(Entity(4, 18, "person"),) if "Niamh" in text else () for text in texts]
    )
    assert call("suggest", "e") == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "   2  Niamh Quillain  0:00, 1:20  person  “Now Niamh Quillane is here”"
    assert "note:" not in shown
    assert call("suggest", "e", "--yaml") == 0
    assert yaml.safe_load(capsys.readouterr().out)[0] == {"term": "Niamh Quillain", "kind": "person"}
    assert call("suggest", "e", "--json") == 0
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)] == ["person", None]


def test_suggest_prints_data_and_entries(episode: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("suggest", "e", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["count"], one["near"]) for one in data] == [
        ("Niamh Quillain", 2, None),
        ("Skerivaig", 1, "Skerrivaig"),
    ]
    assert data[0]["mentions"][1]["start"] == 80.0


def test_suggested_entries_are_a_glossary(episode: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("suggest", "e", "--yaml") == 0
    terms = Glossary.model_validate(yaml.safe_load("terms:\n" + capsys.readouterr().out)).terms
    assert [term.term for term in terms] == ["Niamh Quillain", "Skerivaig"]


def test_suggest_for_an_unknown_episode(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("suggest", "e") == 2
    assert "there is no such episode" in capsys.readouterr().err
