"""Thousands of episodes at a glance: only what changed since the last look is looked at again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import overview, runner
from pipeline.project import Project

EPISODE = "title: {slug}\ndate: 2026-01-02\nguid: {slug}\nsources: [{slug}.wav]\n"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    shutil.copytree(root / "configs", tmp_path / "configs")
    for slug in ("ant", "bee", "cat"):
        (tmp_path / "episodes" / slug).mkdir(parents=True)
        (tmp_path / f"episodes/{slug}/episode.yaml").write_text(EPISODE.format(slug=slug))
        (tmp_path / f"{slug}.wav").write_text("sound")
    return Project(tmp_path)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The episodes that were looked at closely."""
    seen: list[str] = []
    pending = runner.pending

    def note(job: runner.Job) -> dict[str, tuple[str, ...]]:
        seen.append(job.slug)
        return pending(job)

    monkeypatch.setattr(runner, "pending", note)
    return seen


def test_an_episode_that_never_ran_waits_for_everything(project: Project, looked: list[str]) -> None:
    found = dict(overview.look(project))
    assert list(found) == looked == ["ant", "bee", "cat"]
    assert found["ant"].waiting["prepare"] == ("first run",)


#: What changes, and whose episodes are looked at for it.
CHANGES = {
    "nothing": (lambda root: None, []),
    "an episode.yaml": (lambda root: (root / "episodes/bee/episode.yaml").write_text(EPISODE.format(slug="bee") + "\n"), ["bee"]),
    "an overrides.yaml": (lambda root: (root / "episodes/bee/overrides.yaml").write_text("reject: []\n"), ["bee"]),
    "a recording": (lambda root: (root / "cat.wav").write_text("another sound"), ["cat"]),
    "a recording that is gone": (lambda root: (root / "cat.wav").unlink(), ["cat"]),
    "a run": (lambda root: (root / "episodes/ant/build").mkdir(), ["ant"]),
    "the glossary": (lambda root: (root / "configs/glossary.yaml").write_text("terms: []\n"), ["ant", "bee", "cat"]),
    "the memory": (lambda root: (root / "episodes/.status.json").write_text("{"), ["ant", "bee", "cat"]),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_only_what_changed_is_looked_at_again(
    project: Project, looked: list[str], change: object, expected: list[str]
) -> None:
    first = dict(overview.look(project))
    looked.clear()
    assert callable(change)
    change(project.root)
    second = dict(overview.look(project))
    assert looked == expected
    if not expected:
        assert second == first


def test_another_version_of_a_stage_is_another_look(
    project: Project, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dict(overview.look(project))
    monkeypatch.setattr(overview, "__version__", "next")
    dict(overview.look(project))
    assert looked == ["ant", "bee", "cat"] * 2


def test_an_episode_that_cannot_be_read_has_a_problem_and_the_others_go_on(project: Project) -> None:
    (project.root / "episodes/bee/episode.yaml").write_text("title: [\n")
    found = dict(overview.look(project))
    assert "episodes/bee/episode.yaml" in (found["bee"].problem or "")
    assert found["cat"].waiting
    (project.root / "episodes/bee/episode.yaml").write_text(EPISODE.format(slug="bee"))
    assert dict(overview.look(project))["bee"].problem is None


def test_an_episode_that_went_is_forgotten(project: Project) -> None:
    dict(overview.look(project))
    shutil.rmtree(project.root / "episodes/bee")
    assert list(dict(overview.look(project))) == ["ant", "cat"]
    assert "bee" not in (project.root / "episodes/.status.json").read_text()
