"""faster-whisper: from samples to words, batched over stretches of speech, with its inventions weeded out.

Batched decoding serves the CPU too: over three dialogues base int8 took 0.13 s of CPU time a second of sound in
batches of 4, against 0.15 sequentially, with the same word error rates (6.1 to 9.9 % against 7.0 to 10.8 %). Each
piece is decoded on its own, so that a mistake does not run on. Batched decoding does not test its own output, so
suspect pieces are decoded once more, sequentially, with Whisper's temperature fallback (Radford et al. 2022, section
4.5). Pieces are handed over in groups, since faster-whisper holds the features of all that it is given.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline import hardware, resident
from pipeline.adapters import languages, speech, whisper_guard, whisper_words
from pipeline.adapters.speech import GAP, RATE, Stretch
from pipeline.errors import StageError
from pipeline.models import Seconds, Word
from pipeline.weights import Found

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.adapters.pcm import Samples

SEED = 0
#: So many tokens of hotwords does faster-whisper put before the text; it cuts off what is more.
HOTWORD_TOKENS = 223
#: The setting for recordings in which several languages are spoken.
MIXED = "mixed"
# Pieces of a recording in several languages are short, so that each is in one.
_MIXED_GAP: Seconds = 0.5
_MIXED_WINDOW: Seconds = 15.0
_GROUP: Seconds = 600.0
_KIND = "whisper"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised: words in order, times ascending and not overlapping.

    `speech` is where the VAD found it, `pieces` are the stretches that were decoded each by itself, `unclear` those
    of which nothing could be believed. `spoken` are the languages that some pieces are surely in.
    """

    language: str
    words: tuple[Word, ...]
    speech: tuple[Stretch, ...]
    pieces: tuple[Stretch, ...] = ()
    unclear: tuple[Stretch, ...] = ()
    spoken: tuple[str, ...] = ()


def choose_compute_type(setting: str, device: str) -> str:
    """What `compute_type: auto` means on a device."""
    if setting != "auto":
        return setting
    return "float16" if device == "cuda" else "int8"


def choose_batch_size(device: str, cores: int) -> int:
    """How many pieces to decode at once: on a CPU two for each core, from 4 (where it begins to pay) to 16."""
    return 16 if device == "cuda" else max(4, min(16, 2 * cores))


@dataclass(slots=True)
class _Progress:
    """What decoding has come to: it makes smaller batches once the memory has not sufficed."""

    batch: int
    words: list[Word] = field(default_factory=list)
    unclear: list[Stretch] = field(default_factory=list)


