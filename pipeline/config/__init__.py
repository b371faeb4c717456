"""What people set: frozen models of configs/*.yaml, episode.yaml and overrides.yaml, one section a stage."""

from pipeline.config.base import Name, Section, Short, Url
from pipeline.config.episode import MOST_TRACKS, EpisodeConfig, Overrides, Placement, Ruling
from pipeline.config.glossary import Glossary, Term, Vocabulary
from pipeline.config.publishing import FolderConfig, PublishConfig, S3Config
from pipeline.config.settings import Settings
from pipeline.config.show import Owner, Show
from pipeline.config.stages import (
    AttributeConfig,
    ChaptersConfig,
    CorrectConfig,
    Device,
    DiarizeConfig,
    IdentifyConfig,
    MasterConfig,
    NotesConfig,
    PackageConfig,
    PipelineConfig,
    PrepareConfig,
    TopicsConfig,
    TranscribeConfig,
)
from pipeline.config.voices import EnrolledVoice, VoiceSample

__all__ = [
    "MOST_TRACKS",
    "AttributeConfig",
    "ChaptersConfig",
    "CorrectConfig",
    "Device",
    "DiarizeConfig",
    "EnrolledVoice",
    "EpisodeConfig",
    "FolderConfig",
    "Glossary",
    "IdentifyConfig",
    "MasterConfig",
    "Name",
    "NotesConfig",
    "Overrides",
    "Owner",
    "PackageConfig",
    "PipelineConfig",
    "Placement",
    "PrepareConfig",
    "PublishConfig",
    "Ruling",
    "S3Config",
    "Section",
    "Settings",
    "Short",
    "Show",
    "Term",
    "TopicsConfig",
    "TranscribeConfig",
    "Url",
    "Vocabulary",
    "VoiceSample",
]
