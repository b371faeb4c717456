"""What people set: frozen models of configs/*.yaml, episode.yaml and overrides.yaml, one section a stage."""

from pipeline.config.base import Name, Section, Short, Url
from pipeline.config.elements import elements_of
from pipeline.config.episode import MOST_TRACKS, ChapterChoice, EpisodeConfig, Overrides, Placement, Ruling
from pipeline.config.glossary import Glossary, Term, Vocabulary
from pipeline.config.llm import EditorialConfig, LlmConfig, Prompts
from pipeline.config.private import PrivatePublishing, Seat, Subscriber, Subscribers
from pipeline.config.publishing import FolderConfig, PublishConfig, S3Config
from pipeline.config.settings import Settings
from pipeline.config.show import Owner, Show
from pipeline.config.stages import (
    AssembleConfig,
    AttributeConfig,
    ChaptersConfig,
    CorrectConfig,
    Device,
    DiarizeConfig,
    EditConfig,
    IdentifyConfig,
    LevelConfig,
    MasterConfig,
    NotesConfig,
    PackageConfig,
    PictureConfig,
    PipelineConfig,
    PrepareConfig,
    TopicsConfig,
    TranscribeConfig,
)
from pipeline.config.templates import NoteTemplate, NoteTemplates
from pipeline.config.voices import EnrolledVoice, VoiceSample

__all__ = [
    "MOST_TRACKS",
    "AssembleConfig",
    "AttributeConfig",
    "ChapterChoice",
    "ChaptersConfig",
    "CorrectConfig",
    "Device",
    "DiarizeConfig",
    "EditConfig",
    "EditorialConfig",
    "EnrolledVoice",
    "EpisodeConfig",
    "FolderConfig",
    "Glossary",
    "IdentifyConfig",
    "LevelConfig",
    "LlmConfig",
    "MasterConfig",
    "Name",
    "NoteTemplate",
    "NoteTemplates",
    "NotesConfig",
    "Overrides",
    "Owner",
    "PackageConfig",
    "PictureConfig",
    "PipelineConfig",
    "Placement",
    "PrepareConfig",
    "PrivatePublishing",
    "Prompts",
    "PublishConfig",
    "Ruling",
    "S3Config",
    "Seat",
    "Section",
    "Settings",
    "Short",
    "Show",
    "Subscriber",
    "Subscribers",
    "Term",
    "TopicsConfig",
    "TranscribeConfig",
    "Url",
    "Vocabulary",
    "VoiceSample",
    "elements_of",
]