class Recogniser:
    """A loaded Whisper model, released at the end of a `with` block. `compute_type` auto fits the device.

    Where models stay loaded it does too, unless it decoded anything with a temperature: its random numbers would go on
    where they stopped, and words would depend on which recordings came before. Raises StageError when it cannot be
    loaded.
    """

    def __init__(self, model: Found, *, device: str = "cpu", compute_type: str = "auto") -> None:
        self._name, self._device, self._drew = model.name, device, False
        key = (model.path, device, compute_type, hardware.cores())
        self._whisper = resident.load(_KIND, key, lambda: _load(model, device, compute_type))

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if resident.keeps() and not self._drew and error is None:
            return
        resident.drop(_KIND)
        self._whisper.model.unload_model()
        gc.collect()

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
        """Recognise 16 kHz mono float32 samples. `batch_size` 0 fits the machine; `language` may be MIXED.

        Without `vad` everything is decoded, silence and music too. Raises StageError when the language is not one
        that the model knows, or the device fails.
        """
        duration = len(samples) / RATE
        found = speech.find_speech(samples) if vad else (Stretch(0.0, duration),)
        if not found or not len(samples):
            return Heard("en" if language in (None, MIXED) else str(language), (), ())
        state = _Progress(batch_size or choose_batch_size(self._device, hardware.cores()))
        with self._failing_clearly():
            pieces, tongues, main, spoken = self._lay_out(samples, found, language)
            for group in _groups(pieces):
                for tongue in dict.fromkeys(tongues[piece] for piece in group):
                    own = [piece for piece in group if tongues[piece] == tongue]
                    self._hear(samples, own, found, tongue, main, beam_size, state)
                progress(min(group[-1].end, duration), duration)
            words = whisper_guard.tidy(state.words, found)
            if vad:
                words = self._hear_skipped(samples, words, found, tongues, main, beam_size, state)
        return Heard(main, words, found, pieces, tuple(state.unclear), spoken)

    def _lay_out(
        self, samples: Samples, found: Sequence[Stretch], language: str | None
    ) -> tuple[tuple[Stretch, ...], dict[Stretch, str], str, tuple[str, ...]]:
        """The pieces to decode, the language of each, the main one, and those that are surely spoken."""
        quietest = partial(speech.find_quietest, samples)
        cut = partial(speech.stretches, found, len(samples) / RATE, quietest)
        if language != MIXED:
            known = self._check_language(language) if language else None
            pieces = cut()
            chances = {piece: self._chances(samples, piece) for piece in languages.sample(pieces)}
            if known or not languages.are_several(chances):
                main = known or languages.most_spoken(chances)
                return pieces, dict.fromkeys(pieces, main), main, languages.surely_spoken(chances)
        pieces = cut(gap=_MIXED_GAP, window=_MIXED_WINDOW)
        chances = {piece: self._chances(samples, piece) for piece in pieces}
        main = languages.most_spoken(chances)
        return pieces, languages.settle(pieces, chances, main), main, languages.surely_spoken(chances)

    def listen_again(
        self, samples: Samples, piece: Stretch, hotwords: Sequence[str], *, language: str, beam_size: int = 5
    ) -> tuple[Word, ...]:
        """The words of one piece, heard with names in mind; none where the model lost itself. Times are not tidied."""
        with self._failing_clearly():
            segments = self._batched(samples, [piece], 1, language, beam_size, hotwords=", ".join(hotwords))
            believable = [one for one in segments if not whisper_guard.is_suspect(one, piece.length)]
            return tuple(whisper_words.to_words(believable, language))

    def count_tokens(self, hotwords: Sequence[str]) -> int:
        """How many of HOTWORD_TOKENS these names take together."""
        tokens = self._whisper.hf_tokenizer.encode(" " + ", ".join(hotwords), add_special_tokens=False)
        return len(tokens.ids)

    def _check_language(self, language: str) -> str:
        """The language as Whisper calls it: `en-GB` is `en`."""
        known = self._whisper.supported_languages
        code = language.lower().replace("_", "-").partition("-")[0]
        if code not in known:
            raise StageError(
                f"the model {self._name} does not know the language {language!r}",
                fix=f"set language in episode.yaml to {MIXED} or one of " + ", ".join(sorted(known)),
            )
        return code

    def _chances(self, samples: Samples, piece: Stretch) -> dict[str, float]:
        """How likely a piece is in each language; faster-whisper says one in English of a model that knows no other."""
        if not self._whisper.model.is_multilingual:
            return {"en": 1.0}
        found: list[tuple[str, float]] = self._whisper.detect_language(_cut(samples, piece))[2]
        return dict(found)

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

    def _hear(
        self,
        samples: Samples,
        pieces: Sequence[Stretch],
        found: Sequence[Stretch],
        language: str,
        main: str,
        beam_size: int,
        state: _Progress,
    ) -> None:
        """Decode pieces of one language and add what can be believed of them."""
        before = ""
        for segment in self._sparing_memory(samples, pieces, language, beam_size, state):
            spoken = sum(Stretch(segment.start, segment.end).overlap(one) for one in found)
            if whisper_guard.is_suspect(segment, spoken, before):
                believed = self._again(samples, segment, spoken, before, language, beam_size)
                if not believed:
                    state.unclear.append(Stretch(segment.start, segment.end))
            else:
                believed = [segment]
            before = believed[-1].text if believed else before
            words = whisper_words.to_words(believed, language)
            state.words += words if language == main else whisper_words.mark(words, language)

    def _hear_skipped(
        self,
        samples: Samples,
        words: tuple[Word, ...],
        found: Sequence[Stretch],
        tongues: Mapping[Stretch, str],
        main: str,
        beam_size: int,
        state: _Progress,
    ) -> tuple[Word, ...]:
        """The words with those of speech that Whisper passed over: it ends a piece early now and then."""
        skipped = [
            stretch
            for stretch in whisper_guard.find_skipped(words, found, speech.WINDOW - 1)
            if not any(stretch.overlap(one) > 0 for one in state.unclear)
        ]
        added: list[Word] = []
        for stretch in skipped:
            tongue = tongues[max(tongues, key=stretch.overlap)]
            more = _Progress(state.batch)
            self._hear(samples, [stretch], found, tongue, main, beam_size, more)
            at = bisect_right(words, stretch.start, key=lambda word: word.start)
            neighbours = words[at - 1] if at else None, words[at] if at < len(words) else None
            added += whisper_guard.within(more.words, *neighbours)
        return whisper_guard.tidy([*words, *added], found) if added else words

    def _sparing_memory(
        self, samples: Samples, pieces: Sequence[Stretch], language: str, beam_size: int, state: _Progress
    ) -> list[Any]:
        """The segments of some pieces; where a batch is too much for the memory it is halved, for all that follow."""
        while True:
            try:
                return list(self._batched(samples, pieces, state.batch, language, beam_size))
            except RuntimeError as error:
                if "out of memory" not in str(error).lower() or state.batch == 1:
                    raise
                state.batch //= 2

    def _batched(
        self, samples: Samples, pieces: Sequence[Stretch], batch: int, language: str, beam_size: int, **more: Any
    ) -> Iterable[Any]:
        from faster_whisper import BatchedInferencePipeline

        clips = [{"start": one.start, "end": one.end} for one in pieces]
        segments, _ = BatchedInferencePipeline(self._whisper).transcribe(
            samples, language=language, beam_size=beam_size, word_timestamps=True, clip_timestamps=clips,
            batch_size=batch, vad_filter=False, **more,
        )  # fmt: skip
        found: Iterable[Any] = segments
        return found

    def _again(
        self, samples: Samples, segment: Any, spoken: Seconds, before: str, language: str, beam_size: int
    ) -> list[Any]:
        """What a second, sequential decoding of a suspect segment's stretch gives that can be believed."""
        self._drew = True
        segments, _ = self._whisper.transcribe(
            _cut(samples, Stretch(segment.start, segment.end)), language=language, beam_size=beam_size,
            word_timestamps=True, condition_on_previous_text=False, hallucination_silence_threshold=GAP,
        )  # fmt: skip
        believed: list[Any] = []
        for one in segments:
            if not whisper_guard.is_suspect(one, min(spoken, one.end - one.start), before):
                believed.append(whisper_words.move(one, segment.start))
                before = one.text
        return believed


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


def _groups(pieces: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """The pieces in groups of ten minutes or so."""
    group: list[Stretch] = []
    for piece in pieces:
        if group and piece.end - group[0].start > _GROUP:
            yield group
            group = []
        group.append(piece)
    yield group


def _cut(samples: Samples, stretch: Stretch) -> Samples:
    return samples[int(stretch.start * RATE) : int(stretch.end * RATE)]
