"""A show and an episode in schema.org's words, for search engines (PodcastSeries, PodcastEpisode)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.config import EpisodeConfig, Show
from pipeline.formats.clock import format_clock, format_duration
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, PackagedFile, Seconds

_CONTEXT = "https://schema.org"


def describe_series(show: Show, base_url: str, image_url: str) -> dict[str, Any]:
    """The show as a PodcastSeries."""
    return _without_blanks(
        {
            "@context": _CONTEXT,
            **_series(show, base_url),
            "description": clean_line(show.description),
            "image": image_url,
            "inLanguage": show.language,
            "author": {"@type": "Person", "name": clean_line(show.author)},
            "sameAs": show.link,
            "genre": list(show.categories),
            "actor": [_person(host.name, host.href) for host in show.hosts],
            "copyrightNotice": show.copyright,
            "license": show.license.url if show.license else None,
            "isAccessibleForFree": True,
        }
    )


def describe_episode(
    show: Show,
    episode: EpisodeConfig,
    *,
    base_url: str,
    folder_url: str,
    image_url: str,
    language: str,
    description: str,
    duration: Seconds,
    chapters: Iterable[Chapter],
    people: Iterable[tuple[str, str | None]],
    keywords: Iterable[str],
    audio: PackagedFile,
    transcripts: Iterable[PackagedFile],
) -> dict[str, Any]:
    """The episode as a PodcastEpisode: its sound, its transcripts as captions, its chapters as clips."""
    page = f"{folder_url}/index.html"
    named = show.seasons.get(episode.season or 0)
    license = episode.license or show.license
    season = {"@type": "CreativeWorkSeason", "seasonNumber": episode.season, "name": named}
    return _without_blanks(
        {
            "@context": _CONTEXT,
            "@type": "PodcastEpisode",
            "name": clean_line(episode.title),
            "url": page,
            "identifier": episode.guid,
            "datePublished": episode.published.isoformat(),
            "timeRequired": format_duration(duration),
            "inLanguage": language,
            "image": image_url,
            "description": description,
            "keywords": list(keywords),
            "episodeNumber": episode.number,
            "partOfSeason": _without_blanks(season) if episode.season else None,
            "partOfSeries": _series(show, base_url),
            "associatedMedia": {
                "@type": "AudioObject",
                "contentUrl": f"{folder_url}/{audio.key}",
                "encodingFormat": audio.media_type,
                "contentSize": str(audio.blob.size),
                "duration": format_duration(duration),
                "inLanguage": language,
                "caption": [
                    {"@type": "MediaObject", "contentUrl": f"{folder_url}/{file.key}",
                     "encodingFormat": file.media_type, "inLanguage": language}
                    for file in transcripts
                ],
            },
            "actor": [_person(name, link) for name, link in people],
            "license": license.url if license else None,
            "isAccessibleForFree": True,
            "hasPart": [
                _without_blanks(
                    {"@type": "Clip", "name": clean_line(one.title), "startOffset": one.start, "endOffset": one.end,
                     "url": f"{page}#t={format_clock(one.start)}"}
                )
                for one in chapters
            ],
        }
    )  # fmt: skip


def _series(show: Show, base_url: str) -> dict[str, Any]:
    return {
        "@type": "PodcastSeries",
        "name": clean_line(show.title),
        "url": f"{base_url}/index.html",
        "webFeed": f"{base_url}/feed.xml",
    }


def _person(name: str, link: str | None) -> dict[str, Any]:
    return _without_blanks({"@type": "Person", "name": clean_line(name), "url": link})


def _without_blanks(described: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in described.items() if value not in (None, [], "")}
