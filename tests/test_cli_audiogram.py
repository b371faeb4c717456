"""`showrunner audiogram`: what it does without being told, and what it says to nonsense."""

import shutil
from pathlib import Path

import packaged_samples as sample
import pytest

from pipeline import store
from pipeline.adapters import audiogram
from pipeline.cli import main
from pipeline.store import Workspace


@pytest.fixture
def episode(tmp_path, root, monkeypatch):
    shutil.copytree(root / "configs", tmp_path / "configs")
    folder = tmp_path / "episodes/tide"
    folder.mkdir(parents=True)
    (folder / "episode.yaml").write_text("title: Tide\ndate: 2026-03-02\nguid: tide\nsources: [tide.wav]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    return folder


@pytest.fixture
def made(episode):
    talk = sample.make_transcript()
    work = Workspace(episode / "build")
    artifacts = {
        "mastered": sample.make_mastered(sample.make_sound(work, 16.0), 16.0),
        "transcript": talk,
        "notes": sample.make_notes(talk),
    }
    for name, model in artifacts.items():
        store.write_atomic(work.folder / f"{name}.json", store.to_json(model))
    return episode


@pytest.fixture
def boards(monkeypatch):
    seen = []

    def render(board, sound, cover, target, progress):
        seen.append(board)
        Path(target).write_bytes(b"video")
        return ("潮",)

    monkeypatch.setattr(audiogram, "render", render)
    return seen


def call(*words):
    with pytest.raises(SystemExit) as ended:
        main(["audiogram", *words])
    return ended.value.code


def test_a_piece_of_the_finished_episode_is_shown_and_what_is_missing_told(made, boards, capsys):
    assert call("tide", "--start", "0:04", "--length", "2.5", "--landscape", "-o", "clip.mp4") == 0
    assert [(one.start, one.length, one.shape, one.about) for one in boards] == [(4.0, 2.5, "landscape", "Tide")]
    assert Path("clip.mp4").read_bytes() == b"video"
    assert "clip.mp4 is without '潮'" in capsys.readouterr().err


def test_the_soundbite_is_shown_where_nothing_else_is_said(made, boards):
    with (made / "episode.yaml").open("a") as file:
        file.write("soundbites: [{start: 6, duration: 4, title: Brass}]\n")
    assert call("tide") == 0
    assert [(one.start, one.length, one.title, one.shape) for one in boards] == [(6.0, 4.0, "Brass", "square")]
    assert Path("tide.mp4").is_file()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["tide"], "tide: the episode has no soundbite"),
        (["tide", "--start", "9:00"], "--start 9:00: the episode ends at 0:16"),
        (["tide", "--start", "soon"], "--start 'soon': is no time"),
        (["tide", "--start", "1", "--length", "0"], "--length 0: an audiogram has 1 to 300 seconds"),
        (["tide", "--start", "1", "--length", "301"], "--length 301: an audiogram has 1 to 300 seconds"),
    ],
)
def test_nonsense_is_told_and_nothing_is_made(made, boards, words, what, capsys):
    assert call(*words) == 2
    said = capsys.readouterr().err
    assert f"error: {what}" in said
    assert "fix: " in said
    assert (boards, list(Path().glob("*.mp4"))) == ([], [])


def test_an_episode_that_was_not_made_yet_is_told(episode, boards, capsys):
    assert call("tide", "--start", "1") == 2
    assert "tide: the episode was not made yet" in capsys.readouterr().err
