"""What a run says besides: an idea for the title, and chapters that the recording carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import runner
from pipeline.adapters import embedded_chapters
from pipeline.cli.hints import tell_embedded_chapters, tell_title
from pipeline.formats.chapters import Mark
from pipeline.models import NoteLine, ShowNotes
from pipeline.project import Project


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/show.yaml").write_text((root / "configs/show.yaml").read_text())
    (tmp_path / "episodes/e").mkdir(parents=True)
    return Project(tmp_path)


def describe(project: Project, title: str, sources: str = "[tapes/my_long-talk.wav]") -> None:
    (project.episodes / "e/episode.yaml").write_text(f"title: {title}\ndate: 2026-01-01\nguid: g\nsources: {sources}\n")


@pytest.mark.parametrize(
    ("title", "idea", "told"),
    [
        ("my long talk", "Tides of brass", "an idea for the title: Tides of brass (now `title: my long talk` in episodes/e/"),
        ("My own", "Tides of brass", ""),
        ("my long talk", None, ""),
    ],
)  # fmt: skip
def test_a_title_is_suggested_while_the_episode_is_called_after_its_file(
    title: str,
    idea: str | None,
    told: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    describe(project, title)
    line = NoteLine(text=idea, start=0, segments=(0,)) if idea else None
    monkeypatch.setattr(runner, "read_artifact", lambda *given: ShowNotes(summary=(), title=line))
    before = (project.episodes / "e/episode.yaml").read_bytes()
    tell_title(project.job("e"))
    printed = capsys.readouterr().out
    assert printed.startswith(told) if told else not printed
    assert (project.episodes / "e/episode.yaml").read_bytes() == before


@pytest.mark.parametrize(("count", "sources", "tells"), [(3, "[a.mp3]", True), (1, "[a.mp3]", False), (3, "[a.mp3, b.mp3]", False)])  # fmt: skip
def test_chapters_in_the_recording_are_told_with_the_command_that_takes_them(
    count: int,
    sources: str,
    tells: bool,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    describe(project, "E", sources)
    monkeypatch.setattr(embedded_chapters, "read_embedded", lambda path: [Mark(0.0, "A", path.name)] * count)
    tell_embedded_chapters(project, "e")
    told = "the recording carries 3 chapters: `showrunner chapters import e` takes them\n"
    assert capsys.readouterr().out == (told if tells else "")
