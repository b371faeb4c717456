import datetime as dt
import io
import json
import re
import shutil
import subprocess

import mutagen
import packaged_samples as sample
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from PIL import Image
from tag_samples import chapters_of, ffprobe, packets_of

from pipeline import catalog
from pipeline.adapters import images
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
    assert tags.getall("APIC")[0].mime == "image/jpeg"
    assert tags.getall("WOAF")[0].url == "https://saltandbrass.example/show/episodes/tide/index.html"
    assert tags.getall("WFED")[0].url == "https://saltandbrass.example/show/feed.xml"
    assert tags["TXXX:REPLAYGAIN_TRACK_GAIN"].text == ["-2.00 dB"]
    assert [str(tags[name]) for name in ("TGID", "TCAT", "TKWD", "TLAN")] == ["tide", "Science", "tide", "eng"]


def test_a_private_shows_sound_does_not_tell_the_feed(work):
    made = sample.make_package(work, show=sample.SHOW.model_copy(update={"private": True}))
    assert not ID3(work.path(made.of("audio")[0].blob)).getall("WFED")


@pytest.mark.parametrize(
    ("lyrics", "plain", "timed"), [("off", 0, 0), ("plain", 1, 0), ("synced", 0, 1), ("both", 1, 1)]
)
def test_config_chooses_how_the_transcript_goes_into_the_tags(work, lyrics, plain, timed):
    made = sample.make_package(work, settings=PackageConfig(lyrics=lyrics))
    tags = ID3(work.path(made.of("audio")[0].blob))
    assert (len(tags.getall("USLT")), len(tags.getall("SYLT"))) == (plain, timed)
    for frame in tags.getall("USLT"):
        assert frame.text.startswith(
            "Niamh Quillane: Welcome to the island. The tide machine stands in the hall.\n\nWojciech Marczwiel: It is"
        )
    for frame in tags.getall("SYLT"):
        assert frame.text[:2] == [
            ("Niamh Quillane: Welcome to the island.", 2000), ("The tide machine stands in the hall.", 4000)
        ]  # fmt: skip


@pytest.mark.parametrize(("given", "version"), [("2.3", (2, 3, 0)), ("2.4", (2, 4, 0)), (2.4, (2, 4, 0))])
def test_config_chooses_the_version_of_the_tags(work, given, version):
    made = sample.make_package(work, settings=PackageConfig(id3=given))
    assert ID3(work.path(made.of("audio")[0].blob)).version == version


def test_the_same_sound_in_other_encodings_is_tagged_and_offered_too(work):
    duration = sample.make_transcript().duration + 2 * sample.INTRO
    mastered = sample.with_alternates(work, sample.make_mastered(sample.make_sound(work, duration), duration))
    made = sample.make_package(work, mastered=mastered)
    sounds = [*made.of("audio"), *made.of("alternate")]
    assert [(file.name, file.media_type) for file in sounds] == [
        ("tide.mp3", "audio/mpeg"), ("tide.m4a", "audio/mp4; codecs=mp4a.40.2"), ("tide.opus", "audio/ogg; codecs=opus")
    ]  # fmt: skip
    for file, before in zip(sounds, (mastered.audio, *(one.audio for one in mastered.alternates)), strict=True):
        path = work.path(file.blob)
        assert (title_of(path), chapters_of(path)[1][2]) == ("The Tide Machine", "Brass and iron")
        assert packets_of(path).splitlines()[0] == packets_of(work.path(before)).splitlines()[0]
        assert file.bitrate == round(before.size * 8 / duration)
    page = read(work, made, "index.html")
    assert re.findall(r'download="(tide\.\w+)">(\w+)</a>', page) == [
        ("tide.mp3", "MP3"), ("tide.m4a", "AAC"), ("tide.opus", "Opus")
    ]  # fmt: skip


def title_of(path):
    found = ffprobe(path)
    tags = {**found["format"].get("tags", {}), **found["streams"][0].get("tags", {})}
    return next(text for name, text in tags.items() if name.lower() == "title")


@pytest.mark.parametrize(("seconds", "options"), [(0.3, ("-b:a", "64k")), (9.99, ("-q:a", "5"))], ids=["CBR", "VBR"])
def test_feed_tags_header_and_file_agree_on_the_length(work, seconds, options):
    """To 50 ms; the feed, whose unit is a second, to half of one."""
    mastered = sample.make_mastered(sample.make_sound(work, seconds, *options), seconds, intro=0.0)
    mastered = sample.with_alternates(work, mastered)
    made = sample.make_package(work, mastered=mastered)
    record = catalog.make_episode(made, sample.make_notes(sample.make_transcript()), "", "", sample.SHOW,
                                  sample.EPISODE, "tide", sample.BASE)  # fmt: skip
    lengths = {"package": made.duration, "catalog": record.duration}
    for file in (*made.of("audio"), *made.of("alternate")):
        path = work.path(file.blob)
        lengths |= {
            f"{file.name} by ffprobe": float(ffprobe(path)["format"]["duration"]),
            f"{file.name} by mutagen": mutagen.File(path).info.length,
            f"{file.name} decoded": decoded_seconds(path),
        }
    header = MP3(work.path(made.of("audio")[0].blob))
    lengths["TLEN"] = int(str(header["TLEN"])) / 1000
    assert header.info.sketchy is False
    assert lengths == {name: pytest.approx(seconds, abs=0.05) for name in lengths}


