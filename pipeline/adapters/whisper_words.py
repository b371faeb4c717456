"""faster-whisper's segments as words of a transcript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pipeline.models import Seconds, Word

# Languages that faster-whisper splits by character, because they are written without spaces.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


def to_words(segments: Iterable[Any], language: str) -> list[Word]:
    """The pieces of segments as words; one without a space before it belongs to the last ("twenty" "-five")."""
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


def mark(words: Iterable[Word], language: str) -> list[Word]:
    """The words as of a language that is not the transcript's."""
    return [word.model_copy(update={"language": language}) for word in words]


def move(segment: Any, by: Seconds) -> Any:
    """The segment that many seconds later."""
    words = [replace(word, start=word.start + by, end=word.end + by) for word in segment.words or ()]
    return replace(segment, start=segment.start + by, end=segment.end + by, words=words)
