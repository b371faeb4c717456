"""Package: all that a listener gets, at the listener's times: tagged MP3, transcripts, chapters, notes, page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import catalog, site, store
from pipeline.adapters import images as imaging
from pipeline.adapters import tags_mp3, tags_mp4, tags_ogg
from pipeline.adapters.tags import EpisodeTags
from pipeline.config import EpisodeConfig, NoteTemplates, PackageConfig, Show
from pipeline.errors import InputError
from pipeline.formats import MEDIA_TYPES, write_transcript
from pipeline.formats.lyrics import time_lyrics, write_lyrics
from pipeline.formats.paragraphs import clean_line
from pipeline.listener import clip_soundbite, retime_chapters, retime_notes, retime_transcript
from pipeline.models import (
    Audiogram,
    Chapters,
    Encoded,
    MasteredAudio,
    Package,
    PackagedFile,
    Pictures,
    Programme,
    Role,
    ShowNotes,
    SourceFile,
    SourceFiles,
    Transcript,
)
from pipeline.store import Workspace

_FOLDER = "package"
_CHAPTER_SIDE, _CHAPTER_BYTES = 1000, 150_000  # of a chapter's picture: a phone's width, and 12 of them are no burden
_TAG = {".mp3": tags_mp3.tag_mp3, ".m4a": tags_mp4.tag_m4a, ".opus": tags_ogg.tag_opus}
_PICTURES = ("JPEG", "MPO", "PNG")  # MPO is what cameras call a JPEG with a second picture in it
_NOTE_TYPES = {"notes.html": "text/html", "notes.md": "text/markdown", "notes.txt": "text/plain"}


def run(
    work: Workspace,
    mastered: MasteredAudio,
    programme: Programme,
    pictures: Pictures,
    audiogram: Audiogram,
    transcript: Transcript,
    chapters: Chapters,
    notes: ShowNotes,
    cover: SourceFile,
    chapter_images: SourceFiles,
    settings: PackageConfig,
    show: Show,
    episode: EpisodeConfig,
    slug: str,
    base_url: str,
    templates: NoteTemplates,
    images: tuple[str, ...],
) -> Package:
    """All files of an episode, under build/package/; the sound is copied and tagged, never encoded again.

    `base_url` is where the show will be public: link previews and structured data need whole addresses. `images` is
    what the settings call each of `chapter_images`. Raises InputError naming a picture that apps cannot show.
    """
    heard = retime_transcript(transcript, mastered.times, mastered.duration)
    drawn = _keep_chapter_images(work, chapter_images, images, base_url, slug)
    marked = _link_images(
        retime_chapters(chapters, mastered.times, mastered.duration, programme.elements),
        {one.written: one.url for one in drawn},
    )
    noted = retime_notes(notes, transcript, mastered.times)
    parts = site.gather_parts(noted, marked, episode.summary, show.title)
    written = site.render_notes(parts, templates, show=show, episode=episode)
    about = replace(
        _describe(show, episode, slug, base_url),
        description=written["notes.txt"].strip(),
        keywords=noted.keywords,
        language=episode.language or heard.language or show.language,
        cover=_fit_cover(cover, settings),
        loudness=mastered.after,
        chapters=marked.chapters,
        images={one.url: one.data for one in drawn},
        duration=mastered.duration,
        lyrics=write_lyrics(heard) if settings.lyrics in ("plain", "both") else None,
        lines=time_lyrics(heard) if settings.lyrics in ("synced", "both") else (),
        id3=settings.id3,
    )
    files = [
        *_tag_sounds(work, mastered, about, slug),
        *_write_transcripts(work, heard, settings, episode),
        _keep(work, "chapters.json", "chapters", "application/json+chapters", store.to_json(marked)),
        *(_keep(work, name, "notes", _NOTE_TYPES[name], text.encode()) for name, text in written.items()),
        *(file for picture in cover.others for file in _keep_picture(work, picture)),
        *(_keep(work, file.name, "extra", file.media_type, file.data) for file in site.static_files()),
        *{one.file.name: one.file for one in drawn}.values(),
        *pictures.files,
        *filter(None, (audiogram.file,)),
    ]
    bites = clip_soundbite(noted, mastered.duration)
    content = site.PageContent(
        show=show,
        episode=episode,
        slug=slug,
        duration=mastered.duration,
        transcript=heard,
        chapters=marked,
        notes=noted,
        files=tuple(files),
        cover_key=catalog.cover_key(cover),
        base_url=base_url,
        soundbites=bites,
        levels=work.path(pictures.levels).read_bytes() if pictures.levels else b"",
        elements=programme.elements,
    )
    files.append(_keep(work, "index.html", "page", "text/html", site.render_episode(content).encode()))
    return Package(
        files=tuple(files),
        duration=mastered.duration,
        language=heard.language,
        chapters=marked.chapters,
        soundbites=bites,
    )


def _describe(show: Show, episode: EpisodeConfig, slug: str, base_url: str) -> EpisodeTags:
    """What people wrote about the episode; the feeds of a private show are nobody's business but their owners'."""
    return EpisodeTags(
        title=clean_line(episode.title),
        artist=clean_line(show.author),
        album=clean_line(show.title),
        season=episode.season,
        number=episode.number,
        date=episode.published.date().isoformat(),
        url=f"{base_url}/episodes/{slug}/index.html",
        copyright=clean_line(show.copyright or ""),
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        feed_url=None if show.private else f"{base_url}/{catalog.FEED}",
        guid=episode.guid,
        category=show.categories[0],
    )


def _fit_cover(cover: SourceFile, settings: PackageConfig) -> bytes:
    """The episode's own picture, or the show's, small enough for a tag. Raises InputError for what apps cannot show."""
    return _fit(Path((cover.others or cover.files)[0].path), settings.cover_side, settings.cover_kilobytes * 1000)


def _fit(path: Path, side: int, limit: int) -> bytes:
    kind = imaging.measure(path).format
    if kind not in _PICTURES:
        raise InputError(f"{path}: is a {kind} picture, and apps show JPEG and PNG", fix="save it as one of these")
    return imaging.fit_for_tags(path, side, limit)


@dataclass(frozen=True, slots=True)
class _ChapterImage:
    """A file that the settings call `written`: published at `url`, and in the tags as the same bytes."""

    written: str
    url: str
    data: bytes
    file: PackagedFile


def _keep_chapter_images(
    work: Workspace, found: SourceFiles, written: Sequence[str], base_url: str, slug: str
) -> list[_ChapterImage]:
    """The pictures of chapters in the order of their first use; two files with the same picture are one."""
    kept: list[_ChapterImage] = []
    made: dict[bytes, PackagedFile] = {}
    for name, source in zip(written, found.files, strict=True):
        data = _fit(Path(source.path), _CHAPTER_SIDE, _CHAPTER_BYTES)
        if data not in made:
            made[data] = _keep(work, f"chapter-{len(made) + 1}.jpg", "extra", "image/jpeg", data)
        url = catalog.public_url(base_url, catalog.episode_key(slug, made[data]))
        kept.append(_ChapterImage(name, url, data, made[data]))
    return kept


def _link_images(chapters: Chapters, urls: Mapping[str, str]) -> Chapters:
    """Chapters whose pictures are addresses, those of our files too."""
    linked = (one.model_copy(update={"img": urls.get(one.img or "", one.img)}) for one in chapters.chapters)
    return chapters.model_copy(update={"chapters": tuple(linked)})


def _tag_sounds(work: Workspace, mastered: MasteredAudio, about: EpisodeTags, slug: str) -> list[PackagedFile]:
    main = Encoded(audio=mastered.audio, media_type=mastered.media_type, bitrate=mastered.bitrate)
    return [
        _tag_sound(work, main, "audio", about, slug),
        *(_tag_sound(work, one, "alternate", about, slug) for one in mastered.alternates),
    ]


def _tag_sound(work: Workspace, sound: Encoded, role: Role, about: EpisodeTags, slug: str) -> PackagedFile:
    """A copy with tags; its bit rate is what a second of the sound really takes."""
    ending = Path(sound.audio.name).suffix
    name = f"{slug}{ending}"
    with work.scratch(name) as made:
        store.copy_atomic(work.path(sound.audio), made)
        _TAG[ending](made, about)
        blob = work.keep(made, f"{_FOLDER}/{name}")
    bitrate = round(sound.audio.size * 8 / about.duration) if about.duration else None
    return PackagedFile(name=name, role=role, media_type=sound.media_type, blob=blob, bitrate=bitrate)


def _write_transcripts(
    work: Workspace, transcript: Transcript, settings: PackageConfig, episode: EpisodeConfig
) -> list[PackagedFile]:
    return [
        _keep(
            work,
            f"transcript.{kind}",
            "transcript",
            MEDIA_TYPES[kind],
            write_transcript(transcript, kind, episode.title).encode(),
        )
        for kind in settings.transcripts
    ]


def _keep_picture(work: Workspace, picture: SourceFile) -> tuple[PackagedFile, PackagedFile]:
    """The episode's own picture for apps, and the same small for its page."""
    path = Path(picture.path)
    small = imaging.shrink(path, site.SMALL_SIDE)
    return (
        _keep(work, f"cover{path.suffix.lower()}", "cover", catalog.picture_type(path), path.read_bytes()),
        _keep(work, site.SMALL_COVER, "extra", "image/jpeg", small),
    )


def _keep(work: Workspace, name: str, role: Role, media_type: str, data: bytes) -> PackagedFile:
    return PackagedFile(name=name, role=role, media_type=media_type, blob=work.keep_bytes(data, f"{_FOLDER}/{name}"))
