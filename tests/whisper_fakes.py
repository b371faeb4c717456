"""faster-whisper's results and its model, as the tests want them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any


@dataclass
class Piece:
    """A word as faster-whisper gives it."""

    word: str
    start: float = 0.0
    end: float = 0.5
    probability: float = 0.9


@dataclass
class Segment:
    """A run of words as faster-whisper gives it."""

    words: list[Piece] = field(default_factory=list)
    start: float = 0.0
    end: float = 2.0
    compression_ratio: float = 1.2
    no_speech_prob: float = 0.1
    avg_logprob: float = -0.3

    @property
    def text(self) -> str:
        """The words run together, as faster-whisper has it."""
        return "".join(piece.word for piece in self.words)


def say(text: str, start: float, end: float, **odd: float) -> Segment:
    """A segment of words spread over its time."""
    texts = text.split()
    step = (end - start) / max(1, len(texts))
    words = [Piece(f" {one}", start + step * at, start + step * (at + 1)) for at, one in enumerate(texts)]
    return Segment(words, start, end, **odd)


@dataclass
class FakeWhisper:
    """A model that says `heard` of each piece that is decoded (by its start) and `again` in a second, sequential look.

    `chances` are those of languages, by a piece's length in samples; a batch of more than `room` pieces is too much.
    """

    heard: dict[float, Segment] = field(default_factory=dict)
    again: list[Segment] = field(default_factory=list)
    chances: dict[int, dict[str, float]] = field(default_factory=dict)
    room: int = 100
    supported_languages: tuple[str, ...] = ("en", "de", "fr")
    asked: list[int] = field(default_factory=list)
    batches: list[tuple[str, int, list[float]]] = field(default_factory=list)
    released: bool = False

    @property
    def model(self) -> Any:
        """CTranslate2's part."""
        return SimpleNamespace(is_multilingual=True, unload_model=lambda: setattr(self, "released", True))

    def detect_language(self, audio: Any) -> tuple[str, float, list[tuple[str, float]]]:
        chances = self.chances.get(len(audio), {"en": 0.99})
        best = max(chances, key=lambda language: chances[language])
        return best, chances[best], list(chances.items())

    def transcribe(self, samples: Any, **options: Any) -> tuple[list[Segment], Any]:
        self.asked.append(len(samples))
        return [replace(one) for one in self.again], None


class FakePipeline:
    """BatchedInferencePipeline over a FakeWhisper."""

    def __init__(self, whisper: FakeWhisper) -> None:
        self.whisper = whisper

    def transcribe(
        self, samples: Any, language: str, batch_size: int, clip_timestamps: list[dict[str, float]], **options: Any
    ) -> tuple[Iterable[Segment], Any]:
        starts = [clip["start"] for clip in clip_timestamps]
        self.whisper.batches.append((language, batch_size, starts))
        return self._decode(starts, batch_size), None

    def _decode(self, starts: list[float], batch_size: int) -> Iterable[Segment]:
        for at, start in enumerate(starts):
            if min(batch_size, len(starts) - at) > self.whisper.room:
                raise RuntimeError("CUDA failed with error out of memory")
            if start in self.whisper.heard:
                yield self.whisper.heard[start]
