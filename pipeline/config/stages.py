"""configs/pipeline.yaml: a section a stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.config.base import Section
from pipeline.config.llm import EditorialConfig

Device = Literal["auto", "cpu", "cuda"]


class PrepareConfig(Section):
    """How recordings are read. `stereo` says whether the sides of one file are two people's microphones.

    `align` finds different starts and clocks of several tracks by their sound, `crosstalk` mutes a track where it
    only hears somebody else.
    """

    stereo: Literal["auto", "mix", "sides"] = "auto"
    align: bool = True
    crosstalk: bool = True


class TranscribeConfig(Section):
    """How speech becomes words. `model` is auto, a Whisper name, a folder, or a hub id.

    `language` is an ISO 639-1 code, or `mixed` where several are spoken; None finds the one that is.

    `hotwords: auto` listens a second time for glossary terms where one may have been mis-heard.
    """

    model: str = "auto"
    device: Device = "auto"
    compute_type: str = "auto"
    language: str | None = None
    beam_size: Annotated[int, Field(ge=1, le=20)] = 5
    batch_size: Annotated[int, Field(ge=0)] = 0
    vad: bool = True
    fallback: bool = False
    hotwords: Literal["auto", "off"] = "auto"


class DiarizeConfig(Section):
    """How speakers are told apart. `model` is packaged, or a pyannote pipeline's hub id."""

    model: str = "packaged"
    device: Device = "auto"
    min_speakers: Annotated[int, Field(ge=1)] | None = None
    max_speakers: Annotated[int, Field(ge=1)] | None = None
    step: Annotated[float, Field(gt=0, le=1)] = 0.25
    threshold: Annotated[float, Field(gt=0, lt=2)] = 0.7
    min_cluster_size: Annotated[int, Field(ge=1)] = 12


class IdentifyConfig(Section):
    """When an enrolled voice names a speaker: at `threshold` (cosine), `margin` above every other enrolled voice."""

    enabled: bool = True
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.7
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.08


class AttributeConfig(Section):
    """How words get their speakers."""

    smooth: bool = True


class TopicsConfig(Section):
    """Which sentence embedding tells topics apart: packaged, a folder, or a hub id."""

    model: str = "packaged"


class CorrectConfig(Section):
    """How the glossary is applied: `strict` changes what is near certain, `eager` what is likelier right than not."""

    enabled: bool = True
    mode: Literal["strict", "balanced", "eager"] = "balanced"


class ChaptersConfig(Section):
    """Where chapters may begin and how their titles look; lengths in seconds and characters."""

    min_length: Annotated[float, Field(ge=5)] = 30.0
    per_hour_min: Annotated[float, Field(gt=0)] = 3.0
    per_hour_max: Annotated[float, Field(gt=0)] = 12.0
    max_title: Annotated[int, Field(ge=10, le=255)] = 40


class NotesConfig(Section):
    """How show notes are made."""

    sentences: Annotated[int, Field(ge=1, le=20)] = 3
    quotes: Annotated[int, Field(ge=0, le=10)] = 3
    keywords: Annotated[int, Field(ge=0, le=30)] = 8


class EditConfig(Section):
    """What is taken out of a recording."""


class LevelConfig(Section):
    """How speakers are brought to one level."""


class AssembleConfig(Section):
    """How other sound is put around the talk."""


class PictureConfig(Section):
    """Which pictures of the sound are made."""


class MasterConfig(Section):
    """The sound: loudness targets in LUFS, true-peak ceiling in dBTP, bit rates in kbit/s."""

    loudness_stereo: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    loudness_mono: Annotated[float, Field(ge=-40, le=-5)] = -19.0
    true_peak: Annotated[float, Field(ge=-9, le=0)] = -1.0
    sample_rate: Literal[32000, 44100, 48000] = 44100
    bitrate_stereo: Literal[64, 80, 96, 112, 128, 160, 192, 224, 256, 320] = 128
    bitrate_mono: Literal[32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192] = 80


class PackageConfig(Section):
    """What an episode's folder holds besides the audio."""

    transcripts: tuple[Literal["vtt", "srt", "json", "html", "txt"], ...] = ("vtt", "srt", "json", "html", "txt")


class PipelineConfig(Section):
    """configs/pipeline.yaml: a section a stage; every key has a default."""

    prepare: PrepareConfig = PrepareConfig()
    transcribe: TranscribeConfig = TranscribeConfig()
    diarize: DiarizeConfig = DiarizeConfig()
    identify: IdentifyConfig = IdentifyConfig()
    attribute: AttributeConfig = AttributeConfig()
    topics: TopicsConfig = TopicsConfig()
    correct: CorrectConfig = CorrectConfig()
    editorial: EditorialConfig = EditorialConfig()
    chapters: ChaptersConfig = ChaptersConfig()
    notes: NotesConfig = NotesConfig()
    edit: EditConfig = EditConfig()
    level: LevelConfig = LevelConfig()
    assemble: AssembleConfig = AssembleConfig()
    master: MasterConfig = MasterConfig()
    picture: PictureConfig = PictureConfig()
    package: PackageConfig = PackageConfig()
