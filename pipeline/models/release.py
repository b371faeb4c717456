"""An episode as it is packaged and published."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.models.base import Blob, Model, Person, Seconds
from pipeline.models.feed import Clip, Comments, License, Location, Payment, Txt
from pipeline.models.text import Chapter


def hashed_name(name: str, sha256: str) -> str:
    """`episode.mp3` -> `episode-0123456789ab.mp3`."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{sha256[:12]}{dot}{ending}"


_ENCODINGS = {"audio/mpeg": "MP3", "audio/mp4": "AAC", "audio/x-m4a": "AAC", "audio/ogg": "Opus", "audio/opus": "Opus"}
# Left out where it is not known, so that digests of older episodes stay.
Bitrate = Annotated[int | None, Field(gt=0, exclude_if=lambda bitrate: bitrate is None)]

#: `audio` is what the enclosure names, `alternate` the same in another encoding, `cover` the episode's own picture.
Role = Literal["audio", "alternate", "transcript", "chapters", "page", "notes", "cover", "extra"]


def name_encoding(media_type: str) -> str | None:
    """What people call a kind of sound: `audio/mpeg` -> `MP3`; None where that is not known."""
    return _ENCODINGS.get(media_type.partition(";")[0].strip().lower())


class PackagedFile(Model):
    """A file of a finished episode: `name` as a person would call it, `key` as it is published.

    `bitrate` is that of a sound on average, in bits per second.
    """

    name: str
    role: Role
    media_type: str
    blob: Blob
    bitrate: Bitrate = None

    @property
    def key(self) -> str:
        """The published name: it carries the content's digest, to be cached for ever; a page keeps its name."""
        return self.name if self.role == "page" else hashed_name(self.name, self.blob.sha256)


class Package(Model):
    """All files of a finished episode, and what they say of its times, which are the listener's.

    `language` is the transcript's.
    """

    files: tuple[PackagedFile, ...]
    duration: Seconds
    language: str | None = None
    chapters: tuple[Chapter, ...] = ()
    soundbites: tuple[Clip, ...] = ()

    def of(self, role: Role) -> tuple[PackagedFile, ...]:
        """The files with that role, in order."""
        return tuple(file for file in self.files if file.role == role)


class Enclosure(Model):
    """An audio file of a feed item: absolute URL, size in bytes, MIME type.

    `sha256` (in hex) and `bitrate` (bits per second, on average) are there where they are known.
    """

    url: str
    length: Annotated[int, Field(gt=0)]
    type: str
    sha256: str | None = None
    bitrate: Bitrate = None


class Asset(Model):
    """A published file that a feed item points to."""

    url: str
    type: str
    language: str | None = None


class Episode(Model):
    """What the feed says about one episode: the record that the catalog keeps, which everybody may read.

    `guid` is given once and never changes. `published` is RFC 3339 with an offset, and so is `withdrawn`, when it was
    taken off the feed. `notes_html` holds only the tags that Apple allows; `notes_text` is plain. `alternates` are the
    same sound in other encodings, `marks` the chapters, `soundbites` in the listener's seconds. `people` and the
    fields after them override what the show says.
    """

    guid: str
    slug: str
    title: str
    published: str
    summary: str
    notes_html: str
    notes_text: str
    duration: Seconds
    enclosure: Enclosure
    page_url: str
    season: int | None = None
    number: int | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False
    image_url: str | None = None
    people: tuple[Person, ...] = ()
    transcripts: tuple[Asset, ...] = ()
    chapters: Asset | None = None
    withdrawn: str | None = None
    display: str | None = None
    block: bool = False
    alternates: tuple[Enclosure, ...] = ()
    marks: tuple[Chapter, ...] = ()
    soundbites: tuple[Clip, ...] = ()
    license: License | None = None
    location: tuple[Location, ...] = ()
    txt: tuple[Txt, ...] = ()
    value: tuple[Payment, ...] = ()
    social: tuple[Comments, ...] = ()


class Catalog(Model):
    """Every published episode of a show, newest first: the truth that the feed is rendered from.

    `updated` (RFC 3339) is when it last became another one.
    """

    show_guid: str
    updated: str | None = None
    episodes: tuple[Episode, ...] = ()


class Publication(Model):
    """Where an episode went; `assets` are the keys of its files, in order, `feed` is the feed that named them."""

    feed_url: str
    page_url: str
    episode: Episode
    assets: tuple[str, ...]
    feed: Blob
