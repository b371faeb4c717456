"""faster-whisper: from samples to words, batched over stretches of speech, with its inventions weeded out.

Batched decoding serves the CPU too: over three dialogues base int8 took 0.13 s of CPU time a second of sound in
batches of 4, against 0.15 sequentially, with the same word error rates (6.1 to 9.9 % against 7.0 to 10.8 %); a batch
of 8 gains nothing more. Each piece is decoded on its own, so that a mistake does not run on. Batched decoding does
not test its own output, so suspect pieces are decoded once more, sequentially, with Whisper's temperature fallback
(Radford et al. 2022, section 4.5).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from pipeline import hardware
from pipeline.errors import StageError
from pipeline.models import Seconds, Word
from pipeline.weights import Found

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

RATE = 16000
SEED = 0
#: Stretches end where a silence of `_GAP` seconds begins, or at their longest pause when 30 s would be exceeded.
_WINDOW: Seconds = 30.0
_GAP: Seconds = 2.0
_PAD: Seconds = 0.3
#: Whisper's own limits for text that repeats itself, is improbable, or stands where nobody speaks.
_COMPRESSION = 2.4
_LOG_PROBABILITY = -1.0
_NO_SPEECH = 0.6
# A word takes at most this long: the slowest speech is some 3 syllables a second, and a held vowel comes on top.
_WORD_BASE: Seconds = 0.6
_WORD_LETTER: Seconds = 0.12
# Languages that faster-whisper splits by character, because they are written without spaces.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds [start, end) of the recording."""

    start: Seconds
    end: Seconds

    @property
    def length(self) -> Seconds:
        """In seconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised: words in order, times ascending and not overlapping; `speech` as the VAD found it."""

    language: str
    words: tuple[Word, ...]
    speech: tuple[Stretch, ...]


def find_speech(samples: Samples) -> tuple[Stretch, ...]:
    """Where somebody speaks, by the Silero VAD that faster-whisper carries; `samples` are 16 kHz mono."""
    import numpy as np
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=200, min_speech_duration_ms=100, speech_pad_ms=50)
    found = get_speech_timestamps(np.asarray(samples), options)
    return tuple(Stretch(one["start"] / RATE, one["end"] / RATE) for one in found)


