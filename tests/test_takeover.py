"""`showrunner import`: a show that another host published goes on here, and no app takes an old episode for a new one."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser
import pytest
import yaml
from click.testing import CliRunner, Result
from release_samples import COVER, release

from pipeline import server
from pipeline.catalog import show_guid
from pipeline.cli import cli
from pipeline.project import Project
from pipeline.store import Workspace

SOUND = b"ID3 an episode of long ago " * 400
ITEMS = """
<item><title>Three: same hour, listed first</title><pubDate>Tue, 05 Mar 2019 06:00:00 +0100</pubDate>
 <guid isPermaLink="true">https://old.example.org/?p=3</guid><link>https://old.example.org/three</link>
 <enclosure url="{base}/3.mp3" length="10800" type="audio/mpeg"/><itunes:duration>1:02:03</itunes:duration>
 <itunes:episode>3</itunes:episode><itunes:season>2</itunes:season><itunes:explicit>yes</itunes:explicit>
 <content:encoded><![CDATA[<p>Of <b>tides</b>.<script>x()</script></p><img src="https://t.example.org/p.gif">]]></content:encoded>
 <p2:person role="guest" href="https://example.org/ada">Ada Str\u00f6m</p2:person>
 <p2:transcript url="{base}/3.vtt" type="text/vtt"/><p2:soundbite startTime="60" duration="30">The sea</p2:soundbite></item>
<item><title>Two: same hour, listed second</title><pubDate>Tue, 05 Mar 2019 05:00:00 GMT</pubDate>
 <guid isPermaLink="false"> tag:old,2018:2 </guid>
 <enclosure url="{base}/2.mp3" length="10800" type="audio/mpeg"/><description>Plain words\n0:00 Start &lt;3</description></item>
