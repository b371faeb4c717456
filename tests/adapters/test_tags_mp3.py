"""ID3 tags and chapters as mutagen and ffprobe read them back; the sound's bytes stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from audio_samples import stereo
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from tag_samples import ABOUT, COVER, ONLY_A_TITLE, REWORDED, chapters_of, ffprobe, packets_of

from pipeline.adapters.tags import EpisodeTags
from pipeline.adapters.tags_mp3 import tag_mp3
from pipeline.errors import InputError, StageError
from pipeline.models import Chapter, Loudness


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    """An MP3 without tags, as master leaves it."""
    return stereo(tmp_path / "a.mp3", 4, "-id3v2_version", "0")


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_every_tag_is_read_back(mp3: Path, version: str) -> None:
    tag_mp3(mp3, replace(ABOUT, id3=version))
    tags = ID3(mp3, translate=False)
    assert tags.version == ((2, 3, 0) if version == "2.3" else (2, 4, 0))
    names = ("TIT2", "TPE1", "TALB", "TPOS", "TRCK", "TLAN", "TCOP", "TLEN", "TCON", "TGID", "TCAT", "TKWD", "TDES")
    assert [str(tags[name]) for name in names] == [
        "Zoë’s tides – 潮汐", "Mara Quill", "Tide & Time", "2", "7", "deu", "2026 Mara Quill", "4000", "Podcast",
        "0b5a-7", "Science > Nature", "sea,moon", "Two people\nand the sea.",
    ]  # fmt: skip
    dates = {"2.3": {"TYER": "2026", "TDAT": "0105"}, "2.4": {"TDRC": "2026-05-01"}}[version]
    assert {name: str(tags[name]) for name in dates} == dates
    assert tags["COMM::deu"].text == ["Two people\nand the sea."]
    assert (tags["WOAF"].url, tags["WFED"].url) == ("https://example.org/7", "https://example.org/feed.xml")
    assert "PCST" in tags
    assert (tags["APIC:"].mime, tags["APIC:"].type, tags["APIC:"].data) == ("image/jpeg", 3, COVER)
    assert tags["TXXX:ITUNESADVISORY"].text == ["1"]


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_what_is_said_is_in_the_tags_as_a_text_and_with_times(mp3: Path, version: str) -> None:
    tag_mp3(mp3, replace(ABOUT, id3=version))
    tags = ID3(mp3)
    assert tags["USLT::deu"].text == "Mara: Zoë’s tides.\n\nOdo: Yes."
    timed = tags["SYLT::deu"]
    assert (timed.format, timed.text) == (2, [("Mara: Zoë’s tides.", 500), ("Odo: Yes.", 1750)])


def test_ascii_takes_a_byte_a_letter(mp3: Path) -> None:
    sizes = []
    for sign in ("e", "’"):
        tag_mp3(mp3, EpisodeTags(title="Tides", lyrics=sign * 1000))
        sizes.append(ID3(mp3).size)
    assert sizes[1] - sizes[0] in range(1000, 1010)


@pytest.mark.parametrize(
    ("loudness", "gain", "peak"),
    [
        (Loudness(integrated=-16.02, range=4, true_peak=-1.0), "-1.98 dB", "0.891251"),
        (Loudness(integrated=-19.0, range=4, true_peak=None), "+1.00 dB", None),
        (Loudness(integrated=None, range=None, true_peak=None), None, None),
        (None, None, None),
    ],
)
def test_replay_gain_takes_the_finished_sound_to_minus_18_lufs(
    mp3: Path, loudness: Loudness | None, gain: str | None, peak: str | None
) -> None:
    tag_mp3(mp3, EpisodeTags(title="Tides", loudness=loudness))
    tags = ID3(mp3)
    assert [tags.get(f"TXXX:REPLAYGAIN_TRACK_{name}") for name in ("GAIN", "PEAK")] == [gain, peak]


def test_chapters_carry_times_in_milliseconds_titles_and_links(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    tags = ID3(mp3)
    found = [(c.element_id, c.start_time, c.end_time, str(c.sub_frames["TIT2"])) for c in tags.getall("CHAP")]
    assert sorted(found) == [
        ("chp0", 0, 1250, "Ebbe & Flut"),
        ("chp1", 1250, 1500, "Ad"),
        ("chp2", 2000, 4000, "The = Moon;"),
    ]
    shown = tags["CHAP:chp2"].sub_frames
    assert shown["WXXX:chapter url"].url == "https://example.org/moon"
    assert (shown["APIC:"].mime, shown["APIC:"].data) == ("-->", b"https://example.org/moon.jpg")


def test_the_table_of_contents_is_ordered_and_leaves_out_what_is_not_for_it(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    contents = ID3(mp3).getall("CTOC")
    assert [(toc.child_element_ids, int(toc.flags)) for toc in contents] == [(["chp0", "chp2"], 3)]


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_ffprobe_sees_the_same_chapters(mp3: Path, version: str) -> None:
    tag_mp3(mp3, replace(ABOUT, id3=version))
    assert chapters_of(mp3) == [(0.0, 1.25, "Ebbe & Flut"), (1.25, 1.5, "Ad"), (2.0, 4.0, "The = Moon;")]
    assert ffprobe(mp3)["format"]["tags"]["title"] == ABOUT.title


def test_more_chapters_than_a_table_of_contents_can_count_are_all_there(mp3: Path) -> None:
    many = tuple(Chapter(start=at / 100, title=f"Chapter {at}") for at in range(300))
    tag_mp3(mp3, EpisodeTags(title="Tides", chapters=many, duration=4.0))
    tags = ID3(mp3)
    assert (len(tags.getall("CHAP")), len(tags["CTOC:toc"].child_element_ids)) == (300, 255)


def test_a_player_that_counts_on_the_tag_size_finds_the_sound_right_behind_it(mp3: Path) -> None:
    sound = mp3.read_bytes()
    tag_mp3(mp3, ABOUT)
    assert mp3.read_bytes().endswith(sound)
    assert len(mp3.read_bytes()) == ID3(mp3).size + len(sound)


def test_the_sound_and_its_length_stay_as_they_are(mp3: Path) -> None:
    before, length = packets_of(mp3), MP3(mp3).info.length
    for about in (ABOUT, REWORDED):
        tag_mp3(mp3, about)
        assert packets_of(mp3) == before
        assert MP3(mp3).info.length == length


def test_the_same_tags_give_the_same_bytes_however_often(mp3: Path) -> None:
    tag_mp3(mp3, ABOUT)
    first = mp3.read_bytes()
    tag_mp3(mp3, REWORDED)
    tag_mp3(mp3, ABOUT)
    assert mp3.read_bytes() == first


def test_earlier_tags_do_not_stay(tmp_path: Path) -> None:
    tagged = stereo(tmp_path / "a.mp3", 1, "-metadata", "genre=Polka", "-metadata", "title=Old", "-write_id3v1", "1")
    tag_mp3(tagged, EpisodeTags(title="New"))
    assert ffprobe(tagged)["format"]["tags"] == {"title": "New", "genre": "Podcast"}
    assert b"TAG" not in tagged.read_bytes()[-128:]


def test_only_a_title_is_needed(mp3: Path) -> None:
    tag_mp3(mp3, ONLY_A_TITLE)
    assert set(ID3(mp3)) == {"TIT2", "TCON", "PCST"}


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


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"gone\.mp3: tags cannot be written"):
        tag_mp3(tmp_path / "gone.mp3", ONLY_A_TITLE)