def decoded_seconds(path):
    command = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]
    return len(subprocess.run(command, check=True, capture_output=True).stdout) / 2 / 8000


def test_an_episodes_own_picture_goes_into_its_sound_and_beside_it(work, tmp_path):
    work.folder.mkdir()
    show_cover, own = sample.make_cover(work.folder), sample.make_cover(tmp_path, "0x5a1a1a")
    made = sample.make_package(work, cover=show_cover.model_copy(update={"others": (own,)}))
    picture = next(file for file in made.of("cover") if file.blob.sha256 == own.sha256)
    assert (picture.name, picture.media_type) == ("cover.jpg", "image/jpeg")
    tags = ID3(work.path(made.of("audio")[0].blob))
    assert tags.getall("APIC")[0].data == images.fit_for_tags(tmp_path / "cover.jpg", 1400, 400_000)


def test_a_picture_that_is_none_is_told_by_its_name(work, tmp_path):
    work.folder.mkdir()
    (tmp_path / "own.png").write_text("not a picture")
    own = SourceFile(path=str(tmp_path / "own.png"), sha256="0" * 64, size=13)
    with pytest.raises(InputError, match=r"own\.png: is not a picture that can be used"):
        sample.make_package(work, cover=sample.make_cover(work.folder).model_copy(update={"others": (own,)}))


def test_a_picture_that_apps_do_not_show_is_told_by_its_name(work):
    work.folder.mkdir()
    path = work.folder / "cover.webp"
    Image.new("RGB", (1400, 1400)).save(path)
    cover = SourceFile(path=str(path), sha256="0" * 64, size=path.stat().st_size)
    with pytest.raises(InputError, match=r"cover\.webp: is a WEBP picture, and apps show JPEG and PNG"):
        sample.make_package(work, cover=cover)


def test_the_cover_in_the_sound_is_as_large_as_config_says(work):
    work.folder.mkdir()
    path = work.folder / "cover.png"
    Image.effect_noise((1600, 1600), 90).save(path)
    cover = SourceFile(path=str(path), sha256="0" * 64, size=path.stat().st_size)
    made = sample.make_package(work, cover=cover, settings=PackageConfig(cover_side=600, cover_kilobytes=90))
    picture = ID3(work.path(made.of("audio")[0].blob)).getall("APIC")[0].data
    assert len(picture) <= 90_000
    assert Image.open(io.BytesIO(picture)).size <= (600, 600)


def with_picture(work, path):
    """The sample whose second chapter has the picture at `path`."""
    first, second, third = sample.CHAPTERS.chapters
    chapters = Chapters(chapters=(first, second.model_copy(update={"img": "pictures/x"}), third))
    return sample.make_package(work, chapters=chapters, chapter_images={"pictures/x": path})


def test_a_chapters_own_picture_is_in_the_sound_beside_it_and_on_the_page(work, tmp_path):
    Image.effect_noise((3000, 1800), 90).save(tmp_path / "map.png")
    made = with_picture(work, tmp_path / "map.png")
    (file,) = [one for one in made.files if one.name.startswith("chapter-")]
    published = work.path(file.blob).read_bytes()
    shown = Image.open(io.BytesIO(published))
    assert (file.media_type, shown.format, max(shown.size) <= 1000) == ("image/jpeg", "JPEG", True)
    assert len(published) <= 150_000
    marks = ID3(work.path(made.of("audio")[0].blob)).getall("CHAP")
    inside = [[(frame.mime, frame.data) for frame in mark.sub_frames.getall("APIC")] for mark in marks]
    assert inside == [[], [("image/jpeg", published)], []]
    address = f"{sample.BASE}/episodes/tide/{file.key}"
    assert [one.get("img") for one in json.loads(read(work, made, "chapters.json"))["chapters"]] == [
        None,
        address,
        None,
    ]
    assert f'<img src="../../episodes/tide/{file.key}"' in read(work, made, "index.html")


def test_a_picture_that_several_chapters_share_is_published_once(work, tmp_path):
    Image.new("RGB", (500, 500)).save(tmp_path / "one.jpg")
    shutil.copy(tmp_path / "one.jpg", tmp_path / "two.jpg")
    chapters = Chapters(
        chapters=tuple(
            one.model_copy(update={"img": name})
            for one, name in zip(sample.CHAPTERS.chapters, ("a", "b", "https://x.example/c.jpg"), strict=True)
        )
    )
    named = {"a": tmp_path / "one.jpg", "b": tmp_path / "two.jpg"}
    made = sample.make_package(work, chapters=chapters, chapter_images=named)
    assert len([one for one in made.files if one.name.startswith("chapter-")]) == 1
    marks = ID3(work.path(made.of("audio")[0].blob)).getall("CHAP")
    kinds = [frame.mime for mark in marks for frame in mark.sub_frames.getall("APIC")]
    assert kinds == ["image/jpeg", "image/jpeg", "-->"]


def test_a_chapters_picture_that_apps_do_not_show_is_told_by_its_name(work, tmp_path):
    Image.new("RGB", (500, 500)).save(tmp_path / "map.png", "WEBP")
    with pytest.raises(InputError, match=r"map\.png: is a WEBP picture, and apps show JPEG and PNG"):
        with_picture(work, tmp_path / "map.png")


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
