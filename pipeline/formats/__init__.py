"""Transcript, turn and clock formats: text in and out of the models, no files and no vendor libraries."""

from pipeline.formats.readers import decode_text, find_encoding, read_transcript
from pipeline.formats.rttm import read_rttm, write_rttm
from pipeline.formats.writers import MEDIA_TYPES, write_transcript

__all__ = [
    "MEDIA_TYPES",
    "decode_text",
    "find_encoding",
    "read_rttm",
    "read_transcript",
    "write_rttm",
    "write_transcript",
]
