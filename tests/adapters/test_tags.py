"""ID3 tags and chapters as mutagen and ffprobe read them back; the sound's bytes stay."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from audio_samples import stereo
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

from pipeline.adapters.tags import EpisodeTags, tag_mp3
from pipeline.errors import InputError
from pipeline.models import Chapter

ROOT = Path(__file__).resolve().parents[2]
COVER = (ROOT / "configs/cover.jpg").read_bytes()
CHAPTERS = (
    Chapter(start=0, title="Ebbe & Flut"),
    Chapter(start=1.25, title="Ad", toc=False, end=1.5),
    Chapter(start=2.0004, title="The Moon", url="https://example.org/moon"),
)
ABOUT = EpisodeTags(
    title="Zoë’s tides – 潮汐",
    artist="Mara Quill",
    album="Tide & Time",
    season=2,
    number=7,
    date="2026-05-01",
    description="Two people\nand the sea.",
    language="de-AT",
    url="https://example.org/7",
    copyright="2026 Mara Quill",
    cover=COVER,
    chapters=CHAPTERS,
    duration=4.0,
)


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    """An MP3 without tags, as master leaves it."""
    return stereo(tmp_path / "a.mp3", 4, "-id3v2_version", "0")


def frames_of(path: Path) -> str:
    """The digest of the MPEG frames."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(path), "-map", "0:a", "-c", "copy", "-f", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ffprobe(path: Path) -> Any:
    command = ["ffprobe", "-loglevel", "error", "-show_chapters", "-show_format", "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def test_every_tag_is_read_back(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    tags = ID3(mp3, translate=False)
    assert tags.version == (2, 3, 0)
    texts = {name: str(tags[name]) for name in ("TIT2", "TPE1", "TALB", "TPOS", "TRCK", "TYER", "TDAT", "TLAN", "TCOP")}
    assert texts == {
        "TIT2": "Zoë’s tides – 潮汐", "TPE1": "Mara Quill", "TALB": "Tide & Time", "TPOS": "2", "TRCK": "7",
        "TYER": "2026", "TDAT": "0105", "TLAN": "deu", "TCOP": "2026 Mara Quill",
    }  # fmt: skip
    assert tags["COMM::deu"].text == ["Two people\nand the sea."]
    assert tags["WOAF"].url == "https://example.org/7"
    assert (tags["APIC:"].mime, tags["APIC:"].type, tags["APIC:"].data) == ("image/jpeg", 3, COVER)


def test_chapters_carry_times_in_milliseconds_titles_and_links(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    tags = ID3(mp3)
    found = [(c.element_id, c.start_time, c.end_time, str(c.sub_frames["TIT2"])) for c in tags.getall("CHAP")]
    assert sorted(found) == [
        ("chp0", 0, 1250, "Ebbe & Flut"),
        ("chp1", 1250, 1500, "Ad"),
        ("chp2", 2000, 4000, "The Moon"),
    ]
    assert tags["CHAP:chp2"].sub_frames["WXXX:chapter url"].url == "https://example.org/moon"


def test_the_table_of_contents_is_ordered_and_leaves_out_what_is_not_for_it(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    contents = ID3(mp3).getall("CTOC")
    assert [(toc.child_element_ids, int(toc.flags)) for toc in contents] == [(["chp0", "chp2"], 3)]


def test_ffprobe_sees_the_same_chapters(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    found = ffprobe(mp3)
    assert [(c["start_time"], c["end_time"], c["tags"]["title"]) for c in found["chapters"]] == [
        ("0.000000", "1.250000", "Ebbe & Flut"),
        ("1.250000", "1.500000", "Ad"),
        ("2.000000", "4.000000", "The Moon"),
    ]
    assert found["format"]["tags"]["title"] == ABOUT.title


def test_a_player_that_counts_on_the_tag_size_finds_the_sound_right_behind_it(mp3: Path) -> None:
    sound = mp3.read_bytes()
    tag_mp3(mp3, ABOUT)
    assert mp3.read_bytes().endswith(sound)
    assert len(mp3.read_bytes()) == ID3(mp3).size + len(sound)


def test_the_sound_and_its_length_stay_as_they_are(mp3: Path) -> None:
    before, length = frames_of(mp3), MP3(mp3).info.length
    tag_mp3(mp3, ABOUT)
    assert frames_of(mp3) == before
    assert MP3(mp3).info.length == length


def test_the_same_tags_give_the_same_bytes_however_often(mp3: Path) -> None:
    digests = []
    for _ in range(2):
        tag_mp3(mp3, ABOUT)
        digests.append(hashlib.sha256(mp3.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_earlier_tags_do_not_stay(tmp_path: Path) -> None:
    tagged = stereo(tmp_path / "a.mp3", 1, "-metadata", "genre=Polka", "-metadata", "title=Old", "-write_id3v1", "1")
    tag_mp3(tagged, EpisodeTags(title="New"))
    assert ffprobe(tagged)["format"]["tags"] == {"title": "New", "genre": "Podcast"}
    assert b"TAG" not in tagged.read_bytes()[-128:]


def test_only_a_title_is_needed(mp3: Path) -> None:
    tag_mp3(mp3, EpisodeTags(title="Tides"))
    assert set(ID3(mp3)) == {"TIT2", "TCON"}


@pytest.mark.parametrize(
    ("language", "code"), [("en", "eng"), ("pt-BR", "por"), ("yue", "yue"), ("zh-Hant", "zho"), ("x-klingon", "und")]
)
def test_languages_are_written_as_id3_wants_them(mp3: Path, language: str, code: str) -> None:
    tag_mp3(mp3, EpisodeTags(title="Tides", language=language))
    assert ID3(mp3)["TLAN"].text == [code]


@pytest.mark.parametrize(
    ("cover", "kind"), [(COVER, "image/jpeg"), (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"), (b"RIFF0000WEBP", None)]
)
def test_the_cover_is_a_jpeg_or_a_png(mp3: Path, cover: bytes, kind: str | None) -> None:
    about = EpisodeTags(title="Tides", cover=cover)
    if kind:
        tag_mp3(mp3, about)
        assert ID3(mp3)["APIC:"].mime == kind
    else:
        before = mp3.read_bytes()
        with pytest.raises(InputError, match="neither a JPEG nor a PNG"):
            tag_mp3(mp3, about)
        assert mp3.read_bytes() == before