<item><title>A note without sound</title><pubDate>Mon, 04 Mar 2019 05:00:00 GMT</pubDate><guid>note</guid></item>
<item><title>One &amp; only</title><pubDate>Wed, 03 Jan 2018 23:30:00 -0500</pubDate>
 <enclosure url="{base}/1.mp3" length="0" type="audio/mpeg"/></item>
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:p2="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"><channel>
<title>The Old Show</title><link>https://old.example.org/</link><description>On the sea.</description>
<language>en-us</language><itunes:author>Mara Quill</itunes:author><itunes:explicit>no</itunes:explicit>
<itunes:owner><itunes:name>Mara Quill</itunes:name><itunes:email>mara@example.org</itunes:email></itunes:owner>
<itunes:image href="{base}/cover.jpg"/><itunes:category text="Science"><itunes:category text="Earth Sciences"/></itunes:category>
<itunes:category text="Education"/><p2:locked owner="mara@example.org">no</p2:locked>
{items}</channel></rss>"""
GUIDS = ["https://old.example.org/?p=3", "tag:old,2018:2"]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[str]:
    """The address of the old host, which serves a feed, a cover and three recordings."""
    folder = tmp_path / "old"
    folder.mkdir()
    made = server.open_server(folder, 0)
    base = f"http://127.0.0.1:{made.server_port}"
    shutil.copy(COVER, folder / "cover.jpg")
    for number in (1, 2, 3):
        (folder / f"{number}.mp3").write_bytes(SOUND)
    (folder / "feed.xml").write_text(feed(base))
    with made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield base
        made.shutdown()


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    shutil.copytree(root / "configs", tmp_path / "ours/configs", ignore=shutil.ignore_patterns("voices"))
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(tmp_path / "ours"))
    return Project(tmp_path / "ours")


def feed(base: str, change: Callable[[str], str] = str) -> str:
    return change(FEED.replace("{items}", ITEMS).replace("{base}", base))


def take(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["import", *arguments])


def ours(project: Project) -> feedparser.FeedParserDict:
    return feedparser.parse((project.root / "feeds/public/feed.xml").read_bytes())


def told(project: Project, slug: str) -> dict[str, object]:
    read: dict[str, object] = yaml.safe_load((project.episodes / slug / "episode.yaml").read_text())
    return read


def test_guids_dates_and_order_are_those_of_the_old_feed(project: Project, old: str) -> None:
    said = take(f"{old}/feed.xml")
    assert said.exit_code == 0, said.output
    theirs = [one for one in feedparser.parse(feed(old)).entries if one.get("enclosures")]
    made = ours(project).entries
    assert [one.id for one in made] == [*GUIDS, f"{old}/1.mp3"], "without a guid, apps know an episode by its enclosure"
    assert [one.published_parsed for one in made] == [one.published_parsed for one in theirs]
    assert [one.title for one in made] == [one.title for one in theirs]
    assert [one.enclosures[0].href for one in made] == [one.enclosures[0].href for one in theirs]
    assert made[2].enclosures[0].length == str(len(SOUND)), "a length that the feed does not tell is asked for"
    assert "'A note without sound' has no enclosure" in said.output


def test_what_the_feed_says_of_the_show_becomes_its_settings(project: Project, old: str) -> None:
    before = (project.configs / "show.yaml").read_bytes()
    assert take(f"{old}/feed.xml").exit_code == 0
    show = project.show()
    assert (show.title, show.owner.email, show.language) == ("The Old Show", "mara@example.org", "en-us")
    assert show.categories == ("Science > Earth Sciences", "Education")
    assert not show.locked
    assert str(show.guid) == show_guid(f"{old}/feed.xml"), "the guid is that of its first address, for ever"
    assert (project.root / show.cover).read_bytes() == COVER.read_bytes()
    assert (project.configs / "show.yaml.before").read_bytes() == before


def test_each_episode_has_a_folder_that_a_person_can_edit(project: Project, old: str) -> None:
    assert take(f"{old}/feed.xml").exit_code == 0
    assert project.slugs() == ["one-only", "three-same-hour-listed-first", "two-same-hour-listed-second"]
    three = told(project, "three-same-hour-listed-first")
    assert (three["guid"], three["season"], three["number"], three["explicit"]) == (GUIDS[0], 2, 3, True)
    assert three["sources"] == [f"{old}/3.mp3"]
    assert project.episode("three-same-hour-listed-first").guests[0].name == "Ada Ström"
    assert project.episode("one-only").published.isoformat() == "2018-01-03T23:30:00-05:00"


def test_notes_are_cleaned_and_nothing_else_of_them_is_lost(project: Project, old: str) -> None:
    assert take(f"{old}/feed.xml").exit_code == 0
    records = {
        one["guid"]: one for one in json.loads((project.root / "feeds/public/catalog.json").read_text())["episodes"]
    }
    assert records[GUIDS[0]]["notes_html"] == "<p>Of <b>tides</b>.</p>"
    assert records[GUIDS[0]]["soundbites"] == [{"start": 60.0, "duration": 30.0, "title": "The sea"}]
    assert records[GUIDS[0]]["transcripts"][0]["url"] == f"{old}/3.vtt"
    assert records[GUIDS[0]]["duration"] == 3723.0
    assert records[GUIDS[1]]["notes_html"] == "<p>Plain words</p><p>0:00 Start &lt;3</p>"
    assert records[GUIDS[1]]["notes_text"] == "Plain words\n0:00 Start <3"


def test_a_second_import_changes_nothing(project: Project, old: str) -> None:
    assert take(f"{old}/feed.xml").exit_code == 0
    edited = project.episodes / "one-only/episode.yaml"
    edited.write_text(edited.read_text() + "# mine\n")
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert take(f"{old}/feed.xml").exit_code == 0
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} == {project.configs / "show.yaml.before"}


def test_the_old_order_stays_when_episodes_are_published_again_or_anew(
    project: Project, old: str, tmp_path: Path, work: Workspace
) -> None:
    numbers = "<itunes:episode>3</itunes:episode><itunes:season>2</itunes:season>"
    (tmp_path / "old/feed.xml").write_text(feed(old, lambda text: text.replace(numbers, "")))
    assert take(f"{old}/feed.xml").exit_code == 0
    last = "two-same-hour-listed-second"
    plain = {"season": None, "number": None, "guid": GUIDS[1], "date": told(project, last)["date"]}
    release(work, project.publishing(), last, show=project.show(), **plain)
    release(work, project.publishing(), "tides", show=project.show())
    assert [one.id for one in ours(project).entries] == ["guid-tides", *GUIDS, f"{old}/1.mp3"]


def test_copied_sound_is_ours_byte_for_byte(project: Project, old: str) -> None:
    assert take(f"{old}/feed.xml", "--copy").exit_code == 0
    for entry in ours(project).entries:
        url = entry.enclosures[0].href
        assert url.startswith("http://127.0.0.1:8000/episodes/")
        assert (project.root / "feeds/public" / url.partition(":8000/")[2]).read_bytes() == SOUND
        assert entry.enclosures[0].length == str(len(SOUND))
    assert told(project, "one-only")["sources"] == ["episodes/one-only/source.mp3"]
    assert (project.episodes / "one-only/source.mp3").read_bytes() == SOUND


def test_a_copy_that_broke_off_goes_on(project: Project, old: str, tmp_path: Path) -> None:
    (tmp_path / "old/1.mp3").rename(tmp_path / "old/gone.mp3")
    (tmp_path / "old/feed.xml").write_text(feed(old, lambda text: text.replace('length="0"', 'length="10800"')))
    broken = take(f"{old}/feed.xml", "--copy")
    assert broken.exit_code != 0
    assert "'One & only'" in str(broken.exception)
    assert not (project.root / "feeds/public/feed.xml").exists(), "nobody is told of a show that is not whole"
    (tmp_path / "old/gone.mp3").rename(tmp_path / "old/1.mp3")
    (tmp_path / "old/3.mp3").unlink()  # it was copied already, and is not asked for again
    assert take(f"{old}/feed.xml", "--copy").exit_code == 0
    assert len(ours(project).entries) == 3


def test_older_documents_of_a_paged_feed_are_read_too(project: Project, old: str, tmp_path: Path) -> None:
    older = feed(
        old,
        lambda text: text.replace(
            "<guid>note</guid>", f'<guid>z</guid><enclosure url="{old}/2.mp3" length="9" type="audio/mpeg"/>'
        ),
    )
    (tmp_path / "old/older.xml").write_text(older)
    link = f'<atom:link rel="prev-archive" href="{old}/older.xml"/><title>The Old'
    (tmp_path / "old/feed.xml").write_text(feed(old, lambda text: text.replace("<title>The Old", link)))
    assert take(f"{old}/feed.xml").exit_code == 0
    assert [one.id for one in ours(project).entries] == [*GUIDS, "z", f"{old}/1.mp3"], "each of them once"


def test_a_rehearsal_writes_nothing(project: Project, old: str) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    said = take(f"{old}/feed.xml", "--dry-run", "--json")
    assert [one["guid"] for one in json.loads(said.output)["episodes"]][:2] == GUIDS
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: "once upon a time", "is not well-formed"),
        (lambda text: "<html><body>not found</body></html>", "is no RSS feed"),
        (lambda text: text.replace("<channel>", "<!DOCTYPE x [<!ENTITY a 'b'>]><channel>"), "is not well-formed"),
        (lambda text: text.replace("Tue, 05 Mar 2019 05:00:00 GMT", "5.3.2019"), "has no date that can be read"),
        (lambda text: text.replace(" tag:old,2018:2 ", GUIDS[0]), "have the same guid"),
        (lambda text: text.replace("mara@example.org", ""), "names no owner's e-mail"),
        (lambda text: text.replace("/1.mp3", "/9.mp3"), "answers 404"),
        (lambda text: text.replace("/cover.jpg", "/no.jpg"), "the cover"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_whole_is_refused_before_anything_is_published(
    project: Project, old: str, tmp_path: Path, change: Callable[[str], str], problem: str
) -> None:
    (tmp_path / "old/feed.xml").write_text(feed(old, change))
    said = take(f"{old}/feed.xml")
    assert said.exit_code != 0
    assert problem in str(said.exception)
    assert not (project.root / "feeds").exists()
    assert project.slugs() == []


def test_a_feed_saved_to_a_file_is_taken_over_as_well(project: Project, old: str, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xml"
    saved.write_text(feed(old, lambda text: text.replace("mara@example.org", "")))
    said = take(str(saved), "--email", "new@example.org")
    assert said.exit_code == 0, said.output
    assert project.show().owner.email == "new@example.org"
    assert take(str(tmp_path / "absent.xml")).exit_code != 0
