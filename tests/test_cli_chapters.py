"""`showrunner chapters`: a person's list, checked and kept; files of other programs; and files without a project."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from mutagen.id3 import CHAP, CTOC, ID3, TIT2, WXXX, CTOCFlags

from pipeline import runner
from pipeline.cli import main, tools
from pipeline.errors import ConfigError
from pipeline.models import Chapter, Chapters
from pipeline.project import Project

FOUND = Chapters(
    chapters=(
        Chapter(start=0, title="Start", end=62.48),
        Chapter(start=62.48, title="The horn", end=90.2),
        Chapter(start=90.2, title="Tides", end=120),
    )
)
Write = Callable[[str], None]


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode of 120 s in which three chapters were found."""
    folder = tmp_path / "episodes/e"
    folder.mkdir(parents=True)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/show.yaml").write_text((root / "configs/show.yaml").read_text())
    (folder / "episode.yaml").write_text(
        "title: My  talk\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\nduration: 120\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    monkeypatch.setattr(runner, "run", lambda job, **keys: None)
    monkeypatch.setattr(runner, "read_artifact", lambda build, name, model: FOUND)
    return tmp_path


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """What the editor will leave; it keeps the list that it was given as `seen`."""
    script = tmp_path / "editor.sh"
    script.write_text(f'#!/bin/sh\ncp "$2" {tmp_path}/seen\n[ -f {tmp_path}/new ] && cp {tmp_path}/new "$2"\nexit 0\n')
    monkeypatch.setenv("VISUAL", f"sh '{script}' --wait")
    return lambda text: (tmp_path / "new").write_text(text) and None  # type: ignore[func-returns-value]


def call(line: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line))
    return ended.value.code if isinstance(ended.value.code, int) else 1


def overrides(project: Path) -> str:
    path = project / "episodes/e/overrides.yaml"
    return path.read_text() if path.is_file() else ""


def chosen(project: Path) -> list[object]:
    return list(Project(project).job("e").settings.overrides.chapters or ())


