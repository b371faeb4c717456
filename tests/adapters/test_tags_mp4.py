"""Tags and both kinds of chapters of an M4A as mutagen and ffprobe read them back; the packets of sound stay."""

from __future__ import annotations

import shutil
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from audio_samples import stereo
from mutagen.mp4 import MP4
from tag_samples import ABOUT, COVER, ONLY_A_TITLE, REWORDED, chapters_of, ffprobe, packets_of

from pipeline.adapters.tags import EpisodeTags
from pipeline.adapters.tags_mp4 import tag_m4a
from pipeline.errors import StageError
from pipeline.models import Chapter


@pytest.fixture(scope="module")
def untagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stereo(tmp_path_factory.mktemp("m4a") / "a.m4a", 4, "-c:a", "aac", "-metadata", "artist=Old")


@pytest.fixture
def m4a(untagged: Path, tmp_path: Path) -> Path:
    """An M4A of four seconds whose tags are not ours."""
    return Path(shutil.copy(untagged, tmp_path / "a.m4a"))


def test_every_tag_is_read_back(m4a: Path) -> None:
    tag_m4a(m4a, ABOUT)
    tags = MP4(m4a).tags
    texts = ("\xa9nam", "\xa9ART", "aART", "\xa9alb", "\xa9gen", "\xa9day", "cprt", "desc", "ldes", "\xa9lyr", "purl",
             "egid", "catg", "keyw")  # fmt: skip
    assert [tags[name] for name in texts] == [
        [text]
        for text in (
            "Zoë’s tides – 潮汐", "Mara Quill", "Mara Quill", "Tide & Time", "Podcast", "2026-05-01", "2026 Mara Quill",
            "Two people and the sea.", "Two people\nand the sea.", ABOUT.lyrics, "https://example.org/feed.xml", "0b5a-7",
            "Science > Nature", "sea,moon",
        )
    ]  # fmt: skip
    assert (tags["stik"], tags["pcst"], tags["rtng"]) == ([21], True, [1])
    assert (tags["trkn"], tags["disk"]) == ([(7, 0)], [(2, 0)])
    assert bytes(tags["covr"][0]) == COVER
    gains = [bytes(tags[f"----:com.apple.iTunes:replaygain_track_{name}"][0]) for name in ("gain", "peak")]
    assert gains == [b"-1.98 dB", b"0.891251"]
    assert ffprobe(m4a)["streams"][0]["tags"]["language"] == "deu"


def test_both_kinds_of_chapters_have_what_the_table_of_contents_has(m4a: Path) -> None:
    tag_m4a(m4a, ABOUT)
    # ffprobe prefers the text track that Apple's players read; mutagen knows Nero's list alone.
    assert chapters_of(m4a) == [(0.0, 2.0, "Ebbe & Flut"), (2.0, 4.0, "The = Moon;")]
    assert [(one.start, one.title) for one in MP4(m4a).chapters] == [(0.0, "Ebbe & Flut"), (2.0, "The = Moon;")]
    assert [one["codec_type"] for one in ffprobe(m4a)["streams"]] == ["audio", "data", "video"]


def test_the_packets_of_sound_and_their_length_stay_as_they_are(m4a: Path) -> None:
    before, length = packets_of(m4a), ffprobe(m4a)["format"]["duration"]
    for about in (ABOUT, REWORDED):
        tag_m4a(m4a, about)
        assert packets_of(m4a).splitlines()[0] == before.splitlines()[0]
        assert ffprobe(m4a)["streams"][0]["duration"] == length


def test_the_same_tags_give_the_same_bytes_however_often(m4a: Path) -> None:
    tag_m4a(m4a, ABOUT)
    first = m4a.read_bytes()
    tag_m4a(m4a, REWORDED)
    tag_m4a(m4a, ABOUT)
    assert m4a.read_bytes() == first


def test_earlier_tags_and_chapters_do_not_stay(m4a: Path) -> None:
    tag_m4a(m4a, ABOUT)
    tag_m4a(m4a, ONLY_A_TITLE)
    file = MP4(m4a)
    assert set(file.tags) == {"\xa9nam", "\xa9gen", "stik", "pcst"}
    assert not file.chapters
    assert chapters_of(m4a) == []


def test_a_player_can_seek_before_it_has_the_sound(m4a: Path) -> None:
    tag_m4a(m4a, ABOUT)
    data, at, atoms = m4a.read_bytes(), 0, []
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        atoms.append(name)
        at += size
    assert atoms.index(b"moov") < atoms.index(b"mdat")


def test_what_two_bytes_cannot_count_is_left_out(m4a: Path) -> None:
    tag_m4a(m4a, replace(ABOUT, number=20260501))
    assert "trkn" not in MP4(m4a).tags


def test_a_description_is_cut_where_only_a_short_one_may_stand(m4a: Path) -> None:
    tag_m4a(m4a, EpisodeTags(title="Tides", description="The sea is never quite silent. " * 20))
    tags = MP4(m4a).tags
    assert len(tags["desc"][0]) <= 255
    assert len(tags["ldes"][0]) == 620


def test_three_hundred_chapters_are_all_in_the_text_track(m4a: Path) -> None:
    many = tuple(Chapter(start=at / 100, title=f"Chapter {at}") for at in range(300))
    tag_m4a(m4a, EpisodeTags(title="Tides", chapters=many, duration=4.0))
    assert [title for _, _, title in chapters_of(m4a)] == [one.title for one in many]


def test_a_file_that_is_no_m4a_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.m4a").write_bytes(b"no sound")
    with pytest.raises(StageError, match=r"a\.m4a: chapters cannot be written"):
        tag_m4a(tmp_path / "a.m4a", ABOUT)
