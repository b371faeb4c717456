"""The episode page and the show's index page: one pure function each, from models to HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.adapters import templates
from pipeline.config import EpisodeConfig, Show
from pipeline.formats.clock import format_clock, format_duration
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Catalog, Chapters, PackagedFile, Person, ShowNotes, Transcript
from pipeline.site.notes import split_sentences
from pipeline.site.static import static_file
from pipeline.site.transcript_view import STRIP_WIDTH, Voice, lay_out, measure_voices

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DESCRIPTION = 200  # characters: what search engines and link previews show
_LABELS = {"vtt": "WebVTT", "srt": "SubRip", "txt": "Plain text", "html": "Web page", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class PageContent:
    """All that an episode page shows; times are the listener's, `cover_key` and `base_url` say where things will be."""

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


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody on the episode; `voice` where the transcript knows them."""

    name: str
    role: str
    href: str | None
    voice: Voice | None


def render_episode(content: PageContent) -> str:
    """The page of one episode, to be published as episodes/<slug>/index.html beside the `files` it links to."""
    show, episode = content.show, content.episode
    voices = measure_voices(content.transcript.segments, content.duration)
    summary = split_sentences(episode.summary) if episode.summary else ()
    listed = tuple(chapter for chapter in content.chapters.chapters if chapter.toc)
    by_role = {role: tuple(file for file in content.files if file.role == role) for role in ("audio", "transcript")}
    return templates.render(
        "episode.html",
        show=show,
        title=clean_line(episode.title),
        language=episode.language or content.transcript.language,
        date=format_date(episode.published),
        published=episode.published.isoformat(),
        label=_label(episode.season, episode.number, episode.type),
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        duration=content.duration,
        people=gather_people(show.hosts, episode.guests, voices),
        voices=voices,
        strip_width=STRIP_WIDTH,
        ticks=[round(chapter.start / content.duration * STRIP_WIDTH) for chapter in listed[1:]]
        if content.duration
        else [],
        chapters=listed,
        summary=summary,
        notes=content.notes,
        mentions=[(mention, _web_link(mention.link)) for mention in content.notes.mentions],
        sections=lay_out(content.transcript.segments, listed),
        audio=by_role["audio"][0],
        transcripts=[(_LABELS.get(file.name.rpartition(".")[2], file.name), file) for file in by_role["transcript"]],
        size=_megabytes(by_role["audio"][0].blob.size),
        cover=f"../../{content.cover_key}",
        image_url=f"{content.base_url}/{content.cover_key}",
        page_url=f"{content.base_url}/episodes/{content.slug}/index.html",
        audio_url=f"{content.base_url}/episodes/{content.slug}/{by_role['audio'][0].key}",
        description=_shorten(" ".join(summary or (clean_line(line.text) for line in content.notes.summary))),
        linked_data=_describe_episode(content),
        style=static_file("site.css").key,
        script=static_file("player.js").key,
    )


def render_index(show: Show, catalog: Catalog, cover_key: str, base_url: str) -> str:
    """The show's page, to be published as index.html beside feed.xml and the files of `static_files()`."""
    entries = [
        {
            "episode": one,
            "href": f"episodes/{one.slug}/index.html",
            "date": format_date(dt.datetime.fromisoformat(one.published)),
            "label": _label(one.season, one.number, one.type),
            "summary": _shorten(clean_line(one.summary)),
        }
        for one in catalog.episodes
    ]
    series = {
        "@context": "https://schema.org",
        "@type": "PodcastSeries",
        "name": clean_line(show.title),
        "description": clean_line(show.description),
        "url": f"{base_url}/index.html",
        "webFeed": f"{base_url}/feed.xml",
        "image": f"{base_url}/{cover_key}",
        "inLanguage": show.language,
        "author": {"@type": "Person", "name": clean_line(show.author)},
    }
    return templates.render(
        "index.html",
        show=show,
        entries=entries,
        cover=cover_key,
        image_url=f"{base_url}/{cover_key}",
        page_url=f"{base_url}/index.html",
        description=_shorten(clean_line(show.description)),
        linked_data=series,
        style=static_file("site.css").key,
    )


def format_date(moment: dt.datetime) -> str:
    """`2 March 2026`, on the calendar of the moment's own offset."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def gather_people(hosts: Sequence[Person], guests: Sequence[Person], voices: Sequence[Voice]) -> tuple[PersonView, ...]:
    """Hosts, guests, and whoever else speaks, each once, with their voice where a speaker bears their name."""
    by_name = {voice.name.casefold(): voice for voice in voices}
    named = {
        clean_line(person.name).casefold(): PersonView(clean_line(person.name), person.role, person.href, None)
        for person in (
            *(host.model_copy(update={"role": "host"}) if host.role == "guest" else host for host in hosts),
            *guests,
        )
    }
    others = {key: PersonView(voice.name, "speaker", None, None) for key, voice in by_name.items() if key not in named}
    return tuple(
        PersonView(one.name, one.role, _web_link(one.href), by_name.get(key))
        for key, one in {**named, **others}.items()
    )


def _web_link(href: str | None) -> str | None:
    """A link that a page may carry: never javascript: or data:."""
    return href if href and href.lower().startswith(("https://", "http://")) else None


def _label(season: int | None, number: int | None, kind: str) -> str:
    parts = [f"Season {season}" if season else "", f"Episode {number}" if number else ""]
    return " · ".join([part for part in parts if part] + ([kind.capitalize()] if kind != "full" else []))


def _shorten(text: str) -> str:
    if len(text) <= _DESCRIPTION:
        return text
    return text[:_DESCRIPTION].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _describe_episode(content: PageContent) -> dict[str, Any]:
    """The episode in schema.org's words (PodcastEpisode)."""
    show, episode, base = content.show, content.episode, content.base_url
    folder = f"{base}/episodes/{content.slug}"
    audio = next(file for file in content.files if file.role == "audio")
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "name": clean_line(episode.title),
        "url": f"{folder}/index.html",
        "datePublished": episode.published.isoformat(),
        "timeRequired": format_duration(content.duration),
        "inLanguage": episode.language or content.transcript.language,
        "image": f"{base}/{content.cover_key}",
        "description": _shorten(
            clean_line(episode.summary or " ".join(line.text for line in content.notes.summary))
        ),
        "associatedMedia": {
            "@type": "AudioObject",
            "contentUrl": f"{folder}/{audio.key}",
            "encodingFormat": audio.media_type,
            "contentSize": str(audio.blob.size),
            "duration": format_duration(content.duration),
        },
        "partOfSeries": {
            "@type": "PodcastSeries",
            "name": clean_line(show.title),
            "url": f"{base}/index.html",
            "webFeed": f"{base}/feed.xml",
        },
        "actor": [
            {"@type": "Person", "name": clean_line(person.name)} for person in (*show.hosts, *episode.guests)
        ],
        "hasPart": [
            {"@type": "Clip", "name": clean_line(one.title), "startOffset": one.start, "endOffset": one.end,
             "url": f"{folder}/index.html#t={format_clock(one.start)}"}
            for one in content.chapters.chapters if one.toc
        ],
    }  # fmt: skip
    return described | ({"episodeNumber": episode.number} if episode.number else {})
