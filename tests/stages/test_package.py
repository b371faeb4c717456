import datetime as dt
import json
import re

import packaged_samples as sample
import pytest
from mutagen.id3 import ID3

from pipeline.config import PackageConfig
from pipeline.errors import InputError
from pipeline.formats import read_transcript
from pipeline.models import Chapter, Chapters, Mention, NoteLine, ShowNotes, Soundbite, SourceFile
from pipeline.site.notes import LIMIT


def read(work, made, name):
    return next(work.path(file.blob).read_text() for file in made.files if file.name == name)


def test_package_holds_all_that_a_listener_gets(work):
    made = sample.make_package(work)
    assert [(file.role, file.name, file.media_type) for file in made.files] == [
        ("audio", "tide.mp3", "audio/mpeg"),
        ("transcript", "transcript.vtt", "text/vtt"),
        ("transcript", "transcript.srt", "application/x-subrip"),
        ("transcript", "transcript.json", "application/json"),
        ("transcript", "transcript.html", "text/html"),
        ("transcript", "transcript.txt", "text/plain"),
        ("chapters", "chapters.json", "application/json+chapters"),
        ("notes", "notes.html", "text/html"),
        ("notes", "notes.md", "text/markdown"),
        ("notes", "notes.txt", "text/plain"),
        ("extra", "site.css", "text/css"),
        ("extra", "site.js", "text/javascript"),
        ("page", "index.html", "text/html"),
    ]
    assert made.duration == 16.0
    assert all(work.path(file.blob).stat().st_size == file.blob.size for file in made.files)


def test_config_chooses_the_transcripts(work):
    made = sample.make_package(work, settings=PackageConfig(transcripts=("vtt",)))
    assert [file.name for file in made.of("transcript")] == ["transcript.vtt"]
    assert "transcript.srt" not in read(work, made, "index.html")


def test_every_time_is_the_listeners(work):
    made = sample.make_package(work)
    starts = [round(sample.INTRO + 2 * n, 3) for n in range(6)]
    for kind in ("vtt", "srt", "json"):
        back = read_transcript(read(work, made, f"transcript.{kind}"), f"x.{kind}")
        assert [one.start for one in back.segments if not one.text.startswith("inside")] == pytest.approx(starts)
    chapters = json.loads(read(work, made, "chapters.json"))
    assert chapters["version"] == "1.2.0"
    assert [(one["startTime"], one["endTime"], one["title"]) for one in chapters["chapters"]] == [
        (0.0, 6.0, "Welcome"), (6.0, 10.0, "Brass and iron"), (10.0, 16.0, "The first tide"),
    ]  # fmt: skip
    page = read(work, made, "index.html")
    assert [float(one) for one in re.findall(r'<span id="t=[\d:]+" data-start="([\d.]+)"', page)] == starts
    assert re.findall(r'<figcaption>.*?href="#t=([\d:]+)"', page) == ["0:12"]
    chap = ID3(work.folder / "package" / "tide.mp3").getall("CHAP")
    assert sorted((one.start_time, one.end_time) for one in chap) == [(0, 6000), (6000, 10_000), (10_000, 16_000)]


def test_sound_is_tagged_and_not_encoded_again(work):
    made = sample.make_package(work)
    before = (work.folder / "mastered.mp3").read_bytes()
    after = work.path(made.of("audio")[0].blob).read_bytes()
    sound = before[before.index(b"\xff\xfb", before.startswith(b"ID3") and ID3(work.folder / "mastered.mp3").size) :]
    assert after.endswith(sound)
    tags = ID3(work.path(made.of("audio")[0].blob))
    assert str(tags["TIT2"]) == "The Tide Machine"
    assert str(tags["TALB"]) == "Salt and Brass"
    assert tags.getall("APIC")[0].data == (work.folder / "cover.jpg").read_bytes()
    assert tags.getall("WOAF")[0].url == "https://saltandbrass.example/show/episodes/tide/index.html"


def test_an_episodes_own_picture_goes_into_its_sound_and_beside_it(work, tmp_path):
    work.folder.mkdir()
    show_cover, own = sample.make_cover(work.folder), sample.make_cover(tmp_path)
    made = sample.make_package(work, cover=show_cover.model_copy(update={"others": (own,)}))
    picture = next(file for file in made.of("cover") if file.blob.sha256 == own.sha256)
    assert (picture.name, picture.media_type) == ("cover.jpg", "image/jpeg")
    tags = ID3(work.path(made.of("audio")[0].blob))
    assert tags.getall("APIC")[0].data == (tmp_path / "cover.jpg").read_bytes()


def test_a_picture_that_is_none_is_told_by_its_name(work, tmp_path):
    work.folder.mkdir()
    (tmp_path / "own.png").write_text("not a picture")
    own = SourceFile(path=str(tmp_path / "own.png"), sha256="0" * 64, size=13)
    with pytest.raises(InputError, match=r"own\.png: is not a picture that can be used"):
        sample.make_package(work, cover=sample.make_cover(work.folder).model_copy(update={"others": (own,)}))


def test_the_package_knows_what_the_feed_says_of_its_times(work):
    notes = sample.make_notes(sample.make_transcript())
    bite = Soundbite(start=0.0, end=15.5, title="Hedvig did", segments=(5,))
    made = sample.make_package(work, notes=notes.model_copy(update={"soundbite": bite}))
    assert made.language == "en"
    assert [one.title for one in made.chapters] == ["Welcome", "Brass and iron", "The first tide"]
    assert made.chapters[1].start == sample.INTRO + 4.0
    assert made.soundbites == ()  # of 15.5 s, 14 are left when the sound ends


