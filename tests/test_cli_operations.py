"""Commands that a machine runs unattended: watch, gc, status of many, logs and metrics."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from audio_samples import stereo

from pipeline.cli import main

SHOWRUNNER = (sys.executable, "-m", "pipeline")


@dataclass(frozen=True)
class Done:
    """What a command printed."""

    stdout: str
    stderr: str


Call = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "episodes").mkdir()
    (tmp_path / "inbox").mkdir()
    return tmp_path


@pytest.fixture
def call(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command there as a shell would, and check how it ends."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(project))

    def run(*arguments: str, code: int = 0) -> Done:
        monkeypatch.setenv("SHOWRUNNER_LOG", "text")
        monkeypatch.setenv("SHOWRUNNER_METRICS", "")
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.err
        return Done(printed.out, printed.err)

    return run


def environment(project: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SHOWRUNNER_")}
    return own | {"SHOWRUNNER_ROOT": str(project), "PYTHONPATH": str(Path(__file__).parents[1])}


def test_what_lies_in_a_folder_becomes_episodes_and_one_that_fails_stops_no_other(project: Path, call: Call) -> None:
    stereo(project / "inbox/good.wav", 1)
    (project / "inbox/bad.wav").write_text("no sound")
    for name in ("empty.wav", ".hidden.wav", "notes.txt"):
        (project / "inbox" / name).touch()
    metrics, watch = ("--metrics", "m.prom"), ("watch", "inbox", "--once", "--settle", "0", "--until", "prepare")
    done = call(*metrics, *watch, code=2)
    assert "bad.wav: is not an audio or video file" in done.stderr
    assert done.stderr.rstrip().splitlines()[-2] == "error: not made: bad.wav"
    assert [path.name for path in (project / "episodes").glob("[!.]*")] == ["good"]
    (project / "inbox/bad.wav").unlink()
    assert "prepare: unchanged, skipped" in call(*metrics, *watch).stderr
    counted = (project / "m.prom").read_text()
    assert 'showrunner_stage_runs_total{outcome="ran",stage="prepare"} 1.0' in counted
    assert 'showrunner_stage_runs_total{outcome="skipped",stage="prepare"} 1.0' in counted
    assert 'showrunner_episodes_total{outcome="done"} 2.0' in counted


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs started here hear Ctrl-C, also where the tests run in the background and their shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.real
@pytest.mark.usefixtures("interruptible")
def test_a_recording_that_lands_later_becomes_an_episode_once_it_is_whole(project: Path, tmp_path: Path) -> None:
    command = [*SHOWRUNNER, "watch", "inbox", "--settle", "0.5", "--until", "prepare"]
    whole = stereo(tmp_path / "a.wav", 1).read_bytes()
    with subprocess.Popen(
        command, cwd=project, env=environment(project), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout
            assert running.stdout.readline().startswith("watching inbox")
            (project / "inbox/late.wav").write_bytes(whole)
            assert "late.wav: episode late" in running.stdout.readline()
            while "made: episodes/late/build" not in (line := running.stdout.readline()):
                assert line
            running.send_signal(signal.SIGINT)
            _, told = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "error: stopped" in told


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("watch", "nowhere"), "error: nowhere: there is no such folder"),
        (("watch", "inbox", "--settle", "-1"), "error: --settle -1"),
        (("--log", "xml", "status"), "error: SHOWRUNNER_LOG=xml: is no way to log"),
        (("gc", "nothing"), "error: episodes/nothing: there is no such episode"),
    ],
)
def test_a_slip_is_named(call: Call, arguments: tuple[str, ...], problem: str) -> None:
    assert problem in call(*arguments, code=2).stderr


def test_as_json_every_line_of_a_run_is_for_a_machine(project: Path, call: Call) -> None:
    stereo(project / "a.wav", 1)
    lines = call("--log", "json", "episode", "a.wav", "--until", "prepare").stderr.splitlines()
    told = [json.loads(line) for line in lines]
    assert [(one["event"], one["episode"], one["stage"]) for one in told] == [
        ("stage_started", "a", "prepare"),
        ("stage_finished", "a", "prepare"),
    ]
    assert told[0]["why"] == ["first run"]
    (failed,) = call("--log", "json", "run", "b", code=2).stderr.splitlines()
    assert json.loads(failed)["error"] == "episodes/b: there is no such episode"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("pictures/map.jpg", "pictures/map.jpg: No such file or directory"),
        ("map.gif", "neither an address such as https://example.org/map.jpg nor a .jpg or .png file"),
        ("ftp://example.org/map.jpg", "is no absolute http(s) URL"),
    ],
)
def test_a_chapters_picture_that_cannot_be_used_is_told_before_anything_runs(
    project: Path, call: Call, written: str, told: str
) -> None:
    stereo(project / "inbox/a.wav", 1)
    call("episode", "inbox/a.wav", "--until", "prepare")
    (project / "episodes/a/overrides.yaml").write_text(f'chapters: [{{start: 0, title: "Map", img: "{written}"}}]\n')
    said = call("run", "a", "--until", "package", code=2).stderr
    assert told in said
    assert "overrides.yaml" in said
    assert "transcribe" not in said


def test_status_of_all_goes_on_past_an_episode_that_cannot_be_read(project: Path, call: Call) -> None:
    for slug, text in {"good": "title: T\ndate: 2026-01-02\nguid: g\nsources: [a.wav]\n", "torn": "title: ["}.items():
        (project / "episodes" / slug).mkdir()
        (project / "episodes" / slug / "episode.yaml").write_text(text)
    (project / "a.wav").write_text("sound")
    done = call("status", code=2)
    assert "good: 0 of" in done.stdout
    assert "note: episodes/torn/episode.yaml:1" in done.stderr
    assert "error: 1 of 2 episodes cannot be read: torn" in done.stderr


def test_gc_removes_what_nothing_names_after_a_rehearsal(project: Path, call: Call) -> None:
    stereo(project / "a.wav", 1)
    call("episode", "a.wav", "--until", "prepare")
    left = project / "episodes/a/build/old.bin"
    left.write_bytes(bytes(2500))
    rehearsed = call("gc", "--dry-run").stdout
    assert (
        rehearsed == "episodes/a/build/old.bin: 2.5 kB, no stage names it\nwould remove 1 files, 2.5 kB of them here\n"
    )
    assert left.is_file()
    told = json.loads(call("gc", "--decoded", "--json").stdout)
    assert {one["path"] for one in told["files"]} == {"episodes/a/build/old.bin", "episodes/a/build/audio.f32"}
    assert not left.exists()
    assert "prepare: audio.f32 is gone" in call("run", "a", "--until", "prepare").stderr
    assert call("gc").stdout == "nothing to do\n"