def test_the_editor_shows_a_plain_list_with_remarks_and_leaving_it_changes_nothing(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("chapters edit e") == 0
    seen = (project / "seen").read_text().splitlines()
    assert seen[:4] == ["0:00 Start", "1:02 The horn", "1:30 Tides", ""]
    assert all(line.startswith("# ") for line in seen[4:])
    assert "recording (a.wav)" in "\n".join(seen)
    assert "nothing was changed" in capsys.readouterr().out
    assert not overrides(project)
    assert not (project / "episodes/e/chapters-edit.txt").exists()


def test_what_is_edited_goes_into_the_overrides_and_untouched_times_stay_exact(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "episodes/e/overrides.yaml").write_text("# mine\nreject: [x]   # no\n")
    write("0:00 Start\n1:02 The fog horn: a history\n1:15.5 New\n# a remark\n\n1:31 Tides\n")
    assert call("chapters edit e") == 0
    assert overrides(project) == (
        "# mine\nreject: [x]   # no\nchapters:\n  - 0:00 Start\n  - '1:02.48 The fog horn: a history'\n"
        "  - 1:15.5 New\n  - 1:31 Tides\n"
    )
    assert "to make them count: showrunner run e" in capsys.readouterr().out
    (project / "new").unlink()
    assert call("chapters edit e") == 0
    assert (project / "seen").read_text().startswith("0:00 Start\n1:02 The fog horn: a history\n1:15 New\n1:31 Tides\n")
    assert "nothing was changed" in capsys.readouterr().out


def test_each_bad_line_is_named_and_the_list_is_kept_for_the_next_time(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "0:00 Start\n1:99 Late\nTides\n0:50 B\n0:40 C\n2:00 End\n"
    write(bad)
    assert call("chapters edit e") == 2
    told = capsys.readouterr().err
    assert [line.removeprefix("error: ") for line in told.splitlines() if line.startswith("error: ")] == [
        "line 2: '1:99 Late' is not a time and a title",
        "line 3: 'Tides' is not a time and a title",
        "line 5: '0:40 C' does not come after the chapter before it (0:50 B)",
        "line 6: '2:00 End' begins after the end of the recording (2:00)",
    ]
    assert "chapters edit e` opens the list as you left it" in told
    assert not overrides(project)
    write("0:00 Start\n0:40 C\n")
    assert call("chapters edit e") == 0
    assert (project / "seen").read_text() == bad
    assert chosen(project) == ["0:00 Start", "0:40 C"]
    assert not (project / "episodes/e/chapters-edit.txt").exists()


def test_on_a_terminal_the_list_is_opened_again_until_it_is_right_or_nobody_wants_to(
    project: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter([(True, "0:00 Start\n1:00\n"), (True, "0:00 Start\nbad again\n"), (False, "")])

    def confirm(*asked: object, **options: object) -> bool:
        yes, text = next(answers)
        write(text)
        return yes

    monkeypatch.setattr(click, "confirm", confirm)
    write("0:00 Start\nbad\n")
    assert call("chapters edit e") == 2
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("line 2: ")]
    assert [line.partition(" is ")[0] for line in told] == ["line 2: 'bad'", "line 2: '1:00'", "line 2: 'bad again'"]
    assert (project / "episodes/e/chapters-edit.txt").read_text() == "0:00 Start\nbad again\n"


def test_a_list_in_the_overrides_that_is_wrong_can_be_mended_in_the_editor(project: Path, write: Write) -> None:
    (project / "episodes/e/overrides.yaml").write_text("chapters: [0:00 A, 5 B]\n")
    write("0:00 A\n0:05 B\n")
    assert call("chapters edit e") == 0
    assert (project / "seen").read_text().startswith("0:00 A\n5 B\n")
    assert chosen(project) == ["0:00 A", "0:05 B"]


@pytest.mark.parametrize("how", ["chapters edit e --reset", "chapters edit e"])
def test_without_a_line_or_with_reset_chapters_are_found_again(how: str, project: Path, write: Write) -> None:
    (project / "episodes/e/overrides.yaml").write_text("chapters:\n  - 0:00 A\n# tail\nreject: [x]\n")
    write("\n# nothing\n")
    assert call(how) == 0
    assert overrides(project) == "# tail\nreject: [x]\n"
    assert call(how) == 0


def test_links_pictures_and_hidden_chapters_stay_with_their_time_or_title(project: Path, write: Write) -> None:
    (project / "episodes/e/overrides.yaml").write_text(
        "chapters:\n  - 0:00 A\n  - {start: 10.25, title: B, url: 'https://x.example'}  # link\n"
        "  - {start: 0:20, title: C, img: 'https://x.example/c.png'}\n  - {start: 0:30, toc: false}\n"
    )
    write("0:00 A\n0:10 Bee\n0:21 C\n0:30 (no title)\n")
    assert call("chapters edit e") == 0
    made = [one if isinstance(one, str) else one.model_dump(exclude_defaults=True) for one in chosen(project)]  # type: ignore[attr-defined]
    assert made == [
        "0:00 A",
        {"start": 10.25, "title": "Bee", "url": "https://x.example"},
        {"start": 21.0, "title": "C", "img": "https://x.example/c.png"},
        {"start": 30.0, "toc": False},
    ]


def test_titles_longer_than_spotify_shows_are_warned_about_and_taken(
    project: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(f"0:00 A\n0:10 {'word ' * 9}\n")
    assert call("chapters edit e") == 0
    assert "note: line 2: the title has 44 characters, and Spotify shows 40" in capsys.readouterr().out
    assert len(chosen(project)) == 2


@pytest.mark.parametrize(
    ("editor", "problem"),
    [("", "there is no terminal"), ("false", "false: Editing failed"), ("a 'b", "$EDITOR: No closing"), ("nowhere", "nowhere: Editing failed")],
)  # fmt: skip
def test_an_editor_that_does_not_work_is_told_and_leaves_nothing(
    editor: str, problem: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    assert call("chapters edit e") == 2
    printed = capsys.readouterr().err
    assert problem in printed
    assert "fix: set EDITOR" in printed
    assert not (project / "episodes/e/chapters-edit.txt").exists()


def test_overrides_that_somebody_edits_meanwhile_are_not_overwritten(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = project / "editor.sh"
    script.write_text('echo "reject: [mine]" > episodes/e/overrides.yaml; echo "0:00 X" > "$1"\n')
    monkeypatch.setenv("VISUAL", f"sh {script}")
    assert call("chapters edit e") == 2
    assert "was edited meanwhile" in capsys.readouterr().err
    assert overrides(project) == "reject: [mine]\n"
    assert (project / "episodes/e/chapters-edit.txt").read_text() == "0:00 X\n"


def test_a_file_is_imported_and_what_is_taken_is_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "x.json").write_text(
        json.dumps({"chapters": [{"startTime": 0, "title": "A"}, {"startTime": 62.5, "title": "B", "url": "https://x.example/"}]})
    )  # fmt: skip
    (project / "episodes/e/overrides.yaml").write_text("chapters: [0:00 Old]\n")
    assert call("chapters import e x.json") == 0
    assert capsys.readouterr().out.splitlines() == [
        "  0:00 A",
        "  1:02 B",
        "2 chapters written to episodes/e/overrides.yaml in place of the 1 that were there",
        "to make them count: showrunner run e",
    ]
    assert [getattr(one, "url", None) for one in chosen(project)] == [None, "https://x.example/"]


@pytest.mark.parametrize(
    ("first", "made"),
    [("0:00.4", ["0:00 A", "1:00 B"]), ("0:30", ["0:00 My talk", "0:30 A", "1:00 B"])],
)
def test_a_first_chapter_that_begins_later_gets_one_before_it(first: str, made: list[str], project: Path) -> None:
    (project / "x.txt").write_text(f"{first} A\n1:00 B\n")
    assert call("chapters import e x.txt") == 0
    assert chosen(project) == made


BAD_FILES = [
    ("x.txt", "0:00 A\n0:10 B\n0:05 C\n9:00 D\n", "error: x.txt:3: '0:05 C' does not come after the chapter before it (0:10 B)\nerror: x.txt:4: '9:00 D' begins after the end of the recording (2:00)\n"),
    ("x.csv", "#,Name,Start\nR1,A,1.1.00\n", "error: x.csv:2: the start of 'A' is '1.1.00'"),
    ("x.txt", "no times here\n", "error: x.txt: no chapters were found in it"),
    ("x.mp3", "", "error: x.mp3: is empty (0 bytes)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "error"), BAD_FILES, ids=[row[2][7:40] for row in BAD_FILES])
def test_a_file_that_cannot_be_imported_changes_nothing(
    name: str, text: str, error: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / name).write_text(text)
    assert call(f"chapters import e {name}") == 2
    assert error in capsys.readouterr().err
    assert not overrides(project)


def make_sound(path: Path, *options: str) -> None:
    sound = ["-f", "lavfi", "-t", "3", "-i", "anullsrc=r=16000:cl=mono", *options]
    subprocess.run(["ffmpeg", "-v", "error", *sound, path], check=True)


def test_chapters_in_the_recording_are_taken_where_no_file_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_sound(project / "a.mp3", "-f", "mp3")
    (project / "a.mp3").rename(project / "a.wav")
    assert call("chapters import e") == 2
    assert "a.wav: carries no chapters" in capsys.readouterr().err
    tags = ID3()
    for name, start in (("x", 1500), ("a", 0), ("b", 2000)):
        tags.add(CHAP(name, start_time=start, end_time=3000, sub_frames=[TIT2(text=[name]), WXXX(url="https://x.example")]))  # fmt: skip
    tags.add(CTOC("toc", flags=CTOCFlags.TOP_LEVEL, child_element_ids=["a", "b"]))
    tags.save(project / "a.wav")
    assert call("chapters import e") == 0
    assert [(one.start, one.title, one.url, one.toc) for one in chosen(project)] == [  # type: ignore[attr-defined]
        (0.0, "a", "https://x.example", True),
        (1.5, "x", "https://x.example", False),
        (2.0, "b", "https://x.example", True),
    ]


def test_chapters_of_an_mp4_are_imported(project: Path) -> None:
    (project / "c").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1250\ntitle=Ä\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1250\nEND=3000\ntitle=B\n"
    )
    make_sound(project / "x.m4a", "-i", str(project / "c"), "-map", "0:a", "-map_chapters", "1")
    assert call("chapters import e x.m4a") == 0
    assert chosen(project) == ["0:00 Ä", "0:01.25 B"]


def test_several_tracks_have_no_chapters_of_their_own(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "episodes/e/episode.yaml").write_text("title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav, b.wav]\n")
    assert call("chapters import e") == 2
    assert "a file for each person" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("o.txt", "1:02 The horn"),
        ("o.labels.txt", "62.480000\t62.480000\tThe horn"),
        ("o.chapters.txt", "00:01:02.480 The horn"),
        ("o.csv", "M2,The horn,1:02.480,,"),
        ("o.psc", '  <psc:chapter start="00:01:02.480" title="The horn"/>'),
        ("o.ffmeta", "START=62480"),
        ("o.json", '      "startTime": 62.48,'),
        ("o.xyz --format audacity", "62.480000\t62.480000\tThe horn"),
    ],
)
def test_chapters_are_exported_by_the_ending(name: str, line: str, project: Path) -> None:
    assert call(f"chapters export e -o {name}") == 0
    assert line in (project / name.split()[0]).read_text().splitlines()


def test_an_ending_that_tells_no_format_is_asked_about(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("chapters export e -o o.xyz") == 2
    assert "--format text|audacity" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("chapters:\n- 0:00 A\n- 7\n", "overrides.yaml:3 chapters[1]: is no line such as '0:00 Title' (it is 7)"),
        ("chapters:\n- {start: x}\n", "overrides.yaml:2 chapters[0].start: is no time, such as 1:02.5 or 62.5"),
        ("chapters:\n- {start: 1, titel: x}\n", "overrides.yaml:2 chapters[0].titel: unknown key, did you mean 'title'?"),
        ("chapters:\n- 0:00 A: 1.5\n", "has a colon in its title: put quotation marks around the whole line"),
    ],
)  # fmt: skip
def test_chapters_written_by_hand_are_checked_with_their_line(content: str, error: str, project: Path) -> None:
    (project / "episodes/e/overrides.yaml").write_text(content)
    with pytest.raises(ConfigError) as caught:
        Project(project).job("e")
    assert error in str(caught.value)


def test_a_colon_in_a_title_needs_no_quotation_marks(project: Path) -> None:
    (project / "episodes/e/overrides.yaml").write_text("chapters:\n- 0:00 The horn: a history\n- 0:10 Part: 2\n")
    assert chosen(project) == ["0:00 The horn: a history", "0:10 Part: 2"]


@pytest.mark.parametrize(
    "line", ["chapters t.txt -o o.json", "chapters -o o.json t.txt", "chapters find t.txt -o o.json"]
)
def test_a_file_instead_of_a_command_has_its_chapters_found(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tools, "_chapter", lambda *given: (None, FOUND))
    (tmp_path / "t.txt").write_text("[0:00] The foghorn is loud.\n")
    assert call(line) == 0
    assert json.loads((tmp_path / "o.json").read_text())["chapters"][1]["startTime"] == 62.48


def test_the_help_shows_the_file_and_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("chapters --help") == 0
    shown = capsys.readouterr().out
    assert "showrunner chapters TRANSCRIPT -o OUTPUT" in shown
    assert all(f"  {name} " in shown for name in ("edit", "import", "export", "find"))
    assert call("chapters") == 2