def test_same_input_gives_the_same_bytes(work, tmp_path):
    first = sample.make_package(work)
    again = sample.make_package(work)
    assert first == again
    other = type(work)(tmp_path / "elsewhere")
    assert [file.blob.sha256 for file in sample.make_package(other).files] == [f.blob.sha256 for f in first.files]


def test_notes_come_in_three_forms_that_apps_can_show(work):
    made = sample.make_package(work)
    html = read(work, made, "notes.html")
    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
    assert "<p>0:00 Welcome</p>\n<p>0:06 Brass and iron</p>\n<p>0:10 The first tide</p>" in html
    assert '<a href="https://example.org/hedvig">Hedvig Kjærlund</a>' in html
    text = read(work, made, "notes.txt")
    assert "0:00 Welcome\n0:06 Brass and iron\n0:10 The first tide\n" in text
    assert "Hedvig Kjærlund: https://example.org/hedvig" in text
    markdown = read(work, made, "notes.md")
    assert "[Hedvig Kjærlund](<https://example.org/hedvig>)" in markdown


def test_what_a_person_wrote_replaces_the_summary_that_was_found(work):
    episode = sample.EPISODE.model_copy(update={"summary": "My own words. <b>Really</b>."})
    made = sample.make_package(work, episode=episode)
    assert "My own words. &lt;b&gt;Really&lt;/b&gt;." in read(work, made, "notes.html")
    assert "Welcome to the island" not in read(work, made, "notes.txt")
    assert "My own words." in read(work, made, "index.html")


def long_notes(sentence, count, quotes=3):
    line = NoteLine(text=sentence, start=0, segments=(0,))
    return ShowNotes(
        summary=(line,) * count,
        quotes=(line,) * quotes,
        mentions=tuple(Mention(term=f"Term {n}", link="https://example.org/x", start=0, segment=0) for n in range(30)),
    )


@pytest.mark.parametrize(
    ("notes", "ends"),
    [
        (long_notes("A sentence of some length about the sea and its tides, é.", 200), "tides, é.</p>"),
        (long_notes("word " * 2000, 1), "word…</p>"),
        (long_notes("é" * 9000, 1), ""),
    ],
)
def test_notes_never_pass_four_thousand_bytes_and_end_with_a_sentence(work, notes, ends):
    made = sample.make_package(work, notes=notes)
    for name in ("notes.html", "notes.md", "notes.txt"):
        assert len(read(work, made, name).encode()) <= LIMIT
    summary = read(work, made, "notes.html").splitlines()
    assert not ends or summary[0].endswith(ends)


def test_too_long_notes_lose_their_quotes_first_and_their_chapters_last(work):
    made = sample.make_package(work, notes=long_notes("A sentence about the sea. ", 145))
    html = read(work, made, "notes.html")
    assert "<em>" not in html
    assert "0:06 Brass and iron" in html


HOSTILE = "</script><img src=x onerror=alert(1)>]]> \"' & \u202e<b>"


def test_nothing_that_was_said_or_written_becomes_markup(work):
    talk = sample.make_transcript(((HOSTILE, HOSTILE),) * 2)
    line = NoteLine(text=HOSTILE, start=0, segments=(0,), speaker=HOSTILE)
    notes = ShowNotes(
        summary=(line,), quotes=(line,),
        mentions=(Mention(term=HOSTILE, link="javascript:alert(1)", start=0, segment=0),),
    )  # fmt: skip
    chapters = Chapters(chapters=(Chapter(start=0, title=HOSTILE), Chapter(start=2, title=HOSTILE)))
    episode = sample.EPISODE.model_copy(update={"title": HOSTILE})
    show = sample.SHOW.model_copy(update={"title": HOSTILE, "copyright": HOSTILE})
    made = sample.make_package(work, transcript=talk, notes=notes, chapters=chapters, episode=episode, show=show)
    for name in ("index.html", "notes.html", "transcript.html"):
        text = read(work, made, name)
        assert "<img src=x" not in text
        assert "</script><img" not in text
    assert "<b>" not in read(work, made, "notes.html")
    assert "javascript:" not in read(work, made, "notes.html")
    assert 'href="javascript:' not in read(work, made, "index.html")
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', read(work, made, "index.html"), re.DOTALL)
    assert json.loads(data.group(1))["name"] == HOSTILE


def test_episode_without_chapters_notes_or_speakers_is_packaged_too(work):
    talk = sample.make_transcript()
    silent = talk.model_copy(
        update={"segments": tuple(one.model_copy(update={"speaker": None}) for one in talk.segments)}
    )
    made = sample.make_package(
        work, transcript=silent, chapters=Chapters(chapters=()), notes=ShowNotes(summary=()),
        episode=sample.EPISODE.model_copy(update={"guests": (), "season": None, "number": None}),
    )  # fmt: skip
    page = read(work, made, "index.html")
    assert "Chapters</h2>" not in page
    assert "Welcome to the island." in page
    assert read(work, made, "notes.txt").strip() == ""


def test_date_is_that_of_the_episodes_own_offset(work):
    late = dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    made = sample.make_package(work, episode=sample.EPISODE.model_copy(update={"date": late}))
    assert '<time datetime="2026-03-02T23:30:00-05:00">2 March 2026</time>' in read(work, made, "index.html")
