"""Where many recordings come from: a folder, a list, an S3 folder, or the feed of an existing show."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline.errors import InputError
from pipeline.models import Episode
from pipeline.new_episode import name_recording, slugify
from pipeline.project import Project
from pipeline.scale.engine import Item
from pipeline.scale.index import Index
from pipeline.takeover.keeping import Slugs

#: What recordings end in; a folder may hold anything else besides.
ENDINGS = frozenset({
    "3gp", "aac", "ac3", "aif", "aifc", "aiff", "amr", "ape", "au", "avi", "caf", "flac", "flv", "m4a", "m4b", "m4v",
    "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "oga", "ogg", "opus", "ts", "tta", "w64", "wav", "webm",
    "wma", "wmv", "wv",
})  # fmt: skip
_FEED = re.compile(rb"^\s*(?:<\?xml|<!--|<rss)", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: an absolute path, or an address; of a feed with the `record` of its episode."""

    source: str
    record: Episode | None = None

    @property
    def name(self) -> PurePosixPath:
        """Its path without what an address has besides, as people wrote it."""
        if self.source.startswith("s3://"):
            return PurePosixPath(self.source.removeprefix("s3:/"))
        return PurePosixPath(unquote(urlsplit(self.source).path) if "://" in self.source else self.source)


@dataclass(frozen=True, slots=True)
class Found:
    """What a SOURCE holds, each recording once and always in the same order; `notices` say what was left out."""

    recordings: tuple[Recording, ...]
    notices: tuple[str, ...] = ()


def find_recordings(source: str, project: Project, index: Index, lines: Iterable[str] = ()) -> Found:
    """The recordings of SOURCE; `lines` are standard input, for `-`.

    Raises InputError where it is none of the four, or holds no recording; PipelineError where a server fails.
    """
    found = _find(source, project, index, lines)
    if not found.recordings:
        ignored = f" ({'; '.join(found.notices)})" if found.notices else ""
        raise InputError(
            f"{source}: holds no recording{ignored}",
            fix="name a folder with recordings, a list of paths or addresses, an s3:// folder, or a feed",
        )
    return found


def _find(source: str, project: Project, index: Index, lines: Iterable[str]) -> Found:
    if source == "-":
        return _read_lines(lines, Path.cwd())
    if source.startswith("s3://"):
        from pipeline.adapters import s3_recordings

        return _only_recordings(s3_recordings.list_keys(source, project.publish_file().s3), "objects")
    if "://" in source:
        if _is_recording(source):
            raise InputError(
                f"{source}: is one recording", fix="write it into a list: a text file with an address a line"
            )
        return _read_feed(source, project, index)
    return _find_here(source, project, index)


def _find_here(source: str, project: Project, index: Index) -> Found:
    path = Path(source).expanduser()
    if path.is_dir():
        return _walk(path.resolve())
    if not path.is_file():
        raise InputError(f"{source}: there is no such file or folder", fix="check the path")
    if _is_recording(source):
        raise InputError(f"{source}: is one recording", fix=f"showrunner episode {source}")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _FEED.match(head.removeprefix(b"\xef\xbb\xbf")):
        return _read_feed(source, project, index)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source}: is neither a list of recordings nor a feed (no UTF-8 text at byte {error.start})",
            fix="write a text file with a path or an address a line",
        ) from error
    return _read_lines(text.splitlines(), path.resolve().parent)


def _walk(folder: Path) -> Found:
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    return _only_recordings(map(str, files), "files")


def _only_recordings(sources: Iterable[str], what: str) -> Found:
    kept, others = list[str](), 0
    for source in sources:
        if _is_recording(source):
            kept.append(source)
        else:
            others += 1
    left_out = f"{others} {what if others != 1 else what.removesuffix('s')}"
    notices = (f"left out, since their names are not those of recordings: {left_out}",) if others else ()
    return Found(tuple(map(Recording, kept)), notices)


def _is_recording(source: str) -> bool:
    return Recording(source).name.suffix[1:].lower() in ENDINGS


def _read_lines(lines: Iterable[str], folder: Path) -> Found:
    """A path or an address a line; paths are relative to the list. Empty lines and those that begin with # are not."""
    kept: dict[str, None] = {}
    twice = 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        source = _check_address(text, number) if "://" in text else str((folder / Path(text).expanduser()).resolve())
        twice += source in kept
        kept[source] = None
    notices = (f"left out, since they name a recording once more: {twice} lines",) if twice else ()
    return Found(tuple(map(Recording, kept)), notices)


def _check_address(text: str, number: int) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https", "s3") or not parts.netloc:
        raise InputError(f"line {number}: {text.partition('://')[0]}:// cannot be fetched", fix="use http, https or s3")
    if "@" in parts.netloc:
        raise InputError(
            f"line {number}: the address holds a user name or password, which would stand in episode.yaml",
            fix="fetch that recording yourself and name the file",
        )
    return text


def _read_feed(source: str, project: Project, index: Index) -> Found:
    from pipeline.takeover import importing

    show = importing.read_show(source, index.by_guid, index.slugs, email=project.show().owner.email)
    recordings = tuple(Recording(one.enclosure.url, one) for one in show.episodes)
    return Found(recordings, show.notices)


# -- recordings as items -------------------------------------------------------------------------------


def name_items(recordings: Sequence[Recording], index: Index) -> list[Item]:
    """An item for each recording, with the slug that its episode has, or one that nothing else has.

    Tracks of one episode are one item. A name that several recordings have is told apart by their folders.
    """
    free = Slugs(list(index.slugs))
    often = Counter(slugify(one.name.stem) for one in recordings if one.record is None)
    items: dict[str, Item] = {}
    for one in recordings:
        if one.record is not None:
            item = Item(one.record.slug, one.source, known=True)
        elif slug := index.by_source.get(one.source):
            item = Item(slug, one.source, known=True)
        else:
            parent = one.name.parent.name if often[slugify(one.name.stem)] > 1 else ""
            told = f"{parent} {one.name.stem}".strip()
            title = name_recording([told]) if parent else None
            item = Item(free(told), one.source, title=title, date=find_day(one.name.stem))
        items.setdefault(item.slug, item)
    return list(items.values())


def begin_items(
    items: Iterable[Item], recordings: Sequence[Recording], project: Project, origin: str
) -> Iterator[Item]:
    """The items as they are taken; the folder of a feed's episode is made just before."""
    from pipeline.takeover import keeping

    records = {one.record.slug: one for one in recordings if one.record is not None}
    for item in items:
        if (told := records.get(item.slug)) and told.record:
            keeping.keep_episode(project, told.record, [told.source], f"Taken over from {origin}.")
        yield item


def find_day(name: str) -> str | None:
    """The day that a file name tells, as ISO 8601.

    >>> find_day("2021-03-05 tides"), find_day("tides_20210305"), find_day("take 20211305"), find_day("tides")
    ('2021-03-05', '2021-03-05', None, None)
    """
    for found in _DAY.finditer(name):
        try:
            return dt.date(int(found[1]), int(found[3]), int(found[4])).isoformat()
        except ValueError:
            continue
    return None
