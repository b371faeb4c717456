"""What a SOURCE holds, and which episode each recording becomes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import InputError, PipelineError
from pipeline.project import Project
from pipeline.scale.index import read_index
from pipeline.scale.sources import ENDINGS, Recording, begin_items, find_day, find_recordings, name_items

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Old</title><link>https://old.example.org/</link><description>On the sea.</description>
<language>en</language><itunes:author>Mara</itunes:author><itunes:explicit>no</itunes:explicit>
<itunes:category text="Education"/>
<item><title>Two</title><pubDate>Tue, 05 Mar 2019 06:00:00 +0100</pubDate><guid>tag:2</guid>
 <enclosure url="https://old.example.org/2.m4a?x=1" length="10" type="audio/x-m4a"/></item>
<item><title>One</title><pubDate>Mon, 04 Mar 2019 06:00:00 +0100</pubDate><guid>tag:1</guid>
 <enclosure url="https://old.example.org/1.mp3" length="10" type="audio/mpeg"/></item>
</channel></rss>"""
EPISODE = "title: {0}\ndate: 2026-01-01\nguid: g-{0}\nsources: {1}\n"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    folder = tmp_path / "ours"
    shutil.copytree(root / "configs", folder / "configs", ignore=shutil.ignore_patterns("voices"))
    (folder / "episodes").mkdir()
    return Project(folder)


def found_in(source: str | Path, project: Project, lines: tuple[str, ...] = ()) -> tuple[list[str], tuple[str, ...]]:
    found = find_recordings(str(source), project, read_index(project), lines)
    return [one.source for one in found.recordings], found.notices


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"sound")
    return folder


def add_episode(project: Project, slug: str, sources: list[str]) -> Path:
    path = project.episodes / slug / "episode.yaml"
    path.parent.mkdir()
    path.write_text(EPISODE.format(slug, sources))
    return path


# -- what there is -------------------------------------------------------------------------------------


def test_a_folders_recordings_are_found_however_deep_in_order(project: Project, tmp_path: Path) -> None:
    folder = fill(
        tmp_path / "r", "b.wav", "a/2.MP3", "a/1.opus", "a/notes.txt", ".trash/x.wav", "a/.hidden.wav", "cover.jpg"
    )
    sources, notices = found_in(folder, project)
    assert sources == [str(folder / name) for name in ("a/1.opus", "a/2.MP3", "b.wav")]
    assert notices == ("left out, since their names are not those of recordings: 2 files",)
    (folder / "cover.jpg").unlink()
    assert found_in(folder, project)[1] == ("left out, since their names are not those of recordings: 1 file",)


