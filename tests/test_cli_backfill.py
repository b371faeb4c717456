"""`showrunner backfill` as a person types it. Its workers are this process, but for the real run at the end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import wave
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import server
from pipeline.cli import backfill, cli
from pipeline.errors import PipelineError
from pipeline.events import Event
from pipeline.project import Project
from pipeline.scale.engine import Ended, Happened, Item, Plan, Told, Work, explain

SHOWRUNNER = str(Path(sys.executable).with_name("showrunner"))


class Here:
    """An engine that does all work itself, one thing after the other."""

    def run(self, items: Iterable[Item], plan: Plan, work: Work) -> Generator[Told]:
        for item in items:
            audio, events = None, list[Event]()
            try:
                for leg in plan.legs:
                    audio = work.run_leg(item, leg, events.append)
                problem = None
            except PipelineError as error:
                problem = explain(error, leg.stages[0])
            yield from (Happened(item.slug, event) for event in events)
            yield Ended(item, 0.0, audio, problem)


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copytree(root / "configs", tmp_path / "ours/configs", ignore=shutil.ignore_patterns("voices"))
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path / "ours"))
    monkeypatch.setattr(backfill, "_open_engine", lambda *how: Here())
    return Project(tmp_path / "ours")


def record(path: Path, seconds: float = 0.2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(os.urandom(int(seconds * 16000)))
    return path


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["backfill", *map(str, arguments), "--until", "prepare"])


def failure(result: Result) -> str:
    assert isinstance(result.exception, PipelineError), result.output
    return str(result.exception)


def test_a_folder_becomes_episodes_and_a_broken_recording_stops_no_other(project: Project, tmp_path: Path) -> None:
    folder = record(tmp_path / "r/2021-03-05 tides.wav").parent
    record(folder / "zebra.wav")
    (folder / "broken.mp3").write_text("no sound")
    first = call(folder)
    assert failure(first) == "1 of 3 episodes failed"
    assert "error: broken/fetch: " in first.output
    assert "is not an audio or video file" in first.output
    assert "2 done, 1 failed" in first.output
    assert project.slugs() == ["2021-03-05-tides", "zebra"]
    assert str(project.episode("2021-03-05-tides").date) == "2021-03-05"
    assert (project.episodes / "zebra/build/audio.json").is_file()

    record(folder / "broken.wav").replace(folder / "broken.mp3")
    again = call(folder, "--retry", "--json", "--report", tmp_path / "all.json")
    assert again.exit_code == 0, again.output
    told = json.loads(again.stdout)
    assert (told["done"], told["failed"], told["waiting"], told["run"]["done"]) == (3, 0, 0, 1)
    assert Path(told["failed_list"]).read_text() == ""
    assert {one["slug"] for one in json.loads((tmp_path / "all.json").read_text())["episodes"]} == set(project.slugs())
    assert call(folder).exit_code == 0
    assert project.slugs() == ["2021-03-05-tides", "broken", "zebra"], "the same ones, found again"


def test_as_json_lines_and_counts_tell_of_every_episode(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = record(tmp_path / "r/tides.wav").parent
    (folder / "broken.mp3").write_text("no sound")
    monkeypatch.setenv("SHOWRUNNER_LOG", "text")  # put back afterwards: --log is for child processes too
    monkeypatch.setenv("SHOWRUNNER_METRICS", "")
    counts = tmp_path / "counts.prom"
    arguments = ["--log", "json", "--metrics", str(counts), "backfill", str(folder), "--until", "prepare"]
    done = CliRunner().invoke(cli, arguments)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(one["event"], one.get("stage")) for one in told if one.get("episode") == "tides"] == [
        ("stage_started", "prepare"),
        ("stage_finished", "prepare"),
        ("episode_done", None),
    ]
    (failed,) = [one for one in told if one["event"] == "failed" and "episode" in one]
    assert (failed["episode"], failed["stage"], bool(failed["fix"])) == ("broken", "fetch", True)
    text = counts.read_text()
    assert 'showrunner_episodes_total{outcome="done"} 1.0' in text
    assert 'showrunner_episodes_total{outcome="failed"} 1.0' in text
    assert 'showrunner_stage_runs_total{outcome="ran",stage="prepare"} 1.0' in text


def test_a_sample_first_and_the_rest_later(project: Project, tmp_path: Path) -> None:
    for at in range(3):
        record(tmp_path / f"r/{at}.wav")
    first = call(tmp_path / "r", "--limit", "2")
    assert first.exit_code == 0
    assert "1 of 3 recordings are still to be run" in first.output
    assert project.slugs() == ["0", "1"]
    call(tmp_path / "r", "--limit", "2")
    assert project.slugs() == ["0", "1", "2"]
    assert "nothing is left to do" in call(tmp_path / "r", "--limit", "2").output


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    record(tmp_path / "web/Old Talk.wav")
    made = server.open_server(tmp_path / "web", 0)
    with made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


def test_what_has_an_address_is_fetched_once_and_known_by_it(project: Project, web: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{web}/Old%20Talk.wav\n{web}/gone.wav\n")
    first = call(listed)
    assert failure(first) == "1 of 2 episodes failed"
    assert "gone.wav answers 404" in first.output
    assert project.slugs() == ["old-talk"]
    assert project.episode("old-talk").sources == (f"{web}/Old%20Talk.wav",)
    assert project.episode("old-talk").title == "Old Talk"
    kept = project.episodes / "old-talk/source.wav"
    assert kept.read_bytes() == (tmp_path / "web/Old Talk.wav").read_bytes()
    assert [*(project.episodes / ".backfill/incoming").iterdir()] == [], "nothing is left of fetching"

    (tmp_path / "web/Old Talk.wav").unlink()
    failure(call(listed))
    assert project.slugs() == ["old-talk"]
    assert kept.is_file()


MISTAKES = [
    (["nowhere"], "nowhere: there is no such file or folder"),
    (["--report", "out.txt", "."], "--report out.txt: is neither a page nor JSON by its name"),
    (["--report", "no/such/out.html", "."], "--report no/such/out.html: there is no such folder"),
    (["-"], "-: holds no recording"),
]


FEED = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Old Show</title><link>https://old.example</link><description>Tides.</description>
<itunes:author>Niamh</itunes:author><itunes:category text="Science"/><itunes:explicit>false</itunes:explicit>
<itunes:owner><itunes:name>Niamh</itunes:name><itunes:email>niamh@old.example</itunes:email></itunes:owner>
<item><title>Storms</title><guid isPermaLink="false">old-1</guid><pubDate>Mon, 02 Mar 2020 08:00:00 GMT</pubDate>
<enclosure url="{web}/storms.wav" length="1" type="audio/x-wav"/></item>
<item><title>Calm</title><guid isPermaLink="false">old-2</guid><pubDate>Mon, 09 Mar 2020 08:00:00 GMT</pubDate>
<enclosure url="{web}/gone.wav" length="1" type="audio/x-wav"/></item>
</channel></rss>"""


