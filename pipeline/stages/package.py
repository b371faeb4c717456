"""Package: all that a listener gets, at the listener's times: tagged MP3, transcripts, chapters, notes, page."""

from __future__ import annotations

from pathlib import Path

from pipeline import catalog, site, store
from pipeline.adapters import images, tags
from pipeline.config import EpisodeConfig, NoteTemplates, PackageConfig, Show
from pipeline.formats import MEDIA_TYPES, write_transcript
from pipeline.formats.paragraphs import clean_line
from pipeline.listener import clip_soundbite, retime_chapters, retime_notes, retime_transcript
from pipeline.models import (
    Chapters,
    MasteredAudio,
    Package,
    PackagedFile,
    Pictures,
    Programme,
    Role,
    ShowNotes,
    SourceFile,
    Transcript,
)
from pipeline.store import Workspace

_FOLDER = "package"
_NOTE_TYPES = {"notes.html": "text/html", "notes.md": "text/markdown", "notes.txt": "text/plain"}


def run(
    work: Workspace,
    mastered: MasteredAudio,
    programme: Programme,
    pictures: Pictures,
    transcript: Transcript,
    chapters: Chapters,
    notes: ShowNotes,
    cover: SourceFile,
    settings: PackageConfig,
    show: Show,
    episode: EpisodeConfig,
    slug: str,
    base_url: str,
    templates: NoteTemplates,
) -> Package:
    """All files of an episode, under build/package/; the sound is copied and tagged, never encoded again.

    `base_url` is where the show will be public: link previews and structured data need whole addresses.
    """
    heard = retime_transcript(transcript, mastered.times, mastered.duration)
    marked = retime_chapters(chapters, mastered.times, mastered.duration)
    noted = retime_notes(notes, mastered.times)
    parts = site.gather_parts(noted, marked, episode.summary, show.title)
    written = site.render_notes(parts, templates, show=show, episode=episode)
    artwork = cover.others[0] if cover.others else cover
    images.measure(Path(artwork.path))  # what is no picture is told by its name
    about = _describe(show, episode, marked, written["notes.txt"], artwork, mastered, f"{base_url}/episodes/{slug}/")
    files = [
        _tag_audio(work, mastered, about, slug),
        *_write_transcripts(work, heard, settings, episode),
        _keep(work, "chapters.json", "chapters", "application/json+chapters", store.to_json(marked)),
        *(_keep(work, name, "notes", _NOTE_TYPES[name], text.encode()) for name, text in written.items()),
        *(file for picture in cover.others for file in _keep_picture(work, picture)),
        *(_keep(work, file.name, "extra", file.media_type, file.data) for file in site.static_files()),
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
    )
    files.append(_keep(work, "index.html", "page", "text/html", site.render_episode(content).encode()))
    return Package(
        files=tuple(files),
        duration=mastered.duration,
        language=heard.language,
        chapters=marked.chapters,
        soundbites=bites,
    )


def _describe(
    show: Show,
    episode: EpisodeConfig,
    chapters: Chapters,
    description: str,
    cover: SourceFile,
    mastered: MasteredAudio,
    folder_url: str,
) -> tags.EpisodeTags:
    return tags.EpisodeTags(
        title=clean_line(episode.title),
        artist=clean_line(show.author),
        album=clean_line(show.title),
        season=episode.season,
        number=episode.number,
        date=episode.published.date().isoformat(),
        description=description.strip(),
        language=episode.language or show.language,
        url=f"{folder_url}index.html",
        copyright=show.copyright,
        cover=Path(cover.path).read_bytes(),
        chapters=chapters.chapters,
        duration=mastered.duration,
    )


def _tag_audio(work: Workspace, mastered: MasteredAudio, about: tags.EpisodeTags, slug: str) -> PackagedFile:
    with work.scratch(f"{slug}.mp3") as made:
        store.copy_atomic(work.path(mastered.audio), made)
        tags.tag_mp3(made, about)
        blob = work.keep(made, f"{_FOLDER}/{slug}.mp3")
    return PackagedFile(name=f"{slug}.mp3", role="audio", media_type=mastered.media_type, blob=blob)


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
    small = images.shrink(path, site.SMALL_SIDE)
    return (
        _keep(work, f"cover{path.suffix.lower()}", "cover", catalog.picture_type(path), path.read_bytes()),
        _keep(work, site.SMALL_COVER, "extra", "image/jpeg", small),
    )


def _keep(work: Workspace, name: str, role: Role, media_type: str, data: bytes) -> PackagedFile:
    return PackagedFile(name=name, role=role, media_type=media_type, blob=work.keep_bytes(data, f"{_FOLDER}/{name}"))
