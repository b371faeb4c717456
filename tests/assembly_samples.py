"""A talk in which somebody says a sentence every ten seconds, and sounds to put into it."""

from __future__ import annotations

from typing import Any

from pipeline.assembly.talk import Talk
from pipeline.config import Insert, elements_of, inserts_of
from pipeline.config.episode import EpisodeConfig
from pipeline.config.show import Show
from pipeline.models import Chapter, Chapters, Segment, Transcript, Word


def make_transcript(duration: float = 100.0) -> Transcript:
    """Sentences from second 1 to 9, 11 to 19 and so on, a word a second."""
    names = ("so", "the", "tide", "comes", "in", "twice", "a", "day")
    segments = tuple(
        Segment(
            id=number, start=begin + 1, end=begin + 9, text=" ".join(names), speaker="A" if number % 2 else "B",
            words=tuple(Word(start=begin + 1 + at, end=begin + 2 + at, text=one) for at, one in enumerate(names)),
        )
        for number, begin in enumerate(range(0, int(duration), 10))
    )  # fmt: skip
    return Transcript(language="en", duration=duration, model="m", segments=segments)


def make_talk(duration: float = 100.0, kept: tuple[tuple[float, float], ...] | None = None) -> Talk:
    """The talk, interrupted in the middle of its pauses."""
    return Talk(duration, kept or ((0.0, duration),), make_transcript(duration), lambda start, end: (start + end) / 2)


def make_chapters(*starts: float, duration: float = 100.0) -> Chapters:
    """Chapters called One, Two, Three."""
    ends = (*starts[1:], duration)
    titles = ("One", "Two", "Three", "Four")
    return Chapters(
        chapters=tuple(
            Chapter(start=start, end=end, title=title) for start, end, title in zip(starts, ends, titles, strict=False)
        )
    )


def make_inserts(show: Any = None, episode: Any = None) -> tuple[Insert, ...]:
    """What `elements` of show.yaml and of episode.yaml come to."""
    return inserts_of(*make_settings(show, episode))


def name_files(show: Any = None, episode: Any = None) -> dict[str, str]:
    """The files of the elements and the keys that name them."""
    return elements_of(*make_settings(show, episode))


def make_settings(show: Any, episode: Any) -> tuple[Show, EpisodeConfig]:
    """A show and an episode with these elements."""
    about = {
        "title": "Salt", "description": "d", "author": "a", "owner": {"name": "n", "email": "n@e.example"},
        "link": "https://e.example/", "categories": ["Arts"],
    }  # fmt: skip
    own = {"title": "Tide", "date": "2026-01-01", "guid": "g", "sources": ["a.wav"]}
    return (
        Show.model_validate({**about, "elements": show} if show is not None else about),
        EpisodeConfig.model_validate({**own, "elements": episode} if episode is not None else own),
    )