def test_a_feed_of_an_existing_show_becomes_episodes_that_keep_their_guids(
    project: Project, web: str, tmp_path: Path
) -> None:
    record(tmp_path / "web/storms.wav")
    (tmp_path / "web/feed.xml").write_text(FEED.format(web=web))
    first = call(f"{web}/feed.xml")
    assert failure(first) == "1 of 2 episodes failed"
    assert f"{web}/gone.wav" in first.output
    storms = project.episode("storms")
    assert (storms.guid, str(storms.date)[:10], storms.title) == ("old-1", "2020-03-02", "Storms")
    assert (project.episodes / "storms/build/audio.json").is_file()
    shutil.copy(tmp_path / "web/storms.wav", tmp_path / "web/gone.wav")
    assert "1 done, 0 failed" in call(f"{web}/feed.xml", "--retry").output
    (project.episodes / "storms/source.wav").unlink()  # to save space: nothing is left to be done with it
    assert "2 done, 0 failed" in call(f"{web}/feed.xml").output


@pytest.mark.parametrize(("arguments", "what"), MISTAKES, ids=[case[1] for case in MISTAKES])
def test_a_mistake_is_told_before_anything_begins(arguments: list[str], what: str, project: Project) -> None:
    assert what in failure(call(*arguments))
    assert not (project.root / "episodes").exists() or not project.slugs()


def test_a_mistake_in_the_settings_is_told_once_and_not_for_each_episode(project: Project, tmp_path: Path) -> None:
    (project.root / "configs/pipeline.yaml").write_text("transcribe: {modell: base}\n")
    assert "did you mean 'model'?" in failure(call(record(tmp_path / "r/a.wav").parent))


@pytest.mark.real
def test_a_worker_hears_the_same_with_a_model_that_it_has_used_before(tmp_path: Path, root: Path) -> None:
    shutil.copytree(root / "configs", tmp_path / "ours/configs", ignore=shutil.ignore_patterns("voices"))
    (tmp_path / "r").mkdir()
    cut = ["ffmpeg", "-v", "error", "-ss", "20", "-t", "5", "-i", root / "episodes/demo/recording.mp3"]
    subprocess.run([*cut, tmp_path / "r/1.wav"], check=True)
    shutil.copy(tmp_path / "r/1.wav", tmp_path / "r/2.wav")
    (tmp_path / "r/3.wav").write_text("no sound")
    done = subprocess.run(
        [SHOWRUNNER, "backfill", tmp_path / "r", "--workers", "1", "--until", "transcribe"],
        env={**os.environ, "SHOWRUNNER_ROOT": str(tmp_path / "ours")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "error: 1 of 3 episodes failed" in done.stderr
    fresh, used = ((tmp_path / f"ours/episodes/{at}/build/heard.json").read_bytes() for at in (1, 2))
    assert json.loads(fresh)["segments"]
    assert fresh == used
