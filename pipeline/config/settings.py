"""Everything together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.config.elements import Insert, chapter_images_of, inserts_of
from pipeline.config.episode import EpisodeConfig, Overrides
from pipeline.config.glossary import Glossary
from pipeline.config.llm import Prompts
from pipeline.config.publishing import PublishConfig
from pipeline.config.show import Show
from pipeline.config.stages import PipelineConfig
from pipeline.config.templates import NoteTemplates
from pipeline.config.voices import EnrolledVoice


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run of one episode may depend on.

    `prompts` are there where a language model is asked, `templates` where notes are worded.
    """

    slug: str
    show: Show
    glossary: Glossary
    pipeline: PipelineConfig
    publish: PublishConfig
    episode: EpisodeConfig
    overrides: Overrides
    enrolled: tuple[EnrolledVoice, ...] = ()
    prompts: Prompts | None = None
    templates: NoteTemplates | None = None

    @property
    def listens(self) -> bool:
        """Whether any speaker is to be known by voice: without an enrolled one no voice print is ever made."""
        return self.pipeline.identify.enabled and bool(self.enrolled)

    @property
    def inserts(self) -> tuple[Insert, ...]:
        """The intro, outro, bumper and ads that the show and the episode name."""
        return inserts_of(self.show, self.episode)

    @property
    def chapter_images(self) -> tuple[str, ...]:
        """The files that are pictures of chapters, in a fixed order, as they are written."""
        return tuple(chapter_images_of(self.show, self.episode, self.overrides))

    def at(self, path: str) -> Any:
        """The section or value at a dotted path such as `pipeline.transcribe` or `episode.language`."""
        value: Any = self
        for part in path.split("."):
            value = getattr(value, part)
        return value
