"""Playing a piece of a recording with whatever player is there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.adapters import players
from pipeline.errors import StageError

COMMANDS = [
    (["ffplay", "mpv"], [["ffplay", "-ss 12.5 -t 2.0 -i /a.wav"]]),
    (["mpv", "afplay"], [["mpv", "--start=12.5 --length=2.0 -- /a.wav"]]),
    (["afplay"], [["ffmpeg", "-ss 12.5 -t 2.0 -i /a.wav"], ["afplay", "clip.wav"]]),
]


@pytest.mark.parametrize(("there", "commands"), COMMANDS)
def test_the_first_player_that_is_there_plays_that_piece(
    there: list[str], commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(players.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(players.subprocess, "run", run)
    players.play(Path("/a.wav"), 12.5, 2.0)
    assert [command[0] for command in ran] == [program for program, _ in commands]
    for command, (_, arguments) in zip(ran, commands, strict=True):
        assert arguments in " ".join(command)


def test_without_a_player_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players.shutil, "which", lambda name: None)
    with pytest.raises(StageError, match="no audio player is installed") as told:
        players.play(Path("/a.wav"), 0.0, 2.0)
    assert "mpv" in told.value.fix


@pytest.mark.real
def test_ffplay_plays_a_recording_and_tells_of_one_that_is_not_there(
    need: Callable[[str, str], str], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("ffplay", "apt-get install ffmpeg")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    players.play(root / "episodes/demo/recording.mp3", 3.0, 0.3)
    with pytest.raises(StageError, match="ffplay does not play"):
        players.play(tmp_path / "nowhere.mp3", 3.0, 0.3)
