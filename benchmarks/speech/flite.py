"""flite as a library (Debian: `apt install flite`): speech with the exact time of every word.

The command tells phones only. The library lets one walk from a written word through its syllables to its first and
last phone (flite 2.2, cst_ffeature paths), so that the times are the synthesiser's own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.models import Seconds

RATE = 16_000
_PEOPLE = ("slt", "rms", "awb", "kal16")
#: Four people, then the same with a larger throat, then with a smaller one.
VOICES = (*_PEOPLE, *(f"{name}@0.86" for name in _PEOPLE), *(f"{name}@1.15" for name in _PEOPLE))
_START = b"daughter1.R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_END = b"daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end"


@dataclass(frozen=True, slots=True)
class Said:
    """A written word as it was spoken: punctuation attached, seconds from the start of its sound."""

    text: str
    start: Seconds
    end: Seconds


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


def say(text: str, voice: str) -> tuple[NDArray[np.float32], tuple[Said, ...]]:
    """The text in one of VOICES, 16 kHz mono in [-1, 1], and its words in order.

    `slt@0.86` is slt played at 0.86 of its speed: deeper and slower, formants and all.

    Raises OSError when flite's libraries are not installed, ValueError when the voice has another rate or a word of
    the text has no sound.
    """
    library = _library()
    name, _, speed = voice.partition("@")
    library.srand(1)  # the breath in its consonants is drawn from C's generator
    utterance = library.flite_synth_text(text.encode(), _voice(name))
    try:
        wave = library.utt_wave(utterance).contents
        if (wave.sample_rate, wave.num_channels) != (RATE, 1):
            raise ValueError(f"the voice {voice} speaks at {wave.sample_rate} Hz")
        samples = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).astype(np.float32) / 32768
        times = list(_times(library, utterance))
    finally:
        library.delete_utterance(utterance)
    written = text.split()
    if len(times) != len(written) or any(end <= start for start, end in times):
        raise ValueError(f"flite does not say every word of {text!r}")
    pace = float(speed or 1)
    words = (Said(word, start / pace, end / pace) for word, (start, end) in zip(written, times, strict=True))
    return _played_at(samples, pace), tuple(words)


def _played_at(samples: NDArray[np.float32], pace: float) -> NDArray[np.float32]:
    if pace == 1:
        return samples
    at = np.arange(0, len(samples) - 1, pace)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def _times(library: Any, utterance: int) -> Iterator[tuple[Seconds, Seconds]]:
    token = library.relation_head(library.utt_relation(utterance, b"Token"))
    while token:
        yield library.ffeature_float(token, _START), library.ffeature_float(token, _END)
        token = library.item_next(token)


@cache
def _library() -> Any:
    library = ctypes.CDLL("libflite.so.1")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    signatures: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "srand": (None, (ctypes.c_uint,)),
        "flite_synth_text": (pointer, (text, pointer)),
        "utt_relation": (pointer, (pointer, text)),
        "relation_head": (pointer, (pointer,)),
        "item_next": (pointer, (pointer,)),
        "ffeature_float": (ctypes.c_float, (pointer, text)),
        "utt_wave": (ctypes.POINTER(_Wave), (pointer,)),
        "delete_utterance": (None, (pointer,)),
    }
    for name, (returned, taken) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returned, taken
    library.flite_init()
    return library


@cache
def _voice(name: str) -> int:
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype, register.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
    return int(register(None))
