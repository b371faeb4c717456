"""Vorbis comments of an Opus file as mutagen and ffprobe read them back; the packets of sound stay."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from audio_samples import stereo
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from tag_samples import ABOUT, COVER, ONLY_A_TITLE, REWORDED, chapters_of, packets_of

from pipeline.adapters.tags_ogg import tag_opus
from pipeline.errors import StageError
from pipeline.models import Loudness


@pytest.fixture(scope="module")
def untagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stereo(tmp_path_factory.mktemp("opus") / "a.opus", 4, "-c:a", "libopus", "-metadata", "artist=Old")


@pytest.fixture
def opus(untagged: Path, tmp_path: Path) -> Path:
    """An Opus file of four seconds whose tags are not ours."""
    return Path(shutil.copy(untagged, tmp_path / "a.opus"))


def test_every_tag_is_read_back(opus: Path) -> None:
    tag_opus(opus, ABOUT)
    tags = OggOpus(opus)
    expected = {
        "title": "Zoë’s tides – 潮汐", "artist": "Mara Quill", "album": "Tide & Time", "discnumber": "2",
        "tracknumber": "7", "date": "2026-05-01", "genre": "Podcast", "language": "de-AT", "copyright": "2026 Mara Quill",
        "description": "Two people\nand the sea.", "website": "https://example.org/7",
        "podcasturl": "https://example.org/feed.xml", "podcastid": "0b5a-7", "podcastcategory": "Science > Nature",
        "podcastkeywords": "sea,moon", "lyrics": ABOUT.lyrics, "r128_track_gain": str(round((-23 + 16.02) * 256)),
    }  # fmt: skip
    assert {name: tags[name] for name in expected} == {name: [text] for name, text in expected.items()}
    picture = Picture(base64.b64decode(tags["metadata_block_picture"][0]))
    assert (picture.type, picture.mime, picture.data) == (3, "image/jpeg", COVER)


def test_chapters_are_those_of_the_table_of_contents(opus: Path) -> None:
    tag_opus(opus, ABOUT)
    tags = OggOpus(opus)
    assert {key: tags[key] for key in tags if key.startswith("chapter")} == {
        "chapter001": ["00:00:00.000"], "chapter001name": ["Ebbe & Flut"], "chapter002": ["00:00:02.000"],
        "chapter002name": ["The = Moon;"], "chapter002url": ["https://example.org/moon"],
    }  # fmt: skip
    assert [(start, title) for start, _, title in chapters_of(opus)] == [(0.0, "Ebbe & Flut"), (2.0, "The = Moon;")]


def test_the_packets_of_sound_and_their_length_stay_as_they_are(opus: Path) -> None:
    before, length = packets_of(opus), OggOpus(opus).info.length
    for about in (ABOUT, REWORDED):
        tag_opus(opus, about)
        assert packets_of(opus).splitlines()[0] == before.splitlines()[0]
        assert OggOpus(opus).info.length == length


def test_the_same_tags_give_the_same_bytes_however_often(opus: Path) -> None:
    tag_opus(opus, ABOUT)
    first = opus.read_bytes()
    tag_opus(opus, REWORDED)
    tag_opus(opus, ABOUT)
    assert opus.read_bytes() == first


def test_earlier_tags_do_not_stay(opus: Path) -> None:
    tag_opus(opus, ONLY_A_TITLE)
    assert dict(OggOpus(opus)) == {"title": ["Tides"], "genre": ["Podcast"]}


@pytest.mark.parametrize(("integrated", "gain"), [(-23.0, ["0"]), (-5.0, ["-4608"]), (200.0, ["-32768"]), (None, None)])
def test_the_gain_is_in_steps_of_a_256th_decibel(opus: Path, integrated: float | None, gain: list[str] | None) -> None:
    tag_opus(opus, replace(ONLY_A_TITLE, loudness=Loudness(integrated=integrated, range=None, true_peak=None)))
    assert OggOpus(opus).get("r128_track_gain") == gain


def test_a_file_that_is_no_opus_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.opus").write_bytes(b"no sound")
    with pytest.raises(StageError, match=r"a\.opus: tags cannot be written"):
        tag_opus(tmp_path / "a.opus", ABOUT)
