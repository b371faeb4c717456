"""Vorbis comments of an Opus file, through mutagen: tags, chapters, cover."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.adapters.tags import EpisodeTags, image_type, listed_chapters, writing
from pipeline.formats.clock import format_stamp
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Loudness

_REFERENCE = -23.0  # LUFS: RFC 7845, section 5.2.1
_MAX_CHAPTERS = 999  # their number has three digits
_FRONT_COVER = 3


def tag_opus(path: Path, about: EpisodeTags) -> None:
    """Give the Opus file at `path` these comments and no others; its packets of sound stay as they are.

    The same tags give the same bytes. Source: RFC 7845 (R128_TRACK_GAIN), Xiph's chapter extension of Vorbis comments
    and METADATA_BLOCK_PICTURE. Raises InputError when the cover is neither JPEG nor PNG, StageError when the file
    cannot be written.
    """
    comments = [*_texts(about), *_chapters(about), *_gain(about.loudness), *_cover(about.cover)]
    with writing(path):
        file = _library().oggopus.OggOpus(path)
        file.tags.clear()
        file.tags.extend(comments)
        file.save(padding=lambda info: 0)


def _library() -> Any:
    """Mutagen, whose functions carry no types."""
    import mutagen.flac
    import mutagen.oggopus

    return mutagen


def _texts(about: EpisodeTags) -> Iterable[tuple[str, str]]:
    values = {
        "TITLE": about.title,
        "ARTIST": about.artist,
        "ALBUM": about.album,
        "DISCNUMBER": about.season and str(about.season),
        "TRACKNUMBER": about.number and str(about.number),
        "DATE": about.date,
        "GENRE": "Podcast",
        "LANGUAGE": about.language,
        "COPYRIGHT": about.copyright,
        "DESCRIPTION": about.description,
        "WEBSITE": about.url,
        "PODCASTURL": about.feed_url,
        "PODCASTID": about.guid,
        "PODCASTCATEGORY": about.category,
        "PODCASTKEYWORDS": ",".join(about.keywords),
        "LYRICS": about.lyrics,
    }
    return [(name, text) for name, text in values.items() if text]


def _chapters(about: EpisodeTags) -> Iterable[tuple[str, str]]:
    for number, chapter in enumerate(listed_chapters(about)[:_MAX_CHAPTERS], 1):
        name = f"CHAPTER{number:03d}"
        yield name, format_stamp(chapter.start)
        yield f"{name}NAME", clean_line(chapter.title)
        if chapter.url:
            yield f"{name}URL", chapter.url


def _gain(loudness: Loudness | None) -> Iterable[tuple[str, str]]:
    """In 1/256 dB, on top of the header's gain, as a sixteen-bit number."""
    if loudness and loudness.integrated is not None:
        steps = round((_REFERENCE - loudness.integrated) * 256)
        yield "R128_TRACK_GAIN", str(max(-32768, min(32767, steps)))


def _cover(data: bytes | None) -> Iterable[tuple[str, str]]:
    if data:
        picture = _library().flac.Picture()
        picture.type, picture.mime, picture.data = _FRONT_COVER, image_type(data), data
        yield "METADATA_BLOCK_PICTURE", base64.b64encode(picture.write()).decode()
