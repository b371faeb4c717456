"""Starting an episode asks nothing, invents nothing and overwrites nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, InputError
from pipeline.new_episode import slugify
from pipeline.project import Project


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "episodes").mkdir()
    return Project(tmp_path)


@pytest.fixture
def recording(project: Project) -> Path:
    path = project.root / "My interview_final.mp3"
    sound = ["-f", "lavfi", "-i", "sine=duration=1"]
    subprocess.run(["ffmpeg", "-v", "error", *sound, "-metadata", "title=The Tagged Title", path], check=True)
    return path


SLUGS = [
    ("My interview_final", "my-interview-final"),
    ("  Über Ångström, part 2 ", "uber-angstrom-part-2"),
    ("../../etc/passwd", "etc-passwd"),
    ("日本語", "episode-77710aed"),
    ("a" * 100, "a" * 60),
    ("-rf", "rf"),
]


@pytest.mark.parametrize(("name", "slug"), SLUGS)
def test_a_slug_is_safe_in_a_folder_and_a_url(name: str, slug: str) -> None:
    assert slugify(name) == slug
    assert slugify(slug) == slug


def test_a_new_episode_takes_title_and_duration_from_the_recording(project: Project, recording: Path) -> None:
    slug = project.start_episode(recording, date=dt.date(2026, 5, 4))
    assert slug == "my-interview-final"
    episode = project.episode(slug)
    assert episode.title == "The Tagged Title"
    assert episode.date == dt.date(2026, 5, 4)
    assert episode.sources == ("My interview_final.mp3",)
    assert episode.duration == pytest.approx(1, abs=0.1)
    assert project.find_episode(recording) == slug


def test_the_guid_is_the_recordings_own_so_that_two_machines_agree(project: Project, recording: Path) -> None:
    first = project.episode(project.start_episode(recording, slug="a", date=dt.date(2026, 5, 4))).guid
    again = project.episode(project.start_episode(recording, slug="b", date=dt.date(2026, 5, 4))).guid
    shutil.rmtree(project.episodes / "a")
    assert project.episode(project.start_episode(recording, slug="a", date=dt.date(2027, 1, 1))).guid == first
    assert again != first


def test_a_title_with_every_kind_of_quote_survives(project: Project, recording: Path) -> None:
    title = "It's \"quoted\": {yes} # & 100% — 'ünïcode' \\ \U0001f399"
    assert project.episode(project.start_episode(recording, title=title)).title == title


@pytest.fixture
def tracks(project: Project) -> tuple[Path, Path]:
    made = []
    for name, seconds in (("sea talk 12 - host.wav", 1), ("sea talk 12 - pieter_abbeel.wav", 2)):
        made.append(project.root / name)
        sound = ["-f", "lavfi", "-i", f"sine=duration={seconds}"]
        subprocess.run(["ffmpeg", "-v", "error", *sound, made[-1]], check=True)
    return made[0], made[1]


def test_tracks_make_one_episode_with_the_people_that_their_files_name(
    project: Project, tracks: tuple[Path, Path]
) -> None:
    hosts = [host.name for host in project.show().hosts]
    slug = project.start_episode(*tracks)
    episode = project.episode(slug)
    assert (slug, episode.title) == ("sea-talk-12", "sea talk 12")
    assert episode.sources == tuple(track.name for track in tracks)
    assert episode.speakers == (hosts[0] if len(hosts) == 1 else "Host", "Pieter Abbeel")
    assert episode.duration == pytest.approx(2, abs=0.1)
    job = project.job(slug)
    assert (job.sources["source"], *job.tracks) == tracks


def test_the_same_tracks_in_any_order_are_the_same_episode(project: Project, tracks: tuple[Path, Path]) -> None:
    slug = project.start_episode(*tracks)
    assert project.find_episode(*tracks) == project.find_episode(*reversed(tracks)) == slug
    assert project.find_episode(tracks[0]) is None


NAMED = [
    ("nobody", "", ("Anna", "Ben Smith")),
    ("a number", "speakers: 2\n", ("Anna", "Ben Smith")),
    ("a list", "speakers: [A, B]\n", ("A", "B")),
    ("by label", "speakers: {TRACK_02: B}\n", ("Anna", "B")),
    ("by file", "speakers: {anna.wav: A, ben_smith: B}\n", ("A", "B")),
]


@pytest.mark.parametrize(("line", "names"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED])
def test_people_name_tracks_and_file_names_the_rest(project: Project, line: str, names: tuple[str, ...]) -> None:
    folder = project.episodes / "e"
    folder.mkdir()
    head = "title: E\ndate: 2026-01-01\nguid: g\nsources: [anna.wav, rec/ben_smith.wav]\n"
    (folder / "episode.yaml").write_text(head + line)
    assert project.episode("e").speakers == names


def test_more_places_than_tracks_are_a_mistake_with_its_line(project: Project) -> None:
    folder = project.episodes / "e"
    folder.mkdir()
    (folder / "episode.yaml").write_text(
        "title: E\ndate: 2026-01-01\nguid: g\nsources: [a.wav, b.wav]\ntracks: [{}, {offset: 1}, {}]\n"
    )
    with pytest.raises(ConfigError, match=r"episode\.yaml:5 tracks: .*places 3 tracks, and there are 2 sources"):
        project.episode("e")


def test_another_recording_of_the_same_name_gets_a_slug_of_its_own(project: Project, recording: Path) -> None:
    project.start_episode(recording)
    other = project.root / "b" / recording.name
    other.parent.mkdir()
    shutil.copy(recording, other)
    assert project.start_episode(other) == "my-interview-final-2"
    with pytest.raises(InputError, match="--slug my-interview-final: that episode is made from another recording"):
        project.start_episode(other, slug="my-interview-final")


@pytest.mark.parametrize("slug", ["../../etc", "Big Name", "a/b", "-x"])
def test_an_unsafe_slug_is_refused_with_a_safe_one(project: Project, recording: Path, slug: str) -> None:
    with pytest.raises(InputError, match="only small letters, digits and hyphens") as caught:
        project.start_episode(recording, slug=slug)
    assert f"--slug {slugify(slug)}" in caught.value.fix


def test_an_episodes_own_picture_goes_with_the_cover(project: Project, recording: Path) -> None:
    slug = project.start_episode(recording)
    written = project.folder(slug) / "episode.yaml"
    assert project.job(slug).files("cover") == (project.root / "configs/cover.jpg",)
    written.write_text(written.read_text() + "\nimage: configs/own.png\n")
    assert project.job(slug).files("cover") == (project.root / "configs/cover.jpg", project.root / "configs/own.png")


def test_an_unknown_episode_is_answered_with_the_nearest(project: Project, recording: Path) -> None:
    project.start_episode(recording)
    with pytest.raises(InputError, match="episodes/my-interviw-final: there is no such episode") as caught:
        project.job("my-interviw-final")
    assert "my-interview-final" in caught.value.fix
    with pytest.raises(InputError):
        project.folder("../configs")


def test_a_project_is_found_from_inside_and_by_name(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    assert Project.find(project.episodes) == project
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(project.root))
    assert Project.find() == project
    monkeypatch.setenv("SHOWRUNNER_ROOT", "/nowhere")
    with pytest.raises(ConfigError, match="SHOWRUNNER_ROOT=/nowhere: has no configs/ folder"):
        Project.find()


def test_the_committed_configuration_is_valid_and_is_the_default(project: Project) -> None:
    from pipeline.config import PipelineConfig, PublishConfig

    assert project.pipeline() == PipelineConfig()
    folder = str(project.root / "feeds/public")
    assert project.publishing() == PublishConfig.model_validate({"folder": {"path": folder}})
    assert project.show().title
    assert project.glossary().terms