def transcribe(
    samples: Samples,
    model: Found,
    *,
    device: str = "cpu",
    compute_type: str = "auto",
    language: str | None = None,
    beam_size: int = 5,
    batch_size: int = 0,
    vad: bool = True,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> Heard:
    """Recognise 16 kHz mono float32 samples. `batch_size` 0 and `compute_type` auto fit the device.

    Without `vad` everything is decoded, silence and music too. Raises StageError when the model cannot be loaded,
    the language is not one that it knows, or the device fails.
    """
    duration = len(samples) / RATE
    speech = find_speech(samples) if vad else (Stretch(0.0, duration),)
    if not speech:
        return Heard(language or "en", (), ())
    whisper = _load(model, device, compute_type)
    if language is not None and language not in whisper.supported_languages:
        raise StageError(
            f"the model {model.name} does not know the language {language!r}",
            fix="set language in episode.yaml to one of " + ", ".join(sorted(whisper.supported_languages)),
        )
    words: list[Word] = []
    try:
        segments, info = _decode(
            whisper, samples, speech if vad else None, language, beam_size, batch_size or _batch(device)
        )
        for segment in segments:  # decoding happens here: faster-whisper returns a lazy generator
            words += _words(_trusted(whisper, samples, segment, info.language, beam_size), info.language)
            progress(min(segment.end, duration), duration)
    except RuntimeError as error:  # CTranslate2 raises no other: out of memory, no kernel for this GPU, a broken file
        raise StageError(
            f"{model.name} on {device} failed: {error}",
            fix="lower transcribe.batch_size, or set transcribe.device: cpu",
        ) from error
    return Heard(info.language, tidy(words, speech), speech)


def stretches(speech: Sequence[Stretch], duration: Seconds) -> tuple[Stretch, ...]:
    """Speech joined across short silences into pieces that Whisper's window holds, with a little sound around each.

    A piece that would exceed the window ends at its longest inner silence; speech without one is cut at the window.
    """
    groups: list[list[Stretch]] = []
    for one in (part for stretch in speech for part in _halved(stretch)):
        if groups and one.start - groups[-1][-1].end < _GAP:
            groups[-1].append(one)
        else:
            groups.append([one])
    pieces = [piece for group in groups for piece in _fitting(group)]
    padded: list[Stretch] = []
    for at, piece in enumerate(pieces):
        before = pieces[at - 1].end if at else -_PAD
        after = pieces[at + 1].start if at + 1 < len(pieces) else duration
        # Two neighbours share the silence between them, so that no word is heard twice.
        start = max(0.0, piece.start - min(_PAD, (piece.start - before) / 2))
        padded.append(Stretch(start, min(duration, piece.end + min(_PAD, max(0.0, after - piece.end) / 2))))
    return tuple(padded)


def tidy(words: Sequence[Word], speech: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words with times that can be: inside speech, no longer than a word takes, ascending, not overlapping.

    A word that lies wholly outside speech, further than half a second away, was invented and goes.
    """
    kept: list[Word] = []
    for word in sorted(words, key=lambda one: one.start):
        near = _nearest(speech, word)
        if near is None or _distance(near, word) > 0.5:
            continue
        start, end = max(word.start, near.start), min(word.end, near.end)
        if end <= start:  # just outside: keep Whisper's own times
            start, end = word.start, word.end
        longest = _WORD_BASE + _WORD_LETTER * len(word.text)
        if end - start > longest:
            # A first word stretches backwards into the silence before it, any other forwards into the one after.
            first = not kept or start - kept[-1].end > 0.5
            start, end = (end - longest, end) if first else (start, start + longest)
        floor = kept[-1].end if kept else 0.0
        start = max(start, floor)
        kept.append(word.model_copy(update={"start": round(start, 3), "end": round(max(end, start), 3)}))
    return tuple(kept)


# -- faster-whisper ------------------------------------------------------------------------------------


def choose_compute_type(setting: str, device: str) -> str:
    """What `compute_type: auto` means on a device."""
    if setting != "auto":
        return setting
    return "float16" if device == "cuda" else "int8"


def _batch(device: str) -> int:
    return 16 if device == "cuda" else 4


def _load(model: Found, device: str, compute_type: str) -> Any:
    if device == "cuda":
        hardware.load_cublas()
    hardware.share_cores()
    import ctranslate2
    from faster_whisper import WhisperModel

    ctranslate2.set_random_seed(SEED)
    chosen = choose_compute_type(compute_type, device)
    try:
        return WhisperModel(str(model.path), device=device, compute_type=chosen, cpu_threads=hardware.cores())
    except (RuntimeError, ValueError) as error:
        raise StageError(
            f"{model.path}: cannot be loaded on {device} with compute_type {chosen}: {error}",
            fix="set transcribe.compute_type: auto, and check that transcribe.model is a CTranslate2 Whisper model",
        ) from error


def _decode(
    whisper: Any, samples: Samples, speech: Sequence[Stretch] | None, language: str | None, beam_size: int, batch: int
) -> tuple[Iterable[Any], Any]:
    """Lazy segments and faster-whisper's info: batched over speech, sequential over everything without a VAD."""
    from faster_whisper import BatchedInferencePipeline

    options = {"language": language, "beam_size": beam_size, "word_timestamps": True}
    if speech is None:
        return _sequential(whisper, samples, **options)
    clips = [{"start": one.start, "end": one.end} for one in stretches(speech, len(samples) / RATE)]
    segments, info = BatchedInferencePipeline(whisper).transcribe(
        samples, clip_timestamps=clips, batch_size=batch, vad_filter=False, **options
    )
    return segments, info


def _sequential(whisper: Any, samples: Samples, **options: Any) -> tuple[Iterable[Any], Any]:
    segments, info = whisper.transcribe(
        samples, condition_on_previous_text=False, hallucination_silence_threshold=_GAP, **options
    )
    return segments, info


def _trusted(whisper: Any, samples: Samples, segment: Any, language: str, beam_size: int) -> list[Any]:
    """The segment when its text is plausible, else what a second, sequential decoding of its stretch gives."""
    if not _suspect(segment):
        return [segment]
    begin, end = int(segment.start * RATE), int(segment.end * RATE)
    again, _ = _sequential(whisper, samples[begin:end], language=language, beam_size=beam_size, word_timestamps=True)
    return [_moved(one, segment.start) for one in again if not _suspect(one)]


def _suspect(segment: Any) -> bool:
    repeats = segment.compression_ratio > _COMPRESSION
    silent = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _LOG_PROBABILITY / 2
    return bool(repeats or silent or segment.avg_logprob < _LOG_PROBABILITY)


def _moved(segment: Any, by: Seconds) -> Any:
    words = [replace(word, start=word.start + by, end=word.end + by) for word in segment.words or ()]
    return replace(segment, start=segment.start + by, end=segment.end + by, words=words)


def _words(segments: Iterable[Any], language: str) -> list[Word]:
    """faster-whisper's pieces as words; one without a space before it belongs to the last ("twenty" "-five")."""
    words: list[Word] = []
    for segment in segments:
        begun = False
        for piece in segment.words or ():
            text = piece.word.strip()
            if not text:
                continue
            if begun and not piece.word[0].isspace() and language not in _UNSPACED:
                words[-1] = _glued(words[-1], piece)
            else:
                words.append(Word(start=piece.start, end=piece.end, text=text, probability=round(piece.probability, 4)))
            begun = True
    return words


def _glued(word: Word, piece: Any) -> Word:
    return Word(
        start=word.start,
        end=piece.end,
        text=word.text + piece.word.strip(),
        probability=min(word.probability, round(piece.probability, 4)),
    )


# -- stretches of time ---------------------------------------------------------------------------------


def _halved(stretch: Stretch) -> tuple[Stretch, ...]:
    """The stretch in equal parts that each fit Whisper's window with its padding."""
    parts = max(1, ceil(stretch.length / (_WINDOW - 2 * _PAD)))
    size = stretch.length / parts
    return tuple(Stretch(stretch.start + size * at, stretch.start + size * (at + 1)) for at in range(parts))


def _fitting(group: Sequence[Stretch]) -> list[Stretch]:
    whole = Stretch(group[0].start, group[-1].end)
    if len(group) == 1 or whole.length <= _WINDOW - 2 * _PAD:
        return [whole]
    cut = max(
        range(1, len(group)), key=lambda at: (round(group[at].start - group[at - 1].end, 2), -abs(2 * at - len(group)))
    )
    return [*_fitting(group[:cut]), *_fitting(group[cut:])]


def _nearest(speech: Sequence[Stretch], word: Word) -> Stretch | None:
    after = bisect_right(speech, word.start, key=lambda one: one.start)
    return min(speech[max(0, after - 1) : after + 2], key=lambda one: _distance(one, word), default=None)


def _distance(stretch: Stretch, word: Word) -> Seconds:
    """How far apart they are; negative by as much as they overlap."""
    return max(word.start, stretch.start) - min(word.end, stretch.end)
