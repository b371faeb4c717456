"""What the catalog knows: an episode's record, how records merge, which are due, and where everything is public."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from pipeline.config import EpisodeConfig, Show
from pipeline.errors import ConfigError, InputError, StageError
from pipeline.models import (
    Asset,
    Catalog,
    Enclosure,
    Episode,
    Package,
    PackagedFile,
    Person,
    ShowNotes,
    SourceFile,
    hashed_name,
)

FEED = "feed.xml"
INDEX = "index.html"
CATALOG = "catalog.json"
_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def episode_key(slug: str, file: PackagedFile) -> str:
    """Where an episode's file is kept, relative to the prefix."""
    return f"episodes/{slug}/{file.key}"


def cover_key(cover: SourceFile) -> str:
    """Where the show's cover is kept; directories cache artwork by its address, so a new picture gets a new one."""
    return hashed_name(f"cover{Path(cover.path).suffix.lower()}", cover.sha256)


def picture_type(path: Path) -> str:
    """The media type of a cover, by the ending of its name."""
    return _PICTURES.get(path.suffix.lower(), "application/octet-stream")


def public_url(base: str, key: str) -> str:
    """The address of a key, in ASCII."""
    return f"{base}/{quote(key)}"


def show_guid(feed_url: str) -> str:
    """The podcast:guid that belongs to a feed's first address: a UUIDv5 of it without scheme and closing slashes.

    Source: the podcast namespace's `guid` tag.

    >>> show_guid("https://podnews.net/rss")
    '9b024349-ccf0-5f69-a609-6b82873eab3c'
    """
    return str(uuid.uuid5(_PODCASTS, feed_url.partition("://")[2].rstrip("/")))


def make_episode(
    package: Package,
    notes: ShowNotes,
    notes_html: str,
    notes_text: str,
    show: Show,
    episode: EpisodeConfig,
    slug: str,
    base: str,
) -> Episode:
    """The record of one episode as it is published under `base`. Raises StageError when the package has no audio."""

    def url(file: PackagedFile) -> str:
        return public_url(base, episode_key(slug, file))

    def sound(file: PackagedFile) -> Enclosure:
        return Enclosure(
            url=url(file),
            length=file.blob.size,
            type=file.media_type,
            sha256=file.blob.sha256,
            bitrate=file.bitrate,
        )

    language = episode.language or package.language or show.language
    chapters = [Asset(url=url(file), type=file.media_type) for file in package.of("chapters")]
    return Episode(
        guid=episode.guid,
        slug=slug,
        title=episode.title,
        published=episode.published.isoformat(),
        summary=episode.summary or " ".join(line.text for line in notes.summary) or episode.title,
        notes_html=notes_html,
        notes_text=notes_text,
        duration=package.duration,
        enclosure=sound(_only(package, "audio")),
        page_url=url(_only(package, "page")),
        season=episode.season,
        number=episode.number,
        type=episode.type,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image_url=next((url(file) for file in package.of("cover")), None),
        people=credited(show, episode, notes),
        transcripts=tuple(
            Asset(url=url(file), type=file.media_type, language=language) for file in package.of("transcript")
        ),
        chapters=chapters[0] if chapters else None,
        display=episode.display,
        block=episode.block,
        alternates=tuple(map(sound, package.of("alternate"))),
        marks=package.chapters,
        soundbites=episode.soundbites or package.soundbites,
        license=episode.license,
        location=episode.location,
        txt=episode.txt,
        value=episode.value,
        social=episode.social,
    )


def credited(show: Show, episode: EpisodeConfig, notes: ShowNotes) -> tuple[Person, ...]:
    """Who is on the episode besides the hosts: the guests that episode.yaml names, and who else speaks by name."""
    known = {person.name.casefold() for person in (*show.hosts, *episode.guests)}
    heard = (one for one in notes.people if one.role in ("guest", "speaker") and one.name.casefold() not in known)
    return (*episode.guests, *(Person(name=one.name, role="guest", href=one.link) for one in heard))


def _only(package: Package, role: str) -> PackagedFile:
    found = [file for file in package.files if file.role == role]
    if len(found) != 1:
        raise StageError(f"the package has {len(found)} files for the {role}, not one", fix="run again --from package")
    return found[0]


