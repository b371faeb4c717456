"""The episode page: one pure function from models to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.adapters import templates
from pipeline.config import EpisodeConfig, Show
from pipeline.formats.paragraphs import clean_line
from pipeline.models import (
    Chapter,
    Chapters,
    Clip,
    Credit,
    Element,
    NoteLine,
    PackagedFile,
    Person,
    Seconds,
    ShowNotes,
    Transcript,
    name_encoding,
)
from pipeline.pictures.timeline import Voice, measure_voices
from pipeline.site import wording
from pipeline.site.languages import between_sentences, direction, locale
from pipeline.site.linked_data import describe_episode
from pipeline.site.notes import gather_parts, match_covered
from pipeline.site.pictures import SMALL_COVER, SMALL_SIDE, small_cover_key
from pipeline.site.static import static_file
from pipeline.site.strip import HEIGHT, WIDTH, lay_strip
from pipeline.site.subscribing import app_links
from pipeline.site.transcript_view import lay_out

_LABELS = {"vtt": "WebVTT", "srt": "SubRip", "txt": "Plain text", "html": "Web page", "json": "JSON"}
_LONG_TITLE = 90  # characters: above, a title is set smaller


@dataclass(frozen=True, slots=True)
class PageContent:
    """All that an episode page shows; times are the listener's, `cover_key` and `base_url` say where things will be.

    `soundbites` are shown where episode.yaml has none. `levels` are the waveform's; without them it is flat.
    """

    show: Show
    episode: EpisodeConfig
    slug: str
    duration: float
    transcript: Transcript
    chapters: Chapters
    notes: ShowNotes
    files: tuple[PackagedFile, ...]
    cover_key: str
    base_url: str
    soundbites: tuple[Clip, ...] = ()
    levels: bytes = b""
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody on the episode; `voice` where the transcript knows them."""

    name: str
    role: str
    href: str | None
    voice: Voice | None


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter in the table of contents: what is `covered` in it, its link, and its picture where that is ours."""

    start: Seconds
    title: str
    link: str | None
    picture: str | None
    covered: str


def render_episode(content: PageContent) -> str:
    """The page of one episode, to be published as episodes/<slug>/index.html beside the `files` it links to."""
    show, episode, notes = content.show, content.episode, content.notes
    language = episode.language or content.transcript.language
    voices = measure_voices(content.transcript.segments)
    people = gather_people(show.hosts, episode.guests, voices, notes.people)
    parts = gather_parts(notes, content.chapters, episode.summary, show.title)
    listed = tuple(chapter for chapter in content.chapters.chapters if chapter.toc)
    sounds = [file for role in ("audio", "alternate") for file in content.files if file.role == role]
    audio = sounds[0]
    transcripts = tuple(file for file in content.files if file.role == "transcript")
    folder_url = f"{content.base_url}/episodes/{content.slug}"
    cover, image_url = _find_cover(content, folder_url)
    description = wording.shorten(" — ".join(filter(None, (parts.headline, " ".join(parts.summary)))))
    return templates.render(
        "episode.html",
        show=show,
        title=clean_line(episode.title),
        long_title=len(clean_line(episode.title)) > _LONG_TITLE,
        home="../../",
        language=language,
        direction=direction(language),
        locale=locale(language),
        glue=between_sentences(language),
        date=wording.format_date(episode.published),
        published=episode.published.isoformat(),
        label=wording.label(episode.season, episode.number, episode.type, episode.display, show.seasons),
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        duration=content.duration,
        headline=parts.headline,
        clips=[clip for clip in episode.soundbites or content.soundbites if clip.start < content.duration],
        people=people,
        strip=lay_strip(content.levels, content.transcript.segments, listed, content.elements, content.duration),
        strip_width=WIDTH,
        strip_height=HEIGHT,
        pictures=[file for file in content.files if file.name in ("waveform.png", "waveform.svg", "audiogram.mp4")],
        chapters=_view_chapters(listed, notes.covered, content.base_url),
        own_summary=parts.summary if episode.summary else (),
        summary=[]
        if episode.summary
        else list(zip(parts.summary, (line.start for line in notes.summary), strict=True)),
        quotes=parts.quotes,
        mentions=parts.mentions,
        comments=[one.uri for one in episode.social or show.social if one.uri],
        license=episode.license or show.license,
        sections=lay_out(content.transcript.segments, listed),
        audio=audio,
        captions=next((file for file in transcripts if file.media_type == "text/vtt"), None),
        transcripts=[(_LABELS.get(file.name.rpartition(".")[2], file.name), file) for file in transcripts],
        sounds=[
            (name_encoding(file.media_type) or file.name, file, wording.megabytes(file.blob.size)) for file in sounds
        ],
        apps=app_links(f"{content.base_url}/feed.xml"),
        hidden=show.block or episode.block,
        cover=cover,
        image_url=image_url,
        image_side=SMALL_SIDE,
        feed_url=f"{content.base_url}/feed.xml",
        page_url=f"{folder_url}/index.html",
        audio_url=f"{folder_url}/{audio.key}",
        description=description,
        linked_data=describe_episode(
            show,
            episode,
            base_url=content.base_url,
            folder_url=folder_url,
            image_url=image_url,
            language=language,
            description=description,
            duration=content.duration,
            chapters=listed,
            people=[(one.name, one.href) for one in people],
            keywords=notes.keywords,
            audio=audio,
            transcripts=transcripts,
        ),
        style=static_file("site.css").key,
        script=static_file("site.js").key,
    )


def gather_people(
    hosts: Sequence[Person], guests: Sequence[Person], voices: Sequence[Voice], credits: Sequence[Credit] = ()
) -> tuple[PersonView, ...]:
    """Hosts, guests, and whoever else speaks, each once, with their voice where a speaker bears their name.

    What the notes know of somebody, a role or a link, counts where nobody wrote it down.
    """
    by_name = {voice.name.casefold(): voice for voice in voices}
    known = {clean_line(one.name).casefold(): one for one in credits if one.role != "mentioned"}
    named = {
        clean_line(person.name).casefold(): PersonView(clean_line(person.name), person.role, person.href, None)
        for person in (
            *(host.model_copy(update={"role": "host"}) if host.role == "guest" else host for host in hosts),
            *guests,
        )
    }
    others = {
        key: PersonView(voice.name, known[key].role if key in known else "speaker", None, None)
        for key, voice in by_name.items()
        if key not in named
    }
    return tuple(
        PersonView(
            one.name,
            one.role,
            wording.web_link(one.href) or wording.web_link(known[key].link if key in known else None),
            by_name.get(key),
        )
        for key, one in {**named, **others}.items()
    )


def _find_cover(content: PageContent, folder_url: str) -> tuple[str, str]:
    """The small picture's address, from the page and from anywhere: the episode's own, or the show's."""
    own = next((file.key for file in content.files if file.name == SMALL_COVER), None)
    if own:
        return own, f"{folder_url}/{own}"
    key = small_cover_key(content.cover_key)
    return f"../../{key}", f"{content.base_url}/{key}"


def _view_chapters(chapters: Sequence[Chapter], covered: Sequence[NoteLine], base_url: str) -> list[ChapterView]:
    said = match_covered([one.start for one in chapters], covered) if chapters else []
    return [
        ChapterView(
            start=one.start,
            title=clean_line(one.title),
            link=wording.web_link(one.url),
            picture=_own_picture(one.img, base_url),
            covered=text,
        )
        for one, text in zip(chapters, said, strict=True)
    ]


def _own_picture(address: str | None, base_url: str) -> str | None:
    """A picture's address from the page, where it lies beside the show: pages ask nobody else for anything."""
    prefix = f"{base_url}/"
    return f"../../{address.removeprefix(prefix)}" if address and address.startswith(prefix) else None
