"""ID3 tags and chapters of an MP3, through mutagen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.adapters.tags import EpisodeTags, image_type, replay_gain, to_alpha3, writing
from pipeline.formats.clock import milliseconds
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter

_NO_OFFSET = 0xFFFFFFFF  # ID3v2 chapter addendum: the times count, not byte offsets
_MAX_LISTED = 255  # a CTOC counts its children in one byte
_LATIN1, _UTF16, _UTF8 = 0, 1, 3  # UTF-8 belongs to 2.4 alone
_IN_MILLISECONDS = 2
_TRANSCRIPTION = 2  # of SYLT: speech that was written down, not a song's words
_LINK = "-->"  # the MIME type of an APIC that holds a picture's address


def tag_mp3(path: Path, about: EpisodeTags) -> None:
    """Give the MP3 at `path` these ID3 tags and no others; the sound's bytes stay as they are.

    2.3 is read by Windows, cars and older players, which read no 2.4; CHAP and CTOC belong to both. The same tags give
    the same bytes, without padding. Source: id3.org's informal standards and the chapter addendum; the podcast frames
    (PCST, TGID, WFED, TCAT, TKWD, TDES) are Apple's. Raises InputError when the cover is neither JPEG nor PNG,
    StageError when the file cannot be written.
    """
    id3, version = _id3(), 4 if about.id3 == "2.4" else 3
    tags = id3.ID3()
    for frame in _Frames(about).all():
        tags.add(frame)
    tags.update_to_v24() if version == 4 else tags.update_to_v23()
    # Mutagen would sort frames by size, and ffmpeg, for one, takes chapters as they come.
    tags._write = lambda config: b"".join(id3._tags.save_frame(frame, config=config) for frame in tags.values())
    with writing(path):
        id3.ID3().delete(path)
        tags.save(path, v1=0, v2_version=version, padding=lambda info: 0)


def _id3() -> Any:
    """The id3 module of mutagen, whose functions carry no types."""
    from mutagen import id3

    return id3


class _Frames:
    """The frames that say what `about` says."""

    def __init__(self, about: EpisodeTags) -> None:
        self._about, self._id3 = about, _id3()
        self._unicode = _UTF8 if about.id3 == "2.4" else _UTF16
        self._language = to_alpha3(about.language)

    def all(self) -> Iterable[Any]:
        yield from self._texts()
        yield from self._chapters()
        yield from self._gains()
        yield from self._others()
        yield from self._spoken()

    def _encoding(self, *texts: str) -> int:
        """Half the bytes where ASCII is enough; Latin-1 beyond it is read as many things."""
        return _LATIN1 if all(map(str.isascii, texts)) else self._unicode

    def _text(self, name: str, text: str) -> Any:
        return getattr(self._id3, name)(encoding=self._encoding(text), text=[text])

    def _texts(self) -> Iterable[Any]:
        about = self._about
        values = {
            "TIT2": about.title,
            "TPE1": about.artist,
            "TALB": about.album,
            "TPOS": about.season and str(about.season),
            "TRCK": about.number and str(about.number),
            "TDRC": about.date,
            "TLAN": self._language,
            "TCOP": about.copyright,
            "TLEN": str(milliseconds(about.duration)) if about.duration else None,
            "TCON": "Podcast",
            "TGID": about.guid,
            "TCAT": about.category,
            "TKWD": ",".join(about.keywords),
            "TDES": about.description,
        }
        return [self._text(name, text) for name, text in values.items() if text]

    def _gains(self) -> Iterable[Any]:
        for name, value in replay_gain(self._about.loudness).items():
            yield self._id3.TXXX(encoding=_LATIN1, desc=f"REPLAYGAIN_TRACK_{name.upper()}", text=[value])

    def _others(self) -> Iterable[Any]:
        about, id3 = self._about, self._id3
        yield id3.PCST(value=0)
        if about.description:
            encoding = self._encoding(about.description)
            yield id3.COMM(encoding=encoding, lang=self._language or "XXX", desc="", text=[about.description])
        if about.url:
            yield id3.WOAF(url=about.url)
        if about.feed_url:
            yield id3.WFED(url=about.feed_url)
        if about.explicit:
            yield id3.TXXX(encoding=_LATIN1, desc="ITUNESADVISORY", text=["1"])
        if about.cover:
            kind, front = image_type(about.cover), id3.PictureType.COVER_FRONT
            yield id3.APIC(encoding=_LATIN1, mime=kind, type=front, desc="", data=about.cover)

    def _spoken(self) -> Iterable[Any]:
        about, language = self._about, self._language or "XXX"
        if about.lyrics:
            yield self._id3.USLT(encoding=self._encoding(about.lyrics), lang=language, desc="", text=about.lyrics)
        if about.lines:
            yield self._id3.SYLT(
                encoding=self._encoding(*(text for _, text in about.lines)),
                lang=language,
                format=_IN_MILLISECONDS,
                type=_TRANSCRIPTION,
                desc="",
                text=[(text, milliseconds(start)) for start, text in about.lines],
            )

    def _chapters(self) -> Iterable[Any]:
        """A CHAP for each chapter, and the CTOC that lists those meant for the table of contents, in order."""
        id3, chapters = self._id3, self._about.chapters
        ends = [*(chapter.start for chapter in chapters[1:]), self._about.duration]
        listed = []
        for index, (chapter, following) in enumerate(zip(chapters, ends, strict=False)):
            name = f"chp{index}"
            start = milliseconds(chapter.start)
            yield id3.CHAP(
                element_id=name,
                start_time=start,
                end_time=max(start, milliseconds(following if chapter.end is None else chapter.end)),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=self._shown(chapter),
            )
            if chapter.toc:
                listed.append(name)
        if listed:
            flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
            yield id3.CTOC(element_id="toc", flags=flags, child_element_ids=listed[:_MAX_LISTED], sub_frames=[])

    def _shown(self, chapter: Chapter) -> list[Any]:
        """What a chapter shows: its title, where it leads, and its picture: ours as it is, any other's address."""
        id3, frames = self._id3, [self._text("TIT2", clean_line(chapter.title))]
        if chapter.url:
            frames.append(id3.WXXX(encoding=_LATIN1, desc="chapter url", url=chapter.url))
        if chapter.img:
            data = self._about.images.get(chapter.img)
            kind, shown = (image_type(data), data) if data else (_LINK, chapter.img.encode())
            frames.append(id3.APIC(encoding=_LATIN1, mime=kind, type=id3.PictureType.OTHER, desc="", data=shown))
        return frames
