"""ID3 tags and chapters of an MP3, through mutagen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, StageError
from pipeline.models import Chapter, Seconds

_NO_OFFSET = 0xFFFFFFFF  # ID3v2 chapter addendum: the times count, not byte offsets
_MAX_LISTED = 255  # a CTOC counts its children in one byte
_UTF16 = 1


@dataclass(frozen=True, slots=True)
class EpisodeTags:
    """What an MP3 says about itself; None or empty leaves a tag out.

    `date` is YYYY-MM-DD, `language` a BCP 47 code, `cover` the bytes of a JPEG or PNG, `url` the episode's page.
    Chapter times are the listener's; one without an end lasts to the next, the last to `duration`.
    """

    title: str
    artist: str | None = None
    album: str | None = None
    season: int | None = None
    number: int | None = None
    date: str | None = None
    description: str | None = None
    language: str | None = None
    url: str | None = None
    copyright: str | None = None
    cover: bytes | None = None
    chapters: tuple[Chapter, ...] = ()
    duration: Seconds = 0.0


def tag_mp3(path: Path, about: EpisodeTags) -> None:
    """Give the MP3 at `path` these ID3v2.3 tags and no others; the sound's bytes stay as they are.

    2.3 and not 2.4, since Windows, cars and older players read no 2.4; CHAP and CTOC belong to both. The same tags
    give the same bytes, without padding. Raises InputError when the cover is neither JPEG nor PNG, StageError when
    the file cannot be written.
    """
    from mutagen import MutagenError

    id3 = _id3()
    tags = id3.ID3()
    for frame in [*_text_frames(about), *_chapter_frames(about.chapters, about.duration), *_other_frames(about)]:
        tags.add(frame)
    tags.update_to_v23()
    # Mutagen would sort frames by size, and ffmpeg, for one, takes chapters as they come.
    tags._write = lambda config: b"".join(id3._tags.save_frame(frame, config=config) for frame in tags.values())
    try:
        id3.ID3().delete(path)
        tags.save(path, v1=0, v2_version=3, padding=lambda info: 0)
    except MutagenError as error:
        raise StageError(
            f"{path.name}: tags cannot be written ({error})", fix="free disk space, then run again"
        ) from error


def image_type(data: bytes) -> str:
    """The MIME type of a picture. Raises InputError when it is neither JPEG nor PNG."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise InputError("the cover is neither a JPEG nor a PNG picture", fix="convert it: ffmpeg -i COVER cover.jpg")


def _id3() -> Any:
    """The id3 module of mutagen, whose functions carry no types."""
    from mutagen import id3

    return id3


def _text_frames(about: EpisodeTags) -> list[Any]:
    id3 = _id3()
    values = {
        "TIT2": about.title,
        "TPE1": about.artist,
        "TALB": about.album,
        "TPOS": about.season and str(about.season),
        "TRCK": about.number and str(about.number),
        "TDRC": about.date,
        "TLAN": about.language and _three_letters(about.language),
        "TCOP": about.copyright,
        "TCON": "Podcast",
    }
    return [getattr(id3, name)(encoding=_UTF16, text=[text]) for name, text in values.items() if text]


def _other_frames(about: EpisodeTags) -> list[Any]:
    id3, frames = _id3(), []
    if about.description:
        language = _three_letters(about.language) if about.language else "XXX"
        frames.append(id3.COMM(encoding=_UTF16, lang=language, desc="", text=[about.description]))
    if about.url:
        frames.append(id3.WOAF(url=about.url))
    if about.cover:
        front = id3.PictureType.COVER_FRONT
        frames.append(id3.APIC(encoding=0, mime=image_type(about.cover), type=front, desc="", data=about.cover))
    return frames


def _chapter_frames(chapters: Sequence[Chapter], duration: Seconds) -> list[Any]:
    """A CHAP for each chapter, and the CTOC that lists those meant for the table of contents, in order."""
    id3 = _id3()
    ends = [*(chapter.start for chapter in chapters[1:]), duration]
    frames, listed = [], []
    for index, (chapter, following) in enumerate(zip(chapters, ends, strict=False)):
        name = f"chp{index}"
        shown = [id3.TIT2(encoding=_UTF16, text=[chapter.title])]
        if chapter.url:
            shown.append(id3.WXXX(encoding=_UTF16, desc="chapter url", url=chapter.url))
        start = _milliseconds(chapter.start)
        end = max(start, _milliseconds(following if chapter.end is None else chapter.end))
        frames.append(
            id3.CHAP(
                element_id=name,
                start_time=start,
                end_time=end,
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=shown,
            )
        )
        if chapter.toc:
            listed.append(name)
    if listed:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        frames.append(id3.CTOC(element_id="toc", flags=flags, child_element_ids=listed[:_MAX_LISTED], sub_frames=[]))
    return frames


def _milliseconds(seconds: Seconds) -> int:
    return round(seconds * 1000)


def _three_letters(language: str) -> str:
    """The ISO 639-2 code that ID3 wants for a BCP 47 one: `de-AT` -> `deu`; `und` for one that has none."""
    from langcodes import Language

    try:
        return str(Language.get(language).to_alpha3())
    except (LookupError, ValueError):
        return "und"
