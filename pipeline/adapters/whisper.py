"""faster-whisper: from samples to words, batched over stretches of speech, with its inventions weeded out.

Batched decoding serves the CPU too: over three dialogues base int8 took 0.13 s of CPU time a second of sound in
batches of 4, against 0.15 sequentially, with the same word error rates (6.1 to 9.9 % against 7.0 to 10.8 %); a batch
of 8 gains nothing more. Each piece is decoded on its own, so that a mistake does not run on. Batched decoding does
not test its own output, so suspect pieces are decoded once more, sequentially, with Whisper's temperature fallback
(Radford et al. 2022, section 4.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline import hardware
from pipeline.adapters import speech, whisper_guard
from pipeline.adapters.speech import GAP, RATE, Stretch
from pipeline.errors import StageError
from pipeline.models import Seconds, Word
from pipeline.weights import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.adapters.pcm import Samples

SEED = 0
#: So many tokens of hotwords does faster-whisper put before the text; it cuts off what is more.
HOTWORD_TOKENS = 223
# Languages that faster-whisper splits by character, because they are written without spaces.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised: words in order, times ascending and not overlapping.

    `speech` is where the VAD found it, `pieces` are the stretches that were decoded each by itself.
    """

    language: str
    words: tuple[Word, ...]
    speech: tuple[Stretch, ...]
    pieces: tuple[Stretch, ...] = ()


def choose_compute_type(setting: str, device: str) -> str:
    """What `compute_type: auto` means on a device."""
    if setting != "auto":
        return setting
    return "float16" if device == "cuda" else "int8"


class Recogniser:
    """A loaded Whisper model. Raises StageError when it cannot be loaded; `compute_type` auto fits the device."""

    def __init__(self, model: Found, *, device: str = "cpu", compute_type: str = "auto") -> None:
        self._name, self._device = model.name, device
        self._whisper = _load(model, device, compute_type)

    def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = None,
        beam_size: int = 5,
        batch_size: int = 0,
        vad: bool = True,
        progress: Callable[[float, float], None] = lambda done, total: None,
    ) -> Heard:
        """Recognise 16 kHz mono float32 samples. `batch_size` 0 fits the device.

        Without `vad` everything is decoded, silence and music too. Raises StageError when the language is not one
        that the model knows, or the device fails.
        """
        duration = len(samples) / RATE
        spoken = speech.find_speech(samples) if vad else (Stretch(0.0, duration),)
        if not spoken:
            return Heard(language or "en", (), ())
        self._check_language(language)
        pieces = speech.stretches(spoken, duration) if vad else ()
        words: list[Word] = []
        with self._failing_clearly():
            segments, info = self._decode(samples, pieces, language, beam_size, batch_size or _batch(self._device))
            for segment in segments:  # decoding happens here: faster-whisper returns a lazy generator
                words += _words(self._trusted(samples, segment, info.language, beam_size), info.language)
                progress(min(segment.end, duration), duration)
        return Heard(info.language, whisper_guard.tidy(words, spoken), spoken, pieces)

    def listen_again(
        self, samples: Samples, piece: Stretch, hotwords: Sequence[str], *, language: str, beam_size: int = 5
    ) -> tuple[Word, ...]:
        """The words of one piece, heard with names in mind; none where the model lost itself. Times are not tidied."""
        with self._failing_clearly():
            segments, _ = self._batched(samples, [piece], 1, language, beam_size, hotwords=", ".join(hotwords))
            return tuple(_words([one for one in segments if not whisper_guard.is_suspect(one)], language))

    def count_tokens(self, hotwords: Sequence[str]) -> int:
        """How many of HOTWORD_TOKENS these names take together."""
        tokens = self._whisper.hf_tokenizer.encode(" " + ", ".join(hotwords), add_special_tokens=False)
        return len(tokens.ids)

    def _check_language(self, language: str | None) -> None:
        known = self._whisper.supported_languages
        if language is not None and language not in known:
            raise StageError(
                f"the model {self._name} does not know the language {language!r}",
                fix="set language in episode.yaml to one of " + ", ".join(sorted(known)),
            )

    @contextmanager
    def _failing_clearly(self) -> Iterator[None]:
        """Tell what failed; CTranslate2 raises RuntimeError alone: no memory, no kernel for the GPU, a bad file."""
        try:
            yield
        except RuntimeError as error:
            raise StageError(
                f"{self._name} on {self._device} failed: {error}",
                fix="lower transcribe.batch_size, or set transcribe.device: cpu",
            ) from error

    def _decode(
        self, samples: Samples, pieces: Sequence[Stretch], language: str | None, beam_size: int, batch: int
    ) -> tuple[Iterable[Any], Any]:
        """Lazy segments and faster-whisper's info: batched over pieces, sequential over everything without any."""
        if not pieces:
            return self._sequential(samples, language, beam_size)
        return self._batched(samples, pieces, batch, language, beam_size)

    def _batched(
        self, samples: Samples, pieces: Sequence[Stretch], batch: int, language: str | None, beam_size: int, **more: Any
    ) -> tuple[Iterable[Any], Any]:
        from faster_whisper import BatchedInferencePipeline

        clips = [{"start": one.start, "end": one.end} for one in pieces]
        segments, info = BatchedInferencePipeline(self._whisper).transcribe(
            samples, language=language, beam_size=beam_size, word_timestamps=True, clip_timestamps=clips,
            batch_size=batch, vad_filter=False, **more,
        )  # fmt: skip
        return segments, info

    def _sequential(self, samples: Samples, language: str | None, beam_size: int) -> tuple[Iterable[Any], Any]:
        segments, info = self._whisper.transcribe(
            samples, language=language, beam_size=beam_size, word_timestamps=True,
            condition_on_previous_text=False, hallucination_silence_threshold=GAP,
        )  # fmt: skip
        return segments, info

    def _trusted(self, samples: Samples, segment: Any, language: str, beam_size: int) -> list[Any]:
        """The segment when its text is plausible, else what a second, sequential decoding of its stretch gives."""
        if not whisper_guard.is_suspect(segment):
            return [segment]
        begin, end = int(segment.start * RATE), int(segment.end * RATE)
        again, _ = self._sequential(samples[begin:end], language, beam_size)
        return [_moved(one, segment.start) for one in again if not whisper_guard.is_suspect(one)]


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
