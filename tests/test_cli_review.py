"""`showrunner review` as a person uses it: keys in, questions out, and what stands in the two files afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import store
from pipeline.adapters import players
from pipeline.cli import cli
from pipeline.config import CorrectConfig, Overrides
from pipeline.errors import InputError, StageError
from pipeline.models import Segment, Transcript, Word
from pipeline.project import Project
from pipeline.stages import correct
from pipeline.store import Workspace

GLOSSARY = "# names\nterms:\n  - term: BRYNE    # a ferry\n  - term: Skerrivaig\n"
TEXT = "A brine bath. On Skerivaig the brine's end."


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode `e` of one sentence, its names corrected once: `Skerivaig` applied, `brine` suggested twice."""
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "configs/glossary.yaml").write_text(GLOSSARY)
    episode = tmp_path / "episodes/e"
    episode.mkdir(parents=True)
    (episode / "episode.yaml").write_text("title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n")
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path))
    rerun(tmp_path)
    return tmp_path


def rerun(project: Path) -> str:
    """Correct the names as a run does; the text."""
    words = tuple(
        Word(start=float(at), end=at + 0.5, text=word, probability=0.5) for at, word in enumerate(TEXT.split())
    )
    said = Transcript(
        language="en",
        duration=9.0,
        model="test",
        segments=(Segment(id=0, start=0.0, end=9.0, text=TEXT, words=words),),
    )
    settings = Project(project).job("e").settings
    work = Workspace(project / "episodes/e/build")
    made, log = correct.run(
        work, said, settings.glossary, CorrectConfig(), settings.overrides.reject, settings.overrides.corrections
    )
    store.write_atomic(work.folder / "attributed.json", store.to_json(said))
    store.write_atomic(work.folder / "corrections.json", store.to_json(log))
    return made.segments[0].text


def review(keys: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["review", "e", *options], input="\n".join(keys))


SESSIONS = [
    ("q", TEXT, "nothing was decided"),
    ("ss", TEXT, "nothing was decided"),
    ("ar", "A BRYNE bath. On Skerrivaig the brine's end.", "2 written to episodes/e/overrides.yaml"),
    ("sa", "A brine bath. On Skerrivaig the BRYNE's end.", "1 written to episodes/e/overrides.yaml"),
    ("e", "A BRYNE bath. On Skerrivaig the BRYNE's end.", "1 written to episodes/e/overrides.yaml"),
    ("x", TEXT, "1 written to episodes/e/overrides.yaml"),
    ("eur", TEXT, "1 written to episodes/e/overrides.yaml"),
    ("A", "A BRYNE bath. On Skerrivaig the BRYNE's end.", "1 written to configs/glossary.yaml, for every episode"),
    ("N", TEXT, "to make them count: showrunner run e"),
    ("auq", TEXT, "nothing was decided"),
    ("Aur", TEXT, "1 written to episodes/e/overrides.yaml"),
    ("za", "A BRYNE bath. On Skerrivaig the brine's end.", "keys: here: a accept"),
    ("u", TEXT, "nothing to undo"),
]


@pytest.mark.parametrize(("keys", "text", "told"), SESSIONS, ids=[session[0] for session in SESSIONS])
def test_the_next_run_obeys_what_was_decided(keys: str, text: str, told: str, project: Path) -> None:
    done = review(keys)
    assert done.exit_code == 0, done.output
    assert told in done.output
    assert rerun(project) == text.replace("Skerivaig", "Skerrivaig")


def test_a_question_shows_the_sentence_the_score_and_the_reasons(project: Path) -> None:
    shown = review("sq").output
    assert "1 of 2, 0:01: suggested, score 0." in shown
    assert "A [brine] bath. On Skerivaig the brine's end." in shown
    assert "A brine bath. On Skerivaig the [brine]'s end." in shown
    assert "brine -> BRYNE" in shown
    assert "sounds" in shown


def test_comments_stay_and_what_was_decided_is_not_asked_again(project: Path) -> None:
    overrides = project / "episodes/e/overrides.yaml"
    overrides.write_text("# mine\nreject: ['x']   # no\n")
    review("r")
    assert overrides.read_text() == (
        "# mine\nreject: ['x']   # no\ncorrections:\n  - {heard: brine, meant: BRYNE, at: 1.0, verdict: reject}\n"
    )
    assert "1 of 1" in review("N").output
    assert (project / "configs/glossary.yaml").read_text() == GLOSSARY.replace(
        "# a ferry\n", "# a ferry\n    never: [brine]\n"
    )
    rerun(project)
    assert "no suggestions to decide" in review("").output


def test_undo_restores_the_files_byte_for_byte(project: Path) -> None:
    overrides = project / "episodes/e/overrides.yaml"
    overrides.write_bytes(b"reject:   [ 'x' ]\r\n")
    review("aAuuq")
    assert overrides.read_bytes() == b"reject:   [ 'x' ]\r\n"
    assert (project / "configs/glossary.yaml").read_text() == GLOSSARY


def test_with_all_a_change_that_was_made_can_be_rejected(project: Path) -> None:
    assert "Skerivaig" not in review("rr").output.replace("On Skerivaig the", "")
    review("r", "--all")
    assert rerun(project) == TEXT


def test_an_alias_of_another_term_is_refused_and_the_question_stays(project: Path) -> None:
    glossary = project / "configs/glossary.yaml"
    glossary.write_text(GLOSSARY + "    aliases: [brine]\n")
    done = review("Aa")
    assert "'brine' is an alias of 'Skerrivaig' already; accept it here instead" in done.output
    assert len(Project(project).job("e").settings.overrides.corrections) == 1
    assert glossary.read_text() == GLOSSARY + "    aliases: [brine]\n"


def test_a_file_that_somebody_edits_meanwhile_is_not_overwritten(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overrides = project / "episodes/e/overrides.yaml"
    monkeypatch.setattr(players, "play", lambda *where: overrides.write_text("reject: [mine]\n"))
    done = review("pa")
    assert isinstance(done.exception, InputError)
    assert "was edited meanwhile" in str(done.exception)
    assert overrides.read_text() == "reject: [mine]\n"


def test_p_plays_two_seconds_around_the_word_or_says_why_not(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[object] = []
    monkeypatch.setattr(players, "play", lambda *where: played.append(where))
    review("p")
    ((path, start, length),) = played  # type: ignore[misc]
    assert (path, round(start, 2), length) == (project / "a.wav", 0.33, 2.0)

    def silent(*where: object) -> None:
        raise StageError("no audio player is installed", fix="install mpv")

    monkeypatch.setattr(players, "play", silent)
    done = review("pa")
    assert "no audio player is installed: install mpv" in done.output
    assert Project(project).job("e").settings.overrides != Overrides()


def test_before_the_first_run_it_says_how_to_run(project: Path) -> None:
    (project / "episodes/e/build/corrections.json").unlink()
    error = review("").exception
    assert isinstance(error, InputError)
    assert error.fix == "showrunner run e --until correct"