def read_catalog(data: bytes | None, show: Show, feed_url: str) -> Catalog:
    """The published catalog, or a new one where there is none.

    The show's guid is assigned once: what show.yaml says, else what the catalog has, else that of the feed's URL.
    Raises ConfigError when the catalog belongs to another show, StageError when it cannot be understood.
    """
    wanted = str(show.guid) if show.guid else None
    if data is None:
        return Catalog(show_guid=wanted or show_guid(feed_url))
    try:
        found = Catalog.model_validate_json(data)
    except ValidationError as error:
        what = f"{CATALOG} beside {feed_url} cannot be understood ({error.error_count()} problems)"
        raise StageError(what, fix="a newer Showrunner may have written it: update this one") from error
    if wanted and found.show_guid != wanted:
        raise ConfigError(
            f"{feed_url} belongs to the show with guid {found.show_guid}; configs/show.yaml says {wanted}",
            fix="publish this show to another bucket or prefix, or put that guid into configs/show.yaml",
        )
    return found


def merge(catalog: Catalog, episode: Episode) -> Catalog:
    """The catalog with this episode in it, newest first; one with the same guid is replaced where it stands.

    Raises ConfigError when the slug was published under another guid (apps would show the episode twice), and when
    the episode was taken off the feed: it comes back only when somebody says so.
    """
    for other in catalog.episodes:
        if other.guid == episode.guid and other.withdrawn:
            raise ConfigError(
                f"episodes/{episode.slug} was taken off the feed at {other.withdrawn}",
                fix=f"to list it again: showrunner publish {episode.slug}; to work on it: --no-publish",
            )
        if other.slug == episode.slug and other.guid != episode.guid:
            raise ConfigError(
                f"episodes/{episode.slug}/episode.yaml guid: is {episode.guid}, but was published as {other.guid}",
                fix=f"put `guid: {other.guid}` back, or give the new episode another slug",
            )
    return catalog.model_copy(update={"episodes": tuple(_put(episode, catalog.episodes))})


def _put(episode: Episode, into: Sequence[Episode]) -> list[Episode]:
    """The episodes with this one among them; no other moves, whatever order a show had that was taken over."""
    if any(one.guid == episode.guid and _order(one) == _order(episode) for one in into):
        return [episode if one.guid == episode.guid else one for one in into]
    others = [one for one in into if one.guid != episode.guid]
    place = next((at for at, one in enumerate(others) if _order(one) < _order(episode)), len(others))
    return [*others[:place], episode, *others[place:]]


def newest_first(episodes: Iterable[Episode]) -> tuple[Episode, ...]:
    """The order of a catalog; those of the same moment stay as they stood."""
    return tuple(sorted(episodes, key=_moment, reverse=True))


def withdraw(catalog: Catalog, slug: str, moment: dt.datetime) -> Catalog:
    """The catalog with that episode off the feed since `moment`, or since earlier where it was off already.

    Raises InputError when no episode of that slug was published.
    """
    find(catalog, slug)
    since = moment.isoformat(timespec="seconds")
    return catalog.model_copy(
        update={
            "episodes": tuple(
                one.model_copy(update={"withdrawn": one.withdrawn or since}) if one.slug == slug else one
                for one in catalog.episodes
            )
        }
    )


def readmit(catalog: Catalog, slug: str) -> Catalog:
    """The catalog without that episode if it was taken off the feed, so that it can be published again."""
    kept = tuple(one for one in catalog.episodes if not (one.slug == slug and one.withdrawn))
    return catalog.model_copy(update={"episodes": kept})


def find(catalog: Catalog, slug: str) -> Episode:
    """The record of that slug. Raises InputError when there is none."""
    for one in catalog.episodes:
        if one.slug == slug:
            return one
    raise InputError(f"{slug}: no episode of that name is published", fix="look for its slug in episodes/")


def stamp(before: Catalog, after: Catalog, now: dt.datetime) -> Catalog:
    """The catalog after a change, with the moment of it; one that says what it said before keeps its moment."""
    kept = after.model_copy(update={"updated": before.updated})
    return kept if kept == before else after.model_copy(update={"updated": now.isoformat(timespec="seconds")})


def due(catalog: Catalog, now: dt.datetime) -> Catalog:
    """The catalog as listeners may see it at `now`: without what is dated later or was withdrawn."""
    seen = tuple(one for one in catalog.episodes if is_due(one, now) and not one.withdrawn)
    return catalog.model_copy(update={"episodes": seen})


def is_due(episode: Episode, now: dt.datetime) -> bool:
    """Whether its date has come."""
    return _moment(episode) <= now


def _order(episode: Episode) -> tuple[dt.datetime, int, int, str]:
    return _moment(episode), episode.season or 0, episode.number or 0, episode.slug


def _moment(episode: Episode) -> dt.datetime:
    return dt.datetime.fromisoformat(episode.published)
