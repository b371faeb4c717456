"""The command line's promises: help everywhere, `error:` and `fix:` on standard error, exit codes, no traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from pipeline.cli import cli, main
from pipeline.cli.console import Reporter, clock
from pipeline.errors import PipelineError
from pipeline.runner import Advanced, Finished, Noticed, Skipped, Started

ERRORS = [
    ("episode", 2, "error: Missing argument 'AUDIO...'", "showrunner episode --help"),
    ("episode nowhere.wav", 2, "error: nowhere.wav: there is no such file", "fix: check the path"),
    ("episode https://example.org/a.mp3", 2, "is a URL, not a file", "download the recording"),
    ("episode a.wav b.wav", 2, "error: a.wav: there is no such file", "quotation marks around a name with spaces"),
    ("episode 'configs/show.yaml gone.wav'", 2, "error: gone.wav: there is no such file", "fix:"),
    ("episode configs/show.yaml configs/show.yaml", 2, "error: show.yaml: is named twice", "name each track once"),
    (f"episode {' '.join(f'configs/{at}.wav' for at in range(9))}", 2, "configs/0.wav: there is no such file", "fix:"),
    ("episode ''", 2, "error: no recording was named", "make episode AUDIO=interview.wav"),
    ("run nothing-here", 2, "error: episodes/nothing-here: there is no such episode", "fix: episodes here: none yet"),
    ("run demo --until lunch", 2, "'lunch' is not one of", "showrunner run --help"),
    ("unpublish nothing-here", 2, "nothing-here: no episode of that name is published", "fix: look for its slug"),
    ("status ../../etc", 2, "error: episodes/../../etc: there is no such episode", "fix:"),
    ("transcribe nowhere.wav -o out.json", 2, "error: nowhere.wav: there is no such file", "fix:"),
    ("chapters nowhere.json -o out.json", 2, "error: nowhere.json: No such file", "fix: check the path"),
    ("feed nowhere.xml", 2, "nowhere.xml", "fix:"),
    ("fly", 2, "error: No such command 'fly'", "showrunner --help"),
]


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "episodes").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    return tmp_path


def call(line: str) -> int:
    import shlex

    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line))
    return ended.value.code if isinstance(ended.value.code, int) else 1


def every_command(group: click.Group = cli, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*prefix, name))
        if isinstance(command, click.Group):
            found += every_command(command, (*prefix, name))
    return found


@pytest.mark.parametrize("name", every_command(), ids=" ".join)
def test_every_command_has_help_and_stands_in_the_readme_or_docs(
    name: tuple[str, ...], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(f"{' '.join(name)} --help") == 0
    assert len(capsys.readouterr().out.splitlines()) > 4
    docs = "\n".join(path.read_text() for path in [root / "README.md", *(root / "docs").glob("*.md")])
    assert f"`{name[-1]}`" in docs or f"showrunner {' '.join(name)}" in docs or f"make {name[-1]}" in docs


@pytest.mark.parametrize(("line", "code", "error", "fix"), ERRORS, ids=[case[0] for case in ERRORS])
def test_an_error_is_a_line_with_a_fix_and_a_code(
    line: str, code: int, error: str, fix: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(line) == code
    printed = capsys.readouterr()
    assert error in printed.err
    assert fix in printed.err
    assert printed.err.startswith("error: ")
    assert "Traceback" not in printed.err


def test_a_mistake_in_the_configuration_is_told_with_its_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "episodes/e").mkdir()
    (project / "episodes/e/episode.yaml").write_text("title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n")
    (project / "configs/glossary.yaml").write_text("terms:\n  - term: Ada\n    alias: [Ida]\n")
    assert call("run e") == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: configs/glossary.yaml:3 terms[0].alias: unknown key, did you mean 'aliases'?",
        "fix: edit configs/glossary.yaml; docs/configuration.md lists every key",
    ]


def test_an_unexpected_failure_shows_no_traceback_unless_debugging(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("wires crossed")

    monkeypatch.setattr("pipeline.project.Project.slugs", broken)
    assert call("status") == 1
    printed = capsys.readouterr().err
    assert "error: something unexpected went wrong: RuntimeError: wires crossed" in printed
    assert "--debug" in printed
    with pytest.raises(RuntimeError, match="wires crossed"):
        main(["status", "--debug"])


def test_status_of_an_empty_project_says_how_to_begin(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("status") == 0
    assert "make episode AUDIO=" in capsys.readouterr().out
    assert call("status --json") == 0
    assert json.loads(capsys.readouterr().out) == {}


CLOCKS = [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.6, "1:00 min"), (185, "3:05 min"), (3723, "1:02:03 h")]


@pytest.mark.parametrize(("seconds", "text"), CLOCKS)
def test_durations_read_naturally(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_a_run_off_a_terminal_reports_in_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 20.0, 21.0, 60.0, 60.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with Reporter() as reporter:
        for event in (
            Skipped("prepare"),
            Skipped("transcribe"),
            Started("correct", ("glossary changed (configs/glossary.yaml)",)),
            Advanced("correct", 25, 100),
            Advanced("correct", 26, 100),
            Noticed("correct", "the packaged model stands in"),
            Finished("correct", 75.0),
            Skipped("publish"),
        ):
            reporter(event)
    assert capsys.readouterr().err.splitlines() == [
        "prepare, transcribe: unchanged, skipped",
        "correct: glossary changed (configs/glossary.yaml)",
        "correct: 25%, about 1:00 min left",
        "correct: note: the packaged model stands in",
        "correct: done in 1:15 min",
        "publish: unchanged, skipped",
    ]
    assert reporter.ran == ["correct"]


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """`make episode` with nothing to do must answer within a second."""
    heavy = ("torch", "numpy", "boto3", "jinja2", "feedgen", "faster_whisper", "pyannote", "rich.progress", "wordfreq")
    code = f"import sys, pipeline.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_an_error_names_episode_and_stage_when_they_are_known() -> None:
    error = PipelineError("the disk is full", fix="free space")
    assert str(error) == "the disk is full"
    assert str(error.at(episode="e", stage="master")) == "e/master: the disk is full"
    assert str(error.at(episode="other")) == "e/master: the disk is full"
