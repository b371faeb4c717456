"""What a sound file says of itself, whatever its format: the tags of an episode and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import InputError, StageError
from pipeline.models import Chapter, Loudness, Seconds

Id3Version = Literal["2.3", "2.4"]


@dataclass(frozen=True, slots=True)
class EpisodeTags:
    """What a sound file says about itself; None or empty leaves a tag out.

    `date` is YYYY-MM-DD, `language` a BCP 47 code, `cover` the bytes of a JPEG or PNG, `url` the episode's page,
    `guid` what the feed calls the episode. `lyrics` is what is said as plain text, `lines` the same in pairs of second
    and text. `loudness` is that of the finished sound. Chapter times are the listener's; one without an end lasts to
    the next, the last to `duration`. `images` has those pictures of chapters that are ours, as JPEG, by address. `id3`
    is for MP3 alone.
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
    explicit: bool = False
    feed_url: str | None = None
    guid: str | None = None
    category: str | None = None
    keywords: tuple[str, ...] = ()
    cover: bytes | None = None
    lyrics: str | None = None
    lines: tuple[tuple[Seconds, str], ...] = ()
    loudness: Loudness | None = None
    chapters: tuple[Chapter, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)
    duration: Seconds = 0.0
    id3: Id3Version = "2.3"


def image_type(data: bytes) -> str:
    """The MIME type of a picture. Raises InputError when it is neither JPEG nor PNG."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise InputError("the cover is neither a JPEG nor a PNG picture", fix="convert it: ffmpeg -i COVER cover.jpg")


def to_alpha3(language: str | None) -> str | None:
    """The ISO 639-2 code for a BCP 47 one: `de-AT` -> `deu`; `und` for one that has none."""
    from langcodes import Language

    if not language:
        return None
    try:
        return str(Language.get(language).to_alpha3())
    except (LookupError, ValueError):
        return "und"


def replay_gain(loudness: Loudness | None) -> dict[str, str]:
    """`gain` and `peak` as players read them; empty for silence and where nobody measured.

    Source: ReplayGain 2.0, which takes everything to -18 LUFS; the peak is the true peak, 1 is full scale.
    """
    if loudness is None or loudness.integrated is None:
        return {}
    gain = {"gain": f"{-18 - loudness.integrated:+.2f} dB"}
    return gain if loudness.true_peak is None else {**gain, "peak": f"{10 ** (loudness.true_peak / 20):.6f}"}


def listed_chapters(about: EpisodeTags) -> tuple[Chapter, ...]:
    """The chapters of the table of contents, each up to the next: formats with a flat list have no others."""
    listed = [chapter for chapter in about.chapters if chapter.toc]
    ends = [*(chapter.start for chapter in listed[1:]), max(about.duration, listed[-1].start if listed else 0.0)]
    return tuple(one.model_copy(update={"end": end}) for one, end in zip(listed, ends, strict=True)) if listed else ()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise StageError when mutagen cannot read or write the file."""
    from mutagen import MutagenError

    try:
        yield
    except MutagenError as error:
        what = f"{path.name}: tags cannot be written ({error})"
        raise StageError(what, fix="free disk space, then run again") from error
