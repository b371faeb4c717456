"""configs/pipeline.yaml: a section a stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.config.base import Section
from pipeline.config.cache import CacheConfig
from pipeline.config.llm import EditorialConfig

Device = Literal["auto", "cpu", "cuda"]
# YAML reads 2.4 as a number.
Id3Version = Annotated[Literal["2.3", "2.4"], BeforeValidator(lambda one: str(one) if isinstance(one, float) else one)]


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
    """What is taken out of a recording by itself; lengths in seconds. A place that a person named is cut anyway.

    `trim` takes silence from both ends and leaves `head` and `tail` of it. Pauses longer than `pauses_over` become
    `pauses_to`. `fillers` are hesitations ("um"), or `all`: phrases, too ("you know"); at most so many a minute.
    """

    trim: bool = False
    head: Annotated[float, Field(ge=0, le=60)] = 0.3
    tail: Annotated[float, Field(ge=0, le=60)] = 1.0
    pauses_over: Annotated[float, Field(ge=0.5, le=600)] | None = None
    pauses_to: Annotated[float, Field(ge=0.2, le=60)] | None = None
    fillers: Annotated[Literal["off", "hesitations", "all"], BeforeValidator(lambda value: value or "off")] = "off"
    fillers_per_minute: Annotated[int, Field(ge=1, le=60)] = 10

    @model_validator(mode="after")
    def _pauses_get_shorter(self) -> EditConfig:
        if self.pauses_to is not None and self.pauses_over is None:
            raise ValueError("has `pauses_to` and no `pauses_over`: say which pauses are too long")
        if self.pauses_over is not None and self.longest_left >= self.pauses_over:
            raise ValueError(
                f"pauses over {self.pauses_over:g} s cannot become {self.longest_left:g} s: lower `pauses_to`"
            )
        return self

    @property
    def longest_left(self) -> float:
        """How long a pause is that was too long: what `pauses_to` says, else 0.8 s, or half of what is too long."""
        if self.pauses_to is not None:
            return self.pauses_to
        return min(0.8, (self.pauses_over or 0.0) / 2)


class LevelConfig(Section):
    """How speakers are brought to one level: none is raised by more than `most` dB above the loudest.

    `follow` goes along with a speaker who comes nearer to the microphone or leans back. Of several tracks, each is
    `gate` dB quieter where its person says nothing.
    """

    enabled: bool = True
    most: Annotated[float, Field(ge=0, le=40)] = 24.0
    follow: bool = True
    gate: Annotated[float, Field(ge=0, le=40)] = 15.0


class AssembleConfig(Section):
    """How other sound is put into the talk; all in seconds.

    An ad goes into a pause at most `snap` from where it is wanted, with `gap` of silence around it. Music is down
    `attack` after somebody begins to speak over it, and up again `release` after they stop.
    """

    snap: Annotated[float, Field(ge=0, le=60)] = 5.0
    gap: Annotated[float, Field(ge=0, le=5)] = 0.3
    attack: Annotated[float, Field(gt=0, le=5)] = 0.3
    release: Annotated[float, Field(gt=0, le=10)] = 0.8


class PictureConfig(Section):
    """Which pictures of the sound are made; an audiogram is a short video of the soundbite, in `shape`."""

    waveform: bool = True
    loudness: bool = True
    audiogram: bool = False
    shape: Literal["square", "portrait", "landscape"] = "square"


class MasterConfig(Section):
    """The sound: loudness targets in LUFS, true-peak ceiling in dBTP, bit rates in kbit/s.

    `vbr` is LAME's quality, 0 (best) to 9 (smallest), for an MP3 whose bit rate varies. `alternates` are encodings
    besides the MP3.
    """

    preset: Literal["off", "clean", "radio"] = "clean"
    loudness_stereo: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    loudness_mono: Annotated[float, Field(ge=-40, le=-5)] = -19.0
    true_peak: Annotated[float, Field(ge=-9, le=0)] = -1.0
    sample_rate: Literal[32000, 44100, 48000] = 44100
    bitrate_stereo: Literal[64, 80, 96, 112, 128, 160, 192, 224, 256, 320] = 128
    bitrate_mono: Literal[32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192] = 80
    vbr: Annotated[int, Field(ge=0, le=9)] | None = None
    alternates: tuple[Literal["m4a", "opus"], ...] = ()
    alternate_bitrate_stereo: Annotated[int, Field(ge=48, le=256)] = 96
    alternate_bitrate_mono: Annotated[int, Field(ge=24, le=160)] = 64


class PackageConfig(Section):
    """What an episode's folder holds besides the audio, and what the audio says of itself.

    `id3` is the version of an MP3's tags. `lyrics` is how the transcript goes into them: as a plain text, with times
    (MP3 only), or both. The cover goes in as a JPEG with no side above `cover_side` pixels.
    """

    transcripts: tuple[Literal["vtt", "srt", "json", "html", "txt"], ...] = ("vtt", "srt", "json", "html", "txt")
    id3: Id3Version = "2.3"
    lyrics: Literal["off", "plain", "synced", "both"] = "plain"
    cover_side: Annotated[int, Field(ge=300, le=3000)] = 1400
    cover_kilobytes: Annotated[int, Field(ge=10, le=10_000)] = 400


class PipelineConfig(Section):
    """configs/pipeline.yaml: a section a stage; every key has a default."""

    cache: CacheConfig = CacheConfig()
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
