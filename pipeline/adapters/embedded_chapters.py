"""Chapters that a recording carries in itself: ID3 CHAP frames through mutagen, all others through ffprobe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.adapters import ffmpeg
from pipeline.formats.chapters import Flaw, Mark
from pipeline.formats.clock import parse_moment
from pipeline.formats.paragraphs import clean_line

#: Files that may carry chapters, by their endings; any other is a list of them as text.
ENDINGS = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".m4b", ".mka", ".mkv", ".mov", ".mp3", ".mp4", ".oga", ".ogg"}
    | {".opus", ".wav", ".webm"}
)


def read_embedded(path: Path) -> list[Mark | Flaw]:
    """The chapters in a sound file, in order of time; none where it carries none.

    What ID3's table of contents (CTOC) does not list is `toc: false`; pictures inside the file are left there.
    """
    with path.open("rb") as file:
        tagged = file.read(3) == b"ID3"
    found = _read_id3(path) if tagged else []
    found = found or [(one.get("start_time", ""), _title(one), None, True) for one in ffmpeg.chapters(path)]
    timed = [(parse_moment(start), title, url, toc) for start, title, url, toc in found]
    ordered = sorted(timed, key=lambda one: -1.0 if one[0] is None else one[0])
    return [
        Flaw(place, "has no time") if start is None else Mark(start, clean_line(title), place, url=url, toc=toc)
        for place, (start, title, url, toc) in ((f"{path.name} chapter {at}", one) for at, one in enumerate(ordered, 1))
    ]


def _title(chapter: dict[str, Any]) -> str:
    return str(chapter.get("tags", {}).get("title", ""))


def _read_id3(path: Path) -> list[tuple[str, str, str | None, bool]]:
    from mutagen import MutagenError, id3

    functions: Any = id3  # they carry no types
    try:
        tags = functions.ID3(path)
    except MutagenError:
        return []
    listed = {name for contents in tags.getall("CTOC") for name in contents.child_element_ids}
    return [
        (
            f"{one.start_time / 1000}",
            " ".join(text for frame in one.sub_frames.getall("TIT2") for text in frame.text),
            next((frame.url for frame in one.sub_frames.getall("WXXX") if frame.url), None),
            not listed or one.element_id in listed,
        )
        for one in tags.getall("CHAP")
    ]
