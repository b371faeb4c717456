"""What people set: frozen models of configs/*.yaml, episode.yaml and overrides.yaml, one section a stage."""

from pipeline.config.base import Name, Section, Short, Url
from pipeline.config.cache import CacheConfig
from pipeline.config.edits import Place
from pipeline.config.elements import (
    Ad,
    Bumper,
    Elements,
    Insert,
    Intro,
    Music,
    Sound,
    chapter_images_of,
    elements_of,
    inserts_of,
)
from pipeline.config.episode import MOST_TRACKS, ChapterChoice, EpisodeConfig, Overrides, Placement, Ruling
from pipeline.config.glossary import Glossary, Term, Vocabulary
from pipeline.config.llm import EditorialConfig, LlmConfig, Prompts
from pipeline.config.private import PrivatePublishing, Seat, Subscriber, Subscribers
from pipeline.config.publishing import FolderConfig, PublishConfig, S3Bucket, S3Config
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
    "Ad",
    "AssembleConfig",
    "AttributeConfig",
    "Bumper",
    "CacheConfig",
    "ChapterChoice",
    "ChaptersConfig",
    "CorrectConfig",
    "Device",
    "DiarizeConfig",
    "EditConfig",
    "EditorialConfig",
    "Elements",
    "EnrolledVoice",
    "EpisodeConfig",
    "FolderConfig",
    "Glossary",
    "IdentifyConfig",
    "Insert",
    "Intro",
    "LevelConfig",
    "LlmConfig",
    "MasterConfig",
    "Music",
    "Name",
    "NoteTemplate",
    "NoteTemplates",
    "NotesConfig",
    "Overrides",
    "Owner",
    "PackageConfig",
    "PictureConfig",
    "PipelineConfig",
    "Place",
    "Placement",
    "PrepareConfig",
    "PrivatePublishing",
    "Prompts",
    "PublishConfig",
    "Ruling",
    "S3Bucket",
    "S3Config",
    "Seat",
    "Section",
    "Settings",
    "Short",
    "Show",
    "Sound",
    "Subscriber",
    "Subscribers",
    "Term",
    "TopicsConfig",
    "TranscribeConfig",
    "Url",
    "Vocabulary",
    "VoiceSample",
    "chapter_images_of",
    "elements_of",
    "inserts_of",
]