def test_a_list_names_files_beside_it_and_addresses(project: Project, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(
        "\ufeff# mine\nr/a.wav\n\n  /x/b.wav \nhttps://example.org/c.mp3?t=1\nr/../r/a.wav\ns3://shop/d e.wav\n"
    )
    sources, notices = found_in(listed, project)
    assert sources == [f"{tmp_path}/r/a.wav", "/x/b.wav", "https://example.org/c.mp3?t=1", "s3://shop/d e.wav"]
    assert notices == ("left out, since they name a recording once more: 1 lines",)


def test_standard_input_is_a_list(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert found_in("-", project, ("a.wav\n", "/b.wav\n"))[0] == [f"{tmp_path}/a.wav", "/b.wav"]


def test_a_feeds_episodes_keep_their_guids_and_dates(project: Project, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(FEED)
    found = find_recordings(str(feed), project, read_index(project))
    items = name_items(found.recordings, read_index(project))
    assert [(item.slug, item.source, item.known) for item in items] == [
        ("two", "https://old.example.org/2.m4a?x=1", True),
        ("one", "https://old.example.org/1.mp3", True),
    ]
    begun = begin_items(items, found.recordings, project, "feed.xml")
    next(begun)
    assert project.slugs() == ["two"], "an episode is begun when it is taken up, no sooner"
    list(begun)
    episode = project.episode("two")
    assert (episode.guid, episode.published.isoformat()) == ("tag:2", "2019-03-05T06:00:00+01:00")
    assert project.job("two").sources["source"] == project.episodes / "two/source.m4a"
    again = find_recordings(str(feed), project, read_index(project))
    assert name_items(again.recordings, read_index(project)) == items


WRONG = [
    ("nowhere", None, "nowhere: there is no such file or folder"),
    ("empty", "", "empty: holds no recording"),
    ("one.wav", "sound", "one.wav: is one recording"),
    ("https://example.org/a.mp3", None, "is one recording"),
    ("list", "ftp://example.org/a.wav", "line 1: ftp:// cannot be fetched"),
    ("list", "a.wav\nhttps://me:secret@example.org/a.wav", "line 2: the address holds a user name or password"),
    ("list", "file:///etc/passwd", "line 1: file:// cannot be fetched"),
    ("feed.xml", "<?xml version='1.0'?><html/>", "is no RSS feed"),
    ("binary", b"a.wav\n\xff\xfe\x00", "is neither a list of recordings nor a feed (no UTF-8 text at byte 6)"),
]


@pytest.mark.parametrize(("name", "text", "what"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_no_source_is_told_and_why(
    name: str, text: str | bytes | None, what: str, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(PipelineError) as caught:
        found_in(name, project)
    assert what in caught.value.what
    assert caught.value.fix
    assert "secret" not in caught.value.what


def test_an_empty_folder_is_told_with_what_was_left_out(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no recording \(left out, .*: 1 file\)"):
        found_in(fill(tmp_path / "r", "notes.txt"), project)


def test_endings_are_small_letters_without_a_dot() -> None:
    assert all(ending.islower() or ending.isdigit() or ending.isalnum() for ending in ENDINGS)
    assert {"wav", "mp3", "m4a", "flac", "ogg", "opus", "mp4"} <= ENDINGS


# -- which episode it becomes --------------------------------------------------------------------------


def test_a_recording_that_has_an_episode_keeps_it_and_tracks_of_one_are_one(project: Project, tmp_path: Path) -> None:
    folder = fill(tmp_path / "r", "ann.wav", "ben.wav", "new.wav")
    add_episode(project, "our-talk", [str(folder / "ann.wav"), str(folder / "ben.wav")])
    add_episode(project, "new", ["https://example.org/other.wav"])
    index = read_index(project)
    items = name_items(find_recordings(str(folder), project, index).recordings, index)
    assert [(item.slug, item.known) for item in items] == [("our-talk", True), ("new-2", False)]


def test_files_of_one_name_are_told_apart_by_their_folders(project: Project) -> None:
    recordings = [Recording(f"/r/{name}") for name in ("ep 1/final.wav", "ep 2/final.wav", "tides.wav")]
    items = name_items(recordings, read_index(project))
    assert [(item.slug, item.title) for item in items] == [
        ("ep-1-final", "ep 1 final"), ("ep-2-final", "ep 2 final"), ("tides", None)
    ]  # fmt: skip


DAYS = [
    ("2021-03-05 tides", "2021-03-05"), ("tides_20210305_final", "2021-03-05"), ("5.3.2021", None), ("tides", None),
    ("2021-13-05", None), ("2021-02-30", None), ("take 12021030512", None), ("2021-0305", None), ("2021.12.31", "2021-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_a_file_name_may_tell_the_day(name: str, day: str | None) -> None:
    assert find_day(name) == day


# -- the index -----------------------------------------------------------------------------------------


def test_a_second_run_reads_only_what_changed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [add_episode(project, f"e{at}", [f"/r/{at}.wav"]) for at in range(3)]
    first = read_index(project)
    assert first.by_source == {"/r/0.wav": "e0", "/r/1.wav": "e1", "/r/2.wav": "e2"}
    paths[1].write_text(EPISODE.format("e1", ["/elsewhere/1.wav"]))
    asked: list[str] = []
    whole = Project.episode
    monkeypatch.setattr(Project, "episode", lambda self, slug: asked.append(slug) or whole(self, slug))
    assert read_index(project).by_source == {"/r/0.wav": "e0", "/elsewhere/1.wav": "e1", "/r/2.wav": "e2"}
    assert asked == ["e1"]


def test_a_slip_in_an_episode_yaml_makes_no_second_episode_of_its_recording(project: Project) -> None:
    path = add_episode(project, "e", ["/r/a.wav"])
    read_index(project)
    path.write_text("title: [broken\n")
    assert read_index(project).by_source == {"/r/a.wav": "e"}
    assert read_index(project).slugs == {"e"}


def test_a_damaged_memory_is_made_again(project: Project) -> None:
    add_episode(project, "e", ["/r/a.wav"])
    (project.episodes / ".backfill").mkdir()
    (project.episodes / ".backfill/index.json").write_text("{half")
    assert read_index(project).by_guid == {"g-e": "e"}
