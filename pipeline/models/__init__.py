"""What passes between stages: frozen models, times in float seconds on the source timeline.

Every model round-trips through JSON unchanged; docs/formats.md is the public description of those that
leave the program (transcript.json, turns.json, corrections.json, chapters.json).
"""

from pipeline.models.audio import Loudness, MasteredAudio, PreparedAudio, PreparedTrack, Span, TimeMap
from pipeline.models.base import Blob, Model, Person, Seconds, SourceFile
from pipeline.models.feed import Clip, Comments, License, Location, Payment, Schedule, Txt
from pipeline.models.release import (
    Asset,
    Catalog,
    Enclosure,
    Episode,
    Package,
    PackagedFile,
    Publication,
    Role,
    hashed_name,
)
from pipeline.models.speech import Relistened, RelistenedPiece, SecondHearing, Segment, Transcript, Turn, Turns, Word
from pipeline.models.text import (
    Chapter,
    Chapters,
    Correction,
    Corrections,
    Credit,
    Mention,
    NoteLine,
    ShowNotes,
    Soundbite,
    Topics,
)
from pipeline.models.voices import Identities, Identity, VoicePrint, Voices

__all__ = [
    "Asset",
    "Blob",
    "Catalog",
    "Chapter",
    "Chapters",
    "Clip",
    "Comments",
    "Correction",
    "Corrections",
    "Credit",
    "Enclosure",
    "Episode",
    "Identities",
    "Identity",
    "License",
    "Location",
    "Loudness",
    "MasteredAudio",
    "Mention",
    "Model",
    "NoteLine",
    "Package",
    "PackagedFile",
    "Payment",
    "Person",
    "PreparedAudio",
    "PreparedTrack",
    "Publication",
    "Relistened",
    "RelistenedPiece",
    "Role",
    "Schedule",
    "SecondHearing",
    "Seconds",
    "Segment",
    "ShowNotes",
    "Soundbite",
    "SourceFile",
    "Span",
    "TimeMap",
    "Topics",
    "Transcript",
    "Turn",
    "Turns",
    "Txt",
    "VoicePrint",
    "Voices",
    "Word",
    "hashed_name",
]
